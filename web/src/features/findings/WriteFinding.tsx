import { Button, Select } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useCarry } from "@/app/view";
import { api, useAct } from "@/client";
import { Field, ReasonDialog } from "@/components/ui";
import { useFindingsText } from "./text";

const SEVERITIES = ["major", "minor", "note"] as const;

/** The verifier's button on a firm's page: what was found, and how grave it is. */
export function WriteFinding({ enterpriseId, node = null }: { enterpriseId: string; node?: string | null }) {
  const t = useFindingsText();
  const navigate = useNavigate();
  const carry = useCarry();
  const [open, setOpen] = useState(false);
  const [severity, setSeverity] = useState<(typeof SEVERITIES)[number]>("minor");
  const run = useAct(
    (words: string) => api.POST("/api/v1/findings", { body: { enterprise_id: enterpriseId, severity, words, node } }),
    { renew: [["table", "findings"], ["inbox"]], done: (page) => void navigate(carry(`/findings/${encodeURIComponent(page.id)}`)) },
  );
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t("write")}</Button>
      <ReasonDialog open={open} title={t("write")} verb={t("save")} busy={run.isPending} problem={run.error} onDone={(words) => run.mutate(words)} onCancel={() => setOpen(false)}>
        <Field label={t("severity")}>
          {(bound) => <Select {...bound} style={{ width: "100%" }} value={severity} onChange={setSeverity} options={SEVERITIES.map((one) => ({ value: one, label: t(`severity_${one}`) }))} />}
        </Field>
      </ReasonDialog>
    </>
  );
}
