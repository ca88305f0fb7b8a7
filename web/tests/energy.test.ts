import { describe, expect, it } from "vitest";
import { balanceKind, drawn, through, unbalanced, valueFrom, type Flow } from "@/features/energy/flow";
import { besidesCoefficient, remark } from "@/features/energy/remarks";
import { byProcess, deducted, ranked, read, shownOf, type Process, type Total } from "@/features/energy/totals";
import { AUTO } from "@/lib/units";

const words = (zh: string) => ({ zh, en: zh });
const node = (id: string, stage: number, tce: number) => ({ id, name: words(id), stage, tce_calorific: tce, tce_equivalent: tce * 2, status: "official", node: null });
const link = (source: string, target: string, tce: number, equivalent = tce) => ({ source, target, item: "coal", name: words("煤"), amount: 10, unit: "t", tce_calorific: tce, tce_equivalent: equivalent, derived: source === "gap_in", status: "official", node: source === "bought" ? "L-1" : null });

const flow: Flow = {
  subject: { kind: "enterprise", id: "E-1", name: "甲", year: 2024, years: [2024], enterprises: 1 },
  nodes: [node("bought", 0, 20000), node("gap_in", 0, 500), node("item:coal", 1, 20500), node("convert:power", 2, 20500), node("loss", 5, 12000)],
  links: [link("bought", "item:coal", 20000), link("gap_in", "item:coal", 500), link("item:coal", "convert:power", 20500), link("convert:power", "loss", 12000, -300)],
  balances: [
    { node: "item:coal", name: words("煤"), into: 20000, out: 20500, gap: -500, share: 0.024, balanced: false, note: null },
    { node: "convert:power", name: words("发电"), into: 20500, out: 20500, gap: 0, share: 0, balanced: true, note: null },
  ],
  missing: [],
  findings: [],
  balanced: false,
  unexplained_in: 500,
  unexplained_out: 0,
  silent: [],
  status: "official",
  notes: [],
};

describe("the energy flow as a drawing", () => {
  it("stands in the unit of its largest band, in the chosen value", () => {
    const made = drawn(flow, "calorific", AUTO, "zh", false);
    expect(made.unit).toBe("万吨标准煤");
    expect(made.bands[0]?.value).toBeCloseTo(2);
    expect(drawn(flow, "calorific", { mass: "auto", energy: "gj" }, "en", false).bands[0]?.value).toBeCloseTo(586152);
  });
  it("counts what cannot be drawn, marks what is derived, and keeps what explains a band", () => {
    expect(drawn(flow, "calorific", AUTO, "zh", false).negative).toBe(0);
    const made = drawn(flow, "equivalent", AUTO, "zh", false);
    expect(made.negative).toBe(1);
    expect(made.bands.map((one) => one.faint)).toEqual([false, true, false, false]);
    expect(made.bands.map((one) => one.node)).toEqual(["L-1", null, null, null]);
    expect(made.bands[0]?.remark).toBe("10 吨");
  });
  it("says whether it balances, and does not say it of missing data", () => {
    expect(balanceKind(flow)).toBe("off");
    expect(balanceKind({ ...flow, balanced: true })).toBe("balanced");
    expect(balanceKind({ ...flow, balanced: null, silent: ["E-2"] })).toBe("unknown");
    expect(unbalanced(flow).map((one) => one.node)).toEqual(["item:coal"]);
    expect(through(flow, "bought", "equivalent")).toBe(40000);
    expect(through(flow, "sold", "calorific")).toBe(0);
  });
  it("takes the calorific value where the address says nothing that is known", () => {
    expect([valueFrom(null), valueFrom("x"), valueFrom("equivalent")]).toEqual(["calorific", "calorific", "equivalent"]);
  });
});

const total = (measure: string, calorific: number | null, more: Partial<Total> = {}): Total => ({ measure, name: words(measure), calorific, equivalent: calorific, base_calorific: 100, base_equivalent: null, status: "official", note: null, ...more });

describe("the three totals", () => {
  it("reads the whole with its change, and a part never as the whole", () => {
    expect(read(total("statistical", 120), "calorific")).toEqual({ whole: 120, part: null, base: 100, change: 0.19999999999999996 });
    const partial = read(total("statistical", null, { partial_calorific: 80 }), "calorific");
    expect([partial.whole, partial.part, partial.change, shownOf(partial)]).toEqual([null, 80, null, 80]);
    expect(read(undefined, "calorific").whole).toBeNull();
  });
  it("adds the deductions only where both are known", () => {
    expect(deducted([total("feedstock_deducted", 3), total("renewables_deducted", 2)], "calorific")).toBe(5);
    expect(deducted([total("feedstock_deducted", 3), total("renewables_deducted", null)], "calorific")).toBeNull();
  });
});

const process = (enterprise_id: string, name: string, calorific: number | null, unit: number | null): Process => ({ enterprise_id, process: name, name: words(name), used_calorific: calorific, given_calorific: 0, calorific, equivalent: calorific, output: unit === null ? null : 1, unit: unit === null ? null : "t", unit_calorific: unit, unit_equivalent: unit, delivered: null, status: "official", note: null });

describe("processes", () => {
  const rows = [process("A", "coking", 10, 100), process("B", "coking", 20, 120), process("A", "rolling", 90, null)];
  it("stand together by name, the one that takes most energy first", () => {
    expect(byProcess(rows).map((one) => [one.process, one.rows.length, one.unit])).toEqual([["rolling", 1, null], ["coking", 2, "t"]]);
  });
  it("are ranked only where there is energy per unit", () => {
    expect(ranked(rows, "calorific").map((one) => one.enterprise_id)).toEqual(["B", "A"]);
  });
});

describe("remarks of the accounts", () => {
  it("are said in English where their form is known, and stay where it is not", () => {
    expect(remark("部分（308/309家企业）", "en")).toBe("part: 308 of 309 enterprises");
    expect(remark("3家企业不平衡", "en")).toBe("enterprises that do not balance: 3");
    expect(remark("别的话", "en")).toBe("别的话");
    expect(remark("3家企业不平衡", "zh")).toBe("3家企业不平衡");
    expect(remark(null, "en")).toBe("");
  });
  it("are said part by part, and the calorific value leaves out what concerns the equivalent one", () => {
    const both = "电力等价折标系数：当年供电煤耗未录入，沿用最近一年（取2022年值）；未报送副产煤气等回收量，未扣除";
    expect(remark(both, "en")).toBe("equivalent value of electricity: the coal consumption of the year is not entered yet, that of 2022 is used; by-product gas recovered is not delivered: nothing is taken off");
    expect(besidesCoefficient(both)).toBe("未报送副产煤气等回收量，未扣除");
    expect(besidesCoefficient(null)).toBe("");
  });
});
