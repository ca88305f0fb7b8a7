import { Select } from "antd";
import { useState } from "react";
import { api, useApi, type Schemas } from "@/client";
import { Field, ReasonDialog } from "@/components/ui";
import { useWords } from "@/i18n";
import { useDebounced } from "@/lib/hooks";
import { useRecordAct } from "./RecordItem";
import { usePlansText } from "./text";

/** Ties a target to an indicator of the library, found by name or pinyin. */
export function LinkIndicator({ record, doc, onClose }: { record: Schemas["ReaderRecord"]; doc: string; onClose: () => void }) {
  const t = usePlansText();
  const words = useWords();
  const [q, setQ] = useState("");
  const [chosen, setChosen] = useState<string | undefined>(record.indicator_id ?? undefined);
  const wanted = useDebounced(q, 200);
  const hits = useApi(["indicators", wanted], () => api.GET("/api/v1/indicators", { params: { query: { q: wanted } } }));
  const run = useRecordAct(
    doc,
    (why: string) => api.PUT("/api/v1/records/{id}/link", { params: { path: { id: record.id }, header: { "If-Match": `"${record.version}"` } }, body: { indicator_id: chosen ?? null, why } }),
    onClose,
  );
  return (
    <ReasonDialog open title={`${t("link")}:${record.title}`} verb={t("save")} busy={run.isPending} problem={run.error} onDone={(why) => chosen && run.mutate(why)} onCancel={onClose}>
      <Field label={t("linkTo")} required>
        {(bound) => (
          <Select {...bound} showSearch={{ filterOption: false, onSearch: setQ }} value={chosen} onChange={setChosen} loading={hits.isFetching} style={{ width: "100%" }}
            options={(hits.data ?? []).map((one) => ({ value: one.id, label: `${words(one.name)}${one.unit ? ` · ${one.unit}` : ""}` }))} />
        )}
      </Field>
    </ReasonDialog>
  );
}
