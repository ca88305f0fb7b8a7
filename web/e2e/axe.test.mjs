/** No page, in either theme, has a serious or critical finding of axe. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { PAGES, pathsOf } from "./pages.mjs";
import { go, openBrowser, openPortal, signedIn } from "./portal.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let portal, browser;

before(async () => {
  portal = await openPortal();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await portal?.close();
});

/** Findings as "rule: element". The dark theme changes colours alone, so only they are looked at again. */
async function found(page, theme) {
  const options = { resultTypes: ["violations"], ...(theme === "dark" ? { runOnly: ["color-contrast"] } : {}) };
  const { violations } = await page.evaluate((given) => window.axe.run(document, given), options);
  return violations
    .filter((one) => ["serious", "critical"].includes(one.impact))
    .flatMap((one) => one.nodes.slice(0, 3).map((node) => `${one.id}: ${node.html.slice(0, 160)} ${node.any[0]?.message?.slice(0, 140) ?? ""}`));
}

for (const role of [...Object.keys(PAGES), "wall"]) {
  test(`the pages of ${role}`, async () => {
    const wall = role === "wall";
    const account = wall ? portal.accounts.officer[0] : portal.accounts[role]?.[0];
    const page = await signedIn(browser, portal, account, { path: role === "guest" ? "/login" : "/me", scripts: [AXE], ...(wall ? { width: 1920, height: 1080 } : {}) });
    const findings = [];
    for (const [name, path] of wall ? [["wall", "/wall"]] : await pathsOf(page, role)) {
      for (const theme of ["light", "dark"]) {
        await go(page, portal, path, "zh", theme);
        await page.waitForTimeout(250); // a drawer that slides in is half transparent
        for (const one of await found(page, theme)) findings.push(`${name} ${theme} ${one}`);
      }
    }
    assert.deepEqual(findings, []);
    await page.context().close();
  });
}
