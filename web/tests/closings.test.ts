import { describe, expect, it } from "vitest";
import { inForce } from "@/features/closings/ClosingsPage";
import { chosenRows } from "@/features/closings/DifferenceTable";
import { isOpen, isPublic, navFor } from "@/app/pages";

const act = (year: number, version: number) => ({ year, version, run_id: "r", who: "", at: "", why: "", cause: null });

describe("closed years", () => {
  it("stand by their last version, the latest year first", () => {
    expect(inForce([act(2021, 1), act(2023, 1), act(2021, 2)]).map((one) => [one.year, one.version])).toEqual([[2023, 1], [2021, 2]]);
  });
  it("show the rows of a cause and of one kind of subject", () => {
    const row = (cause: string, subject_kind: string) => ({ cause, subject_kind }) as never;
    const rows = [row("data", "area"), row("data", "enterprise"), row("rule", "area")];
    expect([chosenRows(rows, "", "").length, chosenRows(rows, "data", "").length, chosenRows(rows, "data", "area").length]).toEqual([3, 2, 1]);
  });
});

describe("pages without a session", () => {
  it("are methods and the calculator, and no other", () => {
    expect(["/methods", "/methods/cement/mee_ets_2023", "/calculator"].every(isPublic)).toBe(true);
    expect(["/", "/enterprises", "/methodsX", "/closings", "/system/users"].some(isPublic)).toBe(false);
  });
  it("stand in a guest's navigation without the closed years", () => {
    const account = navFor(["rules.see", "case.compute"]).find((entry) => entry.menu === "account");
    const paths = account?.children?.map((child) => child.path) ?? [];
    expect([paths.includes("/methods"), paths.includes("/calculator"), paths.includes("/closings")]).toEqual([true, true, false]);
    expect([isOpen(["rules.see"], "/closings"), isOpen(["account.see"], "/closings")]).toEqual([false, true]);
  });
});
