/** Above the table: quick search, filters as chips, columns, export. */
import { App, Button, Checkbox, DatePicker, Dropdown, Input, Select } from "antd";
import dayjs from "dayjs";
import { useEffect, useState } from "react";
import { send } from "@/client";
import { useLang } from "@/i18n";
import { useDebounced } from "@/lib/hooks";
import { saveBlob } from "@/lib/save";
import { exact, inShown, typedIn, type Shown } from "@/lib/units";
import { FocusPopover } from "../FocusPopover";
import { isState } from "../StateMark";
import { useUiText } from "../text";
import { choicesOf } from "./choices";
import { ClearFilters } from "./ClearFilters";
import { Views } from "./Views";
import { columnLabel } from "./cell";
import type { ColumnDef, Filter, TableDefinition, TableState } from "./query";

type Scales = Readonly<Record<string, Shown | undefined>>;
const PLAIN: Shown = { factor: 1, unit: "" };

interface Props {
  definition: TableDefinition;
  state: TableState;
  setState: (part: Partial<TableState>) => void;
  shownColumns: readonly ColumnDef[];
  /** the unit each column of numbers is shown in: filters take and tell the same */
  scales: Scales;
  exportUrl: (format: string, columns: readonly string[]) => string;
  total: number | undefined;
  selected: number;
  actions?: React.ReactNode;
  exportable: boolean;
}

export function Tools({ definition, state, setState, shownColumns, scales, exportUrl, total, selected, actions, exportable }: Props) {
  const t = useUiText();
  const lang = useLang();
  const set = (filter: Filter) => setState({ filters: [...state.filters.filter((one) => one.column !== filter.column), ...(isFilled(filter) ? [filter] : [])] });
  return (
    <div className="df-table-tools">
      {(definition.search?.length ?? 0) > 0 && <QuickSearch q={state.q} onSearch={(q) => setState({ q })} />}
      <FilterButton columns={definition.columns} scales={scales} onSet={set} />
      {state.filters.map((filter) => {
        const column = definition.columns.find((one) => one.name === filter.column);
        const text = `${column ? columnLabel(column, lang) : filter.column}: ${filterText(filter, column, scales[filter.column], lang, t)}`;
        return (
          <button key={filter.column} type="button" className="df-chip" aria-label={t("remove", { what: text })} onClick={() => set({ column: filter.column })}>
            {text}<span aria-hidden="true">×</span>
          </button>
        );
      })}
      <ClearFilters state={state} setState={setState} />
      <span className="df-table-space" />
      <span className="df-muted" aria-live="polite">{selected > 0 ? t("rowsSelected", { n: selected }) : total !== undefined ? t("rows", { n: total.toLocaleString("en-US") }) : ""}</span>
      {actions}
      <Views table={definition.name} state={state} setState={setState} />
      <ColumnChooser definition={definition} shown={shownColumns} onSet={(columns) => setState({ columns })} />
      {exportable && <ExportMenu name={definition.name} url={(format) => `${exportUrl(format, shownColumns.map((one) => one.name))}&lang=${lang}`} />}
    </div>
  );
}

const isFilled = (filter: Filter) => Boolean(filter.values?.length || filter.min || filter.max);

function filterText(filter: Filter, column: ColumnDef | undefined, scale: Shown | undefined, lang: "zh" | "en", t: ReturnType<typeof useUiText>): string {
  const named = column ? choicesFor(column, lang, t) : [];
  const name = (value: string) => named.find((one) => one.value === value)?.label ?? (isState(value) ? t(`state_${value}`) : value || t("missingPlain"));
  if (filter.values) return filter.values.map(name).join(lang === "zh" ? "、" : ", ");
  if (column?.kind !== "number") return `${filter.min ?? ""} – ${filter.max ?? ""}`.trim();
  const bound = (text: string | undefined) => (text && Number.isFinite(Number(text)) ? exact(inShown(Number(text), scale ?? PLAIN)) : (text ?? ""));
  const unit = scale?.unit ? ` ${scale.unit}` : "";
  return filter.min && filter.max ? `${bound(filter.min)} – ${bound(filter.max)}${unit}` : `${filter.min ? "≥" : "≤"} ${bound(filter.min || filter.max)}${unit}`;
}

function QuickSearch({ q, onSearch }: { q: string; onSearch: (q: string) => void }) {
  const t = useUiText();
  const [typed, setTyped] = useState(q);
  const still = useDebounced(typed, 200);
  useEffect(() => setTyped(q), [q]);
  useEffect(() => {
    if (still !== q && still === typed) onSearch(still);
    // Only what was typed starts a search; a change of the address is taken over above.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [still]);
  return <Input className="df-table-search" allowClear value={typed} onChange={(e) => setTyped(e.target.value)} placeholder={t("find")} aria-label={t("find")} />;
}

function FilterButton({ columns, scales, onSet }: { columns: readonly ColumnDef[]; scales: Scales; onSet: (filter: Filter) => void }) {
  const t = useUiText();
  const [open, setOpen] = useState(false);
  return (
    <FocusPopover open={open} onOpen={setOpen} placement="bottomLeft" destroyOnHidden label={t("addFilter")} content={<FilterForm columns={columns} scales={scales} onSet={(filter) => { onSet(filter); setOpen(false); }} />}>
      <Button aria-expanded={open}>{t("addFilter")}</Button>
    </FocusPopover>
  );
}

function FilterForm({ columns, scales, onSet }: { columns: readonly ColumnDef[]; scales: Scales; onSet: (filter: Filter) => void }) {
  const t = useUiText();
  const lang = useLang();
  const [name, setName] = useState<string>();
  const [draft, setDraft] = useState<Filter>({ column: "" }); // bounds of numbers as typed, in the unit shown
  const [scale, setScale] = useState<Shown>(PLAIN);
  const [tried, setTried] = useState(false);
  const column = columns.find((one) => one.name === name);
  const ranged = column && ["number", "date", "time"].includes(column.kind);
  const choices = column ? choicesFor(column, lang, t) : [];
  const numbers = column?.kind === "number";
  const wrong = (text: string | undefined) => Boolean(numbers && text?.trim() && typedIn(text, scale) === null);
  const base = (text: string | undefined) => (text?.trim() ? String(typedIn(text, scale)) : "");
  const done = () => {
    setTried(true);
    if (!name || wrong(draft.min) || wrong(draft.max)) return;
    onSet(numbers ? { column: name, min: base(draft.min), max: base(draft.max) } : { ...draft, column: name });
  };
  const end = (side: "min" | "max", label: string) => (
    <label className="df-field">{label}
      {numbers ? <Input inputMode="decimal" value={draft[side] ?? ""} suffix={scale.unit} status={tried && wrong(draft[side]) ? "error" : ""} aria-invalid={tried && wrong(draft[side])} onChange={(e) => setDraft({ ...draft, [side]: e.target.value })} /> : <DatePicker value={draft[side] ? dayjs(draft[side]) : null} onChange={(d) => setDraft({ ...draft, [side]: d ? d.format("YYYY-MM-DD") : "" })} />}
    </label>
  );
  return (
    <form className="df-stack df-filter-form" onSubmit={(e) => { e.preventDefault(); done(); }}>
      <Select autoFocus showSearch optionFilterProp="label" aria-label={t("filterColumn")} placeholder={t("filterColumn")} value={name} onChange={(one: string) => { setName(one); setDraft({ column: one }); setScale(scales[one] ?? PLAIN); setTried(false); }} options={columns.map((one) => ({ value: one.name, label: columnLabel(one, lang) }))} />
      {ranged && <>{end("min", t("filterFrom"))}{end("max", t("filterTo"))}</>}
      {tried && (wrong(draft.min) || wrong(draft.max)) && <p className="df-field-problem" role="alert">{t("filterNoNumber")}</p>}
      {column && !ranged && <Select mode={choices.length ? "multiple" : "tags"} aria-label={t("filterValues")} placeholder={t("filterValues")} value={draft.values ?? []} onChange={(values: string[]) => setDraft({ ...draft, values })} options={choices} optionFilterProp="label" />}
      <Button type="primary" htmlType="submit" disabled={!name}>{t("apply")}</Button>
    </form>
  );
}

function choicesFor(column: ColumnDef, lang: "zh" | "en", t: ReturnType<typeof useUiText>) {
  if (column.kind === "bool") return [{ value: "true", label: t("yes") }, { value: "false", label: t("no") }];
  return choicesOf(column, lang).map((one) => (one.label === one.value && isState(one.value) ? { value: one.value, label: t(`state_${one.value}`) } : one));
}

function ColumnChooser({ definition, shown, onSet }: { definition: TableDefinition; shown: readonly ColumnDef[]; onSet: (columns: string[] | null) => void }) {
  const t = useUiText();
  const lang = useLang();
  const [open, setOpen] = useState(false);
  const names = shown.map((one) => one.name);
  const body = (
    <div className="df-stack df-columns">
      {definition.columns.map((column) => (
        <Checkbox key={column.name} checked={names.includes(column.name)} disabled={names.length === 1 && names[0] === column.name}
          onChange={(e) => onSet(definition.columns.filter((one) => (one.name === column.name ? e.target.checked : names.includes(one.name))).map((one) => one.name))}>
          {columnLabel(column, lang)}
        </Checkbox>
      ))}
      <Button size="small" onClick={() => onSet(null)}>{t("columnsReset")}</Button>
    </div>
  );
  return <FocusPopover open={open} onOpen={setOpen} placement="bottomRight" label={t("columns")} content={body}><Button aria-expanded={open}>{t("columns")}</Button></FocusPopover>;
}

function ExportMenu({ name, url }: { name: string; url: (format: string) => string }) {
  const t = useUiText();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const save = async (format: string) => {
    setBusy(true);
    try {
      const response = await send(url(format));
      saveBlob(`${name}.${format}`, await response.blob());
    } catch (problem) {
      void message.error(problem instanceof Error ? problem.message : String(problem));
    } finally {
      setBusy(false);
    }
  };
  const items = [["csv", "CSV"], ["xlsx", "Excel"], ["parquet", "Parquet"]].map(([key, label]) => ({ key: key!, label, onClick: () => void save(key!) }));
  return <Dropdown autoFocus trigger={["click"]} menu={{ items }}><Button loading={busy}>{busy ? t("exporting") : t("export")}</Button></Dropdown>;
}
