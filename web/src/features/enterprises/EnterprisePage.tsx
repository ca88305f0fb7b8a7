/** How much energy and carbon does this firm have, of what, and what is missing or due? 企业页 */
import { useState } from "react";
import { useParams } from "react-router";
import { useMay } from "@/app/me";
import { useView } from "@/app/view";
import { ViewLink } from "@/app/ViewLink";
import { BackTo } from "@/app/BackTo";
import { api, useApi, type Schemas } from "@/client";
import { Figure, Page, PageFace, Section, Sentence, SourceLine } from "@/components/ui";
import { sentenceCase, useLang, useNamed, useWords } from "@/i18n";
import { moment } from "@/lib/dates";
import { FirmEnergy } from "@/features/energy/FirmEnergy";
import { WriteFinding } from "@/features/findings/WriteFinding";
import { FirmTabs } from "@/features/methods/FirmTabs";
import "./enterprises.css";
import { FirmCharts } from "./FirmCharts";
import { useEnterprisesText } from "./text";

type Firm = Schemas["FirmPage"];

export function EnterprisePage() {
  const { id = "" } = useParams();
  const { year } = useView();
  const firm = useApi(["enterprise", id, year], () => api.GET("/api/v1/enterprises/{id}", { params: { path: { id }, query: { year } } }));
  return <PageFace query={firm} back={<BackTo list="/enterprises" name="enterprises" />}>{(found) => <Loaded firm={found} />}</PageFace>;
}

function Loaded({ firm }: { firm: Firm }) {
  const t = useEnterprisesText();
  const words = useWords();
  const named = useNamed();
  const verifies = useMay("finding.write");
  const files = useMay("filing.see");
  const lang = useLang();
  const others = firm.due.filter((gap) => gap.severity === "error" && gap.period.startsWith(String(firm.year))).length;
  return (
    <Page title={firm.name} note={`${named(firm.area_name, firm.area_en)} · ${named(firm.industry_name, firm.industry_en)} · ${t("year", { year: firm.year })}`} actions={verifies ? <WriteFinding enterpriseId={firm.enterprise_id} /> : undefined}>
      <FirmTabs id={firm.enterprise_id} current="data" />
      <Sentence>{words(firm.sentence)}</Sentence>
      <dl className="df-kpis">
        {firm.figures.map(([name, figure], n) => <div key={n}><dt>{sentenceCase(words(name), lang)}</dt><dd><Figure figure={figure} size="large" /></dd></div>)}
      </dl>
      <div className="df-grid">
        <Section className="df-6" title={firm.missing.length ? t("missingCount", { n: firm.missing.length }) : t("missing")}><Gaps gaps={firm.missing} none={[t("missingNone"), others > 0 ? t("missingOthers", { n: others }) : ""].filter(Boolean).join(" ")} /></Section>
        <Section className="df-6" title={firm.due.length ? t("dueCount", { n: firm.due.length, late: firm.due.filter((gap) => gap.severity === "error").length }) : t("due")} side={firm.due.length > 0 && files && <ViewLink to="/filing">{t("toFiling")}</ViewLink>}><Gaps gaps={firm.due} none={t("dueNone")} due /></Section>
      </div>
      <FirmCharts firm={firm} />
      <FirmEnergy id={firm.enterprise_id} year={firm.year} />
      <div className="df-grid">
        <Section className="df-6" title={t("registry")}><Registry firm={firm} /></Section>
        <Section className="df-6" title={t("batches")}>
          <ul className="df-list">{firm.batches.map(([id, file, at]) => <li key={id}>{file} <span className="df-muted">{moment(at)}</span></li>)}</ul>
        </Section>
      </div>
      <SourceLine source={firm.source} />
    </Page>
  );
}

const FIRST = 6;

/** The first few, and all at a click; of what is due an error is a term that has passed. */
function Gaps({ gaps, none, due = false }: { gaps: Firm["missing"]; none: string; due?: boolean }) {
  const [all, setAll] = useState(false);
  const t = useEnterprisesText();
  const words = useWords();
  if (!gaps.length) return <p className="df-muted">{none}</p>;
  const name = (severity: string) => (severity === "error" ? t(due ? "late" : "severity_error") : severity === "warning" ? t(due ? "open" : "severity_warning") : t("severity_note"));
  return (
    <>
    <ul className="df-list df-gaps">
      {(all ? gaps : gaps.slice(0, FIRST)).map((gap, n) => (
        <li key={n}>
          <span className={`df-gap df-gap-${gap.severity}`}>{name(gap.severity)}</span>
          <span className="df-num">{gap.period}</span>
          {gap.href ? <ViewLink to={gap.href}>{words(gap.what)}</ViewLink> : <span>{words(gap.what)}</span>}
        </li>
      ))}
    </ul>
    {gaps.length > FIRST && <button type="button" className="df-bare df-more df-noprint" aria-expanded={all} onClick={() => setAll(!all)}>{all ? t("showFewer") : t("showAll", { n: gaps.length })}</button>}
    </>
  );
}

function Registry({ firm }: { firm: Firm }) {
  const t = useEnterprisesText();
  const named = useNamed();
  const said = (flag: boolean | null | undefined) => (flag == null ? t("unknown") : t(flag ? "yes" : "no"));
  return (
    <>
      <dl className="df-facts">
        <dt>{t("uscc")}</dt><dd className="df-mono">{firm.uscc ?? t("unknown")}</dd>
        <dt>{t("area")}</dt><dd title={firm.area_code}>{named(firm.area_name, firm.area_en)}</dd>
        <dt>{t("industry")}</dt><dd title={firm.industry_code}>{named(firm.industry_name, firm.industry_en)}</dd>
        <dt>{t("keyUser")}</dt><dd>{said(firm.key_user)}</dd>
        <dt>{t("aboveScale")}</dt><dd>{said(firm.above_scale)}</dd>
      </dl>
      {firm.rows.length > 1 && (
        <ul className="df-list">
          {firm.rows.map((row) => (
            <li key={row.since}>{t("since")} {row.since} {t("until")} {row.until ?? t("now")}:{[row.name, named(row.area, row.area_en), named(row.industry, row.industry_en), row.status].filter(Boolean).join(" · ")}</li>
          ))}
        </ul>
      )}
    </>
  );
}
