/** The calls of sign-in and of one's own account, in one place. */
import { useMutation, useQueryClient, type UseMutationResult, type UseQueryResult } from "@tanstack/react-query";
import { api, keepAccount, keepCsrf, take, useApi, type ApiProblem, type Schemas } from "@/client";

export type Door = Schemas["Me"];
export type KeyRow = Schemas["KeyShown"];

export function useDoor(): UseQueryResult<Door, ApiProblem> {
  return useApi(["me"], () => api.GET("/api/v1/me"), { staleTime: 0 });
}

export type DoorStep = "password" | "code" | "change" | "enrol" | "in";

/** Where somebody stands at the door. */
export function stepOf(me: Door | undefined): DoorStep {
  if (me?.second_factor === "awaited") return "code";
  if (!me?.signed_in) return "password";
  if (me.must_change_password) return "change";
  return me.second_factor === "to_enrol" ? "enrol" : "in";
}

/** A write of the account; afterwards who is here is asked again, since the CSRF token may be new. */
function useCall<V, T>(ask: (given: V) => Promise<T>, done?: (data: T) => void, renew: readonly string[] = ["me"]): UseMutationResult<T, ApiProblem, V> {
  const queries = useQueryClient();
  return useMutation<T, ApiProblem, V>({
    mutationFn: ask,
    onSuccess: async (data) => {
      await Promise.all(renew.map((key) => queries.invalidateQueries({ queryKey: [key] })));
      done?.(data);
    },
  });
}

const nothing = undefined;
const ME = "/api/v1/me";

/** Signs in; what was kept of answers to whoever was here before goes. */
export function useSignIn() {
  const queries = useQueryClient();
  return useCall(async (body: { login: string; password: string }) => {
    const me = await take(api.POST("/api/v1/session", { body }));
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "me" });
    return me;
  });
}
export const useGiveCode = () => useCall((code: string) => take(api.POST("/api/v1/session/code", { body: { code } })));
export const useSignOut = () => useCall(async (_: undefined) => {
  await take(api.DELETE("/api/v1/session"));
  keepCsrf(null);
  keepAccount(null);
});
export const useChangePassword = (done: () => void) => useCall(({ old, fresh }: { old: string; fresh: string }) => take(api.POST(`${ME}/password`, { body: { old, new: fresh } })), done, ["me", "my_keys", "my_sessions"]);
export const useStartTotp = () => useCall((password: string) => take(api.POST(`${ME}/totp`, { body: { password } })), nothing, []);
export const useConfirmTotp = (done: (codes: readonly string[]) => void) => useCall(async (code: string) => (await take(api.POST(`${ME}/totp/confirm`, { body: { code } }))).codes, done, []);
export const useRenewCodes = (done: (codes: readonly string[]) => void) => useCall(async (password: string) => (await take(api.POST(`${ME}/recovery-codes`, { body: { password } }))).codes, done);
export const useRemoveTotp = (done: () => void) => useCall((body: { password: string; code: string }) => take(api.POST(`${ME}/totp/remove`, { body })), done);

export const useKeys = () => useApi(["my_keys"], () => api.GET(`${ME}/keys`));
export const useMakeKey = (done: (made: Schemas["NewKey"]) => void) => useCall((body: { name: string; days: number }) => take(api.POST(`${ME}/keys`, { body })), done, ["my_keys"]);
export const useRevokeKey = (done: () => void) => useCall((key_id: string) => take(api.DELETE(`${ME}/keys/{key_id}`, { params: { path: { key_id } } })), done, ["my_keys"]);
export const useSessions = () => useApi(["my_sessions"], () => api.GET(`${ME}/sessions`));
export const useEndSession = () => useCall((session_id: string) => take(api.DELETE(`${ME}/sessions/{session_id}`, { params: { path: { session_id } } })), nothing, ["my_sessions"]);
