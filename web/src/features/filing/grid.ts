/** What happens to the rows of the grid: pasting from Excel, moving about, keeping what was typed. */
export type GridRow = Record<string, string | null>;

/** Tab-separated text as Excel copies it; cells in quotes may hold tabs, line ends and doubled quotes. */
export function pasted(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = "";
  let quoted = false;
  const source = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (let n = 0; n < source.length; n += 1) {
    const letter = source[n]!;
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (source[n + 1] === '"') {
        cell += '"';
        n += 1;
      } else quoted = false;
    } else if (letter === '"' && cell === "") quoted = true;
    else if (letter === "\t" || letter === "\n") {
      rows.at(-1)!.push(cell);
      cell = "";
      if (letter === "\n") rows.push([]);
    } else cell += letter;
  }
  rows.at(-1)!.push(cell);
  return rows;
}

/** The rows after a paste at a cell: it grows downwards, never to the right; what does not fit is left out and counted. */
export function withPaste(rows: readonly GridRow[], columns: readonly string[], at: { row: number; column: string }, cells: readonly string[][], blank: GridRow): { rows: GridRow[]; left: number } {
  const out = rows.map((row) => ({ ...row }));
  const first = columns.indexOf(at.column);
  let left = 0;
  cells.forEach((line, down) => {
    const row = at.row + down;
    while (out.length <= row) out.push({ ...blank });
    line.forEach((value, right) => {
      const column = columns[first + right];
      if (column === undefined) left += 1;
      else out[row]![column] = value.trim() || null;
    });
  });
  return { rows: out, left };
}

/** Whether two drafts hold the same; an empty cell and a missing one are alike. */
export function same(a: readonly GridRow[], b: readonly GridRow[]): boolean {
  if (a.length !== b.length) return false;
  return a.every((row, n) => {
    const names = new Set([...Object.keys(row), ...Object.keys(b[n]!)]);
    return [...names].every((name) => (row[name] || null) === (b[n]![name] || null));
  });
}
