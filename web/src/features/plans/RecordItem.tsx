/** One record: its fields, state and doubts; confirm, correct, reject, link, history. */
import { App, Button } from "antd";
import { memo, useState } from "react";
import { api, useAct, type ApiProblem, type Schemas } from "@/client";
import { ReasonDialog } from "@/components/ui";
import { useLang, useWords, type Lang } from "@/i18n";
import { unitName } from "@/lib/units";
import { CorrectRecord } from "./CorrectRecord";
import { CHOICES, fieldText, SHOWN } from "./fields";
import { LinkIndicator } from "./LinkIndicator";
import { RecordHistory } from "./RecordHistory";
import { isPlansKey, usePlansText } from "./text";

type Rec = Schemas["ReaderRecord"];
type Opened = "confirm" | "reject" | "correct" | "link" | "history" | null;
const SETTLED = new Set(["confirmed", "rejected", "withdrawn"]);

interface Props {
  record: Rec;
  doc: string;
  mayAct: boolean;
  hot: boolean;
  open: boolean;
  onHover: (id: string | null) => void;
  onShow: (id: string) => void;
}

export const RecordItem = memo(function RecordItem({ record, doc, mayAct, hot, open, onHover, onShow }: Props) {
  const t = usePlansText();
  const words = useWords();
  const [opened, setOpened] = useState<Opened>(null);
  const close = () => setOpened(null);
  return (
    <li className={hot ? "df-record df-record-hot" : "df-record"} data-id={record.id} onMouseEnter={() => onHover(record.id)} onMouseLeave={() => onHover(null)}>
      <div className="df-row">
        <span className="df-record-kind">{kindName(record.kind, t)}</span>
        <button type="button" className="df-bare df-record-title" onClick={() => onShow(record.id)} title={t("toSpan")}>{record.title}</button>
        <span className="df-record-kind">{stateName(record.state, t)}</span>
      </div>
      <Fields record={record} all={open} />
      {record.findings.map((one, n) => <div key={n} className="df-doubt">{words(one)}</div>)}
      <div className="df-row df-noprint">
        {mayAct && !SETTLED.has(record.state) && <Button size="small" type="primary" ghost onClick={() => setOpened("confirm")}>{t("confirm")}</Button>}
        {mayAct && <Button size="small" onClick={() => setOpened("correct")}>{t("correct")}</Button>}
        {mayAct && record.state !== "rejected" && <Button size="small" onClick={() => setOpened("reject")}>{t("reject")}</Button>}
        {mayAct && record.kind === "target" && <Button size="small" onClick={() => setOpened("link")}>{t("link")}</Button>}
        <Button size="small" type="text" onClick={() => setOpened("history")}>{t("history")} {record.history}</Button>
      </div>
      {(opened === "confirm" || opened === "reject") && <Judge record={record} doc={doc} act={opened} onClose={close} />}
      {opened === "correct" && <CorrectRecord record={record} doc={doc} onClose={close} />}
      {opened === "link" && <LinkIndicator record={record} doc={doc} onClose={close} />}
      {opened === "history" && <RecordHistory id={record.id} title={record.title} onClose={close} />}
    </li>
  );
});

type T = ReturnType<typeof usePlansText>;
const kindName = (kind: string, t: T) => (isPlansKey(`kind_${kind}`) ? t(`kind_${kind}` as "kind_target") : kind);
export const stateName = (state: string, t: T) => (isPlansKey(`state_${state}`) ? t(`state_${state}` as "state_read") : state);
export const fieldName = (name: string, t: T) => (isPlansKey(`field_${name}`) ? t(`field_${name}` as "field_value") : name);

/** A field's value in words: relations and natures are told, figures and texts stand as they are. */
export function fieldWords(name: string, value: unknown, t: T, lang: Lang = "zh"): string {
  const text = fieldText(name, value, t("lead"));
  if (name === "unit") return unitName(text, lang);
  const known = CHOICES[name] || name === "category";
  return known && isPlansKey(`is_${text}`) ? t(`is_${text}` as "is_target") : text;
}

const FEW = 6;

function Fields({ record, all }: { record: Rec; all: boolean }) {
  const t = usePlansText();
  const lang = useLang();
  const words = useWords();
  const rows = (SHOWN[record.kind] ?? []).map((name) => [name, fieldWords(name, record.fields[name], t, lang)] as const).filter(([, text]) => text);
  const sure = record.certainty != null ? t("certainty", { n: Math.round(record.certainty * 100) }) : "";
  return (
    <dl className="df-record-fields">
      {(all ? rows : rows.slice(0, FEW)).map(([name, text]) => <Row key={name} name={fieldName(name, t)} text={text} />)}
      {record.kind === "target" && <Row name={t("linked")} text={record.indicator_name ? `${words(record.indicator_name)} ${sure}` : t("notLinked")} />}
    </dl>
  );
}

const Row = ({ name, text }: { name: string; text: string }) => <><dt>{name}</dt><dd>{text}</dd></>;

/** A record that somebody else changed meanwhile is loaded again instead of being overwritten. */
export function useRecordAct<V>(doc: string, ask: (given: V) => ReturnType<typeof send0>, onDone: () => void) {
  const { message } = App.useApp();
  const t = usePlansText();
  return useAct(ask, {
    renew: [["plans", doc], ["plans"], ["targets"]],
    done: onDone,
    failed: (problem: ApiProblem) => {
      if (problem.status === 412) void message.warning(t("stale"));
    },
  });
}
const send0 = (id: string, version: number, body: Schemas["RecordAct"]) =>
  api.POST("/api/v1/records/{id}/acts", { params: { path: { id }, header: { "If-Match": `"${version}"` } }, body });
export const sendAct = send0;

function Judge({ record, doc, act, onClose }: { record: Rec; doc: string; act: "confirm" | "reject"; onClose: () => void }) {
  const t = usePlansText();
  const run = useRecordAct(doc, (why: string) => sendAct(record.id, record.version, { act, why }), onClose);
  return (
    <ReasonDialog open title={`${t(act)}:${record.title}`} verb={t(act)} danger={act === "reject"} busy={run.isPending} problem={run.error}
      text={act === "confirm" ? t("confirmWhy") : undefined} onDone={(why) => run.mutate(why)} onCancel={onClose} />
  );
}
