/** Which reports were written, and which are public? 报告 */
import { Button } from "antd";
import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { useMe } from "@/app/me";
import { api, useAct, useApi, type Schemas } from "@/client";
import { Page, PageFace, ReasonDialog, Sentence } from "@/components/ui";
import { moment } from "@/lib/dates";
import "./reports.css";
import { useReportsText } from "./text";
import { titleOf } from "./title";
import { useJob } from "./useJob";

type Card = Schemas["ReportCard"];

export function ReportsPage() {
  const t = useReportsText();
  const may = useMe().use_cases.includes("report.write");
  const queries = useQueryClient();
  const reports = useApi(["reports"], () => api.GET("/api/v1/reports"));
  const job = useJob("report", () => {
    void queries.invalidateQueries({ queryKey: ["reports"] });
  });
  const write = may && <Button type="primary" loading={job.running} title={t("writeText")} onClick={job.start}>{job.running ? t("writing") : t("write")}</Button>;
  return (
    <Page title={t("title")} actions={write || undefined}>
      {job.face}
      {job.result && <Made result={job.result} cards={reports.data ?? []} />}
      <PageFace query={reports} isEmpty={(found) => found.length === 0} empty={{ title: t("none"), text: t("noneText"), action: write || undefined }}>
        {(found) => <><Sentence>{t("sentence", { n: found.length, out: found.filter((card) => card.published).length })}</Sentence><ul className="df-reports">{found.map((card) => <Report key={card.id} card={card} />)}</ul></>}
      </PageFace>
    </Page>
  );
}

/** What was made just now, from which data, and whether it says anything new. */
function Made({ result, cards }: { result: Record<string, unknown>; cards: readonly Card[] }) {
  const t = useReportsText();
  const files = Array.isArray(result.files) ? result.files.map(String) : [];
  const ids = new Set(files.map((name) => name.slice(0, name.lastIndexOf("."))));
  const made = cards.filter((card) => ids.has(card.id));
  return (
    <div className="df-section" role="status">
      <h2>{result.same === true ? t("writtenSame") : t("written")}</h2>
      {result.same === true && <p className="df-muted">{t("writtenSameText")}</p>}
      {made.map((card) => <div key={card.id}><p>{titleOf(card, t)}</p><Basis card={card} /><Downloads card={card} /></div>)}
    </div>
  );
}

function Basis({ card }: { card: Card }) {
  const t = useReportsText();
  if (!card.basis) return null;
  const { year, data_time, run_id, assessment_id, rules } = card.basis;
  return <p className="df-muted">{t("basis", { year, time: data_time })} · <code>{run_id}</code> · <code>{assessment_id}</code> · {t("rules")} <code>{rules}</code></p>;
}

function Downloads({ card }: { card: Card }) {
  return (
    <div className="df-row">
      {card.files.map(([format, bytes]) => (
        <Button key={format} href={`/api/v1/reports/${encodeURIComponent(card.id)}/${format}`} target={format === "docx" ? undefined : "_blank"} rel="noopener">
          {format.toUpperCase()} <span className="df-muted">{size(bytes)}</span>
        </Button>
      ))}
    </div>
  );
}

const size = (bytes: number) => (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

function Report({ card }: { card: Card }) {
  const t = useReportsText();
  const may = useMe().use_cases.includes("publish");
  const [asking, setAsking] = useState(false);
  const verb = card.published ? "withdraw" : "publish";
  const act = useAct(
    (why: string) =>
      card.published
        ? api.POST("/api/v1/reports/{id}/withdraw", { params: { path: { id: card.id } }, body: { why } })
        : api.POST("/api/v1/reports/{id}/publish", { params: { path: { id: card.id } }, body: { why } }),
    { renew: [["reports"]], done: () => setAsking(false) },
  );
  return (
    <li className="df-section">
      <div className="df-row">
        <h2 title={card.id}>{titleOf(card, t)}</h2>
        {card.year !== null && <span className="df-muted">{t("year", { year: card.year })}</span>}
        <span className="df-muted">{t(card.published ? "published" : "notPublished")}</span>
        {may && <Button size="small" style={{ marginInlineStart: "auto" }} onClick={() => setAsking(true)}>{t(verb)}</Button>}
      </div>
      <p className="df-muted">{t("created", { time: moment(card.created_at) })} · {t("fingerprint")} <code>{card.sha256.slice(0, 16)}</code></p>
      <Basis card={card} />
      <Downloads card={card} />
      {asking && (
        <ReasonDialog open title={`${t(verb)}:${card.title}`} text={t(card.published ? "withdrawText" : "publishText")} verb={t(verb)} busy={act.isPending} problem={act.error}
          onDone={(why) => act.mutate(why)} onCancel={() => setAsking(false)} />
      )}
    </li>
  );
}
