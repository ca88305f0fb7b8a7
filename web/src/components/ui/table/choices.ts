import type { Lang } from "@/lib/units";
import type { ColumnDef } from "./query";

/** The choices of a column as value and name. */
export function choicesOf(column: ColumnDef, lang: Lang): { value: string; label: string }[] {
  return (column.choices ?? []).map((one) => (typeof one === "string" ? { value: one, label: one } : { value: one.value, label: one[lang] ?? one.value }));
}

export function choiceName(column: ColumnDef, value: unknown, lang: Lang): string {
  const found = column.choices?.find((one) => typeof one !== "string" && one.value === value);
  return found && typeof found !== "string" ? (found[lang] ?? String(value)) : String(value);
}
