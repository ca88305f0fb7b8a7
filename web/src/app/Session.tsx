/** Asks who is here; sends to the sign-in whoever must sign in. */
import { useEffect, useMemo } from "react";
import { Navigate, Outlet, useLocation } from "react-router";
import { api, keepCsrf, useApi } from "@/client";
import { PageFace } from "@/components/ui/PageFace";
import { keepZone } from "@/lib/dates";
import { MeContext, type Me } from "./me";
import { isGuest } from "./guest";
import { isPublic, navFor } from "./pages";

export function Session() {
  const me = useApi(["me"], () => api.GET("/api/v1/me"), { staleTime: 60_000 });
  const { pathname, search } = useLocation();
  const data = me.data;
  keepCsrf(data?.csrf);
  const value = useMemo((): Me | null => (data ? { ...data, use_cases: data.menu } : null), [data]);
  useEffect(() => keepZone(value?.zone), [value?.zone]);
  if (me.error && me.error.status !== 401) return <PageFace query={me}>{() => null}</PageFace>;
  if (!me.error && !data) return <PageFace query={me}>{() => null}</PageFace>;
  if (me.error || !value || needsDoor(value, pathname)) return <Navigate replace to={doorTo(pathname, search)} />;
  return (
    <MeContext value={value}>
      <Outlet />
    </MeContext>
  );
}

/** The sign-in, in the language and the look of the address that was asked for. */
export function doorTo(pathname: string, search: string): string {
  const asked = new URLSearchParams(search);
  const own = new URLSearchParams({ next: pathname + search });
  for (const name of ["lang", "theme"]) if (asked.get(name)) own.set(name, asked.get(name)!);
  return `/login?${own}`;
}

/** Whoever is half signed in, must do something first, or has not said that he comes as a guest goes to the door. */
function needsDoor(me: Me, pathname: string): boolean {
  const first = me.second_factor === "awaited" || me.second_factor === "to_enrol" || me.must_change_password;
  return first || (!me.signed_in && !isPublic(pathname) && !(isGuest() && navFor(me.menu).length > 0));
}
