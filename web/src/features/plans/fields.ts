/** Which fields of a record are shown, in which order, and how their values read. */
import type { Schemas } from "@/client";

/** The place of a plan and who issued it. */
export function issuedBy(card: Schemas["PlanCard"], lang: "zh" | "en"): string[] {
  return lang === "en" ? [card.region_en ?? card.region ?? "", card.issuers_en.join(", ")] : [card.region ?? "", card.issuers.join("、")];
}

export const SHOWN: Record<string, readonly string[]> = {
  target: ["indicator", "comparator", "value", "value_high", "unit", "baseline_year", "target_year", "region", "sector", "scope", "modality", "kind", "note"],
  task: ["number", "path", "sector", "units", "deadlines", "measures", "technologies", "category"],
  box: ["number", "path", "items"],
  document: ["title", "issuers"],
};

/** Fields that a person may correct by hand, with the kind of input each wants. */
export const EDITED: Record<string, readonly [string, "text" | "number" | "year" | "long" | "choice"][]> = {
  target: [
    ["indicator", "text"], ["comparator", "choice"], ["value", "number"], ["value_high", "number"], ["unit", "text"],
    ["baseline_year", "year"], ["target_year", "year"], ["region", "text"], ["sector", "text"], ["scope", "text"], ["kind", "choice"],
  ],
  task: [["title", "long"], ["number", "text"], ["sector", "text"]],
  box: [["title", "long"], ["number", "text"]],
};

export const CHOICES: Record<string, readonly string[]> = {
  comparator: ["=", ">=", ">", "<=", "<", "about", "reduce_by", "increase_by", "reach_peak_before", "meet_assigned", "complete", "no_increase", "qualitative", "deadline"],
  kind: ["target", "fact", "threshold", "ratio", "qualitative", "procedure"],
};

interface Unit {
  name: string;
  lead?: boolean;
}

/** A field's value as text; empty where there is none. */
export function fieldText(name: string, value: unknown, lead: string): string {
  if (value === null || value === undefined || value === "") return "";
  if (name === "units" && Array.isArray(value)) return (value as Unit[]).map((unit) => (unit.lead ? `${unit.name}(${lead})` : unit.name)).join("、");
  if (name === "path" && Array.isArray(value)) return value.join(" › ");
  if (Array.isArray(value)) return value.map((one) => (typeof one === "object" ? JSON.stringify(one) : String(one))).join(";");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Only what differs from the record as it stands: a correction names the fields that it changes. */
export function changed(before: Record<string, unknown>, after: Record<string, unknown>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(after)) {
    const now = value === "" || value === undefined ? null : value;
    if (now !== (before[name] ?? null)) out[name] = now;
  }
  return out;
}
