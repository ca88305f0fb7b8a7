/** Which plans are there, and what in them still waits for a person? 方案 */
import { App, Button, Modal } from "antd";
import { useState } from "react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ViewLink } from "@/app/ViewLink";
import { useMe } from "@/app/me";
import { api, send, useApi, type Schemas } from "@/client";
import { DropZone, Page, PageFace, ProblemBox } from "@/components/ui";
import { useLang } from "@/i18n";
import { day } from "@/lib/dates";
import { issuedBy } from "./fields";
import "./plans.css";
import { usePlansText } from "./text";

type PlanCard = Schemas["PlanCard"];
export const PLAN_ENDINGS = [".txt", ".html", ".htm", ".docx", ".pdf"] as const;

export function PlansPage() {
  const t = usePlansText();
  const plans = useApi(["plans"], () => api.GET("/api/v1/plans"));
  const [opened, setOpened] = useState(false);
  const may = useMe().use_cases.includes("plan.act");
  const upload = may && <Button type="primary" onClick={() => setOpened(true)}>{t("upload")}</Button>;
  return (
    <Page title={t("title")} actions={upload || undefined}>
      <p className="df-muted">{t("intro")}</p>
      <PageFace query={plans} isEmpty={(found) => found.length === 0} empty={{ text: t("emptyText"), action: upload || undefined }}>
        {(found) => <div className="df-cards">{found.map((card) => <Card key={card.doc} card={card} />)}</div>}
      </PageFace>
      {opened && <UploadPlan onClose={() => setOpened(false)} />}
    </Page>
  );
}

function Card({ card }: { card: PlanCard }) {
  const t = usePlansText();
  const lang = useLang();
  const counts: [string, number][] = [
    [t("targets"), card.targets], [t("tasks"), card.tasks], [t("boxes"), card.boxes],
    [t("open"), card.open], [t("repairs"), card.repairs], [t("versions"), card.versions],
  ];
  return (
    <article className="df-card">
      <h2><ViewLink to={`/plans/${encodeURIComponent(card.doc)}`}>{card.title ?? t("noTitle")}</ViewLink></h2>
      <div className="df-muted">{[...issuedBy(card, lang), card.published && day(card.published)].filter(Boolean).join(" · ")}</div>
      <dl className="df-counts">{counts.map(([name, n]) => <div key={name}><dt>{name}</dt><dd>{n}</dd></div>)}</dl>
    </article>
  );
}

function UploadPlan({ onClose }: { onClose: () => void }) {
  const { message } = App.useApp();
  const t = usePlansText();
  const queries = useQueryClient();
  const read = useMutation({
    mutationFn: async (file: File) => {
      const body = new FormData();
      body.append("file", file, file.name);
      return (await (await send("/api/v1/plans", { method: "POST", body })).json()) as PlanCard;
    },
    onSuccess: async (card) => {
      await queries.invalidateQueries({ queryKey: ["plans"] });
      void message.success(t("readDone", { name: card.title ?? card.doc, targets: card.targets, tasks: card.tasks }));
      onClose();
    },
  });
  return (
    <Modal open title={t("upload")} footer={null} onCancel={onClose}>
      <DropZone accept={PLAN_ENDINGS} maxMb={20} disabled={read.isPending} hint={read.isPending ? t("uploading") : t("uploadHint")} onTry={read.reset} onFiles={(files) => files[0] && read.mutate(files[0])} />
      {read.error && <ProblemBox compact problem={read.error} />}
    </Modal>
  );
}
