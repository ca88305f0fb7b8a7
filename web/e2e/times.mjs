/** How soon a page is painted and can be used, as on a machine that has nothing else to do. */

/** A script for a page: notes when its words stood and nothing was being waited for any more. */
export const READY = `
  window.dafengReady = null;
  const look = () => {
    const main = document.querySelector("main, .df-door, form");
    const waiting = document.querySelector("[data-waiting], .df-skeleton");
    if (main && main.innerText.trim().length > 10 && !waiting) window.dafengReady ??= performance.now();
    else window.dafengReady = null;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
`;

const SPIN_MS = 40;

/** How many times longer than alone a piece of work takes here at the moment: 1 where nothing else runs. */
function slowness() {
  const [before, start] = [process.cpuUsage(), performance.now()];
  let used = 0;
  while (used < SPIN_MS) {
    const { user, system } = process.cpuUsage(before);
    used = (user + system) / 1000;
  }
  return Math.max(1, (performance.now() - start) / used);
}

/**
 * Milliseconds since the navigation: first contentful paint, and when the page could be used; wants READY.
 * What other work on the machine takes of its processors is reckoned out, by a measure before and after `load`.
 */
export async function timed(page, load) {
  const before = slowness();
  await load();
  await page.waitForFunction(() => window.dafengReady !== null);
  const { paint, ready } = await page.evaluate(() => ({ paint: performance.getEntriesByName("first-contentful-paint")[0].startTime, ready: window.dafengReady }));
  const share = Math.min(before, slowness());
  return { paint: paint / share, ready: ready / share, share };
}

export const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
