/** What is the total made of: sectors and energy carriers, each in its fixed colour 行业与能源品种. */
import { useMay } from "@/app/me";
import type { Schemas } from "@/client";
import { Section, useChartKit } from "@/components/ui";
import { useWords } from "@/i18n";
import { digits } from "@/lib/units";
import { BarTable, type BarRow } from "./BarTable";
import { useOverviewText } from "./text";

type Part = Schemas["Part"];

function useRows(parts: readonly Part[]): BarRow[] {
  const words = useWords();
  const t = useOverviewText();
  const lists = useMay("registry.see");
  const { colour } = useChartKit();
  return parts.map((part) => ({ key: part.key, name: words(part.name), href: lists ? part.href : null, figure: part.figure, share: part.share, change: part.change, note: part.firms_due != null && part.firms_whole !== part.firms_due ? t("firms", { whole: part.firms_whole ?? 0, due: part.firms_due }) : null, colour: colour(part.key) }));
}

export function Sectors({ overview, className = "" }: { overview: Schemas["Overview"]; className?: string }) {
  const t = useOverviewText();
  const rows = useRows(overview.sectors);
  const top = rows.find((row) => row.share != null);
  const title = top ? t("sectorsFinding", { name: top.name, share: digits((top.share ?? 0) * 100, 3) }) : t("sectors");
  const measure = t("sectorsMeasure", { year: overview.year });
  return (
    <Section className={className} title={title} note={measure}>
      <BarTable caption={`${title} ${measure}`} rows={rows} amount={t("amount")} shareHead={t("share")} withChange />
    </Section>
  );
}

export function Fuels({ overview, className = "" }: { overview: Schemas["Overview"]; className?: string }) {
  const t = useOverviewText();
  const rows = useRows(overview.fuels);
  const top = rows.find((row) => row.figure.value !== null);
  const title = top ? t("fuelsFinding", { name: top.name }) : t("fuels");
  const measure = t("fuelsMeasure", { year: overview.year });
  const shared = rows.some((row) => row.share != null);
  return (
    <Section className={className} title={title} note={measure}>
      <BarTable caption={`${title} ${measure}`} rows={rows} amount={t("amount")} {...(shared ? { shareHead: t("share") } : {})} withChange />
      <p className="df-muted df-small">{t(shared ? "fuelsNote" : "fuelsNoShare")}</p>
    </Section>
  );
}
