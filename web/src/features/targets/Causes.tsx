/** Who is behind a target: counties, sectors, firms by what they add to the gap; else why nobody can be named 差距来源. */
import { Segmented } from "antd";
import { useParam } from "@/app/view";
import { Section, stateColour } from "@/components/ui";
import { BarTable } from "@/features/overview/BarTable";
import { moverColour } from "@/features/overview/Movers";
import { useLang, useWords } from "@/i18n";
import { unitName } from "@/lib/units";
import type { Target } from "./TargetPage";
import { useTargetsText } from "./text";

type Why = NonNullable<Target["why"]>;
const KINDS = ["county", "industry", "enterprise"] as const;

export function Causes({ target, className }: { target: Target; className: string }) {
  const { why } = target;
  if (why && why.parts.length > 0) return <Parts why={why} good={target.light?.state === "reached" || target.light?.state === "on_track"} className={className} />;
  if (target.causes.length > 0) return <Moved target={target} className={className} />;
  return <Nobody why={why ?? null} className={className} />;
}

/** What each part adds to the gap; the parts of one kind add up to it. */
function Parts({ why, good, className }: { why: Why; good: boolean; className: string }) {
  const t = useTargetsText();
  const words = useWords();
  const lang = useLang();
  const [picked, setPicked] = useParam("parts");
  const kinds = KINDS.filter((kind) => why.parts.some((part) => part.kind === kind));
  const kind = kinds.find((one) => one === picked) ?? kinds[0]!;
  const parts = why.parts.filter((part) => part.kind === kind);
  const [top] = parts;
  // Of a target that is met the gap is on the right side, and what adds to it is well done.
  const worse = (part: (typeof parts)[number]) => (part.share ?? 0) > 0 !== good;
  const rows = parts.map((part) => ({ key: part.key, name: words(part.name), href: part.href, figure: part.adds, share: part.share, colour: worse(part) ? stateColour("behind") : stateColour("on_track") }));
  const title = top && (top.share ?? 0) > 0 ? t(good ? "partsGood" : "causesFinding", { name: words(top.name) }) : t("causes");
  return (
    <Section
      className={className}
      title={title}
      note={t("partsNote")}
      side={kinds.length > 1 && <Segmented className="df-noprint" size="small" aria-label={t("causes")} value={kind} options={kinds.map((one) => ({ value: one, label: t(`part_${one}`) }))} onChange={(value) => setPicked(value === kinds[0] ? null : String(value))} />}
    >
      <BarTable caption={title} rows={rows} hideUnit amount={`${t("adds")} (${unitName(top?.adds.unit, lang)})`} shareHead={t("ofGap")} signed first={8} />
      <p className="df-muted df-small">{kind === "enterprise" ? t("firmsOnly") : words(why.parts_note)}</p>
    </Section>
  );
}

/** Of a total: who moved it on the year before. */
function Moved({ target, className }: { target: Target; className: string }) {
  const t = useTargetsText();
  const words = useWords();
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

/** Nobody can be named: why, and which datum would allow it. */
function Nobody({ why, className }: { why: Why | null; className: string }) {
  const t = useTargetsText();
  const words = useWords();
  return (
    <Section className={className} title={t("partsNone")}>
      <p>{why?.no_parts ? words(why.no_parts) : t("causesNone")}</p>
      {why?.datum && <dl className="df-facts"><dt>{t("datum")}</dt><dd>{words(why.datum)}</dd></dl>}
    </Section>
  );
}
