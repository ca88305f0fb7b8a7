/** What stands beneath a cell for those who read: last period, usual range, how far it is from them, what it was before. */
import { change, digits } from "@/lib/units";
import type { Filing } from "./FilingPage";
import { useFilingText } from "./text";

export function useBeneath(filing: Filing): ReadonlyMap<string, React.ReactNode> {
  const t = useFilingText();
  const out = new Map<string, React.ReactNode>();
  if (filing.may_edit) return out;
  const before = new Map(filing.changes.filter((one) => one.row !== null).map((one) => [`${one.row}:${one.column}`, one.before]));
  const add = (key: string, node: React.ReactNode) => out.set(key, <>{out.get(key)}{node}</>);
  for (const [key, was] of before) add(key, <div className="df-cell-was">{t("was", { value: was ?? t("wasEmpty") })}</div>);
  for (const one of filing.compared) {
    if (!filing.rows[one.row - 1]?.cells[one.column]) continue;
    add(`${one.row}:${one.column}`, (
      <dl className="df-cell-past">
        {one.last !== null && <><dt>{t("last", { period: one.last_period })}</dt><dd>{digits(one.last, 6)}{one.change !== null && <b className={out_of(filing, one) ? "df-cell-far" : undefined}> {change(one.change * 100)}%</b>}</dd></>}
        {one.low !== null && one.high !== null && <><dt>{t("usual")}</dt><dd>{`${digits(one.low, 6)}\u2013${digits(one.high, 6)}`}</dd></>}
      </dl>
    ));
  }
  return out;
}

/** Whether the figure lies outside the usual range. */
function out_of(filing: Filing, one: Filing["compared"][number]): boolean {
  return filing.problems.some((found) => found.kind === "beyond_usual" && found.row === one.row && found.column === one.column);
}
