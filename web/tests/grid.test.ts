import { describe, expect, it } from "vitest";
import { pasted, same, withPaste } from "@/features/filing/grid";

describe("pasting from a spreadsheet", () => {
  it("cuts rows and cells, quotes included", () => {
    expect(pasted('a\tb\r\n"x\ty"\t"say ""hi"""\n')).toEqual([["a", "b"], ["x\ty", 'say "hi"']]);
  });
  it("grows downwards, keeps the fixed cells, and counts what has no column", () => {
    const { rows, left } = withPaste([{ id: "E", item: "coal", used: "1" }], ["item", "used"], { row: 0, column: "used" }, [["5", "too far"], ["6"]], { id: "E" });
    expect(rows).toEqual([{ id: "E", item: "coal", used: "5" }, { id: "E", used: "6" }]);
    expect(left).toBe(1);
  });
  it("does not change the rows it was given", () => {
    const before = [{ item: "coal" }];
    withPaste(before, ["item"], { row: 0, column: "item" }, [["oil"]], {});
    expect(before).toEqual([{ item: "coal" }]);
  });
  it("takes an empty cell for a missing one", () => {
    expect(same([{ a: "1", b: "" }], [{ a: "1" }])).toBe(true);
    expect(same([{ a: "1" }], [{ a: "2" }])).toBe(false);
  });
});
