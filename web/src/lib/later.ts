/** What can wait 稍后: run once the page has loaded, asks for nothing more and has a moment to spare. */
const QUIET_MS = 2000;

/** Runs `task` some time after the page's load event; the answer takes it back. */
export function afterLoad(task: () => void): () => void {
  let timer: number | undefined;
  const idle = window.requestIdleCallback ?? ((run: () => void) => window.setTimeout(run, 0));
  const start = () => {
    timer = window.setTimeout(() => idle(task), QUIET_MS);
  };
  if (document.readyState === "complete") start();
  else window.addEventListener("load", start, { once: true });
  return () => {
    window.removeEventListener("load", start);
    window.clearTimeout(timer);
  };
}
