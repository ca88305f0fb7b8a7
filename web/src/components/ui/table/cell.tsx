/** One cell by the kind of its column; missing is an em dash. */
import { sentenceCase, typeset } from "@/i18n";
import { day, moment } from "@/lib/dates";
import { DASH, digits, exact, type Lang } from "@/lib/units";
import type { useUiText } from "../text";
import { isState, StateMark } from "../StateMark";
import { choiceName } from "./choices";
import type { ColumnDef } from "./query";

/** The name of a column as its head has it. */
export const columnLabel = (column: ColumnDef, lang: Lang): string => (lang === "en" ? typeset(sentenceCase(column.en, lang)) : column.zh);

export function Cell({ value, column, factor, lang, t }: { value: unknown; column: ColumnDef; factor: number; lang: Lang; t: ReturnType<typeof useUiText> }) {
  if (value === null || value === undefined || value === "") return <span className="df-muted" title={t("missingPlain")}>{DASH}</span>;
  if (column.kind === "number" && typeof value === "number") return <span title={exact(value)}>{digits(value * factor)}</span>;
  if (column.kind === "date") return <>{day(String(value))}</>;
  if (column.kind === "time") return <>{moment(String(value))}</>;
  if (column.kind === "bool") return <>{value ? t("yes") : t("no")}</>;
  if (column.kind === "state" && isState(value)) return <StateMark state={value} />;
  if (column.kind === "code") return <span className="df-mono">{String(value)}</span>;
  if (Array.isArray(value)) return <>{value.map((one) => choiceName(column, one, lang)).join(lang === "zh" ? "、" : ", ")}</>;
  if (typeof value === "object" && "zh" in value) return <>{(value as Record<Lang, string>)[lang]}</>;
  return <>{choiceName(column, value, lang)}</>;
}
