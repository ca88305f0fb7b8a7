import { useRouteError, isRouteErrorResponse } from "react-router";
import { ProblemBox } from "@/components/ui/ProblemBox";
import { useFrameText } from "./text";
import { ViewLink } from "./ViewLink";

/** A page that fails leaves the frame standing. */
export function RootError() {
  const error = useRouteError();
  if (isRouteErrorResponse(error) && error.status === 404) return <NotFound />;
  return (
    <main className="df-page">
      <ProblemBox problem={error} />
    </main>
  );
}

export function NotFound() {
  const t = useFrameText();
  return (
    <div className="df-page">
      <h1>{t("notFound")}</h1>
      <p className="df-muted">{t("notFoundMend")}</p>
      <p>
        <ViewLink to="/">{t("toOverview")}</ViewLink>
      </p>
    </div>
  );
}
