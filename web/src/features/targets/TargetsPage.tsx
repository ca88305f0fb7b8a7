/** Which targets are in trouble, and where? 目标 */
import { keepPreviousData } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import { useMe } from "@/app/me";
import { planFrom, useAreas, usePlaceAndTime } from "@/app/pickers";
import { ViewLink } from "@/app/ViewLink";
import { api, useApi } from "@/client";
import { DataTable, ExplainLink, Page, PageFace, Section, Sentence, StateMark, statesIn, type Row, type State } from "@/components/ui";
import { TreeView } from "@/features/explain/TreeView";
import { typeset, useLang, useWords } from "@/i18n";
import { unitName } from "@/lib/units";
import "./targets.css";
import { useTargetsText } from "./text";
import { countTargets, shareOut, sectorNames, targetRows, wayTo, withNode, withState, statesOf, type TargetNode } from "./tree";

export function TargetsPage() {
  const t = useTargetsText();
  const { area, year } = usePlaceAndTime();
  const me = useMe();
  const top = useAreas()[0];
  // Of the whole programme the tree also holds the levels above it, as the table does; of a county only what is held against it.
  const whole = Boolean(top?.children?.length) && area === top?.value && !me.roles.includes("county");
  const asked = whole ? undefined : area;
  const query = useApi(["target_tree", asked, year], () => api.GET("/api/v1/targets/tree", { params: { query: { area: asked, year } } }), { placeholderData: keepPreviousData });
  const words = useWords();
  return (
    <Page title={t("title")} note={query.data && year && t("place", { area: words(query.data.name), year })}>
      <PageFace query={query} isEmpty={(root) => countTargets(root) === 0} empty={{ title: t("emptyTitle"), text: t("emptyText"), action: <ViewLink to="/plans">{t("emptyAction")}</ViewLink> }}>
        {(root) => <Loaded root={root} area={area} year={year} />}
      </PageFace>
    </Page>
  );
}

function Loaded({ root, area, year }: { root: TargetNode; area: string | undefined; year: number | undefined }) {
  const t = useTargetsText();
  const words = useWords();
  const lang = useLang();
  const [params, setParams] = useSearchParams();
  const node = params.get("node");
  const picked = wayTo(root, node).at(-1) ?? root;
  const pick = useCallback((key: string | null) => setParams((old) => withNode(old, root, key), { replace: true }), [root, setParams]);
  const sectors = useMemo(() => sectorNames(root), [root]);
  const { counts } = root;
  const plan = planFrom(params.get("plan"));
  const assessed = Object.values(counts).some((n) => n > 0);
  const { all, judged, excluded, above } = shareOut(root);
  const said = { area: words(root.name), all, total: assessed ? judged : all, year: year ?? "", off: counts.off_track ?? 0, behind: counts.behind ?? 0, on: counts.on_track ?? 0, reached: counts.reached ?? 0, not: counts.not_assessed ?? 0 };
  return (
    <>
      {plan && <p className="df-muted">{t("planNote", { first: plan.first, last: plan.last, year: year ?? "" })}</p>}
      <Sentence>{t(assessed ? "sentence" : "noneAssessed", said)}{assessed && counts.confidential ? t("sentenceWithheld", { n: counts.confidential }) : ""}{excluded > 0 ? t("sentenceExcluded", { n: excluded }) : ""}{assessed && all > judged + excluded ? t("sentenceOpen", { n: all - judged - excluded }) : ""}{assessed && above > 0 ? t("sentenceOthers", { n: above }) : ""}</Sentence>
      <div className="df-targets">
        <TreePane root={root} picked={picked} onPick={pick} />
        <Section className="df-targets-table">
          <StateFilter counts={assessed ? picked.counts : null} chosen={statesOf(params)} onToggle={(state) => setParams((old) => withState(old, state), { replace: true })} />
          <DataTable
            name="targets"
            fixed={{ area, year }}
            rowHref={(row) => `/targets/${encodeURIComponent(String(row.target_id))}`}
            render={{
              name: (value, row) => <TargetName row={row} text={lang === "en" && row.name_en ? typeset(String(row.name_en)) : String(value)} />,
              sector: (value) => (value == null ? "\u2014" : words(sectors.get(String(value))) || String(value)),
              unit: (value) => (value == null ? "\u2014" : typeset(unitName(String(value), lang))),
              target_year: (value) => (value == null ? "\u2014" : String(value)),
              reason: (value, row) => <Reason text={lang === "en" && row.reason_en ? typeset(String(row.reason_en)) : value == null ? null : String(value)} />,
              state: (value, row) => (value ? <ExplainLink node={row.node as string | null}><StateMark state={value as State} /></ExplainLink> : <span className="df-muted">{"\u2014"}<span className="df-sr">{t("notJudged")}</span></span>),
            }}
            empty={{ title: t("emptyTitle"), text: t("emptyText") }}
          />
        </Section>
      </div>
    </>
  );
}

const Reason = ({ text }: { text: string | null }) => <span className="df-target-reason" title={text ?? undefined}>{text ?? "\u2014"}</span>;

function TargetName({ row, text }: { row: Row; text: string }) {
  return <ViewLink to={`/targets/${encodeURIComponent(String(row.target_id))}`} title={text} onClick={(event) => event.stopPropagation()}>{text}</ViewLink>;
}

/** The states to choose from with their numbers; without counts (a year not assessed) a dash, never 0. */
function StateFilter({ counts, chosen, onToggle }: { counts: Readonly<Record<string, number>> | null; chosen: readonly string[]; onToggle: (state: State) => void }) {
  const t = useTargetsText();
  return (
    <div className="df-state-filter" role="group" aria-label={t("states")}>
      {statesIn(counts).map((state) => (
        <button key={state} type="button" className="df-bare" aria-pressed={chosen.includes(state)} onClick={() => onToggle(state)}>
          <StateMark state={state} count={counts ? (counts[state] ?? 0) : "\u2014"} />
        </button>
      ))}
    </div>
  );
}

function TreePane({ root, picked, onPick }: { root: TargetNode; picked: TargetNode; onPick: (key: string | null) => void }) {
  const t = useTargetsText();
  const words = useWords();
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set([root.key, ...wayTo(root, picked.key).map((one) => one.key)]));
  const rows = useMemo(() => targetRows(root, new Set([...open, root.key]), (node) => words(node.name)), [root, open, words]);
  const tree = (
    <TreeView
      rows={rows}
      label={t("tree")}
      selected={picked.key}
      onSelect={(row) => onPick(row.key)}
      onToggle={(row, opening) => setOpen((old) => {
        const next = new Set(old);
        if (opening) next.add(row.key);
        else next.delete(row.key);
        return next;
      })}
    >
      {(row) => (
        <span className="df-tree-row">
          <span className="df-tree-label">{row.label}</span>
          <span className="df-tree-counts">
            {(["off_track", "behind"] as const).map((state) => (row.node.counts[state] ?? 0) > 0 && <StateMark key={state} state={state} bare size={11} count={row.node.counts[state] ?? 0} />)}
            <span className="df-muted">{countTargets(row.node)}</span>
          </span>
        </span>
      )}
    </TreeView>
  );
  return (
    <Section className="df-targets-tree">
      <details open={typeof matchMedia !== "function" || matchMedia("(min-width: 1600px)").matches || (picked !== root && matchMedia("(min-width: 1000px)").matches)}>
        <summary>{t("treeOpen")}</summary>
        {tree}
      </details>
    </Section>
  );
}
