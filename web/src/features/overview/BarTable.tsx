/** Parts of a whole as a table with bars 条形表: name, bar from zero, amount, share, change; readable without the bars. */
import { useId, useState } from "react";
import { ViewLink } from "@/app/ViewLink";
import { Change, Figure, type FigureValue } from "@/components/ui";
import { digits } from "@/lib/units";
import "./overview.css";
import { useOverviewText } from "./text";

export interface BarRow {
  key: string;
  name: string;
  href?: string | null | undefined;
  figure: FigureValue;
  /** 0.29 → 29% */
  share?: number | null | undefined;
  /** relative to the year before */
  change?: number | null | undefined;
  colour: string;
  /** small print under the name: how many firms are in the sum */
  note?: string | null | undefined;
  /** what the bar shows, where it is not the figure itself */
  bar?: number | null | undefined;
}

/** A share as percent; what is there but too small to print says so. */
export function shareText(share: number | null | undefined): string {
  if (share == null) return "\u2014";
  return share !== 0 && Math.abs(share) < 5e-5 ? "<0.01%" : `${digits(share * 100, 3)}%`;
}

interface Props {
  caption: string;
  rows: readonly BarRow[];
  /** heading of the amounts */
  amount: string;
  shareHead?: string;
  withChange?: boolean;
  signed?: boolean;
  /** the unit stands in the heading of the amounts */
  hideUnit?: boolean;
  /** rows shown before "show all" */
  first?: number;
}

/** From where to where a bar runs, in percent of its track; zero stands inside when some are negative. */
export function barSpan(value: number | null, most: number, least: number): { left: number; width: number } | null {
  const range = most - least;
  if (value === null || range <= 0) return null;
  const zero = (-least / range) * 100;
  const size = (Math.abs(value) / range) * 100;
  return { left: value < 0 ? zero - size : zero, width: size };
}

export function BarTable({ caption, rows, amount, shareHead, withChange = false, signed = false, hideUnit = false, first = 8 }: Props) {
  const t = useOverviewText();
  const id = useId();
  const [all, setAll] = useState(false);
  if (rows.length === 0) return <p className="df-muted">{t("none")}</p>;
  const size = (row: BarRow) => (row.bar === undefined ? row.figure.value : row.bar);
  const values = rows.map((row) => size(row) ?? 0);
  const most = Math.max(0, ...values);
  const least = Math.min(0, ...values);
  const zero = most - least > 0 ? (-least / (most - least)) * 100 : 0;
  const shown = all ? rows : rows.slice(0, first);
  return (
    <>
      <div className="df-bars-scroll">
        <table className="df-bars" id={id}>
          <caption className="df-sr">{caption}</caption>
          <thead>
            <tr>
              <th scope="col">{t("name")}</th>
              <th scope="col" aria-hidden="true" />
              <th scope="col" className="df-num">{amount}</th>
              {shareHead && <th scope="col" className="df-num">{shareHead}</th>}
              {withChange && <th scope="col" className="df-num">{t("yearChange")}</th>}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => {
              const span = barSpan(size(row), most, least);
              return (
                <tr key={row.key}>
                  <th scope="row" title={row.name}>{row.href ? <ViewLink to={row.href}>{row.name}</ViewLink> : row.name}{row.note && <span className="df-bars-note">{row.note}</span>}</th>
                  <td className="df-bar-cell" aria-hidden="true">
                    <span className="df-bar-track">
                      {least < 0 && <span className="df-bar-zero" style={{ left: `${zero}%` }} />}
                      {span && <span className="df-bar" style={{ left: `${span.left}%`, width: `${span.width}%`, background: row.colour }} />}
                    </span>
                  </td>
                  <td className="df-num"><Figure figure={row.figure} signed={signed} hideUnit={hideUnit} /></td>
                  {shareHead && <td className="df-num">{shareText(row.share)}</td>}
                  {withChange && <td className="df-num"><Change value={row.change} /></td>}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {rows.length > first && <button type="button" className="df-bare df-more df-noprint" aria-controls={id} aria-expanded={all} onClick={() => setAll(!all)}>{all ? t("showFewer", { n: first }) : t("showAll", { n: rows.length })}</button>}
    </>
  );
}
