/** ?explain=<node id> opens the explanation drawer on any page; the drawer itself is features/explain/ExplainDrawer. */
import { Drawer } from "antd";
import { lazy, Suspense, type ComponentType } from "react";
import { useFrameText } from "./text";
import { useParam } from "./view";

export interface ExplainDrawerProps {
  node: string;
  onClose: () => void;
  onGo: (node: string) => void;
}

const found = import.meta.glob<Record<string, ComponentType<ExplainDrawerProps>>>("../features/explain/ExplainDrawer.tsx");
const loader = Object.values(found)[0];

function Plain({ node, onClose }: ExplainDrawerProps) {
  const t = useFrameText();
  return <Drawer open onClose={onClose} title={t("explainWait")}><code>{node}</code></Drawer>;
}

const Drawn = lazy(async () => {
  const module = await loader?.();
  return { default: module?.ExplainDrawer ?? module?.default ?? Plain };
});

export function Explain() {
  const [node, setNode] = useParam("explain");
  if (!node) return null;
  return (
    <Suspense fallback={null}>
      <Drawn node={node} onClose={() => setNode(null)} onGo={setNode} />
    </Suspense>
  );
}
