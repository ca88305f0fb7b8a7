/** The calls of account administration, in one place. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, take, useApi, type ApiProblem, type Schemas } from "@/client";

export type Person = Schemas["Person"];
export type NewPassword = Schemas["NewPassword"];
export type Wanted = Schemas["GrantAsked"];

export const usePeople = () => useApi(["users"], () => api.GET("/api/v1/users"));
export const usePerson = (login: string) => useApi(["users", login], () => api.GET("/api/v1/users/{login}", at(login)));
export const useGrants = (login: string) => useApi(["users", login, "grants"], () => api.GET("/api/v1/users/{login}/grants", at(login)));

const at = (login: string) => ({ params: { path: { login } } });

function useWrite<V, T>(ask: (given: V) => Promise<T>, done?: (data: T) => void) {
  const queries = useQueryClient();
  return useMutation<T, ApiProblem, V>({
    mutationFn: ask,
    onSuccess: async (data) => {
      await queries.invalidateQueries({ queryKey: ["users"] });
      done?.(data);
    },
  });
}

export const useCreate = (done: (made: NewPassword) => void) => useWrite((body: Schemas["AccountAsked"]) => take(api.POST("/api/v1/users", { body })), done);
export const useGrant = (login: string, done: () => void) => useWrite((body: Wanted) => take(api.POST("/api/v1/users/{login}/grant", { ...at(login), body })), done);
export const useConfirm = (login: string, done: () => void) => useWrite((body: Schemas["ConfirmAsked"]) => take(api.POST("/api/v1/users/{login}/confirm", { ...at(login), body })), done);
export type PersonAct = "disable" | "enable" | "unlock" | "reset-password" | "reset-second-factor";
export const usePersonAct = (login: string, done: (made: NewPassword | Person) => void) =>
  useWrite((act: PersonAct): Promise<NewPassword | Person> => take<NewPassword | Person>(api.POST(`/api/v1/users/{login}/${act}`, at(login))), done);
