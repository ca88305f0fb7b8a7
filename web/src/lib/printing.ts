/** Printing 打印: what a page holds back while it is only scrolled through is brought in before the sheet is made. */
type Prepare = () => Promise<void>;
const held = new Set<Prepare>();

/** Takes part in every printing until the answer is called. */
export function onPrint(prepare: Prepare): () => void {
  held.add(prepare);
  return () => held.delete(prepare);
}

/** Prints the page once everything is there; what cannot be brought in is printed as far as it is. */
export async function printPage(): Promise<void> {
  await Promise.allSettled([...held].map((prepare) => prepare()));
  await new Promise((done) => setTimeout(done, 60)); // one drawing
  window.print();
}
