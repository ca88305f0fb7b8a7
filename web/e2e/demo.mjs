/**
 * The true application on the demonstration, served for the end-to-end tests and the pictures.
 *
 * Either DAFENG_PORTAL and DAFENG_ACCOUNTS name a running portal and its accounts file, or a demonstration is served
 * here on a free port and ends with the tests. It is run once for a state of the source and kept in the temporary
 * directory; every start works on a copy. DAFENG_DEMO names a demonstration already run, to be copied instead.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..");
export const PYTHON = process.env.DAFENG_PYTHON ?? join(ROOT, ".venv", "bin", "python");
const DAFENG = process.env.DAFENG_COMMAND ?? join(ROOT, ".venv", "bin", "dafeng");
const SOURCE = join(ROOT, "src", "dafeng");
const FACES = new Set(["api", "cli", "__pycache__"]); // what shows results, and makes none
const STARTS_WITHIN = 600_000;

/** The portal: its address, its accounts by role and by login, the accounts' file, and how to end it. */
export async function openPortal() {
  if (process.env.DAFENG_PORTAL) {
    const file = process.env.DAFENG_ACCOUNTS;
    return { url: process.env.DAFENG_PORTAL.replace(/\/$/, ""), accounts: accountsIn(file), file, close: async () => {} };
  }
  const folder = mkdtempSync(join(tmpdir(), "dafeng-e2e-"));
  const file = join(folder, "accounts.json");
  const programme = join(folder, "demo");
  let child;
  try {
    cpSync(process.env.DAFENG_DEMO ?? ranDemo(), programme, { recursive: true });
    child = spawn(DAFENG, ["demo", "--programme", programme, "--serve", "--port", "0", "--accounts", file], { stdio: ["ignore", "pipe", "inherit"] });
    const url = await addressOf(child);
    return { url, accounts: accountsIn(file), file, close: () => ended(child, folder) };
  } catch (error) {
    await ended(child, folder);
    throw error;
  }
}

/** The directory of the demonstration as this source makes it, run where it has not been yet. */
function ranDemo() {
  const home = join(tmpdir(), `dafeng-e2e-demo-${userInfo().uid}`);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const own = statSync(home);
  if (own.uid !== userInfo().uid || own.mode & 0o022) throw new Error(`${home} may be written by others: remove it`);
  const kept = join(home, sourceState());
  if (existsSync(kept)) return kept;
  const made = mkdtempSync(join(home, "new-"));
  const ran = spawnSync(DAFENG, ["demo", "--programme", made, "--json"], { encoding: "utf8", timeout: STARTS_WITHIN });
  if (ran.status !== 0) throw new Error(`the demonstration was not run: ${ran.stderr || ran.error}`);
  for (const old of readdirSync(home)) if (join(home, old) !== made) rmSync(join(home, old), { recursive: true, force: true });
  renameSync(made, kept);
  return kept;
}

/** What the results of the demonstration depend on, as a short name. */
function sourceState() {
  const sum = createHash("sha256");
  const walk = (folder) => {
    for (const one of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (FACES.has(one.name)) continue;
      const path = join(folder, one.name);
      if (one.isDirectory()) walk(path);
      else sum.update(path.slice(SOURCE.length)).update(readFileSync(path));
    }
  };
  walk(SOURCE);
  return sum.digest("hex").slice(0, 16);
}

async function ended(child, folder) {
  if (child && child.exitCode === null && child.signalCode === null) {
    const gone = new Promise((done) => child.once("exit", done));
    child.kill("SIGINT");
    await gone;
  }
  rmSync(folder, { recursive: true, force: true });
}

/** The accounts by role; one whose login is not its role's name stands by its login too. */
function accountsIn(file) {
  if (!file || !existsSync(file)) throw new Error("no accounts file: set DAFENG_ACCOUNTS");
  const byRole = {};
  for (const one of JSON.parse(readFileSync(file, "utf8"))) {
    (byRole[one.role] ??= []).push(one);
    if (one.login !== one.role) (byRole[one.login] ??= []).push(one);
  }
  return byRole;
}

function addressOf(child) {
  return new Promise((found, failed) => {
    let said = "";
    const timer = setTimeout(() => failed(new Error(`the portal did not start:\n${said}`)), STARTS_WITHIN);
    child.stdout.on("data", (data) => {
      said += data;
      const hit = said.match(/https?:\/\/127\.0\.0\.1:\d+/);
      if (hit) {
        clearTimeout(timer);
        found(hit[0]);
      }
    });
    child.once("error", failed);
    child.once("exit", (code) => {
      clearTimeout(timer);
      failed(new Error(`the portal ended with ${code}:\n${said}`));
    });
  });
}
