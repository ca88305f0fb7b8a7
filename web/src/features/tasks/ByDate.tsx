/** What falls due when 按期限: tasks by the year of their term, the overdue first, those without a date last. */
import { Card } from "./Board";
import { byYear, type TaskRow } from "./rows";
import { useTasksText } from "./text";

export function ByDate({ rows }: { rows: readonly TaskRow[] }) {
  const t = useTasksText();
  return (
    <div className="df-departments">
      {byYear(rows).map(([year, some]) => (
        <section key={year} className="df-section">
          <header><h2>{year === "late" ? t("state_overdue") : year || t("noDue")}</h2><span className="df-muted">{t("count", { n: some.length })}</span></header>
          <ul className="df-taskcards df-taskcards-wide">{some.map((row) => <Card key={row.id} row={row} />)}</ul>
        </section>
      ))}
    </div>
  );
}
