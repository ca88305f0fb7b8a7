/** How fast the portal is to begin on loopback: first paint, ready, and the scripts that must be loaded. Every other page: pages.test. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { go, openBrowser, openPortal, signedIn } from "./portal.mjs";
import { median, READY, timed } from "./times.mjs";

const PAINT_MS = 1500;
const READY_MS = 3000;
const INITIAL_JS = 450_000; // all that a cold visit transfers until its network is idle, the charts in view among it
const TIMES = 3;
let portal, browser;

before(async () => {
  portal = await openPortal();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await portal?.close();
});

/** One visit with nothing kept from before: times, and what came over the line for scripts, before the paint and in all. */
async function visited(role, path) {
  const page = await signedIn(browser, portal, role && portal.accounts[role][0], { path: null, scripts: [READY], still: false });
  const weigh = await weighed(page);
  const times = await timed(page, () => go(page, portal, path));
  await page.waitForLoadState("networkidle");
  const all = weigh();
  const scripts = await page.evaluate(() => {
    const paint = performance.getEntriesByName("first-contentful-paint")[0].startTime;
    return performance.getEntriesByType("resource").filter((one) => /\.js(\?|$)/.test(one.name)).map((one) => [one.startTime <= paint, one.transferSize, one.encodedBodySize, one.decodedBodySize]);
  });
  await page.context().close();
  const sum = (rows) => rows.reduce((all, [, bytes]) => all + bytes, 0);
  assert.ok(scripts.every(([, , encoded, decoded]) => decoded < 2000 || encoded < decoded), "scripts come compressed");
  return { ...times, js: sum(scripts.filter(([first]) => first)), all };
}

/** Counts, by the browser's own protocol, the bytes of scripts that come over the line from now on. */
async function weighed(page) {
  const line = await page.context().newCDPSession(page);
  const [scripts, sum] = [new Set(), { bytes: 0 }];
  await line.send("Network.enable");
  await line.send("Network.setCacheDisabled", { cacheDisabled: true });
  line.on("Network.responseReceived", ({ requestId, response }) => /\.js(\?|$)/.test(response.url) && scripts.add(requestId));
  line.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => (sum.bytes += scripts.has(requestId) ? encodedDataLength : 0));
  return () => sum.bytes;
}

for (const [where, role, path] of [["the sign-in page", null, "/login"], ["the overview", "officer", "/"]]) {
  test(`${where}: painted within ${PAINT_MS} ms, ready within ${READY_MS} ms, begun with less than ${INITIAL_JS / 1000} kB of script`, async (t) => {
    const visits = [];
    for (let n = 0; n < TIMES; n += 1) visits.push(await visited(role, path));
    const of = (name) => median(visits.map((one) => one[name]));
    const [paint, ready, js, all] = ["paint", "ready", "js", "all"].map(of);
    t.diagnostic(`paint ${Math.round(paint)} ms, ready ${Math.round(ready)} ms, scripts ${js} bytes to begin, ${all} until the network is idle; the machine at 1/${of("share").toFixed(1)}`);
    assert.ok(js > 20_000 && js < INITIAL_JS, `${js} bytes of script at ${path}`);
    assert.ok(all > 100_000 && all < INITIAL_JS, `${all} bytes of script at ${path} in all`);
    assert.ok(paint < PAINT_MS, `first paint after ${paint} ms`);
    assert.ok(ready < READY_MS, `ready after ${ready} ms`);
  });
}
