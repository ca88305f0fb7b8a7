/** A foreign firm is refused at every door, and each other role sees no more than what is its own. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, go, openBrowser, openPortal, rowsOf, signedIn } from "./portal.mjs";
import { textsOf } from "./workbook.mjs";

let portal, browser;
const at = {}; // a page by account
const firm = {}; // what stranger may not learn: id, name, uscc, nodes, figures, filing, evidence

before(async () => {
  portal = await openPortal();
  browser = await openBrowser();
  for (const who of ["filler", "officer", "county", "stranger", "analyst", "sysadmin", "secadmin", "auditor", "public"]) {
    at[who] = await signedIn(browser, portal, portal.accounts[who]?.[0] ?? null, { path: null });
    await at[who].goto(`${portal.url}/favicon.svg`); // the API is asked from within the portal's own origin
  }
  await learn();
});
after(async () => {
  await browser?.close();
  await portal?.close();
});

/** What the firm itself and the bureau know of the firm. */
async function learn() {
  firm.id = (await ask(at.filler, "/api/v1/me")).json.enterprises[0];
  const page = (await ask(at.filler, `/api/v1/enterprises/${firm.id}`)).json;
  Object.assign(firm, { name: page.name, uscc: page.uscc, short: page.name.split("·")[1].slice(0, 3) });
  firm.nodes = page.monthly_energy.flatMap((series) => series.points).map((one) => one.node).filter(Boolean).slice(0, 3);
  firm.figures = page.monthly_energy.flatMap((series) => series.points).map((one) => one.value).filter(Boolean).map((one) => String(one).slice(0, 9));
  const facts = [];
  collect((await ask(at.officer, `/api/v1/explain/${firm.nodes[0]}?depth=6`)).json, facts);
  assert.ok(facts.length > 0, "the officer is shown the cells under the firm's figure");
  firm.facts = facts;
  const due = (await ask(at.filler, "/api/v1/filings/dues")).json.items.filter((one) => ["due", "late"].includes(one.state)).at(-1);
  const body = { enterprise_id: due.enterprise_id, period: due.period, contract: due.contract };
  firm.filing = (await ask(at.filler, "/api/v1/filings", { method: "POST", body })).json;
  firm.due = body;
  assert.ok(firm.nodes.length && firm.figures.length && firm.filing.id, "something to keep from the stranger");
}

function collect(node, into) {
  if (node.place?.sha256 && node.place.row != null) into.push({ id: node.id, ...node.place });
  for (const one of node.inputs ?? []) collect(one.node ?? one, into);
}

const SECRETS = () => [firm.name, firm.name.split("·")[1], firm.uscc, ...firm.figures];

/** Fails where a text tells the name, number or a figure of the firm; id false: where the asker gave its id. */
function tellsNothing(said, where, { id = true } = {}) {
  const text = id ? said : said.replaceAll(firm.id, "<asked>"); // what the asker wrote into the address comes back
  for (const secret of [...SECRETS(), ...(id ? [firm.id] : [])]) assert.ok(!text.includes(secret), `${where} tells ${secret}: …${text.slice(Math.max(0, text.indexOf(secret) - 80), text.indexOf(secret) + 80)}…`);
}

/** An answer without what is of this asking alone. */
const words = (answer, asked) => {
  const { id, instance, ...rest } = answer.json;
  return JSON.stringify(rest).replaceAll(asked, "<asked>");
};

test("pages of the other firm do not exist for the stranger, in the same words as an invented id", async () => {
  const { stranger } = at;
  const doors = {
    "/api/v1/enterprises/?": [firm.id, "E-91990102MADM0999ZZ"],
    "/api/v1/filings/?": [firm.filing.id, "C-0000000000000000"],
    "/api/v1/filings/?/template": [firm.filing.id, "C-0000000000000000"],
    "/api/v1/filings/?/annotated": [firm.filing.id, "C-0000000000000000"],
    "/api/v1/explain/?": [firm.nodes[0], `${firm.nodes[0].slice(0, 2)}0000000000000000`],
    "/api/v1/explain/?/text": [firm.nodes[0], `${firm.nodes[0].slice(0, 2)}0000000000000000`],
    "/api/v1/explain/? ": [firm.facts[0].id, `${firm.facts[0].id.slice(0, 2)}0000000000000000`],
    "/api/v1/filings/dues?enterprise=?": [firm.id, "E-91990102MADM0999ZZ"],
  };
  for (const [door, [real, invented]] of Object.entries(doors)) {
    const path = (one) => door.trim().replace(/\?(?=$|\/)/, encodeURIComponent(one));
    const [a, b] = [await ask(stranger, path(real)), await ask(stranger, path(invented))];
    assert.ok([403, 404].includes(a.status), `${door} answers ${a.status}`);
    assert.equal(a.status, b.status, door);
    tellsNothing(a.text, door, { id: false });
    assert.equal(words(a, real), words(b, invented), `${door} says the same of both`);
  }
});

test("the page itself says that there is nothing, and nothing of the firm", async () => {
  for (const path of [`/enterprises/${firm.id}`, `/filing/${firm.filing.id}`, `/filing?explain=${firm.nodes[0]}`]) {
    await go(at.stranger, portal, path);
    tellsNothing(await at.stranger.locator("body").innerText(), path, { id: false });
  }
});

test("no table and no export of it holds the other firm, whatever is asked for", async () => {
  const { stranger } = at;
  const tables = (await ask(stranger, "/api/v1/tables")).json;
  assert.ok(tables.length > 5);
  for (const { name, columns } of tables) {
    const asked = ["limit=500", `limit=500&q=${encodeURIComponent(firm.short)}`, "limit=500&year=2025"];
    if (columns.some((one) => one.name === "enterprise_id")) asked.push(`limit=500&f.enterprise_id=${firm.id}`);
    for (const query of asked) {
      const answer = await ask(stranger, `/api/v1/tables/${name}?${query}`);
      tellsNothing(answer.text, `${name}?${query}`, { id: !query.includes(firm.id) || answer.status === 200 });
    }
  }
  const files = await exported(stranger, tables, ["csv", "xlsx", "parquet"]);
  for (const [name, text] of files) tellsNothing(text, name);
  for (const format of ["csv", "xlsx", "parquet"]) assert.ok(files.get(`enterprises.${format}`).includes(portal.accounts.stranger[0].words), `its own name is read from the ${format}, so another would be`);
});

/** The text of every export of the tables, by name.format. */
async function exported(page, tables, formats) {
  const files = [];
  for (const { name } of tables) {
    for (const format of formats) {
      const answer = await ask(page, `/api/v1/tables/${name}/export?format=${format}`);
      assert.equal(answer.status, 200, `${name}.${format}`);
      files.push({ name: `${name}.${format}`, format, bytes: answer.bytes });
    }
  }
  const texts = textsOf(files);
  return new Map(files.map(({ name }, n) => [name, texts[n]]));
}

test("the search gives no hint, by name, pinyin, initials or number; the officer finds the firm by each", async () => {
  for (const q of [firm.short, "hengyuan", "hyj", firm.uscc.slice(-6), firm.id]) {
    const path = `/api/v1/search?q=${encodeURIComponent(q)}`;
    assert.deepEqual((await ask(at.stranger, path)).json.filter((hit) => hit.kind === "enterprise"), [], q);
    tellsNothing((await ask(at.stranger, path)).text, path);
  }
  const officer = (await ask(at.officer, `/api/v1/search?q=${encodeURIComponent(firm.short)}`)).text;
  assert.ok(officer.includes(firm.name));
});

test("the sheet the firm's figures stand in opens neither by its row nor as a file", async () => {
  for (const { sha256, row, sheet, column } of firm.facts.slice(0, 3)) {
    const query = new URLSearchParams({ row: String(row), ...(sheet ? { sheet } : {}), ...(column ? { column } : {}) });
    assert.equal((await ask(at.officer, `/api/v1/evidence/${sha256}?${query}`)).status, 200, "the officer opens it");
    const cells = await ask(at.stranger, `/api/v1/evidence/${sha256}?${query}`);
    tellsNothing(cells.text, "evidence");
    assert.ok(cells.status === 404 || !cells.json.rows.some((one) => one.row === row), "the row is not shown");
    const file = await ask(at.stranger, `/api/v1/evidence/${sha256}/file`);
    assert.ok([403, 404].includes(file.status), `the file answers ${file.status}`);
  }
});

test("nothing of the other firm can be begun, written or moved", async () => {
  const { stranger } = at;
  const header = { "If-Match": `"${firm.filing.version}"` };
  const tries = [
    ["POST", "/api/v1/filings", firm.due], ["PUT", `/api/v1/filings/${firm.filing.id}/rows`, { rows: [] }],
    ["POST", `/api/v1/filings/${firm.filing.id}/moves`, { move: "submit" }],
    ["POST", "/api/v1/findings", { enterprise_id: firm.id, severity: "note", words: "x" }],
  ];
  for (const [method, path, body] of tries) {
    const answer = await ask(stranger, path, { method, body, headers: header });
    assert.ok([403, 404].includes(answer.status), `${method} ${path} answers ${answer.status} ${answer.text.slice(0, 200)}`);
    tellsNothing(answer.text, path, { id: false });
  }
  assert.equal((await ask(at.filler, `/api/v1/filings/${firm.filing.id}`)).json.version, firm.filing.version, "nothing was changed");
});

test("what is not a filler's business is closed: overview, tasks, dispatch, reports, jobs, users, audit, upkeep", async () => {
  const [task] = await rowsOf(at.officer, "tasks", "limit=1");
  for (const path of ["overview", "map", "reports", "tasks/reminders", `tasks/${encodeURIComponent(task.id)}`, "users", "users/filler", "audit", "system/state", "backups"]) {
    const answer = await ask(at.stranger, `/api/v1/${path}`);
    assert.ok([403, 404].includes(answer.status), `${path} answers ${answer.status}`);
    tellsNothing(answer.text, path);
  }
  assert.deepEqual((await ask(at.stranger, "/api/v1/jobs")).json, [], "only its own jobs");
  const dispatched = await ask(at.stranger, `/api/v1/tasks/${encodeURIComponent(task.id)}/dispatch`, { method: "POST", body: { to: "x", words: "x", term: "2027-01-01" } });
  assert.ok([400, 403, 422].includes(dispatched.status), `dispatch answers ${dispatched.status}`);
});

test("an analyst sees sums and never a firm", async () => {
  const { analyst } = at;
  assert.deepEqual(await rowsOf(analyst, "enterprises", "limit=500"), []);
  const tables = (await ask(analyst, "/api/v1/tables")).json;
  for (const { name } of tables) {
    const { text } = await ask(analyst, `/api/v1/tables/${name}?limit=500`);
    assert.ok(!text.includes("示范·"), `${name} names a firm`);
  }
  for (const [name, text] of await exported(analyst, tables, ["xlsx"])) tellsNothing(text, name);
  const overview = await ask(analyst, "/api/v1/overview");
  assert.equal(overview.status, 200);
  assert.ok(!overview.text.includes("示范·"));
  assert.deepEqual((await ask(analyst, `/api/v1/search?q=${encodeURIComponent("示范·")}`)).json.filter((hit) => hit.kind === "enterprise"), []);
  const total = overview.json.headline.total.node;
  const tree = await ask(analyst, `/api/v1/explain/${total}?depth=4&most=200`);
  assert.equal(tree.status, 200);
  assert.ok(!tree.text.includes("示范·"), "an explanation names a firm");
  for (const id of [firm.nodes[0], firm.facts[0].id]) assert.equal((await ask(analyst, `/api/v1/explain/${id}`)).status, 404);
  assert.equal((await ask(analyst, `/api/v1/enterprises/${firm.id}`)).status, 404);
});

test("who has not signed in sees what is published, and nothing else", async () => {
  const guest = at.public;
  for (const path of ["areas", "periods", "targets/tree", "search?q=hy", "filings/dues", "inbox", "jobs", "users", "audit", "system/state", "tables/enterprises", "tables/targets", `enterprises/${firm.id}`, `explain/${firm.nodes[0]}`, `filings/${firm.filing.id}`]) {
    const answer = await ask(guest, `/api/v1/${path}`);
    assert.ok([401, 404].includes(answer.status), `${path} answers ${answer.status}`);
    tellsNothing(answer.text, path, { id: false });
  }
  assert.deepEqual((await ask(guest, "/api/v1/plans")).json, [], "no plan is published");
  const reports = (await ask(guest, "/api/v1/reports")).json;
  assert.ok(reports.length > 0 && reports.every((one) => one.published && one.kind === "public"), "the public edition and no other");
  const overview = await ask(guest, "/api/v1/overview");
  assert.equal(overview.status, 200, "the demonstration publishes its overview");
  assert.ok(overview.json.headline.total.value > 0);
  assert.ok(!overview.text.includes("示范·"), "of firms nothing is published");
  assert.deepEqual([...overview.text.matchAll(/"node":"([^"]+)"/g)].map(([, id]) => id), [], "nor a way to what a figure stands on");
  tellsNothing(overview.text, "overview");
});

test("of the three administrators none can grant itself power and wipe the trace", async () => {
  const { sysadmin, secadmin, auditor } = at;
  const grant = (roles) => ({ roles, areas: [], enterprises: [], departments: [], reason: "try" });
  const refused = async (page, method, path, body, statuses = [403]) => {
    const answer = await ask(page, path, { method, body });
    assert.ok(statuses.includes(answer.status), `${method} ${path} answers ${answer.status} ${answer.text.slice(0, 300)}`);
  };
  const own = async (page) => (await ask(page, "/api/v1/me")).json.roles;
  await refused(sysadmin, "POST", "/api/v1/users/sysadmin/grant", grant(["secadmin"]));
  await refused(sysadmin, "POST", "/api/v1/users/analyst/grant", grant(["officer"]));
  await refused(sysadmin, "GET", "/api/v1/audit");
  await refused(sysadmin, "GET", `/api/v1/enterprises/${firm.id}`, undefined, [403, 404]);
  await refused(secadmin, "GET", "/api/v1/audit");
  await refused(secadmin, "GET", "/api/v1/audit/export");
  await refused(secadmin, "POST", "/api/v1/users/secadmin/grant", grant(["auditor"]), [403, 409, 422]);
  await refused(secadmin, "POST", "/api/v1/users/secadmin/grant", grant(["officer"]), [403, 409, 422]);
  await refused(secadmin, "POST", "/api/v1/users", { login: "made-up", display: "x", email: "" });
  await refused(auditor, "POST", "/api/v1/users/auditor/grant", grant(["sysadmin"]));
  await refused(auditor, "POST", "/api/v1/users/county/disable", {});
  await refused(auditor, "POST", "/api/v1/users/county/reset-password", {});
  await refused(auditor, "POST", "/api/v1/backups", {});
  await refused(auditor, "POST", "/api/v1/jobs", { kind: "run", parameters: {} });
  await refused(auditor, "DELETE", "/api/v1/audit", undefined, [404, 405]);
  assert.deepEqual(await own(sysadmin), ["sysadmin"]);
  assert.deepEqual(await own(secadmin), ["secadmin"]);
  assert.deepEqual(await own(auditor), ["auditor"]);
  const trail = (await ask(auditor, "/api/v1/audit?limit=200")).text;
  assert.match(trail, /user\.grant/, "the tries stand in the audit trail");
});
