/** The six tiles of the wall: total, path, states, map, worst targets, movers. */
import { useMemo, useRef } from "react";
import { useParam, useView } from "@/app/view";
import { ViewLink } from "@/app/ViewLink";
import type { Schemas } from "@/client";
import { Chart, Figure, StateMark, statesIn, TileMap } from "@/components/ui";
import { chartKit } from "@/components/ui/chartKit";
import type { ChartSeries } from "@/components/ui/chartTypes";
import { useAbove, useOutline, useTiles } from "@/features/overview/AreaMap";
import { barSpan } from "@/features/overview/BarTable";
import { targetHref } from "@/features/overview/Lights";
import { moverColour, moverHref } from "@/features/overview/Movers";
import { pathChart, pathFinding, pathScale } from "@/features/overview/pathChart";
import { findingText, usePathLook } from "@/features/overview/PathSection";
import { useOverviewText } from "@/features/overview/text";
import { useNamed, useWords } from "@/i18n";
import { useCaption, useFitted, useHeight } from "./hooks";
import { useWallText } from "./text";

export type Overview = Schemas["Overview"];

export function TotalTile({ overview }: { overview: Overview }) {
  const t = useWallText();
  const words = useWords();
  const { total, change, gap_to_path: gap } = overview.headline;
  const { delivery } = overview;
  const energy = overview.figures.find(([, figure]) => figure.unit === "tce");
  const said = words(overview.headline.words);
  const box = useRef<HTMLParagraphElement>(null);
  useFitted(box, said);
  return (
    <section className="df-wall-tile df-wall-total" aria-label={t("total")}>
      <h2>{t("total")}</h2>
      <div className="df-wall-number"><Figure figure={total} size="wall" /></div>
      <dl>
        <div><dt>{t("change")}</dt><dd><Figure figure={change} signed most={3} /></dd></div>
        {energy && <div><dt>{t("energy")}</dt><dd><Figure figure={energy[1]} most={4} /></dd></div>}
        {delivery && <div><dt>{t("delivered")}</dt><dd>{t("firms", { whole: delivery.whole, due: delivery.due })}</dd></div>}
        {gap && <div><dt>{t("gap")}</dt><dd><Figure figure={gap} signed most={3} /></dd></div>}
      </dl>
      <p className="df-wall-sentence" ref={box}>{said}</p>
    </section>
  );
}

export function PathTile({ overview, scale }: { overview: Overview; scale: number }) {
  const t = useOverviewText();
  const { lang, units } = useView();
  const named = useNamed();
  const box = useRef<HTMLDivElement>(null);
  const height = useHeight(box);
  const [, openNode] = useParam("explain");
  const look = usePathLook("co2");
  const series = overview.co2_path as readonly ChartSeries[];
  const { ink } = chartKit(lang, units, "dark");
  const drawn = useMemo(() => pathChart(series, { ...look, ink, colour: ink.ink, scale: scale * 1.7 }), [series, look, ink, scale]);
  const finding = pathFinding(series, overview.year, overview.judged_from);
  const drawing = height > 0 && finding.kind !== "none";
  const caption = useCaption(box, drawing);
  const sub = t("pathSubCo2", { area: named(overview.area_name, overview.area_en), unit: pathScale(series, look.units, look.lang).unit });
  return (
    <section className="df-wall-tile df-wall-path" aria-label={t("path")}>
      <h2>{t("path")}</h2>
      <div className="df-wall-fill" ref={box}>
        {finding.kind === "none" && <p>{findingText(finding, t)}</p>}
        {drawing && <Chart bare title={findingText(finding, t)} subtitle={sub} height={Math.max(120, height - Math.max(caption, Math.round(64 * scale)) - Math.round(12 * scale) - 8)} onPick={openNode} {...drawn} />}
      </div>
    </section>
  );
}

export function StatesTile({ overview }: { overview: Overview }) {
  const t = useWallText();
  const counts = overview.light_counts;
  const judged = overview.lights.length > 0;
  return (
    <section className="df-wall-tile df-wall-states" aria-label={t("states")}>
      <h2>{t("states")}</h2>
      {!judged && <p>{t("noStates")}</p>}
      <ul>
        {judged && statesIn(counts).map((state) => (
          <li key={state}>
            <ViewLink to={`/targets?f.state=${state}`}><StateMark state={state} size={28} /><b>{counts[state] ?? 0}</b></ViewLink>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function MapTile({ overview }: { overview: Overview }) {
  const t = useWallText();
  const { setView } = useView();
  const named = useNamed();
  const outline = useOutline(overview);
  const above = useAbove(overview.area_code);
  const { tiles, unit } = useTiles(overview, "co2");
  return (
    <section className="df-wall-tile df-wall-map" aria-label={t("map")}>
      <h2>{t("map")}{above && <button type="button" className="df-bare" onClick={() => setView({ area: above.value })}>{t("up", { area: above.title })}</button>}</h2>
      {tiles.length ? <div className="df-wall-fill"><TileMap title={named(overview.area_name, overview.area_en)} tiles={tiles} outline={outline} onPick={(area) => setView({ area })} /></div> : <p>{t("noMap")}</p>}
      {tiles.length > 0 && <p className="df-muted">{t("mapNote", { unit })}</p>}
    </section>
  );
}

export function WorstTile({ overview, most }: { overview: Overview; most: number }) {
  const t = useWallText();
  const words = useWords();
  const worst = overview.lights.filter((light) => light.state === "off_track" || light.state === "behind").slice(0, most);
  return (
    <section className="df-wall-tile df-wall-worst" aria-label={t("worst")}>
      <h2>{t("worst")}</h2>
      {worst.length === 0 && <p>{t(overview.lights.length ? "worstNone" : "noStates")}</p>}
      <ul>
        {worst.map((light) => (
          <li key={light.target_id}>
            <StateMark state={light.state} bare size={24} />
            <div>
              <ViewLink to={targetHref(light.target_id)}>{words(light.name)}</ViewLink>
              <span>{t("required")} <Figure figure={light.required} most={3} hideUnit /> {t("actual")} <Figure figure={light.actual} most={3} /></span>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function MoversTile({ overview, most }: { overview: Overview; most: number }) {
  const t = useWallText();
  const words = useWords();
  const kind = (["industry", "county", "enterprise", "effect"] as const).find((one) => overview.movers.some((mover) => mover.kind === one));
  const movers = overview.movers.filter((mover) => mover.kind === kind).slice(0, most);
  const values = movers.map((mover) => mover.contribution.value ?? 0);
  const high = Math.max(0, ...values);
  const low = Math.min(0, ...values);
  return (
    <section className="df-wall-tile df-wall-movers" aria-label={t("movers")}>
      <h2>{t("movers")}</h2>
      {movers.length === 0 && <p>{overview.movers_note ? words(overview.movers_note) : t("moversNone")}</p>}
      <ul>
        {movers.map((mover) => {
          const span = barSpan(mover.contribution.value, high, low);
          const href = moverHref(mover);
          const name = words(mover.name);
          return (
            <li key={mover.key}>
              <span className="df-wall-name">{href ? <ViewLink to={href}>{name}</ViewLink> : name}</span>
              <Figure figure={mover.contribution} signed most={3} />
              <span className="df-bar-track" aria-hidden="true">{span && <span className="df-bar" style={{ left: `${span.left}%`, width: `${span.width}%`, background: moverColour(mover.contribution.value) }} />}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
