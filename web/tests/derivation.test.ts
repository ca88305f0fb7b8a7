import { describe, expect, it } from "vitest";
import { chainOf, grown, inputsOf, inWords, MOST_BELOW, nextMost, opensById, passageOf, readable, rowsOf, ruleOf, titleOf, type Node } from "@/features/explain/nodes";
import { rowFor } from "@/features/explain/TreeView";

const node = (id: string, label: string, more: Partial<Node> = {}): Node => ({ id, kind: "line", label, status: "official", inputs: [], more: 0, ...more }) as Node;
const root = node("L-1", "Town CO2", {
  period: "2025",
  inputs: [node("L-2", "Firm CO2", { period: "2025", more: 3 }), node("f@CN", "factor", { kind: "factor" }), node("f@CN", "factor", { kind: "factor" })],
  more: 7,
});

describe("the derivation as rows", () => {
  it("shows what is open, and one line for what is left out", () => {
    const rows = rowsOf(root, new Set(["0"]), new Map());
    expect(rows.map((row) => [row.level, row.title, row.expanded])).toEqual([[1, "Town CO2", true], [2, "Firm", false], [2, "factor", undefined], [2, "factor", undefined], [2, "", undefined]]);
    expect(rows.at(-1)!.rest).toMatchObject({ count: 7, state: "more" });
    expect(rows[1]).toMatchObject({ position: 1, siblings: 4, above: "0" });
  });
  it("keeps the same factor in two places apart", () => {
    const keys = rowsOf(root, new Set(["0"]), new Map()).map((row) => row.key);
    expect(new Set(keys).size).toBe(keys.length);
  });
  it("says that a branch is being read, and takes over what came", () => {
    const waiting = rowsOf(root, new Set(["0", "0.0"]), new Map([["L-2", "waiting" as const]]));
    expect(waiting.find((row) => row.key === "0.0.more")!.rest!.state).toBe("waiting");
    const came = node("L-2", "Firm CO2", { inputs: [node("F-1", "coal", { kind: "fact" })] });
    expect(inputsOf(grown(root.inputs![0]!, new Map([["L-2", came]])))).toHaveLength(1);
    expect(rowsOf(root, new Set(["0", "0.0"]), new Map([["L-2", came]])).some((row) => row.title === "coal")).toBe(true);
  });
  it("reads on, page by page, until every member is listed", () => {
    const of = (count: number, more: number) => node("L-1", "Town CO2", { inputs: Array.from({ length: count }, (_, n) => node(`L-${n + 10}`, "Firm CO2")), more });
    const rest = (one: Node, fetched: boolean) => rowsOf(one, new Set(["0"]), fetched ? new Map([["L-1", one]]) : new Map()).at(-1)!.rest;
    expect([nextMost(31), nextMost(201), nextMost(9999)]).toEqual([200, 600, MOST_BELOW]);
    expect(rest(of(31, 278), false)).toMatchObject({ count: 278, state: "more" });
    expect(rest(of(201, 108), true)).toMatchObject({ count: 108, state: "more" });
    expect(rest(of(308, 0), true)).toBeUndefined();
    expect(rest(of(12, 3), true)).toMatchObject({ count: 3, state: "cut" }); // what no page brings
  });
  it("finds the way from the root", () => {
    const rows = rowsOf(root, new Set(["0"]), new Map());
    expect(chainOf(rows, "0.1").map((row) => row.key)).toEqual(["0", "0.1"]);
    expect(chainOf(rows, "nowhere")).toEqual([]);
  });
  it("does not say twice what the row above says", () => {
    expect(titleOf(node("a", "Firm coal", { period: "2025-01" }), node("b", "Firm coal", { period: "2025" }))).toBe("2025-01");
    expect(titleOf(node("a", "Firm coal", { period: "2025" }), node("b", "Firm CO2", { period: "2025" }))).toBe("coal");
  });
});

describe("a derivation in English", () => {
  const said = node("L-1", "东县 排放总量", { label_en: "东县: total CO2", note: "部分", note_en: "partial", inputs: [node("L-2", "东铸厂 排放总量", { label_en: "东铸厂: total CO2", operation: "各月相加" })] });
  it("takes the library's English words where there are some, and leaves the others", () => {
    const english = inWords(said, "en");
    expect([english.label, english.note]).toEqual(["东县: total CO2", "partial"]);
    expect(english.inputs![0]).toMatchObject({ label: "东铸厂: total CO2", operation: "各月相加" });
    expect(inWords(said, "zh")).toBe(said);
    expect(titleOf(english.inputs![0]!, english)).toBe("东铸厂");
    const goal = inWords(node("t", "单位能耗", { label_en: "Energy per unit of value added" }), "en");
    expect(titleOf(goal, inWords(node("S", "单位能耗 · 1", { label_en: "Energy per unit of value added · 1" }), "en"))).toBe("Energy per unit of value added");
  });
});

describe("what a node says of itself", () => {
  it("asks the server only for ids that it answers", () => {
    expect(opensById(node("L-1", ""))).toBe(true);
    expect(opensById(node("L-1/net", ""))).toBe(false);
    expect(opensById(node("a.b@CN@2013-01-01", "", { kind: "factor" }))).toBe(false);
    expect(opensById(node("doc#t01", "", { kind: "target" }))).toBe(true);
  });
  it("takes rule and passage apart", () => {
    expect(ruleOf("combustion.fossil@2013-01-01")).toEqual({ id: "combustion.fossil", from: "2013-01-01" });
    expect(ruleOf("sum.members")).toEqual({ id: "sum.members", from: null });
    expect(passageOf(node("a", "", { source: "plan-2022 [567:593]" }))).toEqual({ doc: "plan-2022", at: "567-593" });
    expect(passageOf(node("a", "", { source: "GB/T 32150-2015" }))).toBeNull();
  });
  it("writes exponents as people do", () => expect(readable("3.59721e+07 t, 12 t")).toBe("35,972,100 t, 12 t"));
});

describe("the tree by keyboard", () => {
  const rows = rowsOf(root, new Set(["0"]), new Map());
  it("moves, goes up to the parent, stays inside", () => {
    expect(rowFor("ArrowDown", 0, rows)).toBe(1);
    expect(rowFor("ArrowUp", 0, rows)).toBe(0);
    expect(rowFor("ArrowRight", 0, rows)).toBe(1);
    expect(rowFor("ArrowLeft", 2, rows)).toBe(0);
    expect(rowFor("End", 0, rows)).toBe(rows.length - 1);
    expect(rowFor("Tab", 0, rows)).toBeUndefined();
  });
  it("jumps by letter, round the end", () => {
    expect(rowFor("f", 0, rows)).toBe(1);
    expect(rowFor("t", 2, rows)).toBe(0);
  });
});
