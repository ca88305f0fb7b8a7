/** How sure is the total, and what makes it unsure? 不确定度 */
import { Amount, Chart, ExplainLink, Mark, PageFace, SaveCsv, Section, Sentence, StatusMark, useChartKit, useScaled } from "@/components/ui";
import type { Schemas } from "@/client";
import { useView } from "@/app/view";
import { useWords } from "@/i18n";
import { digits, shown } from "@/lib/units";
import { percent, Scroll, useSome } from "./parts";
import { useUncertainty, type Subject } from "./subject";
import { useEnergyText } from "./text";

type Uncertainty = Schemas["UncertaintyOut"];
const BARS = 10;
const CO2 = "t_co2";

export function UncertaintySection({ of }: { of: Subject }) {
  const t = useEnergyText();
  const query = useUncertainty(of);
  return (
    <>
      {query.isPending && <p className="df-muted" role="status">{t("slow")}</p>}
      <PageFace query={query}>{(found) => <Loaded found={found} />}</PageFace>
    </>
  );
}

const half = (value: number | null) => (value === null ? "\u2014" : digits(value, 3));

function Loaded({ found }: { found: Uncertainty }) {
  const t = useEnergyText();
  const words = useWords();
  const { units, lang } = useView();
  const say = (tonnes: number) => { const print = shown(tonnes, CO2, units, lang); return `${print.text} ${print.unit}`; };
  return (
    <>
      <Sentence>
        {t("uncertaintySentence", { year: found.subject.year, value: say(found.value), low: say(found.low), high: say(found.high), half: half(found.half), draws: digits(found.draws, 6), propagated: half(found.propagated) })} <StatusMark status={found.status} />
      </Sentence>
      {!found.complete && <p className="df-energy-warn"><Mark kind="missing" /> {t(!found.silent.length ? "incompleteLines" : found.left_out ? "incomplete" : "incompleteFirms", { left: found.left_out, silent: found.silent.length })}</p>}
      <div className="df-grid">
        <Section className="df-7" title={t("variable")}><Contributions found={found} /></Section>
        <Section className="df-5" title={t("method")}><Methods found={found} /></Section>
      </div>
      <Groups found={found} />
      <Inputs found={found} />
      <p className="df-source">{found.notes.map((note) => words(note)).join(" ")} {t("seed", { seed: found.seed })}</p>
    </>
  );
}

function Contributions({ found }: { found: Uncertainty }) {
  const t = useEnergyText();
  const words = useWords();
  const kit = useChartKit();
  const each = useView().lang === "zh" ? 28 : 36; // English names take two lines
  const rows = found.contributions.filter((one) => one.share > 0).slice(0, BARS);
  if (rows.length === 0) return <p className="df-muted">{"\u2014"}</p>;
  const items = rows.map((one) => ({ key: one.variable, name: words(one.name), value: one.share * 100, colour: "carbon" }));
  return <Chart title={t("contributions", { name: words(rows[0]!.name) })} subtitle={t("contributionsMeasure", { n: rows.length })} name={`uncertainty-${found.subject.id}`} height={48 + items.length * each} {...kit.bars(items, { unit: "%", label: t("variable"), plain: true })} />;
}

function Methods({ found }: { found: Uncertainty }) {
  const t = useEnergyText();
  const rows: [string, React.ReactNode][] = [
    [`${t("methodProp")} · ${t("half")}`, half(found.propagated)],
    [`${t("methodMc")} · ${t("half")}`, half(found.half)],
    [t("mean"), <Amount key="m" value={found.mean} unit={CO2} />],
    [t("median"), <Amount key="d" value={found.median} unit={CO2} />],
    [t("interval"), <><Amount value={found.low} unit={CO2} />{" \u2013 "}<Amount value={found.high} unit={CO2} /></>],
    [t("sampling"), <Amount key="s" value={found.sampling_error} unit={CO2} />],
  ];
  return <dl className="df-facts df-energy-facts">{rows.map(([name, value]) => <div key={name} className="df-energy-fact"><dt>{name}</dt><dd>{value}</dd></div>)}</dl>;
}

function Groups({ found }: { found: Uncertainty }) {
  const t = useEnergyText();
  const words = useWords();
  const rows = found.parts.filter((one) => one.value !== 0 || one.share > 0).sort((a, b) => b.share - a.share);
  const [some, more] = useSome(rows, 12);
  const s = useScaled(CO2, rows.flatMap((one) => [one.low, one.high]));
  const widest = Math.max(1, ...rows.flatMap((one) => [Math.abs(one.low), Math.abs(one.high), Math.abs(one.value)]));
  return (
    <Section title={t("groups")} note={s.unit} flush>
      <Scroll label={t("groups")}>
        <table className="df-plain">
          <thead><tr><th scope="col">{t("group")}</th><th scope="col" className="df-num">{t("mean")}</th><th scope="col" className="df-num">{t("low")}</th><th scope="col" className="df-num">{t("high")}</th><th scope="col" aria-hidden="true" /><th scope="col" className="df-num">{t("propagated")}</th><th scope="col" className="df-num">{t("varShare")}</th></tr></thead>
          <tbody>
            {some.map((one) => (
              <tr key={`${one.group} ${one.item}`}>
                <th scope="row"><ExplainLink node={one.node}>{words(one.name)}</ExplainLink></th>
                <td className="df-num">{s.cell(one.value)}</td><td className="df-num">{s.cell(one.low)}</td><td className="df-num">{s.cell(one.high)}</td>
                <td aria-hidden="true"><Whisker low={one.low} high={one.high} value={one.value} widest={widest} /></td>
                <td className="df-num">{half(one.propagated)}</td><td className="df-num">{percent(one.share)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {more}
    </Section>
  );
}

/** The interval as a line with its value as a dot, on one scale for all rows; nought in the middle where there are negatives. */
function Whisker({ low, high, value, widest }: { low: number; high: number; value: number; widest: number }) {
  const at = (x: number) => 60 + (x / widest) * 58;
  return (
    <svg className="df-energy-whisker" viewBox="0 0 120 14" width="120" height="14">
      <line x1="60" x2="60" y1="0" y2="14" className="df-energy-nought" />
      <line x1={at(low)} x2={at(high)} y1="7" y2="7" className="df-energy-span" />
      <circle cx={at(value)} cy="7" r="3" />
    </svg>
  );
}

function Inputs({ found }: { found: Uncertainty }) {
  const t = useEnergyText();
  const words = useWords();
  const [some, more] = useSome(found.contributions.filter((one) => one.share > 0), 8);
  const rows = () => found.contributions.map((one) => [one.variable, words(one.name), -one.low, one.high, one.amount, one.share, one.status, words(one.source_words)]);
  const save = <SaveCsv name={`uncertainty-${found.subject.id}-${found.subject.year}`} columns={["variable", "name", "low_percent", "high_percent", "half_width_t", "share", "status", "source"]} rows={rows} />;
  const range = (low: number, high: number) => (low === high ? `±${digits(low, 3)}` : `\u2212${digits(low, 3)} / +${digits(high, 3)}`);
  return (
    <Section title={t("inputs")} side={save} flush>
      <Scroll label={t("inputs")}>
        <table className="df-plain">
          <thead><tr><th scope="col">{t("variable")}</th><th scope="col" className="df-num">{t("varRange")}</th><th scope="col" className="df-num">{t("varAmount")}</th><th scope="col" className="df-num">{t("varShare")}</th><th scope="col">{t("source")}</th></tr></thead>
          <tbody>
            {some.map((one) => (
              <tr key={one.variable}>
                <th scope="row">{words(one.name)} <StatusMark status={one.status} /></th>
                <td className="df-num">{range(one.low, one.high)}</td><td className="df-num">{digits(one.amount)}</td><td className="df-num">{percent(one.share)}</td>
                <td className="df-energy-wide">{words(one.source_words)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {more}
    </Section>
  );
}
