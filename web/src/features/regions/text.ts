import en from "@/i18n/en/regions";
import zh from "@/i18n/zh/regions";
import { textsOf } from "@/i18n";

export const useRegionsText = textsOf(zh, en);
