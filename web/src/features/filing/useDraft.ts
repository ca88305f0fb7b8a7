/** The draft as it is being typed: saved by itself, never lost, never written over somebody else's. */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { api, take, type ApiProblem } from "@/client";
import { type Filing, filingKey } from "./FilingPage";
import { same, type GridRow } from "./grid";

const AFTER_MS = 1200;

export interface Draft {
  rows: GridRow[];
  explanations: Record<string, string>;
  blank: GridRow;
  dirty: boolean;
  saving: boolean;
  savedAt: string | null;
  problem: ApiProblem | null;
  change: (rows: GridRow[]) => void;
  explain: (key: string, words: string) => void;
  /** saves now, where something is unsaved; gives the version that then holds */
  flush: () => Promise<number>;
  reload: () => void;
  reset: (filing: Filing) => void;
}

const cellsOf = (filing: Filing): GridRow[] => filing.rows.map((row) => row.cells as GridRow);

export function useDraft(filing: Filing): Draft {
  const queries = useQueryClient();
  const [rows, setRows] = useState<GridRow[]>(() => cellsOf(filing));
  const [explanations, setExplanations] = useState<Record<string, string>>(filing.explanations);
  const [saving, setSaving] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const version = useRef(filing.version);
  const saved = useRef({ rows: cellsOf(filing), explanations: filing.explanations as Record<string, string> });
  const latest = useRef({ rows, explanations });
  latest.current = { rows, explanations };
  const blank = useMemo(() => ({ enterprise_id: filing.enterprise_id, name: filing.enterprise_name, period: filing.period }), [filing]);
  const dirty = !same(rows, saved.current.rows) || JSON.stringify(explanations) !== JSON.stringify(saved.current.explanations);

  const accept = useCallback((page: Filing) => {
    version.current = page.version;
    saved.current = { rows: latest.current.rows, explanations: latest.current.explanations };
    queries.setQueryData(filingKey(page.id), page);
  }, [queries]);

  const running = useRef<Promise<number> | null>(null);
  const flush = useCallback((): Promise<number> => {
    if (running.current) return running.current.then(() => flush());
    const now = latest.current;
    if (same(now.rows, saved.current.rows) && JSON.stringify(now.explanations) === JSON.stringify(saved.current.explanations)) return Promise.resolve(version.current);
    setSaving(true);
    const header = { "If-Match": `"${version.current}"` };
    const body = { rows: now.rows as never, explanations: now.explanations };
    running.current = take(api.PUT("/api/v1/filings/{id}/rows", { params: { path: { id: filing.id }, header }, body }))
      .then((page) => {
        setProblem(null);
        accept(page);
        saved.current = now;
        return page.version;
      })
      .catch((error: ApiProblem) => {
        setProblem(error);
        throw error;
      })
      .finally(() => {
        running.current = null;
        setSaving(false);
      });
    return running.current;
  }, [accept, filing.id]);

  useEffect(() => {
    if (!dirty || problem || !filing.may_edit) return;
    const timer = setTimeout(() => void flush().catch(() => undefined), AFTER_MS);
    return () => clearTimeout(timer);
  }, [rows, explanations, dirty, problem, filing.may_edit, flush]);

  // What was typed is not lost by leaving the page unawares.
  useEffect(() => {
    if (!dirty) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [dirty]);

  const reset = useCallback((page: Filing) => {
    version.current = page.version;
    saved.current = { rows: cellsOf(page), explanations: page.explanations };
    setRows(cellsOf(page));
    setExplanations(page.explanations);
    setProblem(null);
  }, []);
  const reload = useCallback(() => {
    void take(api.GET("/api/v1/filings/{id}", { params: { path: { id: filing.id } } })).then((page) => {
      queries.setQueryData(filingKey(page.id), page);
      reset(page);
    }, setProblem);
  }, [filing.id, queries, reset]);
  const explain = useCallback((key: string, words: string) => setExplanations((old) => ({ ...old, [key]: words })), []);
  return { rows, explanations, blank, dirty, saving, savedAt: filing.saved_at, problem, change: setRows, explain, flush, reload, reset };
}
