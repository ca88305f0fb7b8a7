/** An error says what happened, where, how to mend it, with an id to quote 错误. */
import { ApiProblem, type ProblemBody } from "@/client";
import { useLang } from "@/i18n";
import { randomId } from "@/lib/random";
import { useUiText } from "./text";

type Said = string | { zh: string; en: string } | null | undefined;

export function ProblemBox({ problem, onAgain, compact = false }: { problem: unknown; onAgain?: (() => void) | undefined; compact?: boolean }) {
  const t = useUiText();
  const lang = useLang();
  const say = (said: Said, zh?: string | null) => (said && typeof said === "object" ? said[lang] || said.zh : lang === "zh" ? zh || said || "" : said || "");
  const body = bodyOf(problem, t);
  const where = say(body.where, body.where_zh);
  const mend = say(body.mend, body.mend_zh);
  const lines = body.problems ?? [];
  return (
    <div className={compact ? "df-problem df-problem-compact" : "df-problem"} role="alert">
      <strong>{say(body.what, body.what_zh) || body.detail || body.title || t("errorTitle")}</strong>
      <dl className="df-facts">
        {where && <><dt>{t("errorWhere")}</dt><dd>{where}</dd></>}
        {mend && <><dt>{t("errorMend")}</dt><dd>{mend}</dd></>}
        {body.id && <><dt>{t("errorId")}</dt><dd><code>{body.id}</code></dd></>}
      </dl>
      {lines.length > 0 && (
        <ul>
          {lines.slice(0, 50).map((line, n) => <li key={n}>{[say(line.where, line.where_zh), line.column, say(line.what, line.what_zh), say(line.mend, line.mend_zh)].filter(Boolean).join(" · ")}</li>)}
        </ul>
      )}
      {onAgain && !isFinal(problem) && <button type="button" className="df-button" onClick={onAgain}>{t("errorAgain")}</button>}
    </div>
  );
}

/** What asking again does not change: no permission, not there, or withdrawn. */
export const isFinal = (problem: unknown): boolean => problem instanceof ApiProblem && [401, 403, 404, 410].includes(problem.status);

function bodyOf(problem: unknown, t: ReturnType<typeof useUiText>): ProblemBody {
  if (problem instanceof ApiProblem) return problem.body;
  if (problem instanceof TypeError && /fetch|network|load/i.test(problem.message)) return { what: t("errorOffline"), mend: t("errorOfflineMend") };
  return { what: t("errorPage"), detail: String(problem), where: problem instanceof Error ? problem.message : String(problem), mend: t("errorPageMend"), id: idOf(problem) };
}

const ids = new WeakMap<object, string>();
/** The number of a fault of the page: the same as long as it is shown, and beside the fault in the browser's console. */
function idOf(problem: unknown): string {
  const held = typeof problem === "object" && problem !== null ? problem : null;
  const known = held && ids.get(held);
  if (known) return known;
  const id = randomId().replaceAll("-", "").slice(0, 12);
  if (held) ids.set(held, id);
  console.error(id, problem);
  return id;
}
