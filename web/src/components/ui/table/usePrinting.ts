/** All rows of the filter in force while a table is printed, up to a limit that is told. */
import { useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { onPrint } from "@/lib/printing";
import type { useTable } from "./useTable";

export const PRINT_ROWS = 2000;
/** As many columns as a landscape sheet holds in a type that can be read; the others are named below the table. */
export const PRINT_COLUMNS = 20;

/** How the sheet holds a table: as it is, lying, or lying and in small type; every cell wraps. */
export const paperOf = (columns: number): "upright" | "lying" | "small" => (columns <= 6 ? "upright" : columns <= 12 ? "lying" : "small");

interface Loaded {
  hasNextPage: boolean;
  data?: { pages: { rows: unknown[] }[] } | undefined;
}
const count = (of: Loaded): number => of.data?.pages.reduce((sum, page) => sum + page.rows.length, 0) ?? 0;
const frame = () => new Promise((done) => setTimeout(done, 50));

/** Whether the sheet is being made; the table then draws every row that it has. */
export function usePrinting(rows: ReturnType<typeof useTable>["rows"]): boolean {
  const [printing, setPrinting] = useState(false);
  const latest = useRef(rows);
  latest.current = rows;
  useEffect(() => {
    const begin = () => flushSync(() => setPrinting(true)); // Ctrl-P of the browser waits for nothing
    const end = () => setPrinting(false);
    const leave = onPrint(async () => {
      let now: Loaded = latest.current;
      while (now.hasNextPage && count(now) < PRINT_ROWS) now = await latest.current.fetchNextPage({ cancelRefetch: false });
      for (let n = 0; n < 60 && count(latest.current) < count(now); n += 1) await frame(); // until they are drawn with
      flushSync(() => setPrinting(true));
    });
    addEventListener("beforeprint", begin);
    addEventListener("afterprint", end);
    return () => {
      leave();
      removeEventListener("beforeprint", begin);
      removeEventListener("afterprint", end);
    };
  }, []);
  return printing;
}
