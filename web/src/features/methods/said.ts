/** What a result comes to, in a few figures 结果概要: for its sentence and its picture. */
import type { Schemas } from "@/client";

type Result = Schemas["CaseResult"];
type Total = Schemas["Total"];

/** The group that weighs most, with its share of the total; null where there is no total to compare with. */
export function heaviest(result: Result): { group: Total; share: number } | null {
  const total = result.total.value;
  if (!total || total <= 0) return null;
  const found = result.groups.filter((one) => (one.value ?? 0) > 0).sort((a, b) => (b.value ?? 0) - (a.value ?? 0))[0];
  return found ? { group: found, share: found.value! / total } : null;
}

/** What kind of result it is: nothing at all, not whole, negative (a net exporter), or whole. */
export const kindOf = (result: Result): "none" | "partial" | "negative" | "whole" =>
  result.lines.length === 0 ? "none" : result.total.value === null ? (result.total.missing > 0 ? "partial" : "none") : result.total.value < 0 ? "negative" : "whole";

/** What lacks month by month for the same reason is said once, with its first and last month. */
export function lackingTogether(missing: readonly string[]): { text: string; n: number }[] {
  const months = /(?<!\d)(?:19|20)\d{2}-(?:0[1-9]|1[0-2])(?![\d-])/g;
  const held = new Map<string, { text: string; found: string[] }>();
  for (const text of missing) {
    const key = text.replace(months, "\u2026");
    const old = held.get(key) ?? { text: key, found: [] };
    old.found.push(text.match(months)?.[0] ?? "");
    held.set(key, old);
  }
  return [...held.values()].map(({ text, found }) => {
    const [from, to] = [found[0]!, found.at(-1)!];
    return { text: text.replaceAll("\u2026", from === to ? from : `${from}\u2013${to}`), n: found.length };
  });
}

/** Facts of the programme open in the explanation (a net amount has several); anything else is words. */
export const factsOf = (source: string | null | undefined): string[] => {
  const words = (source ?? "").split(/[\s;,]+/).filter(Boolean);
  return words.every((word) => /^[LFISD]-[0-9a-f]{6,}$/.test(word)) ? words : [];
};

/** Months of one source that differ for the same reason stand in one row; n counts them. */
export function together(rows: readonly Schemas["Difference"][]): (Schemas["Difference"] & { n: number })[] {
  const held = new Map<string, Schemas["Difference"] & { n: number }>();
  const sum = (one: number | null, other: number | null) => (one === null || other === null ? null : one + other);
  for (const row of rows) {
    const key = JSON.stringify([row.name.zh, row.one === null, row.other === null, row.why.map((why) => why.zh)]);
    const old = held.get(key);
    held.set(key, old ? { ...old, one: sum(old.one, row.one), other: sum(old.other, row.other), difference: sum(old.difference, row.difference), n: old.n + 1 } : { ...row, n: 1 });
  }
  return [...held.values()];
}

/** The rows of a comparison that differ come first, the largest difference before. */
export function byDifference<R extends Schemas["Difference"]>(rows: readonly R[]): R[] {
  return [...rows].sort((a, b) => Math.abs(b.difference ?? Number.MAX_VALUE) - Math.abs(a.difference ?? Number.MAX_VALUE));
}
