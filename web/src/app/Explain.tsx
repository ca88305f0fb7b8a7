/** ?explain=<node id> opens the explanation drawer on any page; the drawer itself is features/explain/ExplainDrawer. */
import { lazy, Suspense } from "react";
import { useParam } from "./view";

export interface ExplainDrawerProps {
  node: string;
  onClose: () => void;
  onGo: (node: string) => void;
}

const Drawn = lazy(async () => ({ default: (await import("@/features/explain/ExplainDrawer")).ExplainDrawer }));

export function Explain() {
  const [node, setNode] = useParam("explain");
  if (!node) return null;
  return (
    <Suspense fallback={null}>
      <Drawn node={node} onClose={() => setNode(null)} onGo={setNode} />
    </Suspense>
  );
}
