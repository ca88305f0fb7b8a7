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

/** Puts {name} values into a text. */
export function fill(text: string, params?: Params): string {
  return params ? text.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole)) : text;
}

/** The hook for one feature's texts. English must have exactly the Chinese keys: the compiler and a test see to it. */
export function textsOf<K extends string>(zh: Record<K, string>, en: Record<NoInfer<K>, string>) {
  return function useText(): (key: K, params?: Params) => string {
    const lang = useLang();
    return useCallback((key: K, params?: Params) => fill((lang === "zh" ? zh : en)[key], params), [lang]);
  };
}

/** A name that has an English form beside it: of an area, an industry; as it is where it has none. */
export function useNamed(): (zh: string | null | undefined, en: string | null | undefined) => string {
  const lang = useLang();
  return useCallback((zh, en) => (lang === "en" && en) || zh || "", [lang]);
}

/** A text that the server wrote in both languages. */
export function useWords(): (words: { zh: string; en: string } | null | undefined) => string {
  const lang = useLang();
  return useCallback((words) => (words ? words[lang] || words.zh : ""), [lang]);
}
