/** Where does everything come from, and under which licence? 数据源 */
import { Tabs } from "antd";
import { useParam } from "@/app/view";
import { ViewLink } from "@/app/ViewLink";
import { DataTable, Page } from "@/components/ui";
import { useMe } from "@/app/me";
import { useReportsText } from "@/features/reports/text";

export function SourcesPage() {
  const t = useReportsText();
  const [tab, setTab] = useParam("tab");
  const batches = useMe().use_cases.includes("data.see");
  const tabs = [
    { key: "sources", label: t("tabSources") },
    { key: "indicators", label: t("tabIndicators") },
    ...(batches ? [{ key: "batches", label: t("tabBatches") }] : []),
  ];
  const shown = tabs.some((one) => one.key === tab) ? tab! : "sources";
  return (
    <Page title={t("sourcesTitle")} actions={<ViewLink className="df-button df-button-link" to="/rules">{t("toRules")}</ViewLink>}>
      <p className="df-muted">{t("sourcesIntro")}</p>
      <Tabs activeKey={shown} onChange={(key) => setTab(key === "sources" ? null : key)} items={tabs} />
      <DataTable key={shown} name={shown} prefix={shown === "sources" ? "" : shown} />
    </Page>
  );
}
