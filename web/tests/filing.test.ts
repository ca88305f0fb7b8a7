/** What keeps a draft from being handed in is counted as the list of problems counts, and leads to the first place. */
import { expect, test } from "vitest";
import { blockersOf } from "@/features/filing/blockers";

type Draft = Parameters<typeof blockersOf>[0];
const problem = (given: object) => ({ row: 1, column: "used", severity: "error", to_fill: false, explanation: null, ...given });
const draft = (given: object): Draft => ({ problems: [], errors: 0, unexplained: 0, fill: { left: 0, of: 4 }, ...given }) as unknown as Draft;

test("a sound draft has nothing in its way, also with explained doubts and notes", () => {
  const problems = [problem({ severity: "warning", explanation: "检修" }), problem({ severity: "note" })];
  expect(blockersOf(draft({ problems }))).toBeNull();
});

test("errors come before what is empty, and that before doubts", () => {
  const problems = [problem({ row: 3, severity: "warning" }), problem({ row: 2, to_fill: true }), problem({ row: 5, column: "unit" })];
  const found = blockersOf(draft({ problems, errors: 1, unexplained: 1, fill: { left: 2, of: 4 } }));
  expect(found).toEqual({ errors: 1, empty: 2, doubts: 1, first: { row: 5, column: "unit" } });
});

test("what is still empty is counted by itself, not among the errors", () => {
  const found = blockersOf(draft({ problems: [problem({ to_fill: true })], fill: { left: 1, of: 4 } }));
  expect(found).toMatchObject({ errors: 0, empty: 1, doubts: 0 });
});
