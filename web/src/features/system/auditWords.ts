/** A line of the audit trail in words 审计详情: pure functions, the page only lays them out. */
import type { Schemas } from "@/client";
import { moment } from "@/lib/dates";
import type zh from "@/i18n/zh/audit";
import type { Lang } from "@/lib/units";

export type Entry = Schemas["AuditEntry"];
export type Act = Schemas["Act"];
type Key = keyof typeof zh;
export type Say = (key: Key, values?: Record<string, string | number>) => string;

export interface Told {
  t: Say;
  lang: Lang;
  /** of a role's code */
  role: (code: string) => string;
  /** code of an area or firm → its name */
  names: Readonly<Record<string, string>>;
  /** act → its words */
  acts: ReadonlyMap<string, Act>;
}

export const actName = (act: string, { acts, lang }: Pick<Told, "acts" | "lang">): string => acts.get(act)?.[lang] ?? act;

/** Groups of acts in the order of the server, for the filter. */
export function groupsOf(acts: readonly Act[], lang: Lang): { value: string; label: string }[] {
  const found = new Map(acts.map((act) => [act.group, lang === "zh" ? act.group_zh : act.group_en]));
  return [...found].map(([value, label]) => ({ value, label }));
}

const KEYS = new Set<string>([
  "roles", "areas", "enterprises", "departments", "reason", "display", "email", "until", "days", "move", "items", "subjects", "how",
  "step", "second_factor", "name", "columns", "group", "who", "act", "outcome", "subject", "ip", "since",
]);
const VALUES = new Set(["run", "report", "import", "backup", "oidc", "password", "code", "awaited", "given", "recovery"]);
const MOVES = new Set(["open", "edit", "upload", "submit", "withdraw", "approve", "return", "pass", "confirm", "reopen", "answer", "close", "attach", "acknowledge", "correct", "reject"]);

/** What is told beside: name and value, in the order in which it is read; the why of a refusal first. */
export function detailOf(entry: Entry, told: Told): { name: string; value: string }[] {
  const { t, lang } = told;
  const detail = entry.detail ?? {};
  if (typeof detail.more === "number") {
    const more = t("repeated", { n: detail.more, since: moment(String(detail.since ?? "")) });
    return [{ name: "", value: more }, ...severalOf(detail, "subjects", told), ...severalOf(detail, "addresses", told)];
  }
  const why = (lang === "zh" && detail.why_zh) || detail.why;
  const rest = Object.entries(detail).filter(([name]) => !["why", "why_zh", "kind"].includes(name));
  return [
    ...(why ? [{ name: t("d_why"), value: String(why) }] : []),
    ...rest.map(([name, value]) => ({ name: nameOf(name, t), value: valueOf(name, value, told) })),
  ];
}

/** What of the lines that were only counted is listed, and how many of them are beyond the list. */
function severalOf(detail: Record<string, unknown>, name: "subjects" | "addresses", told: Told): { name: string; value: string }[] {
  const beyond = detail[`other_${name}`];
  const list = detail[name] ? listed(detail[name], told) : "";
  const rest = typeof beyond === "number" ? told.t("d_beyond", { n: beyond }) : "";
  return list || rest ? [{ name: told.t(`d_${name}`), value: [list, rest].filter(Boolean).join("; ") }] : [];
}

/** The subject with the kind of thing it is. */
export function subjectOf(entry: Entry, { t, names }: Told): string {
  const kind = entry.detail?.kind;
  const words = typeof kind === "string" && KINDS.has(kind) ? `${t(`k_${kind}` as Key)} ` : "";
  const subject = VALUES.has(entry.subject) && entry.act.startsWith("job.") ? t(`v_${entry.subject}` as Key) : names[entry.subject] ?? entry.subject;
  return subject ? words + subject : "";
}

const KINDS = new Set(["case", "job", "work", "task", "target", "record", "enterprise", "figure", "evidence", "plan", "account", "key", "session", "place", "name", "area", "report", "assessment"]);

const nameOf = (name: string, t: Say): string => (KEYS.has(name) ? t(`d_${name}` as Key) : t("d_other"));

function valueOf(name: string, value: unknown, told: Told): string {
  if (name === "roles" && Array.isArray(value)) return value.map((role) => told.role(String(role))).join(told.lang === "zh" ? "、" : ", ");
  if (name === "move" && MOVES.has(String(value))) return told.t(`m_${String(value)}` as Key);
  if (name === "act") return actName(String(value), told);
  if (name === "outcome" && ["ok", "refused", "failed"].includes(String(value))) return told.t(`outcome_${String(value)}` as Key);
  if (name === "group") return groupsOf([...told.acts.values()], told.lang).find((group) => group.value === value)?.label ?? String(value);
  if ((name === "until" || name === "since") && typeof value === "string") return moment(value);
  return listed(value, told);
}

/** Names in place of codes; a list as a list. */
function listed(value: unknown, told: Told): string {
  if (Array.isArray(value)) return value.map((one) => listed(one, told)).join(told.lang === "zh" ? "、" : ", ");
  if (value === null || value === undefined) return "\u2014";
  if (typeof value === "object") return Object.entries(value).map(([name, one]) => `${name} ${listed(one, told)}`).join("; ");
  const text = String(value);
  return told.names[text] ?? (VALUES.has(text) ? told.t(`v_${text}` as Key) : text);
}
