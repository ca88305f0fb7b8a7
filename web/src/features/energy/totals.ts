/** The three totals side by side 三个口径 and what is taken off between them. */
import type { Schemas } from "@/client";
import type { Value } from "./flow";

export type Totals = Schemas["EnergyTotalsOut"];
export type Total = Totals["totals"][number];
export type Process = Totals["processes"][number];

/** A figure of a total in the chosen value: the whole, or what there is of it, and the same in the base year. */
export interface Read {
  whole: number | null;
  part: number | null;
  base: number | null;
  change: number | null;
}

export function read(total: Total | undefined, value: Value): Read {
  if (!total) return { whole: null, part: null, base: null, change: null };
  const whole = value === "calorific" ? total.calorific : total.equivalent;
  const part = (value === "calorific" ? total.partial_calorific : total.partial_equivalent) ?? null;
  const base = value === "calorific" ? total.base_calorific : total.base_equivalent;
  const change = whole !== null && base !== null && base !== 0 ? whole / base - 1 : null;
  return { whole, part, base, change };
}

/** The whole where it is known, else what there is of it. */
export const shownOf = (one: Read): number | null => one.whole ?? one.part;

export const CARDS = [
  { measure: "statistical", less: [] },
  { measure: "control_total", less: ["feedstock_deducted", "renewables_deducted"] },
  { measure: "control_intensity", less: ["feedstock_deducted"] },
  { measure: "fossil", less: [] },
] as const;

/** Sum of what is taken off; null where a part is not known. */
export function deducted(totals: readonly Total[], value: Value): number | null {
  const parts = ["feedstock_deducted", "renewables_deducted"].map((name) => shownOf(read(totals.find((one) => one.measure === name), value)));
  return parts.some((one) => one === null) ? null : parts.reduce<number>((sum, one) => sum + (one ?? 0), 0);
}

/** The processes, each with its firms; the one that takes most energy first. */
export function byProcess(rows: readonly Process[]): { process: string; name: Process["name"]; rows: Process[]; unit: string | null }[] {
  const groups = new Map<string, Process[]>();
  for (const row of rows) groups.set(row.process, [...(groups.get(row.process) ?? []), row]);
  return [...groups]
    .map(([process, own]) => ({ process, name: own[0]!.name, rows: own, unit: own.find((one) => one.unit)?.unit ?? null }))
    .sort((a, b) => energyOf(b.rows) - energyOf(a.rows));
}

const energyOf = (rows: readonly Process[]) => rows.reduce((sum, one) => sum + (one.calorific ?? 0), 0);

export const perUnit = (row: Process, value: Value): number | null => (value === "calorific" ? row.unit_calorific : row.unit_equivalent);

/** The firms of a process that have energy per unit, the highest first. */
export const ranked = (rows: readonly Process[], value: Value): Process[] => rows.filter((one) => perUnit(one, value) !== null).sort((a, b) => (perUnit(b, value) ?? 0) - (perUnit(a, value) ?? 0));
