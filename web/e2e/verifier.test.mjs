/** A verifier walks from a figure down to the spreadsheet cell it stands on, and writes what was found there. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, go, openBrowser, openPortal, rowsOf, settled, signedIn } from "./portal.mjs";

let portal, browser, page, firm, firmPath;

before(async () => {
  portal = await openPortal();
  browser = await openBrowser();
  page = await signedIn(browser, portal, portal.accounts.verifier[0]);
  firm = (await rowsOf(page, "enterprises", "limit=5")).find((row) => row.name === portal.accounts.filler[0].words);
  firmPath = `/enterprises/${encodeURIComponent(firm.enterprise_id)}`;
});
after(async () => {
  await browser?.close();
  await portal?.close();
});

test("the verifier sees the firms named to it and no other", async () => {
  const named = portal.accounts.verifier[0].words.split("、");
  assert.deepEqual((await rowsOf(page, "enterprises", "limit=500")).map((row) => row.name).sort(), [...named].sort());
  await go(page, portal, "/enterprises");
  assert.equal(await page.locator("tbody tr[data-index]").count(), named.length);
});

test("from the city's figure through its explanation down to the highlighted cell of a named firm", async () => {
  const { total } = (await ask(page, "/api/v1/overview")).json.headline;
  await go(page, portal, "/");
  await page.locator(".df-head-figures button.df-figure-link").first().click();
  const drawer = page.locator(".df-explain-drawer");
  await drawer.getByRole("treeitem").first().waitFor();
  await settled(page);
  assert.equal(new URL(page.url()).searchParams.get("explain"), total.node, "it begins at the total of the city");
  const parts = await drawer.locator('[role="treeitem"][aria-level="2"] .df-tree-label').allInnerTexts();
  assert.ok(parts.some((one) => one.includes(firm.name)), `${firm.name} stands under the city's figure`);
  assert.ok(parts.some((one) => /其余\d+家企业合计/.test(one)), "the others only as one sum");
  const steps = await walkDown(drawer);
  assert.ok(steps >= 4, `the way down has ${steps} steps`);
  const cell = drawer.locator(".df-cell-here");
  assert.equal(await cell.count(), 1, "one cell is highlighted");
  const told = await drawer.locator(".df-node-value b").innerText();
  assert.ok(Number((await cell.innerText()).replaceAll(",", "")) > 0, `a figure stands in the cell of ${told}`);
  const ground = await cell.evaluate((one) => getComputedStyle(one).backgroundColor + getComputedStyle(one).outline);
  const beside = await drawer.locator(".df-cells td:not(.df-cell-here):not(.df-cell-column)").first().evaluate((one) => getComputedStyle(one).backgroundColor + getComputedStyle(one).outline);
  assert.notEqual(ground, beside, "it looks unlike its neighbours");
  assert.match(await drawer.locator(".df-cells-path").innerText(), /第\d+行/);
});

/** First child by first child until a cell of a sheet is shown; the number of steps. */
async function walkDown(drawer) {
  for (let step = 1; step < 12; step += 1) {
    await settled(page);
    if (await drawer.locator(".df-cell-here").count()) return step;
    const chosen = drawer.locator('[role="treeitem"][aria-selected="true"]');
    const level = Number(await chosen.getAttribute("aria-level"));
    await chosen.focus();
    if ((await chosen.getAttribute("aria-expanded")) === "false") {
      await page.keyboard.press("ArrowRight");
      await settled(page);
    }
    const below = drawer.locator(`[role="treeitem"][aria-selected="true"] ~ [aria-level="${level + 1}"]`);
    assert.ok(await below.count(), `something stands below level ${level}`);
    await below.filter({ hasNotText: /参数|其余/ }).first().click();
  }
  return assert.fail("no cell after twelve steps");
}

test("a finding is written on the firm's page, and the firm sees and answers it", async () => {
  await go(page, portal, firmPath);
  const words = `电力消费量与结算单相差 2.3% ${Date.now() % 100_000}`;
  await page.getByRole("button", { name: "提出核查发现" }).click();
  const dialog = page.locator(".ant-modal");
  await dialog.getByLabel(/^理由/).fill(words);
  await dialog.getByRole("button", { name: "提出" }).last().click();
  await page.waitForURL(/\/findings\//);
  await page.locator("main").getByText(words).first().waitFor();
  const id = decodeURIComponent(new URL(page.url()).pathname.split("/").at(-1));
  const stranger = await signedIn(browser, portal, portal.accounts.stranger[0], { path: "/me" });
  assert.equal((await ask(stranger, `/api/v1/findings/${id}`)).status, 404);
  assert.ok(!(await ask(stranger, "/api/v1/tables/findings?limit=200")).text.includes(words));
  await stranger.context().close();
  const filler = await signedIn(browser, portal, portal.accounts.filler[0], { path: `/findings/${id}` });
  await filler.locator("main").getByText(words).first().waitFor();
  await filler.locator(".df-page-actions button").first().click();
  await filler.locator(".ant-modal textarea").fill("已更正，附结算单");
  await filler.locator(".ant-modal .ant-btn-primary").click();
  await filler.locator(".ant-modal").waitFor({ state: "hidden" });
  assert.deepEqual(filler.faults, []);
  await filler.context().close();
  await go(page, portal, `/findings/${id}`);
  await page.locator("main").getByText("已更正，附结算单").first().waitFor();
});

test("nothing failed on the way", () => assert.deepEqual(page.faults, []));
