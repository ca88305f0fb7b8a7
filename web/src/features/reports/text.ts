import en from "@/i18n/en/reports";
import zh from "@/i18n/zh/reports";
import { textsOf } from "@/i18n";

export const useReportsText = textsOf(zh, en);
