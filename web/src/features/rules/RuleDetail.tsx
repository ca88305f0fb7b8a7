/** One parameter: what it was and is, as known on a day, where it came from, and what rests on it. */
import { Select } from "antd";
import { useParam } from "@/app/view";
import { ViewLink } from "@/app/ViewLink";
import { api, useApi, type Schemas } from "@/client";
import { Chart, DateInput, Field, PageFace, Section, Sentence, StatusMark, useChartKit } from "@/components/ui";
import { useWords } from "@/i18n";
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
        <div><dt>{t("unit")}</dt><dd>{entry.unit}</dd></div>
        {entry.low !== null && <div><dt>{t("range")}</dt><dd>{plain(entry.low)}–{plain(entry.high)}</dd></div>}
        <div><dt>{t("file")}</dt><dd><code>{entry.file}</code></dd></div>
      </dl>
      {entry.errors.map((one) => <p key={one.en} className="df-muted" role="note"><b>{t("error")}</b> {words(one)}</p>)}
      <div className="df-case-grid df-noprint">
        <Field label={t("knownOn")} hint={t("knownHint")}>{(bound) => <DateInput {...bound} value={known ?? ""} onChange={(day) => setKnown(day || null)} />}</Field>
        {scopes.length > 1 && (
          <Field label={t("scope")} hint={t("scopes", { n: scopes.length })}>
            {(bound) => <Select {...bound} style={{ width: "100%" }} showSearch value={scope} onChange={(value: string) => setScope(value)} options={scopes.map((value) => ({ value, label: value }))} />}
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
  if (points.length < 2) return <p className="df-muted">{t("historyOne")}</p>;
  const drawn = kit.lines([{ key: "value", name: entry.name, unit: entry.unit, kind: "target", points }]);
  return <Section><Chart title={t("history", { name: words(entry.name) })} subtitle={entry.unit} height={200} name={entry.id} {...drawn} /></Section>;
}

function Values({ shown }: { shown: readonly Value[] }) {
  const t = useRulesText();
  const words = useWords();
  return (
    <Section title={t("values", { n: shown.length })}>
      <div className="df-scroll">
        <table className="df-plain">
          <thead><tr>{(["since", "until", "published", "value", "status", "source", "note"] as const).map((name) => <th key={name} scope="col">{t(name)}</th>)}</tr></thead>
          <tbody>
            {shown.map((one) => (
              <tr key={`${one.since}${one.published ?? ""}`}>
                <td>{one.since}</td><td>{one.until ?? t("openEnd")}</td><td>{one.published ?? "—"}</td>
                <td className="df-num">{plain(one.value)}{!one.standing && <small className="df-muted"> {t("superseded")}</small>}</td>
                <td>{one.status === "official" ? "✓" : <StatusMark status={one.status} />}</td><td>{words(one.source)}</td><td>{one.note}</td>
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
      <div className="df-scroll" style={{ maxHeight: 360 }}>
        <table className="df-plain">
          <thead><tr>{(["method", "family", "stream", "input"] as const).map((name) => <th key={name} scope="col">{t(name)}</th>)}</tr></thead>
          <tbody>{uses.map((one) => <tr key={Object.values(one).join("/")}><td><ViewLink to={`/methods/${one.method}/${one.family}`}>{words(one.method_name)}</ViewLink></td><td><code>{one.family}</code></td><td><code>{one.stream}</code></td><td><code>{one.input}</code></td></tr>)}</tbody>
        </table>
      </div>
    </Section>
  );
}
