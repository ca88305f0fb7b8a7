/** Which reports were written, and which are public? 报告 */
import { Button, message } from "antd";
import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { useMe } from "@/app/me";
import { api, useAct, useApi, type Schemas } from "@/client";
import { Page, PageFace, ReasonDialog } from "@/components/ui";
import { moment } from "@/lib/dates";
import "./reports.css";
import { useReportsText } from "./text";
import { useJob } from "./useJob";

type Card = Schemas["ReportCard"];

export function ReportsPage() {
  const t = useReportsText();
  const may = useMe().use_cases.includes("report.write");
  const queries = useQueryClient();
  const reports = useApi(["reports"], () => api.GET("/api/v1/reports"));
  const job = useJob("report", () => {
    void queries.invalidateQueries({ queryKey: ["reports"] });
    void message.success(t("written"));
  });
  const write = may && <Button type="primary" loading={job.running} title={t("writeText")} onClick={job.start}>{job.running ? t("writing") : t("write")}</Button>;
  return (
    <Page title={t("title")} actions={write || undefined}>
      <p className="df-muted">{t("intro")}</p>
      {job.face}
      <PageFace query={reports} isEmpty={(found) => found.length === 0} empty={{ title: t("none"), text: t("noneText"), action: write || undefined }}>
        {(found) => <ul className="df-reports">{found.map((card) => <Report key={card.id} card={card} />)}</ul>}
      </PageFace>
    </Page>
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
        <h2>{card.title}</h2>
        {card.year !== null && <span className="df-muted">{t("year", { year: card.year })}</span>}
        <span className="df-muted">{t(card.published ? "published" : "notPublished")}</span>
        {may && <Button size="small" style={{ marginInlineStart: "auto" }} onClick={() => setAsking(true)}>{t(verb)}</Button>}
      </div>
      <p className="df-muted">{t("created", { time: moment(card.created_at) })} · {t("fingerprint")} <code>{card.sha256.slice(0, 16)}</code></p>
      <div className="df-row">
        {card.files.map(([format, bytes]) => (
          <Button key={format} href={`/api/v1/reports/${encodeURIComponent(card.id)}/${format}`} target={format === "docx" ? undefined : "_blank"} rel="noopener">
            {format.toUpperCase()} <span className="df-muted">{size(bytes)}</span>
          </Button>
        ))}
      </div>
      {asking && (
        <ReasonDialog open title={`${t(verb)}:${card.title}`} text={t(card.published ? "withdrawText" : "publishText")} verb={t(verb)} busy={act.isPending} problem={act.error}
          onDone={(why) => act.mutate(why)} onCancel={() => setAsking(false)} />
      )}
    </li>
  );
}
