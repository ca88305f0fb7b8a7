import { Input } from "antd";
import { Section } from "@/components/ui";
import { useWords } from "@/i18n";
import type { Filing } from "./FilingPage";
import { useFilingText } from "./text";
import type { Draft } from "./useDraft";

/** Puts the cursor into a cell of the grid. */
export function toCell(row: number, column: string) {
  document.querySelector<HTMLInputElement>(`[data-cell="${row}:${CSS.escape(column)}"]`)?.focus();
}

/** The problems of the draft at the top of what must be done: each leads to its cell; a doubt wants an explanation. */
export function Issues({ filing, draft }: { filing: Filing; draft: Draft }) {
  const t = useFilingText();
  const words = useWords();
  if (filing.hidden) return null;
  const column = (name: string) => words(filing.columns.find((one) => one.name === name)?.header) || name;
  const name = (severity: string) => (severity === "error" ? t("severity_error") : severity === "warning" ? t("severity_warning") : t("severity_note"));
  const go = toCell;
  const found = filing.problems.filter((one) => !one.to_fill);
  const empty = filing.problems.find((one) => one.to_fill && one.row !== null);
  if (!found.length && filing.fill.left > 0) {
    return (
      <Section title={t("toFillTitle")} note={t("toFill", { n: filing.fill.left, m: filing.fill.of })}>
        {empty && <button type="button" className="df-bare df-explain" onClick={() => go(empty.row!, empty.column)}>{t("nextToFill", { row: empty.row!, column: column(empty.column) })}</button>}
      </Section>
    );
  }
  return (
    <Section title={t("problems")} note={found.length ? [t("problemsSum", { errors: filing.errors, warnings: filing.warnings }), empty && t("toFill", { n: filing.fill.left, m: filing.fill.of })].filter(Boolean).join(" ") : t("problemsNone")}>
      <ul className="df-issues">
        {found.map((one, n) => (
          <li key={`${one.key}${n}`}>
            <span className={`df-issue df-issue-${one.severity}`}>{name(one.severity)}</span>
            <div>
              {one.row !== null && <button type="button" className="df-bare df-explain" onClick={() => go(one.row!, one.column)}>{t("cellAt", { row: one.row, column: column(one.column) })}</button>}{" "}
              {one.text && !words(one.what).includes(one.text) && <code>{one.text}</code>} {words(one.what)} <span className="df-muted">{words(one.mend)}</span>
              {one.severity === "warning" && (filing.may_edit
                ? <Input size="small" maxLength={500} placeholder={t("explainHint")} aria-label={t("explain")} value={draft.explanations[one.key] ?? ""} onChange={(e) => draft.explain(one.key, e.target.value)} />
                : one.explanation && <div>{t("explain")}: {one.explanation}</div>)}
            </div>
          </li>
        ))}
      </ul>
    </Section>
  );
}
