/** What does a region emit in a year, how sure is it, and do its accounts agree? 区域核算 */
import { Segmented, Select } from "antd";
import { useParams, useNavigate } from "react-router";
import { useCarry, useParam, useView } from "@/app/view";
import { ViewLink } from "@/app/ViewLink";
import { api, useApi } from "@/client";
import { Empty, Page, ProblemBox, Sentence, Skeleton } from "@/components/ui";
import { useWords } from "@/i18n";
import { digits, shown } from "@/lib/units";
import { AccountView } from "./AccountView";
import { BalanceView } from "./BalanceView";
import { CompareView } from "./CompareView";
import { ControlView } from "./ControlView";
import { useAreaName } from "./names";
import { CO2, halfText, Total } from "./parts";
import { ReconcileView } from "./ReconcileView";
import { ownApproach, totalOf, type Region } from "./regions";
import "./regions.css";
import { useRegionsText } from "./text";

const VIEWS = { account: AccountView, compare: CompareView, balance: BalanceView, reconcile: ReconcileView, control: ControlView } as const;
type View = keyof typeof VIEWS;
const NAMES = Object.keys(VIEWS) as View[];

export function RegionPage() {
  const { area = "", year = "" } = useParams();
  const t = useRegionsText();
  const words = useWords();
  const query = useApi(["regions", "account", area, year], () => api.GET("/api/v1/regions/account", { params: { query: { area, period: year } } }), { retry: false });
  const page = query.data;
  const none = query.error?.status === 404;
  const areaName = useAreaName();
  const name = areaName(area, page?.areas[area]);
  return (
    <Page title={t("pageTitle", { name })} note={page && t("place", { year, method: words(page.method_words) })} actions={<><Pickers page={page} area={area} year={year} /><ViewLink className="df-button df-button-link" to="/regions">{t("all")}</ViewLink></>}>
      {query.isPending && <Skeleton kind="page" />}
      {query.error && !none && <ProblemBox problem={query.error} onAgain={() => void query.refetch()} />}
      {none && <Empty title={t("emptyTitle")} text={t("emptyText")} action={<ViewLink className="df-button df-button-link" to="/regions">{t("upload")}</ViewLink>} />}
      {page && <Head page={page} name={name} year={year} />}
      {(page || none) && <Tabs area={area} year={year} name={name} page={page} />}
    </Page>
  );
}

/** Area and year stand in the address; another one leads to its page. */
function Pickers({ page, area, year }: { page: Region | undefined; area: string; year: string }) {
  const t = useRegionsText();
  const go = useNavigate();
  const carry = useCarry();
  const [view] = useParam("show");
  const areaName = useAreaName();
  if (!page) return null;
  const to = (nextArea: string, nextYear: string) => go(carry(`/regions/${nextArea}/${nextYear}${view ? `?show=${view}` : ""}`));
  return (
    <>
      {Object.keys(page.areas).length > 1 && <Select className="df-noprint df-region-pick" showSearch={{ optionFilterProp: "label" }} aria-label={t("area")} value={area} options={Object.entries(page.areas).map(([value, zh]) => ({ value, label: areaName(value, zh) }))} onChange={(next) => void to(next, year)} />}
      <Select className="df-noprint" aria-label={t("year")} value={year} options={[...page.periods].reverse().map((value) => ({ value, label: value }))} onChange={(next) => void to(area, next)} />
    </>
  );
}

function Head({ page, name, year }: { page: Region; name: string; year: string }) {
  const t = useRegionsText();
  const words = useWords();
  const { units, lang } = useView();
  const approach = ownApproach(page.totals);
  const [scope1, imported, process] = (["scope1", "import", "process"] as const).map((one) => totalOf(page.totals, one, approach));
  if (!scope1) return null;
  const say = (tonnes: number | null | undefined) => { const print = shown(tonnes, CO2, units, lang); return tonnes == null ? print.text : `${print.text} ${print.unit}`; };
  const half = halfText(scope1.uncertainty);
  const sentence =
    scope1.value === null ? t("sentencePart", { year, name, part: say(scope1.partial) })
    : approach === "downscaled" ? t("sentenceDown", { year, name, total: say(scope1.value), half })
    : t("sentence", { year, name, total: say(scope1.value), half, import: say(imported?.value), process: say(process?.value) });
  return (
    <>
      <Sentence>{sentence}</Sentence>
      <dl className="df-region-figures">
        {[scope1, totalOf(page.totals, "combustion", approach), process, imported, totalOf(page.totals, "with_import", approach)].map((one) => one && <div key={one.total}><dt>{words(one.words)}</dt><dd><Total total={one} /></dd></div>)}
      </dl>
    </>
  );
}

export interface ViewProps {
  area: string;
  year: string;
  name: string;
  page: Region | undefined;
}

function Tabs(props: ViewProps) {
  const t = useRegionsText();
  const [named, setNamed] = useParam("show");
  const view = NAMES.find((one) => one === named) ?? "account";
  const Shown = VIEWS[view];
  const options = NAMES.map((one) => ({ value: one, label: t(`show_${one}`) }));
  const pick = (next: unknown) => setNamed(next === "account" ? null : String(next));
  return (
    <>
      <Segmented className="df-noprint df-region-tabs" aria-label={t("view")} value={view} options={options} onChange={pick} />
      <Select className="df-noprint df-region-select" aria-label={t("view")} value={view} options={options} onChange={pick} />
      <Shown {...props} />
    </>
  );
}

export const percent = (share: number | null | undefined): string => (share == null ? "\u2014" : `${share > 0 ? "+" : ""}${digits(share * 100, 3)}%`);
