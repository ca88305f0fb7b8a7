import { Button } from "antd";
import type { Schemas } from "@/client";
import { useWords } from "@/i18n";
import { Empty } from "@/components/ui";
import { usePlansText } from "./text";

/** What was repaired in the delivered text, each with its reason 修复. */
export function RepairList({ repairs, onShow }: { repairs: readonly Schemas["Repair"][]; onShow: (id: string) => void }) {
  const t = usePlansText();
  const words = useWords();
  if (!repairs.length) return <Empty title={t("repairNone")} />;
  return (
    <div className="df-reader-scroll" tabIndex={0} role="region" aria-label={t("repairTitle")}>
      <ul className="df-records">
        {repairs.map((repair) => (
          <li key={repair.id} className="df-record">
            <div className="df-row"><b>{words(repair.why)}</b><Button size="small" type="link" onClick={() => onShow(repair.id)}>{t("toSpan")}</Button></div>
            <dl className="df-record-fields">
              <dt>{t("before")}</dt><dd><code>{repair.before || "\u2014"}</code></dd>
              <dt>{t("after")}</dt><dd><code>{repair.after || "\u2014"}</code></dd>
            </dl>
          </li>
        ))}
      </ul>
    </div>
  );
}
