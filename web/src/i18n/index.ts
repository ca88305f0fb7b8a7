/**
 * Texts 文字: Chinese first, English complete. One dictionary a feature and language, loaded with the feature.
 *
 *   // features/plans/text.ts
 *   export const usePlansText = textsOf(zh, en);
 *   // in a component
 *   const t = usePlansText();  t("title")  t("found", { n: 3 })
 */
import { createContext, useCallback, useContext } from "react";
import type { Lang } from "@/lib/units";

export type { Lang } from "@/lib/units";
export const LangContext = createContext<Lang>("zh");
export const useLang = (): Lang => useContext(LangContext);

type Params = Record<string, string | number>;

/** Puts {name} values into a text; {n|row|rows} is the first word for one, else the second. */
export function fill(text: string, params?: Params): string {
  return params ? text.replace(/\{(\w+)\|([^|}]*)\|([^}]*)\}/g, (_, name: string, one: string, many: string) => (String(params[name]) === "1" ? one : many)).replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole)) : text;
}

/** The hook for one feature's texts. English must have exactly the Chinese keys: the compiler and a test see to it. */
export function textsOf<K extends string>(zh: Record<K, string>, en: Record<NoInfer<K>, string>) {
  return function useText(): (key: K, params?: Params) => string {
    const lang = useLang();
    return useCallback((key: K, params?: Params) => fill((lang === "zh" ? zh : en)[key], params), [lang]);
  };
}

/** An English text as it is printed: a true minus before a figure, CO₂ and powers of ten with their small figures. */
export const typeset = (text: string): string => text.replace(/(^|[\s(])-(?=\d)/g, "$1\u2212").replace(/\bt?CO2\b/g, (found) => (found === "tCO2" ? "t CO\u2082" : "CO\u2082")).replace(/\b10\^([48])/g, (_, power: string) => `10${power === "4" ? "\u2074" : "\u2078"}`).replace(/\b(N?m)3\b/g, "$1\u00b3");

/** What stands alone (a head, a label, a button) begins with a capital in English. */
export const sentenceCase = (text: string, lang: Lang): string => (lang === "en" ? text.charAt(0).toUpperCase() + text.slice(1) : text);

/** A name that has an English form beside it: of an area, an industry; as it is where it has none. */
export function useNamed(): (zh: string | null | undefined, en: string | null | undefined) => string {
  const lang = useLang();
  return useCallback((zh, en) => (lang === "en" && en) || zh || "", [lang]);
}

/** A text that the server wrote in both languages. */
export function useWords(): (words: { zh: string; en: string } | null | undefined) => string {
  const lang = useLang();
  return useCallback((words) => (words ? (lang === "en" && words.en ? typeset(words.en) : words.zh) : ""), [lang]);
}
