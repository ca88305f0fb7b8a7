import en from "@/i18n/en/plans";
import zh from "@/i18n/zh/plans";
import { textsOf } from "@/i18n";

export const usePlansText = textsOf(zh, en);
export type PlansKey = keyof typeof zh;
export const isPlansKey = (key: string): key is PlansKey => key in zh;
