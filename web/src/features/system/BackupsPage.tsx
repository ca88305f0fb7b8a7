/** What backups are there, and when was the last? 备份 */
import { Button } from "antd";
import { useMay } from "@/app/me";
import { api, useAct, useApi } from "@/client";
import { Page, PageFace, ProblemBox, Section } from "@/components/ui";
import { moment } from "@/lib/dates";
import { bytes } from "@/lib/bytes";
import { useSystemText } from "./text";
import { isOver, useJobs } from "./useJobs";

export function BackupsPage() {
  const t = useSystemText();
  const jobs = useJobs();
  const running = jobs.data?.some((job) => job.kind === "backup" && !isOver(job)) ?? false;
  const backups = useApi(["backups", running], () => api.GET("/api/v1/backups"));
  const may = useMay("backup.make");
  const start = useAct(() => api.POST("/api/v1/backups"), { renew: [["jobs"], ["backups"]] });
  const button = may ? <Button type="primary" loading={start.isPending || running} onClick={() => start.mutate(undefined)}>{running ? t("backupMaking") : t("backupMake")}</Button> : undefined;
  return (
    <Page title={t("backups")} actions={button}>
      <p className="df-muted">{t("backupsText")}</p>
      {start.error && <ProblemBox compact problem={start.error} />}
      <PageFace query={backups} skeleton="table" isEmpty={(found) => found.length === 0} empty={{ text: t("backupsEmpty"), action: button }}>
        {(found) => (
          <Section flush>
            <div className="df-plain-scroll" tabIndex={0} role="region" aria-label={t("backups")}>
              <table className="df-plain">
                <thead><tr>{(["backupName", "backupTime", "by", "backupSize", "backupFiles", "backupRows", "version"] as const).map((key) => <th key={key} scope="col">{t(key)}</th>)}</tr></thead>
                <tbody>
                  {found.map((one) => (
                    <tr key={one.name}>
                      <th scope="row" className="df-mono">{one.name}</th>
                      <td>{moment(one.made_at)}</td>
                      <td>{one.made_by}</td>
                      <td className="df-num">{bytes(one.size)}</td>
                      <td className="df-num">{one.files.toLocaleString("en-US")}</td>
                      <td className="df-num">{one.rows.toLocaleString("en-US")}</td>
                      <td>{one.code_version}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </Section>
        )}
      </PageFace>
    </Page>
  );
}
