/** What keeps a draft from being handed in 提交前须解决: counted as the list of problems counts, with the first place to go to. */
import type { Filing } from "./FilingPage";

export interface Blockers {
  errors: number;
  empty: number;
  doubts: number;
  first: { row: number | null; column: string } | null;
}

type Draft = Pick<Filing, "problems" | "errors" | "fill" | "unexplained">;

/** null: nothing is in the way. */
export function blockersOf(filing: Draft): Blockers | null {
  const unfilled = filing.problems.filter((one) => one.to_fill);
  const wrong = filing.problems.filter((one) => one.severity === "error" && !one.to_fill);
  const doubtful = filing.problems.filter((one) => one.severity === "warning" && !one.to_fill && !one.explanation);
  const found = { errors: filing.errors, empty: unfilled.length ? filing.fill.left : 0, doubts: filing.unexplained };
  if (!found.errors && !found.empty && !found.doubts) return null;
  const first = [...wrong, ...unfilled, ...doubtful][0];
  return { ...found, first: first ? { row: first.row, column: first.column } : null };
}
