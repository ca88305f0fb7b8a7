/** A filing from a faulty workbook to a figure that stands: firm, county, city, with a return on the way. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ask, go, openBrowser, openPortal, settled, signedIn, until } from "./portal.mjs";
import { writeWorkbook } from "./workbook.mjs";

const WHY = "设备检修期间外购气量含上月结转";
const RETURN = "电力消费量与供电公司结算单不符，请核对";
let portal, browser, folder;
const at = {}; // a page by role
let path, filing; // the filing's address and what the API says of it

before(async () => {
  portal = await openPortal();
  browser = await openBrowser();
  folder = mkdtempSync(join(tmpdir(), "dafeng-e2e-book-"));
  at.filler = await signedIn(browser, portal, portal.accounts.filler[0], { path: "/filing" });
});
after(async () => {
  await browser?.close();
  await portal?.close();
  rmSync(folder, { recursive: true, force: true });
});

const cell = (page, row, column) => page.locator(`[data-cell="${row}:${column}"]`);
const box = (page, row, column) => page.locator("td.df-cell", { has: cell(page, row, column) });
const latest = async (page) => (await ask(page, `/api/v1/filings/${filing.id}`)).json;

/** Opens the filing as another role would: from its own home, by the address. */
async function as(role) {
  at[role] ??= await signedIn(browser, portal, portal.accounts[role][0], { path: null });
  await go(at[role], portal, path);
  return at[role];
}

/** Moves the filing by its button and the dialog; fails with the portal's words where it is refused. */
async function act(page, name, reason) {
  await page.locator(".df-moves").getByRole("button", { name: spaced(name) }).click();
  const dialog = page.locator(".ant-modal");
  if (reason) await dialog.getByRole("textbox").fill(reason);
  const [answer] = await Promise.all([
    page.waitForResponse((one) => new URL(one.url()).pathname.endsWith("/moves") && one.request().method() === "POST"),
    dialog.getByRole("button", { name: spaced(name) }).click(),
  ]);
  assert.ok(answer.ok(), `${name}: ${answer.status()} ${answer.ok() ? "" : await answer.text()}`);
  await dialog.waitFor({ state: "hidden" });
  await settled(page);
}

/** Ant Design puts a space between the two characters of a short button. */
const spaced = (name) => new RegExp(`^${[...name].join("\\s*")}$`);

test("the filler sees what is due and opens a month", async () => {
  const page = at.filler;
  assert.match(await page.locator(".df-sentence").innerText(), /[1-9]\d* 项已?[超逾]期/, "how much is late");
  const due = page.locator(".df-dues tbody tr", { hasText: "能源消费" }).filter({ hasText: /\d+月/ }).filter({ has: page.getByRole("button", { name: "开始填报" }) }).first();
  await due.getByRole("button", { name: "开始填报" }).click();
  await page.waitForURL(/\/filing\/.+/);
  await settled(page);
  path = new URL(page.url()).pathname;
  filing = { id: decodeURIComponent(path.split("/").at(-1)) };
  filing = await latest(page);
  assert.equal(filing.state, "draft");
});

test("the template can be downloaded, and a faulty workbook shows its problems in place", async () => {
  const page = at.filler;
  const [template] = await Promise.all([page.waitForEvent("download"), page.getByText("下载模板").click()]);
  assert.match(template.suggestedFilename(), /\.xlsx$/);
  const heads = filing.columns.map((one) => one.header.zh);
  const row = (given) => filing.columns.map((one) => ({ enterprise_id: filing.enterprise_id, name: filing.enterprise_name, period: filing.period, ...given })[one.name] ?? null);
  const book = writeWorkbook(join(folder, "十二月能源.xlsx"), "能源消费", heads, [
    row({ item: "天然气", unit: "吨", bought: 4.5, used: 9.5 }), // gas is not counted in tonnes
    row({ item: "电力", unit: "万千瓦时", bought: 40, used: "四十" }), // words for a figure
    row({ item: "煤碳砖", unit: "吨", used: 1.5 }), // no such item
  ]);
  await page.locator("input[type=file]").setInputFiles(book);
  await page.locator(".df-cell-error").first().waitFor();
  await settled(page);
  for (const [n, column] of [[1, "unit"], [2, "used"], [3, "item"]]) {
    const found = box(page, n, column);
    assert.match(await found.getAttribute("class"), /df-cell-error/, `row ${n} ${column} is marked`);
    assert.match(await found.getAttribute("title"), /[\u4e00-\u9fff]{4}/, "and says why");
    assert.equal(await cell(page, n, column).getAttribute("aria-invalid"), "true");
  }
  const said = await page.locator(".df-issues").innerText();
  for (const part of ["天然气", "四十", "煤碳砖"]) assert.ok(said.includes(part), `${part} is told in the list of problems`);
  const [annotated] = await Promise.all([page.waitForEvent("download"), page.getByText("下载标注问题的工作簿").click()]);
  assert.match(annotated.suggestedFilename(), /\.xlsx$/);
});

test("with errors it cannot be submitted", async () => {
  const page = at.filler;
  await page.locator(".df-moves").getByRole("button", { name: spaced("提交") }).click();
  const said = page.locator(".df-blocked");
  await said.waitFor();
  const { errors } = await latest(page);
  assert.match(await said.innerText(), new RegExp(`还不能提交:\\s*${errors} 处错误须改正`), "counted as in the list of problems");
  assert.equal(await page.locator(".ant-modal").count(), 0, "and nothing is asked");
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("aria-invalid")), "true", "the cursor stands in the first wrong cell");
  assert.equal((await latest(page)).state, "draft");
});

test("the faults are mended in the grid, by typing and by pasting, and a doubt is explained", async () => {
  const page = at.filler;
  await cell(page, 1, "unit").fill("万立方米");
  await paste(page, 2, "bought", "38.5\t38.5"); // two cells of one row, as copied from Excel
  await page.getByRole("button", { name: "删去第 3 行" }).click();
  await page.locator(".df-cell-error").first().waitFor({ state: "detached" });
  assert.equal(await cell(page, 2, "used").inputValue(), "38.5");
  assert.equal(await cell(page, 3, "item").count(), 0);
  await page.locator(".df-cell-warning").first().waitFor();
  assert.match(await box(page, 1, "used").getAttribute("class"), /df-cell-warning/, "use does not follow from what was bought");
  const doubts = page.locator(".df-issues").getByRole("textbox");
  for (let n = 0; n < (await doubts.count()); n += 1) await doubts.nth(n).fill(WHY);
  await page.getByText("已自动保存").waitFor();
  const kept = await latest(page);
  assert.equal(kept.errors, 0);
  await act(page, "提交");
  assert.equal((await latest(page)).state, "submitted");
});

/** Pastes as Excel copies: tabs between cells. */
async function paste(page, row, column, text) {
  await cell(page, row, column).evaluate((input, given) => {
    const data = new DataTransfer();
    data.setData("text/plain", given);
    input.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, text);
}

test("the filler may not approve: no button, and the API refuses", async () => {
  const page = at.filler;
  await go(page, portal, path);
  assert.equal(await page.getByRole("button", { name: "审核通过" }).count(), 0);
  assert.equal(await page.locator(".df-edit input:not([readonly])").count(), 0, "nothing can be typed any more");
  const { version } = await latest(page);
  const refused = await ask(page, `/api/v1/filings/${filing.id}/moves`, { method: "POST", body: { move: "approve" }, headers: { "If-Match": `"${version}"` } });
  assert.equal(refused.status, 403);
  assert.equal((await latest(page)).state, "submitted");
});

test("the approver approves, and the county returns it, pointing at a cell", async () => {
  await act(await as("approver"), await moveName("approver", "approve"));
  assert.equal((await latest(at.approver)).state, "approved");
  const page = await as("county");
  const back = await moveName("county", "return");
  await page.locator(".df-moves button[aria-pressed]").click();
  const head = filing.columns.find((one) => one.name === "used").header.zh;
  const heads = await page.locator(".df-edit thead th").allInnerTexts();
  const used = heads.findIndex((one) => one.startsWith(head)); // columns in which nothing stands are not shown to reviewers
  assert.ok(used > 0, `${head} is a column of the grid`);
  await page.locator(".df-edit tbody tr").nth(1).locator("th, td").nth(used).locator(".df-cell-pick").click();
  await act(page, back, RETURN);
  const now = await latest(page);
  assert.equal(now.state, "returned");
  assert.deepEqual(now.returned.map((one) => [one.row, one.column]), [[2, "used"]]);
});

const moveName = async (role, move) => (await latest(await as(role))).moves.find((one) => one.move === move).name.zh;

test("the filler sees the cell, mends it and submits again; approver, county and city pass it", async () => {
  const page = await as("filler");
  assert.ok((await page.locator("main").innerText()).includes(RETURN), "the reason is shown");
  assert.match(await box(page, 2, "used").getAttribute("class"), /df-cell-pointed/);
  assert.equal(await page.locator(".df-cell-pointed").count(), 1);
  await cell(page, 2, "used").fill("37.25");
  await cell(page, 2, "bought").fill("37.25");
  await page.getByText("已自动保存").waitFor();
  await act(page, "提交");
  for (const [role, move, state] of [["approver", "approve", "approved"], ["county", "pass", "county_passed"], ["officer", "confirm", "confirmed"]]) {
    const name = await moveName(role, move);
    await act(at[role], name);
    assert.equal((await latest(at[role])).state, state);
  }
});

test("every step stands in the trail, with who and why", async () => {
  const page = await as("officer");
  const done = await latest(page);
  const steps = done.trail.map((one) => [one.role, one.to_state ?? one.to]).map(([role, to]) => `${role}:${to}`);
  for (const step of ["filler:submitted", "approver:approved", "county:returned", "county:county_passed", "officer:confirmed"]) assert.ok(steps.includes(step), `${step} in ${steps}`);
  assert.equal(steps.filter((one) => one === "filler:submitted").length, 2);
  const trail = await page.locator("main").innerText();
  for (const one of ["filler", "approver", "county", "officer", RETURN]) assert.ok(trail.includes(one), `${one} stands in the trail`);
});

test("the city runs all stages from the page of jobs; the figure stands on the firm's page and is explained down to the filed cell", async () => {
  const { officer, filler } = at;
  await go(officer, portal, "/system/jobs");
  const job = (await ask(officer, "/api/v1/jobs", { method: "POST", body: { kind: "run", parameters: {} } })).json;
  await until(() => ended(officer, job.id), "the run", 600_000); // minutes on a machine that others load
  const year = filing.period.slice(0, 4);
  const firmPath = `enterprises/${encodeURIComponent(filing.enterprise_id)}?year=${year}`;
  const firm = (await ask(filler, `/api/v1/${firmPath}`)).json;
  const point = firm.monthly_energy.flatMap((series) => series.points).find((one) => one.period === filing.period);
  assert.ok(point?.value > 0, `${filing.period} has its figure`);
  assert.ok(!firm.missing.some((one) => one.period === filing.period), "and is not missing any more");
  await go(filler, portal, `/${firmPath}&explain=${encodeURIComponent(point.node)}`);
  const drawer = filler.locator(".df-explain-drawer");
  await walkToCell(filler, drawer, "37.25");
  assert.equal((await drawer.locator(".df-cell-here").innerText()).trim(), "37.25");
});

/** Whether the job is done; fails with its problem where it ended otherwise. */
async function ended(page, id) {
  const { state, problem } = (await ask(page, `/api/v1/jobs/${id}`)).json;
  if (!["queued", "running", "done"].includes(state)) assert.fail(`the run ended ${state}: ${JSON.stringify(problem)}`);
  return state === "done";
}

/** Opens branch after branch, then looks at what was delivered, until the marked cell holds the text. */
async function walkToCell(page, drawer, text) {
  await drawer.getByRole("treeitem").first().waitFor();
  for (let n = 0; n < 60; n += 1) {
    const closed = drawer.locator('[role="treeitem"][aria-expanded="false"]').first();
    if (!(await closed.count())) break;
    await closed.focus();
    await page.keyboard.press("ArrowRight");
    await settled(page);
  }
  const items = drawer.getByRole("treeitem").filter({ hasText: "能源消费量 电力" });
  for (let n = 0; n < (await items.count()); n += 1) {
    await items.nth(n).click();
    await settled(page);
    const here = drawer.locator(".df-cell-here");
    if ((await here.count()) && (await here.innerText()).trim() === text) return;
  }
  assert.fail(`no explained cell holds ${text}`);
}

test("nothing failed on the way", () => {
  for (const [role, page] of Object.entries(at)) assert.deepEqual(page.faults, [], role);
});
