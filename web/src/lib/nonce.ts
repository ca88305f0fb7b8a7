/**
 * The page's nonce 一次性标记 for style elements. Libraries that write styles while the page runs (the lock of scrolling
 * under a drawer, the measure of a scroll bar) do not all carry it; a style element without it is refused by the browser.
 */
const said = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";

/** Empty where the page was not served by the portal (development). */
export const nonce = said.startsWith("__") ? "" : said;

/** Every style element made from now on carries the nonce. */
export function markStyles(): void {
  if (!nonce) return;
  const make = document.createElement.bind(document);
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    const made = make(name, options);
    if (name.toLowerCase() === "style") made.nonce = nonce;
    return made;
  }) as typeof document.createElement;
}
