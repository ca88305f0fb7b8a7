/** Claims certificates 声明: what would be taken is shown first; a second use is refused with the name of the first claim. */
import { App, Button, Input, InputNumber, Modal, Segmented, Select } from "antd";
import { useState } from "react";
import { api, useAct, type Schemas } from "@/client";
import { Field, ProblemBox } from "@/components/ui";
import { useWords } from "@/i18n";
import { draftOf, figure, pieces, type ClaimForm } from "./numbers";
import { Ranges } from "./Ranges";
import { useCertificatesText } from "./text";

const RENEW = [["certificates"], ["table", "certificates"], ["table", "certificate_claims"], ["table", "certificate_balances"]] as const;

export function ClaimDialog({ firm, book, onClose }: { firm: string; book: Schemas["CertificateBook"]; onClose: () => void }) {
  const t = useCertificatesText();
  const words = useWords();
  const { message } = App.useApp();
  const [form, setForm] = useState<ClaimForm>({ month: `${book.year}-${book.day.startsWith(String(book.year)) ? book.day.slice(5, 7) : "12"}`, purpose: "scope2", how: "count", count: null, first: "", last: "", subject: "", note: "" });
  const draft = draftOf(firm, form);
  const preview = useAct((body: Schemas["ClaimDraft"]) => api.POST("/api/v1/certificates/proposals", { body }));
  const claim = useAct((body: Schemas["ClaimDraft"]) => api.POST("/api/v1/certificates/claims", { body }), {
    renew: RENEW,
    done: (made) => {
      void message.success(t("made", { n: pieces(made.count), id: made.claim_id ?? "" }));
      onClose();
    },
  });
  const set = (part: Partial<ClaimForm>) => {
    setForm((before) => ({ ...before, ...part }));
    preview.reset();
    claim.reset();
  };
  const seen = preview.data;
  const problem = claim.error ?? preview.error;
  const footer = (
    <div className="df-row df-row-end">
      <Button onClick={onClose}>{t("close")}</Button>
      <Button disabled={!draft} loading={preview.isPending} onClick={() => draft && preview.mutate(draft)}>{t("preview")}</Button>
      <Button type="primary" disabled={!draft || !seen} loading={claim.isPending} onClick={() => draft && claim.mutate(draft)}>{t("confirm")}</Button>
    </div>
  );
  return (
    <Modal open title={t("claimTitle")} onCancel={onClose} footer={footer} destroyOnHidden width={640}>
      <div className="df-stack">
        <p className="df-muted">{t("once")}</p>
        <div className="df-cert-form">
          <Field label={t("claimMonth")} required>{(bound) => <Input {...bound} type="month" value={form.month} onChange={(e) => set({ month: e.target.value })} />}</Field>
          <Field label={t("purpose")} required>
            {(bound) => <Select {...bound} style={{ width: "100%" }} value={form.purpose} onChange={(purpose) => set({ purpose })} options={book.purposes.map((one) => ({ value: one.id as ClaimForm["purpose"], label: words(one.name) }))} />}
          </Field>
        </div>
        <Segmented aria-label={t("how")} value={form.how} options={[{ value: "count", label: t("byCount") }, { value: "codes", label: t("byCodes") }]} onChange={(how) => set({ how: how as ClaimForm["how"] })} />
        {form.how === "count" ? (
          <Field label={t("count")} hint={t("countHint")} required>{(bound) => <InputNumber {...bound} style={{ width: "100%" }} min={1} precision={0} value={form.count} onChange={(count) => set({ count })} />}</Field>
        ) : (
          <div className="df-cert-form">
            <Field label={t("firstCode")} required>{(bound) => <Input {...bound} className="df-mono" maxLength={120} value={form.first} onChange={(e) => set({ first: e.target.value })} />}</Field>
            <Field label={t("lastCode")} hint={t("lastHint")}>{(bound) => <Input {...bound} className="df-mono" maxLength={120} value={form.last} onChange={(e) => set({ last: e.target.value })} />}</Field>
          </div>
        )}
        <div className="df-cert-form">
          <Field label={t("subject")} hint={t("subjectHint")}>{(bound) => <Input {...bound} maxLength={200} value={form.subject} onChange={(e) => set({ subject: e.target.value })} />}</Field>
          <Field label={t("remark")}>{(bound) => <Input {...bound} maxLength={1000} value={form.note} onChange={(e) => set({ note: e.target.value })} />}</Field>
        </div>
        {seen && !problem && (
          <div role="status">
            <p>{t("previewed", { n: pieces(seen.count), mwh: figure(seen.mwh), bought: figure(seen.electricity_mwh), before: figure(seen.claimed_before_mwh) })}</p>
            <Ranges ranges={seen.ranges} kinds={book.kinds} />
          </div>
        )}
        {problem && <ProblemBox compact problem={problem} />}
      </div>
    </Modal>
  );
}
