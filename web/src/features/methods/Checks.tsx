/** Printed figures against ours 公布结果核对: what fits, and which slip would explain what does not. */
import type { Schemas } from "@/client";
import { Section } from "@/components/ui";
import { useWords } from "@/i18n";
import { change, DASH, digits, exact } from "@/lib/units";
import { useTitle } from "./names";
import { useMethodsText } from "./text";

type Check = Schemas["CaseAnswer"]["checks"][number];

export function Checks({ checks, ratios, lines }: { checks: readonly Check[]; ratios: readonly Schemas["Ratio"][]; lines: readonly Schemas["Line"][] }) {
  const t = useMethodsText();
  const words = useWords();
  const title = useTitle();
  const wrong = checks.filter((one) => !one.agrees).length;
  const name = (what: string): string => {
    const [kind, ...rest] = what.split(".");
    const id = rest.join(".");
    if (kind === "units") return id;
    if (kind === "groups") return t(`group_${id}` as "group_memo");
    if (kind === "ratios") return title(ratios.find((one) => one.id === id)?.name) || id;
    if (kind !== "lines") return t("printed_total");
    const line = lines.find((one) => (one.item ? `${one.stream}/${one.item}` : one.stream) === id);
    return line ? [title(line.stream_name), line.item && words(line.item_name)].filter(Boolean).join(" · ") : id;
  };
  return (
    <Section flush title={wrong ? t("checksWrong", { n: wrong }) : t("checksRight")} note={t("checksNote")}>
      <div className="df-plain-scroll" tabIndex={0} role="region" aria-label={t("checks")}>
        <table className="df-plain df-case-lines">
          <thead><tr><th scope="col">{t("printedKind")}</th><th scope="col" className="df-num">{t("published")}</th><th scope="col" className="df-num">{t("ours")}</th><th scope="col" className="df-num">{t("relative")}</th><th scope="col">{t("verdict")}</th><th scope="col">{t("suspicions")}</th></tr></thead>
          <tbody>
            {checks.map((one) => (
              <tr key={one.what}>
                <th scope="row">{name(one.what)}</th>
                <td className="df-num" title={exact(one.published)}>{digits(one.published, 9)}</td>
                <td className="df-num" title={one.ours === null ? undefined : exact(one.ours)}>{one.ours === null ? DASH : digits(one.ours, 9)}</td>
                <td className="df-num">{one.relative === null ? DASH : `${change(one.relative * 100)}%`}</td>
                <td><span className={one.agrees ? "df-case-agrees" : "df-case-differs"}>{one.agrees ? `\u2713 ${t("agrees")}` : `\u25a0 ${one.ours === null ? t("cannotCheck") : t("differs")}`}</span></td>
                <td className="df-case-how">{one.suspicions.length > 0 ? <ul className="df-list">{one.suspicions.map((why) => <li key={why.zh}>{words(why)}</li>)}</ul> : one.agrees || one.ours === null ? DASH : t("noSuspicion")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}
