/** Makes a workbook as an energy manager would send it, with the library that also writes the templates. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "./portal.mjs";

const PYTHON = process.env.DAFENG_PYTHON ?? join(ROOT, ".venv", "bin", "python");
const WRITE = `
import json, sys, xlsxwriter
given = json.load(sys.stdin)
book = xlsxwriter.Workbook(given["path"])
sheet = book.add_worksheet(given["sheet"])
for n, row in enumerate([given["heads"], *given["rows"]]):
    for k, value in enumerate(row):
        if value is not None:
            sheet.write(n, k, value)
book.close()
`;

/** Writes rows (arrays of text, number or null) under their headers as an xlsx file. */
export function writeWorkbook(path, sheet, heads, rows) {
  const made = spawnSync(PYTHON, ["-c", WRITE], { input: JSON.stringify({ path, sheet, heads, rows }), encoding: "utf8" });
  if (made.status !== 0) throw new Error(`the workbook was not written: ${made.stderr ?? made.error}`);
  return path;
}
