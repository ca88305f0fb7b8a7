/** Do the parts of an area add up to it in the published inventories? 上下级核对 */
import { Segmented } from "antd";
import { useParam, useView } from "@/app/view";
import { api, useApi } from "@/client";
import { Chart, Mark, PageFace, Section, Sentence, useChartKit, useScaled, type ChartSeries } from "@/components/ui";
import { useWords } from "@/i18n";
import { scaleFor, shown } from "@/lib/units";
import { useAreaName } from "./names";
import { CO2, Scroll } from "./parts";
import { percent, type ViewProps } from "./RegionPage";
import type { Reconcile } from "./regions";
import { useRegionsText } from "./text";

const NATION = "CN";

export function ReconcileView({ area, name, year, page }: ViewProps) {
  const t = useRegionsText();
  const [of, setOf] = useParam("of");
  const whole = of === NATION ? NATION : area;
  const query = useApi(["regions", "reconciliation", whole], () => api.GET("/api/v1/regions/reconciliation", { params: { query: { area: whole } } }));
  const label = whole === NATION ? t("nation") : name;
  return (
    <>
      <Segmented className="df-noprint df-region-of" aria-label={t("of")} value={whole} options={[{ value: area, label: name }, { value: NATION, label: t("nation") }]} onChange={(next) => setOf(next === NATION ? NATION : null)} />
      <PageFace query={query} skeleton="table" isEmpty={(found) => found.rows.length === 0} empty={{ title: t("reconcileNone"), text: t("reconcileNoneText") }}>
        {(found) => <Loaded found={found} name={label} year={year} areas={page?.areas ?? {}} />}
      </PageFace>
    </>
  );
}

function Loaded({ found, name, year, areas }: { found: Reconcile; name: string; year: string; areas: Record<string, string> }) {
  const areaName = useAreaName();
  const t = useRegionsText();
  const words = useWords();
  const kit = useChartKit();
  const { units, lang } = useView();
  const sums = found.rows.filter((one) => one.row === "total" && one.carrier === "scope1_total").sort((a, b) => a.period.localeCompare(b.period));
  const last = sums.find((one) => one.period === year) ?? sums.at(-1);
  const s = useScaled(CO2, found.rows.flatMap((one) => [one.whole, one.parts]));
  const line = (key: string, name: string, pick: (one: Reconcile["rows"][number]) => number | null, kind: "actual" | "compare"): ChartSeries => ({ key, name: { zh: name, en: name }, unit: CO2, kind, points: sums.map((one) => ({ period: one.period, value: pick(one) })) });
  const series = [line("whole", t("whole"), (one) => one.whole, "actual"), line("parts", t("parts"), (one) => (one.complete ? one.parts : null), "compare")];
  const say = (tonnes: number) => { const print = shown(tonnes, CO2, units, lang); return `${print.text} ${print.unit}`; };
  const { unit } = scaleFor(CO2, Math.max(0, ...sums.map((one) => one.whole)), units, lang);
  return (
    <>
      {last && <Sentence>{last.complete ? t("reconcileSentence", { year: last.period, dir: t(last.gap > 0 ? "more" : "fewer"), gap: say(Math.abs(last.gap)), share: percent(last.gap_share) }) : t("reconcileIncomplete", { year: last.period, n: last.due - last.present })}</Sentence>}
      {sums.length > 1 && <Section title={t("byYear")}><Chart title={t("reconcileTitle")} subtitle={t("reconcileMeasure", { unit, name })} name="region-reconciliation" height={260} {...kit.lines(series, { zero: true })} /></Section>}
      <Section title={t("show_reconcile")} note={s.unit} flush>
        <Scroll label={t("show_reconcile")}>
          <table className="df-plain">
            <thead><tr><th scope="col">{t("year")}</th><th scope="col">{t("sector")}</th><th scope="col">{t("fuel")}</th><th scope="col" className="df-num">{t("whole")}</th><th scope="col" className="df-num">{t("parts")}</th><th scope="col" className="df-num">{t("difference")}</th><th scope="col" className="df-num">{t("gapShare")}</th><th scope="col" className="df-num">{t("presentDue")}</th></tr></thead>
            <tbody>
              {[...found.rows].sort((a, b) => b.period.localeCompare(a.period)).slice(0, 400).map((one) => (
                <tr key={`${one.period} ${one.row} ${one.carrier}`}>
                  <th scope="row">{one.period}</th><td>{words(one.row_words)}</td><td>{words(one.carrier_words)}</td>
                  <td className="df-num">{s.cell(one.whole)}</td><td className="df-num">{s.cell(one.parts)}</td><td className="df-num">{s.cell(one.gap)}</td>
                  <td className="df-num">{one.complete ? percent(one.gap_share) : "\u2014"}{one.lower_bound && <span className="df-muted"> {t("lowerBound")}</span>}</td>
                  <td className="df-num">{one.present}/{one.due}{one.missing.length > 0 && <> <Mark kind="missing" note={t("missingParts", { names: one.missing.map((code) => areaName(code, areas[code])).join(t("comma")) })} /></>}{one.rest !== null && <span className="df-muted"> {t("restStated", { value: say(one.rest) })}</span>}{(one.rest_state === "overtaken" || one.rest_state === "contradicts") && <span className="df-muted"> {t("restUnused")}</span>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </Section>
    </>
  );
}
