/** The areas below: worst state and emissions on the map, and as a table; a click goes into the area 县区. */
import { Segmented } from "antd";
import { useAreas } from "@/app/pickers";
import { useParam, useView } from "@/app/view";
import { api, useApi, type Schemas } from "@/client";
import { Change, Figure, isJudged, Section, StateMark, STATES, TileMap, type MapTile } from "@/components/ui";
import { useLang, useNamed } from "@/i18n";
import type { GeoJson } from "@/lib/geo";
import { digits, scaleFor } from "@/lib/units";
import { useOverviewText } from "./text";

type Overview = Schemas["Overview"];
type Tile = Schemas["Tile"];

export type MapOf = "co2" | "targets";

/** A tint of the accent by size, pale enough for ink on it in both themes; none where there is no value. */
export const tint = (value: number | null, most: number): string | undefined =>
  value === null || most <= 0 ? undefined : `color-mix(in srgb, var(--accent) ${Math.round(4 + (Math.max(0, value) / most) * 36)}%, var(--paper))`;

/** Complete of due, as 28/30; an em dash where single firms are not in sight. */
export const firmsText = (of: { firms_whole?: number | null; firms_due?: number | null }): string => (of.firms_due == null ? "\u2014" : `${of.firms_whole}/${of.firms_due}`);

/** The tiles by emissions, in one unit for all so that they can be compared, or by targets off track among those assessed. */
export function useTiles(overview: Overview, of: MapOf): { tiles: MapTile[]; unit: string } {
  const t = useOverviewText();
  const { units, lang } = useView();
  const named = useNamed();
  const largest = Math.max(0, ...overview.tiles.map((tile) => tile.co2.value ?? 0));
  const { factor, unit } = scaleFor("tCO2", largest, units, lang);
  const emitted = (tile: Tile) => (tile.co2.value === null ? "\u2014" : digits(tile.co2.value * factor, 3));
  const tiles = overview.tiles.map((tile) => {
    const off = tile.counts.off_track ?? 0;
    const assessed = STATES.reduce((sum, state) => sum + (isJudged(state) ? (tile.counts[state] ?? 0) : 0), 0);
    const lacking = tile.firms_due != null && (tile.firms_whole ?? 0) < tile.firms_due;
    // A value that is not whole says so on the tile, as everywhere; a missing one how many firms are there.
    const said = [tile.co2.estimated ? t("estimatedMark") : "", lacking ? t("tileFirms", { firms: firmsText(tile) }) : ""].filter(Boolean).join(" ");
    const note = of !== "co2" ? "" : tile.co2.confidential ? t("withheld") : said;
    const drawn = of === "co2" ? { text: emitted(tile), note, fill: tint(tile.co2.value, largest) } : { text: assessed ? `${off} / ${assessed}` : "\u2014", fill: undefined };
    return { key: tile.area_code, name: named(tile.name, tile.name_en), col: tile.col, row: tile.row, state: tile.state, ...drawn };
  });
  return { tiles, unit };
}

/** The areas that have no tile value though the area itself has one: what the tiles do not add up to. */
export const lackingOf = (overview: Overview): readonly Tile[] => (overview.headline.total.value === null ? [] : overview.tiles.filter((tile) => tile.co2.value === null));

/** The programme's own outline, asked for only where there is one. */
export function useOutline(overview: Overview) {
  const shape = useApi(["map_shape"], () => api.GET("/api/v1/map"), { enabled: overview.outline, staleTime: Infinity });
  return shape.data ? { geojson: shape.data.geojson as GeoJson, approval: shape.data.approval } : null;
}

/** The area above in the picker's tree, for the way back. */
export function useAbove(area: string): { value: string; title: string } | undefined {
  interface Leaf { value: string; title: string; children?: Leaf[] }
  const find = (leaves: readonly Leaf[], above?: Leaf): Leaf | undefined => {
    for (const leaf of leaves) {
      const found = leaf.value === area ? above : find(leaf.children ?? [], leaf);
      if (found) return found;
    }
    return undefined;
  };
  return find(useAreas());
}

export function AreaMap({ overview, className = "" }: { overview: Overview; className?: string }) {
  const t = useOverviewText();
  const { setView } = useView();
  const named = useNamed();
  const lang = useLang();
  const outline = useOutline(overview);
  const [picked, setPicked] = useParam("map");
  const judged = overview.tiles.some((tile) => STATES.some((state) => isJudged(state) && tile.counts[state]));
  const of: MapOf = judged && picked === "targets" ? "targets" : "co2";
  const { tiles, unit } = useTiles(overview, of);
  const lacking = lackingOf(overview);
  const off = tiles.filter((tile) => tile.state === "off_track").length;
  const choice = <Segmented className="df-noprint" size="small" aria-label={t("measure")} value={of} options={[{ value: "co2", label: t("mapCo2") }, { value: "targets", label: t("mapTargets") }]} onChange={(value) => setPicked(value === "co2" ? null : String(value))} />;
  return (
    <Section className={className} title={t(!judged ? "mapPlain" : off ? "mapFinding" : "mapGood", { total: tiles.length, off })} side={judged && choice}>
      <TileMap title={t("mapTitle", { area: named(overview.area_name, overview.area_en) })} tiles={tiles} outline={outline} onPick={(area) => setView({ area })} />
      <p className="df-muted df-small">{of === "co2" ? t("mapNote", { unit }) : t("mapNoteTargets")}</p>
      {of === "co2" && lacking.length > 0 && <p className="df-muted df-small">{t("mapLacking", { n: lacking.length, names: lacking.map((tile) => named(tile.name, tile.name_en)).join(lang === "zh" ? "、" : ", ") })}</p>}
      <ul className="df-legend">{STATES.filter((state) => state !== "confidential" || overview.tiles.some((tile) => tile.counts.confidential)).map((state) => <li key={state}><StateMark state={state} /></li>)}</ul>
      <details className="df-behind">
        <summary>{t("table")}</summary>
        <AreaTable overview={overview} />
      </details>
    </Section>
  );
}

function AreaTable({ overview }: { overview: Overview }) {
  const t = useOverviewText();
  const named = useNamed();
  const firms = overview.tiles.some((tile) => tile.firms_due != null);
  const { setView } = useView();
  return (
    <div className="df-plain-scroll">
      <table className="df-plain">
        <caption className="df-sr">{t("mapTitle", { area: named(overview.area_name, overview.area_en) })}</caption>
        <thead><tr><th scope="col">{t("area")}</th><th scope="col">{t("state")}</th><th scope="col" className="df-num">{t("total")}</th><th scope="col" className="df-num">{t("yearChange")}</th>{firms && <th scope="col" className="df-num">{t("delivered")}</th>}<th scope="col">{t("counts")}</th></tr></thead>
        <tbody>
          {overview.tiles.map((tile) => (
            <tr key={tile.area_code}>
              <th scope="row"><button type="button" className="df-bare df-more" onClick={() => setView({ area: tile.area_code })}>{named(tile.name, tile.name_en)}</button></th>
              <td><StateMark state={tile.state} /></td>
              <td className="df-num"><Figure figure={tile.co2} /></td>
              <td className="df-num"><Change value={tile.change} /></td>
              {firms && <td className="df-num">{firmsText(tile)}</td>}
              <td><span className="df-row">{STATES.filter((state) => tile.counts[state]).map((state) => <StateMark key={state} state={state} bare count={tile.counts[state] ?? 0} />)}</span></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
