/** The derivation of a computed case as a tree 推导: as in the explanation drawer, from an answer that holds it whole. */
import { useMemo, useRef, useState } from "react";
import { useParam } from "@/app/view";
import { Section } from "@/components/ui";
import { useLang } from "@/i18n";
import "@/features/explain/explain.css";
import { NodeDetail, NodeValue } from "@/features/explain/NodeDetail";
import { inWords, rowsOf, type Node, type NodeRow } from "@/features/explain/nodes";
import { useExplainText } from "@/features/explain/text";
import { TreeView } from "@/features/explain/TreeView";
import { useMethodsText } from "./text";

const NOTHING: ReadonlyMap<string, Node> = new Map();

/** The tree with its sources in Chinese, where they say something in English of themselves. */
const told = (node: Node, chinese: Record<string, string>): Node => ({ ...node, ...(node.source ? { source: chinese[node.source] ?? node.source } : {}), inputs: (node.inputs ?? []).map((one) => told(one, chinese)) });

export function DerivationTree({ given, chinese = {} }: { given: Node; chinese?: Record<string, string> }) {
  const t = useMethodsText();
  const explained = useExplainText();
  const lang = useLang();
  const [, onGo] = useParam("explain");
  const root = useMemo(() => inWords(lang === "zh" ? told(given, chinese) : given, lang), [given, chinese, lang]);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set(["0"]));
  const [picked, setPicked] = useState("0");
  const detail = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => rowsOf(root, open, NOTHING), [root, open]);
  const row = rows.find((one) => one.key === picked) ?? rows[0]!;
  const toggle = (one: NodeRow, opening: boolean) => setOpen((old) => {
    const next = new Set(old);
    if (opening) next.add(one.key);
    else next.delete(one.key);
    return next;
  });
  return (
    <Section title={t("derivation")} note={explained("treeHint")}>
      <div className="df-case-tree">
        <TreeView rows={rows} label={explained("tree")} selected={row.key} onSelect={(one) => setPicked(one.key)} onToggle={toggle}>
          {(one) => <span className="df-tree-row"><span className="df-tree-label">{one.title}</span><NodeValue node={one.node} /></span>}
        </TreeView>
        <div ref={detail} aria-live="polite" tabIndex={0} role="region" aria-label={row.title}><NodeDetail node={row.node} root onGo={onGo} /></div>
      </div>
    </Section>
  );
}
