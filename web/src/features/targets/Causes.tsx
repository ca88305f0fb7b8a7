/** Who is behind a target: areas, sectors or firms, the heaviest first 差距来源. */
import { Section } from "@/components/ui";
import { BarTable } from "@/features/overview/BarTable";
import { moverColour } from "@/features/overview/Movers";
import { useWords } from "@/i18n";
import type { Target } from "./TargetPage";
import { useTargetsText } from "./text";

export function Causes({ target, className }: { target: Target; className: string }) {
  const t = useTargetsText();
  const words = useWords();
  if (target.causes.length === 0) return <Section className={className} title={t("causes")}><p className="df-muted">{t("causesNone")}</p></Section>;
  const rows = target.causes.map(([name, figure]) => ({ key: name.zh, name: words(name), figure, colour: moverColour(figure.value) }));
  const title = t("causesFinding", { name: rows[0]!.name });
  return (
    <Section className={className} title={title} note={t("causes")}>
      <BarTable caption={title} rows={rows} amount={t("cause")} signed first={8} />
    </Section>
  );
}
