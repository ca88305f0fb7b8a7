/** The path chart 路径图: actual solid, estimates dashed and hollow, required path thin and dashed, target a step with its label. */
import type { ChartData, ChartPoint, ChartSeries } from "@/components/ui/chartTypes";
import type { ChartKit } from "@/components/ui/chartKit";
import { FONT } from "@/lib/font";
import { digits, scaleFor, type Lang, type Units } from "@/lib/units";

export interface PathLook {
  ink: ChartKit["ink"];
  lang: Lang;
  units: Units;
  /** colour of the actual line */
  colour: string;
  /** size of print and strokes; 1 on a page, more on a wall */
  scale?: number;
  /** words of the table: name of the period, of the mark column, of the mark */
  period: string;
  mark: string;
  estimated: string;
}

/** Partial sums and trial values are not sure. */
export const unsure = (point: ChartPoint): boolean => (point.coverage != null && point.coverage < 1) || point.status === "trial";

/** All periods in order; whole years between the first and last are all there, so that a missing year is seen. */
export function pathPeriods(series: readonly ChartSeries[]): string[] {
  const found = [...new Set(series.flatMap((one) => one.points.map((p) => p.period)))].sort();
  if (found.length < 2 || !found.every((one) => /^\d{4}$/.test(one))) return found;
  const first = Number(found[0]);
  return Array.from({ length: Number(found.at(-1)) - first + 1 }, (_, n) => String(first + n));
}

/** Unit and factor that all lines of the chart share. */
export function pathScale(series: readonly ChartSeries[], units: Units, lang: Lang) {
  const largest = Math.max(0, ...series.flatMap((one) => one.points.map((p) => Math.abs(p.value ?? 0))));
  return scaleFor(series[0]?.unit, largest, units, lang);
}

export function pathChart(series: readonly ChartSeries[], look: PathLook): ChartData {
  const periods = pathPeriods(series);
  const { factor, unit } = pathScale(series, look.units, look.lang);
  const drawn = series.flatMap((one) => linesOf(one, series, periods, factor, look));
  return { option: { ...frame(periods, unit, look), series: drawn }, table: tableOf(series, periods, factor, unit, look) };
}

function frame(periods: readonly string[], unit: string, { ink, scale = 1 }: PathLook) {
  const label = { color: ink.muted, fontSize: 12 * scale };
  return {
    textStyle: { fontFamily: FONT, color: ink.ink },
    grid: { left: 8 * scale, right: 96 * scale, top: 30 * scale, bottom: 4, containLabel: true },
    xAxis: { type: "category", data: periods, boundaryGap: true, axisLine: { lineStyle: { color: ink.muted } }, axisTick: { show: false }, axisLabel: { ...label, hideOverlap: true } },
    yAxis: { type: "value", scale: true, splitNumber: 4, name: unit, nameTextStyle: { ...label, align: "left" }, axisLabel: { ...label, formatter: (v: number) => digits(v) }, splitLine: { lineStyle: { color: ink.line } } },
    tooltip: { trigger: "axis", backgroundColor: ink.paper, borderColor: ink.line, textStyle: { color: ink.ink, fontSize: 12 * scale }, valueFormatter: (v: unknown) => (typeof v === "number" ? `${digits(v, 5)} ${unit}` : "\u2014") },
  };
}

function linesOf(one: ChartSeries, all: readonly ChartSeries[], periods: readonly string[], factor: number, look: PathLook): readonly object[] {
  if (one.kind === "target") return [targetLine(one, periods, factor, look)];
  if (one.kind === "required") return [requiredLine(one, all, periods, factor, look)];
  return actualLines(one, all, periods, factor, look);
}

const at = (one: ChartSeries): Map<string, ChartPoint> => new Map(one.points.map((p) => [p.period, p]));

/** Points and their line apart: one carrier of points and tooltips, one solid line, one dashed line for what is not sure. */
function actualLines(one: ChartSeries, all: readonly ChartSeries[], periods: readonly string[], factor: number, look: PathLook) {
  const { ink, scale = 1, colour, lang } = look;
  const points = at(one);
  const row = periods.map((period) => points.get(period));
  const value = (p: ChartPoint | undefined) => (p?.value == null ? null : p.value * factor);
  const last = row.findLastIndex((p) => p?.value != null);
  const place = last === periods.length - 1 && all.length === 1 ? "right" : isAbove(row[last], all) ? "top" : "bottom";
  const carrier = row.map((p, n) =>
    p?.value == null ? null : {
      value: value(p),
      node: p.node,
      itemStyle: unsure(p) ? { color: ink.paper, borderColor: colour, borderWidth: 2 * scale } : { color: colour },
      ...(n === last ? { label: { show: true, position: place, distance: 8 * scale, align: last < periods.length - 1 && all.length > 1 ? "left" : undefined, color: colour, fontWeight: 600, fontSize: 13 * scale, formatter: `${one.name[lang]} ${digits(p.value * factor)}` } } : {}),
    },
  );
  const sure = row.map((p) => (p && !unsure(p) ? value(p) : null));
  const dashed = row.map((p, n) => (p && (unsure(p) || [row[n - 1], row[n + 1]].some((beside) => beside?.value != null && unsure(beside))) ? value(p) : null));
  const bare = { type: "line", symbol: "none", silent: true, connectNulls: false, tooltip: { show: false }, z: 3 };
  return [
    { ...bare, name: `${one.key}-sure`, data: sure, lineStyle: { color: colour, width: 2.4 * scale } },
    { ...bare, name: `${one.key}-unsure`, data: dashed, lineStyle: { color: colour, width: 2 * scale, type: [9 * scale, 4 * scale] } },
    { type: "line", name: one.name[lang], data: carrier, symbol: "circle", symbolSize: 7 * scale, showAllSymbol: true, connectNulls: false, lineStyle: { width: 0, opacity: 0 }, itemStyle: { color: colour }, z: 4 },
  ];
}

/** Whether the last actual point stands above the path, or where there is none, simply above. */
function isAbove(point: ChartPoint | undefined, all: readonly ChartSeries[]): boolean {
  const required = all.find((one) => one.kind === "required")?.points.find((p) => p.period === point?.period);
  return required?.value == null || (point?.value ?? 0) >= required.value;
}

/** Whether a line ends lower than it begins. */
const falls = (one: ChartSeries): boolean => (one.points.at(-1)?.value ?? 0) < (one.points[0]?.value ?? 0);

/** The period at which the path's label crosses nothing: of those ahead of the actual line, else where the two are farthest apart. */
export function clearest(one: ChartSeries, all: readonly ChartSeries[], known: readonly string[]): string | undefined {
  const actual = at(all.find((other) => other.kind === "actual") ?? { ...one, points: [] });
  const ahead = known.filter((period) => actual.get(period)?.value == null && period > ([...actual.values()].filter((p) => p.value !== null).at(-1)?.period ?? ""));
  if (ahead.length > 1) return ahead[Math.floor((ahead.length - 1) / 2)];
  const path = at(one);
  const apart = (period: string) => Math.abs((path.get(period)?.value ?? 0) - (actual.get(period)?.value ?? 0));
  const inner = known.slice(1, -1);
  return inner.reduce<string | undefined>((best, period) => (best === undefined || apart(period) > apart(best) ? period : best), undefined) ?? known[0];
}

function requiredLine(one: ChartSeries, all: readonly ChartSeries[], periods: readonly string[], factor: number, { ink, scale = 1, lang }: PathLook) {
  const points = at(one);
  const known = periods.filter((period) => points.get(period)?.value != null);
  const middle = clearest(one, all, known);
  const beside = all.find((other) => other.kind === "actual")?.points.find((p) => p.period === middle)?.value;
  const below = beside == null ? undefined : beside > (points.get(middle ?? "")?.value ?? 0);
  const rising = below ?? (points.get(known.at(-1) ?? "")?.value ?? 0) > (points.get(known[0] ?? "")?.value ?? 0);
  const label = { show: true, position: rising ? "bottom" : "top", distance: 6 * scale, align: rising === falls(one) ? "right" : "left", color: ink.muted, fontSize: 12 * scale, formatter: one.name[lang] };
  return {
    type: "line", name: one.name[lang], symbol: "circle", symbolSize: 1, showAllSymbol: true, connectNulls: true, z: 2,
    lineStyle: { color: ink.muted, width: 1.2 * scale, type: [3 * scale, 3 * scale] }, itemStyle: { color: ink.muted },
    data: periods.map((period) => {
      const p = points.get(period);
      return p?.value == null ? null : { value: p.value * factor, node: p.node, ...(period === middle ? { label } : {}) };
    }),
  };
}

/** Before each target year its value holds, so the line steps from target to target; the label stands at the target. */
function targetLine(one: ChartSeries, periods: readonly string[], factor: number, { ink, scale = 1, lang }: PathLook) {
  const goals = one.points.filter((p) => p.value !== null);
  const label = (p: ChartPoint) => ({ show: true, position: "right", distance: 6 * scale, color: ink.energy, fontWeight: 600, fontSize: 13 * scale, formatter: `${one.name[lang]} ${digits((p.value ?? 0) * factor)}` });
  return {
    type: "line", step: "start", name: one.name[lang], symbol: "diamond", showAllSymbol: true, connectNulls: false, z: 2,
    lineStyle: { color: ink.energy, width: 1.4 * scale }, itemStyle: { color: ink.energy },
    data: periods.map((period) => {
      const next = goals.find((p) => p.period >= period);
      if (!next) return null;
      const here = next.period === period;
      return { value: (next.value ?? 0) * factor, node: next.node, symbolSize: here ? 9 * scale : 0, ...(here ? { label: label(next) } : {}) };
    }),
  };
}

function tableOf(series: readonly ChartSeries[], periods: readonly string[], factor: number, unit: string, look: PathLook): ChartData["table"] {
  const found = series.map(at);
  const marked = series.findIndex((one) => one.kind === "actual");
  const marks = series[marked]?.points.some(unsure) ?? false;
  const rows = periods.map((period) => {
    const values = found.map((points) => points.get(period)?.value ?? null).map((v) => (v === null ? null : v * factor));
    const actual = found[marked]?.get(period);
    return [period, ...values, ...(marks ? [actual && actual.value !== null && unsure(actual) ? look.estimated : ""] : [])];
  });
  return { columns: [look.period, ...series.map((one) => (unit ? `${one.name[look.lang]} (${unit})` : one.name[look.lang])), ...(marks ? [look.mark] : [])], rows };
}

export type Finding =
  /** gap in percent of the path; of a share, in percentage points */
  | { kind: "above" | "below" | "on"; year: string; gap: number; points: boolean }
  | { kind: "offHigh"; year: string; high: string; gap: number }
  /** the highest up to that year; ``higher`` is a later year that stands above it */
  | { kind: "passed"; year: string; higher: string }
  | { kind: "high" | "one" | "noYear" | "partial"; year: string }
  | { kind: "none" };

/**
 * What the chart shows of a year (without one, of the last): against the required path, else against the highest year up to it.
 * A partial sum that covers less than ``judgedFrom`` is compared with nothing.
 */
export function pathFinding(series: readonly ChartSeries[], year?: number, judgedFrom = 0): Finding {
  const points = series.find((one) => one.kind === "actual")?.points.filter((p) => p.value !== null) ?? [];
  const last = year === undefined ? points.at(-1) : points.find((p) => p.period === String(year));
  if (points.length === 0) return { kind: "none" };
  if (!last || last.value === null) return { kind: "noYear", year: String(year) };
  if ((last.coverage ?? 1) < judgedFrom) return { kind: "partial", year: last.period };
  const level = series.find((one) => one.kind === "required")?.points.find((p) => p.period === last.period)?.value;
  if (level) {
    const share = series[0]?.unit === "%";
    const gap = share ? last.value - level : (last.value / level - 1) * 100;
    return { kind: Math.abs(gap) < 0.05 ? "on" : gap > 0 ? "above" : "below", year: last.period, gap: Math.abs(gap), points: share };
  }
  const highest = (of: readonly ChartPoint[]) => of.reduce((a, b) => ((b.value ?? 0) > (a.value ?? 0) ? b : a));
  const high = highest(points.filter((p) => p.period <= last.period));
  const later = highest(points);
  if (points.length === 1) return { kind: "one", year: last.period };
  if (high === last) return later === last ? { kind: "high", year: last.period } : { kind: "passed", year: last.period, higher: later.period };
  return { kind: "offHigh", year: last.period, high: high.period, gap: (1 - last.value / (high.value ?? last.value)) * 100 };
}
