/** Saves a small table 导出 CSV with its exact values: what the server tables do by their own export. */
import { Button } from "antd";
import { csvText } from "@/lib/csv";
import { saveText } from "@/lib/save";
import { useUiText } from "./text";

type Cell = string | number | boolean | null | undefined;

export function SaveCsv({ name, columns, rows }: { name: string; columns: readonly string[]; rows: () => readonly (readonly Cell[])[] }) {
  const t = useUiText();
  const save = () => saveText(`${name}.csv`, csvText([...columns], rows().map((row) => row.map((cell) => (cell === undefined ? null : typeof cell === "boolean" ? String(cell) : cell)))), "text/csv");
  return <Button size="small" className="df-noprint" onClick={save}>{t("chartCsv")}</Button>;
}
