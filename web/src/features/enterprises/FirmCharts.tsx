/** The pictures of a firm: months, years, fuels, sources of emission, intensity. */
import type { Schemas } from "@/client";
import { Change, Chart, Figure, Section, useChartKit, type ChartSeries } from "@/components/ui";
import { useLang, useWords, type Lang } from "@/i18n";
import { monthName } from "@/lib/dates";
import { byMonth } from "@/lib/months";
import { digits } from "@/lib/units";
import { useEnterprisesText } from "./text";

type Firm = Schemas["FirmPage"];

export function FirmCharts({ firm }: { firm: Firm }) {
  const t = useEnterprisesText();
  const words = useWords();
  const kit = useChartKit();
  const lang = useLang();
  const top = firm.fuels.find((part) => part.share != null);
  const fuelFinding = top ? t("fuelFinding", { name: words(top.name), share: digits((top.share ?? 0) * 100, 3) }) : t("noFuel");
  return (
    <div className="df-grid">
      <Section className="df-6"><Lines series={byMonth(firm.monthly_co2)} title={monthFinding(firm.monthly_co2, firm.year, t, lang)} subtitle={t("monthlyCo2")} name="monthly-co2" monthly /></Section>
      <Section className="df-6"><Lines series={byMonth(firm.monthly_energy)} title={monthFinding(firm.monthly_energy, firm.year, t, lang)} subtitle={t("monthlyEnergy")} name="monthly-energy" colour={kit.ink.energy} monthly /></Section>
      <Section className="df-6" title={fuelFinding} note={t("fuelsMeasure")}><Parts parts={firm.fuels} outputs={t("outputs")} /><p className="df-muted df-small">{t("fuelsNote")}</p></Section>
      <Section className="df-6" title={t("scopes")}><Parts parts={firm.scopes} /></Section>
      {firm.yearly.map((one) => (
        <Section key={one.key} className="df-6"><Lines series={[one]} title={words(one.name)} subtitle={t("yearly")} name={`yearly-${one.key}`} /></Section>
      ))}
      <Section className="df-6" title={firm.intensity.length ? undefined : t("intensity")}>
        {firm.intensity.length ? firm.intensity.map((one) => <Lines key={one.key} series={[one]} title={words(one.name)} subtitle={t("intensity")} name={`intensity-${one.key}`} />) : <p className="df-muted">{t("noIntensity")}</p>}
      </Section>
    </div>
  );
}

function monthFinding(series: Firm["monthly_co2"], year: number, t: ReturnType<typeof useEnterprisesText>, lang: Lang): string {
  const points = series.find((one) => one.kind === "actual")?.points.filter((point) => point.value !== null) ?? [];
  if (!points.length) return t("monthNone", { year });
  const most = points.reduce((a, b) => ((b.value ?? 0) > (a.value ?? 0) ? b : a));
  return t("monthFinding", { year, month: Number(most.period.slice(5)) ? monthName(Number(most.period.slice(5)), lang) : most.period });
}

function Lines({ series, title, subtitle, name, colour, monthly = false }: { series: readonly Schemas["Series"][]; title: string; subtitle: string; name: string; colour?: string; monthly?: boolean }) {
  const kit = useChartKit();
  const lang = useLang();
  if (!series.some((one) => one.points.some((point) => point.value !== null))) return <><h3>{subtitle}</h3><p className="df-muted">{title}</p></>;
  return <Chart title={title} subtitle={subtitle} name={name} height={240} {...kit.lines(series as readonly ChartSeries[], { zero: true, ...(colour ? { colour } : {}), ...(monthly ? { label: (period: string) => monthName(Number(period), lang) } : {}) })} />;
}

/** outputs: the heading of what was made and not used, which is negative and no part of the use. */
function Parts({ parts, outputs }: { parts: Firm["fuels"]; outputs?: string }) {
  const t = useEnterprisesText();
  const words = useWords();
  if (!parts.length) return <p className="df-muted">{t("noFuel")}</p>;
  const told = parts.filter((part) => part.figure.value !== 0);
  const made = outputs ? told.filter((part) => (part.figure.value ?? 0) < 0) : [];
  const used = told.filter((part) => !made.includes(part));
  const row = (part: Firm["fuels"][number]) => (
    <tr key={part.key}>
      <td>{words(part.name)}</td>
      <td><Figure figure={part.figure} /></td>
      <td>{part.share == null ? "\u2014" : `${digits(part.share * 100, 3)}%`}</td>
      <td><Change value={part.change} /></td>
    </tr>
  );
  return (
    <table className="df-parts">
      <thead><tr><th>{t("part")}</th><th>{t("amount")}</th><th>{t("share")}</th><th>{t("change")}</th></tr></thead>
      <tbody>
        {used.map(row)}
        {made.length > 0 && <tr><th colSpan={4} scope="rowgroup">{outputs}</th></tr>}
        {made.map(row)}
      </tbody>
    </table>
  );
}
