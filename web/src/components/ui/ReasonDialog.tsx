/** Asks for a confirmation with its reason 确认与理由; nothing is done without one. */
import { Button, Input, Modal } from "antd";
import { useState } from "react";
import { ProblemBox } from "./ProblemBox";
import { useUiText } from "./text";

export interface ReasonDialogProps {
  open: boolean;
  title: string;
  /** what will happen, in a sentence */
  text?: React.ReactNode;
  /** the verb on the button: 退回, 停用 */
  verb: string;
  danger?: boolean;
  /** false: a confirmation without a reason */
  reasoned?: boolean;
  busy?: boolean;
  problem?: unknown;
  onDone: (reason: string) => void;
  onCancel: () => void;
  children?: React.ReactNode;
}

export function ReasonDialog({ open, title, text, verb, danger = false, reasoned = true, busy = false, problem, onDone, onCancel, children }: ReasonDialogProps) {
  const t = useUiText();
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const lacking = reasoned && reason.trim() === "";
  const done = () => {
    setTried(true);
    if (!lacking) onDone(reason.trim());
  };
  const footer = (
    <div className="df-row df-row-end">
      <Button onClick={onCancel}>{t("cancel")}</Button>
      <Button type="primary" danger={danger} loading={busy} onClick={done}>{verb}</Button>
    </div>
  );
  return (
    <Modal open={open} title={title} onCancel={onCancel} footer={footer} destroyOnHidden afterClose={() => { setReason(""); setTried(false); }}>
      <div className="df-stack">
        {text && <p>{text}</p>}
        {children}
        {reasoned && (
          <label className="df-field">
            {t("reason")}
            <Input.TextArea autoFocus rows={3} value={reason} onChange={(e) => setReason(e.target.value)} status={tried && lacking ? "error" : ""} maxLength={1000} />
            {tried && lacking && <span className="df-field-problem" role="alert">{t("reasonNeeded")}</span>}
          </label>
        )}
        {problem ? <ProblemBox compact problem={problem} /> : null}
      </div>
    </Modal>
  );
}
