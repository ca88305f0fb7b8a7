/** Who or what moves the total: effects, sectors, counties or firms, diverging around zero 拉动因素. */
import { Segmented } from "antd";
import { useParam } from "@/app/view";
import type { Schemas } from "@/client";
import { Section } from "@/components/ui";
import { useLang, useWords } from "@/i18n";
import { BarTable } from "./BarTable";
import { useOverviewText } from "./text";

const KINDS = ["industry", "county", "enterprise", "effect"] as const;
type Mover = Schemas["Mover"];

/** More emissions and fewer have their own colours; the sign says the same. */
export const moverColour = (value: number | null): string => ((value ?? 0) > 0 ? "var(--energy)" : "var(--accent)");

export function moverHref(mover: Mover): string | null {
  if (mover.kind === "enterprise") return `/enterprises/${encodeURIComponent(mover.key)}`;
  if (mover.kind === "county") return `/?area=${mover.key}`;
  return null;
}

export function Movers({ overview, className = "" }: { overview: Schemas["Overview"]; className?: string }) {
  const t = useOverviewText();
  const words = useWords();
  const lang = useLang();
  const [picked, setPicked] = useParam("movers");
  const kinds = KINDS.filter((kind) => overview.movers.some((mover) => mover.kind === kind));
  const kind = kinds.find((one) => one === picked) ?? kinds[0];
  const movers = overview.movers.filter((mover) => mover.kind === kind);
  const top = movers.reduce<Mover | null>((a, b) => (Math.abs(b.contribution.value ?? 0) > Math.abs(a?.contribution.value ?? 0) ? b : a), null);
  const title = top ? t((top.contribution.value ?? 0) > 0 ? "moversUp" : "moversDown", { name: words(top.name) }) : t("moversNone");
  const measure = top?.contribution.period ? t("moversMeasure", { period: lang === "en" ? top.contribution.period.replace("\u2014", "\u2013") : top.contribution.period }) : undefined;
  const rows = movers.map((mover) => ({ key: mover.key, name: words(mover.name), href: moverHref(mover), figure: mover.contribution, share: mover.share_of_change, colour: moverColour(mover.contribution.value) }));
  const withShare = rows.some((row) => row.share != null);
  return (
    <Section
      className={className}
      title={title}
      note={measure}
      side={kinds.length > 1 && <Segmented className="df-noprint" size="small" aria-label={t("movers")} value={kind!} options={kinds.map((one) => ({ value: one, label: t(`kind_${one}`) }))} onChange={(value) => setPicked(value === kinds[0] ? null : String(value))} />}
    >
      {rows.length > 0 && <BarTable caption={`${title} ${measure ?? ""}`} rows={rows} amount={t("contribution")} signed {...(withShare ? { shareHead: t("shareOfChange") } : {})} />}
      {overview.movers_note && <p className="df-muted df-small">{words(overview.movers_note)}</p>}
    </Section>
  );
}
