import en from "@/i18n/en/enterprises";
import zh from "@/i18n/zh/enterprises";
import { textsOf } from "@/i18n";

export const useEnterprisesText = textsOf(zh, en);
