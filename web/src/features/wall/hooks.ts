/** What the wall needs of the room it hangs in: size of a box, the scale of print, whether motion is wanted. */
import { useEffect, useState, type RefObject } from "react";

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
