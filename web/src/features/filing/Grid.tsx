/** The grid of a filing 填报表格: typed text stays as typed; problems are shown in their cells; Excel rows can be pasted. */
import { useRef } from "react";
import { sentenceCase, useLang } from "@/i18n";
import { pasted, withPaste, type GridRow } from "./grid";
import { useFilingText } from "./text";

export interface GridColumn {
  name: string;
  zh: string;
  en: string;
  unit?: string | null;
  /** code or word → name, for a datalist */
  options?: readonly string[];
  required?: boolean;
  /** holds figures: they stand at the end of the cell */
  figures?: boolean;
}
export interface CellMark {
  row: number; // from 1
  column: string;
  severity: string;
  text: string;
}
export interface GridProps {
  columns: readonly GridColumn[];
  rows: readonly GridRow[];
  marks: readonly CellMark[];
  /** cells a return was about, "row:column" */
  pointed?: ReadonlySet<string>;
  readOnly?: boolean;
  blank: GridRow;
  onChange: (rows: GridRow[]) => void;
  onFocus?: (place: { row: number; column: string } | null) => void;
  /** what stands beneath a cell, by "row:column": its past, and what it was before a return */
  beneath?: ReadonlyMap<string, React.ReactNode>;
  /** choosing cells for a return */
  choosing?: { chosen: ReadonlySet<string>; toggle: (key: string) => void };
}

const cellKey = (row: number, column: string) => `${row}:${column}`;
const WORST: Record<string, number> = { error: 3, warning: 2, note: 1, fill: 0 };

export function Grid({ columns, rows, marks, pointed, readOnly = false, blank, onChange, onFocus, beneath, choosing }: GridProps) {
  const t = useFilingText();
  const lang = useLang();
  const table = useRef<HTMLTableElement>(null);
  const names = columns.map((column) => column.name);
  const byCell = new Map<string, CellMark[]>();
  for (const mark of marks) byCell.set(cellKey(mark.row, mark.column), [...(byCell.get(cellKey(mark.row, mark.column)) ?? []), mark]);
  const put = (n: number, name: string, value: string) => onChange(rows.map((row, k) => (k === n ? { ...row, [name]: value === "" ? null : value } : row)));
  const paste = (event: React.ClipboardEvent, n: number, name: string) => {
    const cells = pasted(event.clipboardData.getData("text/plain"));
    if (cells.length === 1 && cells[0]!.length === 1) return; // one cell: the browser's own paste
    event.preventDefault();
    onChange(withPaste(rows, names, { row: n, column: name }, cells, blank).rows);
  };
  const step = (event: React.KeyboardEvent, n: number, name: string) => {
    const to = { ArrowDown: n + 1, ArrowUp: n - 1, Enter: n + 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    table.current?.querySelector<HTMLInputElement>(`[data-cell="${to + 1}:${name}"]`)?.focus();
  };
  return (
    <div className="df-edit-scroll" tabIndex={-1}>
      <table className="df-edit" ref={table}>
        <thead>
          <tr>
            <th scope="col">{t("row")}</th>
            {columns.map((column) => (
              <th scope="col" key={column.name} className={column.figures ? "df-cell-figures" : undefined}>{sentenceCase(column[lang], lang)}{column.unit ? <span className="df-muted"> ({column.unit})</span> : null}{column.required ? " *" : ""}</th>
            ))}
            {!readOnly && <td />}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, n) => (
            <tr key={n}>
              <th scope="row" className="df-muted">{n + 1}</th>
              {columns.map((column) => {
                const key = cellKey(n + 1, column.name);
                const found = byCell.get(key) ?? [];
                const worst = found.reduce((most, one) => Math.max(most, WORST[one.severity] ?? 0), 0);
                const css = ["df-cell", column.figures && "df-cell-figures", worst === 3 && "df-cell-error", worst === 2 && "df-cell-warning", worst === 0 && found.length > 0 && "df-cell-fill", pointed?.has(key) && "df-cell-pointed", choosing?.chosen.has(key) && "df-cell-chosen"].filter(Boolean).join(" ");
                const note = found.map((one) => one.text).join("\n");
                if (choosing) {
                  return <td key={column.name} className={css}><button type="button" className="df-bare df-cell-pick" aria-pressed={choosing.chosen.has(key)} onClick={() => choosing.toggle(key)}>{row[column.name] ?? "\u2014"}</button>{beneath?.get(key)}</td>;
                }
                return (
                  <td key={column.name} className={css} title={note || undefined}>
                    <input
                      data-cell={key} value={row[column.name] ?? ""} readOnly={readOnly} list={column.options ? `options-${column.name}` : undefined}
                      aria-label={`${column[lang]} ${n + 1}`} aria-invalid={worst === 3} aria-description={note || undefined}
                      onChange={(e) => put(n, column.name, e.target.value)} onPaste={(e) => paste(e, n, column.name)} onKeyDown={(e) => step(e, n, column.name)}
                      onFocus={() => onFocus?.({ row: n + 1, column: column.name })}
                    />
                    {beneath?.get(key)}
                  </td>
                );
              })}
              {!readOnly && <td><button type="button" className="df-bare df-muted" aria-label={t("removeRow", { n: n + 1 })} onClick={() => onChange(rows.filter((_, k) => k !== n))}>×</button></td>}
            </tr>
          ))}
        </tbody>
      </table>
      {columns.filter((column) => column.options).map((column) => (
        <datalist key={column.name} id={`options-${column.name}`}>{column.options!.map((one) => <option key={one} value={one} />)}</datalist>
      ))}
    </div>
  );
}
