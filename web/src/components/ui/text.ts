import en from "@/i18n/en/ui";
import zh from "@/i18n/zh/ui";
import { textsOf } from "@/i18n";

export const useUiText = textsOf(zh, en);
