import en from "@/i18n/en/accounts";
import zh from "@/i18n/zh/accounts";
import { textsOf } from "@/i18n";

export const useAccountText = textsOf(zh, en);
