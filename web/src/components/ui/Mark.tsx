/** Marks beside numbers 数值标记: trial, estimated, missing, transcribed, recalled, demonstration, withheld, draft, own. */
import { useUiText } from "./text";

export const MARKS = ["trial", "estimated", "missing", "transcribed", "recalled", "synthetic", "confidential", "draft", "user"] as const;
export type MarkKind = (typeof MARKS)[number];
export const isMark = (text: unknown): text is MarkKind => MARKS.includes(text as MarkKind);

export function Mark({ kind, note }: { kind: MarkKind; note?: string }) {
  const t = useUiText();
  return (
    <span className={`df-mark df-mark-${kind}`} title={note ?? t(`note_${kind}`)}>
      {t(`mark_${kind}`)}
    </span>
  );
}

/** The mark of a status of the library; nothing for official values, and nothing for synthetic where the page is marked already. */
export function StatusMark({ status, demo = true }: { status: string | null | undefined; demo?: boolean }) {
  return status && isMark(status) && (demo || status !== "synthetic") ? <Mark kind={status} /> : null;
}
