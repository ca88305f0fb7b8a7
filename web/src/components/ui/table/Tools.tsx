/** Above the table: quick search, filters as chips, columns, export. */
import { App, Button, Checkbox, DatePicker, Dropdown, Input, Popover, Select } from "antd";
import dayjs from "dayjs";
import { useEffect, useState } from "react";
import { send } from "@/client";
import { useLang } from "@/i18n";
import { useDebounced } from "@/lib/hooks";
import { saveBlob } from "@/lib/save";
import { unitName } from "@/lib/units";
import { isState } from "../StateMark";
import { useUiText } from "../text";
import { choicesOf } from "./choices";
import { ClearFilters } from "./ClearFilters";
import { Views } from "./Views";
import type { ColumnDef, Filter, TableDefinition, TableState } from "./query";

interface Props {
  definition: TableDefinition;
  state: TableState;
  setState: (part: Partial<TableState>) => void;
  shownColumns: readonly ColumnDef[];
  exportUrl: (format: string, columns: readonly string[]) => string;
  total: number | undefined;
  selected: number;
  actions?: React.ReactNode;
  exportable: boolean;
}

export function Tools({ definition, state, setState, shownColumns, exportUrl, total, selected, actions, exportable }: Props) {
  const t = useUiText();
  const lang = useLang();
  const set = (filter: Filter) => setState({ filters: [...state.filters.filter((one) => one.column !== filter.column), ...(isFilled(filter) ? [filter] : [])] });
  return (
    <div className="df-table-tools">
      {(definition.search?.length ?? 0) > 0 && <QuickSearch q={state.q} onSearch={(q) => setState({ q })} />}
      <FilterButton columns={definition.columns} onSet={set} />
      {state.filters.map((filter) => {
        const column = definition.columns.find((one) => one.name === filter.column);
        const text = `${column?.[lang] ?? filter.column}: ${filterText(filter, column, lang, t)}`;
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
      {exportable && <ExportMenu name={definition.name} url={(format) => exportUrl(format, shownColumns.map((one) => one.name))} />}
    </div>
  );
}

const isFilled = (filter: Filter) => Boolean(filter.values?.length || filter.min || filter.max);

function filterText(filter: Filter, column: ColumnDef | undefined, lang: "zh" | "en", t: ReturnType<typeof useUiText>): string {
  const named = column ? choicesFor(column, lang, t) : [];
  const name = (value: string) => named.find((one) => one.value === value)?.label ?? (isState(value) ? t(`state_${value}`) : value || t("missingPlain"));
  if (filter.values) return filter.values.map(name).join(lang === "zh" ? "、" : ", ");
  return `${filter.min ?? ""} – ${filter.max ?? ""}`.trim();
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

function FilterButton({ columns, onSet }: { columns: readonly ColumnDef[]; onSet: (filter: Filter) => void }) {
  const t = useUiText();
  const [open, setOpen] = useState(false);
  return (
    <Popover open={open} onOpenChange={setOpen} trigger="click" placement="bottomLeft" destroyOnHidden content={<FilterForm columns={columns} onSet={(filter) => { onSet(filter); setOpen(false); }} />}>
      <Button>{t("addFilter")}</Button>
    </Popover>
  );
}

function FilterForm({ columns, onSet }: { columns: readonly ColumnDef[]; onSet: (filter: Filter) => void }) {
  const t = useUiText();
  const lang = useLang();
  const [name, setName] = useState<string>();
  const [draft, setDraft] = useState<Filter>({ column: "" });
  const column = columns.find((one) => one.name === name);
  const ranged = column && ["number", "date", "time"].includes(column.kind);
  const choices = column ? choicesFor(column, lang, t) : [];
  const end = (side: "min" | "max", label: string) => (
    <label className="df-field">{label}
      {column?.kind === "number" ? <Input inputMode="decimal" value={draft[side] ?? ""} suffix={unitName(column.unit, lang)} onChange={(e) => setDraft({ ...draft, [side]: e.target.value })} /> : <DatePicker value={draft[side] ? dayjs(draft[side]) : null} onChange={(d) => setDraft({ ...draft, [side]: d ? d.format("YYYY-MM-DD") : "" })} />}
    </label>
  );
  return (
    <form className="df-stack df-filter-form" onSubmit={(e) => { e.preventDefault(); if (name) onSet({ ...draft, column: name }); }}>
      <Select autoFocus showSearch optionFilterProp="label" aria-label={t("filterColumn")} placeholder={t("filterColumn")} value={name} onChange={(one: string) => { setName(one); setDraft({ column: one }); }} options={columns.map((one) => ({ value: one.name, label: one[lang] }))} />
      {ranged && <>{end("min", t("filterFrom"))}{end("max", t("filterTo"))}</>}
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
  const names = shown.map((one) => one.name);
  const body = (
    <div className="df-stack df-columns">
      {definition.columns.map((column) => (
        <Checkbox key={column.name} checked={names.includes(column.name)} disabled={names.length === 1 && names[0] === column.name}
          onChange={(e) => onSet(definition.columns.filter((one) => (one.name === column.name ? e.target.checked : names.includes(one.name))).map((one) => one.name))}>
          {column[lang]}
        </Checkbox>
      ))}
      <Button size="small" onClick={() => onSet(null)}>{t("columnsReset")}</Button>
    </div>
  );
  return <Popover trigger="click" placement="bottomRight" content={body}><Button>{t("columns")}</Button></Popover>;
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
  return <Dropdown trigger={["click"]} menu={{ items }}><Button loading={busy}>{busy ? t("exporting") : t("export")}</Button></Dropdown>;
}
