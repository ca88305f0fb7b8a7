/** The rows of the table `tasks` as the board, the Gantt chart and the groups want them. */
export const TASK_STATES = ["not_started", "in_progress", "overdue", "done"] as const;
export type TaskState = (typeof TASK_STATES)[number];

export interface TaskRow {
  id: string;
  title: string;
  titleEn: string;
  lead: string[];
  departments: string[];
  /** the units above in English, by their own name */
  unitsEn: Readonly<Record<string, string>>;
  start: string | null;
  due: string | null;
  state: TaskState;
  percent: number | null;
  overdueDays: number | null;
  /** of a plan of an upper level: shown, not counted as ours */
  upper: boolean;
}

const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : typeof value === "string" && value ? value.split(/[、,;]/).map((one) => one.trim()).filter(Boolean) : []);
const text = (value: unknown): string | null => (typeof value === "string" && value ? value : null);
const number = (value: unknown): number | null => (typeof value === "number" ? value : null);
const state = (value: unknown): TaskState => TASK_STATES.find((one) => one === value) ?? "not_started";

/** The English name of each unit of a row, where the row has it. */
function englishOf(row: Record<string, unknown>): Record<string, string> {
  const pairs: [unknown, unknown][] = [[row.lead, row.lead_en], ...list(row.departments).map((name, n): [unknown, unknown] => [name, Array.isArray(row.departments_en) ? row.departments_en[n] : undefined])];
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => typeof pair[0] === "string" && typeof pair[1] === "string"));
}

/** The title of a task and the name of a unit in a language. */
export const titleIn = (row: TaskRow, lang: "zh" | "en"): string => (lang === "en" ? row.titleEn : row.title);
export const unitIn = (rows: readonly TaskRow[], unit: string, lang: "zh" | "en"): string => (lang === "en" ? (rows.find((row) => unit in row.unitsEn)?.unitsEn[unit] ?? unit) : unit);

export function taskRow(row: Record<string, unknown>): TaskRow {
  const overdueDays = number(row.overdue_days);
  const known = state(row.state);
  return {
    id: String(row.id ?? row.task_id ?? ""),
    title: String(row.title ?? ""),
    titleEn: String(row.title_en ?? row.title ?? ""),
    lead: list(row.lead),
    departments: list(row.departments),
    unitsEn: englishOf(row),
    start: text(row.start),
    due: text(row.due),
    state: known !== "done" && overdueDays !== null && overdueDays > 0 ? "overdue" : known,
    percent: number(row.percent),
    overdueDays,
    upper: row.plan_level === "upper",
  };
}

export function counts(rows: readonly TaskRow[]): Record<TaskState, number> {
  const out = { not_started: 0, in_progress: 0, overdue: 0, done: 0 };
  for (const row of rows) out[row.state] += 1;
  return out;
}

/** Tasks by leading department; where none leads, by every unit named; largest groups first. */
export function byDepartment(rows: readonly TaskRow[]): [string, TaskRow[]][] {
  const groups = new Map<string, TaskRow[]>();
  for (const row of rows) {
    const units = row.lead.length ? row.lead : row.departments.length ? row.departments : [""];
    for (const unit of units) groups.set(unit, [...(groups.get(unit) ?? []), row]);
  }
  return [...groups].sort(([a, x], [b, y]) => y.length - x.length || a.localeCompare(b, "zh"));
}

/** Whether a unit is named by a task, as its lead or beside it. */
export const names = (row: TaskRow, unit: string): boolean => row.lead.includes(unit) || row.departments.includes(unit);

/** Tasks by the year of their term: the overdue first ("late"), then year by year, those without a date ("") last. */
export function byYear(rows: readonly TaskRow[]): [string, TaskRow[]][] {
  const groups = new Map<string, TaskRow[]>();
  for (const row of [...rows].sort((a, b) => (a.due ?? "9999").localeCompare(b.due ?? "9999"))) {
    const key = row.state === "overdue" ? "late" : (row.due?.slice(0, 4) ?? "");
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const rank = (key: string) => (key === "late" ? 0 : key === "" ? 9999 : Number(key));
  return [...groups].sort(([a], [b]) => rank(a) - rank(b));
}

export interface Bar {
  row: TaskRow;
  from: number; // share of the span shown, 0..1
  to: number;
}

/** The span of whole years that the dated tasks cover, and each task's place in it; undated tasks have no bar. */
export function gantt(rows: readonly TaskRow[], today: string): { years: number[]; bars: Bar[]; today: number | null } {
  const dated = rows.filter((row) => row.due !== null);
  if (!dated.length) return { years: [], bars: [], today: null };
  const all = dated.flatMap((row) => [row.start, row.due].filter((one) => one !== null));
  const first = Math.min(...all.map((one) => Number(one.slice(0, 4))));
  const last = Math.max(...all.map((one) => Number(one.slice(0, 4))));
  const years = Array.from({ length: last - first + 1 }, (_, n) => first + n);
  const from = Date.UTC(first, 0, 1);
  const span = Date.UTC(last + 1, 0, 1) - from;
  const place = (day: string) => (Date.parse(`${day.slice(0, 10)}T00:00:00Z`) - from) / span;
  const bars = dated.map((row) => ({ row, from: row.start ? place(row.start) : 0, to: Math.max(place(row.due!), 0.002) }));
  bars.sort((a, b) => a.to - b.to || a.from - b.from);
  const now = place(today);
  return { years, bars, today: now >= 0 && now <= 1 ? now : null };
}
