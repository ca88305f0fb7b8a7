import en from "@/i18n/en/energy";
import zh from "@/i18n/zh/energy";
import { textsOf } from "@/i18n";

export const useEnergyText = textsOf(zh, en);
export type EnergyText = ReturnType<typeof useEnergyText>;
