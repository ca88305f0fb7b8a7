/** The same figures under another rule 换规则对比: line by line, and why. */
import { Select } from "antd";
import { useParam } from "@/app/view";
import { api, useApi, type Schemas } from "@/client";
import { Field, PageFace, Section, Sentence } from "@/components/ui";
import { useWords } from "@/i18n";
import { saveText } from "@/lib/save";
import { csvText } from "@/lib/csv";
import { change, DASH, digits, exact, shown } from "@/lib/units";
import { useView } from "@/app/view";
import type { CaseForm } from "./draft";
import { byDifference, together } from "./said";
import { useTitle } from "./names";
import { useMethodsText } from "./text";
import type { merged } from "./wanted";

type Comparison = Schemas["account_compared_Comparison"];
type Heads = ReturnType<typeof merged>;

/** Of a case in the calculator; the other rule stands in the address. */
export function CompareRules({ given, families, heads }: { given: CaseForm; families: readonly string[]; heads: Heads }) {
  const [family, setFamily] = useParam("with");
  const others = families.filter((one) => one !== given.family);
  const asked = family && others.includes(family) ? family : null;
  const found = useApi(["compare", given, asked], () => api.POST("/api/v1/calculator/compare", { params: { query: { family: asked ?? "" } }, body: given }), { enabled: Boolean(asked) && !given.parts?.length, staleTime: 600_000, retry: false });
  return <Compared method={given.method ?? ""} own={given.family ?? ""} others={given.parts?.length ? [] : others} several={Boolean(given.parts?.length)} asked={asked} heads={heads} found={found} onAsk={setFamily} />;
}

interface Shown {
  method: string;
  own: string;
  others: readonly string[];
  several?: boolean;
  asked: string | null;
  heads: Heads;
  found: { data: Comparison | undefined; error: unknown; refetch: () => unknown };
  onAsk: (family: string | null) => void;
}

export function Compared({ method, own, others, several = false, asked, heads, found, onAsk }: Shown) {
  const t = useMethodsText();
  const words = useWords();
  const name = (family: string) => words(heads.find((one) => one.method === method && one.family === family)?.family_name ?? heads.find((one) => one.family === family)?.family_name) || family;
  return (
    <Section title={t("compare")} note={t("compareNote")}>
      {several ? <p className="df-muted">{t("compareSeveral")}</p> : others.length === 0 ? <p className="df-muted">{t("compareNone")}</p> : (
        <div className="df-case-grid df-noprint">
          <Field label={t("compareWith")}>
            {(bound) => <Select {...bound} style={{ width: "100%" }} allowClear placeholder={t("compareChoose")} value={asked ?? undefined} onChange={(value) => onAsk(value ?? null)} options={others.map((value) => ({ value, label: name(value) }))} popupMatchSelectWidth={false} />}
          </Field>
        </div>
      )}
      {asked && !several && <PageFace query={found} skeleton="table">{(comparison) => <Told comparison={comparison} one={name(own)} other={name(asked)} />}</PageFace>}
    </Section>
  );
}

function Told({ comparison, one, other }: { comparison: Comparison; one: string; other: string }) {
  const t = useMethodsText();
  const words = useWords();
  const { units, lang } = useView();
  const { total } = comparison;
  const amount = (value: number) => { const print = shown(value, "tCO2e", units, lang); return `${print.text} ${print.unit}`; };
  const rows = byDifference(together(comparison.rows));
  const share = total.one && total.difference !== null ? ` (${change((total.difference / Math.abs(total.one)) * 100)}%)` : "";
  const save = () => saveText("compare.csv", csvText([t("stream"), comparison.one, comparison.other, t("difference"), t("why")], [...comparison.rows, total].map((row) => [words(row.name), row.one, row.other, row.difference, row.why.map((why) => words(why)).join("; ")])), "text/csv");
  return (
    <div className="df-stack">
      <Sentence>{total.difference === null ? t("comparedMissing") : total.difference === 0 ? t("comparedSame", { other }) : t(total.difference > 0 ? "comparedMore" : "comparedLess", { other, value: amount(Math.abs(total.difference)), share })}</Sentence>
      <div className="df-plain-scroll" tabIndex={0} role="region" aria-label={t("compare")}>
        <table className="df-plain df-case-lines">
          <thead><tr><th scope="col">{t("stream")}</th><th scope="col" className="df-num">{one} (t CO₂e)</th><th scope="col" className="df-num">{other} (t CO₂e)</th><th scope="col" className="df-num">{t("difference")}</th><th scope="col">{t("why")}</th></tr></thead>
          <tbody>{rows.map((row, n) => <DifferenceRow key={n} row={row} />)}</tbody>
          <tfoot><DifferenceRow row={{ ...total, n: 1 }} /></tfoot>
        </table>
      </div>
      {comparison.notes.length > 0 && <ul className="df-case-says">{comparison.notes.map((note) => <li key={note.zh}>{words(note)}</li>)}</ul>}
      <button type="button" className="df-bare df-more df-noprint" onClick={save}>CSV</button>
    </div>
  );
}

function DifferenceRow({ row }: { row: Schemas["Difference"] & { n: number } }) {
  const t = useMethodsText();
  const title = useTitle();
  const words = useWords();
  const cell = (value: number | null, signed = false) => <td className="df-num" title={value === null ? undefined : exact(value)}>{value === null ? DASH : signed ? change(value, 6) : digits(value, 7)}</td>;
  return (
    <tr>
      <th scope="row">{title(row.name)}{row.n > 1 && <span className="df-muted df-small"> {t("linesN", { n: row.n })}</span>}</th>
      {cell(row.one)}
      {cell(row.other)}
      {cell(row.difference, true)}
      <td className="df-case-how">{row.why.map((why) => <div key={why.zh}>{words(why)}</div>)}</td>
    </tr>
  );
}
