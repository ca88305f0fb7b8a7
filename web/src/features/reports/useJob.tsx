/** One long piece of work 作业: start it, follow it while the page is open, tell when it has ended. */
import { useEffect, useRef, useState } from "react";
import { Progress } from "antd";
import { api, useAct, useApi, type Schemas } from "@/client";
import { ProblemBox } from "@/components/ui";

type Job = Schemas["JobView"];
const OPEN = new Set(["queued", "running"]);

export interface FollowedJob {
  running: boolean;
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
  const problem = begin.error ?? job.error ?? (state === "failed" ? job.data?.problem : null);
  return { running, start: () => begin.mutate(), face: <Face job={running ? job.data : undefined} problem={problem} /> };
}

function Face({ job, problem }: { job: Job | undefined; problem: unknown }) {
  if (problem) return <ProblemBox compact problem={problem} />;
  if (!job) return null;
  const share = job.total ? Math.round((100 * (job.done ?? 0)) / job.total) : 0;
  return <Progress percent={share} size="small" format={() => job.stage || job.message || ""} aria-label={job.stage || kindOf(job)} />;
}

const kindOf = (job: Job) => job.kind;
