/** One long piece of work 作业: start it, follow it while the page is open, tell when it has ended. */
import { useEffect, useRef, useState } from "react";
import { Button, Progress } from "antd";
import { api, useAct, useApi, type Schemas } from "@/client";
import { ProblemBox } from "@/components/ui";
import { useLang } from "@/i18n";
import { useUiText } from "@/components/ui/text";

type Job = Schemas["JobView"];
const OPEN = new Set(["queued", "running"]);

export interface FollowedJob {
  running: boolean;
  /** what came of the last one that ended well while the page was open */
  result: Record<string, unknown> | null;
  start: () => void;
  face: React.ReactNode;
}

export function useJob(kind: string, onDone: () => void): FollowedJob {
  const [id, setId] = useState<string | null>(null);
  const told = useRef<string | null>(null);
  const begin = useAct((_: void) => api.POST("/api/v1/jobs", { body: { kind, parameters: {} } }), { renew: [["jobs"]], done: (job) => setId((job as Job).id) });
  const job = useApi<Job>(["jobs", id], () => api.GET("/api/v1/jobs/{id}", { params: { path: { id: id ?? "" } } }) as never, {
    enabled: id !== null,
    refetchInterval: (query) => (query.state.data && !OPEN.has(query.state.data.state) ? false : 700),
  });
  const state = job.data?.state;
  useEffect(() => {
    if (state === "done" && id && told.current !== id) {
      told.current = id;
      onDone();
    }
  }, [state, id, onDone]);
  const running = begin.isPending || (id !== null && (state === undefined || OPEN.has(state)));
  const stop = useAct((wanted: string) => api.POST("/api/v1/jobs/{id}/cancel", { params: { path: { id: wanted } } }), { renew: [["jobs"]] });
  const problem = begin.error ?? job.error ?? (state === "failed" ? job.data?.problem : null);
  const result = state === "done" ? ((job.data?.result as Record<string, unknown> | null | undefined) ?? null) : null;
  return { running, result, start: () => begin.mutate(), face: <Face job={running ? job.data : undefined} problem={problem} onCancel={() => id && stop.mutate(id)} /> };
}

function Face({ job, problem, onCancel }: { job: Job | undefined; problem: unknown; onCancel: () => void }) {
  const ui = useUiText();
  const lang = useLang();
  if (problem) return <ProblemBox compact problem={problem} />;
  if (!job) return null;
  const stage = said(job.stage || job.message || job.kind, lang);
  const share = job.total ? Math.round((100 * (job.done ?? 0)) / job.total) : 0;
  return (
    <div className="df-row">
      <Progress style={{ flex: 1 }} percent={share} size="small" aria-label={stage} />
      <span className="df-muted">{stage}</span>
      <Button size="small" disabled={job.cancelling} onClick={onCancel}>{ui("cancel")}</Button>
    </div>
  );
}

/** A stage is named in both languages in one text, "report 报告": the part in the reader's. */
export function said(text: string, lang: "zh" | "en"): string {
  const found = /^([\u0020-\u007e]+?) ([^\u0020-\u007e].*)$/.exec(text);
  return found ? found[lang === "zh" ? 2 : 1]! : text;
}
