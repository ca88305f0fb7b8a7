import { describe, expect, it } from "vitest";
import { detailOf } from "@/features/system/auditWords";
import zh from "@/i18n/zh/audit";

type Told = Parameters<typeof detailOf>[1];
type Entry = Parameters<typeof detailOf>[0];

const t = ((key: keyof typeof zh, values: Record<string, string | number> = {}) => Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, String(value)), zh[key] as string)) as Told["t"];
const told = { t, lang: "zh", names: {}, acts: new Map(), role: (role: string) => role } as unknown as Told;
const line = (detail: Record<string, unknown>) => ({ seq: 1, at: "2026-01-05T09:30:00Z", who: "public", user_id: "", act: "job.see", subject: "", outcome: "refused", ip: "", detail }) as unknown as Entry;

describe("a line that tells how often the same was refused", () => {
  it("names what it was about and from where, and how many are beyond the lists", () => {
    const [count, subjects, addresses] = detailOf(line({ more: 700, since: "2026-01-05T09:00:00", subjects: ["C-1", "C-2"], other_subjects: 3, addresses: { "10.0.0.66": 650, "10.0.0.1": 20 }, other_addresses: 30 }), told);
    expect(count?.value).toContain("700");
    expect(subjects).toEqual({ name: zh.d_subjects, value: "C-1、C-2; 其余 3 次未列出" });
    expect(addresses).toEqual({ name: zh.d_addresses, value: "10.0.0.66 650; 10.0.0.1 20; 其余 30 次未列出" });
  });
  it("says nothing of what it does not know", () => {
    expect(detailOf(line({ more: 5, since: "2026-01-05T09:00:00" }), told)).toHaveLength(1);
  });
});
