/** Many filings at once 批量办理: those chosen that stand where the caller's move begins; doubtful ones are listed, not moved. */
import { Button } from "antd";
import { useState } from "react";
import { useMe } from "@/app/me";
import { api, useAct, type Schemas } from "@/client";
import { ReasonDialog, type Row } from "@/components/ui";
import { Outcome } from "./Outcome";
import { useFilingText } from "./text";

type Move = Schemas["BulkMove"]["move"];
const WAYS: readonly { move: Move; from: string; who: string }[] = [
  { move: "approve", from: "submitted", who: "filing.approve" },
  { move: "pass", from: "approved", who: "filing.county" },
  { move: "confirm", from: "county_passed", who: "filing.city" },
];

/** The moves in bulk that a caller's roles may make. */
export function useBulkWays() {
  const { use_cases } = useMe();
  return WAYS.filter((way) => use_cases.includes(way.who));
}

export function BulkMoves({ rows, clear }: { rows: readonly Row[]; clear: () => void }) {
  return <>{useBulkWays().map((way) => <One key={way.move} {...way} rows={rows.filter((row) => row.state === way.from)} rest={rows.filter((row) => row.state !== way.from).length} clear={clear} />)}</>;
}

function One({ move, rows, rest, clear }: { move: Move; rows: readonly Row[]; rest: number; clear: () => void }) {
  const t = useFilingText();
  const [open, setOpen] = useState(false);
  const run = useAct(
    (_: void) => api.POST("/api/v1/filings/moves", { body: { move, items: rows.slice(0, 200).map((row) => ({ id: String(row.case_id), version: Number(row.version) })) } }),
    { renew: [["filings"], ["inbox"], ["table", "filings"], ["table", "dues"]] },
  );
  const made = run.data as Schemas["BulkOutcome"] | undefined;
  const verb = t(`move_${move}`);
  const close = () => {
    setOpen(false);
    run.reset();
    clear();
  };
  return (
    <>
      <Button size="small" type="primary" disabled={rows.length === 0} onClick={() => setOpen(true)}>{t("bulk", { verb, n: rows.length })}</Button>
      {open && !made && (
        <ReasonDialog open title={t("bulk", { verb, n: rows.length })} verb={verb} reasoned={false} busy={run.isPending} problem={run.error}
          text={`${t("bulkText")}${rest ? ` ${t("bulkRest", { n: rest })}` : ""}`} onDone={() => run.mutate()} onCancel={() => setOpen(false)} />
      )}
      {open && made && <Outcome said={t("bulkDone", { verb, n: made.done, rest: made.refused.length })} listed={made.refused} onClose={close} />}
    </>
  );
}
