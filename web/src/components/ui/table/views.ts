/** Saved views 保存的视图: named sets of search, filters, order and columns of one table, kept by the browser, for the account that is signed in. */
import { whose } from "@/client";
import { recall, remember } from "@/lib/storage";
import { stateFrom, withState, type TableState } from "./query";

export interface SavedView {
  name: string;
  /** the state as an address has it */
  query: string;
}

const MOST = 30;
/** By account: on a shared computer nobody sees another's search words. */
const key = (table: string) => `views.${whose() ?? ""}.${table}`;

export function savedViews(table: string): SavedView[] {
  remember(`views.${table}`, null); // as they were kept once, for whoever sat here
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

/** The views with one under another name, in its place; as they are where the name is empty or another view's. */
export function renameView(table: string, name: string, to: string): SavedView[] {
  const views = savedViews(table);
  const wanted = to.trim().slice(0, 40);
  if (!wanted || isTaken(views, name, wanted)) return views;
  const kept = views.map((one) => (one.name === name ? { ...one, name: wanted } : one));
  remember(key(table), JSON.stringify(kept));
  return kept;
}

/** Whether a name belongs to another of the views. */
export const isTaken = (views: readonly SavedView[], name: string, to: string): boolean => to.trim() !== name && views.some((one) => one.name === to.trim());

export function dropView(table: string, name: string): SavedView[] {
  const kept = savedViews(table).filter((one) => one.name !== name);
  remember(key(table), kept.length ? JSON.stringify(kept) : null);
  return kept;
}

export const stateOf = (view: SavedView): TableState => stateFrom(new URLSearchParams(view.query));

/** Whether a table stands as a view has it. */
export const stands = (view: SavedView, state: TableState): boolean => withState(new URLSearchParams(), state).toString() === view.query;
