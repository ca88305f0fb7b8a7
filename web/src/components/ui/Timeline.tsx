/** The line of a case 流转: the states it passes in order, where it stands, and every move with who, when and why. */
import { moment } from "@/lib/dates";
import { useUiText } from "./text";

export interface Step {
  key: string;
  label: string;
  /** done, here, ahead, or returned */
  at: "done" | "here" | "ahead" | "returned";
  who?: string | null;
  when?: string | null;
}

export function StepLine({ steps }: { steps: readonly Step[] }) {
  return (
    <ol className="df-steps">
      {steps.map((step) => (
        <li key={step.key} className={`df-step df-step-${step.at}`} aria-current={step.at === "here" || step.at === "returned" ? "step" : undefined}>
          <span className="df-step-dot" aria-hidden="true">{step.at === "done" ? "✓" : step.at === "returned" ? "↩" : ""}</span>
          <span className="df-step-label">{step.label}</span>
          <span className="df-muted">{[step.who, step.when ? moment(step.when) : ""].filter(Boolean).join(" · ")}</span>
        </li>
      ))}
    </ol>
  );
}

export interface Move {
  key: string;
  title: React.ReactNode;
  who?: string | null;
  when: string;
  reason?: React.ReactNode;
  children?: React.ReactNode;
}

export function Timeline({ moves }: { moves: readonly Move[] }) {
  const t = useUiText();
  return (
    <ol className="df-timeline" aria-label={t("timeline")}>
      {moves.map((move) => (
        <li key={move.key}>
          <div className="df-row"><b>{move.title}</b><span className="df-muted">{[move.who, moment(move.when)].filter(Boolean).join(" · ")}</span></div>
          {move.reason && <div className="df-timeline-reason">{move.reason}</div>}
          {move.children}
        </li>
      ))}
    </ol>
  );
}
