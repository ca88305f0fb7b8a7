/** A workbook in place of what stands in the grid 上传工作簿: asked first where figures would go, and taken back with one click. */
import { App, Button } from "antd";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { send } from "@/client";
import { DropZone, ProblemBox, ReasonDialog } from "@/components/ui";
import { type Filing, filingKey } from "./FilingPage";
import type { GridRow } from "./grid";
import { useFilingText } from "./text";
import type { Draft } from "./useDraft";

/** How many rows hold a figure: what an upload would take away. */
export function figureRows(rows: readonly GridRow[], columns: readonly Pick<Filing["columns"][number], "name" | "kind" | "fixed">[]): number {
  const figures = columns.filter((column) => column.kind === "number" && !column.fixed).map((column) => column.name);
  return rows.filter((row) => figures.some((name) => (row[name] ?? "").trim() !== "")).length;
}

export function UploadBook({ filing, draft }: { filing: Filing; draft: Draft }) {
  const { message } = App.useApp();
  const t = useFilingText();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<File | null>(null);
  const [before, setBefore] = useState<{ rows: GridRow[]; file: string } | null>(null);
  const typed = figureRows(draft.rows, filing.columns);
  const take = useMutation({
    mutationFn: async (file: File) => {
      const version = await draft.flush(); // what is typed is saved first: the step back leads to it
      const body = new FormData();
      body.append("file", file, file.name);
      const answer = await send(`/api/v1/filings/${encodeURIComponent(filing.id)}/workbook`, { method: "POST", body, headers: { "If-Match": `"${version}"` } });
      return (await answer.json()) as Filing;
    },
    onSuccess: (page, file) => {
      setBefore(typed > 0 ? { rows: draft.rows, file: file.name } : null);
      queries.setQueryData(filingKey(filing.id), page);
      draft.reset(page);
      const out = new Set(page.problems.filter((one) => one.kind === "other_period" || one.kind === "other_enterprise").map((one) => one.row)).size;
      if (out) void message.warning(t("uploadedSome", { n: page.rows.length - out, out }));
      else void message.success(t("uploaded", { n: page.rows.length }));
    },
  });
  const begin = (file: File) => (typed > 0 ? setAsked(file) : take.mutate(file));
  const back = () => {
    if (before) draft.change(before.rows);
    setBefore(null);
  };
  return (
    <>
      <DropZone accept={[".xlsx", ".xls", ".csv"]} maxMb={20} disabled={take.isPending} hint={t("uploadHint")} onTry={take.reset} onFiles={(files) => files[0] && begin(files[0])} />
      {take.error ? <ProblemBox compact problem={take.error} /> : null}
      {before && (
        <p className="df-row" role="status">
          <span>{t("replacedBy", { n: figureRows(before.rows, filing.columns), file: before.file })}</span>
          <Button size="small" onClick={back}>{t("replaceUndo")}</Button>
        </p>
      )}
      <ReasonDialog open={asked !== null} title={t("replaceTitle")} text={t("replaceText", { n: typed, file: asked?.name ?? "" })} verb={t("replaceVerb")} danger reasoned={false}
        onDone={() => { if (asked) take.mutate(asked); setAsked(null); }} onCancel={() => setAsked(null)} />
    </>
  );
}
