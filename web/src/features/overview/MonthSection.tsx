/** The month of the picker, and January to it: against the same months of the year before, and the year's path 月度与累计. */
import { Segmented } from "antd";
import { useParam, useView } from "@/app/view";
import type { Schemas } from "@/client";
import { Chart, Figure, Section, Sentence, useChartKit } from "@/components/ui";
import type { ChartSeries } from "@/components/ui/chartTypes";
import { byMonth } from "@/lib/months";
import { useWords } from "@/i18n";
import { monthName, periodName } from "@/lib/dates";
import { useOverviewText } from "./text";

type MonthView = NonNullable<Schemas["Overview"]["month"]>;
type MonthFigure = MonthView["figures"][number];

export function MonthSection({ month }: { month: MonthView }) {
  const t = useOverviewText();
  const words = useWords();
  const { lang, cumulative } = useView();
  const of = periodName(month.year, month.month, cumulative && month.month > 1, lang);
  return (
    <Section title={t("monthTitle", { period: of })}>
      <Sentence>{words(month.words)}</Sentence>
      {month.firms && <p className="df-muted df-small">{words(month.firms)}</p>}
      <div className="df-grid df-month">
        <div className="df-6"><MonthTable month={month} cumulative={cumulative} /></div>
        <div className="df-6"><MonthChart month={month} /></div>
      </div>
    </Section>
  );
}

function MonthTable({ month, cumulative }: { month: MonthView; cumulative: boolean }) {
  const t = useOverviewText();
  const words = useWords();
  const { lang } = useView();
  const one = { key: "month", name: periodName(month.year, month.month, false, lang), of: (f: MonthFigure) => [f.month, f.month_before, f.month_change] as const };
  const sum = { key: "total", name: periodName(month.year, month.month, true, lang), of: (f: MonthFigure) => [f.total, f.total_before, f.total_change] as const };
  const spans = month.month === 1 ? [one] : cumulative ? [sum, one] : [one, sum];
  const note = month.figures.map((f) => f.pace_note).find((one) => one != null);
  return (
    <div className="df-plain-scroll">
      <table className="df-plain">
        <caption className="df-sr">{words(month.words)}</caption>
        <thead><tr><th scope="col">{t("name")}</th><th scope="col" className="df-num">{t("amount")}</th><th scope="col" className="df-num">{t("sameBefore")}</th><th scope="col" className="df-num">{t("onYear")}</th></tr></thead>
        {spans.map((span) => (
          <tbody key={span.key}>
            <tr><th colSpan={4} scope="rowgroup" className="df-plain-group">{span.name}</th></tr>
            {month.figures.map((figure) => {
              const [now, before, change] = span.of(figure);
              return (
                <tr key={figure.name.zh}>
                  <th scope="row">{words(figure.name)}</th>
                  <td className="df-num"><Figure figure={now} /></td>
                  <td className="df-num"><Figure figure={before} /></td>
                  <td className="df-num"><Figure figure={change} signed most={3} /></td>
                </tr>
              );
            })}
          </tbody>
        ))}
        <tbody>
          <tr><th colSpan={4} scope="rowgroup" className="df-plain-group">{t("pace")}</th></tr>
          {month.figures.map((figure) => (
            <tr key={figure.name.zh}>
              <th scope="row">{words(figure.name)}</th>
              <td colSpan={3} className="df-num">{figure.pace ? <Figure figure={figure.pace} signed most={3} /> : <span className="df-muted">{words(figure.pace_note)}</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {note && month.figures.some((f) => f.pace) && <p className="df-muted df-small">{words(note)}</p>}
    </div>
  );
}

function MonthChart({ month }: { month: MonthView }) {
  const t = useOverviewText();
  const kit = useChartKit();
  const { lang } = useView();
  const [picked, setPicked] = useParam("path");
  const [, openNode] = useParam("explain");
  const energy = picked === "energy";
  const series = byMonth(energy ? month.energy_months : month.co2_months) as readonly ChartSeries[];
  const label = (period: string) => monthName(Number(period), lang);
  if (!series.some((one) => one.points.some((point) => point.value !== null))) return <p className="df-muted">{t("none")}</p>;
  const own = (energy ? month.energy_months : month.co2_months).find((one) => one.points[0]?.period.startsWith(`${month.year}-`));
  const top = own?.points.reduce<string | null>((most, one) => (one.value !== null && one.value > (own.points.find((point) => point.period === most)?.value ?? Number.NEGATIVE_INFINITY) ? one.period : most), null);
  const title = top ? t("monthFinding", { year: month.year, before: month.year - 1, month: monthName(Number(top.slice(5, 7)), lang) }) : t("monthChart", { year: month.year, before: month.year - 1 });
  return (
    <>
      <Segmented className="df-noprint" size="small" aria-label={t("measure")} value={energy ? "energy" : "co2"} options={[{ value: "co2", label: t("co2") }, { value: "energy", label: t("energy") }]} onChange={(value) => setPicked(value === "co2" ? null : String(value))} />
      <Chart title={title} subtitle={t(energy ? "energy" : "co2")} name={`months-${month.year}`} height={260} onPick={openNode} {...kit.lines(series, { zero: true, colour: energy ? kit.ink.energy : kit.ink.carbon, label })} />
    </>
  );
}
