/** By which method is this industry accounted, and under which rules does the method stand? 核算方法 */
import { Input, Select } from "antd";
import { useEffect, useState } from "react";
import { useParam } from "@/app/view";
import { ViewLink } from "@/app/ViewLink";
import { api, useApi, type Schemas } from "@/client";
import { Empty, Field, Page, PageFace, SaveCsv, Section, Sentence, StatusMark } from "@/components/ui";
import { useLang, useWords } from "@/i18n";
import { useDebounced } from "@/lib/hooks";
import type { Lang } from "@/lib/units";
import "./methods.css";
import { useMethodsText } from "./text";
import { inForceFor, merged, sourceOf } from "./wanted";

type Head = ReturnType<typeof merged>[number];

/** A GB/T 4754 code as people write it: C3011 and 3011 are the same. */
export const codeIn = (text: string): string => text.trim().replace(/^[A-Ta-t](?=\d)/, "");

export function MethodsPage() {
  const t = useMethodsText();
  const [industry, setIndustry] = useParam("industry");
  const code = codeIn(industry ?? "");
  const valid = code === "" || /^\d{2,4}$/.test(code);
  const asked = valid ? code : "";
  const heads = useApi(["methods", asked], () => api.GET("/api/v1/methods", { params: { query: asked ? { industry: asked } : {} } }), { staleTime: 600_000, placeholderData: (old: Schemas["MethodHead"][] | undefined) => old });
  return (
    <Page title={t("title")} actions={<ViewLink className="df-button df-button-link" to="/calculator">{t("toCalculator")}</ViewLink>}>
      <PageFace query={heads} skeleton="table">
        {(found) => <Loaded heads={merged(found)} industry={industry ?? ""} valid={valid} asked={asked} onIndustry={(value) => setIndustry(value || null)} />}
      </PageFace>
    </Page>
  );
}

function Loaded({ heads, industry, valid, asked, onIndustry }: { heads: readonly Head[]; industry: string; valid: boolean; asked: string; onIndustry: (code: string) => void }) {
  const t = useMethodsText();
  const words = useWords();
  const [q, setQ] = useParam("q");
  const [family, setFamily] = useParam("family");
  const found = heads.filter((head) => matches(head, q ?? "") && (!family || head.family === family));
  const families = [...new Map(heads.map((head) => [head.family, words(head.family_name) || head.family]))].sort((a, b) => a[1].localeCompare(b[1]));
  const kinds = new Set(heads.map((head) => head.method)).size;
  return (
    <>
      <Sentence>{asked ? t(kinds === 1 && heads[0]?.method === "other_industry" ? "pickedOther" : "picked", { code: asked, n: kinds, rules: heads.length }) : t("sentence", { n: kinds, rules: families.length, all: heads.length })}</Sentence>
      <Section className="df-noprint">
        <div className="df-case-grid">
          <Typed label={t("findName")} value={q ?? ""} onChange={(value) => setQ(value || null)} />
          <Typed label={t("findIndustry")} hint={t("industryHint")} problem={valid ? undefined : t("industryWrong")} value={industry} onChange={onIndustry} />
          <Field label={t("family")}>
            {(bound) => <Select {...bound} style={{ width: "100%" }} allowClear showSearch={{ optionFilterProp: "label" }} placeholder={t("allFamilies")} value={family ?? undefined} onChange={(value) => setFamily(value ?? null)} options={families.map(([value, label]) => ({ value, label }))} />}
          </Field>
        </div>
      </Section>
      {found.length === 0 ? <Empty title={t("none")} text={t("noneText")} /> : <List heads={found} reasons={Boolean(asked)} />}
    </>
  );
}

const matches = (head: Head, typed: string): boolean => {
  const q = typed.trim().toLowerCase();
  return !q || [head.method, head.name.zh, head.name.en.toLowerCase(), head.source.toLowerCase(), head.boundary.zh, head.boundary.en.toLowerCase()].some((text) => text.includes(q));
};

/** A field whose text goes into the address once it stands still. */
function Typed({ label, hint, problem, value, onChange }: { label: string; hint?: string; problem?: string | undefined; value: string; onChange: (value: string) => void }) {
  const [typed, setTyped] = useState(value);
  const still = useDebounced(typed, 250);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (still !== value && still === typed) onChange(still);
    // The address follows what was typed, not the other way round.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [still]);
  return <Field label={label} hint={hint} problem={problem}>{(bound) => <Input {...bound} allowClear maxLength={40} value={typed} onChange={(event) => setTyped(event.target.value)} />}</Field>;
}

/** By name, one method's rules together; of an industry as the picker found them, the best fitting first. */
export function inOrder(heads: readonly Head[], lang: Lang, picked: boolean): Head[] {
  if (picked) return [...heads];
  const name = (head: Head) => heads.filter((one) => one.method === head.method).map((one) => one.name[lang]).sort((a, b) => a.length - b.length)[0]!;
  return [...heads].sort((a, b) => name(a).localeCompare(name(b), lang === "zh" ? "zh-CN" : "en") || a.method.localeCompare(b.method) || b.since.localeCompare(a.since));
}

function List({ heads, reasons }: { heads: readonly Head[]; reasons: boolean }) {
  const t = useMethodsText();
  const words = useWords();
  const lang = useLang();
  const year = String(new Date().getFullYear() - 1);
  const first = new Map([...new Set(heads.map((head) => head.method))].map((method) => [method, inForceFor(heads.filter((head) => head.method === method), year)]));
  const rows = inOrder(heads, lang, reasons);
  const csv = () => rows.map((head) => [head.method, head.family, words(head.name), words(head.family_name), head.whys.map((why) => words(why)).join("; "), head.since, head.until, head.status, sourceOf(head, lang)]);
  return (
    <Section flush title={t("count", { n: heads.length })} side={<SaveCsv name="methods" columns={["method", "family", "name", "rules", "reason", "since", "until", "status", "source"]} rows={csv} />}>
      <div className="df-plain-scroll df-methods-list" tabIndex={0} role="region" aria-label={t("title")}>
        <table className="df-plain df-methods" role="table">
          <thead role="rowgroup"><tr role="row"><th scope="col">{t("method")}</th>{reasons && <th scope="col">{t("reason")}</th>}<th scope="col">{t("family")}</th><th scope="col">{t("inForce")}</th><th scope="col">{t("source")}</th><th scope="col"><span className="df-sr">{t("actions")}</span></th></tr></thead>
          <tbody role="rowgroup">
            {rows.map((head) => (
              <tr role="row" key={`${head.method}/${head.family}`}>
                <th role="rowheader" scope="row"><ViewLink to={`/methods/${head.method}/${head.family}`}>{words(head.name)}</ViewLink></th>
                {reasons && <td role="cell" data-label={t("reason")}>{head.whys.map((why) => words(why)).join(" · ")}</td>}
                <td role="cell" data-label={t("family")}>{words(head.family_name) || head.family}{first.get(head.method) === head.family && <div className="df-small df-methods-shown">{t("standsFirst", { year })}</div>}</td>
                <td role="cell" className="df-nowrap" data-label={t("inForce")}>{t(head.until ? "span" : "spanOpen", { since: head.since, until: head.until ?? "" })}</td>
                <td role="cell" className="df-methods-source" data-label={t("source")}>{sourceOf(head, lang)} <StatusMark status={head.status} /></td>
                <td role="cell" className="df-nowrap df-noprint"><a href={`/api/v1/methods/${head.method}/${head.family}/template`} aria-label={`${t("template")} ${words(head.name)} ${words(head.family_name)}`} download>{t("template")}</a></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}
