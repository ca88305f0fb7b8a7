import { describe, expect, it } from "vitest";
import { oneLanguage } from "@/features/system/JobsPage";

describe("a stage that the server says in both languages", () => {
  it("is shown in one", () => {
    expect(oneLanguage("report 报告", "zh")).toBe("报告");
    expect(oneLanguage("report 报告", "en")).toBe("report");
  });
  it("stands as it is where there is only one", () => {
    expect(oneLanguage("backup", "zh")).toBe("backup");
    expect(oneLanguage("备份", "en")).toBe("备份");
    expect(oneLanguage(null, "en")).toBe("");
  });
});
