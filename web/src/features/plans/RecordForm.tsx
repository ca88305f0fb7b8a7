/** The fields of a record as a form; values that are not given stay empty, never zero. */
import { Input, InputNumber, Select } from "antd";
import { Field } from "@/components/ui";
import { CHOICES, EDITED } from "./fields";
import { fieldName, fieldWords } from "./RecordItem";
import { usePlansText } from "./text";

export type Values = Record<string, unknown>;

export function RecordForm({ kind, values, onChange }: { kind: string; values: Values; onChange: (values: Values) => void }) {
  const t = usePlansText();
  const put = (name: string, value: unknown) => onChange({ ...values, [name]: value });
  return (
    <>
      {(EDITED[kind] ?? []).map(([name, form]) => (
        <Field key={name} label={fieldName(name, t)}>
          {(bound) => <Input1 {...bound} form={form} name={name} value={values[name]} onChange={(value) => put(name, value)} />}
        </Field>
      ))}
    </>
  );
}

interface InputProps {
  id: string;
  form: string;
  name: string;
  value: unknown;
  onChange: (value: unknown) => void;
}

function Input1({ form, name, value, onChange, ...bound }: InputProps) {
  const t = usePlansText();
  if (form === "number" || form === "year") {
    const bounds = form === "year" ? { min: 1978, max: 2100, precision: 0 } : {};
    return <InputNumber {...bound} {...bounds} style={{ width: "100%" }} value={typeof value === "number" ? value : null} onChange={onChange} />;
  }
  if (form === "choice") {
    return <Select {...bound} style={{ width: "100%" }} value={(value as string) ?? undefined} onChange={onChange} options={(CHOICES[name] ?? []).map((one) => ({ value: one, label: fieldWords(name, one, t) }))} />;
  }
  const text = typeof value === "string" ? value : "";
  return form === "long"
    ? <Input.TextArea {...bound} rows={2} value={text} onChange={(e) => onChange(e.target.value)} />
    : <Input {...bound} value={text} onChange={(e) => onChange(e.target.value)} />;
}
