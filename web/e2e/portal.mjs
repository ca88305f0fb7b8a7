/** The browser and its pages, as the end-to-end tests and the pictures use them: signed in, settled, watched. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

export { openPortal } from "./demo.mjs";

/** Where Debian puts Chromium; another one by DAFENG_CHROMIUM. */
const CHROMIUM = process.env.DAFENG_CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--lang=zh-CN"];
const WAITS = Number(process.env.DAFENG_E2E_WAITS ?? 60_000); // far above what anything takes: a busy machine is no fault of the portal

/** A browser that several test files share: {address, close}. */
export async function serveBrowser() {
  const server = await chromium.launchServer({ executablePath: CHROMIUM, headless: true, args: FLAGS, host: "127.0.0.1" });
  return { address: server.wsEndpoint(), close: () => server.close() };
}

/** The shared browser (DAFENG_BROWSER), else one of its own. */
export async function openBrowser() {
  return process.env.DAFENG_BROWSER ? chromium.connect(process.env.DAFENG_BROWSER) : chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });
}

/** A page of its own context, signed in as one of the demo's accounts (null: nobody). What it should not do is collected in page.faults. */
export async function signedIn(browser, portal, account, { width = 1440, height = 900, lang = "zh", theme = "light", path = "/", scripts = [], still = true } = {}) {
  const context = await browser.newContext({
    viewport: { width, height }, locale: lang === "zh" ? "zh-CN" : "en-GB", timezoneId: "Asia/Shanghai", acceptDownloads: true, reducedMotion: still ? "reduce" : "no-preference",
    ...(account ? { storageState: await sessionOf(portal, account) } : {}),
  });
  context.setDefaultTimeout(WAITS);
  for (const script of scripts) await context.addInitScript(script);
  const page = await newPage(context, portal);
  if (path) await go(page, portal, path, lang, theme);
  return page;
}

/** One more page of a context, watched like the first. */
export async function newPage(context, portal) {
  const page = await context.newPage();
  watch(page, portal);
  return page;
}

const sessions = new Map();

/** The session of an account, begun once over the API and kept for the files that come after (DAFENG_SESSIONS). */
export async function sessionOf(portal, account) {
  const kept = process.env.DAFENG_SESSIONS ? join(process.env.DAFENG_SESSIONS, `${account.login}.json`) : null;
  if (sessions.has(account.login)) return sessions.get(account.login);
  if (kept && existsSync(kept)) return JSON.parse(readFileSync(kept, "utf8"));
  const answer = await fetch(`${portal.url}/api/v1/session`, {
    method: "POST", headers: { "Content-Type": "application/json", Origin: portal.url }, body: JSON.stringify({ login: account.login, password: account.password }),
  });
  if (!answer.ok) throw new Error(`${account.login} was not let in: ${answer.status} ${await answer.text()}`);
  const cookies = answer.headers.getSetCookie().map((line) => cookieOf(line, portal)).filter((one) => one.value);
  const state = { cookies, origins: [] };
  sessions.set(account.login, state);
  if (kept) writeFileSync(kept, JSON.stringify(state), { mode: 0o600 });
  return state;
}

function cookieOf(line, portal) {
  const [pair, ...rest] = line.split(";").map((part) => part.trim());
  const flags = rest.map((part) => part.toLowerCase());
  const at = pair.indexOf("=");
  return { name: pair.slice(0, at), value: pair.slice(at + 1), domain: new URL(portal.url).hostname, path: "/", expires: -1, httpOnly: flags.includes("httponly"), secure: flags.includes("secure"), sameSite: "Lax" };
}

/** Goes to an address; a path without language and theme is given both. */
export async function go(page, portal, path, lang = "zh", theme = "light") {
  const url = new URL(path, portal.url);
  if (!url.searchParams.has("lang")) url.searchParams.set("lang", lang);
  if (!url.searchParams.has("theme")) url.searchParams.set("theme", theme);
  await page.goto(url.href, { waitUntil: "commit" });
  await settled(page);
}

/**
 * Waits for a state, not for a time: the application stands, nothing is being asked of the portal, no skeleton is
 * shown, and two looks in a row find the page unchanged.
 */
export async function settled(page) {
  const until = Date.now() + WAITS;
  for (let calm = 0; calm < 2; ) {
    if (Date.now() > until) throw new Error(`${page.url()} did not come to rest; still asked: ${[...page.asked].map((one) => one.url()).join(" ") || "nothing"}`);
    while (page.asked.size && Date.now() < until) await new Promise((done) => setTimeout(done, 5));
    calm = (await looked(page)) && !page.asked.size ? calm + 1 : 0;
  }
}

/** Whether over three frames the page stood there without waiting for anything and without changing. */
async function looked(page) {
  try {
    return await page.evaluate(async () => {
      const root = document.querySelector("#root");
      const waits = () => !root?.childElementCount || document.querySelector("[data-waiting], .df-skeleton, .ant-btn-loading, .ant-spin-spinning");
      if (document.readyState !== "complete" || waits()) return new Promise((done) => setTimeout(() => done(false), 20));
      let changed = false;
      const observer = new MutationObserver(() => { changed = true; });
      observer.observe(document.body, { childList: true, characterData: true, subtree: true });
      for (let n = 0; n < 3; n += 1) await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      observer.disconnect();
      return !changed && !waits();
    });
  } catch (error) {
    if (/context was destroyed|navigat/i.test(error.message)) return false; // another page has begun
    throw error;
  }
}

/** Keeps what is being asked of the portal, and what the page did that it should not: scripts that failed, addresses outside. */
function watch(page, portal) {
  page.faults = [];
  page.asked = new Set();
  const origin = new URL(portal.url).origin;
  page.on("pageerror", (error) => page.faults.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" && !/status of (401|403|404|409|412|422)/.test(message.text())) page.faults.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (["data:", "blob:"].includes(url.protocol)) return;
    if (url.origin !== origin) page.faults.push(`outside: ${request.url()}`);
    if (request.resourceType() !== "eventsource" && !url.pathname.endsWith("/events")) page.asked.add(request);
  });
  for (const over of ["requestfinished", "requestfailed"]) page.on(over, (request) => page.asked.delete(request));
  page.on("framenavigated", (frame) => {
    if (frame === page.mainFrame()) for (const one of page.asked) if (one.isNavigationRequest()) page.asked.delete(one); // a download, or one given up
  });
}

/** Waits until a question holds: asked again and again, for as long as the machine needs. */
export async function until(holds, what, most = 180_000) {
  const end = Date.now() + most;
  for (;;) {
    const found = await holds();
    if (found) return found;
    if (Date.now() > end) throw new Error(`${what}: not after ${most / 1000} s`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** Whether anything but tables and charts scrolls sideways: by so many px. */
export function overflow(page) {
  return page.evaluate(() => {
    const over = (one) => (one ? one.scrollWidth - one.clientWidth : 0);
    return Math.max(over(document.documentElement), over(document.querySelector("main")));
  });
}

/**
 * The API as the signed-in person has it, asked from within the page: {status, headers, text, json}.
 * Unsafe methods carry the token against forged requests, as the application does.
 */
export async function ask(page, path, { method = "GET", body, headers = {} } = {}) {
  const answer = await page.evaluate(async ({ path, method, body, headers }) => {
    const unsafe = method !== "GET";
    const token = unsafe ? (await (await fetch("/api/v1/me")).json()).csrf : null;
    const response = await fetch(path, {
      method, headers: { ...(unsafe && token ? { "X-CSRF-Token": token } : {}), ...(body !== undefined ? { "Content-Type": "application/json" } : {}), ...headers },
      ...(body !== undefined ? { body: JSON.stringify(body) } : {}),
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    let binary = "";
    for (let at = 0; at < bytes.length; at += 32_768) binary += String.fromCharCode(...bytes.subarray(at, at + 32_768));
    return { status: response.status, type: response.headers.get("content-type") ?? "", etag: response.headers.get("etag"), base64: btoa(binary) };
  }, { path, method, body, headers });
  const bytes = Buffer.from(answer.base64, "base64");
  const text = bytes.toString("utf8");
  return { status: answer.status, type: answer.type, etag: answer.etag, bytes, text, json: /json/.test(answer.type) ? JSON.parse(text) : undefined };
}

/** Rows of a table of the API, the first `limit`. */
export async function rowsOf(page, table, query = "limit=50") {
  const answer = await ask(page, `/api/v1/tables/${table}?${query}`);
  if (answer.status !== 200) throw new Error(`${table}: ${answer.status} ${answer.text.slice(0, 300)}`);
  return answer.json.rows;
}
