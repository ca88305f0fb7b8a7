/** What was typed and is not saved yet 未保存的录入: kept by this tab for its own person, so that a reload can offer it back. */
import { whose } from "@/client";
import { same, type GridRow } from "./grid";

export interface Kept {
  rows: GridRow[];
  explanations: Record<string, string>;
  /** the version of the draft it was typed upon */
  version: number;
  /** when, as an instant */
  at: string;
}

const key = (id: string) => `dafeng.draft.${whose() ?? ""}.${id}`;

/** Keeps it, or forgets it where `typed` is null. */
export function keepTyped(id: string, typed: Kept | null): void {
  try {
    if (typed) sessionStorage.setItem(key(id), JSON.stringify(typed));
    else sessionStorage.removeItem(key(id));
  } catch {
    /* a browser that keeps nothing: it is on the page still */
  }
}

/** What was kept, where it differs from what the draft holds by now. */
export function typedBefore(id: string, rows: readonly GridRow[], explanations: Readonly<Record<string, string>>): Kept | null {
  const found = read(id);
  if (!found || (same(found.rows, rows) && alike(found.explanations, explanations))) return null;
  return found;
}

function read(id: string): Kept | null {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(key(id)) ?? "null");
    return isKept(found) ? found : null;
  } catch {
    return null;
  }
}

function isKept(found: unknown): found is Kept {
  const one = found as Kept | null;
  return Array.isArray(one?.rows) && one.rows.every((row) => typeof row === "object" && row !== null) && typeof one.explanations === "object" && one.explanations !== null && typeof one.at === "string" && typeof one.version === "number";
}

/** Whether two sets of explanations say the same, whatever their order. */
export function alike(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((name) => (a[name] ?? "") === (b[name] ?? ""));
}
