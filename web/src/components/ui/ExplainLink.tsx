import { useParam } from "@/app/view";
import { useUiText } from "./text";

/** Anything that opens the explanation of a node. */
export function ExplainLink({ node, children }: { node: string | null | undefined; children: React.ReactNode }) {
  const t = useUiText();
  const [, open] = useParam("explain");
  if (!node) return <>{children}</>;
  return (
    <button type="button" className="df-bare df-explain" title={t("explain")} onClick={(e) => { e.stopPropagation(); open(node); }}>
      {children}
    </button>
  );
}
