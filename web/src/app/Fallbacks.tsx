import { useContext } from "react";
import { useRouteError, isRouteErrorResponse } from "react-router";
import { ProblemBox } from "@/components/ui/ProblemBox";
import { MeContext } from "./me";
import { homeFor } from "./pages";
import { useFrameText } from "./text";
import { ViewLink } from "./ViewLink";

/** A page that fails leaves the frame standing. */
export function RootError() {
  const error = useRouteError();
  const framed = useContext(MeContext) !== null;
  if (isRouteErrorResponse(error) && error.status === 404) return <NotFound />;
  return (
    <div className="df-page" role={framed ? undefined : "main"}>
      <ProblemBox problem={error} />
    </div>
  );
}

export function NotFound() {
  const t = useFrameText();
  const me = useContext(MeContext);
  const home = homeFor(me?.menu ?? []);
  return (
    <div className="df-page">
      <h1>{t("notFound")}</h1>
      <p className="df-muted">{t("notFoundMend")}</p>
      <p>
        {me ? <ViewLink to={home}>{home === "/" ? t("toOverview") : t("toHome")}</ViewLink> : <ViewLink to="/">{t("toHome")}</ViewLink>}
      </p>
    </div>
  );
}
