/** Every source with its figures, where they are from, and how it was computed 逐源结果. */
import { useState } from "react";
import { Button } from "antd";
import type { Schemas } from "@/client";
import { ExplainLink, Mark, Section, StatusMark } from "@/components/ui";
import { useLang, useWords } from "@/i18n";
import { saveText } from "@/lib/save";
import { csvText } from "@/lib/csv";
import { DASH, digits, exact, unitName } from "@/lib/units";
import { gasName, useTitle } from "./names";
import { factsOf } from "./said";
import { least, sourcesBehind, sourcesOf, type Source } from "./sources";
import { useMethodsText } from "./text";

type Line = Schemas["Line"];
const FIRST = 40;
const EXACT = 7;

interface Columns {
  unit: boolean;
  gas: boolean;
  /** whether a source has a line a month */
  periods: boolean;
}

export function Lines({ result, held }: { result: Schemas["CaseResult"]; held: Record<string, string> }) {
  const t = useMethodsText();
  const [all, setAll] = useState(false);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  if (result.lines.length === 0) return null;
  const said = (source: string | null | undefined) => (source ? (held[source] ?? source) : source);
  const lines = result.lines.map((one) => ({ ...one, note: one.note && (held[one.note] ?? one.note), figures: one.figures.map((figure) => ({ ...figure, source: said(figure.source) ?? null })) }));
  const sources = sourcesOf(lines);
  const shown = all ? sources : sources.slice(0, FIRST);
  const columns: Columns = { unit: lines.some((one) => one.unit_of_works || one.part), gas: lines.some((one) => one.gas !== "CO2"), periods: lines.some((one) => one.period !== result.period) };
  const turn = (key: string) => setOpened((old) => {
    const next = new Set(old);
    if (!next.delete(key)) next.add(key);
    return next;
  });
  const whole = opened.size >= shown.length;
  const title = sources.length === lines.length ? t("lines", { n: lines.length }) : t("sourcesN", { n: sources.length, lines: lines.length });
  return (
    <Section flush title={title} side={<span className="df-row df-noprint"><Button size="small" onClick={() => setOpened(whole ? new Set() : new Set(shown.map((one) => one.key)))}>{t(whole ? "closeAll" : "openAll")}</Button><Button size="small" onClick={() => saveText(`${result.case}-lines.csv`, linesCsv(result.lines), "text/csv")}>CSV</Button></span>}>
      <div className="df-plain-scroll" tabIndex={0} role="region" aria-label={title}>
        <table className="df-plain df-case-lines">
          <thead>
            <tr>
              <th scope="col">{t("stream")}</th>
              {columns.unit && <th scope="col">{t("unitOfWorks")}</th>}
              {columns.periods && <th scope="col">{t("period")}</th>}
              {columns.gas && <><th scope="col">{t("gas")}</th><th scope="col" className="df-num">{t("massT")}</th></>}
              <th scope="col" className="df-num">{t("emissionsT")}</th>
              <th scope="col">{t("how")}</th>
              <th scope="col">{t("remark")}</th>
              <th scope="col"><span className="df-sr">{t("figures")}</span></th>
            </tr>
          </thead>
          <tbody>{shown.map((source) => <SourceRow key={source.key} source={source} columns={columns} open={opened.has(source.key)} onTurn={() => turn(source.key)} />)}</tbody>
        </table>
      </div>
      {sources.length > FIRST && <button type="button" className="df-bare df-more df-noprint" aria-expanded={all} onClick={() => setAll(!all)}>{all ? t("showFewer") : t("showAll", { n: sources.length })}</button>}
    </Section>
  );
}

function SourceRow({ source, columns, open, onTurn }: { source: Source; columns: Columns; open: boolean; onTurn: () => void }) {
  const t = useMethodsText();
  const words = useWords();
  const title = useTitle();
  const line = source.lines[0]!;
  const single = source.lines.length === 1;
  const ways = [...new Map(source.lines.flatMap((one) => (one.operation ? [[one.operation.zh, one.operation] as const] : []))).values()];
  const notes = [...new Set(source.lines.map((one) => one.note).filter(Boolean))];
  const width = 5 + Number(columns.unit) + Number(columns.periods) + 2 * Number(columns.gas);
  return (
    <>
      <tr>
        <th scope="row">{title(line.stream_name)}{line.item && <div>{title(line.item_name)}</div>}<div className="df-muted df-small">{t(`group_${line.group}` as "group_memo")}</div></th>
        {columns.unit && <td>{[line.part, line.unit_of_works].filter(Boolean).join(" · ")}</td>}
        {columns.periods && <td className="df-nowrap">{single ? line.period : t("periodsN", { n: source.lines.length })}</td>}
        {columns.gas && <><td>{gasName(line.gas)}{line.gwp && line.gwp !== 1 ? <div className="df-muted df-small">GWP {line.gwp}</div> : null}</td><td className="df-num"><Plain value={source.mass} /></td></>}
        <td className="df-num"><Value value={source.value} memo={line.group === "memo"} status={least(source.lines)} why={notes.join("; ")} /></td>
        <td className="df-case-how">{ways.length ? ways.map((way) => <div key={way.zh}>{words(way)}</div>) : DASH}</td>
        <td className="df-case-how">{line.internal != null && <div>{t("internalOf", { part: line.internal || DASH })}</div>}{notes.slice(0, 3).map((note) => <div key={note}>{note}</div>)}</td>
        <td className="df-nowrap"><button type="button" className="df-bare df-more df-noprint" aria-expanded={open} onClick={onTurn}>{single ? t("figuresN", { n: line.figures.length }) : t("linesN", { n: source.lines.length })}<span className="df-sr"> {title(line.stream_name)} {line.item && title(line.item_name)}</span></button></td>
      </tr>
      {open && <tr className="df-case-figures"><td colSpan={width}>{single ? <Figures line={line} /> : <Periods source={source} />}</td></tr>}
    </>
  );
}

const Plain = ({ value }: { value: number | null }) => (value === null ? <span>{DASH}</span> : <span title={exact(value)}>{digits(value, EXACT)}</span>);

function Value({ value, memo, status, why }: { value: number | null; memo: boolean; status: string; why: string }) {
  const t = useMethodsText();
  if (value === null) return <span className="df-nowrap">{DASH} {!memo && <Mark kind="missing" note={why || t("lacking")} />}</span>;
  return <span className="df-nowrap"><Plain value={value} /> <StatusMark status={status} /></span>;
}

/** A number with what it came from: a fact of the programme opens its explanation. */
function Given({ figure }: { figure: Line["figures"][number] | undefined }) {
  if (!figure) return <>{DASH}</>;
  const facts = factsOf(figure.source);
  const value = <span title={exact(figure.value)}>{digits(figure.value, EXACT)}</span>;
  if (facts.length < 2) return <ExplainLink node={facts[0]}>{value}</ExplainLink>;
  return <>{value} <span className="df-case-facts">{facts.map((fact, n) => <ExplainLink key={fact} node={fact}>[{n + 1}]</ExplainLink>)}</span></>;
}

/** The months of a source side by side with their figures. */
function Periods({ source }: { source: Source }) {
  const t = useMethodsText();
  const lang = useLang();
  const title = useTitle();
  const inputs = [...new Map(source.lines.flatMap((line) => line.figures.map((figure) => [figure.input, figure] as const))).values()];
  const behind = sourcesBehind(inputs);
  return (
    <table>
      <thead><tr><th scope="col">{t("period")}</th>{inputs.map((one) => <th key={one.input} scope="col" className="df-num">{title(one.name)}{one.unit !== "1" && ` (${unitName(one.unit, lang)})`}</th>)}<th scope="col" className="df-num">{t("emissionsT")}</th></tr></thead>
      <tbody>
        {source.lines.map((line, n) => (
          <tr key={n}>
            <th scope="row" className="df-nowrap">{line.period}</th>
            {inputs.map((one) => <td key={one.input} className="df-num"><Given figure={line.figures.find((figure) => figure.input === one.input)} /></td>)}
            <td className="df-num"><Value value={line.value} memo={line.group === "memo"} status={line.status} why={line.note ?? ""} /></td>
          </tr>
        ))}
      </tbody>
      <tfoot><tr><td colSpan={inputs.length + 2} className="df-muted">{behind.map((one) => <div key={one.source}>{one.names.map(title).join(", ")}: {one.source || DASH} <StatusMark status={one.status} /></div>)}</td></tr></tfoot>
    </table>
  );
}

/** The figures of a line: given, the rule's, or the case's own. */
function Figures({ line }: { line: Line }) {
  const t = useMethodsText();
  const title = useTitle();
  const lang = useLang();
  if (line.figures.length === 0) return <p className="df-muted">{t("figuresNone")}</p>;
  return (
    <table>
      <thead><tr><th scope="col">{t("input")}</th><th scope="col" className="df-num">{t("value")}</th><th scope="col">{t("unit")}</th><th scope="col">{t("from")}</th><th scope="col">{t("source")}</th></tr></thead>
      <tbody>
        {line.figures.map((figure) => {
          const facts = factsOf(figure.source);
          return (
            <tr key={figure.input}>
              <th scope="row">{title(figure.name)}</th>
              <td className="df-num"><Given figure={figure} /></td>
              <td>{unitName(figure.unit, lang) || DASH}</td>
              <td className="df-nowrap">{t(figure.of === "given" ? "ofGiven" : figure.of === "case" ? "ofCase" : "ofRule")} <StatusMark status={figure.status} /></td>
              <td className="df-case-wrap">{facts.length ? facts.map((fact) => <div key={fact}><ExplainLink node={fact}>{fact}</ExplainLink></div>) : (figure.source || DASH)}{figure.parameter && <div><code className="df-muted">{figure.parameter}</code></div>}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** All lines with all their figures, for a spreadsheet. */
function linesCsv(lines: readonly Line[]): string {
  const figures = (line: Line) => line.figures.map((one) => `${one.input}=${one.value} ${one.unit} (${one.source ?? one.of})`).join("; ");
  return csvText(
    ["part", "unit_of_works", "stream", "item", "period", "gas", "mass_t", "gwp", "value_tco2e", "formula", "status", "note", "figures"],
    lines.map((one) => [one.part, one.unit_of_works, one.stream, one.item, one.period, one.gas, one.mass_t, one.gwp, one.value, one.formula, one.status, one.note, figures(one)]),
  );
}
