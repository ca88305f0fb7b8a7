import { Button } from "antd";
import { useState } from "react";
import { api, useAct, type Schemas } from "@/client";
import { ReasonDialog, WarningLevel, type Level } from "@/components/ui";
import { sentenceCase, useLang, useWords } from "@/i18n";
import { taskKey } from "./TaskPage";
import { useTasksText } from "./text";

type Card = Schemas["DispatchCard"];

/** One dispatch: what was asked of whom, where it stands, and what may be done with it. */
export function DispatchItem({ card, taskId }: { card: Card; taskId: string }) {
  const t = useTasksText();
  const words = useWords();
  const lang = useLang();
  const [asked, setAsked] = useState<Card["moves"][number] | null>(null);
  const run = useAct(
    ({ move, said }: { move: string; said: string }) =>
      api.POST("/api/v1/dispatches/{id}/moves", {
        params: { path: { id: card.id }, header: { "If-Match": `"${card.version}"` } },
        body: { move: move as Schemas["DispatchMove"]["move"], words: said, reason: said, evidence: [] },
      }),
    { renew: [taskKey(taskId), ["table", "dispatches"], ["inbox"]], done: () => setAsked(null) },
  );
  const says = asked ? asked.needs.some((need) => need === "words" || need === "reason") : false;
  return (
    <article className="df-taskcard">
      <div className="df-row">
        <b>{card.recipient}</b><span className="df-muted">{words(card.state_name)}</span>
        {card.term && <span>{t("dispatchTerm")} {card.term}</span>}
        {card.urgency && <WarningLevel level={card.urgency.level as Level} />}
      </div>
      <p>{card.words}</p>
      {card.answer && <p className="df-muted">{t("answer")}: {card.answer}</p>}
      <div className="df-row df-noprint">
        {card.moves.map((offer) => <Button key={offer.move} size="small" danger={offer.move === "return"} onClick={() => setAsked(offer)}>{sentenceCase(words(offer.name), lang)}</Button>)}
      </div>
      {asked && (
        <ReasonDialog open title={sentenceCase(words(asked.name), lang)} verb={sentenceCase(words(asked.name), lang)} reasoned={says} busy={run.isPending} problem={run.error} onDone={(said) => run.mutate({ move: asked.move, said })} onCancel={() => setAsked(null)} />
      )}
    </article>
  );
}
