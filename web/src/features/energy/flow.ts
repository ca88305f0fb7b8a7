/** The energy flow of an answer as boxes and bands 能流图: in the chosen value and unit; what cannot be drawn is counted. */
import type { Schemas } from "@/client";
import { colourOf } from "@/lib/palette";
import type { FlowBand, FlowBox } from "@/lib/sankey";
import { digits, scaleFor, unitName, type Lang, type Units } from "@/lib/units";

export type Flow = Schemas["EnergyFlowOut"];
export type Value = "calorific" | "equivalent";
type Amounts = { tce_calorific: number; tce_equivalent: number };

export const amountOf = (one: Amounts, value: Value): number => (value === "calorific" ? one.tce_calorific : one.tce_equivalent);
export const valueFrom = (text: string | null): Value => (text === "equivalent" ? "equivalent" : "calorific");

const UNEXPLAINED = new Set(["gap_in", "gap_out"]);

export interface Drawn {
  boxes: FlowBox[];
  bands: FlowBand[];
  unit: string;
  factor: number;
  /** flows below nought: they have no width */
  negative: number;
  height: number;
}

const ROW = 25; // px for a box with its words
const LEAST = 420;

export function drawn(flow: Flow, value: Value, units: Units, lang: Lang, dark: boolean): Drawn {
  const largest = Math.max(0, ...flow.links.map((one) => Math.abs(amountOf(one, value))));
  const { factor, unit } = scaleFor("tce", largest, units, lang);
  const boxes = flow.nodes.map((node) => ({ id: node.id, label: node.name[lang], stage: node.stage, faint: UNEXPLAINED.has(node.id) }));
  const bands = flow.links.map((link) => ({
    source: link.source,
    target: link.target,
    value: amountOf(link, value) * factor,
    faint: link.derived,
    colour: colourOf(link.item, dark),
    node: link.node ?? null,
    ...(link.name ? { label: link.name[lang] } : {}),
    ...(link.amount !== null && link.unit ? { remark: `${digits(link.amount, 4)} ${unitName(link.unit, lang)}` } : {}),
  }));
  return { boxes, bands, unit, factor, negative: bands.filter((one) => one.value < 0).length, height: heightOf(flow) };
}

/** As many rows as the fullest column has boxes. */
function heightOf(flow: Flow): number {
  const columns = new Map<number, number>();
  for (const node of flow.nodes) columns.set(node.stage, (columns.get(node.stage) ?? 0) + 1);
  return Math.max(LEAST, Math.max(0, ...columns.values()) * ROW);
}

/** What passes a node in all [tce]: what is bought, what conversion loses. */
export function through(flow: Flow, id: string, value: Value): number {
  const node = flow.nodes.find((one) => one.id === id);
  return node ? amountOf(node, value) : 0;
}

/** How the balance is said: balanced, by how much not, or not to be told because data are missing. */
export function balanceKind(flow: Flow): "balanced" | "off" | "unknown" {
  if (flow.balanced === true) return "balanced";
  return flow.missing.length > 0 || flow.silent.length > 0 ? "unknown" : "off";
}

const NOTHING = 5e-4; // of what passes: what summing rounded figures leaves

/** Nodes that are not balanced, or of which it cannot be told, or that are off by more than rounding; the largest first. */
export const unbalanced = (flow: Flow) => flow.balances.filter((one) => one.balanced !== true || (one.share ?? 0) > NOTHING).sort((a, b) => Math.abs(b.gap ?? 0) - Math.abs(a.gap ?? 0));
