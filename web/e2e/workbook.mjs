/** Makes a workbook as an energy manager would send it, with the library that also writes the templates. */
import { spawnSync } from "node:child_process";
import { PYTHON } from "./demo.mjs";

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
import base64, io, json, sys, zipfile
import polars

def text(data, kind):
    if kind == "csv":
        return data.decode()
    if kind == "xlsx":
        book = zipfile.ZipFile(io.BytesIO(data))
        return b"".join(book.read(name) for name in book.namelist()).decode("utf-8", "replace")
    return chr(10).join(" ".join(map(str, row)) for row in polars.read_parquet(io.BytesIO(data)).rows())

json.dump([text(base64.b64decode(one["data"]), one["format"]) for one in json.load(sys.stdin)], sys.stdout)
`;

/** All text of exported files {bytes, format: csv, xlsx or parquet}, so that a name can be looked for in it. */
export function textsOf(files) {
  const input = JSON.stringify(files.map(({ bytes, format }) => ({ data: bytes.toString("base64"), format })));
  const read = spawnSync(PYTHON, ["-c", READ], { input, encoding: "utf8", maxBuffer: 1 << 28 });
  if (read.status !== 0) throw new Error(`the files were not read: ${read.stderr ?? read.error}`);
  return JSON.parse(read.stdout);
}
