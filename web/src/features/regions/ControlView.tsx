/** Energy and carbon, totals and intensities, by area and industry 双控. */
import { Segmented, Select } from "antd";
import { useParam, useView } from "@/app/view";
import { api, useApi, type Schemas } from "@/client";
import { Amount, Change, Mark, PageFace, Section, StatusMark } from "@/components/ui";
import { useWords } from "@/i18n";
import { digits, unitName } from "@/lib/units";
import { remark } from "@/features/energy/remarks";
import { Scroll } from "./parts";
import type { ViewProps } from "./RegionPage";
import { useRegionsText } from "./text";

type Control = Schemas["ControlPage"];
const KINDS = ["area", "industry", "area_industry"] as const;

export function ControlView({ area, year }: ViewProps) {
  const t = useRegionsText();
  const [named, setNamed] = useParam("kind");
  const kind = KINDS.find((one) => one === named) ?? "area";
  const asked = { period: year, kind, limit: 1000, ...(kind === "industry" ? {} : { area }) };
  const query = useApi(["regions", "control", area, year, kind], () => api.GET("/api/v1/regions/control", { params: { query: asked } }));
  return (
    <Section title={t("controlTitle")} flush side={<Segmented className="df-noprint" size="small" aria-label={t("by")} value={kind} options={KINDS.map((one) => ({ value: one, label: t(`kind_${one}`) }))} onChange={(next) => setNamed(next === "area" ? null : String(next))} />}>
      <PageFace query={query} skeleton="table" isEmpty={(found) => found.rows.length === 0} empty={{ title: t("controlNone"), text: t("controlNoneText") }}>{(found) => <Rows found={found} />}</PageFace>
    </Section>
  );
}

function Rows({ found }: { found: Control }) {
  const t = useRegionsText();
  const words = useWords();
  const [picked, setPicked] = useParam("measure");
  const measures = [...new Map(found.rows.map((one) => [one.measure, one.words]))];
  const measure = measures.some(([id]) => id === picked) ? picked : "";
  const rows = measure ? found.rows.filter((one) => one.measure === measure) : found.rows;
  return (
    <>
      <div className="df-row df-noprint"><Select className="df-region-pick" aria-label={t("measure")} value={measure ?? ""} options={[{ value: "", label: t("allChecks") }, ...measures.map(([value, name]) => ({ value, label: words(name) }))]} onChange={(next) => setPicked(next || null)} /></div>
      <Scroll label={t("controlTitle")}>
        <table className="df-plain">
          <thead><tr><th scope="col">{t("area")}</th><th scope="col">{t("measure")}</th><th scope="col">{t("source")}</th><th scope="col" className="df-num">{t("controlTotal")}</th><th scope="col">{t("price")}</th><th scope="col" className="df-num">{t("intensity")}</th><th scope="col" className="df-num">{t("change")}</th><th scope="col" className="df-num">{t("coverage")}</th></tr></thead>
          <tbody>{rows.slice(0, 400).map((one, n) => <Row key={n} row={one} />)}</tbody>
        </table>
      </Scroll>
    </>
  );
}

function Row({ row }: { row: Control["rows"][number] }) {
  const t = useRegionsText();
  const words = useWords();
  const { lang } = useView();
  const part = row.total === null && row.partial !== null;
  return (
    <tr>
      <th scope="row">{row.name}</th><td>{words(row.words)}</td><td>{t(row.source === "published" ? "source_published" : "source_firms")}</td>
      <td className="df-num"><Amount value={row.total ?? row.partial} unit={row.unit} />{part && <> <Mark kind="missing" note={remark(row.note, lang) || t("partial")} /></>} <StatusMark status={row.status} demo={false} /></td>
      <td>{row.price ? t(row.price === "current" ? "price_current" : "price_constant") : "\u2014"}</td>
      <td className="df-num">{row.intensity === null ? "\u2014" : `${digits(row.intensity)} ${unitName(row.intensity_unit, lang)}`}</td>
      <td className="df-num">{row.comparable === false ? <span className="df-muted" title={t("notComparable")}>{"\u2014"}</span> : <Change value={row.change} />}</td>
      <td className="df-num">{row.expected === null ? "\u2014" : `${row.present ?? 0}/${row.expected}`}</td>
    </tr>
  );
}
