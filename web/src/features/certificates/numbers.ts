/** How counts and figures of the ledger are printed: whole certificates, electricity and CO2 with one digit at most. */
import type { Schemas } from "@/client";

export const DASH = "\u2014";
export const pieces = (count: number): string => count.toLocaleString("en-US");
export const figure = (value: number | null | undefined): string => (value == null ? DASH : value.toLocaleString("en-US", { maximumFractionDigits: 1 }));

/** What the chosen purpose has in a month: claimed, and what is left (null: the electricity is missing). */
export function useOf(month: Schemas["MonthBalance"], purpose: string): { claimed: number; left: number | null } {
  const found = month.uses.find((one) => one.purpose === purpose);
  return { claimed: found?.claimed_mwh ?? 0, left: found?.left_mwh ?? null };
}

/** The months that have anything to show: certificates, electricity or claims. */
export const told = (months: readonly Schemas["MonthBalance"][]): Schemas["MonthBalance"][] =>
  months.filter((one) => one.generated.held > 0 || one.electricity_mwh !== null || one.uses.some((use) => use.claimed_mwh > 0));

export type ClaimForm = { month: string; purpose: Schemas["ClaimDraft"]["purpose"]; how: "count" | "codes"; count: number | null; first: string; last: string; subject: string; note: string };

export type TransferForm = { to: "firm" | "outside"; taker: string; first: string; last: string; reason: string };

/** The body of a transfer; an empty taker is somebody outside the programme. Null where the form is not whole yet. */
export function transferOf(firm: string, form: TransferForm): Schemas["CertificateTransfer"] | null {
  const taker = form.to === "outside" ? "" : form.taker.trim();
  if ((form.to === "firm" && (!taker || taker === firm)) || !form.first.trim() || form.reason.trim().length < 2) return null;
  return { enterprise_id: firm, taker, first_code: form.first.trim(), last_code: form.last.trim(), reason: form.reason.trim() };
}

/** The body of a claim, by the way certificates are chosen; null where it is not whole yet. */
export function draftOf(firm: string, form: ClaimForm): Schemas["ClaimDraft"] | null {
  const base = { enterprise_id: firm, purpose: form.purpose, month: form.month, subject: form.subject.trim(), note: form.note.trim() };
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(form.month)) return null;
  if (form.how === "count") return form.count && form.count > 0 ? { ...base, count: form.count } : null;
  return form.first.trim() ? { ...base, first_code: form.first.trim(), last_code: form.last.trim() } : null;
}
