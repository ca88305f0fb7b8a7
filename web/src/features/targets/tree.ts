/** The tree of targets as rows, and what choosing a node means for the table 目标树. */
import type { Schemas } from "@/client";
import type { TreeRow } from "@/features/explain/TreeView";

export type TargetNode = Schemas["TreeNode"];
export interface TargetRow extends TreeRow {
  node: TargetNode;
}

const below = (node: TargetNode): readonly TargetNode[] => (node.children ?? []).filter((child) => child.kind !== "target");

export function targetRows(root: TargetNode, open: ReadonlySet<string>, name: (node: TargetNode) => string): TargetRow[] {
  const rows: TargetRow[] = [];
  const walk = (node: TargetNode, level: number, position: number, siblings: number, above?: string) => {
    const children = below(node);
    const expanded = children.length ? open.has(node.key) : undefined;
    rows.push({ key: node.key, level, expanded, position, siblings, above, label: name(node), node });
    if (expanded) children.forEach((child, n) => walk(child, level + 1, n + 1, children.length, node.key));
  };
  walk(root, 1, 1, 1);
  return rows;
}

/** The nodes from the root to the one with this key; empty where it is not there. */
export function wayTo(root: TargetNode, key: string | null): TargetNode[] {
  if (root.key === key) return [root];
  for (const child of root.children ?? []) {
    const way = wayTo(child, key);
    if (way.length) return [root, ...way];
  }
  return [];
}

export function countTargets(node: TargetNode): number {
  return node.kind === "target" ? 1 : (node.children ?? []).reduce((sum, child) => sum + countTargets(child), 0);
}

/** How the targets of the area itself divide, and how many of levels above stand beside them: all = judged + excluded + open. */
export function shareOut(root: TargetNode): { all: number; judged: number; excluded: number; above: number } {
  const leaves = (node: TargetNode): TargetNode[] => (node.kind === "target" ? [node] : (node.children ?? []).flatMap(leaves));
  const own = (root.children ?? []).filter((child) => child.kind !== "area").flatMap(leaves);
  return { all: own.length, judged: own.filter((one) => one.state).length, excluded: own.filter((one) => one.excluded).length, above: countTargets(root) - own.length };
}

/** The sectors by the name that the plan gives them, for a table that knows only that. */
export function sectorNames(root: TargetNode): Map<string, TargetNode["name"]> {
  const names = new Map<string, TargetNode["name"]>();
  const walk = (node: TargetNode) => {
    if (node.kind === "sector") names.set(node.key.split(":").at(-1) ?? "", node.name);
    node.children?.forEach(walk);
  };
  walk(root);
  return names;
}

/** Columns of the table that the tree sets; choosing a node takes over all of them. */
export const TREE_COLUMNS = ["region", "sector", "indicator", "indicator_id"] as const;
const NO_SECTOR = "(未分行业)";
type TreeColumn = (typeof TREE_COLUMNS)[number];

/** The filters of a node: the region where several are in the tree, then sector and indicator. */
export function filtersOf(root: TargetNode, key: string | null): Partial<Record<TreeColumn, string>> {
  const way = wayTo(root, key);
  const filters: Partial<Record<TreeColumn, string>> = {};
  const several = (root.children ?? []).some((child) => child.kind === "area");
  const area = way.findLast((node) => node.kind === "area");
  if (several && area && way.length > 1) filters.region = area.name.zh;
  const sector = way.find((node) => node.kind === "sector");
  // The key ends with the sector as the plan names it, which is what the table holds.
  const named = sector?.key.split(":").at(-1);
  if (named && named !== NO_SECTOR) filters.sector = named;
  const indicator = way.find((node) => node.kind === "indicator");
  if (indicator) {
    const id = indicator.key.split(":").at(-1) ?? "";
    if (/^[a-z0-9_]+$/.test(id)) filters.indicator_id = id;
    else filters.indicator = indicator.name.zh;
  }
  return filters;
}

/** The address with a node chosen. */
export function withNode(params: URLSearchParams, root: TargetNode, key: string | null): URLSearchParams {
  const next = new URLSearchParams(params);
  for (const column of TREE_COLUMNS) next.delete(`f.${column}`);
  if (key === null || key === root.key) next.delete("node");
  else next.set("node", key);
  for (const [column, value] of Object.entries(filtersOf(root, key))) next.set(`f.${column}`, value);
  return next;
}

/** The states that the address filters by. */
export const statesOf = (params: URLSearchParams): string[] => params.getAll("f.state").flatMap((one) => one.split(",")).filter(Boolean);

/** Takes a state into the filter of states, or out of it. */
export function withState(params: URLSearchParams, state: string): URLSearchParams {
  const next = new URLSearchParams(params);
  const now = statesOf(params);
  next.delete("f.state");
  for (const one of now.includes(state) ? now.filter((other) => other !== state) : [...now, state]) next.append("f.state", one);
  return next;
}
