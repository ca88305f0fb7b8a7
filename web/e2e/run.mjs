/**
 * Runs the end-to-end tests on one portal and in one browser, both started here and ended afterwards.
 *
 *   npm run e2e [-- officer filing]        only the files of these names
 *
 * Two files run at a time. The files of the first row write into the programme, one after another; those of the
 * second only look, also while the first row has the figures made anew.
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { fileURLToPath } from "node:url";
import { openPortal, serveBrowser } from "./portal.mjs";

const WRITING = ["foreign", "filing", "officer", "verifier"]; // the published figures are asked for before new ones are made
const LOOKING = ["speed", "pages", "nav", "portal"];

const here = dirname(fileURLToPath(import.meta.url));
const wanted = process.argv.slice(2);
const all = readdirSync(here).filter((name) => name.endsWith(".test.mjs")).map((name) => name.slice(0, -".test.mjs".length));
const rows = [WRITING, [...LOOKING, ...all.filter((name) => ![...WRITING, ...LOOKING].includes(name))]]
  .map((row) => row.filter((name) => all.includes(name) && (!wanted.length || wanted.includes(name))));
for (const name of wanted.filter((one) => !all.includes(one))) throw new Error(`no tests of the name ${name}: ${all.join(", ")}`);

const costs = [];
const began = performance.now();
const sessions = mkdtempSync(join(tmpdir(), "dafeng-e2e-sessions-"));
const portal = await openPortal();
const browser = await serveBrowser();
costs.push(["start", performance.now() - began]);
Object.assign(process.env, { DAFENG_PORTAL: portal.url, DAFENG_ACCOUNTS: portal.file, DAFENG_SESSIONS: sessions, DAFENG_BROWSER: browser.address });
const count = { passed: 0, failed: 0 };
try {
  await Promise.all(rows.map(inOrder));
} finally {
  await browser.close();
  await portal.close();
  rmSync(sessions, { recursive: true, force: true });
}
for (const [name, ms] of costs) console.log(`${(ms / 1000).toFixed(1).padStart(7)} s  ${name}`);
console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(7)} s  in all: ${count.passed} passed, ${count.failed} failed`);
process.exitCode = count.failed || !count.passed ? 1 : 0;

/** One file after another. */
async function inOrder(names) {
  for (const name of names) {
    const start = performance.now();
    await tested(join(here, `${name}.test.mjs`));
    costs.push([name, performance.now() - start]);
  }
}

/** Runs a file in a process of its own; what it tells comes in one piece when it has ended. */
async function tested(file) {
  const events = run({ files: [file], concurrency: 1 });
  const mine = ({ name, nesting }) => nesting === 0 && basename(name) !== basename(file);
  events.on("test:pass", (event) => { if (mine(event)) count.passed += 1; });
  events.on("test:fail", () => { count.failed += 1; });
  let said = "";
  for await (const part of events.compose(new spec())) said += part;
  console.log(said.split("\nℹ tests ")[0].trimEnd());
}
