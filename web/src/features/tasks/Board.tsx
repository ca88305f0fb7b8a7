/** Tasks as cards: by state (board), or by leading department. */
import { ViewLink } from "@/app/ViewLink";
import { useLang } from "@/i18n";
import { byDepartment, TASK_STATES, titleIn, unitIn, type TaskRow, type TaskState } from "./rows";
import { useTasksText } from "./text";

type T = ReturnType<typeof useTasksText>;
export const stateText = (state: TaskState, t: T): string => t(`state_${state}`);

export function Board({ rows }: { rows: readonly TaskRow[] }) {
  const t = useTasksText();
  return (
    <div className="df-board">
      {TASK_STATES.map((state) => {
        const some = rows.filter((row) => row.state === state);
        return (
          <section key={state} className="df-column" aria-label={stateText(state, t)}>
            <h2><TaskMark state={state} /> <span className="df-muted">{t("count", { n: some.length })}</span></h2>
            <ul className="df-taskcards">{some.map((row) => <Card key={row.id} row={row} />)}</ul>
          </section>
        );
      })}
    </div>
  );
}

export function Departments({ rows, unit }: { rows: readonly TaskRow[]; unit?: string | null }) {
  const t = useTasksText();
  const lang = useLang();
  const groups: [string, readonly TaskRow[]][] = unit ? [[unit, rows]] : byDepartment(rows);
  return (
    <div className="df-departments">
      {groups.map(([name, some]) => (
        <section key={name} className="df-section">
          <header><h2>{unitIn(some, name, lang) || t("noDepartment")}</h2><span className="df-muted">{t("count", { n: some.length })}</span></header>
          <ul className="df-taskcards df-taskcards-wide">{some.map((row) => <Card key={row.id} row={row} />)}</ul>
        </section>
      ))}
    </div>
  );
}

/** A task state by shape and word, never by colour alone. */
export function TaskMark({ state }: { state: TaskState }) {
  const t = useTasksText();
  return <span className={`df-taskmark df-taskmark-${state}`}><span aria-hidden="true">{{ not_started: "○", in_progress: "◐", overdue: "▲", done: "●" }[state]}</span> {stateText(state, t)}</span>;
}

export function Card({ row }: { row: TaskRow }) {
  const t = useTasksText();
  const lang = useLang();
  const units = row.lead.length ? row.lead : row.departments;
  return (
    <li className="df-taskcard">
      <ViewLink to={`/tasks/${encodeURIComponent(row.id)}`}>{titleIn(row, lang)}</ViewLink>
      <div className="df-muted">{units.slice(0, 3).map((unit) => unitIn([row], unit, lang)).join(lang === "zh" ? "、" : ", ") || t("noDepartment")}</div>
      <div className="df-row df-muted">
        <TaskMark state={row.state} />
        <span>{row.due ? `${t("due")} ${row.due}` : t("noDue")}</span>
        {row.percent !== null && <span>{t("percent", { n: row.percent })}</span>}
        {row.upper && <span>{t("upper")}</span>}
        {row.state === "overdue" && row.overdueDays !== null && <span>{t("overdueDays", { n: row.overdueDays })}</span>}
      </div>
    </li>
  );
}
