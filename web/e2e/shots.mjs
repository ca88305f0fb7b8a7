/**
 * Pictures of every page: two languages at 1440, phone width in Chinese, the dark theme, and the wall.
 *
 *   npm run shots [-- FOLDER] [-- --only=overview]
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { PAGES, pathsOf } from "./rooms.mjs";
import { go, openBrowser, openPortal, overflow, settled, signedIn } from "./portal.mjs";

const folder = process.argv[2] && !process.argv[2].startsWith("--") ? process.argv[2] : "shots";
const only = process.argv.find((one) => one.startsWith("--only="))?.slice(7);

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
  for (const role of Object.keys(PAGES)) await one(role);
  await wall();
} finally {
  await browser.close();
  await portal.close();
}
console.log(faults ? `${faults} faults` : "no faults");
process.exitCode = faults ? 1 : 0;

async function one(role) {
  for (const view of VIEWS) {
    const page = await signedIn(browser, portal, portal.accounts[role]?.[0], { ...view, path: role === "guest" ? "/login" : "/me" });
    for (const [name, path] of await pathsOf(page, role)) {
      if (only && name !== only) continue;
      await shoot(page, name, path, view);
    }
    await page.context().close();
  }
}

async function shoot(page, name, path, view) {
  try {
    await go(page, portal, path, view.lang, view.theme);
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
