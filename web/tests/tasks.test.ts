import { describe, expect, it } from "vitest";
import { said } from "@/features/reports/useJob";
import { byDepartment, byYear, counts, gantt, names, taskRow, titleIn, unitIn } from "@/features/tasks/rows";

const row = (more: Record<string, unknown>) => taskRow({ id: "t", title: "x", state: "in_progress", ...more });

describe("tasks", () => {
  it("is overdue only while it is not done", () => {
    expect(row({ overdue_days: 5 }).state).toBe("overdue");
    expect(row({ overdue_days: 5, state: "done" }).state).toBe("done");
    expect(row({ overdue_days: 0 }).state).toBe("in_progress");
  });
  it("counts every task once", () => {
    const found = counts([row({}), row({ state: "done" }), row({ state: "what" })]);
    expect(Object.values(found).reduce((a, b) => a + b)).toBe(3);
  });
  it("groups by the leading unit, and by all units where none leads", () => {
    const groups = byDepartment([row({ lead: ["工信局"], departments: ["工信局", "发改委"] }), row({ departments: ["发改委", "能源局"] }), row({})]);
    expect(Object.fromEntries(groups.map(([name, rows]) => [name, rows.length]))).toEqual({ 工信局: 1, 发改委: 1, 能源局: 1, "": 1 });
  });
  it("draws bars within the years and none for undated tasks", () => {
    const drawn = gantt([row({ start: "2022-01-01", due: "2025-12-31" }), row({ due: null })], "2024-01-01");
    expect(drawn.years).toEqual([2022, 2023, 2024, 2025]);
    expect(drawn.bars).toHaveLength(1);
    expect(drawn.bars[0]!.to).toBeLessThanOrEqual(1);
    expect(drawn.today).toBeCloseTo(0.5, 2);
  });
  it("knows whose plan a task is of", () => {
    expect(row({ plan_level: "upper" }).upper).toBe(true);
    expect(row({ plan_level: "own" }).upper).toBe(false);
  });
  it("groups by year, the overdue first and the undated last", () => {
    const groups = byYear([row({ due: null }), row({ due: "2027-12-31" }), row({ due: "2025-12-31" }), row({ due: "2020-12-31", overdue_days: 9 })]);
    expect(groups.map(([key]) => key)).toEqual(["late", "2025", "2027", ""]);
  });
  it("says title and units in the language asked for, and finds them by their own name", () => {
    const one = row({ title: "钢铁行业", title_en: "Iron and steel", lead: "市能源局", lead_en: "City Energy Bureau", departments: ["市能源局", "某处"], departments_en: ["City Energy Bureau", "某处"] });
    expect([titleIn(one, "zh"), titleIn(one, "en")]).toEqual(["钢铁行业", "Iron and steel"]);
    expect([unitIn([one], "市能源局", "zh"), unitIn([one], "市能源局", "en"), unitIn([one], "别处", "en")]).toEqual(["市能源局", "City Energy Bureau", "别处"]);
    expect(names(one, "市能源局")).toBe(true);
  });
  it("finds a unit as lead or beside it", () => {
    const one = row({ lead: "工信局", departments: ["工信局", "发改委"] });
    expect([names(one, "工信局"), names(one, "发改委"), names(one, "能源局")]).toEqual([true, true, false]);
  });
  it("tells a stage in one language at a time", () => {
    expect([said("report 报告", "zh"), said("report 报告", "en"), said("same as the last one 与上一份内容相同", "en"), said("x.xlsx", "zh")]).toEqual(["报告", "report", "same as the last one", "x.xlsx"]);
  });
});
