/** How far is this task, what proves it, and what was asked of whom? 任务 */
import { Button } from "antd";
import { useEffect, useRef, useState } from "react";
import { useLocation, useParams } from "react-router";
import { ViewLink } from "@/app/ViewLink";
import { BackTo } from "@/app/BackTo";
import { api, useApi, type Schemas } from "@/client";
import { Page, PageFace, Section, Sentence, Timeline, WarningLevel, type Level } from "@/components/ui";
import { useLang, useWords } from "@/i18n";
import { moment } from "@/lib/dates";
import { TaskMark } from "./Board";
import { DispatchForm } from "./DispatchForm";
import { DispatchItem } from "./DispatchItem";
import { ProgressForm } from "./ProgressForm";
import { TASK_STATES } from "./rows";
import { unitHref } from "./TaskTable";
import "./tasks.css";
import { useTasksText } from "./text";

export type Task = Schemas["TaskPage"];
export const taskKey = (id: string) => ["tasks", id] as const;

export function TaskPage() {
  const { id = "" } = useParams();
  const task = useApi(taskKey(id), () => api.GET("/api/v1/tasks/{id}", { params: { path: { id } } }));
  return <PageFace query={task} back={<BackTo list="/tasks" name="tasks" />}>{(found) => <Loaded task={found} />}</PageFace>;
}

function Loaded({ task }: { task: Task }) {
  const t = useTasksText();
  const words = useWords();
  const lang = useLang();
  const [opened, setOpened] = useState<"progress" | "dispatch" | null>(null);
  const state = TASK_STATES.find((one) => one === task.state) ?? "not_started";
  return (
    <Page
      title={lang === "en" ? task.title_en : task.title}
      note={<ViewLink to={`/plans/${encodeURIComponent(task.doc)}?record=${encodeURIComponent(task.id)}`}>{task.doc_title} · {t("toPlan")}</ViewLink>}
      actions={<>
        {task.may_dispatch && <Button onClick={() => setOpened("dispatch")}>{t("dispatch")}</Button>}
        {task.may_enter && <Button type="primary" onClick={() => setOpened("progress")}>{t("addProgress")}</Button>}
      </>}
    >
      <Sentence>
        <TaskMark state={state} />{task.upper && <> · {t("upperTold")}</>}
        {task.percent !== null && <> · {t("percent", { n: task.percent })}</>}
        {" · "}{task.due ? `${t("due")} ${task.due}` : t("noDue")}
        {task.overdue_days > 0 && <> · {t("overdueDays", { n: task.overdue_days })}</>}
        {task.urgency && <> <WarningLevel level={task.urgency.level as Level} /></>}
        {task.assessment && <span className="df-muted"> · {t("assessment", { date: task.assessment[0] })}</span>}
      </Sentence>
      <div className="df-grid">
        <Section className="df-7" title={t("quote")} note={task.path.join(" › ")}>
          <blockquote className="df-quote">{task.quote}</blockquote>
          <Facts task={task} />
        </Section>
        <Section className="df-5" title={t("progress")}><Entries task={task} /></Section>
        <Section className="df-12" title={t("evidence")}><Evidence task={task} /></Section>
        <Section className="df-7" title={t("dispatch")}>
          {task.dispatches.length === 0 ? <p className="df-muted">{t("noDispatch")}</p> : task.dispatches.map((one) => <DispatchItem key={one.id} card={one} taskId={task.id} />)}
        </Section>
        <Section className="df-5" title={t("trail")}>
          {task.trail.length === 0 && <p className="df-muted">{t("noTrail")}</p>}
          <Timeline moves={[...task.trail].reverse().map((step, n) => ({ key: String(n), title: words(step.name), who: `${step.who} ${words(step.role_name)}`, when: step.at, reason: step.reason || undefined }))} />
        </Section>
      </div>
      {opened === "progress" && <ProgressForm task={task} onClose={() => setOpened(null)} />}
      {opened === "dispatch" && <DispatchForm task={task} onClose={() => setOpened(null)} />}
    </Page>
  );
}

function Facts({ task }: { task: Task }) {
  const t = useTasksText();
  const words = useWords();
  const lang = useLang();
  const unit = (name: string) => <ViewLink key={name} to={unitHref(name)}>{(lang === "en" && task.units_en[name]) || name}</ViewLink>;
  const others = task.departments.filter((name) => name !== task.lead);
  return (
    <dl className="df-facts">
      {task.lead && <><dt>{t("lead")}</dt><dd>{unit(task.lead)}</dd></>}
      <dt>{t(task.lead ? "joint" : "units")}</dt><dd>{others.length ? others.map((name, n) => <span key={name}>{n > 0 && (lang === "zh" ? "、" : ", ")}{unit(name)}</span>) : t("noDepartment")}</dd>
      {task.measures.length > 0 && <><dt>{t("measures")}</dt><dd>{task.measures.map((one) => one.replace(/[。;；.]+$/, "")).join(lang === "zh" ? "；" : "; ")}</dd></>}
      {task.targets.length > 0 && (
        <><dt>{t("targets")}</dt><dd>{task.targets.map(([id, name]) => <div key={id}><ViewLink to={`/targets/${encodeURIComponent(id)}`}>{words(name)}</ViewLink></div>)}</dd></>
      )}
    </dl>
  );
}

/** Every file that was attached, with the entry it proves where one names it. */
function Evidence({ task }: { task: Task }) {
  const t = useTasksText();
  const { hash } = useLocation();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (hash === "#evidence") place.current?.scrollIntoView({ block: "center" });
  }, [hash]);
  const files = task.trail.filter((step) => step.move === "attach").flatMap((step) => (step.evidence ?? []).map((sha) => ({ sha, name: String(step.data?.file ?? sha.slice(0, 12)), who: step.who, at: step.at })));
  return (
    <div ref={place}>
      {files.length === 0 ? <p className="df-muted">{t("noEvidence")}</p> : (
        <ul className="df-list">
          {files.map((file) => <li key={`${file.sha}${file.at}`}><a href={`/api/v1/tasks/${encodeURIComponent(task.id)}/evidence/${file.sha}`}>{file.name}</a> <span className="df-muted">{file.who} · {moment(file.at)}</span></li>)}
        </ul>
      )}
    </div>
  );
}

function Entries({ task }: { task: Task }) {
  const t = useTasksText();
  if (!task.entries.length) return <p className="df-muted">{t("none")}</p>;
  return (
    <Timeline
      moves={[...task.entries].reverse().map((entry, n) => ({
        key: String(n), title: `${entry.date} · ${t("percent", { n: entry.percent })}${entry.area_name ? ` · ${entry.area_name}` : ""}`, who: entry.who, when: entry.at, reason: entry.words,
        children: entry.evidence.length > 0 && (
          <ul className="df-list">{entry.evidence.map(([sha, name]) => <li key={sha}><a href={`/api/v1/tasks/${encodeURIComponent(task.id)}/evidence/${sha}`}>{name}</a></li>)}</ul>
        ),
      }))}
    />
  );
}
