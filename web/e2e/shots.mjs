/**
 * Pictures of every page, whole: two languages at 1440 and at phone width, some in the dark theme, and the wall.
 *
 *   npm run shots [-- FOLDER] [-- --only=overview]
 *
 * Nobody looks at faults that pictures hide: a page that fails, scrolls sideways or asks the outside ends with 1.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { PAGES, pathsOf } from "./rooms.mjs";
import { go, openBrowser, openPortal, overflow, settled, signedIn } from "./portal.mjs";

const folder = process.argv[2] && !process.argv[2].startsWith("--") ? process.argv[2] : "shots";
const only = process.argv.find((one) => one.startsWith("--only="))?.slice(7);
const DARK = new Set(["overview", "target", "tasks", "enterprise", "filing", "explain", "login"]);
const TALLEST = 12_000;

const VIEWS = [
  { key: "zh", lang: "zh", width: 1440, height: 900, theme: "light" },
  { key: "en", lang: "en", width: 1440, height: 900, theme: "light" },
  { key: "dark", lang: "zh", width: 1440, height: 900, theme: "dark", some: DARK },
  { key: "phone-zh", lang: "zh", width: 390, height: 844, theme: "light" },
  { key: "phone-en", lang: "en", width: 390, height: 844, theme: "light" },
];

const portal = await openPortal();
const browser = await openBrowser();
mkdirSync(folder, { recursive: true });
const faults = [];
let count = 0;
try {
  for (const role of Object.keys(PAGES)) await everyView(role);
  await wall();
} finally {
  await browser.close();
  await portal.close();
}
for (const fault of faults) console.log(fault);
console.log(`${count} pictures in ${folder}, ${faults.length} faults`);
process.exitCode = faults.length || !count ? 1 : 0;

async function everyView(role) {
  const page = await signedIn(browser, portal, portal.accounts[role]?.[0], { path: role === "guest" ? "/login" : "/me" });
  const rooms = (await pathsOf(page, role)).filter(([name]) => !only || name === only);
  for (const view of VIEWS) for (const [name, path] of rooms) if (view.some?.has(name) ?? true) await shoot(page, name, path, view);
  await page.context().close();
}

async function shoot(page, name, path, { key, lang, width, height, theme }) {
  try {
    await page.setViewportSize({ width, height });
    await go(page, portal, path, lang, theme);
    await whole(page, width, height);
    await page.screenshot({ path: join(folder, `${name}-${key}.png`) });
    count += 1;
    const over = await overflow(page);
    if (over > 0) page.faults.push(`scrolls sideways by ${over} px`);
  } catch (error) {
    page.faults.push(String(error).split("\n")[0]);
  }
  faults.push(...page.faults.splice(0).map((fault) => `${name}-${key}: ${fault}`));
}

/** Makes the window as tall as what is in it: the page scrolls inside its frame, so a picture of the page alone is cut. */
async function whole(page, width, height) {
  for (let n = 0, tall = height; n < 4; n += 1) {
    const wanted = await page.evaluate(() => {
      const hidden = [...document.querySelectorAll("main, .df-explain-drawer .ant-drawer-body")].map((one) => one.scrollHeight - one.clientHeight);
      return innerHeight + Math.max(0, document.documentElement.scrollHeight - innerHeight, ...hidden);
    });
    if (wanted <= tall) return;
    tall = Math.min(wanted, TALLEST); // what is laid out anew may have become taller
    await page.setViewportSize({ width, height: tall });
    await settled(page);
  }
}

async function wall() {
  if (only && only !== "wall") return;
  for (const [width, height] of [[1920, 1080], [3840, 1080]]) {
    const page = await signedIn(browser, portal, portal.accounts.officer[0], { width, height, path: "/wall" });
    await page.screenshot({ path: join(folder, `wall-${width}.png`) });
    count += 1;
    faults.push(...page.faults.map((fault) => `wall-${width}: ${fault}`));
    await page.context().close();
  }
}
