import { describe, expect, it } from "vitest";
import { isOpen, navFor, PAGES } from "@/app/pages";
import { chartKit } from "@/components/ui/chartKit";
import { csvText } from "@/lib/csv";
import { pathsOf } from "@/lib/geo";
import { fitted } from "@/components/ui/TileMap";
import { monthName } from "@/lib/dates";
import { colourOf } from "@/lib/palette";
import { AUTO } from "@/lib/units";

describe("CSV", () => {
  it("quotes what needs it, leaves gaps empty, and disarms formulas but not negative numbers", () => {
    expect(csvText(["a", "b"], [["x,y", null], ['"q"', -3], ["=1+1", 2]])).toBe('\ufeffa,b\r\n"x,y",\r\n"""q""",-3\r\n\'=1+1,2\r\n');
  });
});

describe("colours", () => {
  it("are the same for a key on every page, and coal is always coal", () => {
    expect(colourOf("coal")).toBe(colourOf("raw_coal"));
    expect(colourOf("something-new")).toBe(colourOf("something-new"));
    expect(colourOf("coal")).not.toBe(colourOf("coal", true));
  });
});

describe("charts", () => {
  const series = [{ key: "co2", name: { zh: "实际", en: "Actual" }, unit: "t_co2", kind: "actual" as const, points: [{ period: "2023", value: 2e6 }, { period: "2024", value: null }, { period: "2025", value: 3e6 }] }];
  it("keep gaps as gaps, in the picture and in the table behind", () => {
    const { option, table } = chartKit("en", AUTO, "light").lines(series);
    const drawn = option.series as { data: unknown[] }[];
    expect(drawn[0]!.data[1]).toBeNull();
    expect(table).toEqual({ columns: ["Period", "Actual (Mt CO₂)"], rows: [["2023", 2], ["2024", null], ["2025", 3]] });
  });
  it("write periods as they are told to, in the order of the periods, and name a font that a canvas takes", () => {
    const months = [{ ...series[0]!, points: ["02", "10", "01"].map((period, n) => ({ period, value: n })) }];
    const { option, table } = chartKit("zh", AUTO, "light").lines(months, { label: (period) => monthName(Number(period), "zh") });
    expect((option.xAxis as { data: string[] }).data).toEqual(["1月", "2月", "10月"]);
    expect(table).toMatchObject({ columns: ["时期", expect.any(String)], rows: [["1月", 2], ["2月", 0], ["10月", 1]] });
    expect((option.textStyle as { fontFamily: string }).fontFamily).toMatch(/sans-serif$/);
  });
  it("show all bars of a chart in one unit, in the order given", () => {
    const { table } = chartKit("zh", AUTO, "light").bars([{ key: "a", name: "A", value: 5e5 }, { key: "b", name: "B", value: 100 }, { key: "c", name: "C", value: null }], { unit: "tce", label: "领域" });
    expect(table.columns[1]).toBe("万吨标准煤");
    expect(table.rows).toEqual([["A", 50], ["B", 0.01], ["C", null]]);
  });
});

describe("a tile", () => {
  it("cuts a name that does not fit, and leaves the others", () => {
    expect(fitted("河东区", 4)).toBe("河东区");
    expect(fitted("经济开发区", 4)).toBe("经济开\u2026");
    expect(fitted("Hedong County", 4)).toBe("Hedong\u2026");
    expect(fitted("经济开发区", 6)).toBe("经济开发区");
  });
});

describe("the outline", () => {
  const square = (x: number, code: string) => ({ properties: { adcode: code }, geometry: { type: "Polygon", coordinates: [[[x, 30], [x + 1, 30], [x + 1, 31], [x, 31], [x, 30]]] } });
  it("is drawn north up, west left, by area code", () => {
    const made = pathsOf({ features: [square(100, "1"), square(101, "2")] })!;
    expect([...made.paths.keys()]).toEqual(["1", "2"]);
    expect(made.paths.get("1")!.centre[0]).toBeLessThan(made.paths.get("2")!.centre[0]);
    expect(made.paths.get("1")!.d.startsWith("M0.0 ")).toBe(true);
  });
  it("of nothing is nothing", () => expect(pathsOf({ features: [] })).toBeNull());
});

describe("the navigation", () => {
  it("shows nothing that the role may not see", () => expect(navFor([])).toEqual([]));
  it("closes by address what is not in the navigation, with what stands below it", () => {
    const menu = ["plan.see", "progress.see", "filing.edit", "rules.see"];
    for (const path of ["/plans", "/plans/P-1/compare", "/targets/T-1", "/sources", "/me"]) expect(isOpen(menu, path), path).toBe(true);
    for (const path of ["/targets", "/tasks", "/tasks/K-1", "/system/users/officer", "/reports"]) expect(isOpen(menu, path), path).toBe(false);
    expect(isOpen(menu, "/planets"), "another page that begins alike").toBe(true);
    expect([isOpen(menu, "/wall"), isOpen(["overview.see"], "/wall")], "without a frame").toEqual([false, true]);
  });
  it("has a page at every address once", () => {
    const paths = PAGES.map((page) => page.path);
    expect(new Set(paths).size).toBe(paths.length);
  });
});
