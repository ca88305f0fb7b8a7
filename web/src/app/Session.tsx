/** Asks who is here; sends to the sign-in whoever must sign in. */
import { lazy, Suspense, useEffect, useMemo, useSyncExternalStore } from "react";
import { Navigate, Outlet, useLocation } from "react-router";
import { api, keepAccount, keepCsrf, useApi } from "@/client";
import { again, isStill, sessionEnded } from "@/client/session";
import { PageFace } from "@/components/ui/PageFace";
import { keepZone } from "@/lib/dates";
import { MeContext, type Me } from "./me";
import { isGuest } from "./guest";
import { isPublic, navFor } from "./pages";

const SignInAgain = lazy(async () => ({ default: (await import("@/features/account/SignInAgain")).SignInAgain }));

/** Who is here; where it is somebody else than this page belongs to, the page waits for its own person. */
async function askMe() {
  for (let time = 0; ; time += 1) {
    const answer = await api.GET("/api/v1/me");
    if (time === 2 || !answer.data || isStill(answer.data)) return answer;
    await again();
  }
}

export function Session() {
  const me = useApi(["me"], askMe, { staleTime: 60_000 });
  const ended = useSyncExternalStore(sessionEnded.subscribe, sessionEnded.now);
  const { pathname, search } = useLocation();
  const data = me.data;
  // A new token may have been kept meanwhile by whoever signed in again: only a new answer changes it.
  useMemo(() => keepCsrf(data?.csrf), [data?.csrf]);
  keepAccount(data?.signed_in ? data.name : null);
  const value = useMemo((): Me | null => (data ? { ...data, use_cases: data.menu } : null), [data]);
  useEffect(() => keepZone(value?.zone), [value?.zone]);
  if (me.error && me.error.status !== 401) return <PageFace query={me}>{() => null}</PageFace>;
  if (!me.error && !data) return <PageFace query={me}>{() => null}</PageFace>;
  if (me.error || !value || needsDoor(value, pathname)) return <Navigate replace to={doorTo(pathname, search)} />;
  return (
    <MeContext value={value}>
      <Outlet />
      {ended && <Suspense fallback={null}><SignInAgain ended={ended} /></Suspense>}
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
