/**
 * The counties as a tile map 方格地图 drawn by us; with the programme's own approved outline as its shapes instead.
 * Each tile carries name and value, shape and word of its state, and can be reached by keyboard.
 */
import { useMemo } from "react";
import { StateShape, stateColour, type State } from "./StateMark";
import { useUiText } from "./text";
import { pathsOf, type GeoJson } from "@/lib/geo";

export interface MapTile {
  key: string;
  name: string;
  col: number;
  row: number;
  /** value as printed, with unit where there is room */
  text: string;
  /** small print under the value, where it is not the whole of it */
  note?: string | undefined;
  state?: State | undefined;
  /** fill for a sequential map; states colour the edge otherwise */
  fill?: string | undefined;
}

export interface TileMapProps {
  title: string;
  tiles: readonly MapTile[];
  /** the programme's own outline; `property` holds the tile's key */
  outline?: { geojson: GeoJson; property?: string; approval?: string | null } | null;
  selected?: string | undefined;
  onPick?: (key: string) => void;
}

const SIZE = 112;
const GAP = 6;
const NAME_SIZE = 17; // px of print, the larger of the page's and the wall's
const LETTER = 0.62; // width of a letter by the size of its print, the wider ones counted in
const NAME_ROOM = SIZE - 26 - 14 - 2; // from the left edge to the shape of the state

/** A name in one line, or broken in two where it is too long for one: a name is read whole, not cut. */
export function lines(name: string, room = NAME_ROOM / NAME_SIZE): string[] {
  const wide = (text: string) => [...text].reduce((sum, one) => sum + (/[\u2e80-\uffff]/.test(one) ? 1 : 0.56), 0);
  if (wide(name) <= room) return [name];
  if (isWord(name)) return [name]; // a word is not broken: it is printed smaller
  const words = /\s/.test(name) ? name.split(/(?<=\s)/) : [...name];
  let first = "";
  while (words.length > 1 && wide((first + words[0]).trimEnd()) <= room) first += words.shift()!;
  return first ? [first.trimEnd(), fitted(words.join(""), (SIZE - 20) / NAME_SIZE)] : [fitted(name, room)];
}

/** A single word of letters, as English spells a county: 钢城 → Gangcheng. */
const isWord = (name: string): boolean => /^[^\s\u2e80-\uffff]+$/.test(name);

const KIND_OF_AREA = / (?:District|County|City|Banner|Zone|Autonomous County)$/;

/** A name as a tile has room for it: the map says that all are counties and districts. */
export const tileName = (name: string): string => name.replace(KIND_OF_AREA, "") || name;

const shownLines = (tile: MapTile): string[] => lines(tileName(tile.name), tile.state !== undefined ? NAME_ROOM / NAME_SIZE : (SIZE - 20) / NAME_SIZE);

/** What is read aloud: first what is seen, in the same order, then the whole name and the word of the state. */
export function tileLabel(tile: MapTile, state: string): string {
  const seen = shownLines(tile).join(" ");
  return [seen, tile.text, tile.note, seen === tile.name ? "" : tile.name, state].filter(Boolean).join(" ");
}

function TileName({ tile }: { tile: MapTile }) {
  const shown = shownLines(tile);
  const [first] = shown;
  const tight = shown.length === 1 && first !== undefined && isWord(first) && first.length * LETTER * NAME_SIZE > NAME_ROOM ? { fontSize: `${Math.max(10, NAME_ROOM / (first.length * LETTER)).toFixed(1)}px` } : undefined;
  return <text x="14" y="28" className="df-tile-name" style={tight}>{shown.map((line, n) => <tspan key={n} x="14" dy={n === 0 ? 0 : 20}>{n > 0 ? ` ${line}` : line}</tspan>)}</text>;
}

/** A name as far as it fits beside the state's shape; a letter takes about half of what a Chinese character takes. */
export function fitted(name: string, room = NAME_ROOM / NAME_SIZE): string {
  const wide = (one: string) => (/[\u2e80-\uffff]/.test(one) ? 1 : 0.56);
  let used = [...name].reduce((sum, one) => sum + wide(one), 0);
  if (used <= room) return name;
  const kept = [...name];
  while (kept.length > 1 && used > room - 0.6) used -= wide(kept.pop()!);
  return `${kept.join("").trimEnd()}\u2026`;
}

export function TileMap({ title, tiles, outline, selected, onPick }: TileMapProps) {
  const t = useUiText();
  const shapes = useMemo(() => (outline ? pathsOf(outline.geojson, outline.property) : null), [outline]);
  const cols = Math.max(1, ...tiles.map((tile) => tile.col + 1));
  const rows = Math.max(1, ...tiles.map((tile) => tile.row + 1));
  const known = shapes && tiles.every((tile) => shapes.paths.has(tile.key));
  const box = known ? shapes.box : ([0, 0, cols * (SIZE + GAP), rows * (SIZE + GAP)] as const);
  const unit = known ? Math.max(box[2], box[3]) / 620 : 1;
  const bind = (tile: MapTile) => ({
    className: `df-tile ${selected === tile.key ? "df-tile-on" : ""} ${onPick ? "df-tile-link" : ""}`,
    role: onPick ? "button" : "img",
    tabIndex: onPick ? 0 : undefined,
    "aria-label": tileLabel(tile, tile.state ? t(`state_${tile.state}`) : ""),
    "aria-pressed": onPick && selected !== undefined ? selected === tile.key : undefined,
    onClick: () => onPick?.(tile.key),
    onKeyDown: (event: React.KeyboardEvent) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        onPick?.(tile.key);
      }
    },
  });
  return (
    <figure className="df-map">
      <svg viewBox={box.join(" ")} role="group" aria-label={t("mapOf", { name: title })} style={{ maxHeight: known ? 460 : rows * (SIZE + GAP) }}>
        {tiles.map((tile) => {
          const shape = known ? shapes.paths.get(tile.key)! : null;
          const x = shape ? shape.centre[0] - (SIZE / 2) * unit : tile.col * (SIZE + GAP);
          const y = shape ? shape.centre[1] - (SIZE / 2) * unit : tile.row * (SIZE + GAP);
          return (
            <g key={tile.key} {...bind(tile)}>
              <title>{tileLabel(tile, "")}</title>
              {shape ? <path d={shape.d} className="df-tile-box" style={tile.fill ? { fill: tile.fill } : undefined} strokeWidth={unit} /> : <rect x={x + 0.5} y={y + 0.5} width={SIZE - 1} height={SIZE - 1} rx="3" className="df-tile-box" style={tile.fill ? { fill: tile.fill } : undefined} />}
              <g aria-hidden="true" transform={`translate(${x} ${y}) scale(${unit})`}>
                {tile.state && !shape && <rect x="0" y="0" width="5" height={SIZE} fill={stateColour(tile.state)} />}
                {tile.state && <StateShape state={tile.state} size={16} x={SIZE - 26} y={12} />}
                <TileName tile={tile} />{" "}
                <text x="14" y={tile.note ? 80 : 88} className="df-tile-value">{tile.text}</text>{" "}
                {tile.note && <text x="14" y="100" className="df-tile-note">{tile.note}</text>}
              </g>
            </g>
          );
        })}
      </svg>
      {known && outline?.approval && <figcaption className="df-muted">{outline.approval}</figcaption>}
    </figure>
  );
}
