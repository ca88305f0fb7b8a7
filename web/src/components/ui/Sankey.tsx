/**
 * A flow drawing 流向图 with the table behind it: boxes by stage, bands as wide as what flows. It knows no carbon.
 *
 *   <Sankey title={…} unit="tce" boxes={boxes} bands={bands} rest="推算" />
 *
 * A band that is derived or unexplained is drawn faint; values below 0 cannot be drawn and stand in the table.
 */
import { useId, useMemo, useRef, useState } from "react";
import { sentenceCase, useLang } from "@/i18n";
import { csvText } from "@/lib/csv";
import { placedFlow, type FlowBand, type FlowBox } from "@/lib/sankey";
import { saveText, saveUrl } from "@/lib/save";
import { pngOf } from "@/lib/png";
import { digits } from "@/lib/units";
import { useUiText } from "./text";

export interface SankeyProps {
  title: React.ReactNode;
  subtitle?: React.ReactNode;
  source?: React.ReactNode;
  unit: string;
  boxes: readonly FlowBox[];
  bands: readonly FlowBand[];
  height?: number;
  /** file name of CSV and PNG */
  name?: string;
  /** called with the id of the box that was chosen, null where none is any more */
  onPick?: (id: string | null) => void;
  /** called with the node of a band that has one */
  onNode?: (node: string) => void;
}

const WIDTH = 1200; // of the drawing's own measure; it scales with the page
const SIDE = 190; // room for the words of the first and last column, at least
const MOST_SIDE = 300;
const CHARACTER = 5.4; // of a Latin letter; a Chinese one takes two

/** Room for the longest label of the first column with its value. */
const sideFor = (boxes: readonly FlowBox[]): number => {
  const first = Math.min(...boxes.map((one) => one.stage));
  const longest = Math.max(0, ...boxes.filter((one) => one.stage === first).map((one) => one.label.replace(/[\u2e80-\uffff]/g, "xx").length));
  return Math.min(MOST_SIDE, Math.max(SIDE, (longest + 8) * CHARACTER));
};

export function Sankey({ title, subtitle, source, unit, boxes, bands, height = 420, name = "flow", onPick, onNode }: SankeyProps) {
  const t = useUiText();
  const id = useId();
  const lang = useLang();
  const [asTable, setAsTable] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const drawing = useRef<SVGSVGElement>(null);
  const side = useMemo(() => sideFor(boxes), [boxes]);
  const made = useMemo(() => placedFlow(boxes, bands, { width: WIDTH - SIDE - side, height }), [boxes, bands, height, side]);
  const labels = useMemo(() => new Map(boxes.map((one) => [one.id, one.label])), [boxes]);
  const columns = [t("flowFrom"), t("flowTo"), t("flowWhat"), `${t("flowValue")} (${unit})`, t("flowRemark")];
  const rows = useMemo(() => tableRows(bands, labels, t("flowDerived")), [bands, labels, t]);
  const label = typeof title === "string" ? title : name;
  const pick = (box: string) => {
    const next = chosen === box ? null : box;
    setChosen(next);
    onPick?.(next);
  };
  const near = (band: FlowBand) => chosen === null || band.source === chosen || band.target === chosen;
  return (
    <figure className="df-chart" aria-labelledby={`${id}-title`}>
      <figcaption>
        <h3 id={`${id}-title`}>{typeof title === "string" ? sentenceCase(title, lang) : title}</h3>
        {subtitle && <div className="df-muted">{subtitle}</div>}
      </figcaption>
      {!asTable && (
        <div className="df-sankey">
          <svg ref={drawing} viewBox={`${-side} 0 ${WIDTH} ${made.height + 4}`} role="group" aria-label={t("chartSummary", { title: label })}>
            {made.bands.map((band, n) => (
              <path key={n} d={band.path} className={band.faint ? "df-band df-faint" : "df-band"} strokeWidth={band.width} data-off={near(band) ? undefined : ""}
                style={band.colour && !band.faint ? { stroke: band.colour } : undefined} data-opens={band.node && onNode ? "" : undefined} onClick={band.node && onNode ? () => onNode(band.node as string) : undefined}>
                <title>{[`${labels.get(band.source) ?? ""} → ${labels.get(band.target) ?? ""}`, band.label, `${digits(band.value, 4)} ${unit}`, band.remark].filter(Boolean).join(" · ")}</title>
              </path>
            ))}
            {made.boxes.map((box) => (
              <g key={box.id} role="button" tabIndex={0} aria-pressed={chosen === box.id} aria-label={`${box.label} ${digits(box.value, 3)} ${unit}`}
                onClick={() => pick(box.id)} onKeyDown={(event) => (event.key === "Enter" || event.key === " ") && (event.preventDefault(), pick(box.id))}>
                <rect x={box.x} y={box.y} width={12} height={box.height} className={box.faint ? "df-box df-faint" : "df-box"} />
                <text x={box.column === 0 ? box.x - 6 : box.x + 18} y={box.y + box.height / 2} textAnchor={box.column === 0 ? "end" : "start"} dominantBaseline="middle">
                  {box.label}
                  <tspan className="df-sankey-value"> {digits(box.value, 3)}</tspan>
                </text>
              </g>
            ))}
          </svg>
        </div>
      )}
      <div className={asTable ? "df-chart-table" : "df-sr"} style={asTable ? { maxHeight: Math.max(height, 240) } : undefined} tabIndex={asTable ? 0 : undefined}>
        <table className="df-plain">
          <caption className="df-sr">{label}</caption>
          <thead><tr>{columns.map((column) => <th key={column} scope="col">{column}</th>)}</tr></thead>
          <tbody>
            {rows.map((row, n) => (
              <tr key={n}>
                <th scope="row">{row[0]}</th><td>{row[1]}</td><td>{onNode && bands[n]?.node ? <button type="button" className="df-bare df-figure-link" title={t("explain")} onClick={() => onNode(bands[n]!.node as string)}>{row[2]}</button> : row[2]}</td><td className="df-num">{digits(row[3], 6)}</td><td>{row[4]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="df-chart-foot">
        <span className="df-muted">{source && <>{t("chartSource")}{lang === "zh" ? ":" : ": "}{source}</>}</span>
        <span className="df-chart-tools">
          <button type="button" className="df-bare" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>{asTable ? t("chartPicture") : t("chartTable")}</button>
          <button type="button" className="df-bare" onClick={() => saveText(`${name}.csv`, csvText(columns, rows), "text/csv")}>{t("chartCsv")}</button>
          {!asTable && <button type="button" className="df-bare" onClick={() => drawing.current && void pngOf(drawing.current, [label, typeof subtitle === "string" ? subtitle : ""]).then((url) => saveUrl(`${name}.png`, url))}>{t("chartPng")}</button>}
        </span>
      </div>
    </figure>
  );
}

type TableRow = [string, string, string, number, string];
function tableRows(bands: readonly FlowBand[], labels: Map<string, string>, derived: string): TableRow[] {
  return bands.map((band) => [labels.get(band.source) ?? band.source, labels.get(band.target) ?? band.target, band.label ?? "", band.value, [band.remark, band.faint && derived].filter(Boolean).join("; ")]);
}
