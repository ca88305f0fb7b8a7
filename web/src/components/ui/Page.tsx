/** A page: one question, in this order: a sentence, a picture, a table one can act on. */
import { useEffect } from "react";
import { sentenceCase, useLang } from "@/i18n";

export interface PageProps {
  title: string;
  /** small text beside the title: area, period */
  note?: React.ReactNode;
  actions?: React.ReactNode;
  children: React.ReactNode;
}

export function Page({ title, note, actions, children }: PageProps) {
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <div className="df-page">
      <div className="df-page-head">
        <h1>{title}</h1>
        {note && <span className="df-muted">{note}</span>}
        {actions && <div className="df-page-actions">{actions}</div>}
      </div>
      {children}
    </div>
  );
}

/** A part of a page with its heading and hairline. */
export function Section({ title, note, side, className = "", children, flush = false }: { title?: React.ReactNode; note?: React.ReactNode; side?: React.ReactNode; className?: string; children: React.ReactNode; flush?: boolean }) {
  const lang = useLang();
  return (
    <section className={`df-section ${flush ? "df-section-flush" : ""} ${className}`}>
      {(title || side) && (
        <header>
          {title && <h2>{typeof title === "string" ? sentenceCase(title, lang) : title}</h2>}
          {note && <span className="df-muted">{note}</span>}
          {side && <div className="df-section-side">{side}</div>}
        </header>
      )}
      {children}
    </section>
  );
}

/** The sentence of the page: the answer in words, with its number, change and cause. */
export function Sentence({ children }: { children: React.ReactNode }) {
  return <p className="df-sentence">{children}</p>;
}
