/** How names stand on their own 名称: with a capital in English, gases with their small figures, periods in words. */
import { useCallback } from "react";
import { sentenceCase, useLang, useWords, type Lang } from "@/i18n";
import { periodName } from "@/lib/dates";

type Name = { zh: string; en: string };

/** A name that stands alone: a head, a label, an option. */
export function useTitle(): (name: Name | null | undefined) => string {
  const words = useWords();
  const lang = useLang();
  return useCallback((name) => sentenceCase(words(name), lang), [words, lang]);
}

/** CO2 → CO\u2082, C2F6 → C\u2082F\u2086. */
export const gasName = (gas: string): string => gas.replace(/(?<=[A-Z][a-z]?)\d/g, (digit) => String.fromCharCode(0x2080 + Number(digit)));

/** 2023 → 2023\u5e74, 2023-05 \u2192 May 2023. */
export function periodWords(period: string, lang: Lang): string {
  const found = /^(\d{4})(?:-(\d{2}))?$/.exec(period);
  return found ? periodName(Number(found[1]), found[2] ? Number(found[2]) : null, false, lang) : period;
}
