/** What was found, what does the firm say, and is it settled? 核查发现 */
import { Button } from "antd";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useParams } from "react-router";
import { ViewLink } from "@/app/ViewLink";
import { BackTo } from "@/app/BackTo";
import { api, send, useAct, useApi, type Schemas } from "@/client";
import { DropZone, ExplainLink, Page, PageFace, ProblemBox, ReasonDialog, Section, Sentence, StepLine, Timeline, WarningLevel, type Level } from "@/components/ui";
import { sentenceCase, useLang, useWords } from "@/i18n";
import { useFindingsText } from "./text";

type Finding = Schemas["FindingPage"];
const findingKey = (id: string) => ["findings", id] as const;

export function FindingPage() {
  const { id = "" } = useParams();
  const finding = useApi(findingKey(id), () => api.GET("/api/v1/findings/{id}", { params: { path: { id } } }));
  return <PageFace query={finding} back={<BackTo list="/findings" name="findings" />}>{(found) => <Loaded finding={found} />}</PageFace>;
}

function Loaded({ finding }: { finding: Finding }) {
  const t = useFindingsText();
  const words = useWords();
  const lang = useLang();
  const [asked, setAsked] = useState<Finding["moves"][number] | null>(null);
  const run = useAct(
    (said: string) => api.POST("/api/v1/findings/{id}/moves", {
      params: { path: { id: finding.id }, header: { "If-Match": `"${finding.version}"` } },
      body: { move: asked!.move as Schemas["FindingMove"]["move"], words: said, reason: said },
    }),
    { renew: [findingKey(finding.id), ["table", "findings"], ["inbox"]], done: () => setAsked(null) },
  );
  const here = finding.line.findIndex((step) => step.here);
  return (
    <Page
      title={`${t("title")} · ${finding.enterprise_name}`}
      note={<ViewLink to={`/enterprises/${encodeURIComponent(finding.enterprise_id)}`}>{finding.enterprise_name}</ViewLink>}
      actions={finding.moves.filter((offer) => offer.move !== "attach").map((offer) => <Button key={offer.move} type={offer.aside ? "default" : "primary"} onClick={() => setAsked(offer)}>{sentenceCase(words(offer.name), lang)}</Button>)}
    >
      <Sentence>
        {words(finding.severity_name)} · {words(finding.state_name)}{finding.term ? ` · ${t("term")} ${finding.term}` : ""} {finding.urgency && <WarningLevel level={finding.urgency.level as Level} />}
      </Sentence>
      <StepLine steps={finding.line.map((step, n) => ({ key: step.state, label: words(step.name), who: step.who, when: step.at, at: step.here ? "here" : n < here ? "done" : "ahead" }))} />
      <Section title={t("words")}><p>{finding.words}</p>{finding.node && <p>{t("about")}: <ExplainLink node={finding.node}>{t("explain")}</ExplainLink></p>}</Section>
      {finding.answer && <Section title={t("answer")}><p>{finding.answer}</p></Section>}
      <Section title={t("evidence")}><Files finding={finding} /></Section>
      <Section title={t("trail")}>
        <Timeline moves={[...finding.trail].reverse().map((step, n) => ({ key: String(n), title: words(step.name), who: `${step.who} ${words(step.role_name)}`, when: step.at, reason: step.reason || undefined }))} />
      </Section>
      {asked && <ReasonDialog open title={sentenceCase(words(asked.name), lang)} verb={sentenceCase(words(asked.name), lang)} reasoned={asked.needs.length > 0} busy={run.isPending} problem={run.error} onDone={(said) => run.mutate(said)} onCancel={() => setAsked(null)} />}
    </Page>
  );
}

function Files({ finding }: { finding: Finding }) {
  const queries = useQueryClient();
  const attach = useMutation({
    mutationFn: async (file: File) => {
      const body = new FormData();
      body.append("file", file, file.name);
      await send(`/api/v1/findings/${encodeURIComponent(finding.id)}/evidence`, { method: "POST", body, headers: { "If-Match": `"${finding.version}"` } });
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: findingKey(finding.id) }),
  });
  return (
    <>
      <ul>{finding.evidence.map(([sha, name]) => <li key={sha}><a href={`/api/v1/findings/${encodeURIComponent(finding.id)}/evidence/${sha}`}>{name}</a></li>)}</ul>
      {finding.moves.length > 0 && <DropZone accept={[".pdf", ".docx", ".xlsx", ".jpg", ".png", ".txt", ".csv"]} maxMb={20} disabled={attach.isPending} onTry={attach.reset} onFiles={(files) => files[0] && attach.mutate(files[0])} />}
      {attach.error && <ProblemBox compact problem={attach.error} />}
    </>
  );
}
