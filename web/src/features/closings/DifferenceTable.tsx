/** What a restatement changed, line by line, the largest first 重述差异表. */
import { Button, Segmented } from "antd";
import { useState } from "react";
import { useMay } from "@/app/me";
import { useParam } from "@/app/view";
import { ViewLink } from "@/app/ViewLink";
import { api, useApi, type Schemas } from "@/client";
import { ExplainLink, PageFace, Section, Sentence } from "@/components/ui";
import { saveText } from "@/lib/save";
import { csvText } from "@/lib/csv";
import { change, DASH, digits, exact, unitName } from "@/lib/units";
import { sentenceCase, useLang, useWords } from "@/i18n";
import { periodWords } from "@/features/methods/names";
import { useClosingsText } from "./text";

type Moved = Schemas["Moved"];
const FIRST = 60;

export function DifferenceTable({ year, version }: { year: number; version: number }) {
  const found = useApi(["closings", year, version], () => api.GET("/api/v1/closings/{year}/{version}", { params: { path: { year, version } } }), { staleTime: Infinity });
  return <PageFace query={found} skeleton="table">{(given) => <Loaded given={given} />}</PageFace>;
}

/** The rows that somebody looks at: of a cause, and of firms or sums. */
export const chosenRows = (rows: readonly Moved[], cause: string, kind: string): Moved[] => rows.filter((row) => (!cause || row.cause === cause) && (!kind || row.subject_kind === kind));

const MEASURES = ["energy_tce_calorific", "energy_tce_equivalent", "co2_combustion_t", "co2_electricity_t", "co2_heat_t", "co2_process_t", "co2_electricity_market_t", "ghg_other_t", "co2_total_t"] as const;

function Loaded({ given }: { given: Schemas["Restatement"] }) {
  const t = useClosingsText();
  const lang = useLang();
  const [cause, setCause] = useParam("cause");
  const [kind, setKind] = useParam("kind");
  const [all, setAll] = useState(false);
  const words = useWords();
  const firms = useMay("data.see");
  const rows = chosenRows(given.rows, cause ?? "", kind ?? "");
  const shown = all ? rows : rows.slice(0, FIRST);
  const measure = (name: string) => { const known = MEASURES.find((one) => one === name); return known ? t(`measure_${known}`) : name; };
  const known = (name: string) => given.rows.some((row) => row.cause === name);
  const kinds = [...new Set(given.rows.map((row) => row.subject_kind))];
  const save = () => saveText(`restatement-${given.year}-v${given.version}.csv`, csvText(
    ["subject_kind", "subject_id", "subject", "measure", "item", "item_name", "period", "unit", "before", "after", "difference", "cause", "line_before", "line_after"],
    given.rows.map((row) => [row.subject_kind, row.subject_id, words(row.name), row.measure, row.item, words(row.item_name), row.period, row.unit, row.before, row.after, row.difference, row.cause, row.line_before, row.line_after]),
  ), "text/csv");
  return (
    <Section flush title={t("differenceOf", { year: given.year, version: given.version })} side={<Button size="small" className="df-noprint" onClick={save}>CSV</Button>}>
      <Sentence>{t("differenceSaid", { n: given.rows.length + given.more, version: given.version, before: given.version - 1 })}{given.more > 0 ? ` ${t("differenceMore", { n: given.more })}` : ""}</Sentence>
      <div className="df-row df-noprint df-closing-filters">
        <Segmented aria-label={t("cause")} value={cause ?? ""} onChange={(value) => setCause(String(value) || null)} options={[{ value: "", label: t("allCauses") }, ...(given.causes ?? []).filter(known).map((value) => ({ value, label: t(`cause_${value}` as "cause_data") }))]} />
        {kinds.length > 1 && <Segmented aria-label={t("subject")} value={kind ?? ""} onChange={(value) => setKind(String(value) || null)} options={[{ value: "", label: t("allSubjects") }, ...kinds.map((value) => ({ value, label: t(`kind_${value}` as "kind_area") }))]} />}
      </div>
      <div className="df-plain-scroll" tabIndex={0} role="region" aria-label={t("difference")}>
        <table className="df-plain">
          <thead><tr><th scope="col">{t("subject")}</th><th scope="col">{t("measure")}</th><th scope="col">{t("item")}</th><th scope="col">{t("period")}</th><th scope="col">{t("unit")}</th><th scope="col" className="df-num">{t("before")}</th><th scope="col" className="df-num">{t("after")}</th><th scope="col" className="df-num">{t("moved")}</th><th scope="col">{t("cause")}</th></tr></thead>
          <tbody>
            {shown.map((row, n) => (
              <tr key={n}>
                <th scope="row">{row.subject_kind === "enterprise" && firms ? <ViewLink to={`/enterprises/${encodeURIComponent(row.subject_id)}?year=${given.year}`}>{words(row.name)}</ViewLink> : words(row.name)}</th>
                <td>{measure(row.measure)}</td>
                <td>{sentenceCase(words(row.item_name), lang)}</td>
                <td className="df-nowrap">{periodWords(row.period, lang)}</td>
                <td>{unitName(row.unit, lang)}</td>
                <td className="df-num"><Value value={row.before} node={row.line_before} /></td>
                <td className="df-num"><Value value={row.after} node={row.line_after} /></td>
                <td className="df-num" title={row.difference === null ? undefined : exact(row.difference)}>{row.difference === null ? DASH : change(row.difference, 6)}</td>
                <td>{t(`cause_${row.cause}` as "cause_data")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > FIRST && <button type="button" className="df-bare df-more df-noprint" aria-expanded={all} onClick={() => setAll(!all)}>{all ? t("showFewer") : t("showAll", { n: rows.length })}</button>}
    </Section>
  );
}

/** A line of the run in force opens its explanation; an older one may be gone, and the drawer says so. */
const Value = ({ value, node }: { value: number | null; node: string | null }) => (value === null ? <>{DASH}</> : <ExplainLink node={node}><span title={exact(value)}>{digits(value, 7)}</span></ExplainLink>);
