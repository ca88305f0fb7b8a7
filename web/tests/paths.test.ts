import { describe, expect, it } from "vitest";
import type { ChartSeries } from "@/components/ui/chartTypes";
import { barSpan } from "@/features/overview/BarTable";
import { pathChart, pathFinding, pathPeriods, type PathLook } from "@/features/overview/pathChart";
import { wallScale } from "@/features/wall/hooks";

const name = { zh: "", en: "" };
const line = (kind: ChartSeries["kind"], values: Record<string, number | null>, coverage = 1): ChartSeries => ({ key: kind, name: { ...name, en: kind }, unit: "tce/x", kind, points: Object.entries(values).map(([period, value]) => ({ period, value, coverage })) });
const ink = { ink: "#000001", muted: "#000002", line: "#000003", accent: "#000004", carbon: "#000005", energy: "#000006", paper: "#000007" };
const look: PathLook = { ink, lang: "en", units: { mass: "auto", energy: "auto" }, colour: "#000008", period: "Year", mark: "Mark", estimated: "est." };
type Drawn = { name: string; data: (null | number | { value: number })[]; lineStyle: { type?: unknown; width: number }; step?: string; connectNulls: boolean };
const drawnOf = (series: ChartSeries[]) => pathChart(series, look).option.series as Drawn[];

describe("the path chart", () => {
  const actual = line("actual", { "2020": 10, "2021": null, "2022": 8, "2023": 7 });
  it("shows a year without data as a gap, also one that is not in the answer at all", () => {
    expect(pathPeriods([line("actual", { "2020": 1, "2023": 2 })])).toEqual(["2020", "2021", "2022", "2023"]);
    const sure = drawnOf([actual]).find((one) => one.name === "actual-sure")!;
    expect(sure.data).toEqual([10, null, 8, 7]);
    expect(sure.connectNulls).toBe(false);
  });
  it("dashes what is partial, and only that", () => {
    const mixed: ChartSeries = { ...actual, points: [{ period: "2020", value: 3 }, { period: "2021", value: 4 }, { period: "2022", value: 5, coverage: 0.9 }] };
    const [sure, unsure] = drawnOf([mixed]) as [Drawn, Drawn];
    expect(sure.data).toEqual([3, 4, null]);
    expect(unsure.data).toEqual([null, 4, 5]);
    expect(Array.isArray(unsure.lineStyle.type)).toBe(true);
    const { table } = pathChart([mixed], look);
    expect(table.columns.at(-1)).toBe("Mark");
    expect(table.rows.map((row) => row.at(-1))).toEqual(["", "", "est."]);
  });
  it("steps from target to target, and ends with the last", () => {
    const step = drawnOf([line("actual", { "2020": 9, "2026": 5 }), line("target", { "2022": 8, "2025": 6 })]).find((one) => one.name === "target")!;
    expect(step.step).toBe("start");
    expect(step.data.map((p) => (p && typeof p === "object" ? p.value : p))).toEqual([8, 8, 8, 6, 6, 6, null]);
  });
  it("says a missing value as missing in the table", () => expect(pathChart([actual], look).table.rows[1]).toEqual(["2021", null]));
});

describe("what the path chart finds", () => {
  const required = line("required", { "2024": 10, "2025": 10 });
  it("above, below, on the path", () => {
    expect(pathFinding([line("actual", { "2025": 11 }), required])).toMatchObject({ kind: "above", year: "2025" });
    expect(pathFinding([line("actual", { "2025": 9 }), required])).toMatchObject({ kind: "below", gap: expect.closeTo(10, 6), points: false });
    expect(pathFinding([line("actual", { "2025": 10.001 }), required])).toMatchObject({ kind: "on" });
  });
  it("compares a partial sum below the bar with nothing", () => {
    const part = line("actual", { "2024": 12, "2025": 9 }, 0.93);
    expect(pathFinding([part, required], 2025, 0.95)).toEqual({ kind: "partial", year: "2025" });
    expect(pathFinding([part, required], 2025, 0.9)).toMatchObject({ kind: "below" });
  });
  it("of a share, in percentage points", () => {
    const share = [line("actual", { "2025": 61 }), line("required", { "2025": 63 })].map((one) => ({ ...one, unit: "%" }));
    expect(pathFinding(share)).toMatchObject({ kind: "below", gap: 2, points: true });
  });
  it("speaks of the year that is looked at", () => {
    expect(pathFinding([line("actual", { "2021": 10, "2025": 9 })], 2021)).toEqual({ kind: "high", year: "2021" });
    expect(pathFinding([line("actual", { "2020": 9.7, "2021": 10, "2025": 9 })], 2020)).toEqual({ kind: "passed", year: "2020", higher: "2021" });
    expect(pathFinding([line("actual", { "2020": 10, "2021": 9, "2025": 11 })], 2021)).toMatchObject({ kind: "offHigh", high: "2020", gap: expect.closeTo(10, 6) });
    expect(pathFinding([line("actual", { "2021": 10, "2022": null })], 2022)).toEqual({ kind: "noYear", year: "2022" });
  });
  it("without a path, against the highest year", () => {
    expect(pathFinding([line("actual", { "2021": 10, "2025": 9 })])).toMatchObject({ kind: "offHigh", high: "2021", year: "2025" });
    expect(pathFinding([line("actual", { "2021": 9, "2025": 10 })])).toMatchObject({ kind: "high" });
    expect(pathFinding([line("actual", { "2021": null, "2025": 10 })])).toMatchObject({ kind: "one" });
    expect(pathFinding([line("actual", { "2021": null })])).toEqual({ kind: "none" });
  });
});

describe("bars from zero", () => {
  it("share one zero line when some are negative", () => {
    expect(barSpan(3, 3, -1)).toEqual({ left: 25, width: 75 });
    expect(barSpan(-1, 3, -1)).toEqual({ left: 0, width: 25 });
  });
  it("draw nothing for what is missing", () => {
    expect(barSpan(null, 3, 0)).toBeNull();
    expect(barSpan(0, 0, 0)).toBeNull();
  });
});

it("print grows with the wall's height, not with its width", () => {
  expect(wallScale(1920, 1080)).toBe(1);
  expect(wallScale(3840, 1080)).toBe(1);
  expect(wallScale(1366, 768)).toBeCloseTo(0.711, 3);
  expect(wallScale(390, 844)).toBe(0.62);
});
