import { Select } from "antd";
import { useState } from "react";
import { api, useAct, type Schemas } from "@/client";
import { Field, ReasonDialog } from "@/components/ui";
import { changed } from "./fields";
import { RecordForm, type Values } from "./RecordForm";
import { usePlansText } from "./text";

type Kind = Schemas["RecordDraft"]["kind"];

/** A record that the reader missed, added from a selected passage. */
export function AddRecord({ doc, span, quote, onClose }: { doc: string; span: [number, number]; quote: string; onClose: () => void }) {
  const t = usePlansText();
  const [kind, setKind] = useState<Kind>("target");
  const [values, setValues] = useState<Values>({ comparator: ">=" });
  const run = useAct(
    (why: string) => api.POST("/api/v1/plans/{doc}/records", { params: { path: { doc } }, body: { kind, span, why, fields: changed({}, values) } }),
    { renew: [["plans", doc], ["plans"]], done: onClose },
  );
  const choose = (next: Kind) => {
    setKind(next);
    setValues(next === "target" ? { comparator: ">=" } : { title: quote.trim().slice(0, 80) });
  };
  return (
    <ReasonDialog open title={t("addTitle")} text={quote} verb={t("add")} busy={run.isPending} problem={run.error} onDone={(why) => run.mutate(why)} onCancel={onClose}>
      <Field label={t("addKind")}>
        {(bound) => (
          <Select {...bound} value={kind} onChange={choose} style={{ width: "100%" }}
            options={(["target", "task", "box"] as const).map((one) => ({ value: one, label: t(`kind_${one}`) }))} />
        )}
      </Field>
      <RecordForm kind={kind} values={values} onChange={setValues} />
    </ReasonDialog>
  );
}
