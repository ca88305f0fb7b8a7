/** Which tasks are to be reminded of, and how urgently 提醒; writing them keeps each in its task's history. */
import { App, Button } from "antd";
import { useMe } from "@/app/me";
import { ViewLink } from "@/app/ViewLink";
import { api, useAct, useApi } from "@/client";
import { PageFace, ProblemBox, Section, WarningLevel, type Level } from "@/components/ui";
import { useWords } from "@/i18n";
import { useTasksText } from "./text";

export function Reminders() {
  const { message } = App.useApp();
  const t = useTasksText();
  const words = useWords();
  const may = useMe().use_cases.includes("task.dispatch");
  const due = useApi(["tasks", "reminders"], () => api.GET("/api/v1/tasks/reminders"));
  const write = useAct((_: void) => api.POST("/api/v1/tasks/reminders"), { renew: [["tasks"], ["inbox"]], done: (made) => void message.success(t("remindersDone", { n: made.length })) });
  return (
    <PageFace query={due} isEmpty={(found) => found.length === 0} empty={{ title: t("remindersNone") }} skeleton="lines">
      {(found) => (
        <Section title={t("remindersTitle", { n: found.length })} side={may ? <Button type="primary" size="small" loading={write.isPending} onClick={() => write.mutate()}>{t("remindersWrite")}</Button> : undefined}>
          {write.error && <ProblemBox compact problem={write.error} />}
          <ul className="df-list df-reminders">
            {found.map((one) => (
              <li key={one.task_id}>
                <WarningLevel level={one.level as Level} /> <ViewLink to={`/tasks/${encodeURIComponent(one.task_id)}`}>{words(one.words)}</ViewLink>
                {one.lead && <span className="df-muted"> · {one.lead}</span>}
              </li>
            ))}
          </ul>
        </Section>
      )}
    </PageFace>
  );
}
