import { lazy, Suspense, useState } from "react";
import { api, useApi } from "@/client";
import { Icon } from "./icons";
import { useMe } from "./me";
import { useFrameText } from "./text";

const InboxList = lazy(() => import("./InboxList"));

/** What waits for me 待办: asked every minute, and whenever a move is made (key "inbox"). */
export function Inbox() {
  const me = useMe();
  const [open, setOpen] = useState(false);
  const inbox = useApi(["inbox"], () => api.GET("/api/v1/inbox"), { enabled: me.signed_in && me.use_cases.includes("inbox.see"), refetchInterval: 60_000, retry: false });
  if (!me.signed_in || !inbox.data) return null;
  const { items, total } = inbox.data;
  const button = (
    <button type="button" className="df-iconbtn df-inbox-button" aria-expanded={open} onClick={() => setOpen(true)}>
      <InboxFace total={total} />
    </button>
  );
  if (!open) return button;
  return <Suspense fallback={button}><InboxList items={items} total={total} onClose={() => setOpen(false)} /></Suspense>;
}

/** What stands on the button: how many wait. */
export function InboxFace({ total }: { total: number }) {
  const t = useFrameText();
  return (
    <>
      <span className="df-counted" aria-hidden="true">
        <Icon name="inbox" />
        {total > 0 && <b>{total > 99 ? "99+" : total}</b>}
      </span>
      <span className="df-name" aria-hidden="true">{t("inbox")}</span>
      <span className="df-sr">{t("inboxCount", { n: total })}</span>
    </>
  );
}
