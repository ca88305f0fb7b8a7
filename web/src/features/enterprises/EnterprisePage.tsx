/** How much energy and carbon does this firm have, of what, and what is missing or due? 企业页 */
import { useParams } from "react-router";
import { useMay } from "@/app/me";
import { useView } from "@/app/view";
import { ViewLink } from "@/app/ViewLink";
import { api, useApi, type Schemas } from "@/client";
import { Figure, Page, PageFace, Section, Sentence, SourceLine } from "@/components/ui";
import { useWords } from "@/i18n";
import { moment } from "@/lib/dates";
import { WriteFinding } from "@/features/findings/WriteFinding";
import "./enterprises.css";
import { FirmCharts } from "./FirmCharts";
import { useEnterprisesText } from "./text";

type Firm = Schemas["FirmPage"];

export function EnterprisePage() {
  const { id = "" } = useParams();
  const { year } = useView();
  const firm = useApi(["enterprise", id, year], () => api.GET("/api/v1/enterprises/{id}", { params: { path: { id }, query: { year } } }));
  return <PageFace query={firm}>{(found) => <Loaded firm={found} />}</PageFace>;
}

function Loaded({ firm }: { firm: Firm }) {
  const t = useEnterprisesText();
  const words = useWords();
  const verifies = useMay("finding.write");
  return (
    <Page title={firm.name} note={`${firm.area_name} · ${firm.industry_name} · ${t("year", { year: firm.year })}`} actions={verifies ? <WriteFinding enterpriseId={firm.enterprise_id} /> : undefined}>
      <Sentence>{words(firm.sentence)}</Sentence>
      <dl className="df-kpis">
        {firm.figures.map(([name, figure], n) => <div key={n}><dt>{words(name)}</dt><dd><Figure figure={figure} size="large" /></dd></div>)}
      </dl>
      <FirmCharts firm={firm} />
      <div className="df-grid">
        <Section className="df-6" title={t("missing")}><Gaps gaps={firm.missing} none={t("missingNone")} /></Section>
        <Section className="df-6" title={t("due")} side={firm.due.length > 0 && <ViewLink to="/filing">{t("toFiling")}</ViewLink>}><Gaps gaps={firm.due} none={t("dueNone")} /></Section>
        <Section className="df-6" title={t("registry")}><Registry firm={firm} /></Section>
        <Section className="df-6" title={t("batches")}>
          <ul className="df-list">{firm.batches.map(([id, file, at]) => <li key={id}>{file} <span className="df-muted">{moment(at)}</span></li>)}</ul>
        </Section>
      </div>
      <SourceLine source={firm.source} />
    </Page>
  );
}

function Gaps({ gaps, none }: { gaps: Firm["missing"]; none: string }) {
  const t = useEnterprisesText();
  const words = useWords();
  if (!gaps.length) return <p className="df-muted">{none}</p>;
  const name = (severity: string) => (severity === "error" ? t("severity_error") : severity === "warning" ? t("severity_warning") : t("severity_note"));
  return (
    <ul className="df-list df-gaps">
      {gaps.map((gap, n) => (
        <li key={n}>
          <span className={`df-gap df-gap-${gap.severity}`}>{name(gap.severity)}</span>
          <span className="df-num">{gap.period}</span>
          {gap.href ? <ViewLink to={gap.href}>{words(gap.what)}</ViewLink> : <span>{words(gap.what)}</span>}
        </li>
      ))}
    </ul>
  );
}

function Registry({ firm }: { firm: Firm }) {
  const t = useEnterprisesText();
  const said = (flag: boolean | null | undefined) => (flag == null ? t("unknown") : t(flag ? "yes" : "no"));
  return (
    <>
      <dl className="df-facts">
        <dt>{t("uscc")}</dt><dd className="df-mono">{firm.uscc ?? t("unknown")}</dd>
        <dt>{t("area")}</dt><dd>{firm.area_name} <span className="df-mono df-muted">{firm.area_code}</span></dd>
        <dt>{t("industry")}</dt><dd>{firm.industry_name} <span className="df-mono df-muted">{firm.industry_code}</span></dd>
        <dt>{t("keyUser")}</dt><dd>{said(firm.key_user)}</dd>
        <dt>{t("aboveScale")}</dt><dd>{said(firm.above_scale)}</dd>
      </dl>
      {firm.rows.length > 1 && (
        <ul className="df-list">
          {firm.rows.map((row) => (
            <li key={row.since}>{t("since")} {row.since} {t("until")} {row.until ?? t("now")}:{[row.name, row.area, row.industry, row.status].filter(Boolean).join(" · ")}</li>
          ))}
        </ul>
      )}
    </>
  );
}
