/**
 * The server table 数据表: 10,000 rows and more by cursor pages and a virtual body; state in the address.
 *
 *   <DataTable name="enterprises" fixed={{ area, year }} rowHref={(row) => `/enterprises/${row.enterprise_id}`} />
 */
import { useVirtualizer } from "@tanstack/react-virtual";
import { Checkbox } from "antd";
import { useEffect, useMemo, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { useCarry, useView } from "@/app/view";
import { useLang } from "@/i18n";
import { scaleFor } from "@/lib/units";
import { Empty } from "./Empty";
import { ProblemBox } from "./ProblemBox";
import { Skeleton } from "./Skeleton";
import { Cell, columnLabel } from "./table/cell";
import type { ColumnDef, Filter, Row, TableDefinition } from "./table/query";
import { sorted } from "./table/query";
import { Tools } from "./table/Tools";
import { paperOf, PRINT_COLUMNS, PRINT_ROWS, usePrinting } from "./table/usePrinting";
import { useTable, type TableAsk } from "./table/useTable";
import { useUiText } from "./text";

export type { Row } from "./table/query";

export interface DataTableProps extends TableAsk {
  /** the page of a row; Enter or click opens it */
  rowHref?: (row: Row) => string | undefined;
  onRow?: (row: Row) => void;
  /** own drawing of some columns, by name */
  render?: Record<string, (value: unknown, row: Row) => React.ReactNode>;
  /** rows can be chosen; told which keys are */
  onSelect?: (keys: string[], rows: Row[]) => void;
  /** what can be done with the chosen rows; asked only while some are chosen, and rows can be chosen where it is given */
  bulk?: (chosen: { keys: string[]; rows: Row[]; clear: () => void }) => React.ReactNode;
  /** a mark beside the value of a column, by row */
  mark?: (row: Row, column: string) => React.ReactNode;
  /** right of the count */
  actions?: React.ReactNode;
  exportable?: boolean;
  /** height of the scroll body; a number of px or any CSS length */
  height?: number | string;
  /** what belongs here when the table is empty without filters */
  empty?: { title?: string; text?: string; action?: React.ReactNode };
}

export function DataTable(props: DataTableProps) {
  const table = useTable(props);
  if (table.definitions.error) return <ProblemBox problem={table.definitions.error} onAgain={() => void table.definitions.refetch()} />;
  if (table.definitions.isPending) return <Skeleton kind="table" />;
  if (!table.definition) return <Empty />;
  return <Loaded {...props} table={table} definition={table.definition} />;
}

type Table = ReturnType<typeof useTable>;

function columnsOf(definition: TableDefinition, chosen: string[] | null): ColumnDef[] {
  const found = chosen?.map((name) => definition.columns.find((one) => one.name === name)).filter((one) => one !== undefined);
  if (found?.length) return found;
  const some = definition.columns.filter((one) => one.default !== false);
  return some.length ? some : [...definition.columns];
}

function Loaded({ table, definition, rowHref, onRow, render, mark, onSelect, bulk, actions, exportable = true, height = "min(68vh, 720px)", empty }: DataTableProps & { table: Table; definition: TableDefinition }) {
  const t = useUiText();
  const lang = useLang();
  const view = useView();
  const navigate = useNavigate();
  const carry = useCarry();
  const { state, setState, rows, loaded, total, exportUrl } = table;
  const wanted = useMemo(() => columnsOf(definition, state.columns), [definition, state.columns]);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const scroll = useRef<HTMLDivElement>(null);
  const rowHeight = view.compact ? 28 : 36;
  const virtual = useVirtualizer({ count: loaded.length, getScrollElement: () => scroll.current, estimateSize: () => rowHeight, overscan: 12 });
  useEffect(() => virtual.measure(), [rowHeight, virtual]);
  const printing = usePrinting(rows);
  const columns = printing ? wanted.slice(0, PRINT_COLUMNS) : wanted;
  const unprinted = printing ? wanted.slice(PRINT_COLUMNS).map((one) => columnLabel(one, lang)) : [];
  const items = printing ? loaded.slice(0, PRINT_ROWS).map((_, index) => ({ index, key: index, start: 0, end: 0 })) : virtual.getVirtualItems();
  const last = printing ? 0 : (items.at(-1)?.index ?? 0);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = rows;
  useEffect(() => {
    if (last >= loaded.length - 40 && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [last, loaded.length, hasNextPage, isFetchingNextPage, fetchNextPage]);

  const first = rows.data?.pages[0]?.rows;
  const scales = useMemo(() => Object.fromEntries(definition.columns.filter((one) => one.kind === "number").map((one) => [one.name, scaleFor(one.unit, largest(first, one.name) || widest(state.filters, one.name), view.units, lang)])), [definition, first, state.filters, view.units, lang]);
  const keyOf = (row: Row) => String(row[definition.key] ?? "");
  const choose = (keys: ReadonlySet<string>) => {
    setChosen(keys);
    onSelect?.([...keys], loaded.filter((row) => keys.has(keyOf(row))));
  };
  const toggle = (row: Row) => {
    const next = new Set(chosen);
    if (!next.delete(keyOf(row))) next.add(keyOf(row));
    choose(next);
  };
  const open = (row: Row) => {
    if (onRow) return onRow(row);
    const href = rowHref?.(row);
    if (href) void navigate(carry(href));
  };
  const live = Boolean(rowHref || onRow);
  const onKey = (event: React.KeyboardEvent, row: Row, index: number) => {
    if (event.target !== event.currentTarget) return;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15 }[event.key];
    if (step) {
      event.preventDefault();
      const next = Math.min(loaded.length - 1, Math.max(0, index + step));
      virtual.scrollToIndex(next);
      requestAnimationFrame(() => scroll.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus());
    } else if (event.key === "Enter" && live) open(row);
    else if (event.key === " " && chooses) {
      event.preventDefault();
      toggle(row);
    }
  };
  const filtered = state.q !== "" || state.filters.length > 0;
  const before = items[0]?.start ?? 0;
  const after = printing ? 0 : virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  const chooses = Boolean(onSelect ?? bulk);
  const span = columns.length + (chooses ? 1 : 0);
  const done = bulk && chosen.size > 0 ? bulk({ keys: [...chosen], rows: loaded.filter((row) => chosen.has(keyOf(row))), clear: () => choose(new Set()) }) : null;
  return (
    <div className="df-table" data-paper={paperOf(columns.length)} aria-busy={rows.isFetching}>
      <Tools {...{ definition, state, setState, scales, exportUrl, total, exportable }} actions={<>{done}{actions}</>} shownColumns={columns} selected={chosen.size} />
      {rows.error && <ProblemBox compact={loaded.length > 0} problem={rows.error} onAgain={() => void rows.refetch()} />}
      {rows.isPending ? (
        <Skeleton kind="table" />
      ) : loaded.length === 0 && !rows.error ? (
        filtered ? <Empty title={t("noMatch")} text={t("noMatchMend")} action={<button type="button" className="df-button" onClick={() => setState({ q: "", filters: [] })}>{t("clearFilters")}</button>} /> : <Empty {...empty} />
      ) : (
        <div className={rows.isPlaceholderData ? "df-table-scroll df-table-old" : "df-table-scroll"} ref={scroll} style={{ maxHeight: height }} tabIndex={0} role="region" aria-label={t("tableOf", { name: definition[lang] })}>
          <table aria-rowcount={(total ?? loaded.length) + 1}>
            <caption className="df-sr">{definition[lang]}</caption>
            <thead>
              <tr aria-rowindex={1}>
                {chooses && <th className="df-table-check"><Checkbox aria-label={t("selectAll")} checked={chosen.size > 0 && chosen.size === loaded.length} indeterminate={chosen.size > 0 && chosen.size < loaded.length} onChange={(e) => choose(new Set(e.target.checked ? loaded.map(keyOf) : []))} /></th>}
                {columns.map((column) => <Head key={column.name} column={column} unit={scales[column.name]?.unit} state={state} onSort={(beside) => setState({ sort: sorted(state.sort, column.name, beside) })} />)}
              </tr>
            </thead>
            <tbody>
              {before > 0 && <tr aria-hidden="true"><td colSpan={span} style={{ height: before, padding: 0, border: 0 }} /></tr>}
              {items.map((item) => {
                const row = loaded[item.index]!;
                return (
                  <tr key={item.key} data-index={item.index} aria-rowindex={item.index + 2} aria-selected={chooses ? chosen.has(keyOf(row)) : undefined} tabIndex={item.index === (items[0]?.index ?? 0) || live ? 0 : -1} className={live ? "df-table-live" : undefined} onClick={live ? () => open(row) : undefined} onKeyDown={(e) => onKey(e, row, item.index)}>
                    {chooses && <td className="df-table-check" onClick={(e) => e.stopPropagation()}><Checkbox aria-label={t("selectRow")} checked={chosen.has(keyOf(row))} onChange={() => toggle(row)} /></td>}
                    {columns.map((column, n) => {
                      const value = told(row, column.name, lang);
                      const drawn = render?.[column.name]?.(value, row) ?? <Cell value={value} column={column} factor={scales[column.name]?.factor ?? 1} lang={lang} t={t} />;
                      const beside = mark?.(row, column.name);
                      return n === 0 ? <th key={column.name} scope="row">{drawn}{beside}</th> : <td key={column.name} className={CELLS[column.kind]}>{drawn}{beside}</td>;
                    })}
                  </tr>
                );
              })}
              {after > 0 && <tr aria-hidden="true"><td colSpan={span} style={{ height: after, padding: 0, border: 0 }} /></tr>}
            </tbody>
          </table>
          {unprinted.length > 0 && <p className="df-print-note">{t("printColumns", { n: unprinted.length, names: unprinted.join(lang === "zh" ? "、" : ", ") })}</p>}
          {printing && (total ?? 0) > items.length && <p className="df-print-note">{t("printSome", { n: items.length.toLocaleString("en-US"), total: (total ?? 0).toLocaleString("en-US") })}</p>}
        </div>
      )}
    </div>
  );
}

/** The value of a cell; in English as the row says it in English, where it does. */
function told(row: Row, name: string, lang: "zh" | "en"): unknown {
  return (lang === "en" ? row[`${name}_en`] : null) ?? row[name];
}

function largest(rows: Row[] | undefined, name: string): number {
  return (rows ?? []).reduce((most, row) => Math.max(most, Math.abs(typeof row[name] === "number" ? (row[name] as number) : 0)), 0);
}

/** How a cell of a kind is set; on paper words of states and days stay whole. */
const CELLS: Record<string, string | undefined> = { number: "df-num", date: "df-day", time: "df-day", state: "df-word", bool: "df-word" };

/** The larger bound of a filter, for a table that has no rows left to take a unit from. */
function widest(filters: readonly Filter[], name: string): number {
  const filter = filters.find((one) => one.column === name);
  return Math.max(0, ...[filter?.min, filter?.max].map((text) => Math.abs(Number(text))).filter(Number.isFinite));
}

function Head({ column, unit, state, onSort }: { column: ColumnDef; unit: string | undefined; state: Table["state"]; onSort: (beside: boolean) => void }) {
  const t = useUiText();
  const lang = useLang();
  const at = state.sort.findIndex((one) => one.column === column.name);
  const order = state.sort[at];
  return (
    <th scope="col" className={column.kind === "number" ? "df-num" : undefined} aria-sort={order ? (order.down ? "descending" : "ascending") : "none"}>
      <button type="button" className="df-bare" title={t("sortHint")} onClick={(e) => onSort(e.shiftKey)}>
        {columnLabel(column, lang)}
        {unit && <span className="df-muted"> ({unit})</span>}
        {order && <span aria-hidden="true" className="df-sort">{order.down ? "↓" : "↑"}{state.sort.length > 1 ? at + 1 : ""}</span>}
      </button>
    </th>
  );
}
