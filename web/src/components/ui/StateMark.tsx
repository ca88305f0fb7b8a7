/** States and warning levels 状态与预警: colour, shape and word together, never colour alone. */
import { useId } from "react";
import { useUiText } from "./text";

export const STATES = ["reached", "on_track", "behind", "off_track", "not_assessed", "confidential"] as const;
export type State = (typeof STATES)[number];
export const isState = (text: unknown): text is State => STATES.includes(text as State);
/** Whether a state says how a target stands; 未评估 and 保密 (there, but not for this viewer) do not. */
export const isJudged = (state: State): boolean => state !== "not_assessed" && state !== "confidential";
/** The states to list beside their counts: 保密 only where there is one, for who sees everything need not read of it. */
export const statesIn = (counts: Readonly<Record<string, number>> | null): readonly State[] => STATES.filter((state) => state !== "confidential" || (counts?.confidential ?? 0) > 0);

const COLOUR: Record<State, string> = {
  reached: "var(--reached)",
  on_track: "var(--on-track)",
  behind: "var(--behind)",
  off_track: "var(--off-track)",
  not_assessed: "var(--unknown)",
  confidential: "var(--withheld)",
};
export const stateColour = (state: State): string => COLOUR[state];

/** The shape alone, for tiles and charts: draws in a 16×16 box; give it a name elsewhere. */
export function StateShape({ state, size = 14, x, y }: { state: State; size?: number; x?: number; y?: number }) {
  const id = useId();
  return (
    <svg className="df-state-shape" viewBox="0 0 16 16" width={size} height={size} x={x} y={y} aria-hidden="true" color={COLOUR[state]}>
      {state === "reached" && <><circle cx="8" cy="8" r="7" fill="currentColor" /><path d="M4.6 8.3l2.3 2.3 4.5-4.8" fill="none" stroke="var(--paper)" strokeWidth="1.8" /></>}
      {state === "on_track" && <circle cx="8" cy="8" r="6.2" fill="currentColor" />}
      {state === "behind" && <path d="M8 1.6L15 14.4H1z" fill="currentColor" />}
      {state === "off_track" && <rect x="2" y="2" width="12" height="12" fill="currentColor" />}
      {!isJudged(state) && <defs><pattern id={id} width="3" height="3" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0v3" stroke="currentColor" strokeWidth="1.4" /></pattern></defs>}
      {state === "not_assessed" && <circle cx="8" cy="8" r="6" fill={`url(#${id})`} stroke="currentColor" strokeWidth="1.6" />}
      {state === "confidential" && <><path d="M5 7.2V5a3 3 0 0 1 6 0v2.2" fill="none" stroke="currentColor" strokeWidth="1.6" /><rect x="2.8" y="7.2" width="10.4" height="7.2" rx="1" fill={`url(#${id})`} stroke="currentColor" strokeWidth="1.6" /></>}
    </svg>
  );
}

/** A target's state with its word; `bare` hides the word from sight, not from screen readers. */
export function StateMark({ state, bare = false, size = 14, count }: { state: State; bare?: boolean; size?: number; count?: number | string }) {
  const t = useUiText();
  return (
    <span className="df-state" title={state === "confidential" ? t("note_confidential") : bare ? t(`state_${state}`) : undefined}>
      <StateShape state={state} size={size} />
      <span className={bare ? "df-sr" : undefined}>{t(`state_${state}`)}</span>
      {count !== undefined && <b>{count}</b>}
    </span>
  );
}

const LEVELS = ["blue", "yellow", "orange", "red"] as const;
export type Level = (typeof LEVELS)[number];
export const isLevel = (text: unknown): text is Level => LEVELS.includes(text as Level);

/** A warning of four levels, with its word. */
export function WarningLevel({ level, children }: { level: Level; children?: React.ReactNode }) {
  const t = useUiText();
  return (
    <span className={`df-level df-level-${level}`}>
      <span className="df-level-word">{t(`level_${level}`)}</span>
      {children}
    </span>
  );
}
