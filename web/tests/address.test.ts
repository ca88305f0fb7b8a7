import { describe, expect, it } from "vitest";
import { carry, unitsFrom, viewFrom, withView } from "@/app/view";
import { asked, sorted, stateFrom, withState } from "@/components/ui/table/query";

const of = (text: string) => new URLSearchParams(text);

describe("the view in the address", () => {
  it("comes back as it was written", () => {
    const part = { area: "990100", year: 2025, month: 6, cumulative: true, lang: "en", theme: "dark", units: { mass: "wt", energy: "gj" }, compact: true } as const;
    expect(viewFrom(withView(of(""), part))).toEqual(part);
  });
  it("does not believe nonsense", () => {
    const view = viewFrom(of("year=twenty&month=13&lang=xx&theme=pink&units=stone-horse"));
    expect(view).toMatchObject({ year: undefined, month: undefined, lang: "zh", units: { mass: "auto", energy: "auto" } });
    expect(["light", "dark"]).toContain(view.theme);
  });
  it("loses nothing of the page's own when part of it changes", () => {
    expect(withView(of("q=abc&year=2024"), { year: 2025 }).toString()).toBe("q=abc&year=2025");
    expect(withView(of("month=6&cum=1"), { month: undefined, cumulative: false }).toString()).toBe("");
  });
  it("is carried to the next page, whose own values stay there", () => {
    expect(carry("/targets/a%23b?tab=history", of("area=1&lang=en&f.state=behind&q=x"))).toEqual({ pathname: "/targets/a%23b", search: "?area=1&lang=en&tab=history" });
  });
  it("half a unit is half automatic", () => expect(unitsFrom("wt")).toEqual({ mass: "wt", energy: "auto" }));
});

describe("a table in the address", () => {
  const text = "area=1&q=zz&sort=-co2%2Cname&f.state=behind&f.state=off_track&min.co2=10&max.co2=20&cols=name%2Cco2";
  it("comes back as it was written", () => {
    const state = stateFrom(of(text));
    expect(state.sort).toEqual([{ column: "co2", down: true }, { column: "name", down: false }]);
    expect(state.filters).toEqual([{ column: "state", values: ["behind", "off_track"] }, { column: "co2", min: "10", max: "20" }]);
    expect(stateFrom(withState(of(text), state))).toEqual(state);
    expect(withState(of(text), state).get("area")).toBe("1");
  });
  it("keeps a value with a comma whole", () => {
    const state = stateFrom(of(`f.name=${encodeURIComponent("甲,乙、丙")}&f.name=b`));
    expect(state.filters).toEqual([{ column: "name", values: ["甲,乙、丙", "b"] }]);
    expect(stateFrom(withState(of(""), state))).toEqual(state);
  });
  it("asks the server for the same", () => {
    expect(new URLSearchParams(asked(stateFrom(of(text)))).toString()).toBe("q=zz&sort=-co2%2Cname&f.state=behind&f.state=off_track&min.co2=10&max.co2=20");
  });
  it("keeps two tables on one page apart", () => {
    const both = withState(withState(of(""), { q: "a", sort: [], filters: [], columns: null }, "t1"), { q: "b", sort: [], filters: [], columns: null }, "t2");
    expect(stateFrom(both, "t1").q).toBe("a");
    expect(stateFrom(both, "t2").q).toBe("b");
    expect(stateFrom(withState(both, { q: "", sort: [], filters: [], columns: null }, "t1"), "t2").q).toBe("b");
  });
  it("sorts up, down, not at all; with Shift beside the others", () => {
    const up = sorted([], "a", false);
    const down = sorted(up, "a", false);
    expect([up, down, sorted(down, "a", false)]).toEqual([[{ column: "a", down: false }], [{ column: "a", down: true }], []]);
    expect(sorted(up, "b", true)).toEqual([{ column: "a", down: false }, { column: "b", down: false }]);
    expect(sorted([{ column: "a", down: false }, { column: "b", down: true }], "b", true)).toEqual(up);
    expect(sorted([{ column: "a", down: false }, { column: "b", down: true }], "a", true)[0]).toEqual({ column: "a", down: true });
  });
});
