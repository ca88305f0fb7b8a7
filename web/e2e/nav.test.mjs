/** Every entry of every role's navigation opens a page that says something; nothing else opens by its address. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser, openPortal, settled, signedIn } from "./portal.mjs";
import { plainPaths } from "./rooms.mjs";

const LOGINS = ["officer", "county", "filler", "approver", "stranger", "verifier", "analyst", "sysadmin", "secadmin", "auditor"];
const FREE = new Set(["/", "/me"]); // one leads home, the other is everybody's own
const CLOSED = "没有这个页面";
let portal, browser;

before(async () => {
  portal = await openPortal();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await portal?.close();
});

/** What a page tells: its head, how much it says, and whether something on it failed. */
const faceOf = (page) => page.evaluate(() => {
  const main = document.querySelector("main, .df-wall");
  const cut = (selector) => [...document.querySelectorAll(selector)].map((one) => one.innerText.replace(/\s+/g, " ").trim().slice(0, 120));
  return {
    path: location.pathname, head: document.querySelector("h1")?.innerText.trim() ?? "", words: main?.innerText.replace(/\s+/g, "").length ?? 0,
    problems: cut(".df-problem"), empty: cut(".df-empty"), shown: main?.querySelectorAll("tbody tr, .df-figure, svg, canvas, .df-section").length ?? 0,
  };
});

/** Keeps the answers of the API that were refusals or faults. */
function refusalsOf(page) {
  const found = [];
  page.on("response", (answer) => {
    if (answer.status() >= 400) found.push(`${answer.status()} ${new URL(answer.url()).pathname}`);
  });
  return found;
}

const GROUP = "nav.df-nav a.df-nav-group";
const LINKS = "nav.df-nav a:not(.df-nav-group)";

/** The entries of the navigation, those of the group too, each once: path and name. */
async function entriesOf(page) {
  const links = async () => page.locator(LINKS).evaluateAll((found) => found.map((one) => [new URL(one.href).pathname, one.innerText.trim()]));
  const found = [...(await links())];
  for (const n of (await page.locator(GROUP).all()).keys()) {
    await page.locator(GROUP).nth(n).click(); // opening one may close another
    await settled(page);
    found.push(...(await links()));
  }
  return new Map(found);
}

/** Clicks the entry as a person does: a group is opened first. */
async function choose(page, path, name) {
  const link = page.locator(LINKS).filter({ hasText: new RegExp(`^${name}$`) });
  for (const n of (await page.locator(GROUP).all()).keys()) {
    if (await link.count()) break;
    await page.locator(GROUP).nth(n).click();
    await settled(page);
  }
  await link.click();
  await page.waitForURL((url) => url.pathname === path);
  await settled(page);
}

/** By address, as typed: but without loading the application anew. */
async function turnTo(page, path) {
  await page.evaluate((given) => {
    history.pushState(null, "", `${given}?lang=zh&theme=light`);
    dispatchEvent(new PopStateEvent("popstate", { state: null }));
  }, path);
  await settled(page);
}

async function opened(page, entries, refusals) {
  const wrong = [];
  for (const [path, name] of entries) {
    await choose(page, path, name);
    const face = await faceOf(page);
    const said = face.words > 60 && face.head !== "" && face.head !== CLOSED && (face.shown > 0 || face.empty.every((one) => one.length > 15));
    if (!said || face.problems.length || refusals.length) wrong.push(`${path}: ${JSON.stringify({ ...face, refusals: refusals.splice(0) })}`);
  }
  return wrong;
}

async function closed(page, entries, refusals) {
  const wrong = [];
  for (const path of plainPaths().filter((one) => !entries.has(one) && !FREE.has(one))) {
    await turnTo(page, path);
    const face = await faceOf(page);
    const shut = face.head === CLOSED && face.problems.length === 0;
    if (!shut || face.shown > 0) wrong.push(`${path}: ${JSON.stringify(face)}`);
    if (refusals.length) wrong.push(`${path} asked what is refused: ${refusals}`);
    refusals.length = 0;
  }
  return wrong;
}

for (const login of LOGINS) {
  test(`the navigation of ${login}: every entry opens, nothing else does`, async () => {
    const page = await signedIn(browser, portal, portal.accounts[login][0], { path: null });
    const refusals = refusalsOf(page);
    await page.goto(`${portal.url}/?lang=zh&theme=light`, { waitUntil: "commit" });
    await settled(page);
    const home = new URL(page.url()).pathname;
    const entries = await entriesOf(page);
    assert.ok(entries.size >= 3, `${login} has ${[...entries.values()]}`);
    assert.ok(entries.has(home), `${login} lands on ${home}, an entry of the navigation`);
    const wrong = [...(await opened(page, entries, refusals)), ...(await closed(page, new Map([...entries, ...(entries.has("/") ? [["/wall", ""]] : [])]), refusals))];
    assert.deepEqual([...wrong, ...page.faults], []);
    await page.context().close();
  });
}

test("without signing in: the door; as a guest the entries of what is published say so", async () => {
  const page = await signedIn(browser, portal, null, { path: "/targets" });
  assert.equal(new URL(page.url()).pathname, "/login", "whoever has not signed in comes to the door");
  assert.match(new URL(page.url()).searchParams.get("next"), /^\/targets/, "and goes on from there");
  await page.getByText("不登录").click();
  await page.waitForURL((url) => url.pathname !== "/login");
  await settled(page);
  const entries = await entriesOf(page);
  assert.ok(entries.size >= 2 && !entries.has("/enterprises") && !entries.has("/filing"), [...entries.keys()].join(" "));
  for (const path of entries.keys()) {
    await turnTo(page, path);
    const face = await faceOf(page);
    assert.ok(face.words > 40, `${path} says something`);
    for (const one of face.problems) assert.match(one, /公布|发布/, `${path} says that it is not published yet`);
  }
  assert.deepEqual(page.faults, []);
  await page.context().close();
});
