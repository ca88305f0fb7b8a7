import { InputNumber } from "antd";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, send, take, useAct, type ApiProblem, type Schemas } from "@/client";
import { DateInput, DropZone, Field, ProblemBox, ReasonDialog } from "@/components/ui";
import { today } from "@/lib/dates";
import { type Task, taskKey } from "./TaskPage";
import { useTasksText } from "./text";

/** One progress entry with its evidence: files are kept first, the entry names them by their hash. */
export function ProgressForm({ task, onClose }: { task: Task; onClose: () => void }) {
  const t = useTasksText();
  const [percent, setPercent] = useState<number>(task.percent ?? 0);
  const [date, setDate] = useState(today());
  const [files, setFiles] = useState<Schemas["Attached"][]>([]);
  const attach = useAttach(task.id, (file) => setFiles((old) => [...old, file]));
  const save = useAct(
    (words: string) =>
      current(task).then((version) =>
        api.POST("/api/v1/tasks/{id}/progress", {
          params: { path: { id: task.id }, header: { "If-Match": `"${version}"` } },
          body: { words, percent, date, evidence: files.map((file) => file.sha256), area: null, reason: task.state === "done" ? words : "" },
        }),
      ),
    { renew: [taskKey(task.id), ["table", "tasks"], ["inbox"]], done: onClose },
  );
  return (
    <ReasonDialog open title={t("addProgress")} verb={t("save")} busy={save.isPending} problem={save.error} onDone={(words) => save.mutate(words)} onCancel={onClose}>
      <Field label={t("progressPercent")} unit="%">{(bound) => <InputNumber {...bound} min={0} max={100} value={percent} onChange={(value) => setPercent(value ?? 0)} />}</Field>
      <Field label={t("progressDate")}>{(bound) => <DateInput {...bound} value={date} onChange={setDate} most={today()} />}</Field>
      <DropZone accept={[".pdf", ".docx", ".xlsx", ".jpg", ".png", ".txt", ".csv"]} maxMb={20} hint={t("evidenceHint")} disabled={attach.isPending} onTry={attach.reset} onFiles={(chosen) => chosen[0] && attach.mutate(chosen[0])} />
      {files.length > 0 && <ul className="df-list">{files.map((file) => <li key={file.sha256}>{file.name}</li>)}</ul>}
      {attach.error && <ProblemBox compact problem={attach.error} />}
    </ReasonDialog>
  );
}

/** The version the task has now: attaching a file moves it on. */
const current = (task: Task) => take(api.GET("/api/v1/tasks/{id}", { params: { path: { id: task.id } } })).then((page) => page.version);

export function useAttach(taskId: string, done: (file: Schemas["Attached"]) => void) {
  return useMutation<Schemas["Attached"], ApiProblem, File>({
    mutationFn: async (file) => {
      const body = new FormData();
      body.append("file", file, file.name);
      return (await send(`/api/v1/tasks/${encodeURIComponent(taskId)}/evidence`, { method: "POST", body })).json() as Promise<Schemas["Attached"]>;
    },
    onSuccess: done,
  });
}
