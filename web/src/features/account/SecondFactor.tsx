/** The second factor once it is set up: new recovery codes, or taking it away; each asks for the password again. */
import { Button, Input } from "antd";
import { useState } from "react";
import { Field } from "@/components/ui/Field";
import { ProblemBox } from "@/components/ui/ProblemBox";
import { useRemoveTotp, useRenewCodes } from "./calls";
import { useAccountText } from "./text";
import { CodeInput, RecoveryCodes } from "./TotpForm";

type Act = "codes" | "remove";

export function SecondFactor() {
  const t = useAccountText();
  const [act, setAct] = useState<Act | null>(null);
  const close = () => setAct(null);
  if (act === "codes") return <NewCodes onClose={close} />;
  if (act === "remove") return <Remove onClose={close} />;
  return (
    <div className="df-row">
      <Button onClick={() => setAct("codes")}>{t("recoveryRenew")}</Button>
      <Button onClick={() => setAct("remove")}>{t("totpRemove")}</Button>
    </div>
  );
}

function Password({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const t = useAccountText();
  return <Field label={t("password")} required>{(bound) => <Input.Password {...bound} autoFocus autoComplete="current-password" value={value} onChange={(e) => onChange(e.target.value)} />}</Field>;
}

function NewCodes({ onClose }: { onClose: () => void }) {
  const t = useAccountText();
  const [password, setPassword] = useState("");
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const renew = useRenewCodes(setCodes);
  if (codes) return <RecoveryCodes codes={codes} onDone={onClose} />;
  return (
    <form className="df-stack" onSubmit={(e) => { e.preventDefault(); renew.mutate(password, { onError: () => setPassword("") }); }}>
      <p>{t("recoveryRenewText")}</p>
      <Password value={password} onChange={setPassword} />
      {renew.error && <ProblemBox compact problem={renew.error} />}
      <div className="df-row">
        <Button type="primary" htmlType="submit" loading={renew.isPending} disabled={!password}>{t("recoveryRenew")}</Button>
        <Button onClick={onClose}>{t("back")}</Button>
      </div>
    </form>
  );
}

function Remove({ onClose }: { onClose: () => void }) {
  const t = useAccountText();
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const remove = useRemoveTotp(onClose);
  return (
    <form className="df-stack" onSubmit={(e) => { e.preventDefault(); remove.mutate({ password, code }, { onError: () => setCode("") }); }}>
      <p>{t("totpRemoveText")}</p>
      <Password value={password} onChange={setPassword} />
      <Field label={t("code")} required>{(bound) => <CodeInput {...bound} autoFocus={false} value={code} onChange={setCode} />}</Field>
      {remove.error && <ProblemBox compact problem={remove.error} />}
      <div className="df-row">
        <Button danger htmlType="submit" loading={remove.isPending} disabled={!password || code.length < 6}>{t("totpRemove")}</Button>
        <Button onClick={onClose}>{t("back")}</Button>
      </div>
    </form>
  );
}
