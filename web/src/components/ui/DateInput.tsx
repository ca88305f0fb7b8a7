/** A calendar day 日期: typed or chosen, always YYYY-MM-DD, in the calendar of the portal's language. */
import { DatePicker } from "antd";
import dayjs from "dayjs";

export interface DateInputProps {
  id?: string;
  /** YYYY-MM-DD, or "" where nothing is chosen */
  value: string;
  onChange: (day: string) => void;
  /** the first and the last day that may be chosen */
  least?: string;
  most?: string;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean;
  "aria-required"?: boolean;
}

const FORMAT = "YYYY-MM-DD";

export function DateInput({ value, onChange, least, most, ...bound }: DateInputProps) {
  return (
    <DatePicker
      {...bound} style={{ width: "100%" }} format={FORMAT} placeholder={FORMAT} inputReadOnly={false}
      value={value ? dayjs(value, FORMAT) : null} onChange={(day) => onChange(day ? day.format(FORMAT) : "")}
      {...(least ? { minDate: dayjs(least, FORMAT) } : {})} {...(most ? { maxDate: dayjs(most, FORMAT) } : {})}
    />
  );
}
