import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fill, sentenceCase, typeset } from "@/i18n";

type Texts = Record<string, string>;
const zh = import.meta.glob<Texts>("../src/i18n/zh/*.ts", { eager: true, import: "default" });
const en = import.meta.glob<Texts>("../src/i18n/en/*.ts", { eager: true, import: "default" });
const names = [...new Set([...Object.keys(zh), ...Object.keys(en)].map((path) => path.split("/").at(-1)!))].sort();
const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]).sort();
const HAN = /\p{Script=Han}/u;

describe.each(names)("texts of %s", (name) => {
  const chinese = zh[`../src/i18n/zh/${name}`];
  const english = en[`../src/i18n/en/${name}`];
  it("are there in both languages, key by key", () => {
    expect(chinese, "the Chinese file").toBeDefined();
    expect(english, "the English file").toBeDefined();
    expect(Object.keys(english!).sort()).toEqual(Object.keys(chinese!).sort());
  });
  it("are not empty, and take the same values", () => {
    for (const [key, text] of Object.entries(chinese!)) {
      expect(text.trim(), `zh ${key}`).not.toBe("");
      expect(english![key]!.trim(), `en ${key}`).not.toBe("");
      expect(holes(english![key]!), key).toEqual(holes(text));
    }
  });
  it("in English hold no Chinese characters", () => {
    expect(Object.entries(english!).filter(([, text]) => HAN.test(text)).map(([key]) => key)).toEqual([]);
  });
});

function* sources(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* sources(path);
    else if (path.endsWith(".tsx")) yield path;
  }
}

/** The code without its comments; strings stay. */
const bare = (code: string) => code.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[\s;{}(),])\/\/[^\n]*/g, "$1");

describe("screens", () => {
  it("hold no Chinese text of their own (language names apart)", () => {
    const found = [...sources(join(import.meta.dirname, "../src"))].flatMap((path) =>
      bare(readFileSync(path, "utf8")).split("\n").map((line, n) => ({ path, line: line.replace(/"中文"/, ""), n })).filter(({ line }) => HAN.test(line)),
    );
    expect(found.map(({ path, line }) => `${path}: ${line.trim()}`)).toEqual([]);
  });
  it("print no escape as it is written: between tags a \\u2013 stands as six characters", () => {
    const found = [...sources(join(import.meta.dirname, "../src"))].filter((path) => path.endsWith(".tsx")).flatMap((path) =>
      readFileSync(path, "utf8").split("\n").filter((line) => /^[^`]*[>}]\s*\\u[0-9a-f]{4}\s*[<{]/.test(line)).map((line) => `${path}: ${line.trim()}`),
    );
    expect(found).toEqual([]);
  });
  it("fill values into texts, and leave unknown ones to be seen", () => {
    expect(fill("{n} of {all}", { n: 1 })).toBe("1 of {all}");
  });
});

describe("English as it is printed", () => {
  it("tells one from many", () => {
    expect([fill("{n} {n|row|rows}", { n: 1 }), fill("{n} {n|row|rows}", { n: 2 }), fill("{n} {n|row|rows}", { n: "1,234" })]).toEqual(["1 row", "2 rows", "1,234 rows"]);
  });
  it("has a true minus and the index of CO₂, and leaves hyphens and days alone", () => {
    expect(typeset("gap -0.75 (-3%) of CO2, tCO2 per 10,000 yuan")).toBe("gap −0.75 (−3%) of CO₂, t CO₂ per 10,000 yuan");
    expect(typeset("2025-06-30, year-2025, CO2e")).toBe("2025-06-30, year-2025, CO2e");
    expect(typeset("9999 10^4 Nm3")).toBe("9999 10⁴ Nm³");
  });
  it("begins what stands alone with a capital, in English only", () => {
    expect([sentenceCase("withdraw", "en"), sentenceCase("撤销", "zh"), sentenceCase("", "en")]).toEqual(["Withdraw", "撤销", ""]);
  });
});
