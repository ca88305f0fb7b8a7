/** Where does this area stand on its way to the peak, and why? 驾驶舱 */
import { useMe } from "@/app/me";
import { ViewLink } from "@/app/ViewLink";
import type { Schemas } from "@/client";
import { Figure, Page, PageFace, Section, Sentence, SourceLine } from "@/components/ui";
import { useLang, useNamed, useWords } from "@/i18n";
import { moment } from "@/lib/dates";
import { useView } from "@/app/view";
import { AreaMap, useAbove } from "./AreaMap";
import { Lights } from "./Lights";
import { Movers } from "./Movers";
import "./overview.css";
import { Fuels, Sectors } from "./Parts";
import { MonthSection } from "./MonthSection";
import { PathSection } from "./PathSection";
import { NotPublished, PublishedReports } from "./PublicPage";
import { useOverviewText } from "./text";
import { isBare, useOverview } from "./useOverview";

type Overview = Schemas["Overview"];

export function OverviewPage() {
  const t = useOverviewText();
  const query = useOverview();
  const { data } = query;
  const named = useNamed();
  const me = useMe();
  const title = me.signed_in ? t("title") : t("publicTitle");
  if (!me.signed_in && query.error?.status === 404) return <Page title={title}><NotPublished /></Page>;
  return (
    <Page title={title} note={data && t("place", { area: named(data.area_name, data.area_en), year: data.year })} actions={<>{data && <UpButton area={data.area_code} />}<ViewLink className="df-button df-button-link" to="/wall">{t("wall")}</ViewLink></>}>
      <PageFace query={query} isEmpty={isBare} empty={{ title: t("emptyTitle"), text: t("emptyText"), action: <ViewLink className="df-button df-button-link" to="/filing">{t("emptyAction")}</ViewLink> }}>
        {(overview) => <div className={query.isPlaceholderData ? "df-overview df-overview-old" : "df-overview"} aria-busy={query.isPlaceholderData}><Loaded overview={overview} /></div>}
      </PageFace>
    </Page>
  );
}

/** The way back to the area above, where there is one in sight. */
function UpButton({ area }: { area: string }) {
  const t = useOverviewText();
  const { setView } = useView();
  const above = useAbove(area);
  return above ? <button type="button" className="df-button" onClick={() => setView({ area: above.value })}>{t("up", { area: above.title })}</button> : null;
}

function Loaded({ overview }: { overview: Overview }) {
  const t = useOverviewText();
  const lang = useLang();
  const { source } = overview;
  const under = [source.run_id, source.rulebook_version, source.data_time && moment(source.data_time)].filter(Boolean).join(lang === "zh" ? "，" : ", ");
  return (
    <>
      {overview.month && <MonthSection month={overview.month} />}
      {overview.month && <h2 className="df-whole-year">{t("wholeYear", { year: overview.year })}</h2>}
      <Head overview={overview} />
      <KeyFigures overview={overview} />
      <div className="df-grid">
        <PathSection overview={overview} className="df-7" source={under} />
        <Lights overview={overview} className="df-5" />
        {overview.tiles.length > 0 && <AreaMap overview={overview} className="df-5" />}
        <Movers overview={overview} {...(overview.tiles.length > 0 ? { className: "df-7" } : {})} />
        <Sectors overview={overview} className="df-6" />
        <Fuels overview={overview} className="df-6" />
      </div>
      <PublishedReports />
      <Section title={t("warnings")}><Warnings overview={overview} /></Section>
      <SourceLine source={source} />
    </>
  );
}

/** The sentence, and under it the three numbers that it is made of, each with its explanation. */
function Head({ overview }: { overview: Overview }) {
  const t = useOverviewText();
  const words = useWords();
  const { total, change, gap_to_path: gap } = overview.headline;
  return (
    <div className="df-head">
      <Sentence>{words(overview.headline.words)}</Sentence>
      <dl className="df-head-figures">
        <div><dt>{t("total")}</dt><dd><Figure figure={total} /></dd></div>
        {overview.delivery && <div><dt>{t("delivered")}</dt><dd>{t("firms", { whole: overview.delivery.whole, due: overview.delivery.due })}</dd></div>}
        <div><dt>{t("change")}</dt><dd><Figure figure={change} signed most={3} /></dd></div>
        <div><dt>{t("gap")}</dt><dd>{gap ? <Figure figure={gap} signed most={3} /> : <span className="df-muted">{t("gapNone")}</span>}</dd></div>
      </dl>
    </div>
  );
}

function KeyFigures({ overview }: { overview: Overview }) {
  const t = useOverviewText();
  const words = useWords();
  return (
    <section className="df-key" aria-label={t("figures")}>
      {overview.figures.slice(0, 6).map(([name, figure]) => (
        <div key={name.zh}>
          <div className="df-key-name">{words(name)}</div>
          <Figure figure={figure} size="large" />
        </div>
      ))}
    </section>
  );
}

function Warnings({ overview }: { overview: Overview }) {
  const t = useOverviewText();
  const words = useWords();
  if (overview.warnings.length === 0) return <p className="df-muted">{t("warningsNone")}</p>;
  const { delivery } = overview;
  const ask = delivery && delivery.late + delivery.stuck > 0;
  return (
    <>
      <ul className="df-warnings">{overview.warnings.map((warning) => <li key={warning.zh}>{words(warning)}</li>)}</ul>
      {ask && <ViewLink className="df-more df-noprint" to={`/enterprises?area=${overview.area_code}&year=${overview.year}&f.delivery=late&f.delivery=stuck`}>{t("lateFirms", { n: delivery.late + delivery.stuck })}</ViewLink>}
    </>
  );
}
