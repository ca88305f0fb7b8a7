/**
 * The view 视图 in the address: area, year, month, units, language, theme. A link reproduces what its sender saw.
 * Language, theme, units and density are also remembered for the next visit; the address wins.
 */
import { useCallback, useMemo } from "react";
import { useLocation, useSearchParams, type To } from "react-router";
import { recall, remember } from "@/lib/storage";
import { AUTO, ENERGY_UNITS, MASS_UNITS, type EnergyUnit, type Lang, type MassUnit, type Units } from "@/lib/units";

export type Theme = "light" | "dark";
export interface View {
  area: string | undefined;
  year: number | undefined;
  month: number | undefined;
  cumulative: boolean;
  lang: Lang;
  theme: Theme;
  units: Units;
  compact: boolean;
}

/** The names that every link carries along; a page's own filters stay with the page. */
export const CARRIED = ["area", "year", "month", "cum", "lang", "theme", "units", "compact"] as const;

const pick = <T extends string>(text: string | null | undefined, of: readonly T[]): T | undefined =>
  of.find((one) => one === text);

function whole(text: string | null, least: number, most: number): number | undefined {
  const n = text && /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  return n >= least && n <= most ? n : undefined;
}

export function unitsFrom(text: string | null | undefined): Units {
  const [mass, energy] = (text ?? "").split("-");
  return { mass: pick<MassUnit>(mass, MASS_UNITS) ?? AUTO.mass, energy: pick<EnergyUnit>(energy, ENERGY_UNITS) ?? AUTO.energy };
}

export const unitsText = (units: Units): string | null =>
  units.mass === "auto" && units.energy === "auto" ? null : `${units.mass}-${units.energy}`;

/** What the machine prefers, where neither the address nor the memory says anything. */
function preferred(): Theme {
  return typeof matchMedia === "function" && matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** The view that an address says, with what is remembered where it is silent. Nonsense in the address is not taken. */
export function viewFrom(params: URLSearchParams): View {
  return {
    area: params.get("area") || undefined,
    year: whole(params.get("year"), 1990, 2100),
    month: whole(params.get("month"), 1, 12),
    cumulative: params.get("cum") === "1",
    lang: pick<Lang>(params.get("lang"), ["zh", "en"]) ?? pick<Lang>(recall("lang"), ["zh", "en"]) ?? "zh",
    theme: pick<Theme>(params.get("theme"), ["light", "dark"]) ?? pick<Theme>(recall("theme"), ["light", "dark"]) ?? preferred(),
    units: unitsFrom(params.get("units") ?? recall("units")),
    compact: (params.get("compact") ?? recall("compact")) === "1",
  };
}

/** Writes part of a view into an address; undefined takes it out. Also what is remembered. */
export function withView(params: URLSearchParams, part: Partial<View>): URLSearchParams {
  const next = new URLSearchParams(params);
  const put = (name: string, value: string | null | undefined) => {
    if (value) next.set(name, value);
    else next.delete(name);
  };
  if ("area" in part) put("area", part.area);
  if ("year" in part) put("year", part.year?.toString());
  if ("month" in part) put("month", part.month?.toString());
  if ("cumulative" in part) put("cum", part.cumulative ? "1" : null);
  if (part.lang) put("lang", part.lang);
  if (part.theme) put("theme", part.theme);
  if (part.units) put("units", unitsText(part.units));
  if (part.compact !== undefined) put("compact", part.compact ? "1" : null);
  if (part.lang) remember("lang", part.lang);
  if (part.theme) remember("theme", part.theme);
  if (part.units) remember("units", unitsText(part.units));
  if (part.compact !== undefined) remember("compact", part.compact ? "1" : null);
  return next;
}

export function useView(): View & { setView: (part: Partial<View>) => void } {
  const [params, setParams] = useSearchParams();
  const setView = useCallback((part: Partial<View>) => setParams((old) => withView(old, part)), [setParams]);
  const view = useMemo(() => viewFrom(params), [params]);
  return useMemo(() => ({ ...view, setView }), [view, setView]);
}

/** An inner address with the view carried along: for links and for navigate(). */
export function carry(path: string, params: URLSearchParams): To {
  const [pathname, own] = path.split("?", 2);
  const next = new URLSearchParams();
  for (const name of CARRIED) {
    const value = params.get(name);
    if (value) next.set(name, value);
  }
  for (const [name, value] of new URLSearchParams(own)) next.set(name, value);
  const search = next.toString();
  return { pathname, search: search ? `?${search}` : "" };
}

export function useCarry(): (path: string) => To {
  const { search } = useLocation();
  return useCallback((path: string) => carry(path, new URLSearchParams(search)), [search]);
}

/** One of the page's own values in the address (a filter, a tab); null takes it out. */
export function useParam(name: string): [string | null, (value: string | null) => void] {
  const [params, setParams] = useSearchParams();
  const set = useCallback(
    (value: string | null) =>
      setParams((old) => {
        const next = new URLSearchParams(old);
        if (value === null || value === "") next.delete(name);
        else next.set(name, value);
        return next;
      }, { replace: true }),
    [name, setParams],
  );
  return [params.get(name), set];
}
