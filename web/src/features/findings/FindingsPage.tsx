/** What did verifiers find, and what is still open? 核查发现 */
import { DataTable, Page } from "@/components/ui";
import { useFindingsText } from "./text";

export function FindingsPage() {
  const t = useFindingsText();
  return (
    <Page title={t("title")}>
      <DataTable name="findings" rowHref={(row) => `/findings/${encodeURIComponent(String(row.case_id ?? row.id))}`} empty={{ title: t("none"), text: t("noneText") }} />
    </Page>
  );
}
