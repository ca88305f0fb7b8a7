/** A paragraph cut at the borders of its marks: spans may overlap, nest and run over several paragraphs. */
export interface Span {
  start: number;
  end: number;
  kind: string;
  id: string;
}
export interface Segment {
  start: number;
  text: string;
  marks: readonly Span[];
}

/**
 * The stretches of a paragraph, each with the marks that cover it, innermost (shortest) first.
 * Offsets count code points as the library does, not UTF-16 units.
 */
export function segments(start: number, text: string, marks: readonly Span[]): Segment[] {
  const points = [...text];
  const end = start + points.length;
  const inside = marks.filter((mark) => mark.start < end && mark.end > start && mark.end > mark.start);
  const borders = new Set([start, end]);
  for (const mark of inside) {
    borders.add(Math.max(mark.start, start));
    borders.add(Math.min(mark.end, end));
  }
  const at = [...borders].sort((a, b) => a - b);
  return at.slice(0, -1).map((from, n) => {
    const to = at[n + 1]!;
    const covering = inside.filter((mark) => mark.start <= from && mark.end >= to);
    covering.sort((a, b) => a.end - a.start - (b.end - b.start));
    return { start: from, text: points.slice(from - start, to - start).join(""), marks: covering };
  });
}

/** Code points before a UTF-16 offset of a text. */
export const pointsBefore = (text: string, offset: number): number => [...text.slice(0, offset)].length;

/** The span of the source text that a selection in the reader covers; null where it lies elsewhere or is empty. */
export function selectedSpan(selection: Selection | null, root: HTMLElement | null): [number, number] | null {
  if (!selection || selection.isCollapsed || selection.rangeCount === 0 || !root) return null;
  const range = selection.getRangeAt(0);
  const from = placeOf(range.startContainer, range.startOffset, root);
  const to = placeOf(range.endContainer, range.endOffset, root);
  return from !== null && to !== null && to > from ? [from, to] : null;
}

function placeOf(node: Node, offset: number, root: HTMLElement): number | null {
  const element = node instanceof HTMLElement ? node : node.parentElement;
  const held = element?.closest<HTMLElement>("[data-at]");
  if (!held || !root.contains(held)) return null;
  const base = Number(held.dataset.at);
  return node.nodeType === Node.TEXT_NODE ? base + pointsBefore(node.textContent ?? "", offset) : base;
}
