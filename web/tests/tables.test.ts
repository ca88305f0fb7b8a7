import { beforeEach, describe, expect, it } from "vitest";
import { planFrom, withPlan } from "@/app/pickers";
import { labelShifts, nameLines } from "@/components/ui/chartKit";
import { paperOf } from "@/components/ui/table/usePrinting";
import { dropView, renameView, savedViews, saveView, stands, stateOf } from "@/components/ui/table/views";
import { lines } from "@/components/ui/TileMap";
import { clearest } from "@/features/overview/pathChart";
import { byMonth } from "@/lib/months";
import { readsPinyin } from "@/lib/pinyin";
import type { ChartSeries } from "@/components/ui/chartTypes";

const kept = new Map<string, string>();
beforeEach(() => {
  kept.clear();
  globalThis.localStorage = { getItem: (k: string) => kept.get(k) ?? null, setItem: (k: string, v: string) => void kept.set(k, v), removeItem: (k: string) => void kept.delete(k) } as unknown as Storage;
});

describe("saved views", () => {
  const state = { q: "钢", sort: [{ column: "co2_t", down: true }], filters: [{ column: "delivery", values: ["late", "a,b"] }], columns: ["name", "co2_t"] };
  it("come back as they were saved, each table its own", () => {
    saveView("enterprises", " 迟报 ", state);
    const [view] = savedViews("enterprises");
    expect(view?.name).toBe("迟报");
    expect(stateOf(view!)).toEqual(state);
    expect(stands(view!, state)).toBe(true);
    expect(stands(view!, { ...state, q: "" })).toBe(false);
    expect(savedViews("targets")).toEqual([]);
  });
  it("stand for the new state under an old name, and can be dropped", () => {
    saveView("enterprises", "a", state);
    expect(saveView("enterprises", "a", { ...state, q: "铝" })).toHaveLength(1);
    expect(stateOf(savedViews("enterprises")[0]!).q).toBe("铝");
    expect(dropView("enterprises", "a")).toEqual([]);
  });
  it("are none where the memory holds nonsense", () => {
    kept.set("dafeng.views..enterprises", "{broken");
    expect(savedViews("enterprises")).toEqual([]);
  });
});

describe("a saved view under another name", () => {
  const state = { q: "", sort: [], filters: [], columns: [] };
  it("stays in its place; an empty name and another view's are not taken", () => {
    saveView("renaming", "一", state);
    saveView("renaming", "二", state);
    expect(renameView("renaming", "一", " 甲 ").map((one) => one.name)).toEqual(["甲", "二"]);
    expect(renameView("renaming", "甲", "二").map((one) => one.name)).toEqual(["甲", "二"]);
    expect(renameView("renaming", "甲", "  ").map((one) => one.name)).toEqual(["甲", "二"]);
    expect(savedViews("renaming").map((one) => one.name)).toEqual(["甲", "二"]);
  });
});

describe("a five-year plan in the address", () => {
  it("sets the year and the targets due, and leaves nothing behind", () => {
    const chosen = withPlan(new URLSearchParams("area=990000&month=6&cum=1"), { first: 2021, last: 2025 }, 2025);
    expect(chosen.getAll("f.target_year")).toEqual(["2021", "2022", "2023", "2024", "2025"]);
    expect(chosen.get("month")).toBeNull();
    expect(planFrom(chosen.get("plan"))).toEqual({ first: 2021, last: 2025 });
    expect(withPlan(chosen, null, 2024).toString()).toBe("area=990000&year=2024");
  });
  it("keeps a filter that no plan has set", () => {
    expect(withPlan(new URLSearchParams("f.target_year=2030"), null, 2024).get("f.target_year")).toBe("2030");
  });
});

describe("pinyin", () => {
  it("reads a name from the start of a syllable only", () => {
    const name = ["hua", "gong", "xin", "qu"];
    for (const typed of ["hgxq", "huagong", "gongx", "xq", "hua"]) expect(readsPinyin(typed, name)).toBe(true);
    for (const typed of ["uag", "ong", "hx", "huagongxinquan"]) expect(readsPinyin(typed, name)).toBe(false);
  });
});

describe("the paper of a table", () => {
  it("lies where its columns are many, and is set smaller where they are more", () => {
    expect([4, 6, 7, 12, 13, 20].map(paperOf)).toEqual(["upright", "upright", "lying", "lying", "small", "small"]);
  });
});

describe("labels", () => {
  it("of bars are given the lines that they take", () => {
    expect(nameLines("钢铁")).toBe(1);
    expect(nameLines("Activity data: metered and calibrated (class 1)")).toBe(3);
    expect(nameLines("一二三四五六七八九十一二三")).toBe(2);
  });
  const line = (key: string, values: (number | null)[], kind: ChartSeries["kind"] = "actual"): ChartSeries => ({ key, name: { zh: key, en: key }, unit: "t", kind, points: values.map((value, n) => ({ period: String(2020 + n), value })) });
  it("at the ends of near lines stand apart, of far ones where they are", () => {
    const [a, b] = labelShifts([line("a", [1, 100]), line("b", [1, 99])]);
    expect(Math.abs(-200 + a! - (-198 + b!))).toBeGreaterThanOrEqual(15);
    expect(labelShifts([line("a", [100]), line("b", [10])])).toEqual([0, 0]);
  });
  it("of the path stand ahead of the actual line, else where the two are farthest apart", () => {
    const actual = line("actual", [10, 9, null, null]);
    expect(clearest(line("required", [10, 9, 8, 7], "required"), [actual], ["2020", "2021", "2022", "2023"])).toBe("2022");
    expect(clearest(line("required", [10, 8, 5, 4], "required"), [line("actual", [10, 9, 9, 4])], ["2020", "2021", "2022", "2023"])).toBe("2022");
  });
  it("of a tile are read whole: in two lines where one is too short", () => {
    expect(lines("化工新区").join("")).toBe("化工新区");
    expect(lines("Gangcheng")).toEqual(["Gangcheng"]);
    expect(lines("Huagong New Area")).toEqual(["Huagong", "New Area"]);
    expect(lines("黔东南苗族自治州").join("")).toBe("黔东南苗族自治州");
    expect(lines("黔东南苗族自治州").length).toBe(2);
  });
  it("of two years are those of the months", () => {
    expect(byMonth([{ points: [{ period: "2025-03" }] }])[0]!.points[0]!.period).toBe("03");
  });
});
