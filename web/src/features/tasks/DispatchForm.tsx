import { AutoComplete } from "antd";
import { useState } from "react";
import { api, useAct } from "@/client";
import { DateInput, Field, ReasonDialog } from "@/components/ui";
import { type Task, taskKey } from "./TaskPage";
import { today } from "@/lib/dates";
import { useTasksText } from "./text";

/** Sends a task to a department with a term and words 调度. */
export function DispatchForm({ task, onClose }: { task: Task; onClose: () => void }) {
  const t = useTasksText();
  const [department, setDepartment] = useState(task.lead ?? task.departments[0] ?? "");
  const [term, setTerm] = useState("");
  const [tried, setTried] = useState(false);
  const run = useAct(
    (words: string) => api.POST("/api/v1/tasks/{id}/dispatch", { params: { path: { id: task.id } }, body: { words, term, department, area: null } }),
    { renew: [taskKey(task.id), ["table", "dispatches"], ["inbox"]], done: onClose },
  );
  return (
    <ReasonDialog open title={`${t("dispatch")}:${task.title}`} verb={t("send")} busy={run.isPending} problem={run.error} onDone={(words) => (term && department.trim() ? run.mutate(words) : setTried(true))} onCancel={onClose}>
      <Field label={t("dispatchTo")} required>{(bound) => <AutoComplete {...bound} style={{ width: "100%" }} value={department} onChange={setDepartment} options={task.departments.map((value) => ({ value }))} />}</Field>
      <Field label={t("dispatchTerm")} required problem={tried && !term ? t("termNeeded") : undefined}>{(bound) => <DateInput {...bound} value={term} onChange={setTerm} least={today()} />}</Field>
    </ReasonDialog>
  );
}
