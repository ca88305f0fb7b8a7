/**
 * A tree by keyboard 树: rows already put in order by the caller; arrows move and open, Enter picks, letters jump.
 * Knows nothing of what the rows say. One row is in the tab order; focus and choice are apart.
 */
import { useEffect, useRef, useState } from "react";
import "./explain.css";

export interface TreeRow {
  key: string;
  level: number;
  /** undefined: nothing below */
  expanded?: boolean | undefined;
  /** number among its siblings, from 1, and how many they are */
  position: number;
  siblings: number;
  above?: string | undefined;
  /** plain text, for jumping by letter */
  label: string;
}

interface Props<R extends TreeRow> {
  rows: readonly R[];
  label: string;
  selected: string | null;
  onSelect: (row: R) => void;
  onToggle: (row: R, open: boolean) => void;
  children: (row: R) => React.ReactNode;
}

/** Which row a key leads to; undefined where the key is none of ours. */
export function rowFor(key: string, at: number, rows: readonly TreeRow[]): number | undefined {
  const row = rows[at];
  if (!row) return undefined;
  if (key === "ArrowDown") return Math.min(at + 1, rows.length - 1);
  if (key === "ArrowUp") return Math.max(at - 1, 0);
  if (key === "Home") return 0;
  if (key === "End") return rows.length - 1;
  if (key === "ArrowRight" && row.expanded) return Math.min(at + 1, rows.length - 1);
  if (key === "ArrowLeft" && !row.expanded && row.above !== undefined) return rows.findIndex((one) => one.key === row.above);
  if (key.length === 1 && key !== " ") {
    const next = [...rows.slice(at + 1), ...rows.slice(0, at + 1)].find((one) => one.label.toLowerCase().startsWith(key.toLowerCase()));
    return next ? rows.indexOf(next) : at;
  }
  return undefined;
}

export function TreeView<R extends TreeRow>({ rows, label, selected, onSelect, onToggle, children }: Props<R>) {
  const box = useRef<HTMLUListElement>(null);
  const [active, setActive] = useState<string | null>(null);
  const here = rows.find((row) => row.key === active)?.key ?? rows.find((row) => row.key === selected)?.key ?? rows[0]?.key;
  const moved = useRef(false);
  useEffect(() => {
    if (!moved.current) return;
    moved.current = false;
    box.current?.querySelector<HTMLElement>('[role="treeitem"][tabindex="0"]')?.focus();
  }, [here]);
  const onKey = (event: React.KeyboardEvent, row: R, at: number) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget) return;
    const turn = { ArrowRight: row.expanded === false, ArrowLeft: row.expanded === true }[event.key];
    if (event.key === "Enter" || event.key === " ") onSelect(row);
    else if (turn) onToggle(row, event.key === "ArrowRight");
    else {
      const next = rowFor(event.key, at, rows);
      if (next === undefined) return;
      moved.current = true;
      setActive(rows[next]!.key);
    }
    event.preventDefault();
  };
  return (
    <ul className="df-tree" role="tree" aria-label={label} ref={box}>
      {rows.map((row, at) => (
        <li
          key={row.key}
          role="treeitem"
          aria-level={row.level}
          aria-setsize={row.siblings}
          aria-posinset={row.position}
          aria-expanded={row.expanded}
          aria-selected={row.key === selected}
          tabIndex={row.key === here ? 0 : -1}
          style={{ paddingInlineStart: (row.level - 1) * 16 }}
          onFocus={(event) => event.target === event.currentTarget && setActive(row.key)}
          onClick={() => { setActive(row.key); onSelect(row); }}
          onKeyDown={(event) => onKey(event, row, at)}
        >
          <span className="df-tree-turn" aria-hidden="true" onClick={(event) => { if (row.expanded === undefined) return; event.stopPropagation(); onToggle(row, !row.expanded); }}>
            {row.expanded === undefined ? "" : row.expanded ? "\u25be" : "\u25b8"}
          </span>
          {children(row)}
        </li>
      ))}
    </ul>
  );
}
