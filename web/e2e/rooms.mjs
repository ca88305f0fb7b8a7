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
  guest: [["login", "/login"]],
  officer: [
    ["overview", "/"], ["plans", "/plans"], ["plan", first("plans", (row) => `/plans/${id(row.doc)}`)],
    ["compare", first("plans", (row) => `/plans/${id(row.doc)}/compare`)],
    ["targets", "/targets"], ["target", first("targets", (row) => `/targets/${id(row.target_id)}`)],
    ["tasks", "/tasks"], ["task", first("tasks", (row) => `/tasks/${id(row.id)}`)],
    ["enterprises", "/enterprises"], ["enterprise", first("enterprises", (row) => `/enterprises/${id(row.enterprise_id)}`)],
    ["filings", "/filing"], ["findings", "/findings"], ["reports", "/reports"], ["sources", "/sources"],
    ["explain", async (page) => `/?explain=${id((await ask(page, "/api/v1/overview")).json.headline.total.node)}`],
    ["keys", "/system/keys"], ["me", "/me"],
  ],
  county: [["county-overview", "/"], ["county-filings", "/filing"]],
  filler: [["filing-home", "/filing"], ["filing", aFiling], ["own-enterprise", first("enterprises", (row) => `/enterprises/${id(row.enterprise_id)}`)]],
  verifier: [["finding", aFinding]],
  sysadmin: [["users", "/system/users"], ["user", () => "/system/users/county"], ["jobs", "/system/jobs"], ["backups", "/system/backups"], ["state", "/system/state"]],
  secadmin: [["users-sec", "/system/users"], ["user-sec", () => "/system/users/county"]],
  auditor: [["audit", "/system/audit"]],
};

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
