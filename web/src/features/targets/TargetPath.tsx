/** Required against actual path of one target, its unit as the indicator has it. */
import { useMemo } from "react";
import { useParam } from "@/app/view";
import { ViewLink } from "@/app/ViewLink";
import { Chart, Empty, Section } from "@/components/ui";
import type { ChartSeries } from "@/components/ui/chartTypes";
import { pathChart, pathFinding, pathScale } from "@/features/overview/pathChart";
import { findingText, usePathLook } from "@/features/overview/PathSection";
import { useOverviewText } from "@/features/overview/text";
import { useLang, useWords } from "@/i18n";
import { moment } from "@/lib/dates";
import { passageHref, type Target } from "./TargetPage";
import { useTargetsText } from "./text";

export function TargetPath({ target, className }: { target: Target; className: string }) {
  const t = useTargetsText();
  const overview = useOverviewText();
  const words = useWords();
  const lang = useLang();
  const [, openNode] = useParam("explain");
  const look = usePathLook("co2");
  const series = target.series as readonly ChartSeries[];
  const drawn = useMemo(() => pathChart(series, look), [series, look]);
  if (!series.some((one) => one.points.some((point) => point.value !== null))) {
    const link = target.indicator_id || !target.light ? undefined : <ViewLink to={passageHref(target)}>{t("linkIndicator")}</ViewLink>;
    return <Section className={className} title={t("path")}><Empty title={t("pathNone")} text={t(target.light ? "pathNoneText" : "pathNotShown")} action={link} /></Section>;
  }
  const { unit } = pathScale(series, look.units, look.lang);
  const { source } = target;
  const under = [source.run_id, source.rulebook_version, source.data_time && moment(source.data_time)].filter(Boolean).join(lang === "zh" ? "，" : ", ");
  return (
    <Section className={className} title={t("path")}>
      <Chart title={findingText(pathFinding(series), overview)} subtitle={t("pathSub", { name: words(target.indicator_name) || words(target.name), unit })} source={under} height={300} name={`target-${target.target_id}`} onPick={openNode} {...drawn} />
      <p className="df-muted df-small">{overview("pathLegend")}</p>
    </Section>
  );
}
