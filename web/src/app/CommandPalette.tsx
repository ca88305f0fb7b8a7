/** Ctrl-K: any firm, target, task, area, plan or page by name, pinyin or number. */
import { Modal } from "antd";
import { useEffect, useState } from "react";
import { useNavigate } from "react-router";
import { keepPreviousData } from "@tanstack/react-query";
import { api, useApi, type Schemas } from "@/client";
import { useDebounced } from "@/lib/hooks";
import { useMe } from "./me";
import { navFor } from "./pages";
import { useFrameText } from "./text";
import { useCarry } from "./view";

type Key = Parameters<ReturnType<typeof useFrameText>>[0];
type Hit = Schemas["Hit"];

export default function CommandPalette({ onClose }: { onClose: () => void }) {
  const t = useFrameText();
  const me = useMe();
  const navigate = useNavigate();
  const carry = useCarry();
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState(0);
  const q = useDebounced(typed.trim(), 120);
  const found = useApi(["search", q], () => api.GET("/api/v1/search", { params: { query: { q, limit: 12 } } }), { enabled: q.length > 0, placeholderData: keepPreviousData });
  const pages = navFor(me.menu).flatMap((entry) => entry.children ?? [entry]).map((entry): Hit => ({ kind: "page", id: entry.path, title: t(entry.menu as Key), note: "", href: entry.path }));
  const own = pages.filter((page) => typed.trim() === "" || page.title.toLowerCase().includes(typed.trim().toLowerCase()));
  const hits = q && typed.trim() ? [...own, ...(found.data ?? []).filter((hit) => hit.kind !== "page")] : own;
  useEffect(() => setChosen(0), [typed]);
  const go = (hit: Hit | undefined) => {
    if (!hit) return;
    onClose();
    void navigate(carry(hit.href));
  };
  const onKey = (event: React.KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step) {
      event.preventDefault();
      setChosen((at) => (hits.length ? (at + step + hits.length) % hits.length : 0));
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) go(hits[chosen]);
  };
  return (
    <Modal open onCancel={onClose} footer={null} closable={false} width={560} styles={{ container: { padding: 0 } }} style={{ top: 80 }}>
      <input
        className="df-palette-input" autoFocus value={typed} onChange={(e) => setTyped(e.target.value)} onKeyDown={onKey}
        placeholder={t("searchHint")} aria-label={t("search")} role="combobox" aria-expanded="true" aria-controls="df-palette-list"
        aria-activedescendant={hits[chosen] ? `df-hit-${chosen}` : undefined}
      />
      <ul id="df-palette-list" role="listbox" aria-label={t("search")} className="df-palette-list">
        {hits.map((hit, n) => (
          <li key={`${hit.kind}-${hit.id}`} id={`df-hit-${n}`} role="option" aria-selected={n === chosen} onMouseEnter={() => setChosen(n)} onClick={() => go(hit)}>
            <span className="df-palette-kind">{t(`kind_${hit.kind}`)}</span>
            <span className="df-palette-title">{hit.title}</span>
            <span className="df-muted">{hit.note}</span>
          </li>
        ))}
        {q && !found.isFetching && hits.length === 0 && <li className="df-muted">{t("searchNone", { q })}</li>}
      </ul>
      <p className="df-palette-foot df-muted">{t("searchKeys")}</p>
    </Modal>
  );
}
