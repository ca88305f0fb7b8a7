/**
 * What is typed into the calculator 计算器草稿, and its case as JSON; the one is made of the other without loss.
 * Figures are kept as they were typed: an empty one is not given, "known to be missing" is null, never zero.
 */
import type { Schemas } from "@/client";
import { hasItems, unitOf, type Stream } from "./wanted";

export type CaseForm = Schemas["CaseForm"];
type GivenForm = Schemas["GivenForm"];

export const EVIDENCE = ["evidence", "laboratory", "method", "valid_until"] as const;
export type Evidence = (typeof EVIDENCE)[number];

export interface Typed {
  value: string;
  /** empty: the method's own unit */
  unit: string;
  /** known to be missing: null in the case */
  lacking: boolean;
  evidence: string;
  laboratory: string;
  method: string;
  valid_until: string;
  status: string;
}
export interface Row {
  key: string;
  stream: string;
  item: string;
  inputs: Record<string, Typed>;
  period: string;
  unit_of_works: string;
  internal: string;
  note: string;
}
export interface Part {
  part: string;
  method: string;
  family: string;
  rows: Row[];
}
export interface Own {
  id: string;
  value: string;
  unit: string;
  evidence: string;
  status: string;
}
export const PRINTED = ["total", "groups", "units", "lines", "ratios"] as const;
export interface Printed {
  kind: (typeof PRINTED)[number];
  id: string;
  value: string;
}
/** An intensity of the case's own 自定强度: ``of`` over ``per``, each a word (total, a stream …) or a figure with its unit. */
export interface OwnRatio {
  id: string;
  name: string;
  nameEn: string;
  /** empty: the total */
  of: string;
  per: string;
  perUnit: string;
  unit: string;
}
export interface Draft {
  id: string;
  name: string;
  nameEn: string;
  period: string;
  scope: string;
  asOf: string;
  trial: boolean;
  parts: Part[];
  own: Own[];
  printed: Printed[];
  /** left out in drafts that were kept before there were any */
  ratios?: OwnRatio[];
  /** what the form has no field for: kept as it came */
  extra?: Record<string, unknown>;
}

export const EMPTY: Typed = { value: "", unit: "", lacking: false, evidence: "", laboratory: "", method: "", valid_until: "", status: "user" };

let last = 0;
const newKey = () => `r${Date.now().toString(36)}${(last += 1)}`;
export const newRow = (stream: string, item = ""): Row => ({ key: newKey(), stream, item, inputs: {}, period: "", unit_of_works: "", internal: "", note: "" });

export const newDraft = (method: string, family: string, period: string, scope = "CN"): Draft => ({
  id: "case", name: "", nameEn: "", period, scope, asOf: "", trial: false, parts: [{ part: "", method, family, rows: [] }], own: [], printed: [],
});

/** A figure as people type it: 1,234.5 and full-width digits are understood; NaN where it is none. */
export function figureIn(text: string): number {
  const plain = text.normalize("NFKC").replace(/[\s,，_]/g, "").replace(/\u2212/g, "-");
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : Number.NaN;
}

/** 2023, 2023-05, and the other ways people write a year, a quarter or a month: the system reads them. */
export const isPeriod = (text: string): boolean => /^\d{4}(?:-(?:0[1-9]|1[0-2])|年.*|[/.](?:0?[1-9]|1[0-2])|(?:0[1-9]|1[0-2])|[ -]?[Qq][1-4])?$/.test(text.normalize("NFKC").trim());

export interface Fault {
  /** rows/<key>/<input>, own/<n>, printed/<n>, period … */
  at: string;
  what: "number" | "period" | "item" | "least" | "most" | "method" | "part" | "unit" | "date" | "ratio";
}

/** The case that a draft says, and what in it cannot be understood. */
export function caseOf(draft: Draft, wanted: (part: Part) => readonly Stream[] | undefined = () => undefined): { given: CaseForm; faults: Fault[] } {
  const faults: Fault[] = [];
  if (!isPeriod(draft.period)) faults.push({ at: "period", what: "period" });
  if (draft.asOf && !/^\d{4}-\d{2}-\d{2}$/.test(draft.asOf)) faults.push({ at: "asOf", what: "date" });
  const parts = draft.parts.map((part, n) => {
    if (!part.method) faults.push({ at: `parts/${n}`, what: "method" });
    if (draft.parts.length > 1 && !part.part.trim()) faults.push({ at: `parts/${n}`, what: "part" });
    const streams = wanted(part);
    return { part: part.part.trim(), method: part.method, ...(part.family ? { family: part.family } : {}), activity: part.rows.map((row) => activityOf(row, streams?.find((one) => one.stream === row.stream), faults)) };
  });
  const [only] = parts;
  const name = draft.name.trim() || draft.nameEn.trim() ? { name: { zh: draft.name.trim() || draft.nameEn.trim(), en: draft.nameEn.trim() || draft.name.trim() } } : {};
  const given: CaseForm = {
    case: draft.id.trim() || "case",
    ...name,
    ...(parts.length === 1 && only && !only.part ? { method: only.method, ...(only.family ? { family: only.family } : {}) } : {}),
    period: draft.period,
    scope: draft.scope.trim() || "CN",
    ...(draft.asOf ? { as_of: draft.asOf } : {}),
    ...(draft.trial ? { trial: true } : {}),
    ...(parts.length === 1 && only && !only.part ? { activity: only.activity } : { parts }),
    ...parametersOf(draft.own, faults),
    ...publishedOf(draft.printed, faults),
    ...ratiosOf(draft.ratios ?? [], faults),
    ...draft.extra,
  } as CaseForm;
  return { given, faults };
}

function activityOf(row: Row, stream: Stream | undefined, faults: Fault[]): Schemas["ActivityForm"] {
  if (stream && hasItems(stream) && !stream.items.some((one) => one.item === row.item)) faults.push({ at: `rows/${row.key}/item`, what: "item" });
  const inputs: Record<string, number | GivenForm | null> = {};
  for (const [name, typed] of Object.entries(row.inputs)) {
    const said = givenOf(typed, `rows/${row.key}/${name}`, faults);
    if (said === undefined) continue;
    inputs[name] = said;
    const form = stream?.inputs.find((one) => one.input === name);
    const value = typeof said === "number" ? said : said?.value;
    const plain = form && (!typed.unit || typed.unit === unitOf(form, stream!, row.item));
    if (plain && typeof value === "number" && form.least !== null && value < form.least) faults.push({ at: `rows/${row.key}/${name}`, what: "least" });
    if (plain && typeof value === "number" && form.most !== null && value > form.most) faults.push({ at: `rows/${row.key}/${name}`, what: "most" });
  }
  const period = row.period.trim();
  if (period && !isPeriod(period)) faults.push({ at: `rows/${row.key}/period`, what: "period" });
  return {
    stream: row.stream,
    ...(row.item ? { item: row.item } : {}),
    ...(period ? { period } : {}),
    ...(row.unit_of_works.trim() ? { unit_of_works: row.unit_of_works.trim() } : {}),
    ...(row.internal.trim() ? { internal: row.internal.trim() } : {}),
    ...(row.note.trim() ? { note: row.note.trim() } : {}),
    inputs,
  } as Schemas["ActivityForm"];
}

/** A bare number where nothing more is said of it; undefined where nothing was typed. */
function givenOf(typed: Typed, at: string, faults: Fault[]): number | GivenForm | null | undefined {
  const text = typed.value.trim();
  if (!text && !typed.lacking) return undefined;
  const value = typed.lacking && !text ? null : figureIn(text);
  if (Number.isNaN(value)) faults.push({ at, what: "number" });
  if (typed.valid_until && !/^\d{4}-\d{2}-\d{2}$/.test(typed.valid_until)) faults.push({ at, what: "date" });
  const more: Partial<GivenForm> = {};
  if (typed.unit) more.unit = typed.unit;
  for (const name of EVIDENCE) if (typed[name].trim()) more[name] = typed[name].trim();
  if (typed.status !== "user") more.status = typed.status as GivenForm["status"];
  return Object.keys(more).length ? ({ value, ...more } as GivenForm) : value;
}

function parametersOf(own: readonly Own[], faults: Fault[]): Pick<CaseForm, "parameters"> | object {
  const parameters = own.filter((one) => one.id.trim() || one.value.trim()).map((one, n) => {
    const value = figureIn(one.value);
    if (Number.isNaN(value) || !one.id.trim()) faults.push({ at: `own/${n}`, what: "number" });
    return { id: one.id.trim(), value, ...(one.unit.trim() ? { unit: one.unit.trim() } : {}), ...(one.evidence.trim() ? { evidence: one.evidence.trim() } : {}), ...(one.status !== "user" ? { status: one.status } : {}) };
  });
  return parameters.length ? { parameters } : {};
}

function publishedOf(printed: readonly Printed[], faults: Fault[]): Pick<CaseForm, "published"> | object {
  const published: Record<string, number | Record<string, number>> = {};
  printed.forEach((one, n) => {
    if (!one.value.trim()) return;
    const value = figureIn(one.value);
    if (Number.isNaN(value) || (one.kind !== "total" && !one.id.trim())) faults.push({ at: `printed/${n}`, what: "number" });
    if (one.kind === "total") published.total = value;
    else published[one.kind] = { ...(published[one.kind] as Record<string, number> | undefined), [one.id.trim()]: value };
  });
  return Object.keys(published).length ? { published } : {};
}

/** A figure typed for ``per`` goes with its unit; a word (an amount of a stream, a group) stands as it is. */
function ratiosOf(ratios: readonly OwnRatio[], faults: Fault[]): Pick<CaseForm, "ratios"> | object {
  const made = ratios.map((one, n) => {
    const per = one.per.trim();
    if (!one.id.trim() || !per) faults.push({ at: `ratios/${n}`, what: "ratio" });
    const figure = figureIn(per);
    const unit = one.perUnit.trim();
    const name = one.name.trim() || one.nameEn.trim();
    return {
      id: one.id.trim(),
      ...(name ? { name: { zh: one.name.trim() || name, en: one.nameEn.trim() || name } } : {}),
      ...(one.of ? { of: one.of } : {}),
      per: Number.isNaN(figure) ? per : unit ? [figure, unit] : figure,
      ...(one.unit.trim() ? { unit: one.unit.trim() } : {}),
    };
  });
  return made.length ? { ratios: made } : {};
}

/** The ratios of a case where the form can show all of them; null where one says more than it has fields for. */
function ratiosIn(given: CaseForm): OwnRatio[] | null {
  const made = (given.ratios ?? []).map((one): OwnRatio | null => {
    const pair = Array.isArray(one.per) && typeof one.per[0] === "number" ? one.per : null;
    const plain = typeof one.per === "number" || typeof one.per === "string";
    if ((one.of !== undefined && typeof one.of !== "string") || !(pair || plain)) return null;
    const per = pair ? String(pair[0]) : String(one.per);
    return { id: one.id, name: one.name?.zh ?? "", nameEn: one.name && one.name.en !== one.name.zh ? one.name.en : "", of: one.of ?? "", per, perUnit: pair ? pair[1] : "", unit: one.unit ?? "" };
  });
  return made.every((one) => one !== null) ? made : null;
}

/** An id that no ratio of the draft has. */
export const newRatio = (held: readonly OwnRatio[]): OwnRatio => {
  let n = held.length + 1;
  while (held.some((one) => one.id === `ratio${n}`)) n += 1;
  return { id: `ratio${n}`, name: "", nameEn: "", of: "", per: "", perUnit: "", unit: "" };
};

const FIELDS = new Set(["case", "name", "method", "family", "period", "scope", "as_of", "trial", "activity", "parts", "parameters", "published"]);

/** The draft of a case; what the form has no field for is kept beside. */
export function draftOf(given: CaseForm): Draft {
  const ratios = ratiosIn(given);
  const beside = (key: string) => !FIELDS.has(key) && !(key === "ratios" && ratios !== null);
  const plain = { part: "", method: given.method ?? "", family: given.family ?? "", activity: given.activity ?? [] };
  const parts = given.parts?.length ? given.parts : [plain];
  return {
    id: given.case ?? "case",
    name: given.name?.zh ?? "",
    nameEn: given.name && given.name.en !== given.name.zh ? given.name.en : "",
    period: String(given.period ?? ""),
    scope: given.scope ?? "CN",
    asOf: given.as_of ?? "",
    trial: given.trial ?? false,
    parts: parts.map((one) => ({ part: one.part, method: one.method, family: one.family ?? "", rows: (one.activity ?? []).map(rowOf) })),
    own: (given.parameters ?? []).map((one) => ({ id: one.id, ...figureAndUnit(one.value, one.unit), evidence: one.evidence ?? "", status: one.status ?? "user" })),
    printed: printedOf((given.published ?? {}) as Record<string, unknown>),
    ...(ratios?.length ? { ratios } : {}),
    ...(Object.keys(given).some(beside) ? { extra: Object.fromEntries(Object.entries(given).filter(([key]) => beside(key))) } : {}),
  };
}

function rowOf(row: Schemas["ActivityForm"]): Row {
  const inputs = Object.entries(row.inputs ?? {}).map(([name, said]) => [name, typedOf(said)] as const);
  return { ...newRow(row.stream, row.item ?? ""), inputs: Object.fromEntries(inputs), period: String(row.period ?? ""), unit_of_works: row.unit_of_works ?? "", internal: row.internal ?? "", note: row.note ?? "" };
}

type Said = Schemas["ActivityForm"]["inputs"][string] | undefined;

/** A figure in any of the ways a case may write it: 1200, "1,200 t", [1200, "t"], {value, unit, evidence …}, null. */
function typedOf(said: Said): Typed {
  if (said === null || said === undefined) return { ...EMPTY, lacking: true };
  if (typeof said !== "object") return { ...EMPTY, ...split(said) };
  if (Array.isArray(said)) return { ...EMPTY, ...split(said[0]), unit: said[1] };
  const value = said.value === null || said.value === undefined ? { value: "", lacking: true } : split(said.value);
  return { ...EMPTY, ...value, ...(said.unit ? { unit: said.unit } : {}), evidence: said.evidence ?? "", laboratory: said.laboratory ?? "", method: said.method ?? "", valid_until: said.valid_until ?? "", status: said.status ?? "user" };
}

function figureAndUnit(value: number | string, unit: string | null | undefined): { value: string; unit: string } {
  const read = split(value);
  return { value: read.value, unit: unit ?? read.unit };
}

/** "1,200 t" → its figure and its unit. */
function split(said: number | string | null): Pick<Typed, "value" | "unit" | "lacking"> {
  if (said === null) return { value: "", unit: "", lacking: true };
  const found = /^\s*([+\-\u2212]?[\d.,，\s]*\d\.?(?:[eE][+-]?\d+)?)\s*(.*)$/.exec(String(said));
  return found ? { value: found[1]!.trim(), unit: found[2]!.trim(), lacking: false } : { value: String(said), unit: "", lacking: false };
}

function printedOf(published: Record<string, unknown>): Printed[] {
  return PRINTED.flatMap((kind): Printed[] => {
    const held = published[kind];
    if (typeof held === "number") return [{ kind, id: "", value: String(held) }];
    return held && typeof held === "object" ? Object.entries(held).map(([id, value]) => ({ kind, id, value: String(value) })) : [];
  });
}

/** A case from text that somebody pasted; the words of what is wrong where it is none. */
export function readCase(text: string): { draft: Draft } | { problem: string } {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
  const found = read && typeof read === "object" && "case" in read && typeof read.case === "object" ? read.case : read; // a golden file holds its case
  if (!found || typeof found !== "object" || Array.isArray(found)) return { problem: "{ … }" };
  const one = found as CaseForm;
  const listed = [one.activity ?? [], one.parts ?? [], one.parameters ?? []].every(Array.isArray);
  if (!listed || ![...(one.activity ?? []), ...(one.parts ?? []).flatMap((part) => part?.activity ?? [])].every((row) => row && typeof row === "object" && typeof row.stream === "string")) return { problem: "activity[].stream" };
  return { draft: draftOf(one) };
}

// -- kept for a reload -----------------------------------------------------------------------------------------------

const KEPT = "dafeng.case";
/** What was typed stays in this tab, method by method; a change of method loses nothing. */
export function keep(draft: Draft): void {
  try {
    const method = draft.parts[0]?.method ?? "";
    sessionStorage.setItem(`${KEPT}.${method}`, JSON.stringify(draft));
    sessionStorage.setItem(KEPT, method);
  } catch {
    /* a browser that keeps nothing */
  }
}

export function kept(method: string | null): Draft | null {
  try {
    const text = sessionStorage.getItem(`${KEPT}.${method ?? sessionStorage.getItem(KEPT) ?? ""}`);
    return text ? (JSON.parse(text) as Draft) : null;
  } catch {
    return null;
  }
}

export const isBlank = (draft: Draft): boolean => draft.parts.every((part) => part.rows.length === 0) && draft.own.length === 0 && draft.printed.length === 0 && !draft.ratios?.length;
