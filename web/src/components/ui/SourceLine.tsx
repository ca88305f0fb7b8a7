/** What stands under a page 数据说明: data time, rule version, run, marks of the least sure input. */
import { moment } from "@/lib/dates";
import { StatusMark } from "./Mark";
import { useUiText } from "./text";

export type SourceOf = SourceInfo;
export interface SourceInfo {
  run_id?: string | null;
  rulebook_version?: string | null;
  data_time?: string | null;
  status?: string;
  demonstration?: boolean;
  partial?: boolean;
}

export function SourceLine({ source, children }: { source: SourceInfo; children?: React.ReactNode }) {
  const t = useUiText();
  return (
    <p className="df-source">
      {source.data_time && <span>{t("dataTime", { time: moment(source.data_time) })}</span>}
      {source.rulebook_version && <span>{t("ruleVersion", { version: source.rulebook_version })}</span>}
      {source.run_id && <span className="df-mono">{source.run_id}</span>}
      {source.partial && <span>{t("partial")}</span>}
      <StatusMark status={source.status} />
      {children}
    </p>
  );
}
