import en from "@/i18n/en/tasks";
import zh from "@/i18n/zh/tasks";
import { textsOf } from "@/i18n";

export const useTasksText = textsOf(zh, en);
