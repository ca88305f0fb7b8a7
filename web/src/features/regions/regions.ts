/** What the pages of regional accounts make of their answers; nothing is calculated here that the account does not say. */
import type { Schemas } from "@/client";

export type Region = Schemas["RegionPage"];
export type RegionTotal = Region["totals"][number];
export type RegionSum = Region["sums"][number];
export type Balance = Schemas["BalancePage"];
export type Compare = Schemas["ComparePage"];
export type CompareRow = Compare["rows"][number];
export type ComparePair = Compare["pairs"][number];
export type Reconcile = Schemas["ReconcilePage"];

/** The approach by which an area stands: its own balance, else its share of the area above. */
export function ownApproach(totals: readonly RegionTotal[]): "sectoral" | "downscaled" | null {
  if (totals.some((one) => one.approach === "sectoral")) return "sectoral";
  return totals.some((one) => one.approach === "downscaled") ? "downscaled" : null;
}

export const totalOf = (totals: readonly RegionTotal[], total: string, approach: string | null): RegionTotal | undefined => totals.find((one) => one.total === total && one.approach === approach);

/** Rows of an area and year as a matrix: row code → carrier code → cell. */
export function matrixOf(balance: Balance): Map<string, Map<string, Balance["cells"][number]>> {
  const rows = new Map<string, Map<string, Balance["cells"][number]>>();
  for (const cell of balance.cells) {
    const row = rows.get(cell.row) ?? new Map();
    row.set(cell.carrier, cell);
    rows.set(cell.row, row);
  }
  return rows;
}

/** A row that is part of another (of which), and one that is a sum: by its code. */
export const depthOf = (code: string): number => Math.max(0, code.split(".").length - 2) + (code === "final.urban" || code === "final.rural" ? 1 : 0);
export const isSum = (code: string): boolean => code.endsWith(".total") || code === "difference";

export function closings(checks: Balance["checks"]): { closed: number; off: number; open: number } {
  return { closed: checks.filter((one) => one.closes === true).length, off: checks.filter((one) => one.closes === false).length, open: checks.filter((one) => one.closes === null).length };
}

/** The check that is off by most, as a share of what is computed. */
export function worstOf(checks: Balance["checks"]): Balance["checks"][number] | undefined {
  const off = checks.filter((one) => one.closes === false);
  return off.sort((a, b) => share(b) - share(a))[0];
}
const share = (one: Balance["checks"][number]) => Math.abs(one.gap ?? 0) / Math.max(1e-9, Math.abs(one.computed ?? 0), Math.abs(one.stated ?? 0));

/** Whether a fuel has an identity that does not close. */
export const offCarriers = (checks: Balance["checks"]): ReadonlySet<string> => new Set(checks.filter((one) => one.closes === false).map((one) => one.carrier));

const APART = new Set(["indirect", "import"]);
const LAST = 99;
const ORDER = ["power", "industry", "process", "transformation", "transport", "residential", "trade", "other", "agriculture", "construction", "total", "indirect", "import"];

/** Sectors with their fuels, the total after what it sums, what stands apart last. */
export function compared(rows: readonly CompareRow[]): { row: CompareRow; apart: boolean; fuels: CompareRow[] }[] {
  const place = (sector: string) => { const at = ORDER.indexOf(sector); return at < 0 ? LAST : at; };
  return rows
    .filter((one) => one.carrier === "total")
    .sort((a, b) => place(a.sector) - place(b.sector))
    .map((row) => ({ row, apart: APART.has(row.sector), fuels: row.sector === "total" ? [] : rows.filter((one) => one.sector === row.sector && one.carrier !== "total").sort((a, b) => sizeOf(b) - sizeOf(a)) }));
}

const sizeOf = (one: CompareRow) => Math.max(Math.abs(one.balance ?? 0), Math.abs(one.firms ?? 0), Math.abs(one.downscaled ?? 0));

/** Areas × years with their direct emissions, for the list. */
export function listed(page: Region): { area: string; period: string; approach: string; scope1: RegionTotal | undefined; imported: RegionTotal | undefined; process: RegionTotal | undefined }[] {
  const keys = new Map<string, RegionTotal[]>();
  for (const one of page.totals) keys.set(`${one.period} ${one.area_code}`, [...(keys.get(`${one.period} ${one.area_code}`) ?? []), one]);
  return [...keys.values()]
    .map((own) => {
      const approach = ownApproach(own);
      return { area: own[0]!.area_code, period: own[0]!.period, approach: approach ?? "", scope1: totalOf(own, "scope1", approach), imported: totalOf(own, "import", approach), process: totalOf(own, "process", approach) };
    })
    .sort((a, b) => b.period.localeCompare(a.period) || a.area.localeCompare(b.area));
}

/** The pairs of a row: every two of its figures that are there, in the order of the account. */
export const pairsOf = (found: Pick<Compare, "pairs">, row: CompareRow): ComparePair[] => found.pairs.filter((one) => one.area_code === row.area_code && one.period === row.period && one.sector === row.sector && one.carrier === row.carrier);
