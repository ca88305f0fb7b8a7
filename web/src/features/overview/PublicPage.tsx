/** What everybody may read: the reports that were published; or, calmly, that nothing was yet 公众页. */
import { ViewLink } from "@/app/ViewLink";
import { useMe } from "@/app/me";
import { api, useApi } from "@/client";
import { Empty, Section } from "@/components/ui";
import { day } from "@/lib/dates";
import { useReportsText } from "@/features/reports/text";
import { titleOf } from "@/features/reports/title";
import { useOverviewText } from "./text";

/** In place of figures that have not been published. */
export function NotPublished() {
  const t = useOverviewText();
  return (
    <>
      <Empty title={t("publicNone")} text={t("publicNoneText")} action={<ViewLink className="df-button df-button-link" to="/login">{t("publicSignIn")}</ViewLink>} />
      <PublishedReports />
    </>
  );
}

/** The published reports, for a visitor who is not signed in; nothing where there are none. */
export function PublishedReports() {
  const t = useOverviewText();
  const named = useReportsText();
  const me = useMe();
  const reports = useApi(["reports"], () => api.GET("/api/v1/reports"), { enabled: !me.signed_in && me.use_cases.includes("report.see") });
  const found = (reports.data ?? []).filter((report) => report.published);
  if (found.length === 0) return null;
  return (
    <Section title={t("publicReports")}>
      <ul className="df-list">
        {found.map((report) => (
          <li key={report.id}><ViewLink to="/reports">{titleOf(report, named)}</ViewLink> <span className="df-muted">{day(report.created_at)}</span></li>
        ))}
      </ul>
    </Section>
  );
}
