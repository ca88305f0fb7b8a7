import { describe, expect, it } from "vitest";
import { countTargets, filtersOf, shareOut, statesOf, targetRows, wayTo, withNode, withState, type TargetNode } from "@/features/targets/tree";

const made = (kind: string, key: string, zh: string, children: TargetNode[] = []): TargetNode => ({ key, kind, name: { zh, en: zh }, counts: {}, children, target_id: null, state: null }) as TargetNode;
const leaf = (key: string) => made("target", `target:${key}`, key);
const town = (above: TargetNode[] = []) =>
  made("area", "area:1", "town", [
    made("sector", "sector:1:steel", "steel", [made("indicator", "indicator:1:steel:co2_total", "CO2", [leaf("a"), leaf("b")]), made("indicator", "indicator:1:steel:good air, clean", "good air, clean", [leaf("c")])]),
    ...above,
  ]);
const province = made("area", "area:p", "province", [made("sector", "sector:p:(未分行业)", "none", [made("indicator", "indicator:p:x:share", "share", [leaf("d")])])]);

import { tileLabel, tileName } from "@/components/ui/TileMap";

describe("a tile of the map", () => {
  it("drops the kind of area and is read aloud as it is seen", () => {
    expect([tileName("Meiling County"), tileName("Gangcheng District"), tileName("煤岭县"), tileName("County")]).toEqual(["Meiling", "Gangcheng", "煤岭县", "County"]);
    const tile = { key: "1", name: "Meiling County", col: 0, row: 0, text: "4.2", note: "8 firms", state: "behind" as const };
    expect(tileLabel(tile, "behind")).toBe("Meiling 4.2 8 firms Meiling County behind");
  });
});

describe("the tree of targets", () => {
  it("holds areas, sectors and indicators; targets are counted, not listed", () => {
    const rows = targetRows(town([province]), new Set(["area:1", "sector:1:steel"]), (node) => node.name.en);
    expect(rows.map((row) => [row.level, row.label, row.expanded])).toEqual([[1, "town", true], [2, "steel", true], [3, "CO2", undefined], [3, "good air, clean", undefined], [2, "province", false]]);
    expect(countTargets(town([province]))).toBe(4);
  });
  it("counts the area's own targets as judged and excluded, and those above apart", () => {
    const judged = { ...leaf("j"), state: "behind" } as TargetNode;
    const ratio = { ...leaf("r"), excluded: { zh: "不作评价", en: "not for assessment" } } as TargetNode;
    const root = made("area", "area:1", "town", [made("sector", "sector:1:x", "x", [made("indicator", "indicator:1:x:y", "y", [judged, ratio])]), province]);
    expect(shareOut(root)).toEqual({ all: 2, judged: 1, excluded: 1, above: 1 });
  });
  it("filters by what was chosen; the region only where there are several", () => {
    expect(filtersOf(town(), "indicator:1:steel:co2_total")).toEqual({ sector: "steel", indicator_id: "co2_total" });
    expect(filtersOf(town([province]), "sector:1:steel")).toEqual({ region: "town", sector: "steel" });
    expect(filtersOf(town([province]), "sector:p:(未分行业)")).toEqual({ region: "province" });
    expect(filtersOf(town([province]), "area:1")).toEqual({});
    expect(wayTo(town(), "nowhere")).toEqual([]);
  });
  it("puts the choice into the address and takes the last one out", () => {
    const first = withNode(new URLSearchParams("area=1&f.state=behind&f.sector=coal"), town(), "indicator:1:steel:co2_total");
    expect(first.toString()).toBe("area=1&f.state=behind&node=indicator%3A1%3Asteel%3Aco2_total&f.sector=steel&f.indicator_id=co2_total");
    expect(withNode(first, town(), null).toString()).toBe("area=1&f.state=behind");
    expect(withNode(new URLSearchParams(), town(), "indicator:1:steel:good air, clean").get("f.indicator")).toBe("good air, clean");
  });
  it("takes a state in and out", () => {
    const one = withState(new URLSearchParams(), "behind");
    expect(withState(one, "off_track").getAll("f.state")).toEqual(["behind", "off_track"]);
    expect(statesOf(new URLSearchParams("f.state=behind,reached"))).toEqual(["behind", "reached"]);
    expect(withState(one, "behind").has("f.state")).toBe(false);
  });
});
