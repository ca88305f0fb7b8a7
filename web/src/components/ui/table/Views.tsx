/** The button of saved views: choose one, save what is shown under a name, drop one 视图. */
import { Button, Input, Popover } from "antd";
import { useState } from "react";
import { useUiText } from "../text";
import type { TableState } from "./query";
import { dropView, savedViews, saveView, stands, stateOf } from "./views";

export function Views({ table, state, setState }: { table: string; state: TableState; setState: (part: Partial<TableState>) => void }) {
  const t = useUiText();
  const [open, setOpen] = useState(false);
  const [views, setViews] = useState(() => savedViews(table));
  const [name, setName] = useState("");
  const now = views.find((view) => stands(view, state));
  const body = (
    <div className="df-stack df-views">
      {views.length === 0 && <p className="df-muted">{t("viewsNone")}</p>}
      <ul className="df-list">
        {views.map((view) => (
          <li key={view.name} className="df-row">
            <button type="button" className="df-bare df-views-name" aria-pressed={view === now} onClick={() => { setState(stateOf(view)); setOpen(false); }}>{view.name}</button>
            <button type="button" className="df-bare df-muted" aria-label={t("remove", { what: view.name })} onClick={() => setViews(dropView(table, view.name))}>×</button>
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
    <Popover open={open} onOpenChange={(to) => { setOpen(to); if (to) setViews(savedViews(table)); }} trigger="click" placement="bottom" content={body}>
      <Button aria-expanded={open}>{now ? now.name : t("views")}</Button>
    </Popover>
  );
}
