import { Modal } from "antd";
import { useWords } from "@/i18n";
import { useFilingText } from "./text";

export interface Listed {
  title: string;
  why: { zh: string; en: string };
  mend?: { zh: string; en: string };
}

/** What came of many at once: how many were done, and each that was not, with its reason. */
export function Outcome({ said, listed, onClose }: { said: string; listed: readonly Listed[]; onClose: () => void }) {
  const t = useFilingText();
  const words = useWords();
  return (
    <Modal open title={t("outcome")} onCancel={onClose} footer={null}>
      <div className="df-stack">
        <p role="status">{said}</p>
        {listed.length > 0 && (
          <ul className="df-list df-outcome">
            {listed.map((one, n) => <li key={`${one.title}${n}`}><b>{one.title}</b>: {words(one.why)} <span className="df-muted">{words(one.mend)}</span></li>)}
          </ul>
        )}
      </div>
    </Modal>
  );
}
