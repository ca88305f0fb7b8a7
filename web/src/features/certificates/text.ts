import en from "@/i18n/en/certificates";
import zh from "@/i18n/zh/certificates";
import { textsOf } from "@/i18n";

export const useCertificatesText = textsOf(zh, en);
