// What a first visit loads before it can be used: the entry, the frame and the login page, with all they import at once.
// Fails above the budget of the issue: 450 kB gzip of JavaScript.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const BUDGET = 450_000;
const root = process.env.DAFENG_WEB_OUT ?? "../src/dafeng/api/web";
const manifest = JSON.parse(readFileSync(join(root, ".vite/manifest.json"), "utf8"));
const FIRST = ["index.html", "src/app/Layout.tsx", "src/features/account/LoginPage.tsx"];

const wanted = new Set();
function take(key) {
  const chunk = manifest[key];
  if (!chunk || wanted.has(chunk.file)) return;
  wanted.add(chunk.file);
  for (const next of chunk.imports ?? []) take(next);
}
for (const key of FIRST) {
  if (!manifest[key]) throw new Error(`${key} is not in the manifest: say in scripts/size.mjs what the first visit loads`);
  take(key);
}
let sum = 0;
for (const file of [...wanted].filter((name) => name.endsWith(".js"))) {
  const size = gzipSync(readFileSync(join(root, file)), { level: 9 }).length;
  sum += size;
  console.log(`${String(size).padStart(8)}  ${file}`);
}
console.log(`${String(sum).padStart(8)}  together, gzip; budget ${BUDGET}`);
if (sum > BUDGET) process.exit(1);
