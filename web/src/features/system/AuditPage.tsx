/** Who did what, when, and how did it end? 审计日志 */
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { App, Button, Input, Select } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { useParam } from "@/app/view";
import { api, send, take, useApi, type ApiProblem, type Schemas } from "@/client";
import { Field, Page, PageFace, Section } from "@/components/ui";
import { DateInput } from "@/components/ui/DateInput";
import { useLang } from "@/i18n";
import { saveBlob } from "@/lib/save";
import { AuditTrail } from "./AuditTrail";
import { useAuditText } from "./auditText";
import { groupsOf, type Act } from "./auditWords";
import "./system.css";

type Lines = Schemas["AuditPage"];
const OUTCOMES = ["ok", "refused", "failed"] as const;

/** The beginning of a day, or of one after it; what is no day goes to the API as it is, which says so. */
export function instantOf(text: string | null, after: number): string | null {
  if (!text) return null;
  const found = dayjs(text).add(after, "day").startOf("day");
  return found.isValid() ? found.toISOString() : text;
}

/** The filters as they stand in the address. */
function useFilters() {
  const [who, setWho] = useParam("who");
  const [group, setGroup] = useParam("group");
  const [act, setAct] = useParam("act");
  const [outcome, setOutcome] = useParam("outcome");
  const [subject, setSubject] = useParam("subject");
  const [from, setFrom] = useParam("from");
  const [to, setTo] = useParam("to");
  const begin = instantOf(from, 0);
  const end = instantOf(to, 1);
  const asked = Object.fromEntries(Object.entries({ who, group, act, outcome, subject, from: begin, to: end }).filter(([, value]) => value)) as Record<string, string>;
  return { who, setWho, group, setGroup, act, setAct, outcome, setOutcome, subject, setSubject, from, setFrom, to, setTo, asked };
}

export function AuditPage() {
  const t = useAuditText();
  const filters = useFilters();
  const acts = useApi(["audit", "acts"], () => api.GET("/api/v1/audit/acts"));
  const pages = useInfiniteQuery<Lines, ApiProblem, { pages: Lines[] }, readonly unknown[], string>({
    queryKey: ["audit", filters.asked],
    queryFn: ({ pageParam }) => take(api.GET("/api/v1/audit", { params: { query: { ...filters.asked, cursor: pageParam, limit: 100 } } })),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const entries = pages.data?.pages.flatMap((page) => page.entries);
  const names = Object.assign({}, ...(pages.data?.pages.map((page) => page.names) ?? [])) as Record<string, string>;
  return (
    <Page title={t("title")} actions={<Export asked={filters.asked} />}>
      <p className="df-muted">{t("intro")}</p>
      <Filters {...filters} acts={acts.data ?? []} />
      <PageFace query={{ ...pages, data: entries }} skeleton="table" isEmpty={(found) => found.length === 0} empty={{ text: t("empty") }}>
        {(found) => (
          <Section flush>
            <AuditTrail entries={found} acts={acts.data ?? []} names={names} />
            {pages.hasNextPage && <div className="df-more"><Button loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>{t("more")}</Button></div>}
          </Section>
        )}
      </PageFace>
    </Page>
  );
}

function Filters({ acts, ...f }: ReturnType<typeof useFilters> & { acts: readonly Act[] }) {
  const t = useAuditText();
  const lang = useLang();
  const named = acts.filter((act) => !f.group || act.group === f.group).map((act) => ({ value: act.act, label: act[lang] }));
  const choose = (label: string, value: string | null, set: (value: string | null) => void, options: { value: string; label: string }[], width: number) => (
    <Field label={label}>{(bound) => <Select {...bound} allowClear showSearch={{ optionFilterProp: "label" }} style={{ minWidth: width }} value={value ?? undefined} onChange={(next?: string) => set(next ?? null)} options={options} />}</Field>
  );
  return (
    <div className="df-row df-filters">
      {choose(t("group"), f.group, f.setGroup, groupsOf(acts, lang), 150)}
      {choose(t("act"), f.act, f.setAct, named, 200)}
      <Typed label={t("who")} value={f.who} set={f.setWho} />
      <Typed label={t("subject")} value={f.subject} set={f.setSubject} />
      {choose(t("outcome"), f.outcome, f.setOutcome, OUTCOMES.map((value) => ({ value, label: t(`outcome_${value}`) })), 110)}
      <Field label={t("from")}>{(bound) => <DateInput {...bound} value={f.from ?? ""} onChange={f.setFrom} />}</Field>
      <Field label={t("to")}>{(bound) => <DateInput {...bound} value={f.to ?? ""} onChange={f.setTo} />}</Field>
    </div>
  );
}

function Typed({ label, value, set }: { label: string; value: string | null; set: (value: string | null) => void }) {
  const [typed, setTyped] = useState(value ?? "");
  const done = () => set(typed.trim());
  const change = (next: string) => {
    setTyped(next);
    if (!next) set(null);
  };
  return <Field label={label}>{(bound) => <Input {...bound} allowClear style={{ width: 150 }} value={typed} onChange={(e) => change(e.target.value)} onBlur={done} onPressEnter={done} />}</Field>;
}

function Export({ asked }: { asked: Record<string, string> }) {
  const t = useAuditText();
  const { message } = App.useApp();
  const save = async () => {
    try {
      saveBlob("audit.csv", await (await send(`/api/v1/audit/export?${new URLSearchParams(asked)}`)).blob());
    } catch (problem) {
      void message.error(problem instanceof Error ? problem.message : String(problem));
    }
  };
  return <Button onClick={() => void save()}>{t("export")}</Button>;
}
