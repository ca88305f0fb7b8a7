/** The frame: language, theme, units, links that reproduce a view, search, wall, phone, keyboard, and quiet. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, go, openBrowser, openPortal, overflow, rowsOf, settled, signedIn } from "./portal.mjs";

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

test("signing in by the form: a wrong password is refused in words, the right one goes on where one wanted to go", async () => {
  const { login, password } = portal.accounts.analyst[0];
  const door = await signedIn(browser, portal, null, { path: "/plans" });
  await door.waitForURL(/\/login\?/);
  await door.locator("input[autocomplete=username]").fill(login);
  await door.locator("input[type=password]").first().fill("not the password at all");
  await door.locator("button[type=submit]").click();
  await door.locator(".df-problem").waitFor();
  assert.match(await door.locator(".df-problem").innerText(), /[\u4e00-\u9fff]{4}/);
  await door.locator("input[type=password]").first().fill(password);
  await door.locator("button[type=submit]").click();
  await door.waitForURL((url) => url.pathname === "/plans");
  await settled(door);
  assert.equal(await door.locator("h1").innerText(), "方案");
  assert.ok((await door.context().cookies()).every((one) => one.httpOnly && one.sameSite === "Lax"), "no script reads the session");
  await door.context().close();
});

test("the language is switched on the page and kept in the address", async () => {
  await go(page, portal, "/");
  assert.match(await page.locator("h1").innerText(), /[\u4e00-\u9fff]/);
  await page.getByRole("button", { name: "显示", exact: true }).click();
  await page.getByText("English", { exact: true }).click();
  await page.waitForURL(/lang=en/);
  await settled(page);
  await page.waitForFunction(() => document.documentElement.lang === "en");
  assert.match(await page.locator(".df-sentence").first().innerText(), /In 2025 the industry of/);
  await page.getByText("中文", { exact: true }).click();
  await page.waitForURL(/lang=zh/);
  await page.waitForFunction(() => document.documentElement.lang === "zh-CN");
});

test("a view of a table is saved, opened, renamed and dropped, and is there after a reload", async () => {
  const named = (name) => page.getByRole("button", { name, exact: true });
  await go(page, portal, "/targets");
  await page.evaluate(() => localStorage.clear());
  await go(page, portal, "/targets?f.state=off_track");
  const query = (address) => new URL(address).searchParams.get("f.state");
  await named("视图").click();
  await page.getByLabel("给当前视图起名").fill("偏离的");
  await page.getByLabel("给当前视图起名").press("Enter");
  await page.locator(".df-views-name", { hasText: "偏离的" }).waitFor();
  await go(page, portal, "/targets");
  assert.equal(query(page.url()), null);
  await named("视图").click();
  await page.locator(".df-views-name", { hasText: "偏离的" }).click();
  await page.waitForURL(/f\.state=off_track/);
  await settled(page);
  await named("偏离的").first().click();
  await page.getByRole("button", { name: "给“偏离的”改名" }).click();
  await page.getByRole("textbox", { name: "给“偏离的”改名" }).fill("须督办");
  await page.getByRole("textbox", { name: "给“偏离的”改名" }).press("Enter");
  await page.locator(".df-views-name", { hasText: "须督办" }).waitFor();
  await page.reload();
  await settled(page);
  await named("须督办").first().click();
  assert.deepEqual(await page.locator(".df-views-name").allInnerTexts(), ["须督办"]);
  await page.getByRole("button", { name: "去掉 须督办" }).click();
  await page.getByText("还没有保存的视图").waitFor();
  assert.equal(await page.evaluate(() => Object.keys(localStorage).filter((one) => one.includes("views.")).length), 0);
});

test("the theme is switched, and with it the ground under the page", async () => {
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await go(page, portal, "/");
  const light = await ground();
  await page.getByRole("button", { name: "显示", exact: true }).click();
  await page.getByText("深色", { exact: true }).click();
  await page.waitForURL(/theme=dark/);
  await page.waitForFunction(() => document.documentElement.dataset.theme === "dark");
  const brightness = (colour) => colour.match(/\d+/g).slice(0, 3).map(Number).reduce((a, b) => a + b);
  assert.ok(brightness(await ground()) < brightness(light) / 3, "dark is dark");
  await page.getByText("浅色", { exact: true }).click();
  await page.waitForURL(/theme=light/);
});

test("the unit is switched and the number changes with it, exactly", async () => {
  const told = async () => {
    await settled(page);
    const one = page.locator(".df-head-figures .df-figure").first();
    return [Number((await one.locator(".df-figure-value").innerText()).replaceAll(",", "")), await one.locator(".df-figure-unit").innerText()];
  };
  const { value } = (await ask(page, "/api/v1/overview")).json.headline.total;
  await go(page, portal, "/?units=wt-auto");
  const [tens, wide] = await told();
  assert.match(wide, /万吨/);
  assert.ok(Math.abs(tens * 1e4 - value) / value < 1e-3, `${tens} 万吨 of ${value}`);
  await page.getByRole("button", { name: "显示", exact: true }).click();
  await page.locator(".df-display-line", { hasText: "质量" }).getByText("吨", { exact: true }).click();
  await page.waitForURL(/units=t-/);
  await page.waitForFunction(() => !/万|亿/.test(document.querySelector(".df-head-figures .df-figure-unit").innerText));
  const [plain, unit] = await told();
  assert.doesNotMatch(unit, /万|亿/);
  assert.ok(Math.abs(plain - value) / value < 1e-3, `${plain} 吨 of ${value}`);
});

test("area and year in the address reproduce the view", async () => {
  await go(page, portal, "/");
  const [, county] = (await rowsOf(page, "counties", "limit=12")).map((row) => [row.code, row.name]);
  const path = `/?area=${county[0]}&year=2024`;
  await go(page, portal, path);
  assert.match(await page.locator(".df-page-head").innerText(), new RegExp(`${county[1]}.*2024`, "s"));
  const first = await page.locator(".df-sentence").first().innerText();
  assert.ok(first.includes("2024年") && first.includes(county[1]));
  const elsewhere = await signedIn(browser, portal, portal.accounts.officer[0], { path: new URL(page.url()).pathname + new URL(page.url()).search });
  assert.equal(await elsewhere.locator(".df-sentence").first().innerText(), first);
  await elsewhere.context().close();
  await go(page, portal, "/targets?f.state=behind");
  assert.ok((await page.locator("main").innerText()).includes("滞后"));
  await page.locator("nav a", { hasText: "企业" }).first().click();
  await page.waitForURL(/\/enterprises/);
  assert.match(page.url(), /lang=zh/, "the view goes along to the next page");
});

test("Ctrl-K finds a firm by pinyin and opens it", async () => {
  await go(page, portal, "/targets");
  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox", { name: "搜索企业、目标、页面" });
  await field.fill("hengyuan");
  const hit = page.getByRole("option", { name: /恒远/ }).first();
  await hit.waitFor();
  const name = await hit.locator(".df-palette-title").innerText();
  const options = await page.getByRole("option").allInnerTexts();
  for (let n = 0; n < options.findIndex((one) => one.includes(name)); n += 1) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/enterprises\//);
  await settled(page);
  assert.equal(await page.locator("h1").innerText(), name);
});

test("the wall: dark, at most six tiles, nothing beyond the screen, at both sizes", async () => {
  for (const [width, height] of [[1920, 1080], [3840, 1080]]) {
    const wall = await signedIn(browser, portal, portal.accounts.officer[0], { width, height, path: "/wall" });
    const size = await wall.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]);
    assert.ok(size[0] <= width && size[1] <= height, `${size} on ${width}×${height}`);
    const tiles = wall.locator(".df-wall-tile");
    const count = await tiles.count();
    assert.ok(count >= 3 && count <= 6, `${count} tiles`);
    for (let n = 0; n < count; n += 1) {
      const { x, y, width: w, height: h } = await tiles.nth(n).boundingBox();
      assert.ok(x >= 0 && y >= 0 && x + w <= width + 1 && y + h <= height + 1, `tile ${n} lies on the screen`);
    }
    const colour = await wall.locator(".df-wall").evaluate((one) => getComputedStyle(one).backgroundColor.match(/\d+/g).map(Number).slice(0, 3).reduce((a, b) => a + b));
    assert.ok(colour < 200, "the wall is dark");
    assert.deepEqual(wall.faults, []);
    await wall.context().close();
  }
});

test("on a phone the approver approves: what waits is found and read, the button and its dialog fit the screen", async () => {
  const filing = await submitted();
  const phone = await signedIn(browser, portal, portal.accounts.approver[0], { width: 390, height: 844, path: `/filing/${encodeURIComponent(filing.id)}` });
  const fits = async (one) => {
    const { x, width } = await one.boundingBox();
    assert.ok(x >= 0 && x + width <= 390, `${await one.innerText()} lies on the screen`);
  };
  const verb = filing.moves.find((one) => one.move === "approve").name.zh;
  const button = phone.locator(".df-moves").getByRole("button", { name: verb });
  await button.scrollIntoViewIfNeeded();
  await fits(button);
  assert.equal(await overflow(phone), 0);
  await button.click();
  const done = phone.locator(".ant-modal").getByRole("button", { name: verb });
  await fits(done);
  await done.click();
  await phone.locator(".ant-modal").waitFor({ state: "hidden" });
  await settled(phone);
  assert.equal((await ask(phone, `/api/v1/filings/${filing.id}`)).json.state, "approved");
  assert.equal(await overflow(phone), 0);
  assert.deepEqual(phone.faults, []);
  await phone.context().close();
});

/** A filing of the first month that is due, submitted by the filler and as the approver has it. */
async function submitted() {
  const filler = await signedIn(browser, portal, portal.accounts.filler[0], { path: "/me" });
  const due = (await ask(filler, "/api/v1/filings/dues")).json.items.filter((one) => ["due", "late"].includes(one.state) && /-\d\d$/.test(one.period)).at(-1);
  const { enterprise_id, period, contract } = due;
  const begun = (await ask(filler, "/api/v1/filings", { method: "POST", body: { enterprise_id, period, contract } })).json;
  const path = `/api/v1/filings/${begun.id}`;
  const rows = [{ enterprise_id, name: begun.enterprise_name, period, item: "电力", unit: "万千瓦时", bought: "36", used: "36" }];
  const kept = (await ask(filler, `${path}/rows`, { method: "PUT", body: { rows, explanations: {} }, headers: { "If-Match": `"${begun.version}"` } })).json;
  const explanations = Object.fromEntries(kept.problems.filter((one) => one.severity === "warning").map((one) => [one.key, "与结算单一致"]));
  const sent = await ask(filler, `${path}/moves`, { method: "POST", body: { move: "submit", reason: "", cells: [], explanations }, headers: { "If-Match": `"${kept.version}"` } });
  assert.equal(sent.status, 200, sent.text);
  await filler.context().close();
  const approver = await signedIn(browser, portal, portal.accounts.approver[0], { path: "/me" });
  const filing = (await ask(approver, path)).json;
  await approver.context().close();
  return filing;
}

test("on a phone the navigation opens from its button and leads to the filings, which fit the screen", async () => {
  const phone = await signedIn(browser, portal, portal.accounts.officer[0], { width: 390, height: 844, path: "/me" });
  await go(phone, portal, "/");
  await phone.getByRole("button", { name: "打开导航" }).click();
  await phone.locator(".ant-drawer").getByText("采集填报").click();
  await phone.waitForURL(/\/filing/);
  await settled(phone);
  await phone.locator("h1", { hasText: "采集填报" }).waitFor();
  const { x, width } = await phone.locator("h1").boundingBox();
  assert.ok(x >= 0 && x + width <= 390);
  await phone.context().close();
});

test("by keyboard: the skip link comes first, tabbing reaches the rows, Enter opens one", async () => {
  await go(page, portal, "/targets?view=table");
  await go(page, portal, "/enterprises");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "df-skip");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "content");
  let reached = false;
  for (let n = 0; n < 60 && !reached; n += 1) {
    await page.keyboard.press("Tab");
    reached = await page.evaluate(() => document.activeElement.matches("tbody tr[data-index]"));
  }
  assert.ok(reached, "a row of the table has the focus");
  await page.keyboard.press("ArrowDown");
  await page.waitForFunction(() => document.activeElement.matches('tbody tr[data-index="1"]'));
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/enterprises\/.+/);
});

test("Esc closes the explanation, and the focus goes back to the number", async () => {
  await go(page, portal, "/");
  const number = page.locator(".df-head-figures .df-figure-link").first();
  await number.focus();
  await page.keyboard.press("Enter");
  await page.locator(".df-explain-drawer").getByRole("treeitem").first().waitFor();
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => !new URLSearchParams(location.search).get("explain"));
  await page.waitForFunction(() => document.activeElement.matches(".df-figure-link"));
  assert.ok(await number.evaluate((one) => one === document.activeElement), "the same number has the focus");
});

test("nothing failed, no style or script was refused, and no request left the portal", () => assert.deepEqual(page.faults, []));
