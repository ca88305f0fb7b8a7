/** How sure the total is 把握程度: its 95 % interval, the figures that make it unsure, and the quality of the data. */
import type { Schemas } from "@/client";
import { useView } from "@/app/view";
import { Section, StatusMark } from "@/components/ui";
import { useWords } from "@/i18n";
import { digits, shown } from "@/lib/units";
import { useMethodsText } from "./text";

export function Sure({ sure }: { sure: Schemas["Surety"] }) {
  const t = useMethodsText();
  const words = useWords();
  const { units, lang } = useView();
  const amount = (value: number) => { const print = shown(value, "tCO2e", units, lang); return `${print.text} ${print.unit}`; };
  const drawn = { low: amount(sure.low), high: amount(sure.high), draws: digits(sure.draws, 6), seed: sure.seed };
  return (
    <Section title={t("sureTitle")}>
      <p>
        {sure.propagated === null ? t("sureZero", drawn) : t("sureSaid", { half: digits(sure.propagated, 3), ...drawn })}
        {sure.left_out > 0 && ` ${t("sureLeft", { n: sure.left_out })}`}
        {sure.score !== null && sure.grade && ` ${t("sureQuality", { score: digits(sure.score, 3), grade: words(sure.grade) })}`}{" "}
        <StatusMark status={sure.status} />
      </p>
      {sure.most.length > 0 && (
        <div className="df-plain-scroll" tabIndex={0} role="region" aria-label={t("sureData")}>
          <table className="df-plain">
            <thead>
              <tr><th scope="col">{t("sureData")}</th><th scope="col">{t("sureKlass")}</th><th scope="col" className="df-num">{t("sureBounds")} %</th><th scope="col" className="df-num">{t("sureShare")} %</th></tr>
            </thead>
            <tbody>
              {sure.most.map((one, n) => (
                <tr key={n}>
                  <th scope="row">{words(one.name)} <StatusMark status={one.status} /></th>
                  <td>{words(one.klass)}</td>
                  <td className="df-num">{`\u2212${digits(one.low, 3)} / +${digits(one.high, 3)}`}</td>
                  <td className="df-num">{digits(one.share * 100, 3)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}

/** Why nothing is said of it. */
export function Unsure({ why }: { why: Schemas["Words"] }) {
  return <p className="df-muted">{useWords()(why)}</p>;
}
