/** The explanation graph as rows of a tree 推导树: what is open, what was fetched, what is left out. */
import type { Schemas } from "@/client";
import { digits, type Lang } from "@/lib/units";
import type { TreeRow } from "./TreeView";

export type Node = Schemas["Node"];
/** Branches fetched later, by node id. */
export type Fetched = ReadonlyMap<string, Node | "waiting" | "failed">;

export interface NodeRow extends TreeRow {
  node: Node;
  /** shortened: what the row above says already is not said again */
  title: string;
  /** a line that stands for others: how many are left out, or a state of reading */
  rest?: { count: number; of: Node; state: "more" | "cut" | "waiting" | "failed" } | undefined;
}

/** Children of one node that are ever listed; the API gives no more. */
export const MOST_BELOW = 5000;
const PAGE = 200;
/** How many children to ask for when more are wanted: twice as many as are shown, from a page on. */
export const nextMost = (shown: number): number => Math.min(MOST_BELOW, Math.max(PAGE, Math.ceil((2 * shown) / PAGE) * PAGE));

const OPENED = /^[LFISD]-/;
/** Whether the server can be asked for the node by its own id. */
export const opensById = (node: Node): boolean => (OPENED.test(node.id) || node.kind === "target") && !node.id.includes("/");

/** The node and all below it in a language: where the library has English words they stand for the Chinese ones. */
export function inWords(node: Node, lang: Lang): Node {
  if (lang === "zh") return node;
  const said = { label: node.label_en ?? node.label, operation: node.operation_en ?? node.operation ?? null, note: node.note_en ?? node.note ?? null, there: node.there_en ?? node.there ?? null, source: node.source_en ?? node.source ?? null };
  return { ...node, ...said, inputs: inputsOf(node).map((one) => inWords(one, lang)) };
}

/** The node with what was fetched for it in place of what was cut. */
export function grown(node: Node, fetched: Fetched): Node {
  const known = fetched.get(node.id);
  return known && typeof known === "object" ? known : node;
}

export const inputsOf = (node: Node): readonly Node[] => node.inputs ?? [];
export const moreOf = (node: Node): number => node.more ?? 0;
export const hasBelow = (node: Node): boolean => inputsOf(node).length > 0 || moreOf(node) > 0;

/** What a row says of a node, without what its parent has said: the month alone, where only that differs. */
export function titleOf(node: Node, above?: Node): string {
  if (!above) return node.label;
  if (node.label === above.label) return node.period ?? node.label;
  // "Works: total CO2" in English, "works total" in Chinese: whose it is comes before the sign
  const sign = node.label === node.label_en ? ": " : " ";
  const measure = above.label.slice(above.label.indexOf(sign));
  if (measure.startsWith(sign) && node.label.endsWith(measure) && node.label.length > measure.length) return node.label.slice(0, -measure.length);
  const gap = node.label.indexOf(sign);
  const owner = gap > 0 ? node.label.slice(0, gap + sign.length) : "";
  const label = owner && above.label.startsWith(owner) ? node.label.slice(owner.length) : node.label;
  return node.period && node.period !== above.period ? `${label} ${node.period}` : label;
}

/** Key of a node in its place: the ids from the root; one factor stands in many places. */
export const keyOf = (path: readonly number[]): string => path.join(".");

/** Whether more of its children can be asked for: not yet asked, or a page came that is full. */
const isReadOn = (node: Node, state: Node | undefined): boolean => {
  const shown = inputsOf(node).length;
  return opensById(node) && (state === undefined || (shown >= PAGE && shown < MOST_BELOW));
};

export function rowsOf(root: Node, open: ReadonlySet<string>, fetched: Fetched): NodeRow[] {
  const rows: NodeRow[] = [];
  const walk = (given: Node, path: readonly number[], siblings: number, above?: NodeRow) => {
    const node = grown(given, fetched);
    const key = keyOf(path);
    const expanded = hasBelow(node) ? open.has(key) : undefined;
    const row: NodeRow = { key, level: path.length, expanded, position: path.at(-1)! + 1, siblings, above: above?.key, label: titleOf(node, above?.node), title: titleOf(node, above?.node), node };
    rows.push(row);
    if (!expanded) return;
    const below = inputsOf(node);
    const state = fetched.get(node.id);
    const rest = moreOf(node) > 0 || typeof state === "string";
    const count = below.length + (rest ? 1 : 0);
    below.forEach((child, n) => walk(child, [...path, n], count, row));
    if (rest) rows.push({ ...row, key: `${key}.more`, level: path.length + 1, expanded: undefined, position: count, siblings: count, above: key, label: "", title: "", rest: { count: moreOf(node), of: node, state: typeof state === "string" ? state : isReadOn(node, state) ? "more" : "cut" } });
  };
  walk(root, [0], 1);
  return rows;
}

/** The row and all above it, from the root down: the breadcrumbs. */
export function chainOf(rows: readonly NodeRow[], key: string | null): NodeRow[] {
  const byKey = new Map(rows.map((row) => [row.key, row]));
  const chain: NodeRow[] = [];
  for (let row = byKey.get(key ?? ""); row; row = byKey.get(row.above ?? "")) chain.unshift(row);
  return chain;
}

/** combustion.fossil@2013-01-01 → its id and the day from which this wording is in force. */
export function ruleOf(rule: string): { id: string; from: string | null } {
  const at = rule.lastIndexOf("@");
  return at > 0 ? { id: rule.slice(0, at), from: rule.slice(at + 1) } : { id: rule, from: null };
}

/** Numbers that a text of the library writes with an exponent, as people write them: 3.59721e+07 → 35,972,100. */
export const readable = (text: string): string => text.replace(/\b\d+(?:\.\d+)?e[+-]?\d+\b/g, (found) => digits(Number(found), 6));

/** "doc [567:593]" of a target's source: where the reader is to be opened. */
export function passageOf(node: Node): { doc: string; at: string } | null {
  const found = /^(.+) \[(\d+):(\d+)\]$/.exec(node.source ?? "");
  if (found) return { doc: found[1]!, at: `${found[2]}-${found[3]}` };
  return null;
}
