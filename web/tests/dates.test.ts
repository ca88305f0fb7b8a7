import { afterEach, describe, expect, it } from "vitest";
import { day, keepZone, moment, monthName, periodName } from "@/lib/dates";

afterEach(() => keepZone("Asia/Shanghai"));

describe("days and instants", () => {
  it("a calendar day is the same day in every zone", () => {
    keepZone("America/Los_Angeles");
    expect(day("2025-06-30")).toBe("2025-06-30");
  });
  it("an instant is shown in the programme's zone; naive ones are UTC", () => {
    expect(moment("2025-06-30T18:05:00Z")).toBe("2025-07-01 02:05");
    expect(moment("2025-06-30T18:05:07Z", true)).toBe("2025-07-01 02:05:07");
    expect(moment("2025-06-30T18:05:00")).toBe("2025-07-01 02:05");
    expect(moment("2025-07-01T02:05:00+08:00")).toBe("2025-07-01 02:05");
  });
  it("a zone nobody knows is not taken over", () => {
    keepZone("Mars/Olympus");
    expect(moment("2025-06-30T00:00:00Z")).toBe("2025-06-30 08:00");
  });
  it("missing is an em dash, and what is no date is left as it is", () => {
    expect(day(null)).toBe("—");
    expect(day("spring")).toBe("spring");
  });
});

describe("periods are named", () => {
  it("and months of any year", () => {
    expect([1, 12].map((month) => monthName(month, "zh"))).toEqual(["1月", "12月"]);
    expect([1, 12].map((month) => monthName(month, "en"))).toEqual(["Jan", "Dec"]);
  });
  it("in Chinese", () => {
    expect(periodName(2025, null, false, "zh")).toBe("2025年");
    expect(periodName(2025, 6, false, "zh")).toBe("2025年6月");
    expect(periodName(2025, 6, true, "zh")).toBe("2025年1—6月累计");
    expect(periodName(2025, 1, true, "zh")).toBe("2025年1月");
  });
  it("in English", () => expect(periodName(2025, 6, true, "en")).toBe("Jan–Jun 2025"));
});
