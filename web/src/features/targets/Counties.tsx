/** The target held against each county: on the map and as a table 各县区对照. */
import { useParam, useView } from "@/app/view";
import { ExplainLink, Figure, isJudged, Section, StateMark, TileMap, type MapTile, type State } from "@/components/ui";
import { useOutline } from "@/features/overview/AreaMap";
import { useProgrammeOverview } from "@/features/overview/useOverview";
import { useWords } from "@/i18n";
import { digits, scaleFor, unitName } from "@/lib/units";
import type { Schemas } from "@/client";
import type { Target } from "./TargetPage";
import { useTargetsText } from "./text";

const ORDER: readonly State[] = ["off_track", "behind", "on_track", "reached", "not_assessed", "confidential"];

export function Counties({ target }: { target: Target }) {
  const t = useTargetsText();
  const words = useWords();
  const { units, lang } = useView();
  const counties = [...target.counties].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
  const of = (state: State) => counties.filter((one) => one.state === state).length;
  const said = { total: counties.length, off: of("off_track"), behind: of("behind") };
  const judged = counties.some((one) => isJudged(one.state));
  const finding = t(said.off + said.behind ? "countiesFinding" : "countiesGood", said);
  const title = counties.length > 1 ? finding : t("counties");
  if (!judged) return <Section title={t("counties")}><p className="df-muted">{t("countiesNotJudged", { n: counties.length, why: words(counties[0]?.reason) })}</p></Section>;
  // One unit for all stands above the table, unless it is one that is scaled by size.
  const unit = counties.find((one) => one.actual.value !== null || one.required.value !== null)?.actual.unit ?? "";
  const shared = scaleFor(unit, 1e9, units, lang).factor === 1;
  return (
    <Section title={title} note={[title === finding ? t("counties") : "", shared ? unitName(unit, lang) : ""].filter(Boolean).join(" · ")}>
      <div className="df-grid">
        {counties.length > 1 && <div className="df-5"><CountyMap target={target} /></div>}
        <div className={counties.length > 1 ? "df-7 df-plain-scroll" : "df-plain-scroll"}>
          <table className="df-plain df-counties">
            <caption className="df-sr">{title}</caption>
            <thead><tr><th scope="col">{t("county")}</th><th scope="col">{t("state")}</th><th scope="col" className="df-num">{t("required")}</th><th scope="col" className="df-num">{t("actual")}</th><th scope="col" className="df-num">{t("gap")}</th></tr></thead>
            <tbody>{counties.map((one) => <CountyRow key={one.node} light={one} hideUnit={shared} />)}</tbody>
          </table>
        </div>
      </div>
    </Section>
  );
}

function CountyRow({ light, hideUnit }: { light: Schemas["Light"]; hideUnit: boolean }) {
  const words = useWords();
  return (
    <tr title={words(light.reason)}>
      <th scope="row">{words(light.name)}</th>
      <td><ExplainLink node={light.node}><StateMark state={light.state} /></ExplainLink></td>
      <td className="df-num"><Figure figure={light.required} hideUnit={hideUnit} /></td>
      <td className="df-num"><Figure figure={light.actual} hideUnit={hideUnit} /></td>
      <td className="df-num"><Figure figure={light.gap} signed hideUnit={hideUnit} /></td>
    </tr>
  );
}

/** The places of the counties are those of the overview's map; without them there is only the table. */
function CountyMap({ target }: { target: Target }) {
  const { data } = useProgrammeOverview();
  return data ? <CountyTiles target={target} overview={data} /> : null;
}

function CountyTiles({ target, overview }: { target: Target; overview: Schemas["Overview"] }) {
  const t = useTargetsText();
  const words = useWords();
  const { lang } = useView();
  const [, openNode] = useParam("explain");
  const outline = useOutline(overview);
  const lights = new Map(target.counties.map((one) => [one.name.zh, one]));
  const tiles: MapTile[] = overview.tiles.flatMap((tile) => {
    const light = lights.get(tile.name);
    return light ? [{ key: tile.area_code, name: words(light.name), col: tile.col, row: tile.row, state: light.state, text: light.actual.value === null ? "\u2014" : digits(light.actual.value, 3) }] : [];
  });
  if (tiles.length === 0) return null;
  const unit = unitName(target.counties.find((one) => one.actual.value !== null)?.actual.unit, lang);
  return (
    <>
      <TileMap title={t("countiesMap", { name: words(target.name) })} tiles={tiles} outline={outline} onPick={(area) => openNode(lights.get(tiles.find((tile) => tile.key === area)?.name ?? "")?.node ?? null)} />
      <p className="df-muted df-small">{t("actual")} {unit}</p>
    </>
  );
}
