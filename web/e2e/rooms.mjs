/** The pages of the portal by role: a name, and the path or how it is found from what the API tells that role. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./demo.mjs";
import { ask, rowsOf } from "./portal.mjs";

const first = (table, path) => async (page) => {
  const [row] = await rowsOf(page, table, "limit=1");
  return row ? path(row) : null;
};
const id = encodeURIComponent;

export const PAGES = {
  guest: [["login", "/login"], ["methods", "/methods?industry=3011"], ["method", "/methods/cement/mee_ets_2023?stream=clinker"], ["calculator", aComputedCase], ["case-json", "/calculator?view=json"], ["public", asGuest]],
  officer: [
    ["overview", "/"], ["plans", "/plans"], ["plan", first("plans", (row) => `/plans/${id(row.doc)}`)],
    ["compare", first("plans", (row) => `/plans/${id(row.doc)}/compare`)],
    ["targets", "/targets"], ["target", aLaggingTarget],
    ["tasks", "/tasks"], ["tasks-board", "/tasks?view=board"], ["tasks-gantt", "/tasks?view=gantt"], ["task", first("tasks", (row) => `/tasks/${id(row.id)}`)],
    ["enterprises", "/enterprises"], ["enterprise", first("enterprises", (row) => `/enterprises/${id(row.enterprise_id)}`)],
    ["enterprise-account", first("enterprises", (row) => `/enterprises/${id(row.enterprise_id)}/account`)], ["closings", aClosedYear],
    ["energy", "/energy?year=2024"], ["energy-totals", "/energy?year=2024&energy=totals"], ["energy-process", "/energy?year=2024&energy=process"], ["energy-quality", "/energy?year=2024&energy=quality"], ["energy-uncertainty", "/energy?year=2024&energy=uncertainty"],
    ["certificates", "/certificates"], ["certificates-list", "/certificates?show=certificates"], ["certificates-firms", "/certificates?show=balances"], ["claim", aClaim],
    ["rules", "/rules"], ["rule", aRule], ["rules-formulas", "/rules?tab=formulas"], ["rules-families", "/rules?tab=families"], ["rules-methods", "/rules?tab=methods"],
    ["regions", "/regions"], ["region", "/regions/990000/2024"], ["region-compare", "/regions/990000/2024?show=compare"], ["region-balance", "/regions/990000/2022?show=balance"], ["region-parts", "/regions/990000/2024?show=reconcile"],
    ["filings", "/filing"], ["findings", "/findings"], ["reports", "/reports"], ["sources", "/sources"],
    ["explain", async (page) => `/?explain=${id((await ask(page, "/api/v1/overview")).json.headline.total.node)}`],
    ["keys", "/system/keys"], ["me", "/me"],
  ],
  county: [["county-overview", "/"], ["county-filings", "/filing"]],
  filler: [["filing-home", "/filing"], ["filing", aFiling], ["own-enterprise", first("enterprises", (row) => `/enterprises/${id(row.enterprise_id)}`)], ["own-account", first("enterprises", (row) => `/enterprises/${id(row.enterprise_id)}/account`)], ["own-quality", first("enterprises", (row) => `/enterprises/${id(row.enterprise_id)}?year=2024&energy=quality`)], ["own-certificates", "/certificates"]],
  verifier: [["finding", aFinding]],
  sysadmin: [["users", "/system/users"], ["user", () => "/system/users/county"], ["jobs", "/system/jobs"], ["backups", "/system/backups"], ["state", "/system/state"]],
  secadmin: [["users-sec", "/system/users"], ["user-sec", () => "/system/users/county"]],
  auditor: [["audit", "/system/audit"]],
};

/** The calculator with a case that was computed before: a clinker line, one figure missing, another rule beside it. */
async function aComputedCase(page) {
  const figure = (value, lacking = false) => ({ value, unit: "", lacking, evidence: "", laboratory: "", method: "", valid_until: "", status: "user" });
  const row = (key, stream, item, inputs) => ({ key, stream, item, inputs, period: "", unit_of_works: "", internal: "", note: "" });
  const rows = [row("r1", "fuel", "bituminous", { amount: figure("152000") }), row("r2", "clinker", "portland", { amount: figure("1200000") }), row("r3", "electricity", "", { bought: figure("68000") })];
  const draft = { id: "case", name: "", nameEn: "", period: "2023", scope: "CN", asOf: "", trial: false, parts: [{ part: "", method: "cement", family: "mee_ets_2023", rows }], own: [], printed: [{ kind: "total", id: "", value: "642000" }] };
  await page.evaluate((given) => {
    sessionStorage.setItem("dafeng.case.cement", JSON.stringify(given));
    sessionStorage.setItem("dafeng.case.ran", "1");
  }, draft);
  return "/calculator?method=cement&family=mee_ets_2023&with=ndrc_building_2013";
}

/** A claim of certificates with its ranges. */
async function aClaim(page) {
  const [row] = await rowsOf(page, "certificate_claims", "limit=1");
  return row ? `/certificates?show=claims&claim=${id(row.claim_id)}` : null;
}

/** The closed years, with one that was closed: the first of the programme, where nobody has closed one yet. */
async function aClosedYear(page) {
  const closed = (await ask(page, "/api/v1/closings")).json;
  if (!closed.length) await ask(page, "/api/v1/closings/2021", { method: "POST", body: { why: "年度核算经市级确认，数据不再变动" } });
  return "/closings";
}

/** A parameter with a history and methods that use it. */
async function aRule(page) {
  const rows = await rowsOf(page, "parameters", "limit=500&q=grid_co2");
  return rows.length ? `/rules?rule=${id(rows[0].id)}` : null;
}

/** The page of what is published, as who comes without signing in sees it. */
async function asGuest(page) {
  await page.evaluate(() => sessionStorage.setItem("dafeng.guest", "1"));
  return "/";
}

/** A target that is off its path: its page has the path, the causes, the tasks and the counties. */
async function aLaggingTarget(page) {
  const [row] = await rowsOf(page, "targets", "f.state=off_track&limit=1");
  return row ? `/targets/${id(row.target_id)}` : null;
}

/** A filing with problems to look at: the latest that is due, begun where nobody has. */
async function aFiling(page) {
  const [row] = await rowsOf(page, "filings", "limit=1");
  if (row) return `/filing/${id(row.case_id)}`;
  const due = (await ask(page, "/api/v1/filings/dues")).json.items.filter((one) => ["due", "late"].includes(one.state)).at(-1);
  const body = { enterprise_id: due.enterprise_id, period: due.period, contract: due.contract };
  const begun = (await ask(page, "/api/v1/filings", { method: "POST", body })).json;
  const rows = [{ enterprise_id: due.enterprise_id, period: due.period, item: "天然气", unit: "吨", used: "九点五" }];
  await ask(page, `/api/v1/filings/${id(begun.id)}/rows`, { method: "PUT", body: { rows, explanations: {} }, headers: { "If-Match": `"${begun.version}"` } });
  return `/filing/${id(begun.id)}`;
}

/** A finding of the verifier's, written where there is none yet. */
async function aFinding(page) {
  const [row] = await rowsOf(page, "findings", "limit=1");
  if (row) return `/findings/${id(row.case_id ?? row.id)}`;
  const [firm] = await rowsOf(page, "enterprises", "limit=1");
  const body = { enterprise_id: firm.enterprise_id, severity: "note", words: "电力消费量与结算单相差 2.3%" };
  const written = await ask(page, "/api/v1/findings", { method: "POST", body });
  return `/findings/${id(written.json.id ?? written.json.case_id)}`;
}

/** The paths of a role as they are now; a page of which there is nothing yet is left out. */
export async function pathsOf(page, role) {
  const found = [];
  for (const [name, path] of PAGES[role]) {
    const at = typeof path === "function" ? await path(page) : path;
    if (at) found.push([name, at]);
  }
  return found;
}

/** Every address of the application that needs no id, as its own list of pages has them. */
export function plainPaths() {
  const source = readFileSync(join(ROOT, "web", "src", "app", "pages.ts"), "utf8");
  return [...source.matchAll(/\{ path: "(\/[^":]*)", file:/g)].map(([, path]) => path);
}
