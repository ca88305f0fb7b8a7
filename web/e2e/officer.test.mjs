/** A bureau officer finds a target that lags and its cause, follows a number down, and corrects a record of a plan. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, go, newPage, openBrowser, openPortal, settled, signedIn } from "./portal.mjs";

let portal, browser, page;

before(async () => {
  portal = await openPortal();
  browser = await openBrowser();
  page = await signedIn(browser, portal, portal.accounts.officer[0]);
});
after(async () => {
  await browser?.close();
  await portal?.close();
});

test("the overview says in a sentence where the city stands, with number, change and cause", async () => {
  const plain = (text) => text.replace(/\s/g, "");
  const sentence = await page.locator(".df-sentence").first().innerText();
  assert.equal(plain(sentence), plain((await ask(page, "/api/v1/overview")).json.headline.words.zh));
  assert.match(sentence, /示范市.*排放.*万吨.*%.*因/s);
  assert.ok((await page.locator(".df-head-figures .df-figure-link").count()) >= 2, "the numbers of the sentence open their explanation");
});

test("a target that lags is found from the lights, and its cause read", async () => {
  const light = page.locator(".df-lights li", { hasText: /滞后|偏离/ }).first();
  const name = await light.locator("a").first().innerText();
  await light.locator("a").first().click();
  await page.waitForURL(/\/targets\//);
  await settled(page);
  assert.ok((await page.locator("h1").innerText()).length > 0);
  assert.ok((await page.locator("h1").innerText()).includes(name), `the page of ${name}`);
  assert.match(await page.locator(".df-key-state").innerText(), /滞后|偏离/);
  assert.match(await page.locator(".df-why").innerText(), /实际.*目标|要求/s);
});

test("the lagging targets are listed by their light, and one names who is behind it", async () => {
  await go(page, portal, "/");
  await page.locator(".df-counts a", { hasText: "滞后" }).click();
  await page.waitForURL(/f\.state=behind/);
  await settled(page);
  const tree = (await ask(page, "/api/v1/tables/targets?f.state=behind,off_track&limit=50")).json.rows;
  let causes = [];
  for (const row of tree) {
    const found = (await ask(page, `/api/v1/targets/${encodeURIComponent(row.target_id)}`)).json;
    if (!found.causes.length) continue;
    await go(page, portal, `/targets/${encodeURIComponent(row.target_id)}`);
    causes = found.causes;
    break;
  }
  assert.ok(causes.length > 0, "at least one lagging target has its causes");
  const [name] = causes[0];
  assert.ok((await page.locator("main").innerText()).includes(name.zh), `${name.zh} is named as a cause`);
});

test("the actual value is explained, one level down", async () => {
  const actual = page.locator(".df-key-target > div", { hasText: "实际" }).locator("button.df-figure-link");
  await actual.click();
  const drawer = page.locator(".df-explain-drawer");
  await drawer.getByRole("treeitem").first().waitFor();
  await settled(page);
  const root = drawer.getByRole("treeitem", { selected: true });
  assert.equal(await root.count(), 1);
  const below = drawer.locator('[role="treeitem"][aria-level="2"]');
  assert.ok((await below.count()) > 0, "the inputs stand under the number");
  const name = (await below.first().locator(".df-tree-label").innerText()).trim();
  await root.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  assert.equal((await drawer.locator(".df-node h3").innerText()).trim(), name, "the detail is of the input walked to");
  assert.ok((await drawer.locator(".df-crumbs li").count()) >= 2, "the way walked is shown");
  assert.ok((await drawer.locator(".df-node h3").innerText()).length > 0);
});

test("a record of a plan is corrected with a reason, which stands in its history; a stale window is refused in words", async () => {
  const plan = (await ask(page, "/api/v1/plans")).json.find((one) => one.targets > 0);
  const path = `/plans/${encodeURIComponent(plan.doc)}?kind=target`;
  await go(page, portal, path);
  const second = await newPage(page.context(), portal);
  await go(second, portal, path);
  const reader = (await ask(page, `/api/v1/plans/${encodeURIComponent(plan.doc)}`)).json;
  const record = reader.records.find((one) => one.kind === "target" && one.state !== "rejected");
  const item = (from) => from.locator(`.df-record[data-id="${record.id}"]`);
  const sector = `重点用能行业${Date.now() % 100_000}`;
  await item(page).scrollIntoViewIfNeeded();
  await correct(page, item(page), "与印发稿第二章核对", sector);
  await page.locator(".ant-modal").waitFor({ state: "hidden" });
  await settled(page);
  await item(page).getByRole("button", { name: /^经过/ }).click();
  const history = page.locator(".ant-drawer", { hasText: "经过" });
  await history.getByText("与印发稿第二章核对").waitFor();
  assert.match(await history.innerText(), /改正/);
  assert.ok((await history.innerText()).includes(sector), "the change stands in the history");
  await correct(second, item(second), "另一窗口的改动", "另一写法");
  const refused = second.locator(".ant-modal .df-problem");
  await refused.waitFor();
  assert.match(await refused.innerText(), /[\u4e00-\u9fff]/, "the refusal is in words");
  assert.ok(await second.locator(".ant-modal").isVisible(), "what was typed is still there");
  assert.match(await second.locator("body").innerText(), /已被他人改动/);
  await second.close();
});

async function correct(from, item, why, sector) {
  await item.getByRole("button", { name: /改\s*正/ }).click();
  const dialog = from.locator(".ant-modal");
  await dialog.getByLabel("行业").fill(sector);
  await dialog.getByLabel(/^理由/).fill(why);
  await dialog.getByRole("button", { name: /保\s*存/ }).click();
}

test("nothing failed on the way and nothing was asked of the outside", () => assert.deepEqual(page.faults, []));
