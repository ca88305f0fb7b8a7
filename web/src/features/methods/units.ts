/** The units that a figure of a method may be typed in 可选单位, each with its factor to the unit the method takes. */
import table from "./units.json";

const UNITS = table as Record<string, Record<string, number>>;

/** The method's own unit first, then what can be converted to it. The server converts; `inOwn` only shows it beforehand. */
export const unitsFor = (unit: string): readonly string[] => [unit, ...Object.keys(UNITS[unit] ?? {})];

/** The value in the method's own unit; null for a unit that is not on the list. */
export function inOwn(value: number, unit: string, own: string): number | null {
  if (!unit || unit === own) return value;
  const factor = UNITS[own]?.[unit];
  return factor === undefined ? null : Number((value * factor).toPrecision(12));
}
