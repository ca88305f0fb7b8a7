/** One claim 声明: what it takes and where it stands; retire it, or take it back. */
import { Button, Drawer, Input } from "antd";
import { useState } from "react";
import { api, useAct, useApi, type Schemas } from "@/client";
import { Field, PageFace, ReasonDialog } from "@/components/ui";
import { useLang, useWords } from "@/i18n";
import { unitName } from "@/lib/units";
import { figure, pieces } from "./numbers";
import { Ranges } from "./Ranges";
import { useCertificatesText } from "./text";

type Claim = Schemas["ClaimView"];

export function ClaimPanel({ id, kinds, purposes, onClose }: { id: string; kinds: readonly Schemas["KindName"][]; purposes: readonly Schemas["PurposeView"][]; onClose: () => void }) {
  const t = useCertificatesText();
  const claim = useApi(["certificates", "claim", id], () => api.GET("/api/v1/certificates/claims/{id}", { params: { path: { id } } }));
  return (
    <Drawer open title={t("claimId")} onClose={onClose} size={560} destroyOnHidden>
      <PageFace query={claim} skeleton="lines">{(found) => <Told claim={found} kinds={kinds} purposes={purposes} />}</PageFace>
    </Drawer>
  );
}

function Told({ claim, kinds, purposes }: { claim: Claim; kinds: readonly Schemas["KindName"][]; purposes: readonly Schemas["PurposeView"][] }) {
  const t = useCertificatesText();
  const words = useWords();
  const lang = useLang();
  return (
    <div className="df-stack">
      <dl className="df-facts">
        <dt>{t("claimId")}</dt><dd className="df-mono">{claim.claim_id}</dd>
        <dt>{t("firm")}</dt><dd>{claim.name}</dd>
        <dt>{t("purpose")}</dt><dd>{words(purposes.find((one) => one.id === claim.purpose)?.name)}{claim.subject && ` · ${claim.subject}`}</dd>
        <dt>{t("claimMonth")}</dt><dd>{claim.month}</dd>
        <dt>{t("count")}</dt><dd>{pieces(claim.count)} · {figure(claim.mwh)} {unitName("MWh", lang)}</dd>
        <dt>{t("state")}</dt><dd><b>{t(`state_${claim.state}`)}</b> · {t("madeOn", { day: claim.claimed_on ?? "", by: claim.claimed_by ?? "" })}</dd>
        {claim.ended_on && <><dt>{t(`state_${claim.state}`)}</dt><dd>{claim.ended_on} {claim.retirement}{claim.reason && ` · ${t("reason")}: ${claim.reason}`}</dd></>}
        {claim.note && <><dt>{t("remark")}</dt><dd>{claim.note}</dd></>}
      </dl>
      {claim.may_end && claim.claim_id && <Ends id={claim.claim_id} />}
      <Ranges ranges={claim.ranges} kinds={kinds} />
    </div>
  );
}

const RENEW = [["certificates"], ["table", "certificates"], ["table", "certificate_claims"], ["table", "certificate_balances"]] as const;

function Ends({ id }: { id: string }) {
  const t = useCertificatesText();
  const [asked, setAsked] = useState<"retire" | "withdraw" | null>(null);
  const [number, setNumber] = useState("");
  const close = () => setAsked(null);
  const path = { params: { path: { id } } };
  const retire = useAct((given: string) => api.POST("/api/v1/certificates/claims/{id}/retirement", { ...path, body: { number: given } }), { renew: RENEW, done: close });
  const withdraw = useAct((reason: string) => api.POST("/api/v1/certificates/claims/{id}/withdrawal", { ...path, body: { reason } }), { renew: RENEW, done: close });
  return (
    <div className="df-row">
      <Button type="primary" onClick={() => setAsked("retire")}>{t("retire")}</Button>
      <Button danger onClick={() => setAsked("withdraw")}>{t("withdraw")}</Button>
      {asked === "retire" && (
        <ReasonDialog open title={t("retire")} text={t("retireText")} verb={t("retire")} reasoned={false} busy={retire.isPending} problem={retire.error} onDone={() => number.trim() && retire.mutate(number.trim())} onCancel={close}>
          <Field label={t("retireNumber")} required>{(bound) => <Input {...bound} maxLength={200} value={number} onChange={(e) => setNumber(e.target.value)} />}</Field>
        </ReasonDialog>
      )}
      {asked === "withdraw" && (
        <ReasonDialog open danger title={t("withdraw")} text={t("withdrawText")} verb={t("withdraw")} busy={withdraw.isPending} problem={withdraw.error} onDone={(reason) => withdraw.mutate(reason)} onCancel={close} />
      )}
    </div>
  );
}
