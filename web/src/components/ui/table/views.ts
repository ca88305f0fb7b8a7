/** Saved views 保存的视图: named sets of search, filters, order and columns of one table, kept by the person's browser. */
import { recall, remember } from "@/lib/storage";
import { stateFrom, withState, type TableState } from "./query";

export interface SavedView {
  name: string;
  /** the state as an address has it */
  query: string;
}

const MOST = 30;
const key = (table: string) => `views.${table}`;

export function savedViews(table: string): SavedView[] {
  try {
    const found: unknown = JSON.parse(recall(key(table)) ?? "[]");
    return Array.isArray(found) ? found.filter(isView) : [];
  } catch {
    return [];
  }
}

const isView = (one: unknown): one is SavedView => typeof one === "object" && one !== null && typeof (one as SavedView).name === "string" && typeof (one as SavedView).query === "string";

/** The views with one more; a name that is there already stands for the new state. */
export function saveView(table: string, name: string, state: TableState): SavedView[] {
  const view = { name: name.trim().slice(0, 40), query: withState(new URLSearchParams(), state).toString() };
  const kept = [...savedViews(table).filter((one) => one.name !== view.name), view].slice(-MOST);
  remember(key(table), JSON.stringify(kept));
  return kept;
}

export function dropView(table: string, name: string): SavedView[] {
  const kept = savedViews(table).filter((one) => one.name !== name);
  remember(key(table), kept.length ? JSON.stringify(kept) : null);
  return kept;
}

export const stateOf = (view: SavedView): TableState => stateFrom(new URLSearchParams(view.query));

/** Whether a table stands as a view has it. */
export const stands = (view: SavedView, state: TableState): boolean => withState(new URLSearchParams(), state).toString() === view.query;
