/** The delivered sheet around a figure: the original cell with the rows before and after it 原始单元格. */
import { useEffect, useRef } from "react";
import { api, useApi, type Schemas } from "@/client";
import { Link } from "react-router";
import { useCarry } from "@/app/view";
import { PageFace } from "@/components/ui";
import { useWords } from "@/i18n";
import { moment } from "@/lib/dates";
import { useExplainText } from "./text";

interface Props {
  file: string;
  sha256: string;
  sheet: string | null;
  row: number;
  column: string | null;
}

export function EvidenceCells({ file, sha256, sheet, row, column }: Props) {
  const t = useExplainText();
  const cells = useApi(
    ["evidence_cells", sha256, sheet, row, column],
    () => api.GET("/api/v1/evidence/{sha256}", { params: { path: { sha256 }, query: { row, ...(sheet ? { sheet } : {}), ...(column ? { column } : {}) } } }),
    { staleTime: Infinity },
  );
  const name = file.split("/").at(-1) ?? file;
  return (
    <div className="df-cells">
      <h4>{t("cells")}</h4>
      <p className="df-cells-path">{sheet ? t("cellsOf", { file: name, sheet, row }) : t("cellsOfFile", { file: name, row })}{column && ` › ${column}`}</p>
      <PageFace query={cells} skeleton="lines">{(found) => <><Grid cells={found} /><FiledLine filed={found.filed} /></>}</PageFace>
    </div>
  );
}

/** With which filing the figure was handed in, and who answers for it. */
function FiledLine({ filed }: { filed: Schemas["Cells"]["filed"] }) {
  const t = useExplainText();
  const words = useWords();
  const carry = useCarry();
  if (!filed) return null;
  return (
    <div className="df-cells-filed">
      <Link to={carry(filed.href)}>{t("filed")}: {filed.title}</Link>
      <ul className="df-list">{filed.by.map((one, n) => <li key={n}>{words(one.name)}: {one.who}{one.at && <span className="df-muted"> · {moment(one.at)}</span>}</li>)}</ul>
    </div>
  );
}

function Grid({ cells }: { cells: Schemas["Cells"] }) {
  const t = useExplainText();
  const marked = useRef<HTMLTableCellElement>(null);
  const width = Math.max(cells.heads.length, ...cells.rows.map((one) => one.cells.length));
  const columns = Array.from({ length: width }, (_, n) => n);
  const here = cells.rows.find((one) => one.row === cells.row);
  useEffect(() => {
    const cell = marked.current;
    const box = cell?.closest<HTMLElement>(".df-cells-scroll");
    if (cell && box) box.scrollLeft = Math.max(0, cell.offsetLeft - box.clientWidth / 2 + cell.clientWidth / 2);
  }, [cells]);
  return (
    <>
      {cells.marked != null && <p className="df-sr">{t("here", { head: cells.heads[cells.marked] ?? "", row: cells.row, value: here?.cells[cells.marked] ?? "\u2014" })}</p>}
      <div className="df-cells-scroll" tabIndex={0} role="region" aria-label={t("cells")}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("row")}</th>
              {columns.map((n) => <th key={n} scope="col" className={n === cells.marked ? "df-cell-column" : undefined}>{cells.heads[n] ?? ""}</th>)}
            </tr>
          </thead>
          <tbody>
            {cells.rows.map((one) => (
              <tr key={one.row} className={one.row === cells.row ? "df-cell-row" : undefined}>
                <th scope="row">{one.row}</th>
                {columns.map((n) => {
                  const on = one.row === cells.row && n === cells.marked;
                  return <td key={n} ref={on ? marked : undefined} className={on ? "df-cell-here" : n === cells.marked ? "df-cell-column" : undefined} aria-current={on || undefined}>{one.cells[n] ?? ""}</td>;
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {cells.whole ? <a className="df-noprint" href={`/api/v1/evidence/${cells.sha256}/file`} download>{t("download")}</a> : <p className="df-muted">{t("partOnly")}</p>}
    </>
  );
}
