/** A page whose session has ended waits for its own person, sends again what was under way, and shows nobody else's answers. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { guestGoesTo, safeNext } from "@/features/account/LoginPage";
import { againStep } from "@/features/account/SignInAgain";
import { keepCsrf } from "@/client";
import { again, guarded, isStill, keepAccount, lookAgain, sessionEnded } from "@/client/session";

const URL_ROWS = "http://portal.test/api/v1/filings/C-1/rows";
const answer = (status: number, body: object = {}) => new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
const refused = () => answer(401, { type: "urn:dafeng:problem:session-ended" });

/** A server: who is signed in, and what it was asked. */
const server = { name: "", csrf: "", asked: [] as Request[] };
const bodies: string[] = [];

beforeEach(() => {
  Object.assign(server, { name: "li", csrf: "first", asked: [] });
  bodies.length = 0;
  vi.stubGlobal("location", { href: "http://portal.test/filing/C-1" });
  vi.stubGlobal("fetch", async (request: Request) => {
    server.asked.push(request);
    if (new URL(request.url).pathname === "/api/v1/me") return answer(200, { signed_in: server.name !== "", name: server.name || "public", csrf: server.csrf });
    const as = request.headers.get("X-Signed-In-As");
    if (as !== null && as !== encodeURIComponent(server.name)) return refused();
    if (request.method !== "GET" && request.headers.get("X-CSRF-Token") !== server.csrf) return answer(403, { type: "urn:dafeng:problem:forbidden", where: "X-CSRF-Token" });
    bodies.push(await request.text());
    return answer(200, { by: server.name });
  });
  keepAccount("li");
  keepCsrf("first");
});
afterEach(() => {
  keepAccount(null);
  vi.unstubAllGlobals();
});

const put = () => guarded(new Request(URL_ROWS, { method: "PUT", body: "36.66", headers: { "X-CSRF-Token": "first", "Idempotency-Key": "k" } }));
const until = async (what: () => boolean) => vi.waitFor(() => expect(what()).toBe(true));

test("a save whose session has ended is sent again, once, when the same person is back", async () => {
  server.name = "";
  const saved = put();
  await until(() => sessionEnded.now() !== null);
  expect(sessionEnded.now()).toEqual({ account: "li", other: null });
  Object.assign(server, { name: "li", csrf: "second" });
  await lookAgain();
  expect((await saved).status).toBe(200);
  expect(bodies).toEqual(["36.66"]);
  expect(server.asked.at(-1)?.headers.get("Idempotency-Key")).toBe("k");
  expect(sessionEnded.now()).toBeNull();
});

test("who signed in as the same person in another tab is not asked at all", async () => {
  server.csrf = "second"; // the cookie is a new session's, the page has the token of the old one
  expect((await put()).status).toBe(200);
  expect(bodies).toEqual(["36.66"]);
});

test("neither the public's answer nor another person's comes under this name", async () => {
  for (const name of ["", "wang"]) {
    server.name = name;
    let given: Response | null = null;
    const asked = guarded(new Request("http://portal.test/api/v1/overview")).then((found) => (given = found));
    await until(() => sessionEnded.now() !== null);
    expect(sessionEnded.now()?.other).toBe(name || null);
    await lookAgain();
    expect(given).toBeNull();
    server.name = "li";
    await lookAgain();
    expect(await (await asked).json()).toEqual({ by: "li" });
  }
});

test("all that waits, waits for one sign-in", async () => {
  server.name = "";
  const all = Promise.all([put(), put(), again()]);
  await until(() => sessionEnded.now() !== null);
  server.name = "li";
  await lookAgain();
  await all;
  expect(bodies).toHaveLength(2);
});

test("a server that keeps saying no is not asked for ever", async () => {
  vi.stubGlobal("fetch", async (request: Request) => {
    server.asked.push(request);
    return request.url.endsWith("/me") ? answer(200, { signed_in: true, name: "li" }) : refused();
  });
  expect((await put()).status).toBe(401);
  expect(server.asked.filter((one) => one.url === URL_ROWS)).toHaveLength(3);
});

test("other refusals are given at once; a guest and the door say no name", async () => {
  vi.stubGlobal("fetch", async (request: Request) => {
    server.asked.push(request);
    return answer(403, { where: "filing" });
  });
  expect((await put()).status).toBe(403);
  expect(server.asked).toHaveLength(1);
  await guarded(new Request("http://portal.test/api/v1/session", { method: "POST" }));
  keepAccount(null);
  await guarded(new Request("http://portal.test/api/v1/overview"));
  expect(server.asked.slice(1).map((one) => one.headers.get("X-Signed-In-As"))).toEqual([null, null]);
});

test("a name in Chinese can stand in the header", async () => {
  keepAccount("张三");
  server.name = "张三";
  expect((await put()).status).toBe(200);
});

test("whoever is signed in half, or as somebody else, is not the person of the page", () => {
  const me = { signed_in: true, name: "li" };
  expect(isStill(me)).toBe(true);
  expect(isStill({ ...me, name: "wang" })).toBe(false);
  expect(isStill({ ...me, signed_in: false, second_factor: "awaited" })).toBe(false);
  expect(isStill({ ...me, must_change_password: true })).toBe(false);
  expect(againStep({ ...me, signed_in: false, second_factor: "awaited" }, "li")).toBe("code");
  expect(againStep({ ...me, name: "wang" }, "li")).toBe("other");
  expect(againStep({ ...me, must_change_password: true }, "li")).toBe("first");
  expect(againStep({ signed_in: false, name: "public" }, "li")).toBe("password");
  expect(againStep(me, "li")).toBe("in");
});

test("a guest is led to the page that was asked for where the public has it, and never elsewhere", () => {
  const menu = ["overview.see", "report.see", "plan.see"];
  expect(guestGoesTo("/reports?lang=en", menu)).toBe("/reports?lang=en");
  expect(guestGoesTo("/system/users", menu)).toBe("/");
  expect(guestGoesTo("/me", menu)).toBe("/");
  expect(guestGoesTo("//evil.test", menu)).toBe("/");
  expect(safeNext("/\\evil.test")).toBe("/");
});
