import { Select } from "antd";
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { useLocation, useSearchParams } from "react-router";
import { api, useApi, type Schemas } from "@/client";
import { useLang, type Lang } from "@/i18n";
import { periodName } from "@/lib/dates";
import { afterLoad } from "@/lib/later";
import { homeArea, useMay, useMe } from "./me";
import { useFrameText } from "./text";
import { useView, withView } from "./view";

const loadTree = () => import("./AreaSelect"); // with the tree of antd: 20 kB that the first page can do without
const AreaSelect = lazy(loadTree);

export interface Leaf {
  value: string;
  title: string;
  zh: string;
  pinyin: string;
  children?: Leaf[];
}

const leaf = (node: Schemas["AreaNode"], lang: Lang): Leaf => ({
  value: node.area_code,
  title: (lang === "en" && node.en) || node.name,
  zh: node.name,
  pinyin: node.pinyin.toLowerCase(),
  ...(node.children?.length ? { children: node.children.map((one) => leaf(one, lang)) } : {}),
});

export interface AreaTreeProps {
  tree: Leaf[];
  value: string;
  label: string;
  find: string;
  onChoose: (area: string) => void;
}

/** The areas that the caller may see, as the tree that both pickers and the scope form use. */
export function useAreas() {
  const areas = useApi(["areas"], () => api.GET("/api/v1/areas"), { staleTime: 600_000, enabled: useMay("registry.see") });
  const lang = useLang();
  return useMemo(() => (areas.data ?? []).map((one) => leaf(one, lang)), [areas.data, lang]);
}

/** All areas of the programme, for who grants scopes. */
export function useScopeAreas() {
  const areas = useApi(["scope areas"], () => api.GET("/api/v1/scopes/areas"), { staleTime: 600_000 });
  const lang = useLang();
  return useMemo(() => (areas.data ?? []).map((one) => leaf(one, lang)), [areas.data, lang]);
}

export function AreaPicker() {
  const t = useFrameText();
  const me = useMe();
  const view = useView();
  const tree = useAreas();
  if (tree.length === 0) return null;
  return <AreaTree tree={tree} value={view.area ?? homeArea(me) ?? tree[0]!.value} label={t("area")} find={t("areaFind")} onChoose={(area) => view.setView({ area })} />;
}

/** What stands in the bar until the tree is fetched: after the page has loaded, or when it is asked for. */
function AreaTree(props: AreaTreeProps) {
  const [asked, setAsked] = useState<"no" | "quiet" | "open">("no");
  const box = useRef<HTMLSpanElement>(null);
  useEffect(() => afterLoad(() => void loadTree().then(() => setAsked((was) => (was === "no" && !box.current?.contains(document.activeElement) ? "quiet" : was)))), []);
  const name = nameIn(props.tree, props.value);
  const face = (
    <span ref={box}>
      <Select className="df-picker" aria-label={props.label} variant="filled" value={props.value} options={[{ value: props.value, label: name }]} open={false} onOpenChange={(open) => open && setAsked("open")} />
    </span>
  );
  return asked === "no" ? face : <Suspense fallback={face}><AreaSelect {...props} opened={asked === "open"} /></Suspense>;
}

const nameIn = (leaves: readonly Leaf[], value: string): string | undefined => {
  for (const one of leaves) {
    const found = one.value === value ? one.title : nameIn(one.children ?? [], value);
    if (found) return found;
  }
  return undefined;
};

/** The year that a page shows when the address names none: the assessed year, else the last with data. */
export function usePeriods() {
  return useApi(["periods"], () => api.GET("/api/v1/periods"), { staleTime: 600_000, enabled: useMay("progress.see") }).data;
}

/** A five-year plan as the address has it: first and last year 十四五. */
export interface PlanYears {
  first: number;
  last: number;
}

export function planFrom(text: string | null): PlanYears | undefined {
  const found = /^(\d{4})-(\d{4})$/.exec(text ?? "");
  return found ? { first: Number(found[1]), last: Number(found[2]) } : undefined;
}

/** The address with a plan chosen: the year that its state is shown of, and the targets that fall due within it. */
export function withPlan(params: URLSearchParams, plan: PlanYears | null, year: number): URLSearchParams {
  const next = new URLSearchParams(params);
  const before = planFrom(params.get("plan"));
  if (plan || before) next.delete("f.target_year");
  next.set("year", String(year));
  for (const name of ["month", "cum", "plan"]) next.delete(name);
  if (!plan) return next;
  next.set("plan", `${plan.first}-${plan.last}`);
  for (let due = plan.first; due <= plan.last; due += 1) next.append("f.target_year", String(due));
  return next;
}

/** Area and year as the pages ask for them; year undefined until the periods are known. */
export function usePlaceAndTime(): { area: string | undefined; year: number | undefined; month: number | undefined; cumulative: boolean } {
  const view = useView();
  const me = useMe();
  const periods = usePeriods();
  const year = view.year ?? periods?.assessed_year ?? periods?.years.at(-1);
  return { area: view.area ?? homeArea(me), year, month: view.month, cumulative: view.cumulative };
}

export function PeriodPicker() {
  const t = useFrameText();
  const view = useView();
  const periods = usePeriods();
  const { year } = usePlaceAndTime();
  const [params, setParams] = useSearchParams();
  const { pathname } = useLocation();
  if (!periods || periods.years.length === 0 || year === undefined) return null;
  const months = pathname === "/" ? monthsOf(periods, year) : []; // only the overview has figures of months
  const years = [...periods.years].reverse().map((one) => ({ value: String(one), label: periodName(one, null, false, view.lang) }));
  const plan = pathname === "/targets" ? planFrom(params.get("plan")) : undefined;
  const plans = pathname === "/targets" ? periods.plans.map(([first, last]) => ({ value: `${first}-${last}`, label: planName(first!, t) })) : [];
  const pick = (value: string) => {
    const of = planFrom(value);
    const shown = of ? Math.min(of.last, periods.assessed_year ?? of.last) : Number(value);
    setParams((old) => (pathname === "/targets" ? withPlan(old, of ?? null, shown) : withView(old, { year: shown })));
  };
  const month = view.month && months.includes(view.month) ? view.month : undefined;
  const choice = month ? `${view.cumulative ? "c" : "m"}${month}` : "year";
  const options = [
    { value: "year", label: t("wholeYear") },
    { label: t("cumulative"), title: t("cumulative"), options: months.filter((m) => m > 1).map((m) => ({ value: `c${m}`, label: periodName(year, m, true, view.lang) })) },
    { label: t("monthOnly"), title: t("monthOnly"), options: months.map((m) => ({ value: `m${m}`, label: periodName(year, m, false, view.lang) })) },
  ];
  const set = (value: string) =>
    view.setView(value === "year" ? { month: undefined, cumulative: false } : { month: Number(value.slice(1)), cumulative: value.startsWith("c") });
  return (
    <>
      <Select aria-label={t("year")} variant="filled" value={plan ? `${plan.first}-${plan.last}` : String(year)} onChange={pick} options={[{ label: t("year"), title: t("year"), options: years }, ...(plans.length ? [{ label: t("fiveYears"), title: t("fiveYears"), options: plans }] : [])]} popupMatchSelectWidth={180} />
      {months.length > 0 && <Select aria-label={t("period")} className="df-picker" variant="filled" value={choice} onChange={set} options={options} popupMatchSelectWidth={180} />}
    </>
  );
}

/** 2021 → the fourteenth plan “十四五”: the sixth began in 1981, and one every five years since. */
export function planName(first: number, t: ReturnType<typeof useFrameText>): string {
  const n = Math.round((first - 1981) / 5) + 6;
  return t("planYears", { n: t("ordinals").split(" ")[n - 1] ?? n, first, last: first + 4 });
}

/** Months of the year that have data, 1..12. */
export function monthsOf(periods: { months: readonly string[] }, year: number): number[] {
  return periods.months.filter((month) => month.startsWith(`${year}-`)).map((month) => Number(month.slice(5, 7)));
}
