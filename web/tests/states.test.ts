import { readFileSync } from "node:fs";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { stateHex } from "@/components/ui/chartKit";
import { isJudged, isState, stateColour, StateShape, STATES, statesIn } from "@/components/ui/StateMark";
import { isStateText } from "@/features/explain/marks";
import en from "@/i18n/en/ui";
import zh from "@/i18n/zh/ui";

const drawn = (state: (typeof STATES)[number]) => renderToStaticMarkup(createElement(StateShape, { state })).replace(/id="[^"]*"|url\([^)]*\)/g, "");
const css = readFileSync(new URL("../src/styles/base.css", import.meta.url), "utf8");

describe("the states of targets", () => {
  it("know withheld as one of their own, in both languages and in the text of a node", () => {
    expect(isState("confidential")).toBe(true);
    expect([zh.state_confidential, en.state_confidential]).toEqual(["保密", "Withheld"]);
    expect(isStateText("保密")).toBe("confidential");
  });
  it("are told apart by word, by shape, and by colour in both themes", () => {
    expect(new Set(STATES.map((state) => zh[`state_${state}`])).size).toBe(STATES.length);
    expect(new Set(STATES.map(drawn)).size).toBe(STATES.length);
    for (const dark of [false, true]) expect(new Set(STATES.map((state) => stateHex(state, dark))).size).toBe(STATES.length);
    for (const state of STATES) expect(css.match(new RegExp(`${stateColour(state).slice(4, -1)}: #`, "g"))).toHaveLength(2);
  });
  it("count withheld among those that say nothing of where a target stands", () => {
    expect(STATES.filter((state) => !isJudged(state))).toEqual(["not_assessed", "confidential"]);
  });
  it("list withheld only for a viewer from whom something is withheld", () => {
    expect(statesIn({ reached: 2, confidential: 3 })).toContain("confidential");
    expect(statesIn({ reached: 2 })).not.toContain("confidential");
    expect(statesIn({ reached: 2, confidential: 0 })).not.toContain("confidential");
    expect(statesIn(null)).toEqual(STATES.filter((state) => state !== "confidential"));
  });
});
