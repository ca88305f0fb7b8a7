/** Which enterprises are there, how much do they emit, and whose data are not complete? 企业 */
import { usePlaceAndTime } from "@/app/pickers";
import { ViewLink } from "@/app/ViewLink";
import { api, useApi } from "@/client";
import { DataTable, Mark, Page, Sentence, type Row } from "@/components/ui";
import { useWords } from "@/i18n";
import { useEnterprisesText } from "./text";

export function EnterprisesPage() {
  const t = useEnterprisesText();
  const { area, year } = usePlaceAndTime();
  return (
    <Page title={t("title")} note={year && t("year", { year })}>
      <Head area={area} year={year} />
      <p className="df-muted">{t("intro")}</p>
      <DataTable
        name="enterprises"
        fixed={{ area, year }}
        rowHref={(row) => `/enterprises/${encodeURIComponent(String(row.enterprise_id))}`}
        render={{ name: (value, row) => <ViewLink to={`/enterprises/${encodeURIComponent(String(row.enterprise_id))}`} onClick={(event) => event.stopPropagation()}>{String(value ?? "\u2014")}</ViewLink> }}
        mark={(row, column) => (isPartial(row) && SUMS.includes(column) ? <Mark kind="estimated" /> : null)}
        empty={{ title: t("emptyTitle"), text: t("emptyText") }}
      />
    </Page>
  );
}

const SUMS: readonly string[] = ["co2_t", "energy_tce"];
/** A sum of months of which some are wanting. */
const isPartial = (row: Row): boolean => row.co2_t !== null && typeof row.coverage === "number" && row.coverage < 1;

/** Who has delivered, and what that makes of the sum; the counts are those of the overview. */
function Head({ area, year }: { area: string | undefined; year: number | undefined }) {
  const t = useEnterprisesText();
  const words = useWords();
  const head = useApi(["enterprises_head", area, year], () => api.GET("/api/v1/enterprises", { params: { query: { area, year } } }));
  if (!head.data) return null;
  const { delivery, other_tables: others } = head.data;
  return (
    <>
      <Sentence>{words(head.data.words)}</Sentence>
      <p className="df-row df-small">
        {delivery && delivery.late > 0 && <ViewLink to="/enterprises?f.delivery=late">{t("seeLate", { n: delivery.late })}</ViewLink>}
        {delivery && delivery.stuck > 0 && <ViewLink to="/enterprises?f.delivery=stuck">{t("seeStuck", { n: delivery.stuck })}</ViewLink>}
        {others && <span className="df-muted">{words(others)}</span>}
      </p>
    </>
  );
}
