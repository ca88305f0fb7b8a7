/** Factors of the case's own in place of the rulebook's, and figures that somebody printed, to be checked 自带因子、公布结果. */
import { AutoComplete, Button, Input, Select } from "antd";
import type { Schemas } from "@/client";
import { Field, Section } from "@/components/ui";
import { useWords } from "@/i18n";
import { newRatio, PRINTED, type Draft, type Fault, type Own, type OwnRatio, type Printed } from "./draft";
import { gasName, useTitle } from "./names";
import { useMethodsText } from "./text";
import { asked, GROUPS, hasItems, streamsOf } from "./wanted";

interface Props {
  draft: Draft;
  faults: readonly Fault[];
  onDraft: (change: (old: Draft) => Draft) => void;
}
const GASES = ["CH4", "N2O", "SF6", "CF4", "C2F6", "NF3"] as const;

export function OwnFactors({ draft, faults, onDraft }: Props) {
  const t = useMethodsText();
  const set = (place: number, change: Partial<Own>) => onDraft((old) => ({ ...old, own: old.own.map((one, n) => (n === place ? { ...one, ...change } : one)) }));
  const options = [{ value: "electricity", label: t("ownElectricity") }, { value: "heat", label: t("ownHeat") }, ...GASES.map((gas) => ({ value: `gwp.${gas}`, label: `GWP ${gas}` }))];
  const units: Record<string, string> = { electricity: "tCO2/MWh", heat: "tCO2/GJ" };
  return (
    <Section title={t("own")} note={t("ownNote")}>
      {draft.own.map((one, n) => (
        <div key={n} className="df-case-row"><div className="df-case-grid">
          <Field label={t("ownId")} hint={options.find((option) => option.value === one.id)?.label} problem={faults.some((fault) => fault.at === `own/${n}`) ? t("fault_own") : undefined}>
            {(bound) => <AutoComplete {...bound} style={{ width: "100%" }} value={one.id} onChange={(id: string) => set(n, { id })} options={options} popupMatchSelectWidth={260} />}
          </Field>
          <Field label={t("value")}>{(bound) => <Input {...bound} inputMode="decimal" maxLength={40} value={one.value} onChange={(event) => set(n, { value: event.target.value })} />}</Field>
          <Field label={t("unit")} hint={t("ownUnitHint")}>{(bound) => <Input {...bound} maxLength={40} placeholder={units[one.id] ?? ""} value={one.unit} onChange={(event) => set(n, { unit: event.target.value })} />}</Field>
          <Field label={t("evidence_evidence")}>{(bound) => <Input {...bound} maxLength={300} value={one.evidence} onChange={(event) => set(n, { evidence: event.target.value })} />}</Field>
          <Button size="small" className="df-noprint df-case-drop" onClick={() => onDraft((old) => ({ ...old, own: old.own.filter((_, place) => place !== n) }))}>{t("remove")}</Button>
        </div></div>
      ))}
      <Button size="small" className="df-noprint" onClick={() => onDraft((old) => ({ ...old, own: [...old.own, { id: "electricity", value: "", unit: "", evidence: "", status: "user" }] }))}>{t("addOwn")}</Button>
    </Section>
  );
}

/** The units of the works that the rows name 机组、工序、部门. */
const unitsIn = (draft: Draft): string[] => [...new Set(draft.parts.flatMap((part) => part.rows.map((row) => row.unit_of_works.trim())).filter(Boolean))];

/** Intensities of the case's own 自定强度: what over what, in the unit that is wanted. */
export function OwnRatios({ draft, page, faults, onDraft }: Props & { page: Schemas["MethodPage"] | null }) {
  const t = useMethodsText();
  const title = useTitle();
  const streams = page ? streamsOf(page) : [];
  const rows = [...new Map(draft.parts.flatMap((part) => part.rows).map((row) => [`${row.stream}/${row.item}`, row] as const)).values()];
  const called = (stream: string, item: string) => {
    const found = streams.find((one) => one.stream === stream);
    return [found ? title(found.name) : stream, item && title(found?.items.find((one) => one.item === item)?.name)].filter(Boolean).join(" \u00b7 ");
  };
  const sums = [
    { value: "total", label: t("printed_total") },
    ...GROUPS.filter((group) => group !== "memo").map((group) => ({ value: group as string, label: t(`group_${group}`) })),
    ...[...new Set(rows.map((row) => row.stream))].map((value) => ({ value, label: called(value, "") })),
    ...rows.filter((row) => row.item).map((row) => ({ value: `${row.stream}/${row.item}`, label: called(row.stream, row.item) })),
    ...unitsIn(draft).map((value) => ({ value: `@${value}`, label: `${t("unitOfWorks")} ${value}` })),
    ...GASES.map((gas) => ({ value: gas as string, label: gasName(gas) })),
  ];
  const amounts = rows.flatMap((row) => {
    const stream = streams.find((one) => one.stream === row.stream);
    const given = stream ? asked(stream).filter((input) => row.inputs[input.input]?.value.trim()) : [];
    return given.map((input) => ({ value: `${row.stream}/${row.item}/${input.input}`, label: `${called(row.stream, row.item)} \u00b7 ${title(input.name)}` }));
  });
  const held = draft.ratios ?? [];
  const set = (place: number, change: Partial<OwnRatio>) => onDraft((old) => ({ ...old, ratios: (old.ratios ?? []).map((one, n) => (n === place ? { ...one, ...change } : one)) }));
  const word = (one: OwnRatio) => Boolean(one.per) && !/^[\s\d.,+\-\u2212]/.test(one.per);
  return (
    <Section title={t("ownRatios")} note={t("ownRatiosNote")}>
      <div className="df-stack">
        {held.map((one, n) => (
          <div key={n} className="df-case-row"><div className="df-case-grid">
            <Field label={t("ratioName")} problem={faults.some((fault) => fault.at === `ratios/${n}`) ? t("fault_ratio") : undefined}>{(bound) => <Input {...bound} maxLength={120} value={one.name} onChange={(event) => set(n, { name: event.target.value })} />}</Field>
            <Field label={t("ratioOf")}>{(bound) => <Select {...bound} style={{ width: "100%" }} showSearch={{ optionFilterProp: "label" }} value={one.of || "total"} onChange={(of) => set(n, { of })} options={sums.some((option) => option.value === (one.of || "total")) ? sums : [...sums, { value: one.of, label: one.of }]} popupMatchSelectWidth={280} />}</Field>
            <Field label={t("ratioPer")} hint={amounts.find((option) => option.value === one.per)?.label ?? t("ratioPerHint")} required>
              {(bound) => <AutoComplete {...bound} style={{ width: "100%" }} value={one.per} onChange={(per: string) => set(n, { per })} options={amounts} popupMatchSelectWidth={320} />}
            </Field>
            {!word(one) && <Field label={t("ratioPerUnit")}>{(bound) => <Input {...bound} maxLength={40} placeholder="10^4 t" value={one.perUnit} onChange={(event) => set(n, { perUnit: event.target.value })} />}</Field>}
            <Field label={t("ratioUnit")} hint={t("ratioUnitHint")}>{(bound) => <Input {...bound} maxLength={40} placeholder="tCO2e/t" value={one.unit} onChange={(event) => set(n, { unit: event.target.value })} />}</Field>
            <Button size="small" className="df-noprint df-case-drop" onClick={() => onDraft((old) => ({ ...old, ratios: (old.ratios ?? []).filter((_, place) => place !== n) }))}>{t("remove")}</Button>
          </div></div>
        ))}
        <Button size="small" className="df-noprint df-case-new" onClick={() => onDraft((old) => ({ ...old, ratios: [...(old.ratios ?? []), newRatio(old.ratios ?? [])] }))}>{t("addRatio")}</Button>
      </div>
    </Section>
  );
}

export function PrintedFigures({ draft, page, faults, onDraft }: Props & { page: Schemas["MethodPage"] | null }) {
  const t = useMethodsText();
  const words = useWords();
  const set = (place: number, change: Partial<Printed>) => onDraft((old) => ({ ...old, printed: old.printed.map((one, n) => (n === place ? { ...one, ...change } : one)) }));
  const idsOf = (kind: Printed["kind"]): { value: string; label: string }[] => {
    if (kind === "groups") return GROUPS.filter((group) => group !== "memo").map((group) => ({ value: group, label: t(`group_${group}`) }));
    if (kind === "units") return unitsIn(draft).map((value) => ({ value, label: value }));
    if (kind === "ratios") return [...Object.entries(page?.ratios ?? {}).map(([value, name]) => ({ value, label: words(name) })), ...(draft.ratios ?? []).map((one) => ({ value: one.id, label: one.name || one.nameEn || one.id }))];
    if (kind === "total" || !page) return [];
    const streams = streamsOf(page);
    const rows = draft.parts.flatMap((part) => part.rows).map((row) => [row, streams.find((one) => one.stream === row.stream)] as const);
    return [...new Map(rows.map(([row, stream]) => {
      const item = stream && hasItems(stream) ? stream.items.find((one) => one.item === row.item) : undefined;
      const value = row.item ? `${row.stream}/${row.item}` : row.stream;
      return [value, { value, label: [stream ? words(stream.name) : row.stream, item && words(item.name)].filter(Boolean).join(" · ") }] as const;
    })).values()];
  };
  return (
    <Section title={t("printed")} note={t("printedNote")}>
      {draft.printed.map((one, n) => (
        <div key={n} className="df-case-row"><div className="df-case-grid">
          <Field label={t("printedKind")}>{(bound) => <Select {...bound} style={{ width: "100%" }} value={one.kind} onChange={(kind) => set(n, { kind, id: "" })} options={PRINTED.map((value) => ({ value, label: t(`printed_${value}`) }))} />}</Field>
          {one.kind !== "total" && <Field label={t("printedOf")}>{(bound) => <Select {...bound} style={{ width: "100%" }} value={one.id || undefined} onChange={(id) => set(n, { id })} options={idsOf(one.kind)} popupMatchSelectWidth={260} />}</Field>}
          <Field label={t("printedValue")} unit={one.kind === "ratios" ? undefined : "t CO\u2082e"} problem={faults.some((fault) => fault.at === `printed/${n}`) ? t("fault_printed") : undefined}>
            {(bound) => <Input {...bound} inputMode="decimal" maxLength={40} value={one.value} onChange={(event) => set(n, { value: event.target.value })} />}
          </Field>
          <Button size="small" className="df-noprint df-case-drop" onClick={() => onDraft((old) => ({ ...old, printed: old.printed.filter((_, place) => place !== n) }))}>{t("remove")}</Button>
        </div></div>
      ))}
      <Button size="small" className="df-noprint" onClick={() => onDraft((old) => ({ ...old, printed: [...old.printed, { kind: "total", id: "", value: "" }] }))}>{t("addPrinted")}</Button>
    </Section>
  );
}
