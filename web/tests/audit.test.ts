import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { AuditTrail } from "@/features/system/AuditTrail";
import { actName, detailOf, groupsOf, subjectOf, type Act, type Entry, type Told } from "@/features/system/auditWords";
import { fill, LangContext } from "@/i18n";
import en from "@/i18n/en/audit";
import zh from "@/i18n/zh/audit";

const ACTS: Act[] = [
  { act: "user.grant", zh: "授予角色与范围", en: "grant roles and scopes", group: "accounts", group_zh: "账号与授权", group_en: "accounts and grants" },
  { act: "filing.move", zh: "提交、审核、退回填报", en: "submit, pass or return a filing", group: "filing", group_zh: "填报", group_en: "filing" },
  { act: "filing.rows", zh: "保存填报数据", en: "save rows of a filing", group: "filing", group_zh: "填报", group_en: "filing" },
];
const NAMES = { "990101": "东县", "E-1": "东方钢铁厂" };
const told = (lang: "zh" | "en"): Told => ({ lang, names: NAMES, acts: new Map(ACTS.map((act) => [act.act, act])), role: (code) => (code === "county" ? "县级人员" : code), t: (key, values) => fill((lang === "zh" ? zh : en)[key], values) });
const entry = (more: Partial<Entry>): Entry => ({ seq: 1, at: "2025-03-01T02:00:00Z", who: "li", user_id: "u", act: "user.grant", subject: "wang", outcome: "ok", ip: "10.0.0.1", detail: {}, ...more });
const said = (one: Entry, lang: "zh" | "en" = "zh") => Object.fromEntries(detailOf(one, told(lang)).map(({ name, value }) => [name, value]));

describe("a line of the audit trail", () => {
  it("names what was done in the language of the portal, and an unknown act as it is", () => {
    expect([actName("filing.move", told("zh")), actName("filing.move", told("en")), actName("x.y", told("zh"))]).toEqual(["提交、审核、退回填报", "submit, pass or return a filing", "x.y"]);
  });
  it("tells the scope of a grant by names of areas, firms and roles, not by codes", () => {
    const grant = entry({ detail: { roles: ["county"], areas: ["990101", "123456"], enterprises: ["E-1"], reason: "调岗" } });
    expect(said(grant)).toEqual({ 角色: "县级人员", 地区: "东县、123456", 企业: "东方钢铁厂", 理由: "调岗" });
    expect(said(grant, "en").Areas).toBe("东县, 123456");
  });
  it("tells why something was refused in the reader's language", () => {
    const refused = entry({ outcome: "refused", detail: { why: "li may not call publish", why_zh: "li 无权发布结果" } });
    expect(said(refused)).toEqual({ 原因: "li 无权发布结果" });
    expect(said(refused, "en")).toEqual({ Why: "li may not call publish" });
    expect(said(entry({ detail: { why: "only English" } }))).toEqual({ 原因: "only English" });
  });
  it("tells a move and the kind of the subject in words", () => {
    const moved = entry({ act: "filing.move", subject: "C-1", detail: { move: "return", kind: "case" } });
    expect(said(moved)).toEqual({ 办理: "退回" });
    expect(subjectOf(moved, told("zh"))).toBe("事项 C-1");
    expect(subjectOf(entry({ act: "job.start", subject: "backup" }), told("en"))).toBe("back up");
    expect(subjectOf(entry({ subject: "" }), told("zh"))).toBe("");
  });
  it("says how many more there were of the same", () => {
    const many = entry({ outcome: "refused", subject: "", detail: { more: 997, since: "2025-03-01T02:00:00+00:00", subjects: ["E-1", "E-9"] } });
    expect(Object.values(said(many))).toEqual(["同样的情况另有 997 次（自 2025-03-01 10:00 起），不再逐条记录", "东方钢铁厂、E-9"]);
  });
  it("lists each group once, in order", () => {
    expect(groupsOf(ACTS, "zh")).toEqual([{ value: "accounts", label: "账号与授权" }, { value: "filing", label: "填报" }]);
  });
  it("is drawn in words, in both languages", () => {
    const entries = [entry({ who: "public", detail: { areas: ["990101"] } })];
    const drawn = (lang: "zh" | "en") => renderToStaticMarkup(createElement(LangContext.Provider, { value: lang }, createElement(AuditTrail, { entries, acts: ACTS, names: NAMES })));
    for (const word of ["未登录访客", "授予角色与范围", "东县", "成功"]) expect(drawn("zh")).toContain(word);
    expect(drawn("zh").replace(/title="[^"]*"/g, "")).not.toContain("user.grant");
    expect(drawn("en")).toContain("grant roles and scopes");
  });
});
