/** Builders of chart options in the house style, bound to the view's language, units and theme. */
import type { EChartsCoreOption } from "echarts/core";
import { useMemo } from "react";
import { useView, type Theme } from "@/app/view";
import en from "@/i18n/en/ui";
import zh from "@/i18n/zh/ui";
import { FONT } from "@/lib/font";
import { colourOf } from "@/lib/palette";
import { digits, scaleFor, type Lang, type Units } from "@/lib/units";
import { stateColour, type State } from "./StateMark";
import type { ChartData, ChartSeries } from "./chartTypes";

interface Ink {
  ink: string;
  muted: string;
  line: string;
  accent: string;
  carbon: string;
  energy: string;
  paper: string;
}
const INK: Record<Theme, Ink> = {
  light: { ink: "#1F2937", muted: "#5F6673", line: "#E5E7EB", accent: "#0F766E", carbon: "#334155", energy: "#B45309", paper: "#FFFFFF" },
  dark: { ink: "#E5E7EB", muted: "#9CA3AF", line: "#2A3441", accent: "#4CC7B9", carbon: "#A9B8CC", energy: "#F0A94B", paper: "#151D26" },
};

export interface BarItem {
  key: string;
  name: string;
  value: number | null;
  /** fixed palette key; the item's own key where none is given */
  colour?: string;
  state?: State;
  node?: string | null;
}

export interface LineOptions {
  colour?: string;
  zero?: boolean;
  /** how a period is written on the axis and in the table; as it is where left out */
  label?: (period: string) => string;
}

export interface ChartKit {
  ink: Ink;
  dark: boolean;
  lines: (series: readonly ChartSeries[], options?: LineOptions) => ChartData;
  bars: (items: readonly BarItem[], options: { unit: string; label: string; plain?: boolean }) => ChartData;
  stacks: (series: readonly ChartSeries[]) => ChartData;
  colour: (key: string) => string;
}

export function useChartKit(): ChartKit {
  const { lang, units, theme } = useView();
  return useMemo(() => chartKit(lang, units, theme), [lang, units, theme]);
}

export function chartKit(lang: Lang, units: Units, theme: Theme): ChartKit {
  const ink = INK[theme];
  const dark = theme === "dark";
  const given = { lang, units, ink, dark };
  return {
    ink,
    dark,
    colour: (key) => colourOf(key, dark),
    lines: (series, options) => lines(given, series, options),
    bars: (items, options) => bars(given, items, options),
    stacks: (series) => stacks(given, series),
  };
}

interface Given {
  lang: Lang;
  units: Units;
  ink: Ink;
  dark: boolean;
}

const largest = (series: readonly ChartSeries[]) => Math.max(0, ...series.flatMap((one) => one.points.map((p) => Math.abs(p.value ?? 0))));

export function periodsOf(series: readonly ChartSeries[]): string[] {
  return [...new Set(series.flatMap((one) => one.points.map((p) => p.period)))].sort();
}

function tableOf(given: Given, series: readonly ChartSeries[], periods: readonly string[], factor: number, unit: string, label: (period: string) => string = same): ChartData["table"] {
  const found = series.map((one) => new Map(one.points.map((p) => [p.period, p.value])));
  const names = series.map((one) => (unit ? `${one.name[given.lang]} (${unit})` : one.name[given.lang]));
  const rows = periods.map((period) => [label(period), ...found.map((values) => scaled(values.get(period), factor))]);
  return { columns: [(given.lang === "zh" ? zh : en).period, ...names], rows };
}

const same = (period: string) => period;
const scaled = (value: number | null | undefined, factor: number) => (value == null ? null : value * factor);

function axes({ ink }: Given, categories: readonly string[], unit: string, zero: boolean, name = true): EChartsCoreOption {
  const label = { color: ink.muted, fontSize: 12 };
  return {
    textStyle: { fontFamily: FONT, color: ink.ink },
    grid: { left: 8, right: 96, top: 28, bottom: 4, containLabel: true },
    xAxis: { type: "category", data: categories, axisLine: { lineStyle: { color: ink.line } }, axisTick: { show: false }, axisLabel: label },
    yAxis: { type: "value", scale: !zero, name: name ? unit : "", nameTextStyle: { ...label, align: "left" }, axisLabel: { ...label, formatter: (v: number) => digits(v) }, splitLine: { lineStyle: { color: ink.line } } },
    tooltip: { trigger: "axis", backgroundColor: ink.paper, borderColor: ink.line, textStyle: { color: ink.ink, fontSize: 12 }, valueFormatter: (v: unknown) => (typeof v === "number" ? `${digits(v, 5)} ${unit}` : "—") },
  };
}

function lines(given: Given, series: readonly ChartSeries[], options: LineOptions = {}): ChartData {
  const { lang, units, ink } = given;
  const periods = periodsOf(series);
  const { factor, unit } = scaleFor(series[0]?.unit, largest(series), units, lang);
  const apart = labelShifts(series);
  const drawn = series.flatMap((one, n) => [...fan(given, one, periods, factor), lineOf(given, one, n, periods, factor, options.colour ?? ink.accent, series.length > 1 ? (apart[n] ?? 0) : null)]);
  const label = options.label ?? same;
  const frame = axes(given, periods.map(label), unit, options.zero ?? false);
  const alone = series.length === 1 ? { grid: { left: 8, right: 24, top: 28, bottom: 4, containLabel: true } } : {}; // its title names it
  return { option: { ...frame, ...alone, series: drawn }, table: tableOf(given, series, periods, factor, unit, label) };
}

const LABEL_HIGH = 15; // px of one line of print
const PLOT_HIGH = 200; // px, about; what is nearer than a label's height is set apart

/** How far, in px, each label at the end of a line moves so that none lies on another. */
export function labelShifts(series: readonly ChartSeries[]): number[] {
  const ends = series.map((one) => [...one.points].reverse().find((p) => p.value !== null)?.value ?? null);
  const size = largest(series);
  const at = ends.map((end) => (end === null || size === 0 ? null : -(end / size) * PLOT_HIGH));
  const order = at.flatMap((y, n) => (y === null ? [] : [{ n, y }])).sort((a, b) => a.y - b.y);
  const shifts = series.map(() => 0);
  let above = Number.NEGATIVE_INFINITY;
  for (const { n, y } of order) {
    const to = Math.max(y, above + LABEL_HIGH);
    shifts[n] = to - y;
    above = to;
  }
  return shifts;
}

function lineOf({ lang, ink, dark }: Given, one: ChartSeries, n: number, periods: readonly string[], factor: number, main: string, shift: number | null) {
  const points = new Map(one.points.map((p) => [p.period, p]));
  const colour = { actual: n === 0 ? main : colourOf(one.key, dark), forecast: main, required: ink.muted, target: ink.energy, compare: colourOf(one.key, dark) }[one.kind];
  const unsure = (coverage: number | null | undefined, status?: string) => (coverage != null && coverage < 1) || status === "trial";
  return {
    type: "line",
    name: one.name[lang],
    step: one.kind === "target" ? "end" : false,
    connectNulls: false,
    symbol: one.kind === "required" ? "none" : "circle",
    symbolSize: 6,
    showAllSymbol: true,
    lineStyle: { color: colour, width: one.kind === "actual" ? 2.2 : 1.2, type: one.kind === "required" ? "dashed" : one.kind === "forecast" ? "dotted" : "solid" },
    itemStyle: { color: colour },
    endLabel: shift === null ? { show: false } : { show: true, formatter: "{a}", color: colour, fontSize: 12, width: 88, overflow: "break", offset: [0, shift] },
    data: periods.map((period) => {
      const point = points.get(period);
      if (!point || point.value === null) return null;
      const hollow = unsure(point.coverage, point.status) ? { itemStyle: { color: ink.paper, borderColor: colour, borderWidth: 1.6 } } : {};
      return { value: point.value * factor, node: point.node, ...hollow };
    }),
  };
}

/** The fan of a forecast: 90 % pale, 50 % darker, as bands between low and high. */
function fan({ ink }: Given, one: ChartSeries, periods: readonly string[], factor: number) {
  if (!one.bands) return [];
  const at = new Map(one.points.map((p, n) => [p.period, n]));
  const band = (name: string, values: readonly (readonly [number, number] | null)[], opacity: number) => {
    const pair = periods.map((period) => values[at.get(period) ?? -1] ?? null);
    const shared = { type: "line", stack: name, symbol: "none", lineStyle: { opacity: 0 }, silent: true, tooltip: { show: false } };
    return [
      { ...shared, data: pair.map((p) => (p ? p[0] * factor : null)) },
      { ...shared, data: pair.map((p) => (p ? (p[1] - p[0]) * factor : null)), areaStyle: { color: ink.accent, opacity } },
    ];
  };
  return [...band(`${one.key}-90`, one.bands.p90, 0.12), ...band(`${one.key}-50`, one.bands.p50, 0.22)];
}

const NAME_WIDE = 132; // px of a bar's name, broken into lines
const NAME_HIGH = 14; // px of one of them

/** How many lines a bar's name takes: a Chinese character is 12 px wide, a Latin one about 6.6; words are kept whole. */
export function nameLines(name: string): number {
  const wide = (text: string) => [...text].reduce((sum, one) => sum + (one > "\u2e7f" ? 12 : 6.6), 0);
  let lines = 1;
  let at = 0;
  for (const word of name.split(" ")) {
    const size = wide(word);
    if (at > 0 && at + 6.6 + size > NAME_WIDE) {
      lines += 1;
      at = 0;
    }
    at += (at > 0 ? 6.6 : 0) + size;
    lines += Math.floor(at / (NAME_WIDE + 0.01));
    at %= NAME_WIDE + 0.01;
  }
  return lines;
}

function bars(given: Given, items: readonly BarItem[], { unit, label, plain = false }: { unit: string; label: string; plain?: boolean }): ChartData {
  const { lang, units, ink, dark } = given;
  const size = Math.max(0, ...items.map((item) => Math.abs(item.value ?? 0)));
  const scale = scaleFor(unit, size, units, lang);
  const turned = [...items].reverse();
  const text = { color: ink.muted, fontSize: 12 };
  const fill = (item: BarItem) => (item.state ? stateHex(item.state, dark) : plain ? ink.accent : colourOf(item.colour ?? item.key, dark));
  const negative = items.some((item) => (item.value ?? 0) < 0);
  return {
    option: {
      textStyle: { fontFamily: FONT, color: ink.ink },
      grid: { left: 8, right: 64, top: 4, bottom: 4, containLabel: true },
      xAxis: { type: "value", show: false },
      yAxis: { type: "category", data: turned.map((item) => item.name), axisLine: { show: negative, lineStyle: { color: ink.muted } }, axisTick: { show: false }, axisLabel: { ...text, color: ink.ink, width: NAME_WIDE, overflow: "break", lineHeight: NAME_HIGH, interval: 0 } },
      tooltip: { trigger: "item", backgroundColor: ink.paper, borderColor: ink.line, textStyle: { color: ink.ink, fontSize: 12 }, formatter: (p: { name: string; value: number | null }) => `${p.name}  ${p.value == null ? "—" : `${digits(p.value, 5)} ${scale.unit}`}` },
      series: [
        {
          type: "bar",
          barMaxWidth: 16,
          data: turned.map((item) => ({ value: item.value === null ? null : item.value * scale.factor, node: item.node, key: item.key, itemStyle: { color: fill(item) }, ...((item.value ?? 0) < 0 ? { label: { position: "left" } } : {}) })),
          label: { show: true, position: "right", color: ink.ink, fontSize: 12, formatter: (p: { value: number | null }) => (p.value == null ? "—" : digits(p.value)) },
        },
      ],
    },
    least: 8 + items.length * (NAME_HIGH * Math.max(1, ...items.map((item) => nameLines(item.name))) + 6),
    table: { columns: [label, scale.unit || label], rows: items.map((item) => [item.name, scaled(item.value, scale.factor)]) },
  };
}

const STATE_HEX: Record<Theme, Record<State, string>> = {
  light: { reached: "#1D5FA8", on_track: "#2F7D3B", behind: "#A15C07", off_track: "#B42318", not_assessed: "#9CA3AF", confidential: "#57606F" },
  dark: { reached: "#7AB3EA", on_track: "#6CC57A", behind: "#EDB04F", off_track: "#F58A7F", not_assessed: "#6B7280", confidential: "#A3AEBF" },
};
/** State colour as a plain value, for canvases; DOM takes stateColour. */
export const stateHex = (state: State, dark: boolean): string => STATE_HEX[dark ? "dark" : "light"][state];
export { stateColour };

function stacks(given: Given, series: readonly ChartSeries[]): ChartData {
  const { lang, units, ink, dark } = given;
  const periods = periodsOf(series);
  const sums = periods.map((period) => series.reduce((sum, one) => sum + Math.abs(one.points.find((p) => p.period === period)?.value ?? 0), 0));
  const { factor, unit } = scaleFor(series[0]?.unit, Math.max(0, ...sums), units, lang);
  const drawn = series.map((one) => {
    const points = new Map(one.points.map((p) => [p.period, p]));
    return { type: "bar", stack: "all", barMaxWidth: 32, name: one.name[lang], itemStyle: { color: colourOf(one.key, dark) }, data: periods.map((period) => ({ value: scaled(points.get(period)?.value, factor), node: points.get(period)?.node })) };
  });
  const legend = { top: 0, right: 0, type: "plain", itemWidth: 10, itemHeight: 10, textStyle: { color: ink.muted, fontSize: 12 } };
  return { option: { ...axes(given, periods, unit, true), grid: { left: 8, right: 8, top: 48, bottom: 4, containLabel: true }, legend, series: drawn }, table: tableOf(given, series, periods, factor, unit) };
}
