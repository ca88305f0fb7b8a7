/**
 * Every page of every role, once through: how fast it can be used, what axe finds in both themes, whether it fits a
 * phone, whether its English is complete, and whether it fails or asks the outside for something.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { go, openBrowser, openPortal, overflow, settled, signedIn } from "./portal.mjs";
import { PAGES, pathsOf } from "./rooms.mjs";
import { READY, timed } from "./times.mjs";

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const SOURCES = join(dirname(fileURLToPath(import.meta.url)), "..", "src", "i18n");
const PAINT_MS = 1500;
const READY_MS = 3000;
/** Words that are a text of the application and also stand in the data: a unit as a plan writes it, a table as a source names it. */
const ALSO_DATA = new Set(["万吨", "能源消费"]);
let portal, browser, chinese;

before(async () => {
  portal = await openPortal();
  browser = await openBrowser();
  chinese = texts("zh").filter((one) => /[\u4e00-\u9fff]{2}/.test(one)).map(patternOf);
  assert.ok(chinese.length > 500, `${chinese.length} texts were read`);
});
after(async () => {
  await browser?.close();
  await portal?.close();
});

/** The texts of a language, from the application's own files. */
function texts(lang) {
  const typescript = require("typescript");
  return readdirSync(join(SOURCES, lang)).flatMap((name) => {
    const source = typescript.transpileModule(readFileSync(join(SOURCES, lang, name), "utf8"), { compilerOptions: { module: "CommonJS", target: "ES2022" } }).outputText;
    const module = { exports: {} };
    new Function("module", "exports", source)(module, module.exports);
    return Object.values(module.exports.default);
  });
}

const literal = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const patternOf = (text) => new RegExp(`^${text.split(/\{\w+\}/).map(literal).join(".*")}$`, "s");

/** Every text that is seen or read out, and apart from them the heads, buttons and labels. */
const seen = (page) => page.evaluate(() => {
  const all = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    if (!["SCRIPT", "STYLE", "NOSCRIPT"].includes(walker.currentNode.parentElement.tagName)) all.push(walker.currentNode.textContent.trim());
  }
  for (const one of document.querySelectorAll("[aria-label], [title], [placeholder]")) all.push(one.getAttribute("aria-label"), one.getAttribute("title"), one.getAttribute("placeholder"));
  const marks = [...document.querySelectorAll("th[scope=col], .ant-btn, nav a, label, .df-button")].map((one) => one.innerText.trim());
  return { all: [...new Set(all.filter(Boolean))], marks };
});

async function englishOf(page) {
  const { all, marks } = await seen(page);
  return [
    ...all.filter((one) => /[\u4e00-\u9fff]/.test(one) && one !== "中文" && !ALSO_DATA.has(one) && chinese.some((pattern) => pattern.test(one))).map((one) => `Chinese left: ${one}`),
    ...all.filter((one) => /undefined|\[object |^NaN$|\{\w+\}/.test(one)).map((one) => `missing text: ${one}`),
    ...marks.filter((one) => /[\u4e00-\u9fff]/.test(one) && !/^中文$|万|示范/.test(one)).map((one) => `Chinese head, button or label: ${one}`),
  ];
}

/** Findings that are more than minor as "rule: element". The dark theme changes colours alone, so only they are looked at again. */
async function axeOf(page, theme) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
  const options = { resultTypes: ["violations"], ...(theme === "dark" ? { runOnly: ["color-contrast"] } : {}) };
  const { violations } = await page.evaluate((given) => window.axe.run(document, given), options);
  return violations
    .filter((one) => ["moderate", "serious", "critical"].includes(one.impact))
    .flatMap((one) => one.nodes.slice(0, 3).map((node) => `axe, ${theme}, ${one.id}: ${node.html.slice(0, 160)} ${node.any[0]?.message?.slice(0, 140) ?? ""}`));
}

/** Goes to another view of the same page as a link within the application would, without loading it anew. */
async function turn(page, part) {
  await page.evaluate((given) => {
    const url = new URL(location.href);
    for (const [name, value] of Object.entries(given)) url.searchParams.set(name, value);
    history.pushState(null, "", url);
    dispatchEvent(new PopStateEvent("popstate", { state: null }));
  }, part);
  await page.waitForFunction((given) => document.documentElement.dataset.theme === given.theme && document.documentElement.lang === (given.lang === "zh" ? "zh-CN" : "en"), part);
  await settled(page);
}

/** Sideways scrolling of the page itself at phone width; tables and charts may scroll in their own boxes. */
async function phoneOf(page, lang) {
  await page.setViewportSize({ width: 390, height: 844 });
  await settled(page);
  const over = await overflow(page);
  return over > 0 ? [`at 390 px, ${lang}, it scrolls sideways by ${over} px`] : [];
}

/** Goes to the page; too slow only where it is so three times. */
async function slownessOf(page, path) {
  let best = null;
  for (let n = 0; n < 3 && !(best?.paint < PAINT_MS && best?.ready < READY_MS); n += 1) {
    const times = await timed(page, () => go(page, portal, path));
    if (!best || times.ready < best.ready) best = times;
  }
  return best.paint < PAINT_MS && best.ready < READY_MS ? [] : [`painted after ${Math.round(best.paint)} ms, ready after ${Math.round(best.ready)} ms`];
}

/** All that is found of one page, in both languages and themes, wide and narrow. */
async function foundOf(page, path) {
  const found = [...(await slownessOf(page, path)), ...(await axeOf(page, "light")), ...(await phoneOf(page, "zh"))];
  await turn(page, { lang: "en", theme: "light" });
  found.push(...(await phoneOf(page, "en")), ...(await englishOf(page)));
  await page.setViewportSize({ width: 1440, height: 900 });
  await turn(page, { lang: "zh", theme: "dark" });
  found.push(...(await axeOf(page, "dark")), ...page.faults.splice(0));
  return [...new Set(found)];
}

for (const role of Object.keys(PAGES)) {
  test(`the pages of ${role}`, async () => {
    const page = await signedIn(browser, portal, portal.accounts[role]?.[0], { path: role === "guest" ? "/login" : "/me", scripts: [READY] });
    const wrong = [];
    const paths = await pathsOf(page, role);
    assert.equal(paths.length, PAGES[role].length, `all pages of ${role} have something to show`);
    for (const [name, path] of paths) wrong.push(...(await foundOf(page, path)).map((one) => `${name}: ${one}`));
    await page.context().close();
    assert.deepEqual(wrong, []);
  });
}
