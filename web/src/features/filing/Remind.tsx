/** 催报: reminds chosen late enterprises, or all that are late; each table once a day. */
import { Button } from "antd";
import { useState } from "react";
import { useView } from "@/app/view";
import { api, useAct, type Schemas } from "@/client";
import { Field, ReasonDialog, type Row } from "@/components/ui";
import { Input } from "antd";
import { Outcome } from "./Outcome";
import { useFilingText } from "./text";

interface Props {
  /** the chosen rows of the table `dues`; without them all that are late */
  rows?: readonly Row[];
  clear?: () => void;
}

export function Remind({ rows, clear }: Props) {
  const t = useFilingText();
  const view = useView();
  const [open, setOpen] = useState(false);
  const [words, setWords] = useState("");
  const late = rows?.filter((row) => row.late === true) ?? [];
  const items = late.map((row) => ({ enterprise_id: String(row.enterprise_id), contract: String(row.contract), period: String(row.period) }));
  const chosen = rows !== undefined;
  const run = useAct(
    (_: void) => api.POST("/api/v1/filings/dues/reminders", {
      body: { items: chosen ? items : [], all_late: !chosen, area: view.area ?? null, year: null, words } satisfies Schemas["RemindOrder"],
    }),
    { renew: [["inbox"]] },
  );
  const close = () => {
    setOpen(false);
    setWords("");
    run.reset();
    clear?.();
  };
  const made = run.data as Schemas["RemindOutcome"] | undefined;
  return (
    <>
      <Button size="small" type={chosen ? "primary" : "default"} disabled={chosen && late.length === 0} onClick={() => setOpen(true)}>
        {chosen ? t("remindChosen", { n: late.length }) : t("remindAll")}
      </Button>
      {open && !made && (
        <ReasonDialog open title={t("remind")} verb={t("remind")} reasoned={false} busy={run.isPending} problem={run.error} onDone={() => run.mutate()} onCancel={() => setOpen(false)}
          text={chosen ? t("remindChosenText", { n: late.length, rest: (rows?.length ?? 0) - late.length }) : t("remindAllText")}>
          <Field label={t("remindWords")} hint={t("remindWordsHint")}>{(bound) => <Input.TextArea {...bound} rows={3} maxLength={500} value={words} onChange={(e) => setWords(e.target.value)} />}</Field>
        </ReasonDialog>
      )}
      {open && made && (
        <Outcome said={`${t("remindDone", { n: made.reminded, firms: made.firms, rest: made.not_reminded })}${made.left ? ` ${t("remindLeft", { n: made.left })}` : ""}`} listed={made.reasons} onClose={close} />
      )}
    </>
  );
}
