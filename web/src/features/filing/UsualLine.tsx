import { useLang, useWords } from "@/i18n";
import { digits, unitName } from "@/lib/units";
import type { Filing } from "./FilingPage";
import type { GridRow } from "./grid";
import { useFilingText } from "./text";

/** The past of the chosen cell: last period's figure and the usual range. */
export function UsualLine({ filing, rows, place }: { filing: Filing; rows: readonly GridRow[]; place: { row: number; column: string } | null }) {
  const t = useFilingText();
  const words = useWords();
  const lang = useLang();
  if (!filing.may_edit) return null;
  const row = place ? rows[place.row - 1] : undefined;
  const item = row?.item ?? row?.product ?? row?.datum ?? null;
  const past = place && item ? filing.usual.find((one) => one.column === place.column && (one.item === item || one.item_name === item)) : undefined;
  if (!past) return null;
  const column = filing.columns.find((one) => one.name === past.column);
  return (
    <p aria-live="polite">
      {past.item_name} · {words(column?.header)}: {t("last", { period: past.last_period })} <b>{past.last === null ? "\u2014" : digits(past.last, 6)}</b> {unitName(past.unit, lang)}
      {past.low != null && past.high != null && <> · {t("usual")} {digits(past.low, 6)} – {digits(past.high, 6)} {unitName(past.unit, lang)}</>}
    </p>
  );
}
