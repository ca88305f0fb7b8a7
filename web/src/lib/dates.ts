/** Dates and instants in the programme's zone 日期: stored UTC, shown where the programme is. */
import type { Lang } from "./units";

const LOCALE: Record<Lang, string> = { zh: "zh-CN", en: "en-GB" };
let zone = "Asia/Shanghai";

/** Told by /me; a zone this browser does not know is not taken over. */
export function keepZone(name: string | null | undefined): void {
  if (!name) return;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    zone = name;
  } catch {
    /* unknown zone: stay */
  }
}

function instant(text: string): Date {
  // The library writes naive UTC where a database gave it.
  return new Date(/[zZ]|[+-]\d\d:?\d\d$/.test(text) ? text : `${text}Z`);
}

/** 2025-06-30: a calendar day stays the day it is, in any zone. */
export function day(text: string | null | undefined): string {
  if (!text) return "\u2014";
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return text;
  const date = instant(text);
  if (Number.isNaN(date.getTime())) return text;
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(date);
}

/** 2025-06-30 14:05 in the programme's zone; with its seconds where the order of acts matters. */
export function moment(text: string | null | undefined, seconds = false): string {
  if (!text) return "\u2014";
  const date = instant(text);
  if (Number.isNaN(date.getTime())) return text;
  const time = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", ...(seconds ? { second: "2-digit" as const } : {}) }).format(date);
  return `${day(text)} ${time}`;
}

/** A month of any year: 1月 / Jan. */
export function monthName(month: number, lang: Lang): string {
  return lang === "zh" ? `${month}月` : new Intl.DateTimeFormat(LOCALE.en, { month: "short", timeZone: "UTC" }).format(new Date(Date.UTC(2000, month - 1, 1)));
}

/** 2025年6月 / June 2025; 2025年1—6月累计 / January–June 2025; 2025年 / 2025. */
export function periodName(year: number, month: number | null, cumulative: boolean, lang: Lang): string {
  if (lang === "zh") {
    if (!month) return `${year}年`;
    return cumulative && month > 1 ? `${year}年1—${month}月累计` : `${year}年${month}月`;
  }
  if (!month) return String(year);
  return cumulative && month > 1 ? `${monthName(1, lang)}–${monthName(month, lang)} ${year}` : `${monthName(month, lang)} ${year}`;
}

/** The day it is now where the programme is. */
export const today = (): string => day(new Date().toISOString());
