import { Badge, Popover } from "antd";
import { useState } from "react";
import { api, useApi } from "@/client";
import { isLevel, WarningLevel } from "@/components/ui/StateMark";
import { useWords } from "@/i18n";
import { day } from "@/lib/dates";
import { Icon } from "./icons";
import { useMe } from "./me";
import { useFrameText } from "./text";
import { ViewLink } from "./ViewLink";

/** What waits for me 待办: asked every minute, and whenever a move is made (key "inbox"). */
export function Inbox() {
  const t = useFrameText();
  const me = useMe();
  const words = useWords();
  const [open, setOpen] = useState(false);
  const inbox = useApi(["inbox"], () => api.GET("/api/v1/inbox"), { enabled: me.signed_in && me.use_cases.includes("inbox.see"), refetchInterval: 60_000, retry: false });
  if (!me.signed_in || !inbox.data) return null;
  const { items, total } = inbox.data;
  const body = (
    <ul className="df-inbox">
      {items.length === 0 && <li className="df-muted">{t("inboxEmpty")}</li>}
      {items.slice(0, 50).map((item) => (
        <li key={item.id}>
          <ViewLink to={item.href} onClick={() => setOpen(false)}>{item.title}</ViewLink>
          <div className="df-muted">{[words(item.state_name), item.term ? t("inboxTerm", { date: day(item.term) }) : ""].filter(Boolean).join(" · ")}</div>
          {item.reminded && <div>{words(item.reminded)}</div>}
          {item.urgency && isLevel(item.urgency.level) && <WarningLevel level={item.urgency.level}>{words(item.urgency.words)}</WarningLevel>}
        </li>
      ))}
    </ul>
  );
  return (
    <Popover open={open} onOpenChange={setOpen} content={body} trigger="click" placement="bottomRight" title={t("inbox")}>
      <button type="button" className="df-iconbtn" aria-expanded={open}>
        <span aria-hidden="true">
          <Badge count={total} size="small" offset={[4, -2]} color="var(--energy)">
            <Icon name="inbox" />
          </Badge>
        </span>
        <span className="df-name" aria-hidden="true">{t("inbox")}</span>
        <span className="df-sr">{t("inboxCount", { n: total })}</span>
      </button>
    </Popover>
  );
}
