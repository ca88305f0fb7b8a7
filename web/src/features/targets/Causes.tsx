/** Who is behind a target: areas, sectors or firms, the heaviest first 差距来源. */
import { Section, stateColour } from "@/components/ui";
import { BarTable } from "@/features/overview/BarTable";
import { moverColour } from "@/features/overview/Movers";
import { useWords } from "@/i18n";
import type { Target } from "./TargetPage";
import { useTargetsText } from "./text";

export function Causes({ target, className }: { target: Target; className: string }) {
  const t = useTargetsText();
  const words = useWords();
  if (target.causes.length === 0) return <Section className={className} title={t("causes")}><p className="df-muted">{t("causesNone")}</p></Section>;
  // Counties have a required value: how far off they are is told by the gap relative to it, as the server orders them.
  const counties = new Map(target.counties.map((one) => [one.name.zh, one]));
  const rows = target.causes.map(([name, figure]) => {
    const county = counties.get(name.zh);
    const level = county?.required.value;
    const share = level && figure.value !== null ? figure.value / level : null;
    return { key: name.zh, name: words(name), figure, share, colour: county ? stateColour(county.state) : moverColour(figure.value) };
  });
  const relative = rows.every((row) => row.share !== null);
  const drawn = relative ? rows.map((row) => ({ ...row, bar: row.share })) : rows;
  const title = t(relative ? "causesRelative" : "causesFinding", { name: rows[0]!.name });
  return (
    <Section className={className} title={title} note={t("causes")}>
      <BarTable caption={title} rows={drawn} amount={t("cause")} signed first={8} {...(relative ? { shareHead: t("ofRequired") } : {})} />
    </Section>
  );
}
