import { describe, expect, it } from "vitest";
import { pointsBefore, segments } from "@/features/plans/segments";

const mark = (start: number, end: number, id: string) => ({ start, end, id, kind: "target" });

describe("segments", () => {
  it("puts the text together again, whatever the marks", () => {
    const parts = segments(10, "到2025年单位增加值能耗下降", [mark(0, 12, "a"), mark(11, 40, "b"), mark(15, 15, "empty")]);
    expect(parts.map((p) => p.text).join("")).toBe("到2025年单位增加值能耗下降");
    expect(parts.flatMap((p) => p.marks.map((m) => m.id))).not.toContain("empty");
  });
  it("names the innermost mark first", () => {
    const [first, second] = segments(0, "abcdef", [mark(0, 6, "outer"), mark(2, 4, "inner")]);
    expect(first!.marks.map((m) => m.id)).toEqual(["outer"]);
    expect(second!.marks.map((m) => m.id)).toEqual(["inner", "outer"]);
  });
  it("counts code points, not UTF-16 units", () => {
    expect(segments(0, "𠮷年", [mark(1, 2, "x")]).map((p) => p.text)).toEqual(["𠮷", "年"]);
    expect(pointsBefore("𠮷年", 2)).toBe(1);
  });
});
