/** What changed between two versions of a plan? 比较版本 */
import { Select } from "antd";
import { useParams } from "react-router";
import { useParam } from "@/app/view";
import { ViewLink } from "@/app/ViewLink";
import { api, useApi, type Schemas } from "@/client";
import { Empty, Field, Page, PageFace, Section } from "@/components/ui";
import { moment } from "@/lib/dates";
import "./plans.css";
import { Changes } from "./RecordHistory";
import { usePlansText } from "./text";

export function ComparePage() {
  const t = usePlansText();
  const { doc = "" } = useParams();
  const versions = useApi(["plans", doc, "versions"], () => api.GET("/api/v1/plans/{doc}/versions", { params: { path: { doc } } }));
  const plans = useApi(["plans"], () => api.GET("/api/v1/plans"));
  const title = plans.data?.find((one) => one.doc === doc)?.title ?? doc;
  const back = (name: string) => <ViewLink to={`/plans/${encodeURIComponent(doc)}`}>{name}</ViewLink>;
  return (
    <Page title={t("compareTitle")} note={back(title)}>
      <PageFace query={versions} isEmpty={(found) => found.length < 2} empty={{ title: t("compareNone"), text: t("compareNoneText"), action: back(t("compareBack")) }}>
        {(found) => <Compared doc={doc} versions={found} />}
      </PageFace>
    </Page>
  );
}

function Compared({ doc, versions }: { doc: string; versions: readonly Schemas["DocVersion"][] }) {
  const t = usePlansText();
  const [older, setOlder] = useParam("older");
  const [newer, setNewer] = useParam("newer");
  const from = older ?? versions[versions.length - 2]!.sha256;
  const to = newer ?? versions[versions.length - 1]!.sha256;
  const compared = useApi(["plans", doc, "compare", from, to], () => api.GET("/api/v1/plans/{doc}/compare", { params: { path: { doc }, query: { older: from, newer: to } } }));
  const options = versions.map((one) => ({ value: one.sha256, label: `${moment(one.read_at)} · ${one.file}` }));
  return (
    <>
      <div className="df-row">
        <Field label={t("older")}>{(bound) => <Select {...bound} style={{ minWidth: 280 }} value={from} onChange={setOlder} options={options} />}</Field>
        <Field label={t("newer")}>{(bound) => <Select {...bound} style={{ minWidth: 280 }} value={to} onChange={setNewer} options={options} />}</Field>
      </div>
      <PageFace query={compared}>
        {(found) => (
          <>
            <Section title={t("changeRecords")}>
              {found.records.length === 0 ? <Empty title={t("noChange")} /> : (
                <ul className="df-records">
                  {found.records.map((one) => (
                    <li key={one.record_id} className="df-record">
                      <div className="df-row"><span className="df-record-kind">{t(`change_${one.change}`)}</span><b>{one.title}</b></div>
                      <Changes changes={one.fields as unknown as Record<string, [unknown, unknown]>} />
                    </li>
                  ))}
                </ul>
              )}
            </Section>
            <Section title={t("changeText")}><TextDiff lines={found.text as unknown as [string, string][]} /></Section>
          </>
        )}
      </PageFace>
    </>
  );
}

const AROUND = 2; // unchanged lines kept on either side of a change

function TextDiff({ lines }: { lines: readonly [string, string][] }) {
  const t = usePlansText();
  const changedAt = lines.flatMap(([kind], n) => (kind === "equal" ? [] : [n]));
  if (!changedAt.length) return <Empty title={t("sameText")} />;
  const near = new Set(changedAt.flatMap((n) => Array.from({ length: 2 * AROUND + 1 }, (_, k) => n - AROUND + k)));
  return (
    <div className="df-diff">
      {lines.map(([kind, text], n) => {
        if (!near.has(n)) return null;
        if (kind === "insert") return <ins key={n}>{text}</ins>;
        return kind === "delete" ? <del key={n}>{text}</del> : <div key={n}>{text}</div>;
      })}
    </div>
  );
}
