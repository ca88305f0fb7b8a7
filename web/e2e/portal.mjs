/**
 * The true application on the demo, for the end-to-end tests and the screenshots.
 *
 * Either DAFENG_PORTAL and DAFENG_ACCOUNTS name a running portal and its accounts file, or a demo is built in a new
 * directory and served by `dafeng demo --serve`; it ends with the tests.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const HERE = dirname(fileURLToPath(import.meta.url));
export const ROOT = resolve(HERE, "..", "..");
const DAFENG = process.env.DAFENG_COMMAND ?? join(ROOT, ".venv", "bin", "dafeng");
const STARTS_WITHIN = 300_000;

/** Where Debian puts Chromium; another one by DAFENG_CHROMIUM. */
export const CHROMIUM = process.env.DAFENG_CHROMIUM ?? "/usr/bin/chromium";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--lang=zh-CN"];

/** Starts the browser; every address but the portal's own is remembered as a fault. */
export async function openBrowser() {
  return chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });
}

/** The portal: its address, its accounts by role, and how to end it. DAFENG_PROGRAMME: a built demo to serve. */
export async function openPortal() {
  if (process.env.DAFENG_PORTAL) {
    return { url: process.env.DAFENG_PORTAL.replace(/\/$/, ""), accounts: accountsIn(process.env.DAFENG_ACCOUNTS), file: process.env.DAFENG_ACCOUNTS, close: async () => {} };
  }
  const folder = mkdtempSync(join(tmpdir(), "dafeng-e2e-"));
  const file = join(folder, "accounts.json");
  const programme = process.env.DAFENG_PROGRAMME ?? join(folder, "demo");
  const child = spawn(DAFENG, ["demo", "--programme", programme, "--serve", "--port", "0", "--accounts", file], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const url = await addressOf(child);
    return { url, accounts: accountsIn(file), file, close: () => ended(child, folder) };
  } catch (error) {
    await ended(child, folder);
    throw error;
  }
}

async function ended(child, folder) {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = new Promise((done) => child.once("exit", done));
    child.kill("SIGINT");
    await gone;
  }
  rmSync(folder, { recursive: true, force: true });
}

/** The accounts by role; one whose login is not its role's name stands by its login. */
function accountsIn(file) {
  if (!file || !existsSync(file)) throw new Error("no accounts file: set DAFENG_ACCOUNTS");
  const byRole = {};
  for (const one of JSON.parse(readFileSync(file, "utf8"))) {
    (byRole[one.role] ??= []).push(one);
    if (one.login !== one.role) (byRole[one.login] ??= []).push(one);
  }
  return byRole;
}

function addressOf(child) {
  return new Promise((found, failed) => {
    let said = "";
    const timer = setTimeout(() => failed(new Error(`the portal did not start:\n${said}`)), STARTS_WITHIN);
    child.stdout.on("data", (data) => {
      said += data;
      const hit = said.match(/https?:\/\/127\.0\.0\.1:\d+/);
      if (hit) {
        clearTimeout(timer);
        found(hit[0]);
      }
    });
    child.once("exit", (code) => {
      clearTimeout(timer);
      failed(new Error(`the portal ended with ${code}:\n${said}`));
    });
  });
}

/** A page signed in as one of the demo's accounts. Errors of the page are collected in page.faults. */
export async function signedIn(browser, portal, account, { width = 1440, height = 900, lang = "zh", theme = "light", path = "/", scripts = [], still = false } = {}) {
  const context = await browser.newContext({
    viewport: { width, height }, locale: lang === "zh" ? "zh-CN" : "en-GB", timezoneId: "Asia/Shanghai", acceptDownloads: true, reducedMotion: still ? "reduce" : "no-preference",
    ...(account ? { storageState: await sessionOf(browser, portal, account) } : {}),
  });
  for (const script of scripts) await context.addInitScript(script);
  const page = await context.newPage();
  watch(page, portal);
  await go(page, portal, path, lang, theme);
  return page;
}

const sessions = new Map();

/** The session of an account: signed in once through the login form, kept for the tests that come after. */
export async function sessionOf(browser, portal, account) {
  const kept = process.env.DAFENG_SESSIONS ? join(process.env.DAFENG_SESSIONS, `${account.login}.json`) : null;
  if (sessions.has(account.login)) return sessions.get(account.login);
  if (kept && existsSync(kept)) return JSON.parse(readFileSync(kept, "utf8"));
  const context = await browser.newContext();
  const page = await context.newPage();
  await signIn(page, portal, account);
  const cookies = (await context.storageState()).cookies;
  await context.close();
  const state = { cookies, origins: [] };
  sessions.set(account.login, state);
  if (kept) writeFileSync(kept, JSON.stringify(state), { mode: 0o600 });
  return state;
}

export async function signIn(page, portal, account, lang = "zh", theme = "light") {
  await page.goto(`${portal.url}/login?lang=${lang}&theme=${theme}`);
  await page.locator("input[autocomplete=username]").fill(account.login);
  await page.locator("input[type=password]").first().fill(account.password);
  await page.locator("button[type=submit]").click();
  await page.waitForURL((url) => !url.pathname.startsWith("/login"));
}

export async function go(page, portal, path, lang = "zh", theme = "light") {
  const url = new URL(path, portal.url);
  if (!url.searchParams.has("lang")) url.searchParams.set("lang", lang);
  if (!url.searchParams.has("theme")) url.searchParams.set("theme", theme);
  await page.goto(url.href);
  await settled(page);
}

/** Waits until nothing is being read any more: the application is there, no skeleton, no open request. */
export async function settled(page) {
  await page.waitForLoadState("networkidle");
  await page.waitForFunction(() => document.querySelector("#root")?.childElementCount && !document.querySelector("[data-waiting], .df-skeleton"), null, { timeout: 20_000 });
}

/** What a page did that it should not: scripts that failed, and addresses outside the portal. */
function watch(page, portal) {
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" && !/status of (401|403|404|409|412|422)/.test(message.text())) page.faults.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (!["data:", "blob:"].includes(url.protocol) && url.origin !== new URL(portal.url).origin) page.faults.push(`outside: ${request.url()}`);
  });
}

/** Whether anything but tables and charts scrolls sideways. */
export function overflow(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
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

/** A script for a page: notes when its first words stood and nothing was being read any more. */
export const READY = `
  window.dafengReady = null;
  const look = () => {
    const main = document.querySelector("main, .df-door, form");
    const waiting = document.querySelector("[data-waiting], .df-skeleton");
    if (main && main.innerText.trim().length > 10 && !waiting) window.dafengReady ??= performance.now();
    else window.dafengReady = null;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
`;

/** Milliseconds since the navigation: first contentful paint, and when the page could be used; wants READY. */
export async function timesOf(page) {
  await page.waitForFunction(() => window.dafengReady !== null);
  return page.evaluate(() => ({ paint: performance.getEntriesByName("first-contentful-paint")[0].startTime, ready: window.dafengReady }));
}
