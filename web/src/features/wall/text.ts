import { textsOf } from "@/i18n";
import en from "@/i18n/en/wall";
import zh from "@/i18n/zh/wall";

export const useWallText = textsOf(zh, en);
