/** What must I hand in or check, and by when? 填报首页 */
import { Button, Segmented, Select } from "antd";
import { useNavigate, useSearchParams } from "react-router";
import { useMe } from "@/app/me";
import { useCarry } from "@/app/view";
import { api, useAct, useApi, type Schemas } from "@/client";
import { DataTable, Page, PageFace, ProblemBox, Section, Sentence, WarningLevel, type Level } from "@/components/ui";
import { useWords } from "@/i18n";
import { BulkMoves, useBulkWays } from "./BulkMoves";
import "./filing.css";
import { Remind } from "./Remind";
import { useFilingText } from "./text";

type Due = Schemas["Due"];
const OPEN = new Set(["due", "late", "draft", "returned"]);
const SHOWN = 40;

export function FilingsPage() {
  const t = useFilingText();
  const may = useMe().use_cases;
  const files = may.includes("filing.edit");
  const reminds = may.includes("filing.remind");
  const ways = useBulkWays();
  const own = ways.length === 1 ? ways[0]!.from : undefined; // the state in which a filing waits for this caller
  const [params, setParam] = useChoice();
  const scope = params.get("filings") ?? "mine";
  return (
    <Page title={t("title")}>
      {files ? <Dues /> : <Waiting />}
      {!files && <DuesOfPeriod reminds={reminds} />}
      <Section title={t("filingsTitle")} flush side={own && <Segmented size="small" aria-label={t("filingsTitle")} value={scope} onChange={(to) => setParam("filings", to)} options={[{ value: "mine", label: t("mine") }, { value: "all", label: t("every") }]} />}>
        <DataTable name="filings" fixed={{ "f.state": own && scope === "mine" ? own : undefined }} {...(ways.length ? { bulk: ({ rows, clear }) => <BulkMoves rows={rows} clear={clear} /> } : {})} rowHref={(row) => `/filing/${encodeURIComponent(String(row.case_id ?? row.id))}`} height="min(52vh, 560px)" empty={{ title: t("nothing"), text: t("nothingText") }} />
      </Section>
    </Page>
  );
}

/** A choice of this page, kept in the address. */
function useChoice() {
  const [params, setParams] = useSearchParams();
  const set = (name: string, value: string) => setParams((old) => {
    const next = new URLSearchParams(old);
    next.set(name, value);
    return next;
  }, { replace: true });
  return [params, set] as const;
}

/** What is owed, of the last closed period unless another is chosen, with its counts. */
function DuesOfPeriod({ reminds }: { reminds: boolean }) {
  const t = useFilingText();
  const words = useWords();
  const [params, setParam] = useChoice();
  const dues = useApi(["filings", "dues", "counts"], () => api.GET("/api/v1/filings/dues", { params: { query: { most: 0 } } }));
  return (
    <PageFace query={dues} skeleton="table">
      {(found) => {
        const chosen = params.get("duePeriod") ?? found.last_closed ?? "all";
        const one = found.periods.find((period) => period.period === chosen);
        const options = [...found.periods.map((period) => ({ value: period.period, label: t("periodCount", { period: words(period.name), open: period.open, of: period.of }) })), { value: "all", label: t("periodAll") }];
        return (
          <Section title={t("duesTitle")} flush>
            <div className="df-periods">
              <Select size="small" aria-label={t("period")} value={chosen} options={options} popupMatchSelectWidth={false} onChange={(to) => setParam("duePeriod", to)} />
              {one && <span>{t("periodLine", { of: one.of, done: one.done, under: one.under_way, open: one.open, late: one.late })}</span>}
            </div>
            <DataTable name="dues" prefix="due" fixed={{ "f.period": chosen === "all" ? undefined : chosen }} {...(reminds ? { bulk: ({ rows, clear }) => <Remind rows={rows} clear={clear} />, actions: <Remind /> } : {})} rowHref={(row) => (row.case_id ? `/filing/${encodeURIComponent(String(row.case_id))}` : `/enterprises/${encodeURIComponent(String(row.enterprise_id))}`)} height="min(52vh, 560px)" />
          </Section>
        );
      }}
    </PageFace>
  );
}

/** The enterprise's home: what is due, nearest term first. */
function Dues() {
  const t = useFilingText();
  const words = useWords();
  const dues = useApi(["filings", "dues"], () => api.GET("/api/v1/filings/dues"));
  return (
    <PageFace query={dues} skeleton="table">
      {(found) => {
        const open = found.items.filter((due) => OPEN.has(due.state));
        const n = { late: open.filter((due) => due.late).length, due: open.filter((due) => !due.late && due.state !== "returned").length, back: open.filter((due) => due.state === "returned").length };
        return (
          <>
            <Sentence>{t("sentenceFirm", n)}</Sentence>
            <Section title={t("duesTitle")} note={found.rule_status === "trial" ? t("trialRule") : found.rule}>
              {open.length === 0 ? <p className="df-muted">{t("nothingText")}</p> : (
                <div className="df-table-scroll">
                  <table className="df-parts df-dues">
                    <thead><tr><th>{t("table")}</th><th>{t("period")}</th><th>{t("term")}</th><th>{t("state")}</th><td /></tr></thead>
                    <tbody>{open.slice(0, SHOWN).map((due) => <DueRow key={`${due.enterprise_id}${due.contract}${due.period}`} due={due} name={words(due.contract_name)} />)}</tbody>
                  </table>
                </div>
              )}
            </Section>
          </>
        );
      }}
    </PageFace>
  );
}

function DueRow({ due, name }: { due: Due; name: string }) {
  const t = useFilingText();
  const words = useWords();
  const navigate = useNavigate();
  const carry = useCarry();
  const to = (id: string) => void navigate(carry(`/filing/${encodeURIComponent(id)}`));
  const begin = useAct(
    (_: void) => api.POST("/api/v1/filings", { body: { enterprise_id: due.enterprise_id, period: due.period, contract: due.contract } }),
    { renew: [["filings"], ["table", "filings"]], done: (page) => to(page.id) },
  );
  const id = due.filing_id;
  return (
    <tr>
      <td>{name}{begin.error ? <ProblemBox compact problem={begin.error} /> : null}</td>
      <td>{words(due.period_name)}</td>
      <td>{due.term} {due.urgency && <WarningLevel level={due.urgency.level as Level} />}</td>
      <td>{words(due.state_name)}</td>
      <td>
        {id
          ? <Button size="small" onClick={() => to(id)}>{due.state === "draft" || due.state === "returned" ? t("resume") : t("look")}</Button>
          : <Button size="small" type="primary" loading={begin.isPending} onClick={() => begin.mutate()}>{t("open")}</Button>}
      </td>
    </tr>
  );
}

/** The bureau's home: what waits for a decision. */
function Waiting() {
  const t = useFilingText();
  const inbox = useApi(["inbox"], () => api.GET("/api/v1/inbox"));
  return <PageFace query={inbox} skeleton="lines">{(found) => <Sentence>{t("sentenceBureau", { n: found.items.filter((one) => one.kind === "filing").length })}</Sentence>}</PageFace>;
}
