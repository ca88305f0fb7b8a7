/** The targets as lights: how many stand in each state, and the worst first 目标状态. */
import { ViewLink } from "@/app/ViewLink";
import type { Schemas } from "@/client";
import { Empty, Figure, Section, StateMark, STATES } from "@/components/ui";
import { useWords } from "@/i18n";
import { useAbove } from "./AreaMap";
import { useOverviewText } from "./text";

const MOST = 5;
export const targetHref = (id: string): string => `/targets/${encodeURIComponent(id)}`;

export function StateCounts({ counts }: { counts: Readonly<Record<string, number>> }) {
  return (
    <ul className="df-counts">
      {STATES.map((state) => (
        <li key={state}>
          <ViewLink to={`/targets?f.state=${state}`}>
            <StateMark state={state} size={16} />
            <b>{counts[state] ?? 0}</b>
          </ViewLink>
        </li>
      ))}
    </ul>
  );
}

export function Lights({ overview, className = "" }: { overview: Schemas["Overview"]; className?: string }) {
  const t = useOverviewText();
  const { lights, light_counts: counts } = overview;
  const above = useAbove(overview.area_code);
  if (lights.length === 0) return <Section className={className} title={t("lights")}><Empty title={t("lightsNone")} text={t("lightsNoneText")} /></Section>;
  const trouble = { total: lights.length, off: counts.off_track ?? 0, behind: counts.behind ?? 0 };
  return (
    <Section className={className} title={t(trouble.off + trouble.behind ? "lightsFinding" : "lightsGood", trouble)}>
      <StateCounts counts={counts} />
      <ul className="df-lights">
        {lights.slice(0, MOST).map((light) => <LightItem key={light.target_id} light={light} />)}
      </ul>
      <ViewLink className="df-more" to={`/targets${above ? "" : `?f.region=${encodeURIComponent(overview.area_name)}`}`}>{t("allLights", { n: lights.length })}</ViewLink>
    </Section>
  );
}

export function LightItem({ light }: { light: Schemas["Light"] }) {
  const t = useOverviewText();
  const words = useWords();
  const told = light.state !== "not_assessed";
  return (
    <li>
      <StateMark state={light.state} bare size={16} />
      <div>
        <ViewLink to={targetHref(light.target_id)}>{words(light.name)}</ViewLink>
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
