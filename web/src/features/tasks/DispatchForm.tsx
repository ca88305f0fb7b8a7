import { AutoComplete, Input } from "antd";
import { useState } from "react";
import { api, useAct } from "@/client";
import { Field, ReasonDialog } from "@/components/ui";
import { type Task, taskKey } from "./TaskPage";
import { useTasksText } from "./text";

/** Sends a task to a department with a term and words 调度. */
export function DispatchForm({ task, onClose }: { task: Task; onClose: () => void }) {
  const t = useTasksText();
  const [department, setDepartment] = useState(task.lead ?? task.departments[0] ?? "");
  const [term, setTerm] = useState("");
  const run = useAct(
    (words: string) => api.POST("/api/v1/tasks/{id}/dispatch", { params: { path: { id: task.id } }, body: { words, term, department, area: null } }),
    { renew: [taskKey(task.id), ["inbox"]], done: onClose },
  );
  return (
    <ReasonDialog open title={`${t("dispatch")}:${task.title}`} verb={t("send")} busy={run.isPending} problem={run.error} onDone={(words) => run.mutate(words)} onCancel={onClose}>
      <Field label={t("dispatchTo")} required>{(bound) => <AutoComplete {...bound} style={{ width: "100%" }} value={department} onChange={setDepartment} options={task.departments.map((value) => ({ value }))} />}</Field>
      <Field label={t("dispatchTerm")} required>{(bound) => <Input {...bound} type="date" value={term} onChange={(e) => setTerm(e.target.value)} />}</Field>
    </ReasonDialog>
  );
}
