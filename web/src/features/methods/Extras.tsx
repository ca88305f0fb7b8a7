/** Factors of the case's own in place of the rulebook's, and figures that somebody printed, to be checked 自带因子、公布结果. */
import { AutoComplete, Button, Input, Select } from "antd";
import type { Schemas } from "@/client";
import { Field, Section } from "@/components/ui";
import { useWords } from "@/i18n";
import { PRINTED, type Draft, type Fault, type Own, type Printed } from "./draft";
import { useMethodsText } from "./text";
import { GROUPS, hasItems, streamsOf } from "./wanted";

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

export function PrintedFigures({ draft, page, faults, onDraft }: Props & { page: Schemas["MethodPage"] | null }) {
  const t = useMethodsText();
  const words = useWords();
  const set = (place: number, change: Partial<Printed>) => onDraft((old) => ({ ...old, printed: old.printed.map((one, n) => (n === place ? { ...one, ...change } : one)) }));
  const idsOf = (kind: Printed["kind"]): { value: string; label: string }[] => {
    if (kind === "groups") return GROUPS.filter((group) => group !== "memo").map((group) => ({ value: group, label: t(`group_${group}`) }));
    if (kind === "ratios") return Object.entries(page?.ratios ?? {}).map(([value, name]) => ({ value, label: words(name) }));
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
