/** What a case comes to 核算结果: total, groups, what is missing, every line with its figures, printed figures checked, the derivation. */
import type { Schemas } from "@/client";
import { Chart, Figure, Section, Sentence, SourceLine, useChartKit } from "@/components/ui";
import { sentenceCase, useLang, useWords } from "@/i18n";
import { digits, shown } from "@/lib/units";
import { useView } from "@/app/view";
import { Checks } from "./Checks";
import { DerivationTree } from "./DerivationTree";
import { Lines } from "./Lines";
import { Sure, Unsure } from "./Sure";
import "./methods.css";
import { heaviest, kindOf, lackingTogether } from "./said";
import { gasName, periodWords } from "./names";
import { useMethodsText } from "./text";
import { useUiText } from "@/components/ui/text";

type Answer = Schemas["CaseAnswer"];
type Total = Schemas["Total"];

export function ResultView({ answer }: { answer: Answer }) {
  const t = useMethodsText();
  const { result } = answer;
  const held = (useLang() === "zh" ? answer.chinese : answer.english) ?? {}; // what the result says, in the language of the page
  const several = result.parts.length > 1;
  return (
    <div className="df-stack df-case-result">
      <h2 className="df-sr">{t("result")}</h2>
      <Said result={result} />
      <Totals totals={[result.total, ...(several ? [] : (result.parts[0]?.totals ?? []).filter((one) => one.id !== "total"))]} ratios={[...(several ? [] : (result.parts[0]?.ratios ?? [])), ...(result.ratios ?? [])]} period={result.period} />
      <Missing answer={answer} />
      {answer.checks.length > 0 && <Checks checks={answer.checks} ratios={[...result.parts.flatMap((part) => part.ratios), ...(result.ratios ?? [])]} lines={result.lines} />}
      <div className="df-grid">
        <Section className="df-7"><Groups result={result} /></Section>
        <Section className="df-5" title={t("splits")}><Splits result={result} /></Section>
      </div>
      {several && result.parts.map((part) => <PartOf key={part.part} part={part} period={result.period} />)}
      {answer.surety && <Sure sure={answer.surety} />}
      {answer.unsure && <Unsure why={answer.unsure} />}
      <Lines result={result} held={held} />
      <DerivationTree given={answer.derivation} sources={held} />
      <Notes result={result} held={held} />
      <SourceLine source={{ rulebook_version: result.rulebook, status: result.total.status ?? undefined }}>
        <span>{t("codeVersion", { code: result.code ?? "" })}</span>
      </SourceLine>
    </div>
  );
}

/** The sentence: how much, of what most; or what is still missing. */
function Said({ result }: { result: Answer["result"] }) {
  const t = useMethodsText();
  const words = useWords();
  const { units, lang } = useView();
  const amount = (value: number) => { const print = shown(value, "tCO2e", units, lang); return `${print.text} ${print.unit}`; };
  const kind = kindOf(result);
  const period = periodWords(result.period, lang);
  const top = heaviest(result);
  if (kind === "none") return <Sentence>{t("saidNone")}</Sentence>;
  const { missing, partial } = result.total;
  if (kind === "partial") return <Sentence>{partial == null ? t("saidNothing", { period, n: missing }) : t("saidPartial", { period, n: missing, value: amount(partial) })}</Sentence>;
  const head = t(kind === "negative" ? "saidNegative" : "said", { period, value: amount(result.total.value ?? 0) });
  return <Sentence>{head}{top && top.share <= 1 ? t("saidTop", { group: words(top.group.name), share: digits(top.share * 100, 3) }) : t("stop")}{result.missing.length > 0 ? t("saidMissing", { n: result.missing.length }) : ""}</Sentence>;
}

export const figureOf = (total: Pick<Total, "value" | "unit" | "status" | "partial" | "missing">, period: string, t: ReturnType<typeof useMethodsText>) => ({
  value: total.value, unit: total.unit ?? "tCO2e", status: total.status ?? undefined, period,
  ...(total.value === null ? { missing: { zh: lacking(total, t, "why"), en: lacking(total, t, "why") } } : {}),
});

const lacking = ({ missing: n, partial }: Pick<Total, "partial" | "missing">, t: ReturnType<typeof useMethodsText>, as: "why" | "part") =>
  partial == null ? t("nothingThere", { n }) : t(as === "why" ? "whyMissing" : "partialOf", { n, value: digits(partial) });

function Totals({ totals, ratios, period }: { totals: readonly Total[]; ratios: readonly Schemas["Ratio"][]; period: string }) {
  const t = useMethodsText();
  const words = useWords();
  const lang = useLang();
  return (
    <dl className="df-kpis df-case-totals">
      {totals.map((total) => <div key={total.id}><dt>{sentenceCase(words(total.name), lang)}</dt><dd><Figure figure={figureOf(total, period, t)} size="large" demoMark /></dd>{total.value === null && total.missing > 0 && <dd className="df-muted df-small">{lacking(total, t, "part")}</dd>}</div>)}
      {ratios.filter((one) => one.value !== null).map((one) => <div key={one.id}><dt>{sentenceCase(words(one.name), lang)}</dt><dd><Figure figure={{ value: one.value, unit: one.unit, period }} size="large" /></dd></div>)}
    </dl>
  );
}

function Missing({ answer }: { answer: Answer }) {
  const t = useMethodsText();
  const words = useWords();
  const lang = useLang();
  const { missing, findings } = answer.result;
  const english = answer.english ?? {};
  if (missing.length + findings.length === 0) return null;
  return (
    <Section title={missing.length ? t("missing", { n: missing.length }) : t("findings")}>
      <ul className="df-case-says">
        {lackingTogether(missing.map((one) => (lang === "en" ? (english[one] ?? one) : one))).map((one) => <li key={one.text} className="df-case-lack">{one.text}{one.n > 1 && <span className="df-muted"> {t("periodsN", { n: one.n })}</span>}</li>)}
        {findings.map((one) => <li key={one.zh}>{words(one)}</li>)}
      </ul>
    </Section>
  );
}

/** Which group emits how much: bars from zero, deductions to the left; the table stands behind. */
function Groups({ result }: { result: Answer["result"] }) {
  const t = useMethodsText();
  const words = useWords();
  const kit = useChartKit();
  const ui = useUiText();
  const lang = useLang();
  const top = heaviest(result);
  const items = result.groups.map((group) => ({ key: group.id, name: sentenceCase(words(group.name), lang), value: group.value, colour: group.id }));
  if (items.length === 0) return <p className="df-muted">{t("groupsNone")}</p>;
  const title = top && top.share <= 1 ? t("groupsFinding", { group: words(top.group.name), share: digits(top.share * 100, 3) }) : t("groups");
  return <Chart title={title} subtitle={t("groupsMeasure", { period: periodWords(result.period, lang) })} name={`${result.case}-groups`} height={Math.max(120, 44 * items.length)} source={ui("ruleVersion", { version: result.rulebook })} {...kit.bars(items, { unit: "tCO2e", label: t("group") })} />;
}

function Splits({ result }: { result: Answer["result"] }) {
  const t = useMethodsText();
  const words = useWords();
  const lang = useLang();
  const scope = (id: string) => t("scopeN", { n: id });
  const months = result.by_period.length > 1;
  return (
    <div className="df-plain-scroll" tabIndex={0} role="region" aria-label={t("splits")}>
      <table className="df-plain">
        <thead><tr><th scope="col">{t("split")}</th><th scope="col" className="df-num">{t("emissions")}</th></tr></thead>
        <tbody>
          {result.by_scope.map((one) => <SplitRow key={`s${one.id}`} name={scope(one.id)} total={one} />)}
          {result.gases.map((one) => <SplitRow key={one.id} name={gasName(one.id)} total={one} />)}
          {(result.by_unit ?? []).map((one) => <SplitRow key={`u${one.id}`} name={`${t("unitOfWorks")} ${words(one.name)}`} total={one} />)}
          {months && result.by_period.map((one) => <SplitRow key={one.id} name={one.id === result.period ? t("notByMonth", { period: periodWords(one.id, lang) }) : periodWords(one.id, lang)} total={one} />)}
        </tbody>
      </table>
    </div>
  );
}

const SplitRow = ({ name, total }: { name: string; total: Total }) => {
  const t = useMethodsText();
  return <tr><th scope="row">{name}</th><td className="df-num"><Figure figure={figureOf(total, "", t)} /></td></tr>;
};

function PartOf({ part, period }: { part: Schemas["PartResult"]; period: string }) {
  const words = useWords();
  return (
    <Section title={`${part.part} · ${words(part.name)}`} note={part.family}>
      <Totals totals={part.totals} ratios={part.ratios} period={period} />
    </Section>
  );
}

function Notes({ result, held }: { result: Answer["result"]; held: Record<string, string> }) {
  const t = useMethodsText();
  const words = useWords();
  return (
    <Section title={t("basis")}>
      {result.parts.map((part) => (
        <div key={part.part} className="df-stack">
          <p className="df-case-text"><b>{words(part.name)}</b> ({part.family}): {words(part.boundary)}</p>
          <p className="df-muted df-small">{held[part.source] ?? part.source}</p>
          {part.notes.length > 0 && <ul className="df-case-notes">{part.notes.map((note) => <li key={note.zh}>{words(note)}</li>)}</ul>}
        </div>
      ))}
    </Section>
  );
}
