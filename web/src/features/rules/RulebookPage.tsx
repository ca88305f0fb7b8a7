/** Which values and formulas does everything rest on, from when, from where, and are they sound? 规则库 */
import { Tabs } from "antd";
import { useParam } from "@/app/view";
import { ViewLink } from "@/app/ViewLink";
import { api, useApi, type Schemas } from "@/client";
import { DataTable, DateInput, Field, Page, PageFace, Section, Sentence, StatusMark } from "@/components/ui";
import { useLang, useWords } from "@/i18n";
import { unitName } from "@/lib/units";
import { placeName } from "@/features/methods/places";
import { plain } from "./plain";
import { RuleDetail } from "./RuleDetail";
import "@/features/methods/methods.css";
import { useRulesText } from "./text";

type Checked = Schemas["RuleCheck"];
const TABS = ["values", "formulas", "families", "methods"] as const;
type Tab = (typeof TABS)[number];

export function RulebookPage() {
  const t = useRulesText();
  const [rule, setRule] = useParam("rule");
  const checked = useApi(["rules", "check"], () => api.GET("/api/v1/rules/check"), { staleTime: 600_000 });
  const actions = (
    <>
      <ViewLink className="df-button df-button-link" to="/methods">{t("toMethods")}</ViewLink>
      <ViewLink className="df-button df-button-link" to="/sources">{t("toSources")}</ViewLink>
    </>
  );
  return (
    <Page title={t("title")} actions={actions}>
      {rule ? <RuleDetail id={rule} onBack={() => setRule(null)} /> : <PageFace query={checked}>{(found) => <Book found={found} onRule={setRule} />}</PageFace>}
    </Page>
  );
}

function Book({ found, onRule }: { found: Checked; onRule: (id: string) => void }) {
  const t = useRulesText();
  const [asked, setTab] = useParam("tab");
  const [known, setKnown] = useParam("known");
  const tab: Tab = TABS.find((one) => one === asked) ?? "values";
  const verdict = found.problems.length ? t("unsound", { n: found.problems.length }) : t("sound");
  const label: Record<Tab, string> = { values: t("tabValues"), formulas: t("tabFormulas"), families: t("tabFamilies"), methods: t("tabMethods") };
  return (
    <>
      <Sentence>{t("sentence", { values: found.values, formulas: found.formulas, families: found.families, methods: found.methods, verdict })}</Sentence>
      {found.kept > 0 && <p className="df-muted">{t("kept", { n: found.kept })}</p>}
      {found.problems.length > 0 && <Problems problems={found.problems} />}
      <Tabs activeKey={tab} onChange={(key) => setTab(key === "values" ? null : key)} items={TABS.map((key) => ({ key, label: label[key] }))} />
      {tab === "values" && (
        <>
          <div className="df-case-grid df-noprint">
            <Field label={t("knownOn")} hint={t("knownHint")}>
              {(bound) => <DateInput {...bound} value={known ?? ""} onChange={(day) => setKnown(day || null)} />}
            </Field>
          </div>
          <Values known={known} onRule={onRule} />
        </>
      )}
      {tab === "formulas" && <DataTable name="rule_formulas" prefix="formulas" />}
      {tab === "families" && <DataTable name="rule_families" prefix="families" />}
      {tab === "methods" && <><p className="df-case-text">{t("methodsText")}</p><div className="df-row"><ViewLink className="df-button df-button-link" to="/methods">{t("toMethods")}</ViewLink></div></>}
    </>
  );
}

/** Every dated value: as printed, never rounded; scopes, units and marks in words. */
function Values({ known, onRule }: { known: string | null; onRule: (id: string) => void }) {
  const t = useRulesText();
  const lang = useLang();
  const render = {
    scope: (value: unknown) => placeName(String(value), lang),
    value: (value: unknown) => (typeof value === "number" ? plain(value) : null),
    unit: (value: unknown) => unitName(String(value ?? ""), lang) || t("ratio"),
    status: (value: unknown) => (value === "official" ? t("official") : <StatusMark status={String(value)} />),
  };
  return <DataTable name="parameters" fixed={{ "max.known": known ?? undefined }} render={render} onRow={(row) => onRule(String(row.id))} />;
}

function Problems({ problems }: { problems: Checked["problems"] }) {
  const t = useRulesText();
  const words = useWords();
  return (
    <Section title={t("problems", { n: problems.length })}>
      <ul className="df-list">{problems.map((one) => <li key={`${one.where}${one.column}${one.what.en}`}><code>{one.column}</code> {words(one.what)}</li>)}</ul>
    </Section>
  );
}
