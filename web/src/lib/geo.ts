/** A county outline (the user's own GeoJSON) as SVG paths: plate carrée, squeezed by the middle latitude. */
type Ring = readonly (readonly number[])[];
export interface GeoJson {
  features?: readonly {
    properties?: Record<string, unknown> | null;
    geometry?: { type?: string; coordinates?: unknown } | null;
  }[];
  [more: string]: unknown;
}
export interface Outline {
  paths: Map<string, { d: string; centre: [number, number] }>;
  box: readonly [number, number, number, number];
}

const KEYS = ["area_code", "adcode", "code", "id"];

function ringsOf(geometry: { type?: string; coordinates?: unknown } | null | undefined): Ring[] {
  if (geometry?.type === "Polygon") return geometry.coordinates as Ring[];
  if (geometry?.type === "MultiPolygon") return (geometry.coordinates as Ring[][]).flat();
  return [];
}

/** Paths by the area code that the feature states (in `property`, else in area_code, adcode, code or id). */
export function pathsOf(geojson: GeoJson, property?: string): Outline | null {
  const features = (geojson.features ?? []).map((feature) => ({ key: keyOf(feature.properties, property), rings: ringsOf(feature.geometry) }));
  const all = features.flatMap((feature) => feature.rings.flat());
  if (all.length === 0) return null;
  const xs = all.map((p) => p[0]!);
  const ys = all.map((p) => p[1]!);
  const [west, east, south, north] = [least(xs), most(xs), least(ys), most(ys)];
  const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const scale = 1000 / Math.max((east - west) * squeeze, north - south, 1e-9);
  const place = (p: readonly number[]): [number, number] => [(p[0]! - west) * squeeze * scale, (north - p[1]!) * scale];
  const paths = new Map<string, { d: string; centre: [number, number] }>();
  for (const { key, rings } of features) {
    if (!key || rings.length === 0) continue;
    const drawn = rings.map((ring) => ring.map(place));
    const d = drawn.map((ring) => `M${ring.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}Z`).join("");
    paths.set(key, { d, centre: centreOf(drawn) });
  }
  return { paths, box: [0, 0, (east - west) * squeeze * scale, (north - south) * scale] };
}

const least = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b), Infinity);
const most = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), -Infinity);

function keyOf(properties: Record<string, unknown> | null | undefined, property?: string): string {
  const name = property ?? KEYS.find((key) => properties?.[key] !== undefined);
  return name ? String(properties?.[name] ?? "") : "";
}

/** The middle of the box of the largest ring: good enough for a label. */
function centreOf(rings: readonly (readonly [number, number][])[]): [number, number] {
  const ring = rings.reduce((a, b) => (b.length > a.length ? b : a));
  const xs = ring.map((p) => p[0]);
  const ys = ring.map((p) => p[1]);
  return [(least(xs) + most(xs)) / 2, (least(ys) + most(ys)) / 2];
}
