/** Enters a certificate table 登记: what was taken, and what is wrong row by row. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "antd";
import { send, type Schemas } from "@/client";
import { DropZone, ProblemBox, Section } from "@/components/ui";
import { useWords } from "@/i18n";
import { useCertificatesText } from "./text";

export function Upload({ empty }: { empty: boolean }) {
  const t = useCertificatesText();
  const [open, setOpen] = useState(empty);
  const queries = useQueryClient();
  const take = useMutation({
    mutationFn: async (file: File) => {
      const body = new FormData();
      body.append("file", file, file.name);
      const answer = await send("/api/v1/certificates/workbook", { method: "POST", body });
      return (await answer.json()) as Schemas["CertificateImport"];
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["certificates"] });
      await queries.invalidateQueries({ queryKey: ["table"] });
    },
  });
  if (!open) return <div className="df-row df-noprint"><Button onClick={() => setOpen(true)}>{t("upload")}</Button></div>;
  return (
    <Section title={t("upload")} className="df-noprint" side={<a href="/api/v1/certificates/template" download>{t("template")}</a>}>
      <DropZone accept={[".xlsx", ".xls", ".csv"]} maxMb={20} disabled={take.isPending} hint={t("uploadHint")} onTry={take.reset} onFiles={(files) => files[0] && take.mutate(files[0])} />
      {take.error && <ProblemBox compact problem={take.error} />}
      {take.data && <Outcome made={take.data} />}
    </Section>
  );
}

function Outcome({ made }: { made: Schemas["CertificateImport"] }) {
  const t = useCertificatesText();
  const words = useWords();
  return (
    <div role="status">
      <p>{t("uploadDone", { file: made.file, rows: made.rows, entered: made.entered, unchanged: made.unchanged, rejected: made.rejected })}</p>
      {made.problems.length > 0 && (
        <ul className="df-cert-problems" role="list">
          {made.problems.map((one, index) => (
            <li key={index}><b>{one.row !== null && t("uploadRow", { row: one.row })} {one.column}</b> {words(one.what)} <span className="df-muted">{words(one.mend)}</span></li>
          ))}
        </ul>
      )}
    </div>
  );
}
