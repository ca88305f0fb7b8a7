/**
 * The pages 页面: address → file. A page whose file is not there yet is simply not there.
 */
import type { ComponentType } from "react";

type Module = Record<string, ComponentType>;
const files = import.meta.glob<Module>(["../features/*/*Page.tsx", "!../features/account/LoginPage.tsx"]);

export interface PageDef {
  path: string;
  file: string; // features/<file>.tsx, exporting the component named like the file
}

export const PAGES: readonly PageDef[] = [
  { path: "/", file: "overview/OverviewPage" },
  { path: "/plans", file: "plans/PlansPage" },
  { path: "/plans/:doc", file: "plans/PlanPage" },
  { path: "/plans/:doc/compare", file: "plans/ComparePage" },
  { path: "/targets", file: "targets/TargetsPage" },
  { path: "/targets/:id", file: "targets/TargetPage" },
  { path: "/tasks", file: "tasks/TasksPage" },
  { path: "/tasks/:id", file: "tasks/TaskPage" },
  { path: "/enterprises", file: "enterprises/EnterprisesPage" },
  { path: "/enterprises/:id", file: "enterprises/EnterprisePage" },
  { path: "/enterprises/:id/account", file: "methods/WorksAccountPage" },
  { path: "/filing", file: "filing/FilingsPage" },
  { path: "/filing/:id", file: "filing/FilingPage" },
  { path: "/certificates", file: "certificates/CertificatesPage" },
  { path: "/methods", file: "methods/MethodsPage" },
  { path: "/methods/:method/:family", file: "methods/MethodPage" },
  { path: "/calculator", file: "methods/CalculatorPage" },
  { path: "/closings", file: "closings/ClosingsPage" },
  { path: "/energy", file: "energy/EnergyPage" },
  { path: "/regions", file: "regions/RegionsPage" },
  { path: "/regions/:area/:year", file: "regions/RegionPage" },
  { path: "/findings", file: "findings/FindingsPage" },
  { path: "/findings/:id", file: "findings/FindingPage" },
  { path: "/reports", file: "reports/ReportsPage" },
  { path: "/rules", file: "rules/RulebookPage" },
  { path: "/sources", file: "sources/SourcesPage" },
  { path: "/system/users", file: "system/UsersPage" },
  { path: "/system/users/:name", file: "system/UserPage" },
  { path: "/system/keys", file: "system/KeysPage" },
  { path: "/system/jobs", file: "system/JobsPage" },
  { path: "/system/audit", file: "system/AuditPage" },
  { path: "/system/backups", file: "system/BackupsPage" },
  { path: "/system/state", file: "system/StatePage" },
  { path: "/me", file: "account/MePage" },
];

/** Pages without the frame around them, and the use cases of which one must be open to the person. */
export const BARE: readonly (PageDef & { needs: readonly string[] })[] = [{ path: "/wall", file: "wall/WallPage", needs: ["overview.see"] }];

/** Pages that need no session: whoever has the address sees them. */
const PUBLIC: readonly string[] = ["/methods", "/calculator", "/rules"];

export const isPublic = (pathname: string): boolean => PUBLIC.some((path) => pathname === path || pathname.startsWith(`${path}/`));

const key = (page: PageDef) => `../features/${page.file}.tsx`;

export const isBuilt = (page: PageDef): boolean => key(page) in files;

export async function load(page: PageDef): Promise<{ Component: ComponentType }> {
  const module = await files[key(page)]!();
  const name = page.file.split("/")[1]!;
  const Component = module[name] ?? module.default;
  if (!Component) throw new Error(`features/${page.file}.tsx exports no component ${name}`);
  return { Component };
}

export interface NavEntry {
  menu: string;
  path: string;
  /** the use cases of which one must be open to the person */
  needs: readonly string[];
  /** hidden from whoever may do one of these: the page has nothing for him */
  unless?: readonly string[];
  children?: readonly NavEntry[];
}

/** The navigation follows the data's path. Rooms to come (account, evaluate, simulate, act) add their line here. */
export const NAV: readonly NavEntry[] = [
  { menu: "overview", path: "/", needs: ["overview.see"] },
  { menu: "plans", path: "/plans", needs: ["plan.see"] },
  { menu: "targets", path: "/targets", needs: ["progress.see"], unless: ["filing.edit", "filing.approve"] },
  { menu: "tasks", path: "/tasks", needs: ["task.see"] },
  { menu: "enterprises", path: "/enterprises", needs: ["data.see"] }, // an analyst sees areas and no firm
  { menu: "filing", path: "/filing", needs: ["filing.see"] },
  { menu: "certificates", path: "/certificates", needs: ["certificate.see"] },
  {
    menu: "account",
    path: "/methods",
    needs: [],
    children: [
      { menu: "energyAccounts", path: "/energy", needs: ["energy.see"], unless: ["finding.write"] }, // a verifier opens it from a firm
      { menu: "regions", path: "/regions", needs: ["region.see"], unless: ["finding.write"] },
      { menu: "methods", path: "/methods", needs: ["rules.see"] },
      { menu: "rulebook", path: "/rules", needs: ["rules.see"] },
      { menu: "calculator", path: "/calculator", needs: ["case.compute"] },
      { menu: "closings", path: "/closings", needs: ["period.close", "period.restate", "account.see"] },
    ],
  },
  { menu: "findings", path: "/findings", needs: ["finding.see"] },
  { menu: "reports", path: "/reports", needs: ["report.see"] },
  { menu: "sources", path: "/sources", needs: ["rules.see"] },
  {
    menu: "system",
    path: "/system",
    needs: [],
    children: [
      { menu: "users", path: "/system/users", needs: ["user.see"] },
      { menu: "keys", path: "/system/keys", needs: ["self.change"] },
      { menu: "jobs", path: "/system/jobs", needs: ["job.see"] },
      { menu: "audit", path: "/system/audit", needs: ["audit.see"] },
      { menu: "backups", path: "/system/backups", needs: ["backup.make"] },
      { menu: "state", path: "/system/state", needs: ["system.see"] },
    ],
  },
];

const built = (path: string): boolean => PAGES.some((page) => page.path === path && isBuilt(page));

const isFor = (entry: NavEntry, menu: readonly string[]): boolean => entry.needs.some((name) => menu.includes(name)) && !entry.unless?.some((name) => menu.includes(name));

/** Whether an address is a page for this person: as in the navigation; what stands under an entry needs the same. What has none (本人) is everybody's. */
export function isOpen(menu: readonly string[], pathname: string): boolean {
  const bare = BARE.find(({ path }) => path === pathname);
  if (bare) return bare.needs.some((name) => menu.includes(name));
  const entry = NAV.flatMap((one) => one.children ?? [one]).find(({ path }) => pathname === path || pathname.startsWith(`${path}/`));
  if (!entry || pathname === entry.path) return !entry || isFor(entry, menu);
  return entry.needs.some((name) => menu.includes(name)); // a search may lead a firm to one target, though the list has nothing for it
}

/** What stands in the navigation for this person: what the roles may do (GET /me, menu) and what is built. */
export function navFor(menu: readonly string[]): NavEntry[] {
  const open = (entry: NavEntry) => isFor(entry, menu) && built(entry.path);
  return NAV.flatMap((entry) => {
    if (!entry.children) return open(entry) ? [entry] : [];
    const children = entry.children.filter(open);
    return children.length ? [{ ...entry, path: children[0]!.path, children }] : [];
  });
}

/** What a person comes for, by what he may do: the first that fits. Everybody else lands on the first page of the navigation. */
const HOMES: readonly (readonly [string, string])[] = [
  ["filing.edit", "/filing"],
  ["filing.approve", "/filing"],
  ["user.create", "/system/state"],
  ["user.grant", "/system/users"],
  ["audit.see", "/system/audit"],
];

/** Where somebody lands: the page that he works on. */
export function homeFor(menu: readonly string[]): string {
  const found = HOMES.find(([useCase, path]) => menu.includes(useCase) && built(path));
  return found?.[1] ?? navFor(menu)[0]?.path ?? "/me";
}
