import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fill } from "@/i18n";

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
  it("fill values into texts, and leave unknown ones to be seen", () => {
    expect(fill("{n} of {all}", { n: 1 })).toBe("1 of {all}");
  });
});
