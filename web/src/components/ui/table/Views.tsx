/** The button of saved views: choose one, save what is shown under a name, rename or drop one 视图. */
import { Button, Input } from "antd";
import { useState } from "react";
import { FocusPopover } from "../FocusPopover";
import { useUiText } from "../text";
import type { TableState } from "./query";
import { dropView, isTaken, renameView, savedViews, saveView, stands, stateOf, type SavedView } from "./views";

export function Views({ table, state, setState }: { table: string; state: TableState; setState: (part: Partial<TableState>) => void }) {
  const t = useUiText();
  const [open, setOpen] = useState(false);
  const [views, setViews] = useState(() => savedViews(table));
  const [name, setName] = useState("");
  const [renamed, setRenamed] = useState<string | null>(null);
  const now = views.find((view) => stands(view, state));
  const show = (to: boolean) => {
    setOpen(to);
    setRenamed(null);
    if (to) setViews(savedViews(table));
  };
  const body = (
    <div className="df-stack df-views">
      {views.length === 0 && <p className="df-muted">{t("viewsNone")}</p>}
      <ul className="df-list">
        {views.map((view) => (
          <li key={view.name} className="df-row">
            {renamed === view.name ? (
              <Renaming view={view} views={views} onDone={(to) => { setViews(renameView(table, view.name, to)); setRenamed(null); }} onCancel={() => setRenamed(null)} />
            ) : (
              <>
                <button type="button" className="df-bare df-views-name" aria-pressed={view === now} onClick={() => { setState(stateOf(view)); show(false); }}>{view.name}</button>
                <button type="button" className="df-bare df-muted" aria-label={t("viewRenameOf", { what: view.name })} onClick={() => setRenamed(view.name)}>{t("viewRename")}</button>
                <button type="button" className="df-bare df-muted" aria-label={t("remove", { what: view.name })} onClick={() => setViews(dropView(table, view.name))}>×</button>
              </>
            )}
          </li>
        ))}
      </ul>
      <form className="df-row" onSubmit={(event) => { event.preventDefault(); if (name.trim()) { setViews(saveView(table, name, state)); setName(""); } }}>
        <Input value={name} maxLength={40} onChange={(e) => setName(e.target.value)} placeholder={t("viewName")} aria-label={t("viewName")} />
        <Button htmlType="submit" disabled={!name.trim()}>{t("viewSave")}</Button>
      </form>
    </div>
  );
  return (
    <FocusPopover open={open} onOpen={show} placement="bottom" label={t("views")} content={body}>
      <Button aria-expanded={open}>{now ? now.name : t("views")}</Button>
    </FocusPopover>
  );
}

/** A new name for a view: Enter takes it, Esc leaves it; a name of another view is told and not taken. */
function Renaming({ view, views, onDone, onCancel }: { view: SavedView; views: readonly SavedView[]; onDone: (to: string) => void; onCancel: () => void }) {
  const t = useUiText();
  const [to, setTo] = useState(view.name);
  const taken = isTaken(views, view.name, to);
  return (
    <form className="df-views-renaming" onSubmit={(event) => { event.preventDefault(); if (to.trim() && !taken) onDone(to); }} onKeyDown={(event) => { if (event.key === "Escape") { event.stopPropagation(); onCancel(); } }}>
      <div className="df-row">
        <Input autoFocus value={to} maxLength={40} status={taken ? "error" : ""} onChange={(e) => setTo(e.target.value)} aria-label={t("viewRenameOf", { what: view.name })} />
        <Button htmlType="submit" disabled={!to.trim() || taken}>{t("viewSave")}</Button>
      </div>
      {taken && <p className="df-muted" role="alert">{t("viewTaken")}</p>}
    </form>
  );
}
