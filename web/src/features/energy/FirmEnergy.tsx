/** The section of an enterprise's page: loaded when it comes near, by the sections that the person may see. */
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useMe } from "@/app/me";
import { useParam } from "@/app/view";
import { ViewLink } from "@/app/ViewLink";
import { Section, Skeleton } from "@/components/ui";
import { onPrint } from "@/lib/printing";
import { useEnergyText } from "./text";

const Tabs = lazy(async () => ({ default: (await import("./EnergyTabs")).EnergyTabs }));

export function FirmEnergy({ id, year }: { id: string; year: number }) {
  const t = useEnergyText();
  const { menu } = useMe();
  const [asked] = useParam("energy");
  const [box, near] = useNear(asked !== null);
  const energy = menu.includes("energy.see") ? (["flow", "totals", "process"] as const) : [];
  const quality = menu.includes("quality.see") ? (["quality", "uncertainty"] as const) : [];
  const only = [...energy, ...quality];
  if (only.length === 0) return null;
  return (
    <div ref={box} id="energy">
      <Section title={t("section")} side={energy.length > 0 && <ViewLink className="df-noprint" to={`/energy?firm=${id}`}>{t("wholeAccount")}</ViewLink>}>
        {near ? <Suspense fallback={<Skeleton kind="table" />}><Tabs of={{ enterprise: id, year }} only={only} /></Suspense> : <div className="df-energy-later" />}
      </Section>
    </div>
  );
}

/** Near the window, printed, or asked for by the address: then the section is brought and, if asked for, scrolled to. */
function useNear(asked: boolean): [React.RefObject<HTMLDivElement | null>, boolean] {
  const box = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(asked);
  const [first] = useState(asked);
  useEffect(() => {
    if (first) box.current?.scrollIntoView({ block: "start" });
  }, [first]);
  useEffect(() => {
    if (near || !box.current) return;
    if (typeof IntersectionObserver === "undefined") return setNear(true);
    const watcher = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && setNear(true), { rootMargin: "200px" });
    watcher.observe(box.current);
    const forget = onPrint(async () => { setNear(true); await import("./EnergyTabs"); });
    return () => { watcher.disconnect(); forget(); };
  }, [near]);
  return [box, near];
}
