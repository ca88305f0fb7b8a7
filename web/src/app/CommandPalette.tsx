/** Ctrl-K: any firm, target, task, area, plan or page by name, pinyin or number; by kind, and by keyboard alone. */
import { Modal } from "antd";
import { Fragment, useEffect, useState } from "react";
import { useNavigate } from "react-router";
import { keepPreviousData } from "@tanstack/react-query";
import { api, useApi, type Schemas } from "@/client";
import { useNamed } from "@/i18n";
import { useDebounced } from "@/lib/hooks";
import { useMe } from "./me";
import { navFor } from "./pages";
import { useFrameText } from "./text";
import { useCarry } from "./view";

type Key = Parameters<ReturnType<typeof useFrameText>>[0];
type Hit = Schemas["Hit"];

const PALETTE_INPUT = "df-palette-input"; // the bar above sends keys there

/** What is typed stands outside of it, so that nothing typed before it was here is lost; enter: Enter was typed too. */
export default function CommandPalette({ typed, enter, onType, onClose }: { typed: string; enter: boolean; onType: (typed: string) => void; onClose: () => void }) {
  const t = useFrameText();
  const named = useNamed();
  const navigate = useNavigate();
  const carry = useCarry();
  const [chosen, setChosen] = useState(0);
  const [entered, setEntered] = useState(enter);
  const wanted = typed.trim();
  const { hits, waiting } = useHits(wanted);
  const go = (hit: Hit | undefined) => {
    setEntered(false);
    if (!hit) return;
    onClose();
    void navigate(carry(hit.href));
  };
  useEffect(() => setChosen(0), [wanted]);
  useEffect(() => {
    // A block: newer browsers give a promise, which React would take for a clean-up.
    void document.getElementById(`df-hit-${chosen}`)?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  useEffect(() => {
    if (entered && !waiting) go(hits[0]);
    // Enter before the answer opens the first of the answer.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [entered, waiting]);
  const onKey = (event: React.KeyboardEvent) => {
    if (event.nativeEvent.isComposing || hits.length + Number(waiting) === 0) return;
    const to = { ArrowDown: chosen + 1, ArrowUp: chosen - 1, PageDown: Math.min(chosen + 6, hits.length - 1), PageUp: Math.max(chosen - 6, 0) }[event.key];
    if (to !== undefined && hits.length) {
      event.preventDefault();
      setChosen((to + hits.length) % hits.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (waiting) setEntered(true);
      else go(hits[chosen]);
    }
  };
  return (
    <Modal open onCancel={onClose} footer={null} closable={false} width={600} styles={{ container: { padding: 0 } }} className="df-palette" style={{ top: 64 }}>
      <input
        className="df-palette-input" id={PALETTE_INPUT} autoFocus value={typed} onChange={(e) => onType(e.target.value)} onKeyDown={onKey}
        placeholder={t("searchHint")} aria-label={t("search")} role="combobox" aria-expanded="true" aria-controls="df-palette-list" autoComplete="off"
        aria-activedescendant={hits[chosen] ? `df-hit-${chosen}` : undefined}
      />
      <ul id="df-palette-list" role="listbox" aria-label={t("search")} aria-busy={waiting} className="df-palette-list">
        {hits.map((hit, n) => (
          <Fragment key={`${hit.kind}-${hit.id}`}>
            {hit.kind !== hits[n - 1]?.kind && <li role="presentation" className="df-palette-group">{t(`kind_${hit.kind}`)}</li>}
            <li id={`df-hit-${n}`} role="option" aria-selected={n === chosen} onMouseMove={() => setChosen(n)} onClick={() => go(hit)}>
              <span className="df-palette-title">{named(hit.title, hit.title_en)}</span>
              <span className="df-muted df-palette-note">{named(hit.note, hit.note_en)}</span>
            </li>
          </Fragment>
        ))}
        {wanted && !waiting && hits.length === 0 && <li className="df-muted">{t("searchNone", { q: wanted })}</li>}
      </ul>
      <p className="df-palette-foot df-muted">{t("searchKeys")}</p>
    </Modal>
  );
}

/** The pages of one's own navigation, and what the server finds; waiting while the answer is that of an older text. */
function useHits(wanted: string): { hits: readonly Hit[]; waiting: boolean } {
  const t = useFrameText();
  const me = useMe();
  const q = useDebounced(wanted, 120);
  const may = me.use_cases.includes("registry.see");
  const found = useApi(["search", q], () => api.GET("/api/v1/search", { params: { query: { q, limit: 20 } } }), { enabled: may && q.length > 0, placeholderData: keepPreviousData });
  const pages = navFor(me.menu).flatMap((entry) => entry.children ?? [entry]).map((entry): Hit => ({ kind: "page", id: entry.path, title: t(entry.menu as Key), note: "", href: entry.path }));
  if (!wanted) return { hits: pages, waiting: false };
  const answer = q ? (found.data ?? []) : [];
  const spelled = new Set(answer.filter((hit) => hit.kind === "page").map((hit) => hit.href));
  const own = pages.filter((page) => page.title.toLowerCase().includes(wanted.toLowerCase()) || spelled.has(page.href));
  return { hits: [...own, ...answer.filter((hit) => hit.kind !== "page")], waiting: may && (q !== wanted || found.isFetching) };
}
