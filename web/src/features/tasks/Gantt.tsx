/** The schedule of the dated tasks 甘特图; undated ones are listed below it. */
import { ViewLink } from "@/app/ViewLink";
import { useLang } from "@/i18n";
import { today as todayDate } from "@/lib/dates";
import { TaskMark } from "./Board";
import { gantt, titleIn, type TaskRow } from "./rows";
import { useTasksText } from "./text";

const percent = (share: number) => `${(share * 100).toFixed(3)}%`;

export function Gantt({ rows }: { rows: readonly TaskRow[] }) {
  const t = useTasksText();
  const lang = useLang();
  const { years, bars, today } = gantt(rows, todayDate());
  const undated = rows.filter((row) => row.due === null);
  return (
    <>
      {bars.length > 0 && (
        <section className="df-section" aria-label={t("gantt", { n: bars.length })}>
          <div className="df-gantt" role="list">
            <div className="df-gantt-head" aria-hidden="true">
              <span />
              <div className="df-gantt-years">{years.map((year) => <span key={year}>{year}</span>)}</div>
            </div>
            {bars.map(({ row, from, to }) => (
              <div key={row.id} className="df-gantt-row" role="listitem">
                <span className="df-gantt-name"><ViewLink to={`/tasks/${encodeURIComponent(row.id)}`}>{titleIn(row, lang)}</ViewLink></span>
                <div className="df-gantt-lane">
                  {today !== null && <i className="df-gantt-today" style={{ insetInlineStart: percent(today) }} title={t("today")} />}
                  <span className={`df-gantt-bar df-gantt-${row.state}`} style={{ insetInlineStart: percent(from), width: percent(Math.max(0.004, to - from)) }} title={`${row.start ?? ""} – ${row.due ?? ""}`}>
                    {row.percent ? <i style={{ width: percent(row.percent / 100) }} /> : null}
                  </span>
                  <span className="df-sr">{t("due")} {row.due}</span>
                </div>
              </div>
            ))}
          </div>
        </section>
      )}
      {undated.length > 0 && (
        <section className="df-section">
          <header><h2>{t("noDue")}</h2><span className="df-muted">{t("count", { n: undated.length })}</span></header>
          <ul className="df-taskcards df-taskcards-wide">
            {undated.map((row) => (
              <li key={row.id} className="df-taskcard"><ViewLink to={`/tasks/${encodeURIComponent(row.id)}`}>{titleIn(row, lang)}</ViewLink> <TaskMark state={row.state} /></li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
