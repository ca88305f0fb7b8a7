/** What may be done with the filing now: submit, approve, pass, confirm, return; a return can point at cells. */
import { App, Button, Checkbox } from "antd";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, useAct, type Schemas } from "@/client";
import { ReasonDialog } from "@/components/ui";
import { sentenceCase, useLang, useWords } from "@/i18n";
import { type Blockers, blockersOf } from "./blockers";
import { type Filing, filingKey } from "./FilingPage";
import { toCell } from "./Issues";
import { useFilingText } from "./text";

type Offer = Filing["moves"][number];
interface Props {
  filing: Filing;
  chosen: ReadonlySet<string> | null;
  onChoose: (chosen: ReadonlySet<string> | null) => void;
  /** saves the draft first; gives the version to move */
  before: () => Promise<number>;
}

export function Moves({ filing, chosen, onChoose, before }: Props) {
  const { message } = App.useApp();
  const t = useFilingText();
  const words = useWords();
  const lang = useLang();
  const [asked, setAsked] = useState<Offer | null>(null);
  const [whole, setWhole] = useState(false);
  const [tried, setTried] = useState(false);
  const [blocked, setBlocked] = useState<Blockers | null>(null);
  const queries = useQueryClient();
  const done = () => {
    if (asked) void message.success(t("done", { verb: words(asked.name) }));
    setAsked(null);
    setWhole(false);
    setTried(false);
    onChoose(null);
  };
  const run = useAct(
    async ({ move, reason }: { move: string; reason: string }) => {
      const version = await before();
      const body: Schemas["FilingMove"] = { move, reason, cells: move === "return" ? cellsOf(filing, chosen, reason) : [], whole: move === "return" && whole, explanations: {} };
      return api.POST("/api/v1/filings/{id}/moves", { params: { path: { id: filing.id }, header: { "If-Match": `"${version}"` } }, body });
    },
    { renew: [filingKey(filing.id), ["filings"], ["inbox"], ["table", "filings"]], done },
  );
  if (!filing.moves.length) return null;
  const returns = filing.moves.some((one) => one.move === "return");
  // What is wrong is told before anything is asked: the draft is saved, and the cursor goes to the first place.
  const ask = async (offer: Offer) => {
    setBlocked(null);
    if (offer.move === "submit") {
      try {
        await before();
      } catch {
        return; // told beside the grid
      }
      const found = blockersOf(queries.getQueryData<Filing>(filingKey(filing.id)) ?? filing);
      setBlocked(found);
      if (found) {
        if (found.first?.row) toCell(found.first.row, found.first.column);
        return;
      }
    }
    setAsked(offer);
  };
  const placed = asked?.move !== "return" || whole || Boolean(chosen?.size);
  const go = (reason: string) => {
    setTried(true);
    if (asked && placed) run.mutate({ move: asked.move, reason });
  };
  return (
    <>
      <div className="df-moves df-noprint">
        {filing.moves.map((offer) => (
          <Button key={offer.move} type={offer.aside || offer.move === "return" ? "default" : "primary"} danger={offer.move === "return"} onClick={() => void ask(offer)}>{sentenceCase(words(offer.name), lang)}</Button>
        ))}
        {returns && <Button type="text" onClick={() => onChoose(chosen ? null : new Set())} aria-pressed={chosen !== null}>{t("markCells")}{chosen?.size ? ` ${chosen.size}` : ""}</Button>}
      </div>
      {blocked && blockersOf(filing) && <p role="alert" className="df-blocked">{t("notYet", { verb: t("move_submit") })}{" "}{told(blockersOf(filing) ?? blocked, t)}</p>}
      {asked && (
        <ReasonDialog open title={sentenceCase(words(asked.name), lang)} verb={sentenceCase(words(asked.name), lang)} danger={asked.move === "return"} reasoned={asked.needs.includes("reason")} busy={run.isPending} problem={run.error}
          text={asked.move === "submit" ? t("submitText") : t("moveText")} onDone={go} onCancel={() => setAsked(null)}>
          {asked.move === "return" && (
            <div className={tried && !placed ? "df-field df-field-bad" : "df-field"}>
              <span>{t("cells")}: {chosen?.size ? [...chosen].map((key) => cellName(filing, key, words)).join(", ") : "\u2014"}</span>
              {!chosen?.size && <Button size="small" style={{ alignSelf: "start" }} onClick={() => { setAsked(null); onChoose(new Set()); }}>{t("markCells")}</Button>}
              {!chosen?.size && <Checkbox checked={whole} onChange={(e) => setWhole(e.target.checked)}>{t("wholeForm")}</Checkbox>}
              {tried && !placed && <span className="df-field-problem" role="alert">{t("placeNeeded")}</span>}
            </div>
          )}
        </ReasonDialog>
      )}
    </>
  );
}

function told(found: Blockers, t: ReturnType<typeof useFilingText>): string {
  const parts = [found.errors && t("blockErrors", { n: found.errors }), found.empty && t("blockEmpty", { n: found.empty }), found.doubts && t("blockDoubts", { n: found.doubts })];
  return parts.filter(Boolean).join(t("comma"));
}

function cellName(filing: Filing, key: string, words: ReturnType<typeof useWords>): string {
  const [row, column] = key.split(":", 2);
  return `${row} · ${words(filing.columns.find((one) => one.name === column)?.header) || column}`;
}

function cellsOf(filing: Filing, chosen: ReadonlySet<string> | null, what: string): Schemas["CellMark"][] {
  return [...(chosen ?? [])].map((key) => {
    const [row, column] = key.split(":", 2) as [string, string];
    const cells = filing.rows[Number(row) - 1]?.cells as Record<string, string | null> | undefined;
    const measure = filing.columns.find((one) => one.name === column)?.measure ?? "";
    return { row: Number(row), column, what, item: cells?.item ?? cells?.product ?? cells?.datum ?? "", measure, period: filing.period };
  });
}
