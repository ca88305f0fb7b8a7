/** Is the installation in order, and if not, how is it mended? 运行状态 */
import { api, useApi } from "@/client";
import { Page, PageFace, Section, type Level } from "@/components/ui";
import { useLang } from "@/i18n";
import { moment } from "@/lib/dates";
import "./system.css";
import { isSystemKey, useSystemText } from "./text";

const LEVELS: Record<string, Level> = { warn: "orange", fail: "red" };

export function StatePage() {
  const t = useSystemText();
  const lang = useLang();
  const state = useApi(["system_state"], () => api.GET("/api/v1/system/state"), { refetchInterval: 30_000 });
  return (
    <Page title={t("state")}>
      <PageFace query={state}>
        {(found) => (
          <>
            <Section title={t("checks")} note={`${t("checkedAt")} ${moment(found.checked_at)}`}>
              <ul className="df-checks">
                {found.findings.map((check, n) => (
                  <li key={n}>
                    <CheckLevel level={check.level} word={t(`level_${check.level}`)} />
                    <div>
                      <div>{lang === "zh" ? check.what_zh || check.what : check.what}</div>
                      {check.where && <div className="df-muted">{t("where")} <code>{check.where}</code></div>}
                      {check.mend && <div className="df-muted">{t("mend")} {lang === "zh" ? check.mend_zh || check.mend : check.mend}</div>}
                    </div>
                  </li>
                ))}
              </ul>
            </Section>
            <Section title={t("counts")}>
              <dl className="df-facts">
                <dt>{t("version")}</dt><dd>{found.code_version}</dd>
                <dt>{t("rulebook")}</dt><dd>{found.rulebook_version}</dd>
                {Object.entries(found.counts).map(([name, n]) => <Count key={name} name={isSystemKey(`count_${name}`) ? t(`count_${name}` as "count_ledger") : name} n={n} />)}
              </dl>
            </Section>
          </>
        )}
      </PageFace>
    </Page>
  );
}

function CheckLevel({ level, word }: { level: string; word: string }) {
  return level in LEVELS ? <WarningLevelWord level={LEVELS[level]!} word={word} /> : <span className="df-check-ok">{word}</span>;
}

function WarningLevelWord({ level, word }: { level: Level; word: string }) {
  return <span className={`df-level df-level-${level}`}><span className="df-level-word">{word}</span></span>;
}

function Count({ name, n }: { name: string; n: number }) {
  return <><dt>{name}</dt><dd>{n.toLocaleString("en-US")}</dd></>;
}
