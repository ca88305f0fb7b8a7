/** Small parts that the sections of energy and quality share. */
import { Segmented } from "antd";
import { useState } from "react";
import { useParam } from "@/app/view";
import { Amount } from "@/components/ui";
import { DASH, digits } from "@/lib/units";
import { valueFrom, type Value } from "./flow";
import { useEnergyText } from "./text";

/** Which of the two values 当量值/等价值, kept in the address. */
export function useValue(): [Value, (value: Value) => void] {
  const [text, set] = useParam("conversion");
  return [valueFrom(text), (value) => set(value === "calorific" ? null : value)];
}

export function ValueSwitch() {
  const t = useEnergyText();
  const [value, set] = useValue();
  return <Segmented className="df-noprint" size="small" aria-label={t("value")} value={value} options={[{ value: "calorific", label: t("calorific") }, { value: "equivalent", label: t("equivalent") }]} onChange={(next) => set(next as Value)} />;
}

export const percent = (share: number | null | undefined, most = 3): string => (share == null ? DASH : `${digits(share * 100, most)}%`);

/** A table that scrolls by itself, with its caption for screen readers. */
export function Scroll({ label, children }: { label: string; children: React.ReactNode }) {
  return <div className="df-plain-scroll" tabIndex={0} role="region" aria-label={label}>{children}</div>;
}

export function Tce({ value }: { value: number | null | undefined }) {
  return <Amount value={value} unit="tce" />;
}

/** The first rows of a list, and all at a click; printed in full. */
export function useSome<T>(rows: readonly T[], first: number): [readonly T[], React.ReactNode] {
  const t = useEnergyText();
  const [all, setAll] = useState(false);
  const more = rows.length > first && (
    <button type="button" className="df-bare df-more df-noprint" aria-expanded={all} onClick={() => setAll(!all)}>{all ? t("showFewer") : t("showAll", { n: rows.length })}</button>
  );
  return [all ? rows : rows.slice(0, first), more];
}
