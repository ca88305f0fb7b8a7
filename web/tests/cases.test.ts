import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { caseOf, draftOf, EMPTY, figureIn, isBlank, isPeriod, keep, kept, newDraft, newRatio, newRow, readCase, type CaseForm, type Draft } from "@/features/methods/draft";
import { exampleCase } from "@/features/methods/example";
import { byDifference, factsOf, heaviest, kindOf, lackingTogether, together } from "@/features/methods/said";
import { least, sourcesOf } from "@/features/methods/sources";
import { gasName, periodWords } from "@/features/methods/names";
import { inOwn, unitsFor } from "@/features/methods/units";
import { asked, byIds, inForceFor, merged, methodIn, noteOf, unitOf, type Stream } from "@/features/methods/wanted";
import { codeIn } from "@/features/methods/MethodsPage";
import { placesIn } from "@/features/methods/places";

const name = { zh: "", en: "" };
const input = (id: string, unit: string, more: Partial<Stream["inputs"][number]> = {}) => ({ input: id, name, unit, least: 0, most: null, own: "yes" as const, default: false, note: null, ...more });
const fuel: Stream = {
  stream: "fuel", name, group: "combustion", gas: "CO2", scope: 1, source: null, note: null, optional: true, formulas: [],
  items: [{ item: "diesel", name, note: null, unit: "t" }, { item: "natural_gas", name, note: null, unit: "10^4 Nm3" }],
  inputs: [input("amount", "item"), input("ncv", "GJ/item", { default: true }), input("oxidation_rate", "1", { default: true, most: 1 }), input("factor", "tCO2/MWh", { own: "no", default: true })],
};
const power: Stream = { ...fuel, stream: "electricity", items: [], inputs: [input("net", "MWh", { least: null })] };
const streams = () => [fuel, power];
const started = (): Draft => newDraft("other_industry", "ndrc_general", "2023");
const withRow = (inputs: Record<string, Partial<typeof EMPTY>>, stream = "fuel", item = "diesel"): Draft => {
  const draft = started();
  draft.parts[0]!.rows.push({ ...newRow(stream, item), inputs: Object.fromEntries(Object.entries(inputs).map(([key, typed]) => [key, { ...EMPTY, ...typed }])) });
  return draft;
};

describe("a figure as it is typed", () => {
  it.each([["1,234.5", 1234.5], [" −2.5e3 ", -2500], ["１２．５", 12.5], ["0", 0], [".5", 0.5]])("%s is understood", (text, value) => expect(figureIn(text)).toBe(value));
  it.each(["", "abc", "1.2.3", "12t", "0x10", "--1", "Infinity"])("%s is none", (text) => expect(figureIn(text)).toBeNaN());
});

describe("the form and its case", () => {
  it("gives a bare number where nothing more is said, and everything where it is", () => {
    const { given, faults } = caseOf(withRow({ amount: { value: "1,200" }, ncv: { value: "42.6", unit: "MJ/kg", evidence: "lab 3", valid_until: "2024-12-31" } }), streams);
    expect(faults).toEqual([]);
    expect(given).toEqual({ case: "case", method: "other_industry", family: "ndrc_general", period: "2023", scope: "CN", activity: [{ stream: "fuel", item: "diesel", inputs: { amount: 1200, ncv: { value: 42.6, unit: "MJ/kg", evidence: "lab 3", valid_until: "2024-12-31" } } }] });
  });
  it("never makes a zero of what is not given: empty is left out, known to be missing is null", () => {
    const { given } = caseOf(withRow({ amount: { value: "" }, ncv: { lacking: true } }), streams);
    expect(given.activity![0]!.inputs).toEqual({ ncv: null });
    expect(caseOf(withRow({ amount: { value: "0" } })).given.activity![0]!.inputs).toEqual({ amount: 0 });
  });
  it("points at what cannot be understood, and at nothing else", () => {
    const at = (draft: Draft) => caseOf(draft, streams).faults.map((one) => [one.at.split("/").at(-1), one.what]);
    expect(at(withRow({ amount: { value: "many" } }))).toEqual([["amount", "number"]]);
    expect(at(withRow({ oxidation_rate: { value: "98" } }))).toEqual([["oxidation_rate", "most"]]);
    expect(at(withRow({ amount: { value: "-1" } }))).toEqual([["amount", "least"]]);
    expect(at(withRow({ oxidation_rate: { value: "98", unit: "%" } }))).toEqual([]);
    expect(at(withRow({ net: { value: "-5" } }, "electricity", ""))).toEqual([]);
    expect(at(withRow({ amount: { value: "1" } }, "fuel", ""))).toEqual([["item", "item"]]);
    expect(at({ ...started(), period: "2023-13" })).toEqual([["period", "period"]]);
    expect(at({ ...started(), own: [{ id: "electricity", value: "x", unit: "", evidence: "", status: "user" }] })).toEqual([["0", "number"]]);
    expect(at({ ...started(), printed: [{ kind: "groups", id: "", value: "3" }] })).toEqual([["0", "number"]]);
  });
  it("comes back from its case as it was", () => {
    const again = (given: CaseForm) => caseOf(draftOf(given)).given;
    expect(again(exampleCase)).toEqual(exampleCase);
    const parts = { case: "w", period: "2022", scope: "370000", as_of: "2024-01-01", trial: true, parts: [{ part: "power", method: "power_generation", family: "mee_power_2022", activity: [{ stream: "electricity", internal: "steel", inputs: { net: -3 } }] }, { part: "steel", method: "steel", family: "ndrc_steel_2013", activity: [] }], parameters: [{ id: "electricity", value: 0.5, unit: "tCO2/MWh" }], published: { total: 3, groups: { combustion: 2 }, lines: { "fuel/diesel": 1 } } } as unknown as CaseForm;
    expect(again(parts)).toEqual(parts);
  });
  it("keeps what it has no field for, and an own factor written with its unit", () => {
    const given = { case: "x", period: "2023", method: "m", family: "f", scope: "CN", activity: [], ratios: [{ id: "r", per: "output" }], parameters: [{ id: "electricity", value: "0.57 kgCO2/kWh" }] } as unknown as CaseForm;
    expect(caseOf(draftOf(given)).given).toEqual({ ...given, parameters: [{ id: "electricity", value: 0.57, unit: "kgCO2/kWh" }] });
  });
  it("has fields for ratios of the case's own, and leaves those alone that say more", () => {
    const ratios = [{ id: "r1", name: { zh: "单位产值", en: "per output value" }, of: "combustion", per: [421.05, "10^4 t"], unit: "kgCO2e/t" }, { id: "r2", per: "clinker//amount" }, { id: "r3", per: 3 }];
    const given = { case: "x", period: "2023", method: "m", family: "f", scope: "CN", activity: [], ratios } as unknown as CaseForm;
    expect(draftOf(given).ratios).toHaveLength(3);
    expect(caseOf(draftOf(given))).toEqual({ given, faults: [] });
    const more = { ...given, ratios: [{ id: "r", per: { value: 3, unit: "t", evidence: "meter" } }, ratios[2]] } as unknown as CaseForm;
    expect([draftOf(more).ratios, caseOf(draftOf(more)).given]).toEqual([undefined, more]);
    const blank = newRatio([{ ...newRatio([]) }]);
    expect([blank.id, caseOf({ ...started(), ratios: [blank] }).faults]).toEqual(["ratio2", [{ at: "ratios/0", what: "ratio" }]]);
  });
  it.each([["2023", true], ["2023-05", true], ["2023年", true], ["2018年第3季度", true], ["201803", true], ["2018/04", true], ["2018.5", true], ["2018Q3", true], ["2023-13", false], ["201813", false], ["23", false], ["", false]])("%s as a period", (text, is) => expect(isPeriod(text)).toBe(is));
  it("reads a figure in every way a case may write it", () => {
    const draft = draftOf({ case: "x", period: "2023", method: "m", family: "f", activity: [{ stream: "s", inputs: { a: "1,200 t", b: [3, "kg"], c: null, d: { value: "95%" }, e: 1e-7 } }] } as unknown as CaseForm);
    expect(caseOf(draft).given.activity![0]!.inputs).toEqual({ a: { value: 1200, unit: "t" }, b: { value: 3, unit: "kg" }, c: null, d: { value: 95, unit: "%" }, e: 1e-7 });
  });
  const golden = join(import.meta.dirname, "../../tests/golden/methods");
  const files = readdirSync(golden).flatMap((method) => readdirSync(join(golden, method)).map((file) => join(method, file)));
  it("keeps what the golden cases say (figures, evidence, parts)", () => {
    expect(files.length).toBeGreaterThan(100);
    const canonical = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(canonical);
      if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, canonical(one)]));
      return value;
    };
    const broken = files.filter((file) => {
      const found = readCase(readFileSync(join(golden, file), "utf8"));
      if ("problem" in found) return true;
      const once = caseOf(found.draft);
      return once.faults.length > 0 || JSON.stringify(canonical(caseOf(draftOf(once.given)).given)) !== JSON.stringify(canonical(once.given));
    });
    expect(broken).toEqual([]);
  });
  it("says what is no case", () => {
    for (const text of ["{", "[]", "3", '{"activity": [{}]}', '{"activity": 3}']) expect(readCase(text), text).toHaveProperty("problem");
    expect(readCase('{"case": "a", "period": "2023", "activity": []}')).toHaveProperty("draft");
  });
});

describe("what is kept for a reload", () => {
  beforeEach(() => {
    const held = new Map<string, string>();
    globalThis.sessionStorage = { getItem: (key: string) => held.get(key) ?? null, setItem: (key: string, value: string) => void held.set(key, value), removeItem: (key: string) => void held.delete(key) } as unknown as Storage;
  });
  it("stands by its method: a change of method loses neither", () => {
    const one = withRow({ amount: { value: "3" } });
    keep(one);
    keep(newDraft("cement", "mee_ets_2023", "2023"));
    expect(kept(null)?.parts[0]?.method).toBe("cement");
    expect(kept("other_industry")).toEqual(one);
    expect([isBlank(one), isBlank(started()), kept("lime")]).toEqual([false, true, null]);
  });
});

describe("units to choose from", () => {
  it("begin with the method's own, which is taken where none is chosen", () => {
    expect(unitsFor("MWh").slice(0, 2)).toEqual(["MWh", "kWh"]);
    expect(unitsFor("tCH4/furlong")).toEqual(["tCH4/furlong"]);
    expect([inOwn(6800, "10^4 kWh", "MWh"), inOwn(5, "", "MWh"), inOwn(23.1, "MJ/kg", "GJ/t"), inOwn(1, "stone", "t")]).toEqual([68000, 5, 23.1, null]);
  });
  it("of a fuel depend on the fuel", () => {
    const [amount, ncv] = fuel.inputs;
    expect([unitOf(amount!, fuel, "diesel"), unitOf(ncv!, fuel, "natural_gas"), unitOf(ncv!, fuel, "")]).toEqual(["t", "GJ/10^4 Nm3", null]);
  });
  it("are asked of what the works may give: what the rule sets is not", () => expect(asked(fuel).map((one) => one.input)).toEqual(["amount", "ncv", "oxidation_rate"]));
});

describe("what a result comes to", () => {
  const total = (id: string, value: number | null, missing = 0) => ({ id, name, value, partial: value ?? 0, status: "official", missing, unit: "tCO2e" });
  const result = (value: number | null, groups: [string, number | null][], lines = 1) => ({ total: total("total", value, value === null ? 1 : 0), groups: groups.map(([id, one]) => total(id, one)), lines: Array.from({ length: lines }) }) as never;
  it("is whole, negative, not whole or nothing", () => {
    expect([kindOf(result(3, [])), kindOf(result(-3, [])), kindOf(result(null, [])), kindOf(result(null, [], 0))]).toEqual(["whole", "negative", "partial", "none"]);
  });
  it("names the group that weighs most, where there is a total to compare with", () => {
    expect(heaviest(result(10, [["a", 4], ["b", 8], ["c", -2]]))).toMatchObject({ group: { id: "b" }, share: 0.8 });
    expect([heaviest(result(-1, [["a", 4]])), heaviest(result(null, [["a", 4]]))]).toEqual([null, null]);
  });
  it("opens the facts of the programme only", () => expect(["F-0a1b2c3d", "GB/T 213", null, "F-a993041c940bfed4 F-968e689be9e66659", "F-lab report"].map(factsOf)).toEqual([["F-0a1b2c3d"], [], [], ["F-a993041c940bfed4", "F-968e689be9e66659"], []]));
  it("puts months that differ for one reason together, and keeps a gap a gap", () => {
    const row = (zh: string, one: number | null, other: number | null, why: string) => ({ name: { zh, en: zh }, one, other, difference: one === null || other === null ? null : other - one, why: [{ zh: why, en: why }] });
    const found = together([row("a", 1, 3, "x"), row("a", 2, 5, "x"), row("a", 2, 2, ""), row("a", null, 4, "x"), row("b", 1, 3, "x")]);
    expect(found.map((one) => [one.name.zh, one.n, one.one, one.other, one.difference])).toEqual([["a", 2, 3, 8, 5], ["a", 1, 2, 2, 0], ["a", 1, null, 4, null], ["b", 1, 1, 3, 2]]);
  });
  it("says once what lacks month by month for one reason", () => {
    const found = lackingTogether(["fuel 2025-01: no value in 2025-01", "fuel 2025-02: no value in 2025-02", "heat 2025-01: x", "clinker 2025: x", "GB/T 213-2008"]);
    expect(found).toEqual([{ text: "fuel 2025-01\u20132025-02: no value in 2025-01\u20132025-02", n: 2 }, { text: "heat 2025-01: x", n: 1 }, { text: "clinker 2025: x", n: 1 }, { text: "GB/T 213-2008", n: 1 }]);
  });
  it("puts what differs most first, and what cannot be compared before", () => {
    const row = (difference: number | null) => ({ name, one: 0, other: 0, difference, why: [] });
    expect(byDifference([row(1), row(-5), row(null), row(0)]).map((one) => one.difference)).toEqual([null, -5, 1, 0]);
  });
});

describe("the lines of a result", () => {
  const line = (item: string, period: string, value: number | null, status = "official") => ({ part: "", unit_of_works: "", stream: "fuel", item, gas: "CO2", internal: null, period, value, mass_t: value, status }) as never;
  it("stand by their source, and a sum that lacks a month is no sum", () => {
    const found = sourcesOf([line("coal", "2023-01", 1), line("oil", "2023-01", 5), line("coal", "2023-02", 2), line("oil", "2023-02", null)]);
    expect(found.map((one) => [one.lines.length, one.value, one.missing])).toEqual([[2, 3, 0], [2, null, 1]]);
  });
  it("are as sure as the least sure of them", () => expect([least([line("a", "", 1), line("a", "", 1, "recalled"), line("a", "", 1, "user")]), least([])]).toEqual(["recalled", "official"]));
  it("are written as people write them", () => {
    expect(["CO2", "CH4", "C2F6", "HFC-134a", "N2O"].map(gasName)).toEqual(["CO\u2082", "CH\u2084", "C\u2082F\u2086", "HFC-134a", "N\u2082O"]);
    expect([periodWords("2023", "en"), periodWords("2023-05", "en"), periodWords("2020-2022", "en")]).toEqual(["2023", "May 2023", "2020-2022"]);
  });
});

describe("the method picker", () => {
  it("takes a code with or without its letter", () => expect([codeIn("C3011"), codeIn(" 3011 "), codeIn("cement"), codeIn("")]).toEqual(["3011", "3011", "cement", ""]));
  it("tells a method and rule once, with all reasons", () => {
    const head = (why: string | null) => ({ method: "m", family: "f", name, boundary: name, since: "", until: null, source: "", status: "official" as const, why: why === null ? null : { zh: why, en: why } });
    expect(merged([head("a"), head("b"), head("a")]).map((one) => one.whys.map((why) => why.zh))).toEqual([["a", "b"]]);
    expect(merged([head(null)])[0]!.whys).toEqual([]);
  });
  it("offers a county that is not listed as it stands", () => expect(placesIn("en", "140725")[0]).toEqual({ value: "140725", label: "140725" }));
});

describe("words for ids", () => {
  const head = (method: string, zh: string) => ({ method, name: { zh, en: method } });
  it("finds a method by its id, its name or a part of it", () => {
    const heads = [head("cement", "水泥熟料生产"), head("cement", "水泥生产"), head("steel", "钢铁生产")];
    expect(["cement", "水泥", "钢铁生产", "Steel", "纸"].map((word) => methodIn(heads, word))).toEqual(["cement", "cement", "steel", "steel", "纸"]);
  });
  it("puts streams, kinds and figures under their ids and leaves the rest as it is written", () => {
    const stream: Stream = { ...fuel, name: { zh: "化石燃料燃烧", en: "fossil combustion" }, items: [{ item: "diesel", name: { zh: "柴油", en: "diesel" }, note: null, unit: "t" }], inputs: [input("amount", "t", { name: { zh: "消费量", en: "use" } })] };
    expect(byIds({ stream: "化石燃料燃烧", item: "柴油", inputs: { 消费量: 1, other: 2 } }, [stream])).toEqual({ stream: "fuel", item: "diesel", inputs: { amount: 1, other: 2 } });
    const [known, unknown] = [{ stream: "fuel", item: "diesel", inputs: { amount: 1 } }, { stream: "外购", item: "", inputs: {} }];
    expect([byIds(known, [stream]) === known, byIds(unknown, [stream]) === unknown]).toEqual([true, true]);
  });
  it("begins with the rule that reports of the period are made by", () => {
    const rule = (family: string, since: string, until: string | null, rank: number | null, ranked_since: string | null = null) => ({ family, since, until, rank, ranked_since });
    const rules = [rule("old", "2013-01-01", null, 50), rule("new", "2024-01-01", null, 10, "2024-01-01"), rule("abroad", "2006-01-01", null, null), rule("past", "2016-01-01", "2021-12-31", 20)];
    expect(["2025", "2022-05", "2020", "2001"].map((period) => inForceFor(rules, period))).toEqual(["new", "old", "past", "past"]);
    expect(inForceFor([], "2025")).toBe("");
  });
  it("tells a note in English where there is one, else in Chinese", () => {
    const note = { note: "说明", note_en: "note" };
    expect([noteOf(note, "en"), noteOf(note, "zh"), noteOf({ note: "说明" }, "en"), noteOf({ note: null }, "en"), noteOf(undefined, "zh")]).toEqual(["note", "说明", "说明", undefined, undefined]);
  });
});
