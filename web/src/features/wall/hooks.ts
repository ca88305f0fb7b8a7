/** What the wall needs of the room it hangs in: size of a box, the scale of print, whether motion is wanted. */
import { useEffect, useLayoutEffect, useState, type RefObject } from "react";

/** Height of an element in px, kept up with; 0 until it is known. */
export function useHeight(box: RefObject<HTMLElement | null>): number {
  const [height, setHeight] = useState(0);
  useEffect(() => {
    if (!box.current) return;
    const watcher = new ResizeObserver(([entry]) => setHeight(Math.floor(entry?.contentRect.height ?? 0)));
    watcher.observe(box.current);
    return () => watcher.disconnect();
  }, [box]);
  return height;
}

const LEAST = 0.7; // of the full size: below that nothing is read from five metres
const STEP = 0.05;

/** Height of what a chart says above itself, in px: a finding takes one line or two. */
export function useCaption(box: RefObject<HTMLElement | null>, drawn: boolean): number {
  const [height, setHeight] = useState(0);
  useLayoutEffect(() => {
    const caption = drawn ? box.current?.querySelector("figcaption") : null;
    if (!caption) return;
    const watcher = new ResizeObserver(() => setHeight(Math.ceil(caption.getBoundingClientRect().height)));
    watcher.observe(caption);
    return () => watcher.disconnect();
  }, [box, drawn]);
  return height;
}

/** Shrinks the print of a tile (--fit) until its words stand in it whole; kept up with when the box or the words change. */
export function useFitted(box: RefObject<HTMLElement | null>, words: string): void {
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const fit = () => {
      for (let size = 1; size >= LEAST; size -= STEP) {
        element.parentElement?.style.setProperty("--fit", size.toFixed(2));
        if (element.scrollHeight <= element.clientHeight + 1) return;
      }
    };
    const watcher = new ResizeObserver(fit);
    if (element.parentElement) watcher.observe(element.parentElement); // of the tile: what stands above grows and shrinks with --fit
    return () => watcher.disconnect();
  }, [box, words]);
}

/** 1 on a screen of 1080 lines; print grows with the wall, so that it is read from five metres. */
export const wallScale = (width: number, height: number): number => (isWall(width, height) ? Math.min(width / 1920, height / 1080) : SMALL);

const SMALL = 0.62; // as --u in wall.css, on a screen that is no wall
const isWall = (width: number, height: number): boolean => width > 900 && width / height > 5 / 4;

export function useWallScale(): number {
  const [scale, setScale] = useState(() => wallScale(innerWidth, innerHeight));
  useEffect(() => {
    const measure = () => setScale(wallScale(innerWidth, innerHeight));
    addEventListener("resize", measure);
    return () => removeEventListener("resize", measure);
  }, []);
  return scale;
}

export function useStill(): boolean {
  const [still, setStill] = useState(() => matchMedia("(prefers-reduced-motion: reduce)").matches);
  useEffect(() => {
    const asked = matchMedia("(prefers-reduced-motion: reduce)");
    const told = () => setStill(asked.matches);
    asked.addEventListener("change", told);
    return () => asked.removeEventListener("change", told);
  }, []);
  return still;
}

/** The whole document in the dark while the wall hangs, also what is drawn outside of it (the drawer). */
export function useDark(): void {
  useEffect(() => {
    const root = document.documentElement;
    const before = root.dataset.theme;
    root.dataset.theme = "dark";
    return () => {
      if (before) root.dataset.theme = before;
    };
  }, []);
}
