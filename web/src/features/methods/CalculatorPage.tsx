/** What does this case come to, and how? A public calculator for any method and rule 计算器: nothing is stored on the server. */
import { Button, Segmented } from "antd";
import { useEffect, useMemo, useRef, useState } from "react";
import { useQueries } from "@tanstack/react-query";
import { useParam } from "@/app/view";
import { api, take, useAct, useApi, type Schemas } from "@/client";
import { Page, PageFace, ProblemBox, Section } from "@/components/ui";
import { saveText } from "@/lib/save";
import { CaseJson } from "./CaseJson";
import { CompareRules } from "./CompareRules";
import { caseOf, draftOf, isBlank, keep, kept, newDraft, type CaseForm, type Draft, type Part } from "./draft";
import { exampleCase } from "./example";
import "./methods.css";
import { OwnFactors, OwnRatios, PrintedFigures } from "./Extras";
import { PartForm } from "./PartForm";
import { ResultView } from "./ResultView";
import { Setup } from "./Setup";
import { useMethodsText } from "./text";
import { byIds, inForceFor, merged, methodIn, streamsOf, type Stream } from "./wanted";

type Heads = ReturnType<typeof merged>;
type Told = Schemas["MethodPage"];

export function CalculatorPage() {
  const t = useMethodsText();
  const heads = useApi(["methods", ""], () => api.GET("/api/v1/methods"), { staleTime: 600_000 });
  return (
    <Page title={t("calculator")} note={t("calculatorNote")}>
      <PageFace query={heads}>{(found) => <Loaded heads={merged(found)} />}</PageFace>
    </Page>
  );
}

/** The draft that the address asks for: what was typed of its method before, else a new one; without a method the last. */
function useDraft(heads: Heads): [Draft, (change: (old: Draft) => Draft) => void] {
  const [method, setMethod] = useParam("method");
  const [family, setFamily] = useParam("family");
  const [period, setPeriod] = useParam("period");
  const [scope, setScope] = useParam("scope");
  const [draft, setDraft] = useState<Draft>(() => {
    const known = heads.some((head) => head.method === method) ? method : null;
    const first = known ?? "cement";
    const own = heads.filter((head) => head.method === first);
    const rules = own.map((head) => head.family);
    const when = period ?? String(new Date().getFullYear() - 1);
    const fresh = newDraft(first, rules.find((one) => one === family) ?? inForceFor(own, when), when, scope ?? "CN");
    const old = kept(known);
    if (!old?.parts?.length) return fresh;
    const parts = old.parts.map((part, n) => (n === 0 && known && family && rules.includes(family) ? { ...part, family } : part));
    return { ...old, parts, ...(known && period ? { period } : {}), ...(known && scope ? { scope } : {}) };
  });
  const only = draft.parts[0]!;
  useEffect(() => keep(draft), [draft]);
  useEffect(() => {
    if (method !== only.method) setMethod(only.method);
  }, [method, only.method, setMethod]);
  useEffect(() => {
    if (family !== only.family) setFamily(only.family);
  }, [family, only.family, setFamily]);
  useEffect(() => {
    if ((period ?? "") !== draft.period) setPeriod(draft.period || null);
  }, [period, draft.period, setPeriod]);
  useEffect(() => {
    if ((scope ?? "CN") !== draft.scope) setScope(draft.scope === "CN" ? null : draft.scope);
  }, [scope, draft.scope, setScope]);
  return [draft, setDraft];
}

/** What the methods of all parts ask, by method/family. */
function useTold(parts: readonly Part[]) {
  const pairs = [...new Set(parts.filter((one) => one.method && one.family).map((one) => `${one.method}/${one.family}`))];
  const pages = useQueries({
    queries: pairs.map((pair) => {
      const [method = "", family = ""] = pair.split("/");
      return { queryKey: ["method", method, family], queryFn: () => take(api.GET("/api/v1/methods/{method}/{family}", { params: { path: { method, family } } })), staleTime: 600_000 };
    }),
  });
  const told = new Map<string, Told>();
  pairs.forEach((pair, n) => pages[n]?.data && told.set(pair, pages[n].data));
  return { told, problem: pages.find((one) => one.error)?.error ?? null, again: () => pages.forEach((one) => one.error && void one.refetch()) };
}

const RAN = "dafeng.case.ran";

function Loaded({ heads }: { heads: Heads }) {
  const t = useMethodsText();
  const [draft, setDraft] = useDraft(heads);
  const { told, problem, again } = useTold(draft.parts);
  const [view, setView] = useParam("view");
  const [at, setAt] = useState(0);
  const [tried, setTried] = useState(false);
  const [computed, setComputed] = useState<CaseForm | null>(null);
  const shown = useRef<HTMLDivElement>(null);
  const wanted = useMemo(() => (part: Part): readonly Stream[] | undefined => { const page = told.get(`${part.method}/${part.family}`); return page && streamsOf(page); }, [told]);
  const { given, faults } = useMemo(() => caseOf(draft, wanted), [draft, wanted]);
  const compute = useAct((body: CaseForm) => api.POST("/api/v1/calculator", { body }), { done: () => requestAnimationFrame(() => shown.current?.scrollIntoView({ block: "start", behavior: "smooth" })) });
  const run = (body: CaseForm) => {
    setComputed(body);
    remembered(true);
    compute.mutate(body);
  };
  const ready = told.size > 0;
  useEffect(() => {
    // A case may name streams, kinds and figures in words; the form shows them in their fields.
    const parts = draft.parts.map((one) => {
      const streams = wanted(one);
      const rows = streams ? one.rows.map((row) => byIds(row, streams)) : one.rows;
      return rows.some((row, n) => row !== one.rows[n]) ? { ...one, rows } : one;
    });
    if (parts.some((one, n) => one !== draft.parts[n])) setDraft((old) => ({ ...old, parts }));
  }, [draft.parts, wanted, setDraft]);
  useEffect(() => {
    // What was computed before a reload is computed again: the result is no more lost than the figures.
    if (ready && remembered() && faults.length === 0 && !isBlank(draft) && !compute.data && !compute.isPending) run(given);
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [ready]);
  const clear = () => {
    const part = draft.parts[0]!;
    setDraft(() => newDraft(part.method, part.family, draft.period, draft.scope));
    setTried(false);
    setComputed(null);
    remembered(false);
    compute.reset();
  };
  const load = (read: Draft) => {
    // A case may leave the rule to the system; the form shows which one that is.
    const parts = read.parts.map((one) => ({ ...one, method: methodIn(heads, one.method) }));
    const next = { ...read, parts: parts.map((one) => (one.family ? one : { ...one, family: inForceFor(heads.filter((head) => head.method === one.method), read.period) })) };
    setDraft(() => next);
    setAt(0);
    setTried(false);
    setComputed(null);
    compute.reset();
  };
  const part = draft.parts[Math.min(at, draft.parts.length - 1)]!;
  const place = draft.parts.indexOf(part);
  const page = told.get(`${part.method}/${part.family}`);
  const stale = computed !== null && JSON.stringify(computed) !== JSON.stringify(given);
  return (
    <>
      <Setup heads={heads} draft={draft} part={part} place={place} faults={tried ? faults : []} head={page?.head ?? null} onDraft={setDraft} onPart={setAt} onExample={() => load(draftOf(exampleCase))} />
      <Segmented className="df-noprint df-case-views" aria-label={t("views")} value={view === "json" ? "json" : "form"} options={[{ value: "form", label: t("form") }, { value: "json", label: "JSON" }]} onChange={(value) => setView(value === "json" ? "json" : null)} />
      {view === "json" ? (
        <CaseJson given={given} onRead={load} />
      ) : (
        <>
          {problem ? <ProblemBox compact problem={problem} onAgain={again} /> : null}
          {page && <PartForm key={`${place}/${part.method}`} page={page} part={part} others={draft.parts.filter((one) => one !== part).map((one) => one.part)} span={draft.period} faults={tried ? faults : []} onPart={(change) => setDraft((old) => ({ ...old, parts: old.parts.map((one, n) => (n === place ? change(one) : one)) }))} />}
          <OwnFactors draft={draft} faults={tried ? faults : []} onDraft={setDraft} />
          <OwnRatios draft={draft} page={page ?? null} faults={tried ? faults : []} onDraft={setDraft} />
          <PrintedFigures draft={draft} page={page ?? null} faults={tried ? faults : []} onDraft={setDraft} />
        </>
      )}
      <div className="df-case-bar df-noprint">
        <Button type="primary" loading={compute.isPending} onClick={() => { setTried(true); if (faults.length === 0) run(given); }}>{t("compute")}</Button>
        <Button onClick={() => saveText(`${given.case || "case"}.json`, `${JSON.stringify(given, null, 2)}\n`, "application/json")}>{t("saveJson")}</Button>
        <Button onClick={clear}>{t("clear")}</Button>
        <span role="status" className={tried && faults.length ? "df-field-problem" : "df-muted"}>{tried && faults.length ? t("faults", { n: faults.length }) : stale ? t("stale") : t("keptHere")}</span>
      </div>
      <div ref={shown} style={{ scrollMarginTop: 12 }}>
        {compute.error && <ProblemBox problem={compute.error} />}
        {compute.data && computed && (
          <div className="df-stack">
            <ResultView answer={compute.data} />
            <CompareRules given={computed} families={told.get(`${draft.parts[0]!.method}/${draft.parts[0]!.family}`)?.families ?? []} heads={heads} />
            <Section title={t("keepResult")} className="df-noprint">
              <div className="df-row">
                <Button onClick={() => saveText(`${given.case || "case"}-result.json`, `${JSON.stringify(compute.data, null, 2)}\n`, "application/json")}>{t("saveResult")}</Button>
              </div>
              <p className="df-muted df-small">{t("offline")} <code>dafeng account case {given.case || "case"}.json</code></p>
            </Section>
          </div>
        )}
      </div>
    </>
  );
}

/** Whether the case in this tab was computed; told, it remembers. */
function remembered(ran?: boolean): boolean {
  try {
    if (ran === true) sessionStorage.setItem(RAN, "1");
    if (ran === false) sessionStorage.removeItem(RAN);
    return sessionStorage.getItem(RAN) === "1";
  } catch {
    return false;
  }
}
