/** What a table asks the server, and how it stands in the address 表格查询. */
export interface ColumnDef {
  name: string;
  zh: string;
  en: string;
  unit?: string | null;
  kind: string; // text | number | date | time | bool | state | code | list
  choices?: readonly (string | { value: string; zh?: string; en?: string })[] | null;
  default?: boolean;
}
export interface TableDefinition {
  name: string;
  zh: string;
  en: string;
  columns: readonly ColumnDef[];
  key: string;
  search?: readonly string[];
}
export type Row = Record<string, unknown>;
export interface TablePage {
  rows: Row[];
  total: number;
  next_cursor?: string | null;
  version?: string | null;
}

export interface Filter {
  column: string;
  values?: string[];
  min?: string;
  max?: string;
}
export interface TableState {
  q: string;
  sort: { column: string; down: boolean }[];
  filters: Filter[];
  columns: string[] | null; // null: the default columns
}

const PREFIX = /^(f|min|max)\.(.+)$/;

/** The state that an address says; `p` sets several tables on one page apart (p = "t1" → t1.q, t1.sort …). */
export function stateFrom(params: URLSearchParams, p = ""): TableState {
  const own = p ? `${p}.` : "";
  const filters = new Map<string, Filter>();
  for (const [name, value] of params) {
    if (!name.startsWith(own) || value === "") continue;
    const found = PREFIX.exec(name.slice(own.length));
    if (!found) continue;
    const [, kind, column] = found as unknown as [string, string, string];
    const filter = filters.get(column) ?? { column };
    if (kind === "f") filter.values = [...(filter.values ?? []), value]; // each value its own: it may hold a comma
    else if (kind === "min") filter.min = value;
    else filter.max = value;
    filters.set(column, filter);
  }
  const sort = (params.get(`${own}sort`) ?? "").split(",").filter(Boolean).map((one) => ({ column: one.replace(/^-/, ""), down: one.startsWith("-") }));
  const columns = params.get(`${own}cols`)?.split(",").filter(Boolean) ?? null;
  return { q: params.get(`${own}q`) ?? "", sort, filters: [...filters.values()], columns };
}

/** Writes a state into an address, leaving everything else as it was. */
export function withState(params: URLSearchParams, state: TableState, p = ""): URLSearchParams {
  const own = p ? `${p}.` : "";
  const next = new URLSearchParams();
  for (const [name, value] of params) {
    const bare = name.startsWith(own) ? name.slice(own.length) : "";
    const ours = bare === "q" || bare === "sort" || bare === "cols" || PREFIX.test(bare);
    if (!ours) next.append(name, value);
  }
  for (const [name, value] of asked(state)) next.append(own + name, value);
  if (state.columns) next.set(`${own}cols`, state.columns.join(","));
  return next;
}

/** q, sort and filters as the API takes them. */
export function asked(state: TableState): [string, string][] {
  const out: [string, string][] = [];
  if (state.q) out.push(["q", state.q]);
  if (state.sort.length) out.push(["sort", state.sort.map((one) => (one.down ? "-" : "") + one.column).join(",")]);
  for (const filter of state.filters) {
    for (const value of filter.values ?? []) out.push([`f.${filter.column}`, value]);
    if (filter.min) out.push([`min.${filter.column}`, filter.min]);
    if (filter.max) out.push([`max.${filter.column}`, filter.max]);
  }
  return out;
}

/** The next order after a click: up, down, none; with Shift beside the others, without alone. */
export function sorted(sort: TableState["sort"], column: string, beside: boolean): TableState["sort"] {
  const now = sort.find((one) => one.column === column);
  const next = !now ? { column, down: false } : now.down ? null : { column, down: true };
  if (!beside) return next ? [next] : [];
  const rest = sort.filter((one) => one.column !== column);
  if (!now) return [...rest, next!];
  return sort.flatMap((one) => (one.column === column ? (next ? [next] : []) : [one]));
}
