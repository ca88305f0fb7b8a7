import { describe, expect, it } from "vitest";
import { byDepartment, counts, gantt, taskRow } from "@/features/tasks/rows";

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
});
