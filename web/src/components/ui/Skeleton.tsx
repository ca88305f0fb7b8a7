import { useUiText } from "./text";

/** Grey lines in the shape of what comes; shown by CSS only after 100 ms. */
export function Skeleton({ kind = "page" }: { kind?: "page" | "table" | "lines" }) {
  const t = useUiText();
  const rows = kind === "table" ? 12 : kind === "page" ? 6 : 3;
  return (
    <div className={`df-skeleton df-skeleton-${kind}`} role="status" aria-busy="true">
      <span className="df-sr">{t("waiting")}</span>
      {Array.from({ length: rows }, (_, n) => <span key={n} className="df-skeleton-bar" />)}
    </div>
  );
}
