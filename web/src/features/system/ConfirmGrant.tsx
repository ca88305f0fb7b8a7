/** Is the account in its owner's hands? 授权确认: the security administrator asks him, and says so. */
import { App, Button } from "antd";
import { useState } from "react";
import { useMay } from "@/app/me";
import { ReasonDialog } from "@/components/ui";
import { moment } from "@/lib/dates";
import { useConfirm, type Person } from "./calls";
import { useSystemText } from "./text";

/** The button, for who may confirm, where there is something to confirm. What was looked at is what is confirmed. */
export function ConfirmGrant({ person }: { person: Person }) {
  const t = useSystemText();
  const { message } = App.useApp();
  const [asking, setAsking] = useState(false);
  const confirm = useConfirm(person.login, () => {
    setAsking(false);
    void message.success(t("done"));
  });
  const may = useMay("user.confirm") && person.handover === "to_confirm" && person.roles.length > 0;
  if (!may || !person.taken_at) return null;
  const { taken_at } = person;
  const text = t("confirmText", { when: moment(taken_at), who: [person.display, person.email].filter(Boolean).join(" ") });
  return (
    <>
      <Button type="primary" onClick={() => setAsking(true)}>{t("confirm")}</Button>
      {asking && <ReasonDialog open title={`${t("confirm")} ${person.login}`} text={text} verb={t("confirm")} busy={confirm.isPending} problem={confirm.error} onDone={(reason) => confirm.mutate({ taken_at, reason })} onCancel={() => setAsking(false)} />}
    </>
  );
}
