/** One parameter: what it was and is, as known on a day, where it came from, and what rests on it. */
import { Select } from "antd";
import { useParam } from "@/app/view";
import { ViewLink } from "@/app/ViewLink";
import { api, useApi, type Schemas } from "@/client";
import { Chart, DateInput, Field, PageFace, Section, Sentence, StatusMark, useChartKit } from "@/components/ui";
import { useLang, useWords } from "@/i18n";
import { unitName } from "@/lib/units";
import { placeName } from "@/features/methods/places";
import { plain } from "./plain";
import { historyOf, scopesOf } from "./history";
import { useRulesText } from "./text";

type Entry = Schemas["RuleEntry"];
type Value = Entry["values"][number];

export function RuleDetail({ id, onBack }: { id: string; onBack: () => void }) {
  const [known] = useParam("known");
  const entry = useApi(["rules", id, known ?? ""], () => api.GET("/api/v1/rules/values/{id}", { params: { path: { id }, query: known ? { known_on: known } : {} } }), { staleTime: 600_000 });
  return <PageFace query={entry}>{(found) => <Loaded entry={found} onBack={onBack} />}</PageFace>;
}

function Loaded({ entry, onBack }: { entry: Entry; onBack: () => void }) {
  const t = useRulesText();
  const words = useWords();
  const lang = useLang();
  const [known, setKnown] = useParam("known");
  const [asked, setScope] = useParam("scope");
  const scopes = scopesOf(entry.values);
  const scope = scopes.find((one) => one === asked) ?? scopes[0];
  const shown = entry.values.filter((one) => one.scope === scope);
  return (
    <>
      <div className="df-row df-noprint"><button type="button" className="df-button" onClick={onBack}>{t("back")}</button></div>
      <Sentence>{words(entry.name)} <code className="df-muted">{entry.id}</code></Sentence>
      <dl className="df-facts">
        <dt>{t("unit")}</dt><dd>{unitName(entry.unit, lang) || t("ratio")}</dd>
        {entry.low !== null && <><dt>{t("range")}</dt><dd>{plain(entry.low)}–{plain(entry.high)}</dd></>}
        <dt>{t("file")}</dt><dd><code>{entry.file}</code></dd>
      </dl>
      {entry.errors.map((one) => <p key={one.en} className="df-muted" role="note"><b>{t("error")}</b> {words(one)}</p>)}
      <div className="df-case-grid df-noprint">
        <Field label={t("knownOn")} hint={t("knownHint")}>{(bound) => <DateInput {...bound} value={known ?? ""} onChange={(day) => setKnown(day || null)} />}</Field>
        {scopes.length > 1 && (
          <Field label={t("scope")} hint={t("scopes", { n: scopes.length })}>
            {(bound) => <Select {...bound} style={{ width: "100%" }} showSearch={{ optionFilterProp: "label" }} value={scope} onChange={(value: string) => setScope(value)} options={scopes.map((value) => ({ value, label: placeName(value, lang) }))} />}
          </Field>
        )}
      </div>
      {entry.unknown > 0 && <p className="df-muted">{t("unknown", { n: entry.unknown, day: known ?? "" })}</p>}
      <History entry={entry} shown={shown} />
      <Values shown={shown} />
      <Uses uses={entry.used_by} />
    </>
  );
}

function History({ entry, shown }: { entry: Entry; shown: readonly Value[] }) {
  const t = useRulesText();
  const words = useWords();
  const kit = useChartKit();
  const points = historyOf(shown);
  const lang = useLang();
  if (points.length < 2) return null;
  const drawn = kit.lines([{ key: "value", name: entry.name, unit: entry.unit, kind: "target", points }]);
  return <Section title={t("historyHead")}><Chart title={t("history", { name: words(entry.name) })} subtitle={unitName(entry.unit, lang)} height={200} name={entry.id} {...drawn} /></Section>;
}

function Values({ shown }: { shown: readonly Value[] }) {
  const t = useRulesText();
  const words = useWords();
  return (
    <Section title={t("values", { n: shown.length })}>
      <div className="df-plain-scroll" tabIndex={0} role="region" aria-label={t("values", { n: shown.length })}>
        <table className="df-plain">
          <thead><tr>{(["since", "until", "published", "value", "status", "source", "note"] as const).map((name) => <th key={name} scope="col" className={name === "value" ? "df-num" : undefined}>{t(name)}</th>)}</tr></thead>
          <tbody>
            {shown.map((one) => (
              <tr key={`${one.since}${one.published ?? ""}`}>
                <td className="df-nowrap">{one.since}</td><td className="df-nowrap">{one.until ?? t("openEnd")}</td><td className="df-nowrap">{one.published ?? "\u2014"}</td>
                <td className="df-num">{plain(one.value)}{!one.standing && <small className="df-muted"> {t("superseded")}</small>}</td>
                <td>{one.status === "official" ? t("official") : <StatusMark status={one.status} />}</td><td>{words(one.source)}</td><td>{one.note ?? "\u2014"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function Uses({ uses }: { uses: Entry["used_by"] }) {
  const t = useRulesText();
  const words = useWords();
  if (!uses.length) return <p className="df-muted">{t("usedByNone")}</p>;
  return (
    <Section title={t("usedBy", { n: uses.length })}>
      <div className="df-plain-scroll df-rules-uses" tabIndex={0} role="region" aria-label={t("usedBy", { n: uses.length })}>
        <table className="df-plain">
          <thead><tr>{(["method", "family", "stream", "input"] as const).map((name) => <th key={name} scope="col">{t(name)}</th>)}</tr></thead>
          <tbody>{uses.map((one) => <tr key={`${one.method}/${one.family}/${one.stream}/${one.input}`}><td><ViewLink to={`/methods/${one.method}/${one.family}`}>{words(one.method_name)}</ViewLink></td><td>{words(one.family_name)}</td><td>{words(one.stream_name)}</td><td>{words(one.input_name)}</td></tr>)}</tbody>
        </table>
      </div>
    </Section>
  );
}
