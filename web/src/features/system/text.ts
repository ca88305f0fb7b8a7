import { textsOf } from "@/i18n";
import en from "@/i18n/en/system";
import zh from "@/i18n/zh/system";

export const useSystemText = textsOf(zh, en);
export type SystemText = ReturnType<typeof useSystemText>;
export const isSystemKey = (key: string): key is keyof typeof zh => key in zh;
