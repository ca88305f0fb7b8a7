/** What does this method count, and what must a works give for it? 一种方法在一部规则下 */
import { Button } from "antd";
import { useState } from "react";
import { useParams } from "react-router";
import { useParam } from "@/app/view";
import { ViewLink } from "@/app/ViewLink";
import { api, useApi, type Schemas } from "@/client";
import { Page, PageFace, Section, Sentence, StatusMark } from "@/components/ui";
import { useLang, useWords } from "@/i18n";
import { unitName } from "@/lib/units";
import { useExplainText } from "@/features/explain/text";
import "./methods.css";
import { gasName, useTitle } from "./names";
import { useMethodsText } from "./text";
import { hasItems, noteOf, sourceOf, streamsOf, type Input, type Stream } from "./wanted";

type Told = Schemas["MethodPage"];
const FEW = 4;

export const useMethodPage = (method: string, family: string) =>
  useApi(["method", method, family], () => api.GET("/api/v1/methods/{method}/{family}", { params: { path: { method, family } } }), { staleTime: 600_000, enabled: Boolean(method && family) });

export function MethodPage() {
  const { method = "", family = "" } = useParams();
  const page = useMethodPage(method, family);
  return <PageFace query={page}>{(found) => <Loaded key={`${method}/${family}`} told={found} />}</PageFace>;
}

function Loaded({ told }: { told: Told }) {
  const t = useMethodsText();
  const words = useWords();
  const lang = useLang();
  const { head } = told;
  const streams = streamsOf(told);
  const needed = streams.filter((one) => !one.optional);
  const heads = useApi(["methods", ""], () => api.GET("/api/v1/methods"), { staleTime: 600_000 });
  const ruleName = (family: string) => words(heads.data?.find((one) => one.family === family)?.family_name) || family;
  const path = `method=${head.method}&family=${head.family}`;
  const actions = (
    <>
      <ViewLink className="df-button df-button-link df-button-primary" to={`/calculator?${path}`}>{t("calculate")}</ViewLink>
      <a className="df-button df-button-link" href={`/api/v1/methods/${head.method}/${head.family}/template`} download>{t("template")}</a>
    </>
  );
  return (
    <Page title={words(head.name)} note={`${words(head.family_name) || head.family} · ${t(head.until ? "span" : "spanOpen", { since: head.since, until: head.until ?? "" })}`} actions={actions}>
      <Sentence>{t(needed.length ? "asks" : "asksFree", { n: streams.length, needed: needed.length })}{needed.length > 0 && needed.length <= 6 && ` ${t("asksNeeded", { names: needed.map((one) => words(one.name)).join(t("comma")) })}`}</Sentence>
      {told.families.length > 1 && (
        <nav className="df-row df-small df-methods-rules" aria-label={t("otherRules")}>
          <span className="df-muted">{t("otherRules")}</span>
          {told.families.map((family) => family === head.family ? <b key={family} aria-current="page">{ruleName(family)}</b> : <ViewLink key={family} to={`/methods/${head.method}/${family}`}>{ruleName(family)}</ViewLink>)}
        </nav>
      )}
      <div className="df-grid">
        <Section className="df-7" title={t("boundary")}><p className="df-case-text">{words(head.boundary)}</p></Section>
        <Section className="df-5" title={t("source")}><p className="df-case-text">{sourceOf(head, lang)}</p><Status status={head.status} /></Section>
      </div>
      <Streams streams={streams} formulas={told.formulas} />
      <div className="df-grid">
        <Section className="df-6" title={t("totals")}><Names names={told.totals} /></Section>
        <Section className="df-6" title={t("ratios")}>{Object.keys(told.ratios).length ? <Names names={told.ratios} /> : <p className="df-muted">{t("ratiosNone")}</p>}</Section>
      </div>
      {told.notes.length > 0 && <Section title={t("notes")}><ul className="df-case-notes">{told.notes.map((note) => <li key={note.zh}>{words(note)}</li>)}</ul></Section>}
    </Page>
  );
}

export function Status({ status }: { status: string }) {
  const explained = useExplainText();
  return <p className="df-small"><StatusMark status={status} /> {explained(`status_${status}` as "status_official")}</p>;
}

const Names = ({ names }: { names: Record<string, Schemas["Name"]> }) => {
  const title = useTitle();
  return <ul className="df-list">{Object.entries(names).map(([id, name]) => <li key={id}>{title(name)} <code className="df-muted">{id}</code></li>)}</ul>;
};

function Streams({ streams, formulas }: { streams: readonly Stream[]; formulas: Told["formulas"] }) {
  const t = useMethodsText();
  const [named] = useParam("stream");
  const [all, setAll] = useState(false);
  const few = streams.length <= FEW;
  return (
    <Section title={t("streams", { n: streams.length })} note={t("streamsNote")} side={!few && <Button size="small" className="df-noprint" onClick={() => setAll(!all)}>{t(all ? "closeAll" : "openAll")}</Button>}>
      {streams.map((stream) => (
        <details key={`${stream.stream}${all}`} className="df-stream" id={`stream-${stream.stream}`} open={all || few || !stream.optional || named === stream.stream}>
          <summary><StreamHead stream={stream} /></summary>
          <StreamBody stream={stream} formulas={formulas} />
        </details>
      ))}
    </Section>
  );
}

function StreamHead({ stream }: { stream: Stream }) {
  const t = useMethodsText();
  const title = useTitle();
  return (
    <>
      <b>{title(stream.name)}</b>{" "}
      <span className="df-muted df-small">{[t(`group_${stream.group}`), stream.group === "memo" ? "" : gasName(stream.gas), stream.group === "memo" || stream.group === "biogenic" ? "" : t("scopeN", { n: stream.scope }), t(stream.optional ? "optional" : "needed")].filter(Boolean).join(" · ")}</span>
    </>
  );
}

function StreamBody({ stream, formulas }: { stream: Stream; formulas: Told["formulas"] }) {
  const t = useMethodsText();
  const words = useWords();
  const lang = useLang();
  return (
    <div className="df-stream-body">
      {stream.note && <p className="df-muted">{noteOf(stream, lang)}</p>}
      {stream.formulas.length > 0 && (
        <>
          <h3>{t("formulas")}</h3>
          <ol className="df-case-notes">{stream.formulas.map((id) => <li key={id}>{formulas[id] ? words(formulas[id]) : id} <code className="df-muted">{id}</code></li>)}</ol>
        </>
      )}
      <h3>{t("inputs")}</h3>
      <div className="df-plain-scroll" tabIndex={0} role="region" aria-label={`${words(stream.name)} ${t("inputs")}`}>
        <table className="df-plain">
          <thead><tr><th scope="col">{t("input")}</th><th scope="col">{t("unit")}</th><th scope="col">{t("value")}</th><th scope="col">{t("range")}</th></tr></thead>
          <tbody>{stream.inputs.map((input) => <InputLine key={input.input} input={input} />)}</tbody>
        </table>
      </div>
      {hasItems(stream) && (
        <>
          <h3>{t("items", { n: stream.items.length })}</h3>
          <p className="df-case-items">{stream.items.map((item) => <span key={item.item} title={item.item}>{words(item.name)}{item.unit && item.unit !== "item" ? <span className="df-muted"> {unitName(item.unit, lang)}</span> : null}{item.note && <span className="df-muted df-small"> ({noteOf(item, lang)})</span>}</span>)}</p>
        </>
      )}
      {stream.source && <p className="df-muted df-small">{t("source")}: {sourceOf(stream, lang)}</p>}
    </div>
  );
}

function InputLine({ input }: { input: Input }) {
  const t = useMethodsText();
  const title = useTitle();
  const lang = useLang();
  const unit = input.unit === "1" ? t("plainShare") : input.unit.includes("item") ? input.unit.replace("item", t("itemUnit")) : unitName(input.unit, lang);
  const own = input.own === "no" && input.default ? "ruleOnly" : input.own === "prefer" && input.default ? "penalty" : input.default ? "defaulted" : "given";
  return (
    <tr>
      <th scope="row">{title(input.name)} <code className="df-muted">{input.input}</code>{input.note && <div className="df-muted df-small df-case-text">{noteOf(input, lang)}</div>}</th>
      <td className="df-nowrap">{unit}</td>
      <td>{t(own)}</td>
      <td className="df-nowrap">{rangeOf(input, t)}</td>
    </tr>
  );
}

/** What range the figure must lie in, in words. */
export function rangeOf(input: Pick<Input, "least" | "most">, t: ReturnType<typeof useMethodsText>): string {
  if (input.least === null && input.most === null) return t("anySign");
  if (input.most === null) return t("atLeast", { least: input.least ?? 0 });
  return t("between", { least: input.least ?? "\u2212\u221e", most: input.most });
}
