/** Which regions have an account, of which years, and how large are they? 区域核算 */
import { Select } from "antd";
import { useMay } from "@/app/me";
import { useParam } from "@/app/view";
import { ViewLink } from "@/app/ViewLink";
import { api, useApi } from "@/client";
import { Empty, Page, PageFace, ProblemBox, Section } from "@/components/ui";
import { useWords } from "@/i18n";
import { useAreaName } from "./names";
import { Scroll, Total } from "./parts";
import { listed, type Region } from "./regions";
import "./regions.css";
import { useRegionsText } from "./text";
import { Upload } from "./Upload";

export function RegionsPage() {
  const t = useRegionsText();
  const imports = useMay("region.import");
  const query = useApi(["regions", "account"], () => api.GET("/api/v1/regions/account", { params: { query: {} } }), { retry: false });
  const none = query.error?.status === 404;
  return (
    <Page title={t("title")}>
      {imports && <Upload empty={none} />}
      {none ? <Empty title={t("emptyTitle")} text={t("emptyText")} /> : query.error ? <ProblemBox problem={query.error} /> : <PageFace query={query} skeleton="table" isEmpty={(page) => page.totals.length === 0} empty={{ title: t("noAccess"), text: t("emptyText") }}>{(page) => <List page={page} />}</PageFace>}
    </Page>
  );
}

function List({ page }: { page: Region }) {
  const t = useRegionsText();
  const words = useWords();
  const areaName = useAreaName();
  const named = (code: string) => areaName(code, page.areas[code]);
  const [picked, setPicked] = useParam("period");
  const period = page.periods.find((one) => one === picked) ?? page.periods.at(-1);
  const rows = listed(page).filter((row) => row.period === period);
  const side = page.periods.length > 1 && <Select className="df-noprint" aria-label={t("year")} value={period ?? ""} options={[...page.periods].reverse().map((value) => ({ value, label: value }))} onChange={setPicked} />;
  return (
    <Section title={words(page.method_words)} side={side} flush>
      <Scroll label={t("title")}>
        <table className="df-plain">
          <thead><tr><th scope="col">{t("area")}</th><th scope="col">{t("year")}</th><th scope="col">{t("approach")}</th><th scope="col" className="df-num">{words(rows[0]?.scope1?.words) || t("total")}</th><th scope="col" className="df-num">{words(rows.find((one) => one.process)?.process?.words)}</th><th scope="col" className="df-num">{words(rows.find((one) => one.imported)?.imported?.words)}</th></tr></thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.area} ${row.period}`}>
                <th scope="row"><ViewLink to={`/regions/${row.area}/${row.period}`}>{named(row.area)}</ViewLink></th>
                <td><ViewLink to={`/regions/${row.area}/${row.period}`}>{row.period}</ViewLink></td>
                <td>{words(row.scope1?.approach_words)}</td>
                <td className="df-num"><Total total={row.scope1} /></td>
                <td className="df-num"><Total total={row.process} /></td>
                <td className="df-num"><Total total={row.imported} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Section>
  );
}
