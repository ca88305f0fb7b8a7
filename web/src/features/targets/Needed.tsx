/** What is needed from now, who reports the figure, and what of the plan bears on it 还需多少、谁报送、靠什么. */
import { ViewLink } from "@/app/ViewLink";
import { Figure, Section } from "@/components/ui";
import { useWords } from "@/i18n";
import { digits } from "@/lib/units";
import type { Target } from "./TargetPage";
import { useTargetsText } from "./text";

export function Needed({ target }: { target: Target }) {
  const t = useTargetsText();
  const words = useWords();
  const { why } = target;
  if (!why) return null;
  return (
    <div className="df-grid">
      <Section className="df-5" title={t("needed")}>
        <dl className="df-facts">
          {why.needed.map(([name, figure]) => [<dt key={`${name.zh}-t`}>{words(name)}</dt>, <dd key={`${name.zh}-d`}><Figure figure={figure} signed={figure.unit !== "%" || (figure.value ?? 0) < 0} most={4} /></dd>])}
          <dt>{t("reporter")}</dt><dd>{why.reporter ? words(why.reporter) : t("reporterNone")}</dd>
        </dl>
        {why.needed.length === 0 && <p className="df-muted">{t("neededNone")}</p>}
      </Section>
      <Section className="df-7" title={t("bearing")}>
        {why.tasks_note && <p>{words(why.tasks_note)}</p>}
        {why.tasks.length === 0 ? why.tasks_note ? null : <p className="df-muted">{t("bearingNone")}</p> : <Tasks why={why} />}
        {why.technologies.length > 0 && (
          <>
            <h3>{t("technologies")}</h3>
            <ul className="df-list df-measures">{why.technologies.map((one) => <li key={one}>{one}</li>)}</ul>
          </>
        )}
      </Section>
    </div>
  );
}

function Tasks({ why }: { why: NonNullable<Target["why"]> }) {
  const t = useTargetsText();
  const words = useWords();
  return (
    <div className="df-plain-scroll">
      <table className="df-plain">
        <caption className="df-sr">{t("bearing")}</caption>
        <thead><tr><th scope="col">{t("task")}</th><th scope="col">{t("lead")}</th><th scope="col">{t("taskState")}</th><th scope="col" className="df-num">{t("percent")}</th><th scope="col">{t("due")}</th></tr></thead>
        <tbody>
          {why.tasks.map((task) => (
            <tr key={task.id} title={task.said ?? undefined}>
              <th scope="row"><ViewLink to={`/tasks/${encodeURIComponent(task.id)}`}>{words(task.name)}</ViewLink>{task.inferred && <div className="df-muted df-small">{words(task.inferred)}</div>}</th>
              <td>{words(task.lead)}</td>
              <td><span className={task.state === "overdue" ? "df-late" : undefined}>{words(task.state_name)}</span></td>
              <td className="df-num">{task.percent == null ? "\u2014" : `${digits(task.percent)}%`}</td>
              <td className="df-nowrap">{task.due ?? "\u2014"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
