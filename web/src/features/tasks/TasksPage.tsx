/** Which tasks are done, which are late, and whose are they? 任务 */
import { Checkbox, Segmented, Tag } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useParam } from "@/app/view";
import { api, send, useApi, type ApiProblem } from "@/client";
import { DataTable, Page, PageFace, Sentence } from "@/components/ui";
import { useLang, useWords } from "@/i18n";
import { Board, Departments } from "./Board";
import { ByDate } from "./ByDate";
import { Gantt } from "./Gantt";
import { Reminders } from "./Reminders";
import { counts, names, taskRow, unitIn, type TaskRow } from "./rows";
import { TaskTable } from "./TaskTable";
import "./tasks.css";
import { useTasksText } from "./text";

const VIEWS = ["table", "board", "gantt", "department", "date", "dispatches", "reminders"] as const;
type ViewName = (typeof VIEWS)[number];
const MOST = 500;

/** All tasks for the pictures; a plan has some hundreds at most. */
function useTasks() {
  return useQuery<TaskRow[], ApiProblem>({
    queryKey: ["table", "tasks", "all"],
    queryFn: async () => {
      const rows: Record<string, unknown>[] = [];
      let cursor = "";
      do {
        const page = (await (await send(`/api/v1/tables/tasks?limit=${MOST}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`)).json()) as { rows: Record<string, unknown>[]; next_cursor?: string };
        rows.push(...page.rows);
        cursor = page.next_cursor ?? "";
      } while (cursor);
      return rows.map(taskRow);
    },
  });
}

const PLANS = ["own", "upper", "all"] as const;
type PlanLevel = (typeof PLANS)[number];

export function TasksPage() {
  const t = useTasksText();
  const tasks = useTasks();
  return (
    <Page title={t("title")}>
      <PageFace query={tasks} isEmpty={(rows) => rows.length === 0} empty={{ title: t("sentenceNone") }} skeleton="table">
        {(rows) => <Loaded rows={rows} />}
      </PageFace>
    </Page>
  );
}

function Loaded({ rows }: { rows: readonly TaskRow[] }) {
  const t = useTasksText();
  const words = useWords();
  const [view, setView] = useParam("view");
  const [plan, setPlan] = useParam("plan");
  const [late, setLate] = useParam("late");
  const lang = useLang();
  const [unit, setUnit] = useParam("unit");
  const terms = useApi(["tasks", "terms"], () => api.GET("/api/v1/tasks/terms"));
  const shown: ViewName = VIEWS.find((one) => one === view) ?? "table";
  const of: PlanLevel = PLANS.find((one) => one === plan) ?? "own";
  const own = rows.filter((row) => !row.upper);
  const n = counts(own);
  const some = useMemo(
    () => rows.filter((row) => (of === "all" || row.upper === (of === "upper")) && (late !== "1" || row.state === "overdue") && (!unit || names(row, unit))),
    [rows, of, late, unit],
  );
  const views: Record<ViewName, string> = { table: t("viewTable"), board: t("viewBoard"), gantt: t("viewGantt"), department: t("viewDepartment"), date: t("viewDate"), dispatches: t("dispatch"), reminders: t("reminders") };
  const levels: Record<PlanLevel, string> = { own: t("own"), upper: t("upper"), all: t("allPlans") };
  const filtered = shown !== "dispatches" && shown !== "reminders";
  const assessed = terms.data;
  return (
    <>
      <Sentence>
        {t("sentence", { n: own.length, done: n.done, doing: n.in_progress, waiting: n.not_started, late: n.overdue })}
        {own.length < rows.length && <> {t("sentenceUpper", { n: rows.length - own.length })}</>}
        {assessed?.assessed_on && <span className="df-muted"> {words(assessed.assessment)}: {assessed.assessed_on} ({t("daysLeft", { n: assessed.days_left ?? 0 })}){assessed.rule_status === "trial" ? ` · ${t("trialRule")}` : ""}</span>}
      </Sentence>
      <div className="df-row df-noprint df-task-tools">
        <Segmented value={shown} onChange={(value) => setView(value === "table" ? null : value)} options={VIEWS.map((one) => ({ value: one, label: views[one] }))} />
        {filtered && <Segmented value={of} onChange={(value) => setPlan(value === "own" ? null : value)} options={PLANS.map((one) => ({ value: one, label: levels[one] }))} />}
        {filtered && <Checkbox checked={late === "1"} onChange={(e) => setLate(e.target.checked ? "1" : null)}>{t("onlyLate")}</Checkbox>}
        {filtered && unit && shown !== "table" && <Tag closable onClose={() => setUnit(null)}>{unitIn(rows, unit, lang)}</Tag>}
      </div>
      {shown === "table" && <TaskTable fixed={{ "f.plan_level": of === "all" ? undefined : of, "f.state": late === "1" ? "overdue" : undefined }} />}
      {shown === "board" && <Board rows={some} />}
      {shown === "gantt" && <Gantt rows={some} />}
      {shown === "department" && <Departments rows={some} unit={unit} />}
      {shown === "date" && <ByDate rows={some} />}
      {shown === "dispatches" && <DataTable name="dispatches" prefix="d" rowHref={(row) => `/tasks/${encodeURIComponent(String(row.task_id))}`} empty={{ title: t("noDispatch") }} />}
      {shown === "reminders" && <Reminders />}
    </>
  );
}
