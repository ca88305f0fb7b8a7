/** Which tasks are done, which are late, and whose are they? 任务 */
import { Checkbox, Segmented } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useParam } from "@/app/view";
import { send, type ApiProblem } from "@/client";
import { DataTable, Page, PageFace, Sentence } from "@/components/ui";
import { Board, Departments } from "./Board";
import { Gantt } from "./Gantt";
import { counts, taskRow, type TaskRow } from "./rows";
import "./tasks.css";
import { useTasksText } from "./text";

const VIEWS = ["table", "board", "gantt", "department"] as const;
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

export function TasksPage() {
  const t = useTasksText();
  const tasks = useTasks();
  const [view, setView] = useParam("view");
  const [late, setLate] = useParam("late");
  const shown: ViewName = VIEWS.find((one) => one === view) ?? "table";
  const names: Record<ViewName, string> = { table: t("viewTable"), board: t("viewBoard"), gantt: t("viewGantt"), department: t("viewDepartment") };
  return (
    <Page title={t("title")}>
      <PageFace query={tasks} isEmpty={(rows) => rows.length === 0} empty={{ title: t("sentenceNone") }} skeleton="table">
        {(rows) => <Loaded rows={rows} shown={shown} late={late === "1"}
          tools={
            <div className="df-row df-noprint">
              <Segmented value={shown} onChange={(value) => setView(value === "table" ? null : value)} options={VIEWS.map((one) => ({ value: one, label: names[one] }))} />
              {shown !== "table" && <Checkbox checked={late === "1"} onChange={(e) => setLate(e.target.checked ? "1" : null)}>{t("onlyLate")}</Checkbox>}
            </div>
          } />}
      </PageFace>
    </Page>
  );
}

function Loaded({ rows, shown, late, tools }: { rows: readonly TaskRow[]; shown: ViewName; late: boolean; tools: React.ReactNode }) {
  const t = useTasksText();
  const n = counts(rows);
  const some = useMemo(() => (late ? rows.filter((row) => row.state === "overdue") : rows), [rows, late]);
  return (
    <>
      <Sentence>{t("sentence", { n: rows.length, done: n.done, doing: n.in_progress, waiting: n.not_started, late: n.overdue })}</Sentence>
      {tools}
      {shown === "table" && <DataTable name="tasks" rowHref={(row) => `/tasks/${encodeURIComponent(String(row.id))}`} />}
      {shown === "board" && <Board rows={some} />}
      {shown === "gantt" && <Gantt rows={some} />}
      {shown === "department" && <Departments rows={some} />}
    </>
  );
}
