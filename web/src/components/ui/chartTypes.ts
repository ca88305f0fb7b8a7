import type { EChartsCoreOption } from "echarts/core";

/** One point of a series; value null is a gap and stays one. */
export interface ChartPoint {
  period: string;
  value: number | null;
  status?: string;
  node?: string | null;
  coverage?: number | null;
}
/** A named line. actual solid, required thin and dashed, target a step, compare muted, forecast a fan. */
export interface ChartSeries {
  key: string;
  name: { zh: string; en: string };
  unit: string;
  kind: "actual" | "required" | "target" | "forecast" | "compare";
  points: readonly ChartPoint[];
  /** bands of a forecast, aligned with points: [low, high] of 50 and 90 % */
  bands?: { p50: readonly (readonly [number, number] | null)[]; p90: readonly (readonly [number, number] | null)[] };
}
export interface ChartTable {
  columns: string[];
  rows: (string | number | null)[][];
}
/** What a chart draws, and the same as a table. */
export interface ChartData {
  option: EChartsCoreOption;
  table: ChartTable;
  /** the height in px that its labels need */
  least?: number;
}
export interface ChartHandle {
  png: () => string;
}
