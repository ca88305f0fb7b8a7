import { textsOf } from "@/i18n";
import en from "@/i18n/en/audit";
import zh from "@/i18n/zh/audit";

export const useAuditText = textsOf(zh, en);
