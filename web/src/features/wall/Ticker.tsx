/** What to know before believing, one note at a time; all of them at once where no motion is wanted 提示. */
import { useEffect, useState } from "react";
import { useStill } from "./hooks";
import { useWallText } from "./text";

const EACH_MS = 9000;

export function Ticker({ notes }: { notes: readonly string[] }) {
  const t = useWallText();
  const still = useStill();
  const [at, setAt] = useState(0);
  const [paused, setPaused] = useState(false);
  const moving = !still && !paused && notes.length > 1;
  useEffect(() => {
    if (!moving) return;
    const timer = setInterval(() => setAt((n) => n + 1), EACH_MS);
    return () => clearInterval(timer);
  }, [moving]);
  if (notes.length === 0) return <div className="df-wall-notes" />;
  const n = at % notes.length;
  return (
    <div className="df-wall-notes" role="region" aria-label={t("warnings")}>
      <b>{t("warnings")}</b>
      {still ? <ul>{notes.map((note) => <li key={note}>{note}</li>)}</ul> : <p>{notes[n]}</p>}
      {!still && notes.length > 1 && (
        <>
          <span className="df-muted">{t("warning", { n: n + 1, of: notes.length })}</span>
          <button type="button" className="df-bare" onClick={() => setPaused(!paused)}>{paused ? t("go") : t("pause")}</button>
        </>
      )}
    </div>
  );
}
