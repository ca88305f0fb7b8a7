/** Takes a balance, an inventory or amounts of processes in 导入, says what could not be read, and accounts anew. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { api, send, take, type Schemas } from "@/client";
import { DropZone, Field, ProblemBox, Section } from "@/components/ui";
import { useWords } from "@/i18n";
import { useRegionsText } from "./text";

interface Given {
  area: string;
  period: string;
  unit: string;
}

export function Upload({ empty }: { empty: boolean }) {
  const t = useRegionsText();
  const [open, setOpen] = useState(empty);
  const [given, setGiven] = useState<Given>({ area: "", period: "", unit: "" });
  const queries = useQueryClient();
  const account = useMutation({
    mutationFn: () => take(api.POST("/api/v1/regions/account", {})),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["regions"] }),
  });
  const bring = useMutation({
    mutationFn: async (file: File) => {
      const body = new FormData();
      body.append("file", file, file.name);
      const asked = new URLSearchParams(Object.entries(given).filter(([, value]) => value.trim() !== "").map(([name, value]) => [name, value.trim()]));
      const answer = await send(`/api/v1/regions/tables${asked.size ? `?${asked}` : ""}`, { method: "POST", body });
      return (await answer.json()) as Schemas["RegionImport"];
    },
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: ["regions"] });
      if (!made.repeated && made.cells > 0) account.mutate();
    },
  });
  if (!open) return <div className="df-row df-noprint"><Button onClick={() => setOpen(true)}>{t("upload")}</Button></div>;
  const field = (name: keyof Given, label: string, hint?: string) => (
    <Field label={label} {...(hint ? { hint } : {})}>{(bound) => <Input {...bound} value={given[name]} maxLength={20} onChange={(event) => setGiven({ ...given, [name]: event.target.value })} />}</Field>
  );
  return (
    <Section title={t("upload")} className="df-noprint">
      <div className="df-region-given">
        {field("area", t("uploadArea"), t("uploadAreaHint"))}
        {field("period", t("uploadPeriod"), t("uploadAreaHint"))}
        {field("unit", t("uploadUnit"), t("uploadAreaHint"))}
      </div>
      <DropZone accept={[".xlsx", ".xls", ".csv", ".parquet"]} maxMb={50} disabled={bring.isPending || account.isPending} hint={t("uploadHint")} onTry={bring.reset} onFiles={(files) => files[0] && bring.mutate(files[0])} />
      {bring.error && <ProblemBox compact problem={bring.error} />}
      {bring.data && <Outcome made={bring.data} />}
      {account.isPending && <p role="status" className="df-muted">{t("accounting")}</p>}
      {account.error && <ProblemBox compact problem={account.error} onAgain={() => account.mutate()} />}
      {account.data && <p role="status">{t("accounted", { lines: account.data.lines, findings: account.data.findings })}</p>}
      {!empty && <div className="df-row"><Button loading={account.isPending} onClick={() => account.mutate()}>{t("accountAgain")}</Button></div>}
    </Section>
  );
}

function Outcome({ made }: { made: Schemas["RegionImport"] }) {
  const t = useRegionsText();
  const words = useWords();
  const { file, read, cells, rejected, areas, periods } = made;
  return (
    <div role="status">
      <p>{made.repeated ? t("uploadAgain") : t("uploadDone", { file, kind: words(made.kind_words), read, cells, rejected, areas, periods })}</p>
      {made.problems.length > 0 && (
        <ul className="df-list df-region-problems">
          {made.problems.map((one, n) => (
            <li key={n}><b>{t(`severity_${one.severity}` as "severity_error")} {one.sheet} {one.row !== null && t("uploadRow", { row: one.row })} {one.column}</b> {words(one.what)} <span className="df-muted">{words(one.mend)}</span></li>
          ))}
        </ul>
      )}
    </div>
  );
}
