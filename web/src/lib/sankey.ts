/**
 * Layout of a flow drawing 流向图 by given stages: boxes in columns, bands between them. Knows nothing of what flows.
 * A band may lead back (a by-product that feeds an earlier stage): it is drawn as a loop below, and the layout has no
 * trouble with circles.
 */
export interface FlowBox {
  id: string;
  label: string;
  stage: number;
  /** drawn with a dashed edge: not delivered, or not explained */
  faint?: boolean;
}
export interface FlowBand {
  source: string;
  target: string;
  value: number;
  label?: string;
  faint?: boolean;
  /** a CSS colour; the usual one of bands where left out */
  colour?: string;
  /** said of it in the table and on hover: the amount as delivered, why it is drawn */
  remark?: string;
  /** what explains it */
  node?: string | null;
}
export interface PlacedBox extends FlowBox {
  x: number;
  y: number;
  height: number;
  value: number;
  column: number;
  last: boolean;
}
export interface PlacedBand extends FlowBand {
  path: string;
  width: number;
  back: boolean;
}
export interface PlacedFlow {
  boxes: PlacedBox[];
  bands: PlacedBand[];
  width: number;
  height: number;
}
export interface FlowSize {
  width: number;
  height: number;
  /** width of a box */
  box?: number;
  /** least height of a box or band */
  least?: number;
}
const GAP = 14;
const PASSES = 4;

/** Boxes and bands with their places; bands of nothing or of less than nothing take no room and are left to the table. */
export function placedFlow(boxes: readonly FlowBox[], bands: readonly FlowBand[], size: FlowSize): PlacedFlow {
  const { width, height, box = 12, least = 1 } = size;
  const known = new Set(boxes.map((one) => one.id));
  const drawn = bands.filter((one) => one.value > 0 && known.has(one.source) && known.has(one.target));
  const values = sizes(boxes, drawn);
  const used = boxes.filter((one) => (values.get(one.id) ?? 0) > 0);
  const stages = [...new Set(used.map((one) => one.stage))].sort((a, b) => a - b);
  if (stages.length === 0) return { boxes: [], bands: [], width, height };
  const columns = ordered(stages.map((stage) => used.filter((one) => one.stage === stage)), drawn, values);
  const scale = Math.min(...columns.map((column) => {
    const sum = column.reduce((total, one) => total + (values.get(one.id) ?? 0), 0);
    return Math.max(height - GAP * (column.length + 1), height / 4) / sum;
  }));
  const step = stages.length > 1 ? (width - box) / (stages.length - 1) : 0;
  const places = new Map<string, PlacedBox>();
  columns.forEach((column, n) => {
    const heights = column.map((one) => Math.max((values.get(one.id) ?? 0) * scale, least));
    const whole = heights.reduce((a, b) => a + b, 0) + GAP * (column.length - 1);
    let y = Math.max((height - whole) / 2, 0);
    column.forEach((one, i) => {
      places.set(one.id, { ...one, x: n * step, y, height: heights[i] ?? least, value: values.get(one.id) ?? 0, column: n, last: n === columns.length - 1 });
      y += (heights[i] ?? least) + GAP;
    });
  });
  const bottom = Math.max(...[...places.values()].map((one) => one.y + one.height));
  const placed = joined(drawn, places, scale, box, least, bottom);
  const back = placed.some((one) => one.back);
  return { boxes: [...places.values()], bands: placed, width, height: Math.max(height, bottom + (back ? 3 * GAP : 0)) };
}

/** What passes each box: the larger of what comes in and goes out. */
function sizes(boxes: readonly FlowBox[], bands: readonly FlowBand[]): Map<string, number> {
  const into = new Map<string, number>();
  const out = new Map<string, number>();
  for (const one of bands) {
    out.set(one.source, (out.get(one.source) ?? 0) + one.value);
    into.set(one.target, (into.get(one.target) ?? 0) + one.value);
  }
  return new Map(boxes.map((one) => [one.id, Math.max(into.get(one.id) ?? 0, out.get(one.id) ?? 0)]));
}

/** Columns by size first, then each box beside what it is joined to, so that few bands cross. */
function ordered(columns: FlowBox[][], bands: readonly FlowBand[], values: Map<string, number>): FlowBox[][] {
  const sorted = columns.map((column) => [...column].sort((a, b) => (values.get(b.id) ?? 0) - (values.get(a.id) ?? 0) || a.id.localeCompare(b.id)));
  for (let pass = 0; pass < PASSES; pass++) {
    const rank = new Map<string, number>();
    for (const column of sorted) column.forEach((one, i) => rank.set(one.id, (i + 0.5) / column.length));
    for (const column of sorted) {
      const mean = new Map(column.map((one) => [one.id, meanRank(one.id, bands, rank)]));
      column.sort((a, b) => (mean.get(a.id) ?? 0) - (mean.get(b.id) ?? 0) || a.id.localeCompare(b.id));
    }
  }
  return sorted;
}

function meanRank(id: string, bands: readonly FlowBand[], rank: Map<string, number>): number {
  let weight = 0;
  let sum = 0;
  for (const one of bands) {
    const other = one.source === id ? one.target : one.target === id ? one.source : null;
    if (other === null || other === id) continue;
    weight += one.value;
    sum += one.value * (rank.get(other) ?? 0.5);
  }
  return weight > 0 ? sum / weight : (rank.get(id) ?? 0.5);
}

function joined(bands: readonly FlowBand[], places: Map<string, PlacedBox>, scale: number, box: number, least: number, bottom: number): PlacedBand[] {
  const at = (id: string) => places.get(id) as PlacedBox;
  const from = new Map<string, number>();
  const to = new Map<string, number>();
  const order = [...bands].sort((a, b) => at(a.target).y - at(b.target).y || at(a.source).y - at(b.source).y);
  const starts = new Map<FlowBand, number>();
  for (const one of order) {
    starts.set(one, from.get(one.source) ?? 0);
    from.set(one.source, (from.get(one.source) ?? 0) + one.value * scale);
  }
  const placed: PlacedBand[] = [];
  for (const one of [...bands].sort((a, b) => at(a.source).y - at(b.source).y || at(a.target).y - at(b.target).y)) {
    const source = at(one.source);
    const target = at(one.target);
    const width = Math.max(one.value * scale, least);
    const y0 = source.y + (starts.get(one) ?? 0) + width / 2;
    const y1 = target.y + (to.get(one.target) ?? 0) + width / 2;
    to.set(one.target, (to.get(one.target) ?? 0) + one.value * scale);
    const back = target.column <= source.column;
    const path = back ? loop(source.x + box, y0, target.x, y1, bottom + GAP) : curve(source.x + box, y0, target.x, y1);
    placed.push({ ...one, path, width, back });
  }
  return placed;
}

const r = (n: number) => Math.round(n * 10) / 10;
function curve(x0: number, y0: number, x1: number, y1: number): string {
  const mid = (x0 + x1) / 2;
  return `M${r(x0)},${r(y0)}C${r(mid)},${r(y0)} ${r(mid)},${r(y1)} ${r(x1)},${r(y1)}`;
}
function loop(x0: number, y0: number, x1: number, y1: number, below: number): string {
  return `M${r(x0)},${r(y0)}C${r(x0 + 60)},${r(y0)} ${r(x0 + 40)},${r(below)} ${r((x0 + x1) / 2)},${r(below)}S${r(x1 - 60)},${r(y1)} ${r(x1)},${r(y1)}`;
}
