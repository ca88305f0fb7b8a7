/** The overview for the wall of a control room: six tiles, read from five metres 大屏. */
import { ConfigProvider } from "antd";
import { useEffect, useMemo } from "react";
import { useLocation } from "react-router";
import { Explain } from "@/app/Explain";
import { NotFound } from "@/app/Fallbacks";
import { useMe } from "@/app/me";
import { isOpen } from "@/app/pages";
import { themeOf } from "@/app/theme";
import { useView } from "@/app/view";
import { ViewLink } from "@/app/ViewLink";
import { PageFace, StatusMark } from "@/components/ui";
import { useAbove } from "@/features/overview/AreaMap";
import "@/features/overview/overview.css";
import { isBare, useOverview } from "@/features/overview/useOverview";
import { useNamed, useWords } from "@/i18n";
import { moment } from "@/lib/dates";
import { useDark, useWallScale } from "./hooks";
import { useWallText } from "./text";
import { Ticker } from "./Ticker";
import { MapTile, MoversTile, PathTile, StatesTile, TotalTile, WorstTile, type Overview } from "./tiles";
import "./wall.css";

const MINUTES = 5;

export function WallPage() {
  const { menu } = useMe();
  const { pathname } = useLocation();
  return isOpen(menu, pathname) ? <Hung /> : <main><NotFound /></main>;
}

/** The wall of one who may see it. */
function Hung() {
  const query = useOverview(MINUTES * 60_000);
  const look = useMemo(() => themeOf("dark", false), []);
  useDark();
  return (
    <ConfigProvider theme={look}>
      <main className="df-wall" data-theme="dark">
        <PageFace query={{ ...query, error: query.data ? null : query.error }}>{(overview) => <Wall overview={overview} stale={query.isError} />}</PageFace>
      </main>
      <Explain />
    </ConfigProvider>
  );
}

function Wall({ overview, stale }: { overview: Overview; stale: boolean }) {
  const t = useWallText();
  const words = useWords();
  const named = useNamed();
  const scale = useWallScale();
  const title = t("title", { area: named(overview.area_name, overview.area_en) });
  const { source } = overview;
  const { setView } = useView();
  const above = useAbove(overview.area_code);
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <>
      <header className="df-wall-head">
        <h1>{title}</h1>
        {above && overview.tiles.length === 0 && <button type="button" className="df-bare" onClick={() => setView({ area: above.value })}>{t("up", { area: above.title })}</button>}
        <span className="df-wall-year">{t("year", { year: overview.year })}</span>
        {source.demonstration && <span className="df-wall-demo">{t("demo")}</span>}
        <span className="df-wall-time">
          {source.data_time && <span>{t("dataTime", { time: moment(source.data_time) })}</span>}
          <span className={stale ? "df-wall-stale" : "df-muted"}>{stale ? t("stale") : t("refresh", { n: MINUTES })}</span>
          <StatusMark status={source.status} demo={false} />
        </span>
        <button type="button" className="df-bare" onClick={() => void document.documentElement.requestFullscreen?.()}>{t("full")}</button>
        <ViewLink to="/">{t("leave")}</ViewLink>
      </header>
      {isBare(overview) ? <p className="df-wall-bare">{words(overview.headline.words)}</p> : <div className={overview.tiles.length ? "df-wall-tiles" : "df-wall-tiles df-wall-nomap"}>
        <TotalTile overview={overview} />
        <PathTile overview={overview} scale={scale} />
        <StatesTile overview={overview} />
        {overview.tiles.length > 0 && <MapTile overview={overview} />}
        <WorstTile overview={overview} most={4} />
        <MoversTile overview={overview} most={5} />
      </div>}
      <Ticker notes={overview.warnings.map((warning) => words(warning))} />
    </>
  );
}
