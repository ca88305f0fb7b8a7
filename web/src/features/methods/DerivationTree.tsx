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

/** A note made of several that are held one by one; the longer first, as one may stand within another. */
const noted = (note: string, held: Record<string, string>) => Object.keys(held).sort((a, b) => b.length - a.length).reduce((told, one) => told.replaceAll(one, held[one]!), note).replaceAll("\uff1b", "; ");

/** The tree with its sources and notes in the language of the page, where they say something in the other one. */
const told = (node: Node, held: Record<string, string>): Node => ({ ...node, ...(node.source ? { source: held[node.source] ?? node.source } : {}), ...(node.note && !node.note_en ? { note_en: noted(node.note, held) } : {}), inputs: (node.inputs ?? []).map((one) => told(one, held)) });

export function DerivationTree({ given, sources = {} }: { given: Node; sources?: Record<string, string> }) {
  const t = useMethodsText();
  const explained = useExplainText();
  const lang = useLang();
  const [, onGo] = useParam("explain");
  const root = useMemo(() => inWords(told(given, sources), lang), [given, sources, lang]);
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
