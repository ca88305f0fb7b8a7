import en from "@/i18n/en/closings";
import zh from "@/i18n/zh/closings";
import { textsOf } from "@/i18n";

export const useClosingsText = textsOf(zh, en);
