import { Button, Dropdown, Popover, Segmented } from "antd";
import { lazy, Suspense, useEffect, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { api } from "@/client";
import { useNavigate } from "react-router";
import { Icon } from "./icons";
import { Inbox } from "./Inbox";
import { useMe } from "./me";
import { AreaPicker, PeriodPicker } from "./pickers";
import { useFrameText } from "./text";
import { useCarry, useView, type Theme } from "./view";
import { printPage } from "@/lib/printing";
import { ENERGY_UNITS, MASS_UNITS, type Lang } from "@/lib/units";

const loadPalette = () => import("./CommandPalette");
const Palette = lazy(loadPalette);

const PALETTE_INPUT = "df-palette-input"; // as in the palette's own chunk

export function TopBar({ onMenu }: { onMenu: () => void }) {
  const t = useFrameText();
  return (
    <header className="df-top">
      <button type="button" className="df-iconbtn df-burger" aria-label={t("openNavigation")} onClick={onMenu}>
        <Icon name="menu" />
      </button>
      <div className="df-top-pickers">
        <AreaPicker />
        <PeriodPicker />
      </div>
      <div className="df-top-space" />
      <Search />
      <Inbox />
      <Display />
      <Person />
    </header>
  );
}

function Search() {
  const t = useFrameText();
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const [entered, setEntered] = useState(false);
  const show = () => {
    setTyped("");
    setEntered(false);
    setOpen(true);
  };
  useEffect(() => {
    const idle = window.requestIdleCallback ?? ((run: () => void) => window.setTimeout(run, 1500));
    idle(() => void loadPalette());
  }, []);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        if (!open) show();
      } else if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "p") {
        event.preventDefault(); // the browser's own would print the rows in sight only
        void printPage();
      } else if (open) keep(event, setTyped, setEntered, () => setOpen(false));
    };
    window.addEventListener("keydown", onKey, true);
    return () => window.removeEventListener("keydown", onKey, true);
  }, [open]);
  return (
    <>
      <button type="button" className="df-search" onClick={show} aria-label={`${t("search")} Ctrl K`} aria-keyshortcuts="Control+K">
        <Icon name="search" />
        <span className="df-search-text">{t("search")}</span>{" "}
        <span className="df-kbd" aria-hidden="true">Ctrl K</span>
      </button>
      {open && (
        <Suspense fallback={null}>
          <Palette typed={typed} enter={entered} onType={setTyped} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

/** Keys typed while the palette is on its way go into its line; once it has the focus, they are its own. */
function keep(event: KeyboardEvent, setTyped: (change: (typed: string) => string) => void, enter: (entered: boolean) => void, close: () => void) {
  if ((event.target as HTMLElement | null)?.id === PALETTE_INPUT || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key.length === 1) setTyped((typed) => typed + event.key);
  else if (event.key === "Backspace") setTyped((typed) => typed.slice(0, -1));
  else if (event.key === "Enter") enter(true);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  document.getElementById(PALETTE_INPUT)?.focus();
}

function Display() {
  const t = useFrameText();
  const view = useView();
  const [open, setOpen] = useState(false);
  const line = (label: string, control: React.ReactNode) => (
    <div className="df-display-line">
      <span>{label}</span>
      {control}
    </div>
  );
  const body = (
    <div className="df-display">
      {line(t("language"), <Segmented aria-label={t("language")} value={view.lang} onChange={(lang: Lang) => view.setView({ lang })} options={[{ value: "zh" as Lang, label: "中文" }, { value: "en" as Lang, label: "English" }]} />)}
      {line(t("theme"), <Segmented aria-label={t("theme")} value={view.theme} onChange={(theme: Theme) => view.setView({ theme })} options={[{ value: "light" as Theme, label: t("light") }, { value: "dark" as Theme, label: t("dark") }]} />)}
      {line(t("density"), <Segmented aria-label={t("density")} value={view.compact} onChange={(compact) => view.setView({ compact })} options={[{ value: false, label: t("comfortable") }, { value: true, label: t("compact") }]} />)}
      {line(t("mass"), <Segmented aria-label={t("mass")} value={view.units.mass} onChange={(mass) => view.setView({ units: { ...view.units, mass } })} options={MASS_UNITS.map((value) => ({ value, label: value === "auto" ? t("auto") : t(`unit_${value}`) }))} />)}
      {line(t("energy"), <Segmented aria-label={t("energy")} value={view.units.energy} onChange={(energy) => view.setView({ units: { ...view.units, energy } })} options={ENERGY_UNITS.map((value) => ({ value, label: value === "auto" ? t("auto") : t(`unit_${value}`) }))} />)}
      <Button size="small" onClick={() => { setOpen(false); setTimeout(() => void printPage(), 200); }}>{t("print")}</Button>
    </div>
  );
  return (
    <Popover open={open} onOpenChange={setOpen} content={body} trigger="click" placement="bottomRight">
      <button type="button" className="df-iconbtn" aria-label={t("display")} aria-expanded={open}>
        <Icon name="display" />
        <span className="df-name">{t("display")}</span>
      </button>
    </Popover>
  );
}

function Person() {
  const t = useFrameText();
  const me = useMe();
  const navigate = useNavigate();
  const carry = useCarry();
  const queries = useQueryClient();
  if (!me.signed_in) return <Button size="small" onClick={() => void navigate(carry("/login"))}>{t("signIn")}</Button>;
  const signOut = async () => {
    await api.DELETE("/api/v1/session");
    queries.clear();
    void navigate(carry("/login"));
  };
  const roles = me.roles.map((role) => t(`role_${role}` as "role_public")).join(" · ");
  const items = [
    { key: "who", disabled: true, label: `${me.display || me.name} · ${roles}` },
    { key: "me", label: t("myAccount"), onClick: () => void navigate(carry("/me")) },
    { type: "divider" as const },
    { key: "out", label: t("signOut"), onClick: () => void signOut() },
  ];
  return (
    <Dropdown menu={{ items }} trigger={["click"]} placement="bottomRight">
      <button type="button" className="df-iconbtn" aria-label={`${t("person")} ${me.display || me.name}`}>
        <Icon name="person" />
        <span className="df-name">{me.display || me.name}</span>
      </button>
    </Dropdown>
  );
}
