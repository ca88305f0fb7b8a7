import en from "@/i18n/en/filing";
import zh from "@/i18n/zh/filing";
import { textsOf } from "@/i18n";

export const useFilingText = textsOf(zh, en);
export type FilingKey = keyof typeof zh;
export const isFilingKey = (key: string): key is FilingKey => key in zh;
