/**
 * The true application on the demo, for the end-to-end tests and the screenshots.
 *
 * Either DAFENG_PORTAL and DAFENG_ACCOUNTS name a running portal and its accounts file, or a demo is built in a new
 * directory and served by `dafeng demo --serve`; it ends with the tests.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = resolve(HERE, "..", "..");
const DAFENG = process.env.DAFENG_COMMAND ?? join(ROOT, ".venv", "bin", "dafeng");
const STARTS_WITHIN = 300_000;

/** Where Debian puts Chromium; another one by DAFENG_CHROMIUM. */
export const CHROMIUM = process.env.DAFENG_CHROMIUM ?? "/usr/bin/chromium";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--lang=zh-CN"];

/** Starts the browser; every address but the portal's own is refused, and asked-for ones are remembered. */
export async function openBrowser() {
  return chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });
}

/** The portal: its address, its accounts by role, and how to end it. */
export async function openPortal() {
  if (process.env.DAFENG_PORTAL) {
    return { url: process.env.DAFENG_PORTAL.replace(/\/$/, ""), accounts: accountsIn(process.env.DAFENG_ACCOUNTS), close: async () => {} };
  }
  const folder = mkdtempSync(join(tmpdir(), "dafeng-e2e-"));
  const file = join(folder, "accounts.json");
  const child = spawn(DAFENG, ["demo", "--programme", join(folder, "demo"), "--serve", "--port", "0", "--accounts", file], { stdio: ["ignore", "pipe", "inherit"] });
  const url = await addressOf(child);
  const close = async () => {
    const ended = new Promise((done) => child.once("exit", done));
    child.kill("SIGINT");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  return { url, accounts: accountsIn(file), close };
}

function accountsIn(file) {
  if (!file || !existsSync(file)) throw new Error("no accounts file: set DAFENG_ACCOUNTS");
  const list = JSON.parse(readFileSync(file, "utf8"));
  const byRole = {};
  for (const one of list) (byRole[one.role] ??= []).push(one);
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
    child.once("exit", (code) => failed(new Error(`the portal ended with ${code}:\n${said}`)));
  });
}

/** A page signed in as one of the demo's accounts, through the login form. Errors of the page are collected. */
export async function signedIn(browser, portal, account, { width = 1440, height = 900, lang = "zh", theme = "light", path = "/" } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, locale: lang === "zh" ? "zh-CN" : "en-GB", timezoneId: "Asia/Shanghai", acceptDownloads: true });
  const page = await context.newPage();
  watch(page, portal);
  if (account) await signIn(page, portal, account, lang, theme);
  await go(page, portal, path, lang, theme);
  return page;
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

/** Waits until nothing is being read any more: no skeleton, no open request. */
export async function settled(page) {
  await page.waitForLoadState("networkidle");
  await page.waitForFunction(() => !document.querySelector("[data-waiting], .df-skeleton"), null, { timeout: 20_000 });
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
