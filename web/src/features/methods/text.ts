import en from "@/i18n/en/methods";
import zh from "@/i18n/zh/methods";
import { textsOf } from "@/i18n";

export const useMethodsText = textsOf(zh, en);
export type MethodsText = ReturnType<typeof useMethodsText>;
