/** The frame 框架: navigation, top bar, content, explanation drawer. */
import { lazy, Suspense, useEffect, useState } from "react";
import { Navigate, Outlet, useLocation } from "react-router";
import { HeldNote } from "@/features/account/HeldNote";
import { Explain } from "./Explain";
import { NotFound } from "./Fallbacks";
import { Logo } from "./icons";
import { useMe } from "./me";
import { Nav } from "./Nav";
import { homeFor, isOpen } from "./pages";
import { useFrameText } from "./text";
import { TopBar } from "./TopBar";
import { useCarry } from "./view";
import { ViewLink } from "./ViewLink";

const NavDrawer = lazy(() => import("./NavDrawer")); // on narrow screens only

export function Layout() {
  const t = useFrameText();
  const me = useMe();
  const [open, setOpen] = useState(false);
  const { pathname } = useLocation();
  const carry = useCarry();
  useEffect(() => {
    // A block: newer browsers give a promise from scrollTo, which React would take for a clean-up.
    void document.getElementById("content")?.scrollTo(0, 0);
  }, [pathname]);
  const home = pathname === "/" ? (me.handover ? "/me" : homeFor(me.menu)) : "/";
  if (home !== "/") return <Navigate replace to={carry(home)} />;
  const brand = (
    <ViewLink to="/" className="df-brand" onClick={() => setOpen(false)}>
      <Logo />
      {t("product")}
    </ViewLink>
  );
  return (
    <div className="df-frame">
      <a className="df-skip" href="#content" onClick={(e) => { e.preventDefault(); document.getElementById("content")?.focus(); }}>
        {t("skip")}
      </a>
      <aside className="df-side">
        {brand}
        <Nav />
      </aside>
      <TopBar onMenu={() => setOpen(true)} />
      <main className="df-scroll" id="content" tabIndex={0}>
        {me.demonstration && <div className="df-demo" role="note">{t("demo")}</div>}
        <HeldNote />
        <Suspense fallback={null}>
          {isOpen(me.menu, pathname) ? <Outlet /> : <NotFound />}
        </Suspense>
      </main>
      {open && <Suspense fallback={null}><NavDrawer onClose={() => setOpen(false)} /></Suspense>}
      <Explain />
    </div>
  );
}
