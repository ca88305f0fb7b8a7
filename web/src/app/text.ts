import en from "@/i18n/en/frame";
import zh from "@/i18n/zh/frame";
import { textsOf } from "@/i18n";

export const useFrameText = textsOf(zh, en);
export type FrameKey = keyof typeof zh;
