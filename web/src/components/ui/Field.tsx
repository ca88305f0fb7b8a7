/** A form field 表单项: label above, unit beside, conversion, last value and usual range below, problem at the field. */
import { useId } from "react";
import { useUiText } from "./text";

export interface FieldProps {
  label: string;
  unit?: string | undefined;
  hint?: React.ReactNode;
  /** the value in another unit, shown while typing */
  equals?: string | undefined;
  last?: string | undefined;
  usual?: readonly [string, string] | undefined;
  problem?: React.ReactNode;
  required?: boolean;
  /** gets the id and description for the input, so that the label and problem belong to it */
  children: (bound: { id: string; "aria-describedby": string; "aria-invalid": boolean; "aria-required": boolean }) => React.ReactNode;
}

export function Field({ label, unit, hint, equals, last, usual, problem, required = false, children }: FieldProps) {
  const t = useUiText();
  const id = useId();
  const more = [equals && t("equals", { value: equals }), last && t("lastValue", { value: last }), usual && t("usualRange", { low: usual[0], high: usual[1] })].filter(Boolean).join(" · ");
  return (
    <div className={problem ? "df-field df-field-bad" : "df-field"}>
      <label htmlFor={id}>{label}{required && <span className="df-required" aria-hidden="true"> *</span>}</label>
      <div className="df-field-input">
        {children({ id, "aria-describedby": `${id}-note`, "aria-invalid": Boolean(problem), "aria-required": required })}
        {unit && <span className="df-field-unit">{unit}</span>}
      </div>
      <div id={`${id}-note`} className="df-field-note">
        {problem && <span className="df-field-problem" role="alert">{problem}</span>}
        {(hint || more) && <span>{hint}{hint && more ? " · " : ""}{more}</span>}
      </div>
    </div>
  );
}
