/** The lines of the trail 审计记录: acts, subjects and scopes in words; the codes on hover. */
import { useFrameText } from "@/app/text";
import { useLang } from "@/i18n";
import { moment } from "@/lib/dates";
import { useAuditText } from "./auditText";
import { actName, detailOf, subjectOf, type Act, type Entry, type Told } from "./auditWords";

const HEADS = ["at", "who", "act", "subject", "outcome", "ip", "detail"] as const;

export function AuditTrail({ entries, acts, names }: { entries: readonly Entry[]; acts: readonly Act[]; names: Readonly<Record<string, string>> }) {
  const t = useAuditText();
  const frame = useFrameText();
  const told: Told = {
    t, names, lang: useLang(), acts: new Map(acts.map((act) => [act.act, act])),
    role: (code) => frame(`role_${code}` as "role_public"),
  };
  return (
    <div className="df-plain-scroll" tabIndex={0} role="region" aria-label={t("title")}>
      <table className="df-plain">
        <thead><tr>{HEADS.map((key) => <th key={key} scope="col" className="df-nowrap">{t(key)}</th>)}</tr></thead>
        <tbody>{entries.map((entry) => <Line key={entry.seq} entry={entry} told={told} />)}</tbody>
      </table>
    </div>
  );
}

function Line({ entry, told }: { entry: Entry; told: Told }) {
  const { t } = told;
  return (
    <tr>
      <th scope="row" className="df-nowrap">{moment(entry.at, true)}</th>
      <td>{entry.who === "public" ? t("public") : entry.who}</td>
      <td title={entry.act}>{actName(entry.act, told)}</td>
      <td className="df-detail" title={entry.subject}>{subjectOf(entry, told)}</td>
      <td className={entry.outcome === "ok" ? "df-nowrap" : "df-nowrap df-outcome-bad"}>{t(`outcome_${entry.outcome}`)}</td>
      <td className="df-mono">{entry.ip}</td>
      <td className="df-detail">
        <dl className="df-told">
          {detailOf(entry, told).map(({ name, value }, n) => <div key={n}>{name && <dt>{name}</dt>}<dd>{value}</dd></div>)}
        </dl>
      </td>
    </tr>
  );
}
