/** The account of a region: sums by sector or fuel, totals of all methods, notes and findings 核算结果. */
import { Segmented } from "antd";
import { useParam, useView } from "@/app/view";
import { api, useApi } from "@/client";
import { Chart, Empty, Mark, PageFace, Section, StatusMark, useChartKit, useScaled, type Scaled } from "@/components/ui";
import { sentenceCase, useWords } from "@/i18n";
import { digits, scaleFor } from "@/lib/units";
import { Findings } from "./Findings";
import { Co2, CO2, halfText, Opens, Scroll } from "./parts";
import type { ViewProps } from "./RegionPage";
import { ownApproach, totalOf, type Region, type RegionSum } from "./regions";
import { useRegionsText } from "./text";

export function AccountView({ area, year, name, page }: ViewProps) {
  const t = useRegionsText();
  const words = useWords();
  if (!page || page.totals.length === 0) return <Empty title={t("emptyTitle")} text={t("emptyText")} />;
  return (
    <>
      <Sums area={area} year={year} name={name} page={page} />
      <Totals page={page} />
      <Findings findings={page.findings} />
      <Section title={t("notes")}><ul className="df-list">{page.notes.map((note) => <li key={note.zh}>{words(note)}</li>)}</ul></Section>
    </>
  );
}

function Sums({ area, year, name, page }: { area: string; year: string; name: string; page: Region }) {
  const t = useRegionsText();
  const [picked, setPicked] = useParam("by");
  const by = picked === "carrier" ? "carrier" : "row";
  const query = useApi(["regions", "account", area, year, by], () => api.GET("/api/v1/regions/account", { params: { query: { area, period: year, by } } }), { enabled: by === "carrier", placeholderData: page });
  const shown = by === "carrier" ? query : { ...query, data: page, error: null };
  const side = <Segmented className="df-noprint" size="small" aria-label={t("by")} value={by} options={(["row", "carrier"] as const).map((one) => ({ value: one, label: t(`by_${one}`) }))} onChange={(next) => setPicked(next === "row" ? null : String(next))} />;
  return (
    <Section title={t(by === "row" ? "sectors" : "fuels")} side={side}>
      <PageFace query={shown} skeleton="lines">{(found) => <Parts sums={found.sums} page={page} name={name} year={year} by={by} />}</PageFace>
    </Section>
  );
}

function Parts({ sums, page, name, year, by }: { sums: readonly RegionSum[]; page: Region; name: string; year: string; by: "row" | "carrier" }) {
  const t = useRegionsText();
  const words = useWords();
  const kit = useChartKit();
  const { units, lang } = useView();
  const approach = ownApproach(page.totals);
  const own = sums.filter((one) => one.approach === approach);
  const inside = own.filter((one) => one.in_total).sort((a, b) => (b.value ?? b.partial ?? 0) - (a.value ?? a.partial ?? 0));
  const rest = own.filter((one) => !one.in_total);
  const whole = totalOf(page.totals, "scope1", approach)?.value ?? null;
  const top = inside[0];
  const { unit } = scaleFor(CO2, top?.value ?? 0, units, lang);
  const said = (one: RegionSum) => (one.part === "combustion" ? words(one.words) : `${words(one.part_words)}${lang === "zh" ? "：" : ": "}${words(one.words)}`);
  const s = useScaled(CO2, own.map((one) => one.value ?? one.partial));
  const data = kit.bars(inside.map((one) => ({ key: `${one.part} ${one.code}`, name: said(one), value: one.value ?? one.partial, colour: by === "carrier" ? one.code : colour(one) })), { unit: CO2, label: t(by === "row" ? "sector" : "fuel") });
  const each = lang === "zh" ? 28 : 40; // English names of sectors take up to three lines
  const title = top && whole && top.value !== null ? t("sectorTitle", { name: said(top), share: `${digits((top.value / whole) * 100, 3)}%` }) : t("sectors");
  return (
    <>
      <Chart title={title} subtitle={t(approach === "downscaled" ? "downMeasure" : "sumMeasure", { unit, name, year })} name={`region-${by}-${year}`} height={48 + inside.length * each} {...data} />
      <Scroll label={t(by === "row" ? "sectors" : "fuels")}>
        <table className="df-plain">
          <thead><tr><th scope="col">{t("part")}</th><th scope="col">{t(by === "row" ? "sector" : "fuel")}</th><th scope="col" className="df-num">{t("value")} ({s.unit})</th><th scope="col" className="df-num">{t("half")}</th></tr></thead>
          <tbody>
            {inside.map((one) => <Line key={`${one.part} ${one.code}`} sum={one} s={s} />)}
            {rest.map((one) => <Line key={`${one.part} ${one.code}`} sum={one} s={s} note={one.part === "import" ? t("separate") : t("memo")} />)}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

const AS: Record<string, string> = { urban: "residential", rural: "residential", trade: "services" };
const colour = (one: RegionSum): string => {
  if (one.part === "process") return "process";
  if (one.code.startsWith("transform")) return "power";
  const sector = one.code.split(".")[1] ?? one.code;
  return AS[sector] ?? sector;
};

function Line({ sum, note, s }: { sum: RegionSum; note?: string; s: Scaled }) {
  const words = useWords();
  return (
    <tr className={note ? "df-region-apart" : undefined}>
      <td>{words(sum.part_words)}</td>
      <th scope="row">{words(sum.words)}{note && <div className="df-muted df-region-small">{note}</div>}</th>
      <td className="df-num">{s.cell(sum.value ?? sum.partial)}{sum.value === null && <> <Mark kind="missing" /></>}{sum.estimated && <> <Mark kind="estimated" /></>} <StatusMark status={sum.status} demo={false} /></td>
      <td className="df-num">{halfText(sum.uncertainty)}</td>
    </tr>
  );
}

function Totals({ page }: { page: Region }) {
  const t = useRegionsText();
  const words = useWords();
  const { lang } = useView();
  return (
    <Section title={t("totals")} flush>
      <Scroll label={t("totals")}>
        <table className="df-plain">
          <thead><tr><th scope="col">{t("approach")}</th><th scope="col">{t("total")}</th><th scope="col" className="df-num">{t("value")}</th><th scope="col" className="df-num">{t("half")}</th></tr></thead>
          <tbody>
            {page.totals.map((one) => (
              <tr key={`${one.approach} ${one.total}`}>
                <th scope="row">{sentenceCase(words(one.approach_words), lang)}</th><td>{words(one.words)}</td>
                <td className="df-num"><Opens node={one.node}><Co2 value={one.value ?? one.partial} /></Opens>{one.value === null && <> <Mark kind="missing" note={t("missingLines", { n: one.missing })} /></>}</td>
                <td className="df-num">{one.value === null ? "\u2014" : halfText(one.uncertainty)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Section>
  );
}
