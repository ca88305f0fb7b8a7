/** A new password: the present one, the new one twice; the server says what is wrong with it. */
import { Button, Input } from "antd";
import { useState } from "react";
import { Field } from "@/components/ui/Field";
import { ProblemBox } from "@/components/ui/ProblemBox";
import { useChangePassword } from "./calls";
import { useAccountText } from "./text";

export function PasswordForm({ least = 12, onDone }: { least?: number | undefined; onDone: () => void }) {
  const t = useAccountText();
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const [again, setAgain] = useState("");
  const [tried, setTried] = useState(false);
  const change = useChangePassword(() => {
    setOld("");
    setFresh("");
    setAgain("");
    setTried(false);
    onDone();
  });
  const differs = fresh !== again;
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!differs && fresh && old) change.mutate({ old, fresh });
  };
  return (
    <form className="df-stack" onSubmit={submit}>
      <Field label={t("oldPassword")} required>{(bound) => <Input.Password {...bound} autoComplete="current-password" value={old} onChange={(e) => setOld(e.target.value)} />}</Field>
      <Field label={t("newPassword")} required hint={t("passwordHint", { n: least })}>{(bound) => <Input.Password {...bound} autoComplete="new-password" value={fresh} onChange={(e) => setFresh(e.target.value)} />}</Field>
      <Field label={t("repeatPassword")} required problem={tried && differs ? t("repeatDiffers") : undefined}>{(bound) => <Input.Password {...bound} autoComplete="new-password" value={again} onChange={(e) => setAgain(e.target.value)} />}</Field>
      {change.error && <ProblemBox compact problem={change.error} />}
      <div><Button type="primary" htmlType="submit" loading={change.isPending} disabled={!old || !fresh || !again}>{t("save")}</Button></div>
    </form>
  );
}
