/** The head of a case: which method and rule, which period, whose factors; and the parts of a works 算例设置. */
import { Button, Checkbox, Input, Segmented, Select } from "antd";
import { ViewLink } from "@/app/ViewLink";
import { api, useApi } from "@/client";
import { Field, Section } from "@/components/ui";
import { useLang, useWords } from "@/i18n";
import { useParam } from "@/app/view";
import { kept, newDraft, type Draft, type Fault, type Part } from "./draft";
import { codeIn } from "./MethodsPage";
import { placesIn } from "./places";
import { Status } from "./MethodPage";
import { useMethodsText } from "./text";
import { inForceFor, merged, sourceOf } from "./wanted";

type Heads = ReturnType<typeof merged>;
interface Props {
  heads: Heads;
  draft: Draft;
  part: Part;
  place: number;
  faults: readonly Fault[];
  head: Heads[number] | { status: string; source: string; source_zh?: string; source_en?: string; boundary: { zh: string; en: string } } | null;
  onDraft: (change: (old: Draft) => Draft) => void;
  onPart: (place: number) => void;
  onExample: () => void;
}

export function Setup(props: Props) {
  const t = useMethodsText();
  const words = useWords();
  const lang = useLang();
  const { draft, part, place, head, onExample } = props;
  return (
    <Section title={t("what")} side={<Button size="small" className="df-noprint" onClick={onExample}>{t("example")}</Button>}>
      <div className="df-stack">
        <Parts {...props} />
        <div className="df-case-grid">
          <Picker {...props} />
          {place === 0 && <Span {...props} />}
        </div>
        {head && (
          <details className="df-case-fold">
            <summary>{t("boundaryOf")}</summary>
            <p className="df-case-text">{words(head.boundary)}</p>
            <p className="df-muted df-small">{sourceOf(head, lang)}</p>
            <Status status={head.status} />
            <ViewLink to={`/methods/${part.method}/${part.family}`}>{t("toMethod")}</ViewLink>
          </details>
        )}
        {place === 0 && <More draft={draft} onDraft={props.onDraft} faults={props.faults} />}
      </div>
    </Section>
  );
}

/** Method and rule; an industry code narrows the methods and says why. */
function Picker({ heads, draft, part, place, faults, onDraft }: Props) {
  const t = useMethodsText();
  const words = useWords();
  const [industry, setIndustry] = useParam("industry");
  const code = codeIn(industry ?? "");
  const valid = /^\d{2,4}$/.test(code);
  const picked = useApi(["methods", code], () => api.GET("/api/v1/methods", { params: { query: { industry: code } } }), { enabled: valid, staleTime: 600_000 });
  const among = valid && picked.data ? merged(picked.data) : heads;
  const reason = among.find((one) => one.method === part.method)?.whys[0];
  const methods = shortest(among);
  const shown = methods.some((one) => one.method === part.method) ? methods : [...methods, ...shortest(heads.filter((one) => one.method === part.method))];
  const rules = heads.filter((one) => one.method === part.method);
  const setPart = (change: Partial<Part>) => onDraft((old) => ({ ...old, parts: old.parts.map((one, n) => (n === place ? { ...one, ...change } : one)) }));
  const choose = (method: string) => {
    const family = heads.filter((one) => one.method === method).map((one) => one.family);
    const rule = family.includes(part.family) ? part.family : inForceFor(heads.filter((one) => one.method === method), draft.period);
    if (place === 0 && draft.parts.length === 1) onDraft((old) => kept(method) ?? newDraft(method, rule, old.period, old.scope));
    else setPart({ method, family: rule, rows: [] });
  };
  const problem = faults.some((one) => one.at === `parts/${place}` && one.what === "method") ? t("fault_method") : undefined;
  return (
    <>
      <Field label={t("findIndustry")} hint={valid && reason ? words(reason) : t("industryHint")}>
        {(bound) => <Input {...bound} allowClear maxLength={5} value={industry ?? ""} onChange={(event) => setIndustry(event.target.value || null)} />}
      </Field>
      <Field label={t("method")} required problem={problem}>
        {(bound) => <Select {...bound} style={{ width: "100%" }} showSearch={{ optionFilterProp: "label" }} value={part.method || undefined} onChange={choose} options={shown.map((head) => ({ value: head.method, label: words(head.name) }))} />}
      </Field>
      <Field label={t("family")} required hint={inForce(rules.find((one) => one.family === part.family), t)}>
        {(bound) => <Select {...bound} style={{ width: "100%" }} value={part.family || undefined} onChange={(family) => setPart({ family })} options={rules.map((head) => ({ value: head.family, label: words(head.family_name) || head.family }))} popupMatchSelectWidth={false} />}
      </Field>
    </>
  );
}

/** One head a method, by its shortest name: the others say their rule beside it. */
function shortest(heads: Heads): Heads {
  const found = new Map<string, Heads[number]>();
  for (const head of heads) if (!found.has(head.method) || head.name.zh.length < found.get(head.method)!.name.zh.length) found.set(head.method, head);
  return [...found.values()];
}

const inForce = (head: Heads[number] | undefined, t: ReturnType<typeof useMethodsText>): string | undefined =>
  head && t(head.until ? "span" : "spanOpen", { since: head.since, until: head.until ?? "" });

function Span({ draft, faults, onDraft }: Props) {
  const t = useMethodsText();
  const lang = useLang();
  const wrong = faults.some((one) => one.at === "period");
  return (
    <>
      <Field label={t("period")} required hint={t("periodHint")} problem={wrong ? t("fault_period") : undefined}>
        {(bound) => <Input {...bound} maxLength={7} value={draft.period} onChange={(event) => onDraft((old) => ({ ...old, period: event.target.value.trim() }))} />}
      </Field>
      <Field label={t("place")} hint={t("placeHint")}>
        {(bound) => <Select {...bound} style={{ width: "100%" }} showSearch={{ optionFilterProp: "label" }} value={draft.scope} onChange={(scope) => onDraft((old) => ({ ...old, scope }))} options={placesIn(lang, draft.scope)} />}
      </Field>
    </>
  );
}

function More({ draft, faults, onDraft }: Pick<Props, "draft" | "faults" | "onDraft">) {
  const t = useMethodsText();
  const text = (label: string, name: "id" | "name" | "nameEn" | "asOf", more: { hint?: string; problem?: string | undefined } = {}) => (
    <Field label={label} {...more}>{(bound) => <Input {...bound} maxLength={200} value={draft[name]} onChange={(event) => onDraft((old) => ({ ...old, [name]: event.target.value }))} />}</Field>
  );
  return (
    <details className="df-case-fold">
      <summary>{t("more")}</summary>
      <div className="df-case-grid">
        {text(t("caseId"), "id")}
        {text(t("caseName"), "name")}
        {text(t("caseNameEn"), "nameEn")}
        {text(t("asOf"), "asOf", { hint: t("asOfHint"), problem: faults.some((one) => one.at === "asOf") ? t("fault_date") : undefined })}
        <Checkbox className="df-case-wide" checked={draft.trial} onChange={(event) => onDraft((old) => ({ ...old, trial: event.target.checked }))}>{t("trial")}</Checkbox>
      </div>
    </details>
  );
}

/** A works may be accounted by several methods, such as its own power plant: each is a part with a name. */
function Parts({ draft, part, place, faults, onDraft, onPart }: Props) {
  const t = useMethodsText();
  const add = () => {
    onDraft((old) => ({ ...old, parts: [...old.parts.map((one, n) => ({ ...one, part: one.part || t("partN", { n: n + 1 }) })), { part: t("partN", { n: old.parts.length + 1 }), method: "power_generation", family: "mee_power_2022", rows: [] }] }));
    onPart(draft.parts.length);
  };
  const remove = () => {
    onDraft((old) => {
      const parts = old.parts.filter((_, n) => n !== place);
      return { ...old, parts: parts.length === 1 ? [{ ...parts[0]!, part: "" }] : parts };
    });
    onPart(0);
  };
  if (draft.parts.length === 1) return <button type="button" className="df-bare df-more df-noprint" onClick={add}>{t("addPart")}</button>;
  return (
    <div className="df-row df-noprint">
      <Segmented aria-label={t("parts")} value={place} onChange={(value) => onPart(Number(value))} options={draft.parts.map((one, n) => ({ value: n, label: one.part || t("partN", { n: n + 1 }) }))} />
      <Input aria-label={t("partName")} style={{ width: 160 }} maxLength={60} value={part.part} status={faults.some((one) => one.at === `parts/${place}` && one.what === "part") ? "error" : ""} onChange={(event) => onDraft((old) => ({ ...old, parts: old.parts.map((one, n) => (n === place ? { ...one, part: event.target.value } : one)) }))} />
      <Button size="small" onClick={add}>{t("addPart")}</Button>
      <Button size="small" onClick={remove}>{t("removePart")}</Button>
    </div>
  );
}
