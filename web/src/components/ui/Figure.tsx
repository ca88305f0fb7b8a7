/**
 * A number that is never naked 数值: value, unit, marks; exact value on hover; Enter or click opens its explanation.
 * Missing is an em dash with its reason, withheld says so, never a zero.
 */
import { useWords } from "@/i18n";
import { change as signedChange, DASH, exact, shown } from "@/lib/units";
import { useUiText } from "./text";
import { Mark, StatusMark } from "./Mark";
import { useView, useParam } from "@/app/view";
import { moreText } from "./figureText";

export interface FigureValue {
  value: number | null;
  unit: string;
  period?: string | null;
  status?: string;
  coverage?: number | null;
  node?: string | null;
  missing?: { zh: string; en: string } | null;
  confidential?: boolean;
  estimated?: boolean;
}

export interface FigureProps {
  figure: FigureValue | null | undefined;
  /** large: page heads and tiles; small: beside text */
  size?: "small" | "normal" | "large" | "wall";
  /** show + and − before changes */
  signed?: boolean;
  hideUnit?: boolean;
  /** significant digits, 4 unless told */
  most?: number;
  /** draw the 演示 mark too (a page watermark stands for it otherwise) */
  demoMark?: boolean;
}

export function Figure({ figure, size = "normal", signed = false, hideUnit = false, most = 4, demoMark = false }: FigureProps) {
  const t = useUiText();
  const words = useWords();
  const { units, lang } = useView();
  const [, openNode] = useParam("explain");
  if (!figure) return <span className="df-figure df-muted" title={t("missingPlain")}>{DASH}</span>;
  const print = shown(figure.value, figure.unit, units, lang, most);
  const none = figure.value === null;
  const text = signed && figure.value !== null && figure.value > 0 && !print.text.startsWith("+") ? `+${print.text}` : print.text;
  const why = figure.missing ? t("missingWhy", { why: words(figure.missing) }) : t("missingPlain");
  const hover = none ? (figure.confidential ? t("note_confidential") : why) : moreText(figure, t);
  const body = (
    <>
      <span className="df-figure-value">{text}</span>
      {!hideUnit && !none && print.unit && <span className="df-figure-unit">{print.unit}</span>}
      {figure.confidential && <Mark kind="confidential" />}
      {none && !figure.confidential && <Mark kind="missing" note={why} />}
      {figure.estimated && <Mark kind="estimated" />}
      {!none && <StatusMark status={figure.status} demo={demoMark} />}
    </>
  );
  const css = `df-figure df-figure-${size}`;
  if (!figure.node || figure.confidential) return <span className={css} title={hover}>{body}</span>;
  const node = figure.node;
  return (
    <button type="button" className={`df-bare df-figure-link ${css}`} title={`${hover} · ${t("explain")}`} onClick={(e) => { e.stopPropagation(); openNode(node); }}>
      {body}
      <span className="df-sr">{t("explain")}</span>
    </button>
  );
}

/** A plain number with its unit in the chosen scale, for tables and sentences without a node. */
export function Amount({ value, unit, most = 4 }: { value: number | null | undefined; unit?: string; most?: number }) {
  const { units, lang } = useView();
  const print = shown(value, unit, units, lang, most);
  return <span title={typeof value === "number" ? exact(value) : undefined}>{print.text}{print.unit && value != null ? ` ${print.unit}` : ""}</span>;
}

/** A relative change as +3.2% with an arrow in words for screen readers; colour says nothing here. */
export function Change({ value }: { value: number | null | undefined }) {
  if (value === null || value === undefined) return <span className="df-muted">{DASH}</span>;
  return <span className="df-num">{signedChange(value * 100)}%</span>;
}
