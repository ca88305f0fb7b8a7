import { useState } from "react";
import type { Schemas } from "@/client";
import { ReasonDialog } from "@/components/ui";
import { changed } from "./fields";
import { RecordForm, type Values } from "./RecordForm";
import { sendAct, useRecordAct } from "./RecordItem";
import { usePlansText } from "./text";

/** A correction: the fields as they stand, to be changed, with the reason. */
export function CorrectRecord({ record, doc, onClose }: { record: Schemas["ReaderRecord"]; doc: string; onClose: () => void }) {
  const t = usePlansText();
  const [values, setValues] = useState<Values>(record.fields as Values);
  const run = useRecordAct(
    doc,
    (why: string) => sendAct(record.id, record.version, { act: "correct", why, fields: changed(record.fields as Values, values) }),
    onClose,
  );
  return (
    <ReasonDialog open title={`${t("correct")}:${record.title}`} verb={t("save")} busy={run.isPending} problem={run.error} onDone={(why) => run.mutate(why)} onCancel={onClose}>
      {typeof record.fields.quote === "string" && <p className="df-muted">{record.fields.quote}</p>}
      <RecordForm kind={record.kind} values={values} onChange={setValues} />
    </ReasonDialog>
  );
}
