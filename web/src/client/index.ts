/**
 * The client of the API, typed by the OpenAPI document.
 *
 *   const { data } = useApi(["overview", area, year], () => api.GET("/api/v1/overview", { params: { query: { area, year } } }));
 *   const act = useAct(() => api.POST("/api/v1/jobs", { body }), { renew: [["jobs"]] });
 */
import createClient, { type Middleware } from "openapi-fetch";
import { useMutation, useQuery, useQueryClient, type UseQueryOptions, type UseQueryResult } from "@tanstack/react-query";
import { randomId } from "@/lib/random";
import { csrfToken, SAFE } from "./csrf";
import { ApiProblem, problemOf } from "./problem";
import type { components, paths } from "./schema";
import { guarded } from "./session";

export { keepCsrf } from "./csrf";
export { keepAccount, whose } from "./session";
export { ApiProblem } from "./problem";
export type { ProblemBody, ProblemLine } from "./problem";
export type Schemas = components["schemas"];

const REPEATABLE = new Set(["POST", "PUT", "PATCH"]);

/** Headers that an unsafe request needs besides its own. */
export function unsafeHeaders(method: string, headers: Headers): Headers {
  if (!SAFE.has(method)) {
    const csrf = csrfToken();
    if (csrf) headers.set("X-CSRF-Token", csrf);
    if (REPEATABLE.has(method) && !headers.has("Idempotency-Key")) headers.set("Idempotency-Key", randomId());
  }
  return headers;
}

const guard: Middleware = {
  onRequest({ request }) {
    unsafeHeaders(request.method, request.headers);
    return request;
  },
};

export const api = createClient<paths>({ baseUrl: "", credentials: "same-origin", fetch: guarded });
api.use(guard);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of an answer; an answer that failed is thrown as ApiProblem. */
export async function take<T>(asked: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await asked;
  if (response.ok) return data as T;
  if (error && typeof error === "object") throw new ApiProblem(response.status, error);
  throw new ApiProblem(response.status, { title: `HTTP ${response.status}`, detail: String(error ?? "") });
}

/** One question to the API, kept in the cache under its key. Keep what is shown while the next answer comes. */
export function useApi<T>(
  key: readonly unknown[],
  ask: () => Promise<Answer<T>>,
  options: Partial<UseQueryOptions<T, ApiProblem>> = {},
): UseQueryResult<T, ApiProblem> {
  return useQuery<T, ApiProblem>({ queryKey: key, queryFn: () => take(ask()), ...options });
}

/** One write; afterwards the answers under the keys in `renew` are asked again. */
export function useAct<V, T>(
  ask: (given: V) => Promise<Answer<T>>,
  { renew = [], done, failed }: { renew?: readonly (readonly unknown[])[]; done?: (data: T) => void; failed?: (problem: ApiProblem) => void } = {},
) {
  const queries = useQueryClient();
  return useMutation<T, ApiProblem, V>({
    mutationFn: (given) => take(ask(given)),
    onSuccess: async (data) => {
      await Promise.all(renew.map((queryKey) => queries.invalidateQueries({ queryKey })));
      done?.(data);
    },
    onError: failed,
  });
}

/** For the few addresses whose query is made at run time (tables, files, uploads): fetch with the same headers and problems. */
export async function send(url: string, init: RequestInit = {}): Promise<Response> {
  const method = (init.method ?? "GET").toUpperCase();
  const headers = unsafeHeaders(method, new Headers(init.headers));
  const response = await guarded(new Request(new URL(url, window.location.href), { ...init, method, headers, credentials: "same-origin" }));
  if (!response.ok && response.status !== 304) throw await problemOf(response);
  return response;
}
