/** The source streams of a case 排放源: rows that the method's own list makes, each with its figures and their evidence. */
import { Button, Checkbox, Input, Select } from "antd";
import { useState } from "react";
import type { Schemas } from "@/client";
import { DateInput, Empty, Field, Section } from "@/components/ui";
import { useLang, useWords } from "@/i18n";
import { exact, unitName } from "@/lib/units";
import { EMPTY, EVIDENCE, figureIn, newRow, type Fault, type Part, type Row, type Typed } from "./draft";
import { rangeOf } from "./MethodPage";
import { useTitle } from "./names";
import { useMethodsText } from "./text";
import { inOwn, unitsFor } from "./units";
import { asked, hasItems, noteOf, streamsOf, unitOf, type Input as Wanted, type Stream } from "./wanted";

interface Props {
  page: Schemas["MethodPage"];
  part: Part;
  others: readonly string[];
  span: string;
  faults: readonly Fault[];
  onPart: (change: (old: Part) => Part) => void;
}

export function PartForm({ page, part, others, span, faults, onPart }: Props) {
  const t = useMethodsText();
  const streams = streamsOf(page);
  const lacking = streams.filter((stream) => !stream.optional && !part.rows.some((row) => row.stream === stream.stream));
  const words = useWords();
  const add = (id: string) => {
    const stream = streams.find((one) => one.stream === id);
    if (stream) onPart((old) => ({ ...old, rows: [...old.rows, newRow(id, stream.items.length === 1 ? stream.items[0]!.item : "")] }));
  };
  const change = (key: string, next: (old: Row) => Row) => onPart((old) => ({ ...old, rows: old.rows.map((row) => (row.key === key ? next(row) : row)) }));
  return (
    <Section title={t("sources")} note={part.rows.length > 0 && t("rowsN", { n: part.rows.length })}>
      {part.rows.length === 0 && <Empty title={t("rowsNone")} text={t("rowsNoneText")} />}
      {part.rows.map((row) => (
        <RowForm
          key={row.key} row={row} stream={streams.find((one) => one.stream === row.stream)} page={page} others={others} span={span}
          faults={faults.filter((one) => one.at.startsWith(`rows/${row.key}/`))} onRow={(next) => change(row.key, next)}
          onCopy={() => onPart((old) => { const n = old.rows.findIndex((one) => one.key === row.key); return { ...old, rows: [...old.rows.slice(0, n + 1), { ...structuredClone(row), key: newRow("").key }, ...old.rows.slice(n + 1)] }; })}
          onRemove={() => onPart((old) => ({ ...old, rows: old.rows.filter((one) => one.key !== row.key) }))}
        />
      ))}
      <div className="df-row df-noprint df-case-adds">
        <AddStream streams={streams} onAdd={add} />
        {lacking.map((stream) => <Button key={stream.stream} size="small" onClick={() => add(stream.stream)}>{t("addNeeded", { name: words(stream.name) })}</Button>)}
      </div>
    </Section>
  );
}

function AddStream({ streams, onAdd }: { streams: readonly Stream[]; onAdd: (stream: string) => void }) {
  const t = useMethodsText();
  const title = useTitle();
  const groups = [...new Set(streams.map((one) => one.group))];
  const options = groups.map((group) => ({ label: t(`group_${group}`), title: t(`group_${group}`), options: streams.filter((one) => one.group === group).map((one) => ({ value: one.stream, label: title(one.name) })) }));
  return <Select className="df-case-add" style={{ minWidth: 240 }} aria-label={t("addRow")} placeholder={t("addRow")} showSearch={{ optionFilterProp: "label" }} value={null as string | null} onChange={(value) => value && onAdd(value)} options={options} popupMatchSelectWidth={320} />;
}

interface RowProps {
  row: Row;
  stream: Stream | undefined;
  page: Schemas["MethodPage"];
  others: readonly string[];
  span: string;
  faults: readonly Fault[];
  onRow: (change: (old: Row) => Row) => void;
  onCopy: () => void;
  onRemove: () => void;
}

function RowForm(props: RowProps) {
  const { row, stream, page, faults, onRow, onCopy, onRemove } = props;
  const t = useMethodsText();
  const lang = useLang();
  const title = useTitle();
  const words = useWords();
  const head = (
    <header>
      <h3>{stream ? title(stream.name) : row.stream}</h3>
      {stream && <span className="df-muted df-small">{t(`group_${stream.group}`)}</span>}
      <span className="df-row df-noprint">
        <Button size="small" onClick={onCopy}>{t("copyRow")}</Button>
        <Button size="small" onClick={onRemove}>{t("removeRow")}</Button>
      </span>
    </header>
  );
  if (!stream) return <article className="df-case-row">{head}<p className="df-field-problem">{t("noStream", { stream: row.stream })}</p></article>;
  const inputs = asked(stream);
  const known = new Set(inputs.map((one) => one.input));
  const spare = Object.keys(row.inputs).filter((name) => !known.has(name) && (row.inputs[name]!.value || row.inputs[name]!.lacking));
  const set = (name: string, change: Partial<Typed>) => onRow((old) => ({ ...old, inputs: { ...old.inputs, [name]: { ...EMPTY, ...old.inputs[name], ...change } } }));
  const missing = faults.some((one) => one.at.endsWith("/item")) ? t("fault_item") : undefined;
  return (
    <article className="df-case-row">
      {head}
      {stream.note && <p className="df-muted df-small df-case-text">{noteOf(stream, lang)}</p>}
      <div className="df-case-grid">
        {hasItems(stream) && (
          <Field label={t("item")} required problem={missing} hint={noteOf(stream.items.find((one) => one.item === row.item), lang)}>
            {(bound) => <Select {...bound} style={{ width: "100%" }} showSearch={{ optionFilterProp: "label" }} placeholder={t("chooseItem")} value={row.item || undefined} onChange={(item) => onRow((old) => ({ ...old, item }))} options={stream.items.map((one) => ({ value: one.item, label: title(one.name) }))} popupMatchSelectWidth={240} />}
          </Field>
        )}
        {inputs.map((input) => <Figure key={input.input} input={input} stream={stream} item={row.item} typed={row.inputs[input.input] ?? EMPTY} fault={faults.find((one) => one.at === `rows/${row.key}/${input.input}`)} onTyped={(change) => set(input.input, change)} />)}
      </div>
      {spare.length > 0 && <p className="df-field-problem">{t("spare", { names: spare.join(", ") })}</p>}
      <Folds {...props} stream={stream} inputs={inputs} onTyped={set} />
      {stream.formulas.length > 1 && (
        <details className="df-case-fold">
          <summary>{t("formulas")}</summary>
          <ol className="df-case-notes">{stream.formulas.map((id) => <li key={id}>{page.formulas[id] ? words(page.formulas[id]) : id}</li>)}</ol>
        </details>
      )}
    </article>
  );
}

/** One figure with its unit; what it is in the method's own unit stands below while another is chosen. */
function Figure({ input, stream, item, typed, fault, onTyped }: { input: Wanted; stream: Stream; item: string; typed: Typed; fault: Fault | undefined; onTyped: (change: Partial<Typed>) => void }) {
  const t = useMethodsText();
  const words = useWords();
  const title = useTitle();
  const lang = useLang();
  const own = unitOf(input, stream, item);
  const units = own ? [...new Set([...unitsFor(own), ...(typed.unit ? [typed.unit] : [])])] : typed.unit ? [typed.unit] : [];
  const value = figureIn(typed.value);
  const turned = own && typed.unit && typed.unit !== own && !Number.isNaN(value) ? inOwn(value, typed.unit, own) : null;
  const name = (unit: string) => (unit === "1" ? t("plainShare") : unitName(unit, lang));
  const empty = typed.lacking ? t("lackingHolder") : input.default ? t(input.own === "prefer" ? "penaltyHolder" : "defaultHolder") : "";
  return (
    <Field label={title(input.name)} equals={turned === null ? undefined : `${exact(turned)} ${unitName(own, lang)}`} hint={noteOf(input, lang)} problem={fault && (fault.what === "least" || fault.what === "most" ? rangeOf(input, t) : t(`fault_${fault.what}`))}>
      {(bound) => (
        <div className="df-case-figure">
          <Input {...bound} inputMode="decimal" autoComplete="off" maxLength={40} status={fault ? "error" : ""} placeholder={empty} value={typed.value} onChange={(event) => onTyped({ value: event.target.value, lacking: false })} />
          {units.length > 1 ? (
            <Select className="df-case-unit" aria-label={t("unitOf", { name: words(input.name) })} value={typed.unit || own || undefined} onChange={(unit) => onTyped({ unit: unit === own ? "" : unit })} options={units.map((unit) => ({ value: unit, label: name(unit) }))} popupMatchSelectWidth={false} />
          ) : (
            <span className="df-case-alone">{own ? name(own) : t("itemFirst")}</span>
          )}
        </div>
      )}
    </Field>
  );
}

/** Folded away: evidence, laboratory, validity of each figure that was typed; period, unit of the works, transfers. */
function Folds({ row, stream, inputs, others, span, faults, onRow, onTyped }: RowProps & { stream: Stream; inputs: readonly Wanted[]; onTyped: (name: string, change: Partial<Typed>) => void }) {
  const t = useMethodsText();
  const words = useWords();
  const title = useTitle();
  const [open, setOpen] = useState(false);
  const filled = inputs.filter((input) => row.inputs[input.input]?.value);
  const said = filled.filter((input) => EVIDENCE.some((name) => row.inputs[input.input]![name])).length;
  const bare = inputs.filter((input) => !filled.includes(input));
  const field = (name: "period" | "unit_of_works" | "internal" | "note", label: string, hint?: string) => (
    <Field label={label} hint={hint} problem={name === "period" && faults.some((one) => one.at.endsWith("/period")) ? t("fault_period") : undefined}>
      {(bound) => <Input {...bound} maxLength={name === "note" ? 500 : 80} value={row[name]} placeholder={name === "period" ? span : ""} onChange={(event) => onRow((old) => ({ ...old, [name]: event.target.value }))} />}
    </Field>
  );
  return (
    <details className="df-case-fold" open={open || faults.some((one) => one.what === "date" || one.at.endsWith("/period"))} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{said ? t("evidenceN", { n: said }) : t("evidenceFold")}</summary>
      {open && (
        <div className="df-stack">
          <div className="df-case-grid">
            {field("period", t("rowPeriod"), t("rowPeriodHint"))}
            {field("unit_of_works", t("unitOfWorks"), t("unitOfWorksHint"))}
            {others.length > 0 && <Field label={t("internal")} hint={t("internalHint")}>{(bound) => <Select {...bound} allowClear style={{ width: "100%" }} value={row.internal || undefined} onChange={(value) => onRow((old) => ({ ...old, internal: value ?? "" }))} options={others.map((value) => ({ value, label: value }))} />}</Field>}
            {field("note", t("rowNote"))}
          </div>
          {filled.map((input) => (
            <fieldset key={input.input} className="df-case-evidence">
              <legend>{title(input.name)}</legend>
              <div className="df-case-grid">
                {EVIDENCE.map((name) => (
                  <Field key={name} label={t(`evidence_${name}`)}>
                    {(bound) => name === "valid_until"
                      ? <DateInput {...bound} value={row.inputs[input.input]![name]} onChange={(value) => onTyped(input.input, { [name]: value })} />
                      : <Input {...bound} maxLength={200} value={row.inputs[input.input]![name]} onChange={(event) => onTyped(input.input, { [name]: event.target.value })} />}
                  </Field>
                ))}
              </div>
            </fieldset>
          ))}
          {bare.length > 0 && (
            <div>
              <p className="df-muted df-small">{t("lackingText")}</p>
              <div className="df-row">{bare.map((input) => <Checkbox key={input.input} checked={row.inputs[input.input]?.lacking ?? false} onChange={(event) => onTyped(input.input, { lacking: event.target.checked })}>{title(input.name)}</Checkbox>)}</div>
            </div>
          )}
          <p className="df-muted df-small">{t("evidenceNote", { name: words(stream.name) })}</p>
        </div>
      )}
    </details>
  );
}
