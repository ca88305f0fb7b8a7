import { expect, test } from "vitest";
import { NAV, PAGES } from "@/app/pages";
import { draftOf, figure, pieces, told, transferOf, useOf, type ClaimForm } from "@/features/certificates/numbers";
import type { Schemas } from "@/client";

const FORM: ClaimForm = { month: "2025-03", purpose: "scope2", how: "count", count: 5, first: "", last: "", subject: " 粗钢 ", note: "" };
const NOTHING = { held: 0, free: 0, claimed: 0, retired: 0, expired: 0, mwh: 0 };
const month = (part: Partial<Schemas["MonthBalance"]>): Schemas["MonthBalance"] => ({ month: "2025-03", generated: NOTHING, electricity_mwh: null, uses: [], location_t: null, market_t: null, residual_factor: null, status: "official", note: null, ...part });

test("a claim by number sends the number, one by code the codes, and half a form nothing", () => {
  expect(draftOf("E-1", FORM)).toEqual({ enterprise_id: "E-1", purpose: "scope2", month: "2025-03", subject: "粗钢", note: "", count: 5 });
  expect(draftOf("E-1", { ...FORM, how: "codes", first: " G1 " })).toEqual({ enterprise_id: "E-1", purpose: "scope2", month: "2025-03", subject: "粗钢", note: "", first_code: "G1", last_code: "" });
  expect(draftOf("E-1", { ...FORM, count: null })).toBeNull();
  expect(draftOf("E-1", { ...FORM, count: 0 })).toBeNull();
  expect(draftOf("E-1", { ...FORM, month: "2025-13" })).toBeNull();
  expect(draftOf("E-1", { ...FORM, how: "codes", first: " " })).toBeNull();
});

test("a transfer names its taker, or nobody where it leaves the programme; half a form is none", () => {
  const form = { to: "firm" as const, taker: " E-2 ", first: " G1 ", last: "", reason: " 集团内调剂 " };
  expect(transferOf("E-1", form)).toEqual({ enterprise_id: "E-1", taker: "E-2", first_code: "G1", last_code: "", reason: "集团内调剂" });
  expect(transferOf("E-1", { ...form, to: "outside" })).toMatchObject({ taker: "" });
  for (const lacking of [{ taker: " " }, { taker: "E-1" }, { first: "" }, { reason: "x" }]) expect(transferOf("E-1", { ...form, ...lacking })).toBeNull();
});

test("missing is a dash and never a zero", () => {
  expect(figure(null)).toBe("\u2014");
  expect(figure(undefined)).toBe("\u2014");
  expect(figure(0)).toBe("0");
  expect(figure(1234.56)).toBe("1,234.6");
  expect(pieces(10000)).toBe("10,000");
});

test("what a purpose has in a month; without electricity nothing is known to be left", () => {
  const held = month({ uses: [{ purpose: "scope2", claimed_mwh: 30, left_mwh: 70 }, { purpose: "quota", claimed_mwh: 0, left_mwh: null }] });
  expect(useOf(held, "scope2")).toEqual({ claimed: 30, left: 70 });
  expect(useOf(held, "quota")).toEqual({ claimed: 0, left: null });
  expect(useOf(held, "other")).toEqual({ claimed: 0, left: null });
});

test("months with certificates, electricity or claims are shown, empty ones are not", () => {
  const rows = [month({}), month({ generated: { ...NOTHING, held: 3 } }), month({ electricity_mwh: 0 }), month({ uses: [{ purpose: "quota", claimed_mwh: 1, left_mwh: 0 }] })];
  expect(told(rows)).toHaveLength(3);
});

test("the page stands in the navigation for who may see the ledger", () => {
  expect(PAGES.some((page) => page.path === "/certificates")).toBe(true);
  expect(NAV.find((entry) => entry.path === "/certificates")?.needs).toEqual(["certificate.see"]);
});
