/** Are this firm's figures for the period right, and who must act next? 填报 */
import { Button } from "antd";
import { useMemo, useState } from "react";
import { useParams } from "react-router";
import { BackTo } from "@/app/BackTo";
import { api, useApi, type Schemas } from "@/client";
import { Page, PageFace, ProblemBox, Section, StepLine, Timeline, WarningLevel, type Level, type Step } from "@/components/ui";
import { useNamed, useWords } from "@/i18n";
import { moment } from "@/lib/dates";
import "./filing.css";
import { useBeneath } from "./Beneath";
import { Grid, type GridColumn } from "./Grid";
import { Issues } from "./Issues";
import { Moves } from "./Moves";
import { useFilingText } from "./text";
import { UsualLine } from "./UsualLine";
import { UploadBook } from "./UploadBook";
import { isStale, useDraft } from "./useDraft";

export type Filing = Schemas["FilingPage"];
export const filingKey = (id: string) => ["filings", id] as const;

export function FilingPage() {
  const { id = "" } = useParams();
  const filing = useApi(filingKey(id), () => api.GET("/api/v1/filings/{id}", { params: { path: { id } } }));
  return <PageFace query={filing} back={<BackTo list="/filing" name="filing" />}>{(found) => <Loaded key={found.id} filing={found} />}</PageFace>;
}

function Loaded({ filing }: { filing: Filing }) {
  const t = useFilingText();
  const words = useWords();
  const named = useNamed();
  const draft = useDraft(filing);
  const [place, setPlace] = useState<{ row: number; column: string } | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string> | null>(null);
  // The columns that are the same in every row are shown only where something is wrong in them.
  const columns = useMemo(() => {
    const wrong = new Set(filing.problems.map((one) => one.column));
    // Who only reads is spared the columns in which nothing stands.
    const used = new Set(filing.rows.flatMap((row) => Object.entries(row.cells).filter(([, text]) => text).map(([name]) => name)));
    const shown = (column: Filing["columns"][number]) => wrong.has(column.name) || (!column.fixed && (filing.may_edit || used.has(column.name)));
    const told = filing.columns.filter(shown).map((column) => gridColumn(column));
    // On a phone who only reads sees the figure beside what it is of; the unit and the rest follow.
    const [first, ...rest] = told;
    if (filing.may_edit || !first || !matchMedia("(max-width: 600px)").matches) return told;
    return [first, ...rest.filter((column) => column.figures), ...rest.filter((column) => !column.figures)];
  }, [filing.columns, filing.problems, filing.rows, filing.may_edit]);
  const beneath = useBeneath(filing);
  const marks = filing.problems.filter((one) => one.row !== null).map((one) => ({ row: one.row!, column: one.column, severity: one.to_fill ? "fill" : one.severity, text: `${words(one.what)} ${words(one.mend)}` }));
  const pointed = useMemo(() => new Set(filing.returned.map((one) => `${String(one.row)}:${String(one.column)}`)), [filing.returned]);
  const toggle = (key: string) => setChosen((old) => {
    const next = new Set(old);
    if (!next.delete(key)) next.add(key);
    return next;
  });
  return (
    <Page
      title={`${filing.enterprise_name} · ${words(filing.contract_name)}`}
      note={`${words(filing.period_name)} · ${named(filing.area_name, filing.area_en)}${filing.term ? ` · ${t("term")} ${filing.term}` : ""}`}
      actions={<>
        {filing.urgency && <WarningLevel level={filing.urgency.level as Level} />}
        {filing.may_edit && <Button href={`/api/v1/filings/${encodeURIComponent(filing.id)}/template`}>{t("template")}</Button>}
        {filing.problems.length > 0 && <Button href={`/api/v1/filings/${encodeURIComponent(filing.id)}/annotated`}>{t("annotated")}</Button>}
      </>}
    >
      <StepLine steps={stepsOf(filing, words)} />
      <ReturnedNote filing={filing} />
      <KeptNote draft={draft} filing={filing} />
      {filing.may_edit && <UploadBook filing={filing} draft={draft} />}
      <Section title={t("grid")} note={filing.may_edit && filing.fill.left > 0 ? t("toFill", { n: filing.fill.left, m: filing.fill.of }) : undefined} side={filing.may_edit ? <SaveState draft={draft} /> : undefined}>
        {filing.rows.length === 0 && !filing.may_edit ? <p className="df-muted">{t("empty")}</p> : (
          <Grid columns={columns} rows={draft.rows} marks={marks} pointed={pointed} readOnly={!filing.may_edit} blank={draft.blank} onChange={draft.change} onFocus={setPlace} beneath={beneath}
            {...(chosen ? { choosing: { chosen, toggle } } : {})} />
        )}
        {filing.may_edit && (
          <div className="df-savebar">
            <Button size="small" onClick={() => draft.change([...draft.rows, { ...draft.blank }])}>{t("addRow")}</Button>
            <OutsideRows filing={filing} draft={draft} />
          </div>
        )}
        <TakenOut filing={filing} />
        <UsualLine filing={filing} rows={draft.rows} place={place} />
      </Section>
      <Issues filing={filing} draft={draft} />
      <Moves filing={filing} chosen={chosen} onChoose={setChosen} before={draft.flush} />
      <Section title={t("trail")}>
        <Timeline
          moves={[...filing.trail].reverse().map((step, n) => ({ key: String(n), title: words(step.name), who: [signature(step), step.unit ? words(step.unit) : "", words(step.role_name)].filter(Boolean).join(" · "), when: step.at, reason: step.reason || undefined, children: <PointedCells filing={filing} step={step} /> }))}
        />
      </Section>
    </Page>
  );
}

/** What was typed before the page was loaded anew, and never saved: taken up again, or let go. */
function KeptNote({ draft, filing }: { draft: ReturnType<typeof useDraft>; filing: Filing }) {
  const t = useFilingText();
  if (!draft.kept) return null;
  return (
    <div className="df-problem" role="status">
      <strong>{t("keptTitle", { time: moment(draft.kept.at) })}</strong>
      <p>{draft.kept.version === filing.version ? t("keptText") : t("keptChanged")}</p>
      <div className="df-row">
        <Button size="small" type="primary" onClick={() => draft.takeKept(true)}>{t("keptTake")}</Button>
        <Button size="small" onClick={() => draft.takeKept(false)}>{t("keptDrop")}</Button>
      </div>
    </div>
  );
}

/** Why and what of it was returned, and until when it is due again, by which rule. */
function ReturnedNote({ filing }: { filing: Filing }) {
  const t = useFilingText();
  const words = useWords();
  if (filing.state !== "returned") return null;
  const step = [...filing.trail].reverse().find((one) => one.to_state === "returned" && one.from_state !== "returned");
  const term = step?.data?.term as { until: string; zh: string; en: string } | undefined;
  const header = (name: string) => words(filing.columns.find((one) => one.name === name)?.header) || name;
  const cells = filing.returned.map((one) => t("cellAt", { row: String(one.row), column: header(String(one.column)) }));
  return (
    <div className="df-problem" role="status">
      <strong>{t("returned")}</strong>
      <p>{filing.why_returned}</p>
      <p>{cells.length > 0 ? `${t("cells")}: ${cells.join(", ")}` : step?.data?.whole ? t("wholeForm") : null}</p>
      {term && <p className="df-muted">{t("term")} {term.until} · {words(term)}</p>}
    </div>
  );
}

/** Name（login）, or the login alone where no name was kept. */
export const signature = (step: { who?: string | null; display?: string }) => (step.display ? `${step.display}（${step.who}）` : (step.who ?? ""));

/** The cells that a move of the history was about, with what was said of each. */
function PointedCells({ filing, step }: { filing: Filing; step: Filing["trail"][number] }) {
  const t = useFilingText();
  const words = useWords();
  const cells = (step.data?.cells ?? []) as { row: number | null; column: string; item?: string; what: string }[];
  if (!cells.length) return step.data?.whole ? <div className="df-muted">{t("wholeForm")}</div> : null;
  const header = (name: string) => words(filing.columns.find((one) => one.name === name)?.header) || name;
  return (
    <ul className="df-list">
      {cells.map((one, n) => <li key={n}>{t("cellAt", { row: one.row ?? "", column: header(one.column) })}{one.item ? `（${one.item}）` : ""}{one.what && one.what !== step.reason ? `: ${one.what}` : ""}</li>)}
    </ul>
  );
}

/** Rows that stood in the table before it was returned and stand there no more. */
function TakenOut({ filing }: { filing: Filing }) {
  const t = useFilingText();
  const gone = filing.may_edit ? [] : filing.changes.filter((one) => one.row === null);
  return gone.length ? <p className="df-muted">{t("takenOut", { items: gone.map((one) => one.item).join(", ") })}</p> : null;
}

/** Rows that speak of another enterprise or period: taken out in one go. */
function OutsideRows({ filing, draft }: { filing: Filing; draft: ReturnType<typeof useDraft> }) {
  const t = useFilingText();
  const rows = new Set(filing.problems.filter((one) => one.kind === "other_period" || one.kind === "other_enterprise").map((one) => one.row));
  if (!rows.size) return null;
  return <Button size="small" danger onClick={() => draft.change(draft.rows.filter((_, n) => !rows.has(n + 1)))}>{t("dropOutside", { n: rows.size })}</Button>;
}

function gridColumn(column: Filing["columns"][number]): GridColumn {
  const options = column.options?.length ? { options: column.options.map((one) => one.name || one.code) } : {};
  return { name: column.name, zh: column.header.zh, en: column.header.en, unit: column.unit, required: column.required, figures: column.kind === "number", ...options };
}

function stepsOf(filing: Filing, words: ReturnType<typeof useWords>): Step[] {
  const here = filing.line.findIndex((step) => step.here);
  const returned = filing.state === "returned";
  return filing.line.map((step, n) => ({
    key: step.state, label: words(step.name), who: signature(step), when: step.at,
    at: returned && step.here ? "returned" : step.here ? "here" : n < here || step.at ? "done" : "ahead",
  }));
}

function SaveState({ draft }: { draft: ReturnType<typeof useDraft> }) {
  const t = useFilingText();
  if (draft.problem) {
    return isStale(draft.problem) ? <span role="alert">{t("stale")} <Button size="small" onClick={draft.reload}>{t("reload")}</Button></span> : <ProblemBox compact problem={draft.problem} onAgain={() => void draft.flush().catch(() => undefined)} />;
  }
  if (draft.saving) return <span className="df-muted">{t("saving")}</span>;
  if (draft.dirty) return <span className="df-muted">{t("unsaved")}</span>;
  return draft.savedAt ? <span className="df-muted">{t("saved", { time: moment(draft.savedAt) })}</span> : null;
}
