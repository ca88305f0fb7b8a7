/** The list behind the inbox's button 待办; fetched when it is opened. */
import { Popover } from "antd";
import type { Schemas } from "@/client";
import { isLevel, WarningLevel } from "@/components/ui/StateMark";
import { useNamed, useWords } from "@/i18n";
import { day } from "@/lib/dates";
import { InboxFace } from "./Inbox";
import { useFrameText } from "./text";
import { ViewLink } from "./ViewLink";

export default function InboxList({ items, total, onClose }: { items: Schemas["Inbox"]["items"]; total: number; onClose: () => void }) {
  const t = useFrameText();
  const words = useWords();
  const named = useNamed();
  const body = (
    <ul className="df-inbox">
      {items.length === 0 && <li className="df-muted">{t("inboxEmpty")}</li>}
      {items.slice(0, 50).map((item) => (
        <li key={item.id}>
          <ViewLink to={item.href} onClick={() => onClose()}>{named(item.title, item.title_en)}</ViewLink>
          <div className="df-muted">{[words(item.state_name), item.term ? t("inboxTerm", { date: day(item.term) }) : ""].filter(Boolean).join(" · ")}</div>
          {item.reminded && <div>{words(item.reminded)}</div>}
          {item.urgency && isLevel(item.urgency.level) && <WarningLevel level={item.urgency.level}>{words(item.urgency.words)}</WarningLevel>}
        </li>
      ))}
    </ul>
  );
  return (
    <Popover open onOpenChange={(open) => !open && onClose()} content={body} trigger="click" placement="bottomRight" title={t("inbox")}>
      <button type="button" autoFocus className="df-iconbtn df-inbox-button" aria-expanded="true">
        <InboxFace total={total} />
      </button>
    </Popover>
  );
}
