/** What a method asks 方法所需数据, as GET /methods/{method}/{family} tells it in `streams`. */
import type { Schemas } from "@/client";

type Name = Schemas["Name"];
export const GROUPS = ["combustion", "process", "electricity", "heat", "fixed", "recovered", "value_chain", "biogenic", "memo"] as const;
export type Group = (typeof GROUPS)[number];

export interface Input {
  input: string;
  name: Name;
  /** "item" in it stands for the item's own unit */
  unit: string;
  least: number | null;
  most: number | null;
  /** whether the works' own value may stand: no, yes, or it is expected and the default a penalty */
  own: "no" | "yes" | "prefer";
  default: boolean;
  note: string | null;
}
export interface Item {
  item: string;
  name: Name;
  note: string | null;
  unit: string;
}
export interface Stream {
  stream: string;
  name: Name;
  group: Group;
  gas: string;
  scope: number;
  source: string | null;
  note: string | null;
  optional: boolean;
  formulas: string[];
  items: Item[];
  inputs: Input[];
}

export const streamsOf = (page: Schemas["MethodPage"]): Stream[] => page.streams as unknown as Stream[];

/** An item without code is the stream as a whole. */
export const hasItems = (stream: Stream): boolean => stream.items.some((one) => one.item !== "");

/** The unit of an input for an item; null while the item is not chosen and the unit depends on it. */
export function unitOf(input: Input, stream: Stream, item: string): string | null {
  if (!input.unit.includes("item")) return input.unit;
  const unit = stream.items.find((one) => one.item === item)?.unit;
  return unit && unit !== "item" ? input.unit.replace("item", unit) : null;
}

/** The figures a row asks for: what the rule fixes itself is not asked. */
export const asked = (stream: Stream): Input[] => stream.inputs.filter((one) => one.own !== "no" || !one.default);

/** A method's heads, one a rule; the reasons of one and the same method and rule stand together. */
export function merged(heads: readonly Schemas["MethodHead"][]): (Schemas["MethodHead"] & { whys: Name[] })[] {
  const found = new Map<string, Schemas["MethodHead"] & { whys: Name[] }>();
  for (const head of heads) {
    const key = `${head.method}/${head.family}`;
    const held = found.get(key) ?? { ...head, whys: [] };
    if (head.why && !held.whys.some((one) => one.zh === head.why!.zh)) held.whys.push(head.why);
    found.set(key, held);
  }
  return [...found.values()];
}
