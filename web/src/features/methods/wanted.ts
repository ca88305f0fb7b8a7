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
  note_en?: string | null;
}
export interface Item {
  item: string;
  name: Name;
  note: string | null;
  note_en?: string | null;
  unit: string;
}
export interface Stream {
  stream: string;
  name: Name;
  group: Group;
  gas: string;
  scope: number;
  source: string | null;
  source_zh?: string | null;
  source_en?: string | null;
  note: string | null;
  note_en?: string | null;
  optional: boolean;
  formulas: string[];
  items: Item[];
  inputs: Input[];
}

export const streamsOf = (page: Schemas["MethodPage"]): Stream[] => page.streams as unknown as Stream[];

/** A source in the language of the page: what it says of itself in the other one is told in both. */
export const sourceOf = (one: { source: string | null; source_zh?: string | null; source_en?: string | null }, lang: "zh" | "en"): string => (lang === "zh" ? one.source_zh : one.source_en) || one.source || "";

/** The note of a stream, an item or an input in the language of the page; the Chinese one where there is no other. */
export const noteOf = (one: { note: string | null; note_en?: string | null } | undefined, lang: "zh" | "en"): string | undefined => (one?.note ? (lang === "en" && one.note_en) || one.note : undefined);

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

const same = (name: Name, word: string): boolean => name.zh === word || name.en.toLowerCase() === word.toLowerCase();

/** The method that a case names by its id or in words, such as 水泥 for 水泥生产; the word itself where none fits. */
export function methodIn(heads: readonly Pick<Schemas["MethodHead"], "method" | "name">[], word: string): string {
  if (heads.some((head) => head.method === word)) return word;
  const fitting = heads.filter((head) => word && (same(head.name, word) || head.name.zh.includes(word)));
  return [...fitting].sort((a, b) => Number(same(b.name, word)) - Number(same(a.name, word)) || a.name.zh.length - b.name.zh.length)[0]?.method ?? word;
}

/** A row whose stream, item and inputs are named in words, by their ids; what is not known by its name stays as it is written. */
export function byIds<R extends { stream: string; item: string; inputs: Record<string, unknown> }>(row: R, streams: readonly Stream[]): R {
  const stream = streams.find((one) => one.stream === row.stream) ?? streams.find((one) => same(one.name, row.stream));
  if (!stream) return row;
  const item = stream.items.find((one) => one.item === row.item) ?? stream.items.find((one) => row.item && same(one.name, row.item));
  const inputs = Object.entries(row.inputs).map(([word, typed]) => [(stream.inputs.find((one) => one.input === word) ?? stream.inputs.find((one) => same(one.name, word)))?.input ?? word, typed] as const);
  const changed = stream.stream !== row.stream || (item && item.item !== row.item) || inputs.some(([name]) => !(name in row.inputs));
  return changed ? { ...row, stream: stream.stream, item: item?.item ?? row.item, inputs: Object.fromEntries(inputs) } : row;
}

type Head = Pick<Schemas["MethodHead"], "family" | "since" | "until" | "rank" | "ranked_since">;

/** Which rule a new case begins with: of those in force in the period the one that reports of it are made by, as the rulebook ranks them. */
export function inForceFor(heads: readonly Head[], period: string): string {
  const [first, last] = [`${period.slice(0, 4)}-01-01`, `${period.slice(0, 4)}-12-31`];
  const rank = (head: Head) => (head.rank == null ? 1000 : (head.ranked_since ?? "") <= first ? head.rank : 999);
  const now = (head: Head) => (head.since <= last && (head.until ?? "9999") >= first ? 0 : 1);
  return [...heads].sort((a, b) => now(a) - now(b) || rank(a) - rank(b) || b.since.localeCompare(a.since))[0]?.family ?? "";
}

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
