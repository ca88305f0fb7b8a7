/**
 * Pictures of every page: two languages at 1440, phone width in Chinese, the dark theme, and the wall.
 *
 *   npm run shots [-- FOLDER] [-- --only=overview]
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { go, openBrowser, openPortal, overflow, settled, signedIn } from "./portal.mjs";

const folder = process.argv[2] && !process.argv[2].startsWith("--") ? process.argv[2] : "shots";
const only = process.argv.find((one) => one.startsWith("--only="))?.slice(7);

/** role → pages of that role: name, path (or how to find it). */
const PAGES = {
  officer: [
    ["overview", "/"], ["plans", "/plans"], ["plan", first("/api/v1/plans", (x) => `/plans/${encodeURIComponent(x[0].doc)}`)],
    ["targets", "/targets"], ["target", firstRow("targets", (r) => `/targets/${encodeURIComponent(r.target_id)}`)],
    ["tasks", "/tasks"], ["task", firstRow("tasks", (r) => `/tasks/${encodeURIComponent(r.id ?? r.task_id)}`)],
    ["enterprises", "/enterprises"], ["enterprise", firstRow("enterprises", (r) => `/enterprises/${encodeURIComponent(r.enterprise_id)}`)],
    ["filings", "/filing"], ["reports", "/reports"], ["sources", "/sources"],
    ["explain", first("/api/v1/overview", (x) => `/?explain=${encodeURIComponent(x.headline.total.node)}`)], ["me", "/me"],
  ],
  filler: [["filing-home", "/filing"], ["own-enterprise", firstRow("enterprises", (r) => `/enterprises/${encodeURIComponent(r.enterprise_id)}`)]],
  sysadmin: [["users", "/system/users"], ["jobs", "/system/jobs"], ["backups", "/system/backups"], ["state", "/system/state"]],
  secadmin: [["users-sec", "/system/users"]],
  auditor: [["audit", "/system/audit"]],
};

function first(api, path) {
  return async (page) => path(await page.evaluate(async (url) => (await fetch(url)).json(), api));
}
function firstRow(table, path) {
  return async (page) => path((await page.evaluate(async (url) => (await fetch(url)).json(), `/api/v1/tables/${table}?limit=1`)).rows[0]);
}

const VIEWS = [
  { key: "zh", lang: "zh", width: 1440, height: 900, theme: "light" },
  { key: "en", lang: "en", width: 1440, height: 900, theme: "light" },
  { key: "dark", lang: "zh", width: 1440, height: 900, theme: "dark" },
  { key: "phone", lang: "zh", width: 390, height: 844, theme: "light" },
];

const portal = await openPortal();
const browser = await openBrowser();
mkdirSync(folder, { recursive: true });
let faults = 0;
try {
  await one(null, [["login", "/login"]]);
  for (const [role, pages] of Object.entries(PAGES)) await one(portal.accounts[role]?.[0], pages);
  await wall();
} finally {
  await browser.close();
  await portal.close();
}
console.log(faults ? `${faults} faults` : "no faults");
process.exitCode = faults ? 1 : 0;

async function one(account, pages) {
  for (const view of VIEWS) {
    const page = await signedIn(browser, portal, account, view);
    for (const [name, path] of pages) {
      if (only && name !== only) continue;
      await shoot(page, name, path, view);
    }
    await page.context().close();
  }
}

async function shoot(page, name, path, view) {
  try {
    await go(page, portal, typeof path === "function" ? await path(page) : path, view.lang, view.theme);
    await page.waitForTimeout(400);
    await page.screenshot({ path: join(folder, `${name}-${view.key}.png`), fullPage: view.key !== "phone" });
    const over = await overflow(page);
    if (over > 0) page.faults.push(`scrolls sideways by ${over} px`);
  } catch (error) {
    page.faults.push(String(error).split("\n")[0]);
  }
  for (const fault of page.faults.splice(0)) {
    faults += 1;
    console.log(`${name}-${view.key}: ${fault}`);
  }
}

async function wall() {
  if (only && only !== "wall") return;
  for (const [width, height] of [[1920, 1080], [3840, 1080]]) {
    const page = await signedIn(browser, portal, portal.accounts.officer[0], { width, height, path: "/wall" });
    await settled(page);
    await page.waitForTimeout(600);
    await page.screenshot({ path: join(folder, `wall-${width}.png`) });
    await page.context().close();
  }
}
