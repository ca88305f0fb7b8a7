/** The dated history of a parameter: what stands, gaps, scopes. */
import { describe, expect, it } from "vitest";
import { dayAfter, historyOf, scopesOf } from "@/features/rules/history";

const value = (since: string, until: string | null, number: number, more: object = {}) => ({
  scope: "CN", since, until, published: null, value: number, status: "official" as const, source: { zh: "公告", en: "notice" }, note: null, standing: true, ...more,
});

describe("history", () => {
  it("draws a value from its first day and leaves a gap where none holds", () => {
    const points = historyOf([value("2023-01-01", "2023-12-31", 0.55), value("2020-01-01", "2021-12-31", 0.61)]);
    expect(points.map((p) => [p.period, p.value])).toEqual([["2020-01-01", 0.61], ["2022-01-01", null], ["2023-01-01", 0.55], ["2023-12-31", 0.55]]);
  });
  it("has no gap where one value follows the other, and no end where the last is open", () => {
    const points = historyOf([value("2020-01-01", "2020-12-31", 1), value("2021-01-01", null, 2)]);
    expect(points.map((p) => p.period)).toEqual(["2020-01-01", "2021-01-01"]);
  });
  it("leaves out what was revised", () => {
    expect(historyOf([value("2020-01-01", null, 1, { standing: false }), value("2020-01-01", null, 2)]).map((p) => p.value)).toEqual([2]);
  });
  it("puts the nation first, then the scopes with most values", () => {
    expect(scopesOf([value("2020-01-01", null, 1, { scope: "140000" }), value("2020-01-01", null, 1), value("2021-01-01", null, 1, { scope: "110000" }), value("2022-01-01", null, 1, { scope: "110000" })])).toEqual(["CN", "110000", "140000"]);
  });
  it("knows the day after the last of a leap February", () => {
    expect(dayAfter("2024-02-28")).toBe("2024-02-29");
  });
});
