/** Gives free certificates on 划转: to another firm of the programme, or out of it; what is used or expired is refused. */
import { App, AutoComplete, Button, Input, Modal, Segmented } from "antd";
import { useState } from "react";
import { api, useAct, type Schemas } from "@/client";
import { Field, ProblemBox } from "@/components/ui";
import { pieces, transferOf, type TransferForm } from "./numbers";
import { useCertificatesText } from "./text";

const RENEW = [["certificates"], ["table", "certificates"], ["table", "certificate_claims"], ["table", "certificate_balances"]] as const;

export function TransferDialog({ firm, book, onClose }: { firm: string; book: Schemas["CertificateBook"]; onClose: () => void }) {
  const t = useCertificatesText();
  const { message } = App.useApp();
  const [form, setForm] = useState<TransferForm>({ to: "firm", taker: "", first: "", last: "", reason: "" });
  const [sure, setSure] = useState(false);
  const draft = transferOf(firm, form);
  const give = useAct((body: Schemas["CertificateTransfer"]) => api.POST("/api/v1/certificates/transfers", { body }), {
    renew: RENEW,
    done: (made) => {
      void message.success(t("transferred", { n: pieces(made.count) }));
      onClose();
    },
  });
  const set = (part: Partial<TransferForm>) => {
    setForm((before) => ({ ...before, ...part }));
    setSure(false);
    give.reset();
  };
  const others = book.firms.filter(([id]) => id !== firm).map(([value, label]) => ({ value, label: `${label} ${value}` }));
  const footer = (
    <div className="df-row df-row-end">
      <Button onClick={onClose}>{t("close")}</Button>
      {sure ? <Button type="primary" danger loading={give.isPending} onClick={() => draft && give.mutate(draft)}>{t("transferSure")}</Button> : <Button type="primary" disabled={!draft} onClick={() => setSure(true)}>{t("transfer")}</Button>}
    </div>
  );
  return (
    <Modal open title={t("transferTitle")} onCancel={onClose} footer={footer} destroyOnHidden width={640}>
      <div className="df-stack">
        <p className="df-muted">{t("transferText")}</p>
        <Segmented aria-label={t("taker")} value={form.to} options={[{ value: "firm", label: t("takerFirm") }, { value: "outside", label: t("takerOutside") }]} onChange={(to) => set({ to: to as TransferForm["to"] })} />
        {form.to === "firm" && (
          <Field label={t("taker")} hint={t("takerHint")} required>
            {(bound) => <AutoComplete {...bound} style={{ width: "100%" }} value={form.taker} onChange={(taker: string) => set({ taker })} options={others} showSearch={{ filterOption: (typed, option) => String(option?.label ?? "").includes(typed) }} />}
          </Field>
        )}
        <div className="df-cert-form">
          <Field label={t("firstCode")} required>{(bound) => <Input {...bound} className="df-mono" maxLength={120} value={form.first} onChange={(e) => set({ first: e.target.value })} />}</Field>
          <Field label={t("lastCode")} hint={t("lastHint")}>{(bound) => <Input {...bound} className="df-mono" maxLength={120} value={form.last} onChange={(e) => set({ last: e.target.value })} />}</Field>
        </div>
        <Field label={t("transferReason")} required>{(bound) => <Input.TextArea {...bound} rows={2} maxLength={1000} value={form.reason} onChange={(e) => set({ reason: e.target.value })} />}</Field>
        {sure && <p role="status"><b>{t("transferAsk")}</b></p>}
        {give.error && <ProblemBox compact problem={give.error} />}
      </div>
    </Modal>
  );
}
