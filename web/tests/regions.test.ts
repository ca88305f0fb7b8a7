import { describe, expect, it } from "vitest";
import { closings, compared, depthOf, isSum, listed, matrixOf, offCarriers, ownApproach, pairsOf, totalOf, worstOf, type Balance, type ComparePair, type CompareRow, type Region, type RegionTotal } from "@/features/regions/regions";

const words = (zh: string) => ({ zh, en: zh });
const total = (area: string, period: string, approach: string, name: string, value: number | null): RegionTotal => ({ area_code: area, period, method: "m", approach, total: name, words: words(name), approach_words: words(approach), value, partial: null, missing: 0, unit: "tCO2", status: "official", uncertainty: 0.05, estimated: false, node: `region:${area}:${period}:${approach}:${name}` });

describe("the totals of a region", () => {
  const totals = [total("1", "2023", "reference", "scope1", 9), total("1", "2023", "sectoral", "scope1", 10), total("1", "2023", "sectoral", "import", 2), total("2", "2023", "downscaled", "scope1", 4), total("1", "2024", "sectoral", "scope1", 11)];
  it("stand by the area's own balance, else by its share of the area above", () => {
    expect(ownApproach(totals)).toBe("sectoral");
    expect(ownApproach(totals.filter((one) => one.area_code === "2"))).toBe("downscaled");
    expect(ownApproach([])).toBeNull();
    expect(totalOf(totals, "scope1", "sectoral")?.value).toBe(10);
    expect(totalOf(totals, "scope1", null)).toBeUndefined();
  });
  it("are listed by year, the last first, and by area", () => {
    const rows = listed({ totals } as Region);
    expect(rows.map((one) => [one.period, one.area, one.approach, one.scope1?.value])).toEqual([["2024", "1", "sectoral", 11], ["2023", "1", "sectoral", 10], ["2023", "2", "downscaled", 4]]);
    expect(rows[0]?.imported).toBeUndefined();
    expect(rows[1]?.imported?.value).toBe(2);
  });
});

const check = (carrier: string, computed: number | null, stated: number | null, closes: boolean | null) => ({ identity: "closing", words: words("x"), carrier, computed, stated, gap: computed !== null && stated !== null ? computed - stated : null, tolerance: 1, closes });

describe("a balance", () => {
  const checks = [check("coal", 100, 100, true), check("diesel", 40, 60, false), check("coke", 1000, 900, false), check("heat", null, 5, null)];
  it("is a matrix of its own cells", () => {
    const cell = (row: string, carrier: string) => ({ id: `${row}${carrier}`, row, carrier, value: 1, unit: "t" });
    const made = matrixOf({ cells: [cell("a", "x"), cell("a", "y"), cell("b", "x")] } as Balance);
    expect(made.get("a")?.get("y")?.id).toBe("ay");
    expect(made.get("b")?.get("y")).toBeUndefined();
  });
  it("says how many identities close, and which is off by most of itself", () => {
    expect(closings(checks)).toEqual({ closed: 1, off: 2, open: 1 });
    expect(worstOf(checks)?.carrier).toBe("diesel");
    expect(worstOf([check("coal", 1, 1, true)])).toBeUndefined();
    expect([...offCarriers(checks)].sort()).toEqual(["coke", "diesel"]);
  });
  it("sets parts below what they are part of, and marks sums", () => {
    expect([depthOf("final.industry"), depthOf("final.industry.non_energy"), depthOf("final.urban"), depthOf("loss")]).toEqual([0, 1, 1, 0]);
    expect([isSum("final.total"), isSum("difference"), isSum("final.industry")]).toEqual([true, true, false]);
  });
});

const compare = (sector: string, carrier: string, balance: number | null): CompareRow => ({ area_code: "1", period: "2023", sector, sector_words: words(sector), carrier, carrier_words: words(carrier), balance, firms: null, downscaled: null, balance_partial: null, firms_partial: null, balance_uncertainty: null, downscaled_uncertainty: null, expected: null, present: null, gap: null, gap_share: null, explained: null, unexplained: null, status: null });

describe("the comparison", () => {
  it("puts the total after what it sums, what stands apart last, and fuels below their sector by size", () => {
    const made = compared([compare("import", "total", 3), compare("total", "total", 9), compare("industry", "coal", 1), compare("industry", "gas", 5), compare("industry", "total", 6), compare("unknown", "total", 1)]);
    expect(made.map((one) => one.row.sector)).toEqual(["industry", "total", "import", "unknown"]);
    expect(made[0]?.fuels.map((one) => one.carrier)).toEqual(["gas", "coal"]);
    expect(made.map((one) => one.apart)).toEqual([false, false, true, false]);
    expect(made[1]?.fuels).toEqual([]);
  });
});

describe("the pairs of a row", () => {
  const pair = (area: string, sector: string, carrier: string, name: string): ComparePair => ({ area_code: area, period: "2023", sector, carrier, pair: name, one: 3, other: 1, gap: 2, gap_share: 2, explained: null, unexplained: 2, words: words("未解释") });
  it("are its own only, of its area, sector and fuel; a row without one has none", () => {
    const pairs = [pair("1", "industry", "total", "firms_balance"), pair("1", "industry", "total", "firms_downscaled"), pair("1", "industry", "coal", "firms_balance"), pair("2", "industry", "total", "firms_balance")];
    expect(pairsOf({ pairs }, compare("industry", "total", 1)).map((one) => one.pair)).toEqual(["firms_balance", "firms_downscaled"]);
    expect(pairsOf({ pairs }, compare("transport", "total", 1))).toEqual([]);
  });
});
