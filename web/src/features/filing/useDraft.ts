/** The draft as it is being typed: saved by itself, never lost, never written over somebody else's. */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { api, ApiProblem, take } from "@/client";
import { isLeaving } from "@/client/session";
import { type Filing, filingKey } from "./FilingPage";
import { same, type GridRow } from "./grid";
import { alike, type Kept, keepTyped, typedBefore } from "./kept";

const AFTER_MS = 1200;
const AGAIN_MS = 10_000; // after a fault that may pass by itself

export interface Draft {
  rows: GridRow[];
  explanations: Record<string, string>;
  blank: GridRow;
  dirty: boolean;
  saving: boolean;
  savedAt: string | null;
  problem: ApiProblem | null;
  /** typed before a reload, and never saved */
  kept: Kept | null;
  change: (rows: GridRow[]) => void;
  explain: (key: string, words: string) => void;
  /** saves now, where something is unsaved; gives the version that then holds */
  flush: () => Promise<number>;
  reload: () => void;
  reset: (filing: Filing) => void;
  /** puts what was kept into the grid, or lets go of it */
  takeKept: (taken: boolean) => void;
}

const cellsOf = (filing: Filing): GridRow[] => filing.rows.map((row) => row.cells as GridRow);

/** Another has saved meanwhile: nothing is sent until the draft was loaded anew. */
export const isStale = (problem: ApiProblem | null): boolean => problem?.status === 412 || problem?.status === 409;

/** How long after a change it is saved; null: not by itself. What was refused as it stands is sent again once it was changed. */
export function savesAfter(problem: unknown, changedSince: boolean): number | null {
  if (!problem) return AFTER_MS;
  const status = problem instanceof ApiProblem ? problem.status : 0;
  if (status === 412 || status === 409) return null;
  if (changedSince) return AFTER_MS;
  return status === 0 || status === 429 || status >= 500 ? AGAIN_MS : null;
}

export function useDraft(filing: Filing): Draft {
  const queries = useQueryClient();
  const [rows, setRows] = useState<GridRow[]>(() => cellsOf(filing));
  const [explanations, setExplanations] = useState<Record<string, string>>(filing.explanations);
  const [saving, setSaving] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [tries, setTries] = useState(0);
  const [kept, setKept] = useState(() => (filing.may_edit ? typedBefore(filing.id, cellsOf(filing), filing.explanations) : null));
  const version = useRef(filing.version);
  const saved = useRef({ rows: cellsOf(filing), explanations: filing.explanations as Record<string, string> });
  const latest = useRef({ rows, explanations });
  latest.current = { rows, explanations };
  const failed = useRef<{ rows: GridRow[]; explanations: Record<string, string> } | null>(null);
  const blank = useMemo(() => ({ enterprise_id: filing.enterprise_id, name: filing.enterprise_name, period: filing.period }), [filing]);
  const isSaved = (now: { rows: GridRow[]; explanations: Record<string, string> }) => same(now.rows, saved.current.rows) && alike(now.explanations, saved.current.explanations);
  const dirty = !isSaved({ rows, explanations });

  const accept = useCallback((page: Filing) => {
    version.current = page.version;
    queries.setQueryData(filingKey(page.id), page);
  }, [queries]);

  const running = useRef<Promise<number> | null>(null);
  const flush = useCallback((): Promise<number> => {
    if (running.current) return running.current.then(() => flush());
    const now = latest.current;
    if (isSaved(now)) return Promise.resolve(version.current);
    setSaving(true);
    const header = { "If-Match": `"${version.current}"` };
    const body = { rows: now.rows as never, explanations: now.explanations };
    running.current = take(api.PUT("/api/v1/filings/{id}/rows", { params: { path: { id: filing.id }, header }, body }))
      .then((page) => {
        setProblem(null);
        failed.current = null;
        accept(page);
        saved.current = now;
        return page.version;
      })
      .catch((error: ApiProblem) => {
        failed.current = now;
        setProblem(error);
        setTries((before) => before + 1);
        throw error;
      })
      .finally(() => {
        running.current = null;
        setSaving(false);
      });
    return running.current;
  }, [accept, filing.id]);

  useEffect(() => {
    if (!dirty || !filing.may_edit) return;
    const changed = failed.current !== null && !(same(rows, failed.current.rows) && alike(explanations, failed.current.explanations));
    const wait = savesAfter(problem, changed);
    if (wait === null) return;
    const timer = setTimeout(() => void flush().catch(() => undefined), wait);
    return () => clearTimeout(timer);
  }, [rows, explanations, dirty, problem, tries, filing.may_edit, flush]);

  // What is not saved is kept by the tab, also where the session or the line has ended.
  useEffect(() => {
    if (!filing.may_edit) return;
    if (dirty) keepTyped(filing.id, { rows, explanations, version: version.current, at: new Date().toISOString() });
    else if (!kept) keepTyped(filing.id, null);
  }, [rows, explanations, dirty, saving, kept, filing.id, filing.may_edit]);

  // What was typed is not lost by leaving the page unawares.
  useEffect(() => {
    if (!dirty) return;
    const warn = (event: BeforeUnloadEvent) => {
      if (!isLeaving()) event.preventDefault();
    };
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [dirty]);

  const reset = useCallback((page: Filing) => {
    version.current = page.version;
    saved.current = { rows: cellsOf(page), explanations: page.explanations };
    setRows(cellsOf(page));
    setExplanations(page.explanations);
    setProblem(null);
    failed.current = null;
  }, []);
  const reload = useCallback(() => {
    const typed = latest.current;
    void take(api.GET("/api/v1/filings/{id}", { params: { path: { id: filing.id } } })).then((page) => {
      queries.setQueryData(filingKey(page.id), page);
      // What was typed upon the former draft is offered, not lost and not written over the new one.
      if (!same(typed.rows, cellsOf(page))) setKept({ ...typed, version: version.current, at: new Date().toISOString() });
      reset(page);
    }, setProblem);
  }, [filing.id, queries, reset]);
  const explain = useCallback((key: string, words: string) => setExplanations((old) => ({ ...old, [key]: words })), []);
  const takeKept = useCallback((taken: boolean) => {
    if (taken && kept) {
      setRows(kept.rows);
      setExplanations(kept.explanations);
    }
    setKept(null);
  }, [kept]);
  return { rows, explanations, blank, dirty, saving, savedAt: filing.saved_at, problem, kept, change: setRows, explain, flush, reload, reset, takeKept };
}
