import en from "@/i18n/en/rules";
import zh from "@/i18n/zh/rules";
import { textsOf } from "@/i18n";

export const useRulesText = textsOf(zh, en);
export type RulesText = ReturnType<typeof useRulesText>;
