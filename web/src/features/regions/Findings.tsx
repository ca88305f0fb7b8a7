/** What a person should look at in a regional account 需要核对; its cells open the sheet. */
import { useView } from "@/app/view";
import { Section } from "@/components/ui";
import { useWords } from "@/i18n";
import { digits, unitName } from "@/lib/units";
import { Opens } from "./parts";
import type { Region } from "./regions";
import { useRegionsText } from "./text";

const ORDER = ["error", "warning", "note"];

export function Findings({ findings }: { findings: Region["findings"] }) {
  const t = useRegionsText();
  const words = useWords();
  const { lang } = useView();
  const sorted = [...findings].sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
  return (
    <Section title={t("findings", { n: findings.length })}>
      {sorted.length === 0 && <p className="df-muted">{t("findingsNone")}</p>}
      <ul className="df-list df-region-findings">
        {sorted.map((one, n) => (
          <li key={n}>
            <span className={`df-region-severity df-region-${one.severity}`}>{t(`severity_${one.severity}` as "severity_error")}</span>
            <span>
              {[words(one.row_words), words(one.carrier_words)].filter(Boolean).join(" · ")}{one.row_words || one.carrier_words ? (lang === "zh" ? "：" : ": ") : ""}{words(one.words)}
              {one.gap !== null && <span className="df-num"> ({t("difference")} {digits(one.gap, 4)} {unitName(one.unit, lang)})</span>}
              {one.cells.length > 0 && <> <Opens node={one.cells[0]}>{t("cells", { n: one.cells.length })}</Opens></>}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
