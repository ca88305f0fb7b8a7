/** What does the plan say, and is it read rightly? Text left, records right, linked both ways 方案阅读. */
import { App, Button, Segmented } from "antd";
import { useCallback, useMemo, useRef, useState } from "react";
import { useParams } from "react-router";
import { ViewLink } from "@/app/ViewLink";
import { useParam } from "@/app/view";
import { BackTo } from "@/app/BackTo";
import { api, useApi, type Schemas } from "@/client";
import { Page, PageFace, Sentence } from "@/components/ui";
import { useLang } from "@/i18n";
import { day } from "@/lib/dates";
import { AddRecord } from "./AddRecord";
import "./plans.css";
import { issuedBy } from "./fields";
import { RecordList } from "./RecordList";
import { RepairList } from "./RepairList";
import { selectedSpan } from "./segments";
import { SourceText } from "./SourceText";
import { usePlansText } from "./text";

export function PlanPage() {
  const { doc = "" } = useParams();
  const reader = useApi(["plans", doc], () => api.GET("/api/v1/plans/{doc}", { params: { path: { doc } } }));
  return <PageFace query={reader} back={<BackTo list="/plans" name="plans" />}>{(found) => <Reading reader={found} />}</PageFace>;
}

function Reading({ reader }: { reader: Schemas["Reader"] }) {
  const { message } = App.useApp();
  const t = usePlansText();
  const lang = useLang();
  const [at] = useParam("at");
  const [recordParam, setRecord] = useParam("record");
  const [tab, setTab] = useParam("tab");
  const [pane, setPane] = useState("text");
  const [hot, setHot] = useState<string | null>(null);
  const [adding, setAdding] = useState<[number, number] | null>(null);
  const root = useRef<HTMLDivElement>(null);
  const shown = useMemo(() => (recordParam ? { id: recordParam } : at ? { at: Number.parseInt(at, 10) || 0 } : null), [recordParam, at]);
  const { card } = reader;
  const pick = useCallback((id: string) => {
    setRecord(id);
    setPane("records");
  }, [setRecord]);
  const show = useCallback((id: string) => {
    setRecord(id);
    setPane("text");
  }, [setRecord]);
  const add = () => {
    const span = selectedSpan(window.getSelection(), root.current);
    if (span) setAdding(span);
    else void message.info(t("addHint"));
  };
  const doc = encodeURIComponent(card.doc);
  const counts = { name: card.title ?? t("noTitle"), targets: card.targets, tasks: card.tasks, open: card.open };
  return (
    <Page
      title={card.title ?? t("noTitle")}
      note={[...issuedBy(card, lang), card.published && day(card.published)].filter(Boolean).join(" · ")}
      actions={<>
        <Button href={`/api/v1/plans/${doc}/file`}>{t("original")}</Button>
        {card.versions > 1 && <ViewLink className="df-button" to={`/plans/${doc}/compare`}>{t("compare")}</ViewLink>}
      </>}
    >
      <Sentence>{t(card.open ? "sentence" : "sentenceDone", counts)}</Sentence>
      <Segmented className="df-reader-switch" block value={pane} onChange={setPane} options={[{ value: "text", label: t("paneText") }, { value: "records", label: t("paneRecords") }]} />
      <div className="df-reader" data-pane={pane}>
        <div className="df-reader-pane df-reader-source">
          <div className="df-reader-head">
            <h2>{t("source")}</h2>
            {reader.may_act && <Button size="small" style={{ marginInlineStart: "auto" }} onMouseDown={(e) => e.preventDefault()} onClick={add}>{t("add")}</Button>}
          </div>
          <div className="df-reader-scroll" tabIndex={0} role="region" aria-label={t("textPane")}>
            <SourceText paragraphs={reader.paragraphs} marks={reader.marks} hot={hot} shown={shown} onHover={setHot} onPick={pick} rootRef={root} />
          </div>
        </div>
        <div className="df-reader-pane df-reader-records">
          <div className="df-reader-head">
            <Segmented size="small" value={tab ?? "records"} onChange={(value) => setTab(value === "records" ? null : value)}
              options={[{ value: "records", label: `${t("records")} ${reader.records.length}` }, { value: "repairs", label: `${t("repairTitle")} ${reader.repairs.length}` }]} />
          </div>
          {tab === "repairs"
            ? <RepairList repairs={reader.repairs} onShow={show} />
            : <RecordList reader={reader} hot={hot} shown={recordParam} onHover={setHot} onShow={show} />}
        </div>
      </div>
      {adding && <AddRecord doc={card.doc} span={adding} quote={quoteOf(reader, adding)} onClose={() => setAdding(null)} />}
    </Page>
  );
}

/** The text of a span, put together from the paragraphs. */
function quoteOf(reader: Schemas["Reader"], [start, end]: [number, number]): string {
  return reader.paragraphs
    .filter((para) => para.start < end && para.end > start)
    .map((para) => [...para.text].slice(Math.max(0, start - para.start), end - para.start).join(""))
    .join("");
}
