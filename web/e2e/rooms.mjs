/** The pages of the portal by role: a name, and the path or how it is found from what the API tells that role. */
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
    ["targets", "/targets"], ["target", first("targets", (row) => `/targets/${id(row.target_id)}`)],
    ["tasks", "/tasks"], ["task", first("tasks", (row) => `/tasks/${id(row.id)}`)],
    ["enterprises", "/enterprises"], ["enterprise", first("enterprises", (row) => `/enterprises/${id(row.enterprise_id)}`)],
    ["filings", "/filing"], ["findings", "/findings"], ["reports", "/reports"], ["sources", "/sources"],
    ["explain", async (page) => `/?explain=${id((await ask(page, "/api/v1/overview")).json.headline.total.node)}`], ["me", "/me"],
  ],
  county: [["county-overview", "/"], ["county-filings", "/filing"]],
  filler: [
    ["filing-home", "/filing"], ["filing", first("filings", (row) => `/filing/${id(row.case_id)}`)],
    ["own-enterprise", first("enterprises", (row) => `/enterprises/${id(row.enterprise_id)}`)],
  ],
  sysadmin: [["users", "/system/users"], ["user", () => "/system/users/county"], ["jobs", "/system/jobs"], ["backups", "/system/backups"], ["state", "/system/state"]],
  secadmin: [["users-sec", "/system/users"], ["user-sec", () => "/system/users/county"]],
  auditor: [["audit", "/system/audit"]],
};

/** The paths of a role as they are now; a page of which there is nothing yet is left out. */
export async function pathsOf(page, role) {
  const found = [];
  for (const [name, path] of PAGES[role]) {
    const at = typeof path === "function" ? await path(page) : path;
    if (at) found.push([name, at]);
  }
  return found;
}
