/** Amounts of one table in one scale 同一量级: the unit stands in the head, the exact value on hover. */
import { useView } from "@/app/view";
import { DASH, digits, exact, scaleFor } from "@/lib/units";

export interface Scaled {
  unit: string;
  cell: (value: number | null | undefined) => React.ReactNode;
}

/** The scale by the largest of the values; missing is a dash. */
export function useScaled(unit: string, values: readonly (number | null | undefined)[]): Scaled {
  const { units, lang } = useView();
  const largest = values.reduce<number>((most, one) => Math.max(most, Math.abs(one ?? 0)), 0);
  const scale = scaleFor(unit, largest, units, lang);
  return {
    unit: scale.unit,
    cell: (value) => (value == null ? <span className="df-muted">{DASH}</span> : <span title={exact(value)}>{digits(value * scale.factor)}</span>),
  };
}
