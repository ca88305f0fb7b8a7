/** Will this target be met; if not, who is behind it? 目标页 */
import { keepPreviousData } from "@tanstack/react-query";
import { useParams } from "react-router";
import { usePlaceAndTime } from "@/app/pickers";
import { ViewLink } from "@/app/ViewLink";
import { BackTo } from "@/app/BackTo";
import { api, useApi, type Schemas } from "@/client";
import { ExplainLink, Figure, Page, PageFace, Section, Sentence, SourceLine, StateMark, Timeline } from "@/components/ui";
import { useLang, useNamed, useWords } from "@/i18n";
import { Causes } from "./Causes";
import { Counties } from "./Counties";
import "./targets.css";
import { Needed } from "./Needed";
import { TargetPath } from "./TargetPath";
import { isTargetsKey, useTargetsText } from "./text";

export type Target = Schemas["TargetPage"];

export function TargetPage() {
  const { id = "" } = useParams();
  const { year } = usePlaceAndTime();
  const query = useApi(["target_page", id, year], () => api.GET("/api/v1/targets/{id}", { params: { path: { id }, query: { year } } }), { placeholderData: keepPreviousData });
  return <PageFace query={query} back={<BackTo list="/targets" name="targets" />}>{(target) => <Loaded key={target.target_id} target={target} />}</PageFace>;
}

export const passageHref = (target: Target): string => `/plans/${encodeURIComponent(target.doc)}${target.span ? `?at=${target.span[0]}-${target.span[1]}` : ""}`;

function Loaded({ target }: { target: Target }) {
  const t = useTargetsText();
  const words = useWords();
  const named = useNamed();
  const lang = useLang();
  const indicator = words(target.indicator_name);
  // The plan's own words name the page; in English the indicator does, with the plan's words beside it.
  const [title, other] = lang === "en" ? [target.name.en, target.name.zh] : [target.name.zh, indicator];
  const note = [named(target.region, target.region_en), named(target.sector, target.sector_en), other !== title && (lang === "en" ? t("inThePlan", { name: other }) : other)].filter(Boolean).join(" · ");
  return (
    <Page title={title} note={note} actions={<ViewLink className="df-button df-button-link" to={passageHref(target)}>{t("openPlan")}</ViewLink>}>
      <Sentence>{words(target.sentence)}</Sentence>
      <Facts target={target} />
      <div className="df-grid">
        <TargetPath target={target} className="df-7" />
        <Causes target={target} className="df-5" />
      </div>
      <Needed target={target} />
      {target.counties.length > 0 && <Counties target={target} />}
      <div className="df-grid">
        <Related target={target} className="df-6" />
        <Section className="df-6" title={t("quote")}>
          <blockquote className="df-quote">{target.quote}</blockquote>
          <ViewLink to={passageHref(target)}>{t("openPlan")}</ViewLink>
        </Section>
      </div>
      <Section title={t("history")}><History target={target} /></Section>
      <SourceLine source={target.source} />
    </Page>
  );
}

/** State and the numbers it stands on, each with its explanation. */
function Facts({ target }: { target: Target }) {
  const t = useTargetsText();
  const words = useWords();
  const { light } = target;
  return (
    <>
      <section className="df-key df-key-target" aria-label={t("state")}>
        <div>
          <div className="df-key-name">{t("state")}</div>
          <div className="df-key-state">{light ? <ExplainLink node={light.node}><StateMark state={light.state} size={20} /></ExplainLink> : <span className="df-key-words">{t("notShown")}</span>}</div>
        </div>
        <div><div className="df-key-name">{t("goal")}</div>{target.target.value === null ? <span className="df-key-words">{target.target.period ? t("inWordsBy", { year: target.target.period }) : t("inWords")}</span> : <span className="df-goal-said">{target.compared && <span className="df-key-words">{words(target.compared)} </span>}<Figure figure={target.target} size="large" /></span>}</div>
        <div><div className="df-key-name">{t("baseline")}</div><Figure figure={target.baseline} size="large" /></div>
        <div><div className="df-key-name">{t("required")}</div>{light && light.required.value === null ? <span className="df-key-words">{t("noPath")}</span> : <Figure figure={light?.required} size="large" />}</div>
        <div><div className="df-key-name">{t("actual")}</div><Figure figure={light?.actual} size="large" /></div>
        <div><div className="df-key-name">{t("gap")}</div><Figure figure={light?.gap} size="large" signed most={3} /></div>
      </section>
      {light && <p className="df-why"><span className="df-muted">{t("why")}</span> {words(light.reason)}</p>}
    </>
  );
}

const KINDS = ["upper", "lower", "same", "task"] as const;

function Related({ target, className }: { target: Target; className: string }) {
  const t = useTargetsText();
  const words = useWords();
  const lang = useLang();
  const groups = KINDS.map((kind) => ({ kind, items: target.related.filter((one) => one.kind === kind) })).filter((group) => group.items.length > 0);
  return (
    <Section className={className} title={t("related")}>
      {groups.length === 0 && <p className="df-muted">{t("relatedNone")}</p>}
      {groups.map(({ kind, items }) => (
        <div key={kind} className="df-related">
          <h3>{t(`kind_${kind}`)}</h3>
          <ul>
            {items.map((one) => (
              <li key={one.id}>
                {one.state && <StateMark state={one.state} bare />}
                <span>
                  <ViewLink to={`/${kind === "task" ? "tasks" : "targets"}/${encodeURIComponent(one.id)}`}>{kind !== "task" && one.note ? words(one.note) : words(one.name)}</ViewLink>
                  <span className="df-muted"> {[lang === "en" ? one.region_en : one.region, kind === "task" ? one.value : null].filter(Boolean).join(" · ")}</span>
                </span>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </Section>
  );
}

function History({ target }: { target: Target }) {
  const t = useTargetsText();
  const lang = useLang();
  const said = (action: string) => (isTargetsKey(`action_${action}`) ? t(`action_${action}` as "action_read") : t("action_other"));
  const moves = target.history.map((entry, n) => ({
    key: String(n), title: said(entry.action), who: entry.who, when: entry.at, reason: entry.why ?? entry.source ?? undefined,
    children: Object.entries(entry.changes).map(([field, change]) => <div key={field} className="df-muted">{field}{lang === "zh" ? "：" : ": "}{changeText(change)}</div>),
  }));
  return <Timeline moves={moves} />;
}

function changeText(change: unknown): string {
  const [before, after] = Array.isArray(change) ? change : [null, change];
  const text = (value: unknown) => (value === null || value === undefined ? "\u2014" : typeof value === "object" ? JSON.stringify(value) : String(value));
  return `${text(before)} → ${text(after)}`;
}
