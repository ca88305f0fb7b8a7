/** Takes all filters away at once, and gives them back 清除与撤销. */
import { useEffect, useState } from "react";
import { useUiText } from "../text";
import type { TableState } from "./query";

const SECONDS = 12;

export function ClearFilters({ state, setState }: { state: TableState; setState: (part: Partial<TableState>) => void }) {
  const t = useUiText();
  const [before, setBefore] = useState<Pick<TableState, "q" | "filters"> | null>(null);
  const count = state.filters.length + (state.q ? 1 : 0);
  useEffect(() => {
    if (!before) return;
    const timer = setTimeout(() => setBefore(null), SECONDS * 1000);
    return () => clearTimeout(timer);
  }, [before]);
  if (before && count === 0) {
    return (
      <span className="df-muted" role="status">
        {t("cleared", { n: before.filters.length + (before.q ? 1 : 0) })}{" "}
        <button type="button" className="df-bare df-more" onClick={() => { setState(before); setBefore(null); }}>{t("undo")}</button>
      </span>
    );
  }
  if (count < 2) return null;
  return <button type="button" className="df-bare df-more" onClick={() => { setBefore({ q: state.q, filters: state.filters }); setState({ q: "", filters: [] }); }}>{t("clearFilters")}</button>;
}
