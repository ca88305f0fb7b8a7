/** How much energy counts, by which scope, and what is taken off and why? 三个口径 */
import { useView } from "@/app/view";
import { Change, Chart, ExplainLink, Mark, PageFace, SaveCsv, Section, Sentence, StatusMark, useChartKit, useScaled } from "@/components/ui";
import { useWords } from "@/i18n";
import { shown } from "@/lib/units";
import { useAreaName } from "@/features/regions/names";
import { percent, Scroll, Tce, useValue, ValueSwitch } from "./parts";
import { remark } from "./remarks";
import { useTotals, type Subject } from "./subject";
import { useEnergyText } from "./text";
import { CARDS, deducted, read, shownOf, type Total, type Totals } from "./totals";

const CARD_TEXT = { statistical: ["stat", "statWhy"], control_total: ["control", "controlWhy"], control_intensity: ["intensity", "intensityWhy"], fossil: ["fossil", "fossilWhy"] } as const;

export function TotalsSection({ of }: { of: Subject }) {
  return <PageFace query={useTotals(of)}>{(found) => <Loaded found={found} />}</PageFace>;
}

function Loaded({ found }: { found: Totals }) {
  const t = useEnergyText();
  const words = useWords();
  return (
    <>
      <Said found={found} />
      <div className="df-energy-cards">{CARDS.map((card) => <Card key={card.measure} found={found} measure={card.measure} less={card.less} />)}</div>
      <Bars found={found} />
      <All found={found} />
      <Section title={t("rules")}>
        <ul className="df-list">{(found.rule_words ?? []).map((rule) => <li key={rule.zh}>{words(rule)}</li>)}{found.notes.map((note) => <li key={note.zh} className="df-muted">{words(note)}</li>)}</ul>
      </Section>
    </>
  );
}

const of = (found: Totals, measure: string): Total | undefined => found.totals.find((one) => one.measure === measure);

function Said({ found }: { found: Totals }) {
  const t = useEnergyText();
  const { units, lang } = useView();
  const [value] = useValue();
  const stat = of(found, "statistical");
  if (read(stat, value).whole === null && stat?.present != null) return <Sentence>{t("totalsPartial", { year: found.subject.year, present: stat.present, expected: stat.expected ?? 0 })}</Sentence>;
  const say = (tce: number | null) => { const print = shown(tce, "tce", units, lang); return tce === null ? print.text : `${print.text} ${print.unit}`; };
  const told = (measure: string) => say(read(of(found, measure), value).whole);
  return <Sentence>{t("totalsSentence", { year: found.subject.year, stat: told("statistical"), control: told("control_total"), less: say(deducted(found.totals, value)), fossil: told("fossil") })}</Sentence>;
}

function Card({ found, measure, less }: { found: Totals; measure: (typeof CARDS)[number]["measure"]; less: readonly string[] }) {
  const t = useEnergyText();
  const words = useWords();
  const [value] = useValue();
  const total = of(found, measure);
  const figure = read(total, value);
  const [name, why] = CARD_TEXT[measure];
  return (
    <section className="df-energy-card">
      <h2>{t(name)}</h2>
      <div className="df-figure-large"><Shown total={total} /></div>
      {figure.whole === null && total?.present != null && <div className="df-muted df-energy-small">{t("partialOf", { n: total.present, of: total.expected ?? 0 })}</div>}
      {figure.base !== null && <div className="df-energy-small">{t("base", { year: found.base_year })} <Tce value={figure.base} /> · {t("changeSince", { year: found.base_year })} <Change value={figure.change} /></div>}
      {less.map((part) => { const one = of(found, part); return one && <div key={part} className="df-energy-small">{t("less", { name: words(one.name) })} <Tce value={shownOf(read(one, value))} /></div>; })}
      <p className="df-muted df-energy-small">{t(why)}</p>
    </section>
  );
}

/** A total in the chosen value: the whole, or what there is with its mark; never a part as the whole. */
function Shown({ total }: { total: Total | undefined }) {
  const [value] = useValue();
  const { lang } = useView();
  const figure = read(total, value);
  if (figure.whole !== null) return <><ExplainLink node={total?.node}><Tce value={figure.whole} /></ExplainLink> <StatusMark status={total?.status} demo={false} /></>;
  return <><ExplainLink node={total?.node}><span className="df-muted">{figure.part === null ? "\u2014" : <Tce value={figure.part} />}</span></ExplainLink> <Mark kind="missing" {...(total?.note ? { note: remark(total.note, lang) } : {})} /></>;
}

function Bars({ found }: { found: Totals }) {
  const t = useEnergyText();
  const words = useWords();
  const kit = useChartKit();
  const areaName = useAreaName();
  const { units, lang } = useView();
  const [value] = useValue();
  const rows = ["statistical", "feedstock_deducted", "renewables_deducted", "control_total", "control_intensity", "fossil"].flatMap((name) => of(found, name) ?? []);
  const items = rows.map((one) => ({ key: one.measure, name: words(one.name), value: shownOf(read(one, value)), colour: one.measure === "fossil" ? "coal" : one.measure.endsWith("deducted") ? "renewable" : "energy", node: one.node ?? null }));
  const data = kit.bars(items, { unit: "tce", label: t("measure") });
  const [less, stat] = [deducted(found.totals, value), read(of(found, "statistical"), value).whole];
  const finding = less !== null && stat ? t("threeFinding", { share: percent(less / stat) }) : t("three");
  const { unit } = shown(Math.max(...items.map((one) => Math.abs(one.value ?? 0))), "tce", units, lang);
  return (
    <Section title={t("show_totals")} side={<ValueSwitch />}>
      <Chart title={finding} subtitle={t("threeMeasure", { value: t(value), unit, name: areaName(found.subject.id, found.subject.name), year: found.subject.year })} name={`energy-totals-${found.subject.id}-${found.subject.year}`} height={48 + items.length * 34} {...data} />
    </Section>
  );
}

function All({ found }: { found: Totals }) {
  const t = useEnergyText();
  const words = useWords();
  const { lang } = useView();
  const s = useScaled("tce", found.totals.flatMap((one) => [one.equivalent, one.partial_equivalent, one.calorific]));
  const save = <SaveCsv name={`energy-totals-${found.subject.id}-${found.subject.year}`} columns={["measure", "name", "tce_calorific", "tce_equivalent", "part_tce_calorific", "part_tce_equivalent", "base_tce_equivalent", "status", "note"]} rows={() => found.totals.map((one) => [one.measure, words(one.name), one.calorific, one.equivalent, one.partial_calorific, one.partial_equivalent, one.base_equivalent, one.status, one.note])} />;
  const cell = (whole: number | null, part: number | null | undefined) => (whole !== null ? s.cell(whole) : part != null ? <span className="df-muted">{s.cell(part)} <Mark kind="missing" /></span> : "\u2014");
  return (
    <Section title={t("allTotals")} note={s.unit} side={save} flush>
      <Scroll label={t("allTotals")}>
        <table className="df-plain">
          <thead><tr><th scope="col">{t("measure")}</th><th scope="col" className="df-num">{t("calorific")}</th><th scope="col" className="df-num">{t("equivalent")}</th><th scope="col" className="df-num">{t("baseColumn", { year: found.base_year, value: t("equivalent") })}</th><th scope="col">{t("note")}</th></tr></thead>
          <tbody>
            {found.totals.map((one) => (
              <tr key={one.measure}>
                <th scope="row"><ExplainLink node={one.node}>{words(one.name)}</ExplainLink></th>
                <td className="df-num">{cell(one.calorific, one.partial_calorific)}</td><td className="df-num">{cell(one.equivalent, one.partial_equivalent)}</td><td className="df-num">{cell(one.base_equivalent, null)}</td>
                <td>{remark(one.note, lang)} <StatusMark status={one.status} demo={false} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Section>
  );
}
