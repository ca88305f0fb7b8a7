/** The dated values of a parameter as a stepped line: one point where each begins, one at the end of the last. */
import type { Schemas } from "@/client";

type Value = Schemas["RuleEntry"]["values"][number];

/** Scopes with the most values first, the nation before others of as many. */
export function scopesOf(values: readonly Value[]): string[] {
  const counts = new Map<string, number>();
  for (const one of values) counts.set(one.scope, (counts.get(one.scope) ?? 0) + 1);
  const nation = (scope: string) => (scope === "CN" ? 0 : 1);
  return [...counts.keys()].sort((a, b) => nation(a) - nation(b) || counts.get(b)! - counts.get(a)! || a.localeCompare(b));
}

/** Only what stands is drawn; where no value holds between two, the line has a gap. */
export function historyOf(values: readonly Value[]): { period: string; value: number | null; status: string }[] {
  const standing = values.filter((one) => one.standing).sort((a, b) => a.since.localeCompare(b.since));
  return standing.flatMap((one, n) => {
    const next = standing[n + 1];
    const point = { period: one.since, value: one.value, status: one.status };
    const gap = one.until && next && dayAfter(one.until) < next.since ? [{ period: dayAfter(one.until), value: null, status: one.status }] : [];
    const end = one.until && !next ? [{ period: one.until, value: one.value, status: one.status }] : [];
    return [point, ...gap, ...end];
  });
}

export function dayAfter(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 1);
  return date.toISOString().slice(0, 10);
}
