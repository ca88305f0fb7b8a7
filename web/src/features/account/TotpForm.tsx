/** Setting up the authenticator: scan, confirm with a code, keep the recovery codes. */
import { Button, Input } from "antd";
import { useState } from "react";
import { Field } from "@/components/ui/Field";
import { ProblemBox } from "@/components/ui/ProblemBox";
import { saveText } from "@/lib/save";
import { useConfirmTotp, useStartTotp } from "./calls";
import "./account.css";
import { useAccountText } from "./text";

export function TotpForm({ onDone }: { onDone: () => void }) {
  const t = useAccountText();
  const start = useStartTotp();
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const confirm = useConfirmTotp(setCodes);
  if (codes) return <RecoveryCodes codes={codes} onDone={onDone} />;
  if (!start.data) {
    return (
      <form className="df-stack" onSubmit={(e) => { e.preventDefault(); start.mutate(password); }}>
        <Field label={t("password")} required>{(bound) => <Input.Password {...bound} autoComplete="current-password" value={password} onChange={(e) => setPassword(e.target.value)} />}</Field>
        {start.error && <ProblemBox compact problem={start.error} />}
        <div><Button type="primary" htmlType="submit" loading={start.isPending} disabled={!password}>{t("totpStart")}</Button></div>
      </form>
    );
  }
  return (
    <form className="df-stack" onSubmit={(e) => { e.preventDefault(); confirm.mutate(code); }}>
      <p>{t("totpScan")}</p>
      <img className="df-qr" alt="" src={`data:image/svg+xml;utf8,${encodeURIComponent(start.data.qr_svg)}`} />
      <code className="df-secret-text">{start.data.secret}</code>
      <Field label={t("totpConfirm")} required>{(bound) => <CodeInput {...bound} value={code} onChange={setCode} />}</Field>
      {confirm.error && <ProblemBox compact problem={confirm.error} />}
      <div><Button type="primary" htmlType="submit" loading={confirm.isPending} disabled={code.length < 6}>{t("codeVerify")}</Button></div>
    </form>
  );
}

/** One field for the six digits, or a recovery code. */
export function CodeInput({ value, onChange, ...bound }: { value: string; onChange: (value: string) => void } & Record<string, unknown>) {
  return <Input {...bound} autoFocus inputMode="text" autoComplete="one-time-code" value={value} onChange={(e) => onChange(e.target.value.trim())} maxLength={32} />;
}

export function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const t = useAccountText();
  return (
    <div className="df-stack">
      <h3>{t("recoveryTitle")}</h3>
      <p>{t("recoveryText")}</p>
      <ul className="df-recovery df-mono">{codes.map((code) => <li key={code}>{code}</li>)}</ul>
      <div className="df-row">
        <Button onClick={() => saveText("dafeng-recovery-codes.txt", codes.join("\r\n") + "\r\n", "text/plain")}>{t("recoverySave")}</Button>
        <Button type="primary" onClick={onDone}>{t("recoveryDone")}</Button>
      </div>
    </div>
  );
}
