/** What was typed and not saved: kept for its own person, offered once it differs, and sent again when that can help. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiProblem, keepAccount } from "@/client";
import { dropView, savedViews, saveView } from "@/components/ui/table/views";
import { alike, keepTyped, typedBefore } from "@/features/filing/kept";
import { figureRows } from "@/features/filing/UploadBook";
import { savesAfter } from "@/features/filing/useDraft";
import { instantOf } from "@/features/system/AuditPage";

const memory = () => {
  const kept = new Map<string, string>();
  return { kept, getItem: (k: string) => kept.get(k) ?? null, setItem: (k: string, v: string) => void kept.set(k, v), removeItem: (k: string) => void kept.delete(k) };
};
let tab: ReturnType<typeof memory>;
let browser: ReturnType<typeof memory>;
beforeEach(() => {
  tab = memory();
  browser = memory();
  vi.stubGlobal("sessionStorage", tab);
  vi.stubGlobal("localStorage", browser);
  keepAccount("li");
});
afterEach(() => {
  keepAccount(null);
  vi.unstubAllGlobals();
});

const typed = { rows: [{ used: "36.66" }], explanations: {}, version: 3, at: "2026-11-22T03:00:00Z" };

test("typed figures are offered to who typed them, on the same filing, and to nobody else", () => {
  keepTyped("C-1", typed);
  expect(typedBefore("C-1", [{ used: "38.5" }], {})).toEqual(typed);
  expect(typedBefore("C-2", [{ used: "38.5" }], {})).toBeNull();
  keepAccount("wang");
  expect(typedBefore("C-1", [{ used: "38.5" }], {})).toBeNull();
});

test("what was saved meanwhile is not offered, nor what was let go of, nor nonsense", () => {
  keepTyped("C-1", typed);
  expect(typedBefore("C-1", [{ used: "36.66", note: null }], {})).toBeNull();
  expect(typedBefore("C-1", [{ used: "36.66" }], { W: "检修" })).not.toBeNull();
  keepTyped("C-1", null);
  expect(typedBefore("C-1", [], {})).toBeNull();
  tab.setItem("dafeng.draft.li.C-1", '{"rows": 5}');
  expect(typedBefore("C-1", [], {})).toBeNull();
  expect(alike({ a: "1", b: "" }, { a: "1" })).toBe(true);
  expect(alike({ a: "1" }, { a: "2" })).toBe(false);
});

test("a fault that may pass is tried again by itself, a refusal once something was changed, a foreign change never", () => {
  const problem = (status: number) => new ApiProblem(status, {});
  expect(savesAfter(null, false)).toBe(1200);
  expect(savesAfter(new TypeError("Failed to fetch"), false)).toBe(10_000);
  expect(savesAfter(problem(503), false)).toBe(10_000);
  expect(savesAfter(problem(422), false)).toBeNull();
  expect(savesAfter(problem(422), true)).toBe(1200);
  expect(savesAfter(problem(412), true)).toBeNull();
});

test("an upload asks where rows hold figures, not for what the form brought along", () => {
  const columns = [{ name: "enterprise_id", kind: "text", fixed: true }, { name: "item", kind: "code", fixed: false }, { name: "used", kind: "number", fixed: false }] as Parameters<typeof figureRows>[1];
  expect(figureRows([{ enterprise_id: "E-1", item: "coal", used: null }, { item: "coke", used: " " }], columns)).toBe(0);
  expect(figureRows([{ item: "coal", used: "3.33" }, { item: "coke", used: "0" }], columns)).toBe(2);
});

test("saved views are the account's: another sees none of them and takes none away", () => {
  const state = { q: "secretterm", sort: [], filters: [], columns: [] };
  browser.setItem("dafeng.views.enterprises", '[{"name":"old","query":"q=old"}]');
  saveView("enterprises", "private", state);
  keepAccount("wang");
  expect(savedViews("enterprises")).toEqual([]);
  dropView("enterprises", "private");
  keepAccount("li");
  expect(savedViews("enterprises").map((one) => one.name)).toEqual(["private"]);
  expect(browser.getItem("dafeng.views.enterprises")).toBeNull(); // of nobody in particular: gone
});

test("what is no day goes to the API as it is, which says so", () => {
  expect(instantOf("abc", 0)).toBe("abc");
  expect(instantOf(null, 1)).toBeNull();
  expect(Date.parse(instantOf("2026-11-22", 1)!) - Date.parse(instantOf("2026-11-22", 0)!)).toBe(86_400_000);
});
