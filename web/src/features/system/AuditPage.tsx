/** Who did what, when, and how did it end? 审计日志 */
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { App, Button, DatePicker, Input, Select } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { useParam } from "@/app/view";
import { api, send, take, type ApiProblem, type Schemas } from "@/client";
import { Field, Page, PageFace, Section } from "@/components/ui";
import { moment } from "@/lib/dates";
import { saveBlob } from "@/lib/save";
import "./system.css";
import { useSystemText } from "./text";

type Entry = Schemas["AuditEntry"];
const OUTCOMES = ["ok", "refused", "failed"] as const;

/** The filters as they stand in the address. */
function useFilters() {
  const [who, setWho] = useParam("who");
  const [act, setAct] = useParam("act");
  const [outcome, setOutcome] = useParam("outcome");
  const [from, setFrom] = useParam("from");
  const [to, setTo] = useParam("to");
  const asked = Object.fromEntries(Object.entries({ who, act, outcome, from: from && dayjs(from).startOf("day").toISOString(), to: to && dayjs(to).add(1, "day").startOf("day").toISOString() }).filter(([, value]) => value)) as Record<string, string>;
  return { who, setWho, act, setAct, outcome, setOutcome, from, setFrom, to, setTo, asked };
}

export function AuditPage() {
  const t = useSystemText();
  const filters = useFilters();
  const pages = useInfiniteQuery<Schemas["AuditPage"], ApiProblem, { pages: Schemas["AuditPage"][] }, readonly unknown[], string>({
    queryKey: ["audit", filters.asked],
    queryFn: ({ pageParam }) => take(api.GET("/api/v1/audit", { params: { query: { ...filters.asked, cursor: pageParam, limit: 100 } } })),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const entries = pages.data?.pages.flatMap((page) => page.entries);
  return (
    <Page title={t("audit")} actions={<Export asked={filters.asked} />}>
      <p className="df-muted">{t("auditText")}</p>
      <Filters {...filters} />
      <PageFace query={{ ...pages, data: entries }} skeleton="table" isEmpty={(found) => found.length === 0} empty={{ text: t("auditEmpty") }}>
        {(found) => (
          <Section flush>
            <Trail entries={found} />
            {pages.hasNextPage && <div className="df-more"><Button loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>{t("auditMore")}</Button></div>}
          </Section>
        )}
      </PageFace>
    </Page>
  );
}

function Filters({ who, setWho, act, setAct, outcome, setOutcome, from, setFrom, to, setTo }: ReturnType<typeof useFilters>) {
  const t = useSystemText();
  const [typed, setTyped] = useState({ who: who ?? "", act: act ?? "" });
  const date = (value: string | null, set: (value: string | null) => void) => (bound: object) => <DatePicker {...bound} value={value ? dayjs(value) : null} onChange={(d) => set(d ? d.format("YYYY-MM-DD") : null)} />;
  const text = (name: "who" | "act", set: (value: string | null) => void) => (bound: object) => <Input {...bound} allowClear value={typed[name]} onChange={(e) => { setTyped({ ...typed, [name]: e.target.value }); if (!e.target.value) set(null); }} onBlur={() => set(typed[name].trim())} onPressEnter={() => set(typed[name].trim())} />;
  return (
    <div className="df-row df-filters">
      <Field label={t("auditWho")}>{text("who", setWho)}</Field>
      <Field label={t("auditAct")}>{text("act", setAct)}</Field>
      <Field label={t("auditOutcome")}>{(bound) => <Select {...bound} allowClear style={{ minWidth: 120 }} value={outcome ?? undefined} onChange={(value?: string) => setOutcome(value ?? null)} options={OUTCOMES.map((value) => ({ value, label: t(`outcome_${value}`) }))} />}</Field>
      <Field label={t("from")}>{date(from, setFrom)}</Field>
      <Field label={t("auditTo")}>{date(to, setTo)}</Field>
    </div>
  );
}

function Export({ asked }: { asked: Record<string, string> }) {
  const t = useSystemText();
  const { message } = App.useApp();
  const save = async () => {
    try {
      saveBlob("audit.csv", await (await send(`/api/v1/audit/export?${new URLSearchParams(asked)}`)).blob());
    } catch (problem) {
      void message.error(problem instanceof Error ? problem.message : String(problem));
    }
  };
  return <Button onClick={() => void save()}>{t("auditExport")}</Button>;
}

function Trail({ entries }: { entries: readonly Entry[] }) {
  const t = useSystemText();
  return (
    <div className="df-plain-scroll" tabIndex={0} role="region" aria-label={t("audit")}>
      <table className="df-plain">
        <thead><tr>{(["auditAt", "auditWho", "auditAct", "auditSubject", "auditOutcome", "auditIp", "auditDetail"] as const).map((key) => <th key={key} scope="col">{t(key)}</th>)}</tr></thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.seq}>
              <th scope="row" className="df-nowrap">{moment(entry.at)}</th>
              <td>{entry.who}</td>
              <td className="df-mono">{entry.act}</td>
              <td>{entry.subject}</td>
              <td className={entry.outcome === "ok" ? undefined : "df-outcome-bad"}>{t(`outcome_${entry.outcome}`)}</td>
              <td className="df-mono">{entry.ip}</td>
              <td className="df-detail">{Object.entries(entry.detail ?? {}).map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`).join(" · ")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
