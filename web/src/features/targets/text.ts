import { textsOf } from "@/i18n";
import en from "@/i18n/en/targets";
import zh from "@/i18n/zh/targets";

export const useTargetsText = textsOf(zh, en);
/** The text of a ledger action or of a kind of relation, where the server names one we know. */
export const isTargetsKey = (key: string): key is keyof typeof zh => key in zh;
