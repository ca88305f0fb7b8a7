/** Lines of one source over the months stand together 同一排放源各期合为一行. */
import type { Schemas } from "@/client";

type Line = Schemas["Line"];

export interface Source {
  key: string;
  lines: Line[];
  /** null while one of its lines lacks something: a sum of the rest would look whole */
  value: number | null;
  mass: number | null;
  missing: number;
}

const total = (values: readonly (number | null)[]): number | null => (values.some((one) => one === null) ? null : values.reduce<number>((sum, one) => sum + one!, 0));

/** In the order of their first lines. */
export function sourcesOf(lines: readonly Line[]): Source[] {
  const held = new Map<string, Line[]>();
  for (const line of lines) {
    const key = [line.part, line.unit_of_works, line.stream, line.item, line.gas, line.internal ?? ""].join("|");
    held.set(key, [...(held.get(key) ?? []), line]);
  }
  return [...held].map(([key, own]) => ({ key, lines: own, value: total(own.map((one) => one.value)), mass: total(own.map((one) => one.mass_t)), missing: own.filter((one) => one.value === null).length }));
}

const RANKS = ["official", "transcribed", "user", "draft", "recalled", "trial", "synthetic"] as const;
/** The least sure of some statuses. */
export const least = (lines: readonly Line[]): string => RANKS[Math.max(...lines.map((one) => RANKS.indexOf(one.status)))] ?? "official";

/** Where the figures that the works did not give come from, each source once. */
export function sourcesBehind(figures: readonly Line["figures"][number][]): { source: string; names: Line["figures"][number]["name"][]; status: string }[] {
  const held = new Map<string, { source: string; names: Line["figures"][number]["name"][]; status: string }>();
  for (const one of figures.filter((figure) => figure.of !== "given")) {
    const own = held.get(one.source ?? "") ?? { source: one.source ?? "", names: [], status: one.status };
    own.names.push(one.name);
    held.set(own.source, own);
  }
  return [...held.values()];
}
