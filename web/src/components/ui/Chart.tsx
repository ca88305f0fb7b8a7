/**
 * The frame of every chart 图: the finding as title, the measure below it, source line, and the table behind.
 *
 *   const kit = useChartKit();
 *   <Chart title={finding} subtitle={measure} source={source} {...kit.lines(series)} />
 */
import { lazy, Suspense, useEffect, useId, useRef, useState } from "react";
import { sentenceCase, useLang } from "@/i18n";
import { saveText, saveUrl } from "@/lib/save";
import { csvText } from "@/lib/csv";
import { onPrint } from "@/lib/printing";
import { digits } from "@/lib/units";
import { useUiText } from "./text";
import { Skeleton } from "./Skeleton";
import type { ChartData, ChartHandle } from "./chartTypes";

export type { ChartData, ChartPoint, ChartSeries, ChartTable } from "./chartTypes";
const Canvas = lazy(() => import("./ChartCanvas"));

export interface ChartProps extends ChartData {
  title: React.ReactNode;
  subtitle?: React.ReactNode;
  /** source, rule version, data time */
  source?: React.ReactNode;
  height?: number;
  /** file name of CSV and PNG */
  name?: string;
  /** called with the node id (or the key) of what was clicked */
  onPick?: (node: string) => void;
  /** wall mode: no tools, no table */
  bare?: boolean;
}

export function Chart({ title, subtitle, source, height: wanted = 280, name = "chart", option, table, least = 0, onPick, bare = false }: ChartProps) {
  const height = Math.max(wanted, least);
  const t = useUiText();
  const id = useId();
  const lang = useLang();
  const handle = useRef<ChartHandle | null>(null);
  const [asTable, setAsTable] = useState(false);
  const [box, near] = useNear();
  const label = typeof title === "string" ? title : name;
  return (
    <figure className="df-chart" aria-labelledby={`${id}-title`}>
      <figcaption>
        <h3 id={`${id}-title`}>{typeof title === "string" ? sentenceCase(title, lang) : title}</h3>
        {subtitle && <div className="df-muted">{subtitle}</div>}
      </figcaption>
      <div ref={box} hidden={asTable} role="img" aria-label={t("chartSummary", { title: label })} style={{ height }}>
        {near && (
          <Suspense fallback={<Skeleton kind="lines" />}>
            <Canvas option={option} height={height} handle={handle} onPick={onPick} />
          </Suspense>
        )}
      </div>
      <div className={asTable ? "df-chart-table" : "df-sr"} style={asTable ? { maxHeight: Math.max(height, 240) } : undefined} tabIndex={asTable ? 0 : undefined}>
        <ChartTableView table={table} caption={label} gap={t("gap")} />
      </div>
      {!bare && (
        <div className="df-chart-foot">
          <span className="df-muted">{source && <>{t("chartSource")}{lang === "zh" ? ":" : ": "}{source}</>}</span>
          <span className="df-chart-tools">
            <button type="button" className="df-bare" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>{asTable ? t("chartPicture") : t("chartTable")}</button>
            <button type="button" className="df-bare" onClick={() => saveText(`${name}.csv`, csvText(table.columns, table.rows), "text/csv")}>{t("chartCsv")}</button>
            {!asTable && <button type="button" className="df-bare" onClick={() => handle.current && saveUrl(`${name}.png`, handle.current.png())}>{t("chartPng")}</button>}
          </span>
        </div>
      )}
    </figure>
  );
}

const NEAR = "120px"; // a chart is drawn shortly before it is scrolled into view

/** Whether an element has come near the window, or the page is about to be printed; from then on it stays so. */
function useNear(): [React.RefObject<HTMLDivElement | null>, boolean] {
  const box = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(() => typeof IntersectionObserver === "undefined");
  useEffect(() => {
    if (near || !box.current) return;
    const watcher = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && setNear(true), { rootMargin: NEAR });
    watcher.observe(box.current);
    const forget = onPrint(async () => {
      setNear(true);
      await import("./ChartCanvas");
    });
    return () => {
      watcher.disconnect();
      forget();
    };
  }, [near]);
  return [box, near];
}

function ChartTableView({ table, caption, gap }: { table: ChartData["table"]; caption: string; gap: string }) {
  return (
    <table className="df-plain">
      <caption className="df-sr">{caption}</caption>
      <thead><tr>{table.columns.map((column) => <th key={column} scope="col">{column}</th>)}</tr></thead>
      <tbody>
        {table.rows.map((row, n) => (
          <tr key={n}>
            {row.map((cell, c) =>
              c === 0 ? <th key={c} scope="row">{cell}</th> : <td key={c} className={typeof cell === "string" ? undefined : "df-num"}>{cell === null ? <span aria-label={gap}>—</span> : typeof cell === "number" ? digits(cell, 6) : cell}</td>,
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
