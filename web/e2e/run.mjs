/**
 * Runs the end-to-end tests on one portal: started here once, shared by all test files, ended afterwards.
 *
 *   npm run e2e [-- officer filing]        only the files of these names
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { openPortal } from "./portal.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const wanted = process.argv.slice(2);
const files = readdirSync(here).filter((name) => name.endsWith(".test.mjs") && (!wanted.length || wanted.some((one) => name.startsWith(`${one}.`)))).sort();
const sessions = mkdtempSync(join(tmpdir(), "dafeng-e2e-sessions-"));
const portal = await openPortal();
try {
  process.exitCode = await tested({ ...process.env, DAFENG_PORTAL: portal.url, DAFENG_ACCOUNTS: portal.file, DAFENG_SESSIONS: sessions });
} finally {
  await portal.close();
  rmSync(sessions, { recursive: true, force: true });
}

/** The exit code of the test run; one file after another, as they write into one programme. */
function tested(env) {
  const child = spawn(process.execPath, ["--test", "--test-concurrency=1", "--test-reporter=spec", ...files.map((name) => join(here, name))], { stdio: "inherit", env });
  return new Promise((done) => child.once("exit", (code) => done(code ?? 1)));
}
