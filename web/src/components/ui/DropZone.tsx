/** Drag and drop, or choose 上传: says at once what is too large or of the wrong kind. Uploading itself is the page's. */
import { useId, useRef, useState } from "react";
import { useUiText } from "./text";

export interface DropZoneProps {
  /** endings taken, with dot: [".xlsx", ".csv"] */
  accept: readonly string[];
  maxMb?: number;
  multiple?: boolean;
  disabled?: boolean;
  /** share done 0..1 while an upload runs */
  progress?: number | null;
  hint?: React.ReactNode;
  onFiles: (files: File[]) => void;
  /** something was chosen, good or not: what was said of the file before holds no more */
  onTry?: () => void;
}

export function DropZone({ accept, maxMb = 50, multiple = false, disabled = false, progress, hint, onFiles, onTry }: DropZoneProps) {
  const t = useUiText();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [problem, setProblem] = useState("");
  const take = (list: FileList | null) => {
    const files = [...(list ?? [])].slice(0, multiple ? undefined : 1);
    const wrong = files.find((file) => !accept.some((end) => file.name.toLowerCase().endsWith(end)));
    const big = files.find((file) => file.size > maxMb * 1024 * 1024);
    if (files.length) onTry?.();
    setProblem(wrong ? t("uploadKind", { name: wrong.name }) : big ? t("uploadTooBig", { n: maxMb }) : "");
    if (files.length && !wrong && !big) onFiles(files);
    if (input.current) input.current.value = "";
  };
  return (
    <div
      className={over ? "df-drop df-drop-over" : "df-drop"}
      onDragOver={(e) => { e.preventDefault(); setOver(true); }}
      onDragLeave={() => setOver(false)}
      onDrop={(e) => { e.preventDefault(); setOver(false); if (!disabled) take(e.dataTransfer.files); }}
    >
      <input ref={input} id={id} className="df-sr" type="file" accept={accept.join(",")} multiple={multiple} disabled={disabled} onChange={(e) => take(e.target.files)} />
      <label htmlFor={id}>{progress != null ? t("uploadBusy", { n: Math.round(progress * 100) }) : t("uploadDrop")}</label>
      <span className="df-muted">{hint ?? accept.join(" ")}</span>
      {problem && <span className="df-field-problem" role="alert">{problem}</span>}
    </div>
  );
}
