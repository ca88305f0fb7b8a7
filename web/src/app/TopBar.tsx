import { lazy, Suspense, useEffect, useState } from "react";
import { useNavigate } from "react-router";
import { Icon } from "./icons";
import { Inbox } from "./Inbox";
import { useMe } from "./me";
import { AreaPicker, PeriodPicker } from "./pickers";
import { useFrameText } from "./text";
import { useCarry } from "./view";
import { afterLoad } from "@/lib/later";
import { printPage } from "@/lib/printing";

const loadPalette = () => import("./CommandPalette");
const Palette = lazy(loadPalette);
const loadMenus = () => import("./TopMenus");
const DisplayMenu = lazy(async () => ({ default: (await loadMenus()).DisplayMenu }));
const PersonMenu = lazy(async () => ({ default: (await loadMenus()).PersonMenu }));

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
    return afterLoad(() => void Promise.all([loadPalette(), loadMenus()]));
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

/** A button whose menu is fetched when it is first asked for; the button stays the same under the hand. */
function Display() {
  const [asked, setAsked] = useState(false);
  const t = useFrameText();
  const button = (
    <button type="button" className="df-iconbtn" aria-label={t("display")} aria-expanded={asked} onClick={() => setAsked(true)}>
      <Icon name="display" />
      <span className="df-name">{t("display")}</span>
    </button>
  );
  return asked ? <Suspense fallback={button}><DisplayMenu /></Suspense> : button;
}

function Person() {
  const [asked, setAsked] = useState(false);
  const t = useFrameText();
  const me = useMe();
  const navigate = useNavigate();
  const carry = useCarry();
  if (!me.signed_in) return <button type="button" className="df-button" onClick={() => void navigate(carry("/login"))}>{t("signIn")}</button>;
  const button = (
    <button type="button" className="df-iconbtn" aria-label={`${t("person")} ${me.display || me.name}`} onClick={() => setAsked(true)}>
      <Icon name="person" />
      <span className="df-name">{me.display || me.name}</span>
    </button>
  );
  return asked ? <Suspense fallback={button}><PersonMenu /></Suspense> : button;
}
