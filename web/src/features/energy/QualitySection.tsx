/** On what do the figures stand, what is missing, and what should be improved first? 数据质量 */
import { useView } from "@/app/view";
import { ViewLink } from "@/app/ViewLink";
import { Chart, ExplainLink, Mark, PageFace, SaveCsv, Section, Sentence, StatusMark, useChartKit } from "@/components/ui";
import type { Schemas } from "@/client";
import { useWords } from "@/i18n";
import { digits } from "@/lib/units";
import { percent, Scroll, useSome } from "./parts";
import { remark } from "./remarks";
import { useQuality, type Subject } from "./subject";
import { useEnergyText } from "./text";

type Quality = Schemas["QualityOut"];

export function QualitySection({ of }: { of: Subject }) {
  return <PageFace query={useQuality(of)}>{(found) => <Loaded found={found} />}</PageFace>;
}

function Loaded({ found }: { found: Quality }) {
  const t = useEnergyText();
  const words = useWords();
  const { year } = found.subject;
  return (
    <>
      <Sentence>
        {found.score === null ? t("qualityNoScore", { year }) : t("qualitySentence", { year, score: digits(found.score, 3), grade: words(found.grade), complete: percent(found.completeness) })} <StatusMark status={found.status} />
      </Sentence>
      <div className="df-grid">
        <Section className="df-5" title={t("parts")}><Parts found={found} /></Section>
        <Section className="df-7" title={t("classes")}><Classes found={found} /></Section>
      </div>
      <Improve found={found} />
      <Streams found={found} />
      <p className="df-source">{t("source")}: {words(found.source_words)}</p>
    </>
  );
}

function Parts({ found }: { found: Quality }) {
  const t = useEnergyText();
  const words = useWords();
  const { lang } = useView();
  return (
    <Scroll label={t("parts")}>
      <table className="df-plain">
        <thead><tr><th scope="col">{t("part")}</th><th scope="col" className="df-num">{t("weight")}</th><th scope="col" className="df-num">{t("points")}</th></tr></thead>
        <tbody>
          {found.parts.map((one) => (
            <tr key={one.part}>
              <th scope="row">{words(one.name)}<div className="df-muted df-energy-small">{remark(one.note, lang)}</div></th>
              <td className="df-num">{percent(one.weight)}</td>
              <td className="df-num">{one.score === null ? "\u2014" : digits(one.score, 3)}<div className="df-energy-meter" aria-hidden="true"><span style={{ width: `${Math.max(0, Math.min(100, one.score ?? 0))}%` }} /></div></td>
            </tr>
          ))}
          <tr><th scope="row"><b>{t("score")}</b></th><td /><td className="df-num"><b>{found.score === null ? "\u2014" : digits(found.score, 3)}</b></td></tr>
        </tbody>
      </table>
    </Scroll>
  );
}

function Classes({ found }: { found: Quality }) {
  const t = useEnergyText();
  const words = useWords();
  const kit = useChartKit();
  const each = useView().lang === "zh" ? 30 : 46; // English names of classes take up to three lines
  const rows = [...found.classes].sort((a, b) => a.role.localeCompare(b.role) || (b.share ?? 0) - (a.share ?? 0));
  const top = rows.find((one) => one.role === "activity" && one.share !== null);
  const items = rows.map((one) => ({ key: `${one.role} ${one.klass}`, name: `${t(`role_${one.role}`)}: ${words(one.name)} (${one.data})`, value: one.share === null ? null : one.share * 100, colour: one.role === "activity" ? "energy" : "carbon" }));
  const title = top ? t("classTitle", { share: percent(top.share), name: words(top.name) }) : t("classes");
  return <Chart title={title} subtitle={t("classMeasure")} name={`quality-classes-${found.subject.id}`} height={48 + items.length * each} {...kit.bars(items, { unit: "%", label: t("klass") })} />;
}

function Improve({ found }: { found: Quality }) {
  const t = useEnergyText();
  const words = useWords();
  const rows = found.improve.filter((one) => one.gain > 0);
  const [some, more] = useSome(rows, 8);
  return (
    <Section title={t("improve")} flush={rows.length > 0}>
      {rows.length === 0 && <p className="df-muted">{t("improveNone")}</p>}
      {rows.length > 0 && (
        <Scroll label={t("improve")}>
          <table className="df-plain">
            <thead><tr><th scope="col">{t("input")}</th><th scope="col">{t("klass")}</th><th scope="col" className="df-num">{t("gain")}</th></tr></thead>
            <tbody>{some.map((one, n) => <tr key={n}><th scope="row">{words(one.name)}</th><td>{className(found, one.klass, words)}</td><td className="df-num">+{digits(one.gain, 3)}</td></tr>)}</tbody>
          </table>
        </Scroll>
      )}
      {more}
    </Section>
  );
}

const className = (found: Quality, klass: string, words: ReturnType<typeof useWords>) => words(found.classes.find((one) => one.klass === klass)?.name) || (klass === "missing" ? "\u2014" : klass);

function Streams({ found }: { found: Quality }) {
  const t = useEnergyText();
  const words = useWords();
  const [some, more] = useSome(found.streams, 15);
  const rows = () => found.streams.map((one) => [one.enterprise_id, one.enterprise, words(one.name), one.present, one.expected, one.completeness, one.evidence, one.share, className(found, one.weakest, words), one.doubted]);
  const save = <SaveCsv name={`quality-${found.subject.id}-${found.subject.year}`} columns={["enterprise_id", "enterprise", "source", "present", "expected", "completeness", "evidence_points", "share_of_emissions", "weakest_class", "doubted"]} rows={rows} />;
  return (
    <Section title={t("streams")} side={save} flush>
      <Scroll label={t("streams")}>
        <table className="df-plain">
          <thead><tr><th scope="col">{t("stream")}</th><th scope="col" className="df-num">{t("present")}</th><th scope="col" className="df-num">{t("complete")}</th><th scope="col" className="df-num">{t("evidence")}</th><th scope="col" className="df-num">{t("ofEmissions")}</th><th scope="col">{t("weakest")}</th></tr></thead>
          <tbody>
            {some.map((one, n) => (
              <tr key={n}>
                <th scope="row"><ExplainLink node={one.node}>{words(one.name)}</ExplainLink>{found.subject.kind === "area" && <div className="df-energy-small"><ViewLink to={`/enterprises/${one.enterprise_id}?energy=quality`}>{one.enterprise || one.enterprise_id}</ViewLink></div>}{one.doubted && <> <Mark kind="estimated" note={t("doubted")} /></>}</th>
                <td className="df-num">{one.present}/{one.expected}</td><td className="df-num">{percent(one.completeness)}</td><td className="df-num">{digits(one.evidence, 3)}</td><td className="df-num">{percent(one.share)}</td>
                <td>{className(found, one.weakest, words)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {more}
    </Section>
  );
}
