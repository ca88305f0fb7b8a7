/** Where does the total stand against the path to the peak? CO2 or energy 达峰路径. */
import { Segmented } from "antd";
import { useMemo } from "react";
import { useParam, useView } from "@/app/view";
import type { Schemas } from "@/client";
import { useNamed } from "@/i18n";
import { Chart, Section, useChartKit } from "@/components/ui";
import type { ChartSeries } from "@/components/ui/chartTypes";
import { digits } from "@/lib/units";
import { pathChart, pathFinding, pathScale, type Finding } from "./pathChart";
import { useOverviewText, type OverviewText } from "./text";

export function findingText(found: Finding, t: OverviewText): string {
  if (found.kind === "none") return t("pathNone");
  if (found.kind === "passed") return t("pathPassed", { year: found.year, higher: found.higher });
  if (!("gap" in found)) return t(({ one: "pathOne", noYear: "pathNoYear", partial: "pathPartial", high: "pathHigh" } as const)[found.kind], { year: found.year });
  if (found.kind === "offHigh") return t("pathOffHigh", { year: found.year, high: found.high, gap: digits(found.gap, 3) });
  const key = { above: "pathAbove", below: "pathBelow", on: "pathOn" } as const;
  return t(key[found.kind], { year: found.year, gap: found.points ? t("points", { n: digits(found.gap, 3) }) : `${digits(found.gap, 3)}%` });
}

/** The words and colours that the chart builder needs, from the view. */
export function usePathLook(measure: "co2" | "energy") {
  const t = useOverviewText();
  const { lang, units } = useView();
  const { ink } = useChartKit();
  return useMemo(() => ({ ink, lang, units, colour: measure === "co2" ? ink.carbon : ink.energy, period: t("period"), mark: t("mark"), estimated: t("estimated") }), [ink, lang, units, measure, t]);
}

export function PathSection({ overview, className, source }: { overview: Schemas["Overview"]; className?: string; source: React.ReactNode }) {
  const t = useOverviewText();
  const [picked, setPicked] = useParam("path");
  const [, openNode] = useParam("explain");
  const named = useNamed();
  const measure = picked === "energy" ? "energy" : "co2";
  const look = usePathLook(measure);
  const series = (measure === "energy" ? overview.energy_path : overview.co2_path) as readonly ChartSeries[];
  const drawn = useMemo(() => pathChart(series, look), [series, look]);
  const { unit } = pathScale(series, look.units, look.lang);
  const sub = t(measure === "energy" ? "pathSubEnergy" : "pathSubCo2", { area: named(overview.area_name, overview.area_en), unit });
  const options = [{ value: "co2", label: t("co2") }, { value: "energy", label: t("energy") }];
  return (
    <Section className={className ?? ""} title={t("path")} side={<Segmented className="df-noprint" size="small" aria-label={t("measure")} value={measure} options={options} onChange={(value) => setPicked(value === "co2" ? null : String(value))} />}>
      <Chart title={findingText(pathFinding(series, overview.year, overview.judged_from), t)} subtitle={sub} source={source} height={300} name={`path-${measure}-${overview.area_code}`} onPick={openNode} {...drawn} />
      <p className="df-muted df-small">{t("pathLegend")}</p>
    </Section>
  );
}
