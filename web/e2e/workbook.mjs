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

const READ = `
import io, sys, zipfile
data, kind = sys.stdin.buffer.read(), sys.argv[1]
if kind == "xlsx":
    book = zipfile.ZipFile(io.BytesIO(data))
    sys.stdout.buffer.write(b"".join(book.read(name) for name in book.namelist()))
else:
    import polars
    for row in polars.read_parquet(io.BytesIO(data)).rows():
        print(*row, file=sys.stdout)
`;

/** All text of an exported file, so that a name can be looked for in it. */
export function textOf(bytes, format) {
  if (format === "csv") return bytes.toString("utf8");
  const read = spawnSync(PYTHON, ["-c", READ, format], { input: bytes, maxBuffer: 1 << 28, env: { ...process.env, PYTHONIOENCODING: "utf-8" } });
  if (read.status !== 0) throw new Error(`the ${format} file was not read: ${read.stderr}`);
  return read.stdout.toString("utf8");
}
