/** A password or key that is shown this once. */
import { Button, Modal } from "antd";
import { useState } from "react";
import { useAccountText } from "./text";

export function SecretOnce({ title, secret, onClose }: { title: string; secret: string; onClose: () => void }) {
  const t = useAccountText();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard?.writeText(secret);
    setCopied(true);
  };
  const canCopy = typeof navigator !== "undefined" && "clipboard" in navigator;
  const footer = (
    <div className="df-row df-row-end">
      {canCopy && <Button onClick={() => void copy()}>{copied ? t("keyCopied") : t("keyCopy")}</Button>}
      <Button type="primary" onClick={onClose}>{t("recoveryDone")}</Button>
    </div>
  );
  return (
    <Modal open title={title} footer={footer} closable={false} keyboard={false} mask={{ closable: false }}>
      <p className="df-secret df-mono">{secret}</p>
    </Modal>
  );
}
