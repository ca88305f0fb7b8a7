import { Select, TreeSelect } from "antd";
import { useMemo } from "react";
import { api, useApi, type Schemas } from "@/client";
import { periodName } from "@/lib/dates";
import { homeArea, useMe } from "./me";
import { useFrameText } from "./text";
import { useView } from "./view";

interface Leaf {
  value: string;
  title: string;
  pinyin: string;
  children?: Leaf[];
}

const leaf = (node: Schemas["AreaNode"]): Leaf => ({
  value: node.area_code,
  title: node.name,
  pinyin: node.pinyin.toLowerCase(),
  ...(node.children?.length ? { children: node.children.map(leaf) } : {}),
});

const count = (leaves: readonly Leaf[]): number => leaves.reduce((sum, one) => sum + 1 + count(one.children ?? []), 0);

/** The areas that the caller may see, as the tree that both pickers and the scope form use. */
export function useAreas() {
  const areas = useApi(["areas"], () => api.GET("/api/v1/areas"), { staleTime: 600_000 });
  return useMemo(() => (areas.data ?? []).map(leaf), [areas.data]);
}

export const matchesArea = (typed: string, node: { title?: unknown; pinyin?: unknown; value?: unknown }): boolean => {
  const q = typed.trim().toLowerCase();
  return String(node.title).includes(q) || String(node.pinyin).includes(q) || String(node.value).startsWith(q);
};

export function AreaPicker() {
  const t = useFrameText();
  const me = useMe();
  const view = useView();
  const tree = useAreas();
  if (tree.length === 0) return null;
  return (
    <TreeSelect
      className="df-picker"
      aria-label={t("area")}
      showSearch
      treeDefaultExpandAll={count(tree) <= 30}
      treeData={tree}
      value={view.area ?? homeArea(me) ?? tree[0]!.value}
      onChange={(area: string) => view.setView({ area })}
      filterTreeNode={(typed, node) => matchesArea(typed, node)}
      placeholder={t("areaFind")}
      popupMatchSelectWidth={260}
      listHeight={420}
      variant="filled"
    />
  );
}

/** The year that a page shows when the address names none: the assessed year, else the last with data. */
export function usePeriods() {
  return useApi(["periods"], () => api.GET("/api/v1/periods"), { staleTime: 600_000 }).data;
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
  if (!periods || periods.years.length === 0 || year === undefined) return null;
  const months = monthsOf(periods, year);
  const years = [...periods.years].reverse().map((one) => ({ value: one, label: periodName(one, null, false, view.lang) }));
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
      <Select aria-label={t("year")} variant="filled" value={year} onChange={(one: number) => view.setView({ year: one })} options={years} popupMatchSelectWidth={120} />
      {months.length > 0 && <Select aria-label={t("period")} className="df-picker" variant="filled" value={choice} onChange={set} options={options} popupMatchSelectWidth={180} />}
    </>
  );
}

/** Months of the year that have data, 1..12. */
export function monthsOf(periods: { months: readonly string[] }, year: number): number[] {
  return periods.months.filter((month) => month.startsWith(`${year}-`)).map((month) => Number(month.slice(5, 7)));
}
