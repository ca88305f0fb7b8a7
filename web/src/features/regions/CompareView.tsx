/** Do balance, firms and downscaled figures agree, where do they part, and why? 三种口径比对 */
import { useState, type ReactNode } from "react";
import { useView } from "@/app/view";
import { api, useApi } from "@/client";
import { Chart, Mark, PageFace, Section, Sentence, useChartKit, useScaled, type Scaled } from "@/components/ui";
import { useWords } from "@/i18n";
import { digits, scaleFor, shown } from "@/lib/units";
import { CO2, halfText, Scroll } from "./parts";
import { percent, type ViewProps } from "./RegionPage";
import { compared, pairsOf, type Compare, type ComparePair, type CompareRow } from "./regions";
import { useRegionsText } from "./text";

export function CompareView({ area, year, name }: ViewProps) {
  const t = useRegionsText();
  const query = useApi(["regions", "compare", area, year], () => api.GET("/api/v1/regions/compare", { params: { query: { area, period: year } } }));
  return (
    <PageFace query={query} skeleton="table" isEmpty={(found) => found.rows.length === 0} empty={{ title: t("compareNone"), text: t("compareNoneText") }}>
      {(found) => <><Said found={found} /><Bars found={found} name={name} year={year} /><Rows found={found} /><Causes found={found} /></>}
    </PageFace>
  );
}

const SIDES = ["balance", "firms", "downscaled"] as const;

function Said({ found }: { found: Compare }) {
  const t = useRegionsText();
  const { units, lang } = useView();
  const total = found.rows.find((one) => one.sector === "total" && one.carrier === "total");
  const pair = total && pairsOf(found, total)[0];
  if (!total || !pair) return null;
  const say = (tonnes: number) => { const print = shown(tonnes, CO2, units, lang); return `${print.text} ${print.unit}`; };
  return <Sentence>{t("gapSentence", { pair: t(`pair_${pair.pair}` as "pair_firms_balance"), dir: t(pair.gap > 0 ? "more" : "fewer"), gap: say(Math.abs(pair.gap)), share: percent(pair.gap_share), explained: pair.explained === null ? "\u2014" : say(pair.explained), left: say(pair.unexplained) })}{total.firms_partial && <> <Mark kind="missing" note={t("partial")} /></>}</Sentence>;
}

/** Sectors as groups of bars, one for each account; gaps stay gaps. */
function Bars({ found, name, year }: { found: Compare; name: string; year: string }) {
  const t = useRegionsText();
  const words = useWords();
  const kit = useChartKit();
  const { units, lang } = useView();
  const rows = compared(found.rows).filter((one) => one.row.sector !== "total").map((one) => one.row);
  const sides = SIDES.filter((side) => rows.some((one) => one[side] !== null));
  const largest = Math.max(0, ...rows.flatMap((one) => sides.map((side) => Math.abs(one[side] ?? 0))));
  const { factor, unit } = scaleFor(CO2, largest, units, lang);
  const colours = { balance: kit.ink.carbon, firms: kit.ink.accent, downscaled: kit.ink.energy };
  const text = { color: kit.ink.muted, fontSize: 12 };
  const names = rows.map((one) => words(one.sector_words));
  const option = {
    grid: { left: 8, right: 24, top: 32, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0, textStyle: { color: kit.ink.ink, fontSize: 12 }, data: sides.map((side) => t(side)) },
    tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, backgroundColor: kit.ink.paper, borderColor: kit.ink.line, textStyle: { color: kit.ink.ink, fontSize: 12 }, valueFormatter: (v: unknown) => (typeof v === "number" ? `${digits(v, 5)} ${unit}` : "\u2014") },
    xAxis: { type: "value", axisLabel: { ...text, formatter: (v: number) => digits(v) }, splitLine: { lineStyle: { color: kit.ink.line } } },
    yAxis: { type: "category", inverse: true, data: names, axisLine: { lineStyle: { color: kit.ink.line } }, axisTick: { show: false }, axisLabel: { ...text, width: 150, overflow: "break" } },
    series: sides.map((side) => ({ type: "bar", name: t(side), barMaxWidth: 10, itemStyle: { color: colours[side] }, data: rows.map((one) => (one[side] === null ? null : (one[side] as number) * factor)) })),
  };
  const table = { columns: [t("sector"), ...sides.map((side) => `${t(side)} (${unit})`)], rows: rows.map((one, n) => [names[n] ?? "", ...sides.map((side) => (one[side] === null ? null : (one[side] as number) * factor))]) };
  return <Section title={t("sectors")}><Chart title={t("compareTitle", { name })} subtitle={t("compareMeasure", { unit, name, year })} name={`region-compare-${year}`} height={64 + rows.length * 44} option={option} table={table} /></Section>;
}

function Rows({ found }: { found: Compare }) {
  const t = useRegionsText();
  const words = useWords();
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const s = useScaled(CO2, found.rows.flatMap((one) => SIDES.map((side) => one[side])));
  const toggle = (sector: string) => setOpen((old) => { const next = new Set(old); if (!next.delete(sector)) next.add(sector); return next; });
  return (
    <Section title={t("show_compare")} note={`${s.unit} · ${t("separateRows")}`} flush>
      <Scroll label={t("show_compare")}>
        <table className="df-plain">
          <thead><tr><th scope="col">{t("sector")}</th>{SIDES.map((side) => <th key={side} scope="col" className="df-num">{t(side)}</th>)}<th scope="col" className="df-num">{t("coverage")}</th><th scope="col">{t("pair")}</th><th scope="col" className="df-num">{t("gap")}</th><th scope="col" className="df-num">{t("gapShare")}</th><th scope="col" className="df-num">{t("explained")}</th><th scope="col" className="df-num">{t("unexplained")}</th><th scope="col">{t("pairWhy")}</th></tr></thead>
          <tbody>
            {compared(found.rows).flatMap(({ row, apart, fuels }) => [
              <Line key={row.sector} row={row} pairs={pairsOf(found, row)} s={s} className={row.sector === "total" ? "df-region-sum" : apart ? "df-region-apart" : undefined} head={
                <th scope="row">
                  {fuels.length > 0 ? <button type="button" className="df-bare" aria-expanded={open.has(row.sector)} title={t(open.has(row.sector) ? "close" : "open")} onClick={() => toggle(row.sector)}><span aria-hidden="true">{open.has(row.sector) ? "▾ " : "▸ "}</span>{words(row.sector_words)}</button> : words(row.sector_words)}
                </th>
              } />,
              ...(open.has(row.sector) ? fuels : []).map((one) => <Line key={`${row.sector} ${one.carrier}`} row={one} pairs={pairsOf(found, one)} s={s} head={<td className="df-region-fuel">{words(one.carrier_words)}</td>} />),
            ])}
          </tbody>
        </table>
      </Scroll>
    </Section>
  );
}

/** A row with its first pair; each further pair of its figures on a row below. Without a pair there is no gap. */
function Line({ row, pairs, s, head, className }: { row: CompareRow; pairs: readonly ComparePair[]; s: Scaled; head: ReactNode; className?: string | undefined }) {
  const [first, ...others] = pairs;
  return (
    <>
      <tr className={className}>{head}<Cells row={row} s={s} /><Gap pair={first} s={s} /></tr>
      {others.map((one) => <tr key={one.pair} className={className}><td colSpan={SIDES.length + 2} /><Gap pair={one} s={s} /></tr>)}
    </>
  );
}

function Gap({ pair, s }: { pair: ComparePair | undefined; s: Scaled }) {
  const t = useRegionsText();
  const words = useWords();
  if (!pair) return <><td className="df-muted">{t("pairNone")}</td>{[0, 1, 2, 3].map((n) => <td key={n} className="df-num">{"\u2014"}</td>)}<td /></>;
  return (
    <>
      <td>{t(`pair_${pair.pair}` as "pair_firms_balance")}</td>
      <td className="df-num">{s.cell(pair.gap)}</td><td className="df-num">{percent(pair.gap_share)}</td><td className="df-num">{s.cell(pair.explained)}</td><td className="df-num">{s.cell(pair.unexplained)}</td>
      <td className="df-region-wide">{words(pair.words)}</td>
    </>
  );
}

function Cells({ row, s }: { row: CompareRow; s: Scaled }) {
  const t = useRegionsText();
  const sure = (side: (typeof SIDES)[number]) => (side === "balance" ? row.balance_uncertainty : side === "downscaled" ? row.downscaled_uncertainty : null);
  const part = (side: (typeof SIDES)[number]) => (side === "balance" ? row.balance_partial : side === "firms" ? row.firms_partial : null);
  return (
    <>
      {SIDES.map((side) => (
        <td key={side} className="df-num">
          {s.cell(row[side])}{row[side] !== null && part(side) && <> <Mark kind="missing" note={t("partial")} /></>}
          {row[side] !== null && sure(side) != null && <span className="df-muted"> ±{halfText(sure(side))}%</span>}
        </td>
      ))}
      <td className="df-num">{row.expected === null || row.carrier === "total" ? "\u2014" : `${row.present ?? 0}/${row.expected}`}</td>
    </>
  );
}

function Causes({ found }: { found: Compare }) {
  const t = useRegionsText();
  const words = useWords();
  const rows = found.causes.filter((one) => one.sector !== "total");
  const s = useScaled(CO2, rows.map((one) => one.amount));
  const name = (sector: string, carrier: string) => { const row = found.rows.find((one) => one.sector === sector && one.carrier === carrier); return [words(row?.sector_words) || sector, carrier === "total" ? "" : words(row?.carrier_words) || carrier].filter(Boolean).join(" · "); };
  if (rows.length === 0) return null;
  return (
    <Section title={t("causes")} note={s.unit} flush>
      <Scroll label={t("causes")}>
        <table className="df-plain">
          <thead><tr><th scope="col">{t("sector")}</th><th scope="col">{t("pair")}</th><th scope="col">{t("cause")}</th><th scope="col" className="df-num">{t("amount")}</th></tr></thead>
          <tbody>{rows.map((one, n) => <tr key={n}><th scope="row">{name(one.sector, one.carrier)}</th><td>{t(`pair_${one.pair}` as "pair_firms_balance")}</td><td className="df-region-wide">{words(one.words)}{one.estimated && <> <Mark kind="estimated" note={t("estimated")} /></>}</td><td className="df-num">{one.amount === null ? <span className="df-muted">{t("unknown")}</span> : s.cell(one.amount)}</td></tr>)}</tbody>
        </table>
      </Scroll>
    </Section>
  );
}
