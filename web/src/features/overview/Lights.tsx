/** The targets as lights: how many stand in each state, and the worst first 目标状态. */
import { useMay } from "@/app/me";
import { ViewLink } from "@/app/ViewLink";
import type { Schemas } from "@/client";
import { Empty, Figure, Section, isJudged, StateMark, statesIn } from "@/components/ui";
import { useWords } from "@/i18n";
import { useAbove } from "./AreaMap";
import { useOverviewText } from "./text";

const MOST = 5;
export const targetHref = (id: string): string => `/targets/${encodeURIComponent(id)}`;

/** A link where the page behind it is open to the person, else the words alone. */
function MayLink({ may, to, children, className }: { may: boolean; to: string; children: React.ReactNode; className?: string }) {
  return may ? <ViewLink to={to} {...(className ? { className } : {})}>{children}</ViewLink> : <span className={className ?? "df-plainlink"}>{children}</span>;
}

export function StateCounts({ counts }: { counts: Readonly<Record<string, number>> }) {
  const sees = useMay("progress.see");
  return (
    <ul className="df-counts">
      {statesIn(counts).map((state) => (
        <li key={state}>
          <MayLink may={sees} to={`/targets?f.state=${state}`}>
            <StateMark state={state} size={16} />
            <b>{counts[state] ?? 0}</b>
          </MayLink>
        </li>
      ))}
    </ul>
  );
}

export function Lights({ overview, className = "" }: { overview: Schemas["Overview"]; className?: string }) {
  const t = useOverviewText();
  const { lights, light_counts: counts } = overview;
  const above = useAbove(overview.area_code);
  const sees = useMay("progress.see");
  if (lights.length === 0) return <Section className={className} title={t("lights")}><Empty title={t("lightsNone")} text={t("lightsNoneText")} /></Section>;
  const trouble = { total: lights.length, off: counts.off_track ?? 0, behind: counts.behind ?? 0 };
  return (
    <Section className={className} title={t(trouble.off + trouble.behind ? "lightsFinding" : "lightsGood", trouble)}>
      <StateCounts counts={counts} />
      <ul className="df-lights">
        {lights.slice(0, MOST).map((light) => <LightItem key={light.target_id} light={light} />)}
      </ul>
      {sees && <ViewLink className="df-more" to={`/targets${above ? "" : `?f.region=${encodeURIComponent(overview.area_name)}`}`}>{t("allLights", { n: lights.length })}</ViewLink>}
    </Section>
  );
}

export function LightItem({ light }: { light: Schemas["Light"] }) {
  const t = useOverviewText();
  const sees = useMay("progress.see");
  const words = useWords();
  const told = isJudged(light.state);
  return (
    <li>
      <StateMark state={light.state} bare size={16} />
      <div>
        <MayLink may={sees} to={targetHref(light.target_id)}>{words(light.name)}</MayLink>
        {told && (
          <span className="df-light-figures">
            <span>{t("required")} <Figure figure={light.required} size="small" /></span>
            <span>{t("actual")} <Figure figure={light.actual} size="small" /></span>
          </span>
        )}
        <p className="df-muted df-small">{words(light.reason)}</p>
      </div>
    </li>
  );
}
