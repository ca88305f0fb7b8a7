import { textsOf } from "@/i18n";
import en from "@/i18n/en/explain";
import zh from "@/i18n/zh/explain";

export const useExplainText = textsOf(zh, en);
