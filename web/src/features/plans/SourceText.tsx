/** The source text with its highlighted spans 原文: hover and click lead to the records, and back. */
import { memo, useEffect, useRef } from "react";
import type { Schemas } from "@/client";
import { segments, type Segment } from "./segments";

export interface SourceTextProps {
  paragraphs: readonly Schemas["Para"][];
  marks: readonly Schemas["Mark"][];
  hot: string | null;
  /** the record or place to show: scrolled to when it changes */
  shown: { id?: string; at?: number } | null;
  onHover: (id: string | null) => void;
  onPick: (id: string) => void;
  rootRef: React.RefObject<HTMLDivElement | null>;
}

export function SourceText({ paragraphs, marks, hot, shown, onHover, onPick, rootRef }: SourceTextProps) {
  useHot(rootRef, hot);
  useShown(rootRef, shown);
  return (
    <div className="df-reader-text" ref={rootRef}>
      {paragraphs.map((para) => <Paragraph key={para.start} para={para} marks={marks} onHover={onHover} onPick={onPick} />)}
    </div>
  );
}

/** Hot spans are marked on the elements themselves: re-drawing a whole plan at every move of the mouse would lag. */
function useHot(rootRef: React.RefObject<HTMLDivElement | null>, hot: string | null) {
  useEffect(() => {
    if (!hot) return;
    const spans = [...(rootRef.current?.querySelectorAll<HTMLElement>(`[data-ids~="${CSS.escape(hot)}"]`) ?? [])];
    for (const span of spans) span.classList.add("df-span-hot");
    return () => {
      for (const span of spans) span.classList.remove("df-span-hot");
    };
  }, [rootRef, hot]);
}

function useShown(rootRef: React.RefObject<HTMLDivElement | null>, shown: { id?: string; at?: number } | null) {
  const last = useRef<HTMLElement[]>([]);
  useEffect(() => {
    for (const one of last.current) one.classList.remove("df-span-found");
    if (!shown) return;
    const root = rootRef.current;
    const spans = shown.id
      ? [...(root?.querySelectorAll<HTMLElement>(`[data-ids~="${CSS.escape(shown.id)}"]`) ?? [])]
      : [...(root?.querySelectorAll<HTMLElement>("[data-at]") ?? [])].filter((one) => Number(one.dataset.at) <= (shown.at ?? 0)).slice(-1);
    for (const one of spans) one.classList.add("df-span-found");
    spans[0]?.scrollIntoView({ block: "center" });
    last.current = spans;
  }, [rootRef, shown]);
}

type Picking = Pick<SourceTextProps, "onHover" | "onPick">;

const Paragraph = memo(function Paragraph({ para, marks, onHover, onPick }: { para: Schemas["Para"]; marks: readonly Schemas["Mark"][] } & Picking) {
  const level = para.level ? `df-h${Math.min(para.level, 3)}` : undefined;
  return (
    <p className={level}>
      {segments(para.start, para.text, marks).map((part) => <Stretch key={part.start} part={part} onHover={onHover} onPick={onPick} />)}
    </p>
  );
});

function Stretch({ part, onHover, onPick }: { part: Segment } & Picking) {
  const top = part.marks[0];
  if (!top) return <span data-at={part.start}>{part.text}</span>;
  const ids = part.marks.map((mark) => mark.id).join(" ");
  const pick = () => {
    if (window.getSelection()?.isCollapsed !== false) onPick(top.id);
  };
  return (
    <span
      data-at={part.start} data-ids={ids} className={`df-span df-span-${top.kind}`}
      onMouseEnter={() => onHover(top.id)} onMouseLeave={() => onHover(null)} onClick={pick}
    >
      {part.text}
    </span>
  );
}
