/** Which long work is under way, and how far is it? 作业 */
import { Button, Checkbox, InputNumber, Modal, Progress, Select } from "antd";
import { useState } from "react";
import { useMay } from "@/app/me";
import { api, ApiProblem, useAct, type ProblemBody } from "@/client";
import { Page, PageFace, ProblemBox, ReasonDialog, Section } from "@/components/ui";
import { useLang } from "@/i18n";
import { moment } from "@/lib/dates";
import "./system.css";
import { useSystemText, type SystemText } from "./text";
import { isOver, useJobs, type JobView } from "./useJobs";

export function JobsPage() {
  const t = useSystemText();
  const jobs = useJobs();
  const may = useMay("job.start");
  const [starting, setStarting] = useState(false);
  const start = may ? <Button type="primary" onClick={() => setStarting(true)}>{t("start")}</Button> : undefined;
  return (
    <Page title={t("jobs")} actions={start}>
      <p className="df-muted">{t("jobsText")}</p>
      <PageFace query={jobs} skeleton="table" isEmpty={(found) => found.length === 0} empty={{ text: t("jobsEmpty"), action: start }}>
        {(found) => <div className="df-stack">{found.map((job) => <JobCard key={job.id} job={job} t={t} />)}</div>}
      </PageFace>
      {starting && <StartJob onClose={() => setStarting(false)} />}
    </Page>
  );
}

export function took(seconds: number | null | undefined, t: SystemText): string {
  if (seconds == null) return "";
  return seconds < 60 ? t("seconds", { n: Math.round(seconds) }) : t("minutes", { n: Math.floor(seconds / 60), s: Math.round(seconds % 60) });
}

/** The part in one language of a word that the server says in both, as "report 报告". */
export function oneLanguage(words: string | null | undefined, lang: "zh" | "en"): string {
  const at = (words ?? "").search(/[\u3400-\u9fff]/);
  if (!words || at <= 0) return words ?? "";
  return lang === "zh" ? words.slice(at) : words.slice(0, at).trim();
}

function JobCard({ job, t }: { job: JobView; t: SystemText }) {
  const lang = useLang();
  const [asking, setAsking] = useState(false);
  const cancel = useAct(() => api.POST("/api/v1/jobs/{id}/cancel", { params: { path: { id: job.id } } }), { renew: [["jobs"]], done: () => setAsking(false) });
  const share = job.state === "done" ? 100 : job.total ? Math.min(100, Math.round((100 * (job.done ?? 0)) / job.total)) : 0;
  const facts = [`${t("created")} ${moment(String(job.created_at))}`, `${t("by")} ${job.created_by}`, job.elapsed_s != null ? `${t("elapsed")} ${took(job.elapsed_s, t)}` : ""];
  return (
    <Section
      title={job[lang]}
      note={<span className={`df-jobstate df-jobstate-${job.state}`}>{job.cancelling ? t("cancelling") : t(`job_${job.state}`)}</span>}
      side={!isOver(job) && !job.cancelling && <Button size="small" onClick={() => setAsking(true)}>{t("cancelJob")}</Button>}
    >
      {!isOver(job) && <Progress percent={share} size="small" status="normal" aria-label={t("progress")} />}
      <p aria-live="polite">{[oneLanguage(job.stage, lang), job.total ? `${job.done}/${job.total}` : "", job.message].filter(Boolean).join(" · ")}</p>
      <p className="df-muted">{facts.filter(Boolean).join(" · ")}</p>
      {job.problem && <ProblemBox compact problem={new ApiProblem(0, job.problem as ProblemBody)} />}
      <ReasonDialog open={asking} title={t("cancelJob")} text={t("cancelText")} verb={t("cancelJob")} reasoned={false} busy={cancel.isPending} problem={cancel.error} onDone={() => cancel.mutate(undefined)} onCancel={() => setAsking(false)} />
    </Section>
  );
}

function StartJob({ onClose }: { onClose: () => void }) {
  const t = useSystemText();
  const [kind, setKind] = useState<"run" | "report" | "backup">("run");
  const [year, setYear] = useState<number | null>(null);
  const [force, setForce] = useState(false);
  const start = useAct(() => api.POST("/api/v1/jobs", { body: { kind, parameters: parametersOf(kind, year, force) } }), { renew: [["jobs"]], done: onClose });
  return (
    <Modal open title={t("start")} okText={t("startIt")} onOk={() => start.mutate(undefined)} confirmLoading={start.isPending} onCancel={onClose}>
      <div className="df-stack">
        <Select aria-label={t("start")} value={kind} onChange={setKind} options={(["run", "report", "backup"] as const).map((value) => ({ value, label: t(`kind_${value}`) }))} />
        {kind !== "backup" && (
          <label className="df-field">{t("year")}
            <InputNumber value={year} onChange={setYear} min={1990} max={2100} placeholder={t("lastYear")} style={{ width: "100%" }} />
          </label>
        )}
        {kind === "run" && <Checkbox checked={force} onChange={(e) => setForce(e.target.checked)}>{t("force")}</Checkbox>}
        {start.error && <ProblemBox compact problem={start.error} />}
      </div>
    </Modal>
  );
}

/** Only what the kind takes, and only what was said. */
function parametersOf(kind: string, year: number | null, force: boolean): Record<string, unknown> {
  return { ...(kind !== "backup" && year ? { year } : {}), ...(kind === "run" && force ? { force } : {}) };
}
