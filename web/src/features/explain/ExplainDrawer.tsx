/** How did this number come about, down to the cell somebody typed it into? 解释 */
import { Drawer } from "antd";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { api, useApi } from "@/client";
import { PageFace } from "@/components/ui";
import { useLang } from "@/i18n";
import { CopyText } from "./CopyText";
import "./explain.css";
import { NodeDetail, NodeValue } from "./NodeDetail";
import { chainOf, hasBelow, inputsOf, inWords, rowsOf, type Node, type NodeRow } from "./nodes";
import { useExplainText } from "./text";
import { TreeView } from "./TreeView";
import { useBranches } from "./useBranches";

interface Props {
  node: string;
  onClose: () => void;
  onGo: (node: string) => void;
}
interface Step {
  id: string;
  label: string;
}

/** The roots walked through; a step back cuts the way. */
function useTrail(id: string, label: string | undefined): Step[] {
  const [trail, setTrail] = useState<Step[]>([]);
  useEffect(() => {
    if (label === undefined) return;
    setTrail((old) => {
      const at = old.findIndex((step) => step.id === id);
      return at >= 0 ? old.slice(0, at + 1) : [...old, { id, label }];
    });
  }, [id, label]);
  return trail;
}

/** What had the focus gets it back when the drawer goes. */
function useFocusBack() {
  const [from] = useState(() => document.activeElement);
  useEffect(() => () => {
    requestAnimationFrame(() => from instanceof HTMLElement && from.isConnected && from.focus());
  }, [from]);
}

export function ExplainDrawer({ node, onClose, onGo }: Props) {
  const t = useExplainText();
  useFocusBack();
  const query = useApi(["explain", node], () => api.GET("/api/v1/explain/{id}", { params: { path: { id: node } } }), { staleTime: 300_000 });
  const lang = useLang();
  const found = query.data && inWords(query.data, lang);
  const trail = useTrail(node, found && [found.label, found.period].filter(Boolean).join(" "));
  return (
    <Drawer open onClose={onClose} size={1080} rootClassName="df-explain-drawer" title={t("title")} extra={<CopyText key={node} node={node} />} styles={{ body: { padding: 0 } }}>
      <PageFace query={query}>{(root) => <Derivation key={node} given={root} trail={trail} onGo={onGo} />}</PageFace>
    </Drawer>
  );
}

function Derivation({ given, trail, onGo }: { given: Node; trail: readonly Step[]; onGo: (id: string) => void }) {
  const t = useExplainText();
  const lang = useLang();
  const root = useMemo(() => inWords(given, lang), [given, lang]);
  const branches = useBranches(root.id);
  const { fetchBelow } = branches;
  const fetched = useMemo(() => new Map([...branches.fetched].map(([id, one]) => [id, typeof one === "string" ? one : inWords(one, lang)] as const)), [branches.fetched, lang]);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set(["0"]));
  const [picked, setPicked] = useState("0");
  const detail = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => rowsOf(root, open, fetched), [root, open, fetched]);
  const row = rows.find((one) => one.key === picked && !one.rest) ?? rows[0]!;
  const toggle = useCallback(
    (one: NodeRow, opening: boolean) => {
      setOpen((old) => {
        const next = new Set(old);
        if (opening) next.add(one.key);
        else next.delete(one.key);
        return next;
      });
      if (opening && inputsOf(one.node).length === 0 && hasBelow(one.node)) void fetchBelow(one.node);
    },
    [fetchBelow],
  );
  const select = (one: NodeRow) => {
    if (one.rest) {
      if (one.rest.state === "more" || one.rest.state === "failed") void fetchBelow(one.rest.of);
      return;
    }
    setPicked(one.key);
    requestAnimationFrame(() => window.matchMedia("(max-width: 860px)").matches && detail.current?.scrollIntoView({ block: "start" }));
  };
  return (
    <div className="df-derivation">
      <Crumbs trail={trail} chain={chainOf(rows, row.key)} onGo={onGo} onPick={setPicked} />
      <div className="df-derivation-panes">
        <div className="df-derivation-tree">
          <p className="df-muted df-derivation-hint">{t("treeHint")}</p>
          <TreeView rows={rows} label={t("tree")} selected={row.key} onSelect={select} onToggle={toggle}>
            {(one) => <RowText row={one} />}
          </TreeView>
        </div>
        <div className="df-derivation-detail" ref={detail} aria-live="polite" tabIndex={0} role="region" aria-label={row.title}>
          <NodeDetail node={row.node} root={row.level === 1} onGo={onGo} />
        </div>
      </div>
    </div>
  );
}

function RowText({ row }: { row: NodeRow }) {
  const t = useExplainText();
  if (row.rest) {
    const said = { more: t("more", { n: row.rest.count }), cut: t("moreCut", { n: row.rest.count }), waiting: t("reading"), failed: t("failed") };
    return <span className={row.rest.state === "cut" ? "df-tree-rest df-muted" : "df-tree-rest"}>{said[row.rest.state]}</span>;
  }
  return (
    <span className="df-tree-row">
      <span className="df-tree-label">{row.title}</span>
      <NodeValue node={row.node} />
    </span>
  );
}

/** The way walked: roots gone through, then the branches from this root to what is read now. */
function Crumbs({ trail, chain, onGo, onPick }: { trail: readonly Step[]; chain: readonly NodeRow[]; onGo: (id: string) => void; onPick: (key: string) => void }) {
  const t = useExplainText();
  const before = trail.slice(0, -1);
  const titles = chain.map((row, n) => (n === 0 ? (trail.at(-1)?.label ?? row.title) : row.title));
  if (before.length === 0 && chain.length < 2) return null;
  return (
    <nav className="df-crumbs" aria-label={t("path")}>
      <ol>
        {before.map((step) => <li key={step.id}><button type="button" className="df-bare" onClick={() => onGo(step.id)}>{step.label}</button></li>)}
        {chain.map((row, n) => (
          <li key={row.key}>{n === chain.length - 1 ? <span aria-current="true">{titles[n]}</span> : <button type="button" className="df-bare" onClick={() => onPick(row.key)}>{titles[n]}</button>}</li>
        ))}
      </ol>
    </nav>
  );
}
