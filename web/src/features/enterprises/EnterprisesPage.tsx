/** Which enterprises are there, how much do they emit, and whose data are not complete? 企业 */
import { useView } from "@/app/view";
import { DataTable, Page } from "@/components/ui";
import { useEnterprisesText } from "./text";

export function EnterprisesPage() {
  const t = useEnterprisesText();
  const { area, year } = useView();
  return (
    <Page title={t("title")}>
      <p className="df-muted">{t("intro")}</p>
      <DataTable
        name="enterprises"
        fixed={{ area, year }}
        rowHref={(row) => `/enterprises/${encodeURIComponent(String(row.enterprise_id))}`}
        empty={{ title: t("emptyTitle"), text: t("emptyText") }}
      />
    </Page>
  );
}
