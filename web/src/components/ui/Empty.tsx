import { useUiText } from "./text";

/** Says what belongs here, and gives the button that brings it. */
export function Empty({ title, text, action }: { title?: string | undefined; text?: string | undefined; action?: React.ReactNode }) {
  const t = useUiText();
  return (
    <div className="df-empty">
      <p className="df-empty-title">{title ?? t("emptyTitle")}</p>
      {text && <p className="df-muted">{text}</p>}
      {action && <div className="df-row">{action}</div>}
    </div>
  );
}
