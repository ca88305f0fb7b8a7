/** Asks who is here; sends to the sign-in whoever must sign in. */
import { useEffect, useMemo } from "react";
import { Navigate, Outlet, useLocation } from "react-router";
import { api, keepCsrf, useApi } from "@/client";
import { PageFace } from "@/components/ui/PageFace";
import { keepZone } from "@/lib/dates";
import { MeContext, type Me } from "./me";
import { isGuest } from "./guest";
import { navFor } from "./pages";

export function Session() {
  const me = useApi(["me"], () => api.GET("/api/v1/me"), { staleTime: 60_000 });
  const { pathname, search } = useLocation();
  const data = me.data;
  keepCsrf(data?.csrf);
  const value = useMemo((): Me | null => (data ? { ...data, use_cases: data.menu } : null), [data]);
  useEffect(() => keepZone(value?.zone), [value?.zone]);
  if (me.error && me.error.status !== 401) return <PageFace query={me}>{() => null}</PageFace>;
  if (!me.error && !data) return <PageFace query={me}>{() => null}</PageFace>;
  if (me.error || !value || needsDoor(value)) return <Navigate replace to={`/login?next=${encodeURIComponent(pathname + search)}`} />;
  return (
    <MeContext value={value}>
      <Outlet />
    </MeContext>
  );
}

/** Whoever is half signed in, must do something first, or has not said that he comes as a guest goes to the door. */
function needsDoor(me: Me): boolean {
  const first = me.second_factor === "awaited" || me.second_factor === "to_enrol" || me.must_change_password;
  return first || (!me.signed_in && !(isGuest() && navFor(me.menu).length > 0));
}
