import { textsOf } from "@/i18n";
import en from "@/i18n/en/overview";
import zh from "@/i18n/zh/overview";

export const useOverviewText = textsOf(zh, en);
export type OverviewText = ReturnType<typeof useOverviewText>;
