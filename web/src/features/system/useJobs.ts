/** Jobs and their progress as the server tells it 作业进度. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, useApi, type Schemas } from "@/client";

export type JobView = Schemas["JobView"];
export const isOver = (job: Pick<JobView, "state">): boolean => ["done", "failed", "cancelled"].includes(job.state);

/** The caller's jobs, newest first; those under way are followed by server-sent events. */
export function useJobs() {
  const queries = useQueryClient();
  const jobs = useApi(["jobs"], () => api.GET("/api/v1/jobs"), { refetchInterval: (query) => (query.state.data?.some((job) => !isOver(job)) ? 15_000 : false) });
  const open = (jobs.data ?? []).filter((job) => !isOver(job)).map((job) => job.id).slice(0, 4).join(",");
  useEffect(() => {
    const sources = open.split(",").filter(Boolean).map((id) => follow(id, (told) => {
      queries.setQueryData<JobView[]>(["jobs"], (old) => old?.map((job) => (job.id === id ? { ...job, ...told } : job)));
      if (told.state && isOver({ state: told.state })) void queries.invalidateQueries({ queryKey: ["jobs"] });
    }));
    return () => sources.forEach((source) => source.close());
  }, [open, queries]);
  return jobs;
}

/** Listens to one job; the stream ends with it. */
export function follow(id: string, told: (part: Partial<JobView>) => void): EventSource {
  const source = new EventSource(`/api/v1/jobs/${encodeURIComponent(id)}/events`);
  source.addEventListener("progress", (event) => {
    const part = JSON.parse((event as MessageEvent<string>).data) as Partial<JobView>;
    told(part);
    if (part.state && isOver({ state: part.state })) source.close();
  });
  return source;
}
