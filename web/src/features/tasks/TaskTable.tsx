/** The list of tasks with ways on: to the passage in the plan, the targets, the unit's tasks and the evidence. */
import { ViewLink } from "@/app/ViewLink";
import { DataTable, type Row } from "@/components/ui";
import { useLang } from "@/i18n";

/** A link inside a row that is itself a link. */
function Inner({ to, children }: { to: string; children: React.ReactNode }) {
  return <span onClick={(e) => e.stopPropagation()} role="presentation"><ViewLink to={to}>{children}</ViewLink></span>;
}

const text = (value: unknown) => (typeof value === "string" ? value : "");
const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : text(value) ? [text(value)] : []);
export const unitHref = (unit: string) => `/tasks?view=department&plan=all&unit=${encodeURIComponent(unit)}`;

export function TaskTable({ fixed }: { fixed: Record<string, string | undefined> }) {
  const lang = useLang();
  const mark = lang === "zh" ? "、" : ", ";
  const among = (parts: React.ReactNode[]) => parts.length > 0 && <>{parts.map((part, n) => <span key={n}>{n > 0 && mark}{part}</span>)}</>;
  const render = {
    doc_title: (value: unknown, row: Row) => <Inner to={`/plans/${encodeURIComponent(text(row.doc))}?record=${encodeURIComponent(text(row.id))}`}>{text(value)}</Inner>,
    lead: (value: unknown, row: Row) => (text(value) ? <Inner to={unitHref(text(row.lead))}>{text(value)}</Inner> : null),
    departments: (value: unknown, row: Row) => among(list(value).map((unit, n) => <Inner key={unit} to={unitHref(list(row.departments)[n] ?? unit)}>{unit}</Inner>)) || null,
    target_names: (value: unknown, row: Row) => among(list(value).map((name, n) => <Inner key={n} to={`/targets/${encodeURIComponent(list(row.targets)[n] ?? "")}`}>{name}</Inner>)) || null,
    evidence: (value: unknown, row: Row) => (typeof value === "number" ? <Inner to={`/tasks/${encodeURIComponent(text(row.id))}#evidence`}>{value}</Inner> : null),
  };
  return <DataTable key={JSON.stringify(fixed)} name="tasks" fixed={fixed} render={render} rowHref={(row) => `/tasks/${encodeURIComponent(String(row.id))}`} />;
}
