import en from "@/i18n/en/findings";
import zh from "@/i18n/zh/findings";
import { textsOf } from "@/i18n";

export const useFindingsText = textsOf(zh, en);
