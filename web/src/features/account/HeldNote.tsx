/** Why have I no roles? 授权暂停: somebody else has set the way in; what it waits for, and whom to ask. */
import { useMe } from "@/app/me";
import { useAccountText } from "./text";

export function HeldNote() {
  const t = useAccountText();
  const { handover } = useMe();
  if (!handover) return null;
  return <div className="df-demo" role="status">{t(handover === "to_confirm" ? "heldToConfirm" : "heldToTakeOver")}</div>;
}
