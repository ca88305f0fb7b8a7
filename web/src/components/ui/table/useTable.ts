/** Reads a server table page by page, with its definition and its state from the address. */
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import { send, type ApiProblem } from "@/client";
import { recall, remember } from "@/lib/storage";
import { asked, stateFrom, withState, type TableDefinition, type TablePage, type TableState } from "./query";

const PAGE = 200;

/** The definitions of all tables that the caller may see. */
export function useTableDefinitions() {
  return useQuery<TableDefinition[], ApiProblem>({
    queryKey: ["tables"],
    queryFn: async () => (await send("/api/v1/tables")).json() as Promise<TableDefinition[]>,
    staleTime: 600_000,
  });
}

export interface TableAsk {
  name: string;
  /** what the page fixes: area, year, an enterprise; undefined values are left out */
  fixed?: Record<string, string | number | undefined>;
  prefix?: string;
}

function search(fixed: TableAsk["fixed"], state: TableState): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(fixed ?? {})) if (value !== undefined && value !== "") params.set(name, String(value));
  for (const [name, value] of asked(state)) params.append(name, value);
  return params;
}

export function useTable({ name, fixed, prefix = "" }: TableAsk) {
  const [params, setParams] = useSearchParams();
  const definitions = useTableDefinitions();
  const definition = definitions.data?.find((one) => one.name === name);
  const state = useMemo(() => {
    const found = stateFrom(params, prefix);
    const kept = found.columns ? null : recall(`columns.${name}`);
    return kept ? { ...found, columns: kept.split(",") } : found;
  }, [params, prefix, name]);
  const setState = useCallback(
    (part: Partial<TableState>) => {
      if ("columns" in part) remember(`columns.${name}`, part.columns?.join(",") ?? null);
      setParams((old) => withState(old, { ...stateFrom(old, prefix), ...part }, prefix), { replace: true });
    },
    [name, prefix, setParams],
  );
  const query = search(fixed, state).toString();
  const rows = useInfiniteQuery<TablePage, ApiProblem, { pages: TablePage[] }, readonly unknown[], string>({
    queryKey: ["table", name, query],
    queryFn: async ({ pageParam, signal }) => {
      const ask = new URLSearchParams(query);
      ask.set("limit", String(PAGE));
      if (pageParam) ask.set("cursor", pageParam);
      return (await send(`/api/v1/tables/${encodeURIComponent(name)}?${ask}`, { signal })).json() as Promise<TablePage>;
    },
    initialPageParam: "",
    getNextPageParam: (last) => last.next_cursor || undefined,
    placeholderData: keepPreviousData,
  });
  const exportUrl = useCallback(
    (format: string, columns: readonly string[]) => {
      const ask = new URLSearchParams(query);
      ask.set("format", format);
      ask.set("columns", columns.join(","));
      return `/api/v1/tables/${encodeURIComponent(name)}/export?${ask}`;
    },
    [name, query],
  );
  const loaded = useMemo(() => rows.data?.pages.flatMap((page) => page.rows) ?? [], [rows.data]);
  return { definitions, definition, state, setState, rows, loaded, total: rows.data?.pages[0]?.total, exportUrl };
}
