/** Which years are closed, what would change them now, and what did each restatement change? 封账与重述 */
import { Button, Segmented, Select } from "antd";
import { useState } from "react";
import { useMay } from "@/app/me";
import { usePeriods } from "@/app/pickers";
import { useParam } from "@/app/view";
import { ViewLink } from "@/app/ViewLink";
import { api, useAct, useApi, type Schemas } from "@/client";
import { Empty, Field, Figure, Page, PageFace, ReasonDialog, Section, Sentence } from "@/components/ui";
import { moment } from "@/lib/dates";
import { change, digits } from "@/lib/units";
import "./closings.css";
import { DifferenceTable } from "./DifferenceTable";
import { useClosingsText } from "./text";

type Closing = Schemas["Closing"];
type Pending = Schemas["Pending"];
const RENEW = [["closings"], ["closings pending"]] as const;

export function ClosingsPage() {
  const t = useClosingsText();
  const closes = useMay("period.close");
  const closings = useApi(["closings"], () => api.GET("/api/v1/closings"));
  const [asked, setAsked] = useState(false);
  return (
    <Page title={t("title")} actions={closes && closings.data ? <Button type="primary" onClick={() => setAsked(true)}>{t("close")}</Button> : undefined}>
      <PageFace query={closings} skeleton="table">{(found) => <Loaded acts={found} />}</PageFace>
      {asked && <CloseDialog closed={(closings.data ?? []).map((act) => act.year)} onClose={() => setAsked(false)} />}
    </Page>
  );
}

/** The version in force of each closed year, the latest year first. */
export function inForce(acts: readonly Closing[]): Closing[] {
  return [...new Map(acts.map((act) => [act.year, act])).values()].sort((a, b) => b.year - a.year);
}

function Loaded({ acts }: { acts: readonly Closing[] }) {
  const t = useClosingsText();
  const restates = useMay("period.restate");
  const [shown, setShown] = useParam("version");
  const pending = useApi(["closings pending"], () => api.GET("/api/v1/closings/pending"), { enabled: restates });
  const now = inForce(acts);
  const moved = (pending.data ?? []).filter((one) => one.lines > 0);
  const [year, version] = (shown ?? "").split("-").map(Number);
  const act = acts.find((one) => one.year === year && one.version === version);
  if (acts.length === 0) return <><Empty title={t("none")} text={t("noneText")} /><How /></>;
  return (
    <>
      <Sentence>{t("sentence", { n: now.length, years: now.map((one) => one.year).join(t("comma")), restated: acts.filter((one) => one.version > 1).length })}{restates && pending.data ? ` ${moved.length ? t("wouldChange", { n: moved.length }) : t("wouldNot")}` : ""}</Sentence>
      {restates && <PageFace query={pending} skeleton="lines">{(found) => <Waiting rows={found.filter((one) => one.lines > 0)} />}</PageFace>}
      <Section flush title={t("versions", { n: acts.length })}>
        <div className="df-plain-scroll" tabIndex={0} role="region" aria-label={t("versionsOf")}>
          <table className="df-plain">
            <thead><tr><th scope="col">{t("year")}</th><th scope="col" className="df-num">{t("version")}</th><th scope="col">{t("act")}</th><th scope="col">{t("why")}</th><th scope="col">{t("who")}</th><th scope="col">{t("at")}</th><th scope="col">{t("run")}</th><th scope="col"><span className="df-sr">{t("difference")}</span></th></tr></thead>
            <tbody>
              {[...acts].reverse().map((one) => (
                <tr key={`${one.year}-${one.version}`} aria-current={act === one || undefined} className={act === one ? "df-closing-here" : undefined}>
                  <th scope="row">{one.year}{now.includes(one) && <span className="df-muted df-closing-now"> {t("standing")}</span>}</th>
                  <td className="df-num">{one.version}</td>
                  <td className="df-closing-act">{one.cause ? t("restatedFor", { cause: t(`cause_${one.cause}`) }) : t("closedAct")}{(one.also ?? []).length > 0 && <span className="df-muted"> {t("alsoMoved", { causes: (one.also ?? []).map((cause) => t(`cause_${cause}`)).join(t("comma")) })}</span>}</td>
                  <td className="df-closing-why">{one.why}</td>
                  <td>{one.who}</td>
                  <td className="df-closing-act">{moment(one.at)}</td>
                  <td className="df-mono">{one.run_id}</td>
                  <td>{one.version > 1 && <button type="button" className="df-bare df-more df-noprint" onClick={() => setShown(act === one ? null : `${one.year}-${one.version}`)}>{act === one ? t("hide") : t("difference")}</button>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Section>
      {act && act.version > 1 && <DifferenceTable key={`${act.year}-${act.version}`} year={act.year} version={act.version} />}
      <How />
    </>
  );
}

/** How closing works, in three lines. */
function How() {
  const t = useClosingsText();
  const jobs = useMay("job.see");
  return (
    <Section title={t("how")}>
      <ol className="df-closing-how"><li>{t("how1")}</li><li>{t("how2")}</li><li>{t("how3")}</li></ol>
      {jobs && <p><ViewLink to="/system/jobs">{t("toJobs")}</ViewLink></p>}
    </Section>
  );
}

/** Closed years that would be other now: what would change, and the act that makes it so. */
function Waiting({ rows }: { rows: readonly Pending[] }) {
  const t = useClosingsText();
  const [asked, setAsked] = useState<Pending | null>(null);
  if (rows.length === 0) return null;
  return (
    <Section flush title={t("pending", { n: rows.length })} note={t("pendingNote")}>
      <div className="df-plain-scroll" tabIndex={0} role="region" aria-label={t("pending", { n: rows.length })}>
        <table className="df-plain">
          <thead><tr><th scope="col">{t("year")}</th><th scope="col" className="df-num">{t("linesMoved")}</th><th scope="col" className="df-num">{t("before")}</th><th scope="col" className="df-num">{t("after")}</th><th scope="col" className="df-num">{t("moved")}</th><th scope="col">{t("causes")}</th><th scope="col"><span className="df-sr">{t("restate")}</span></th></tr></thead>
          <tbody>
            {rows.map((one) => (
              <tr key={one.year}>
                <th scope="row">{t("yearVersion", { year: one.year, version: one.version })}</th>
                <td className="df-num">{digits(one.lines, 12)}</td>
                <td className="df-num"><Figure figure={{ value: one.before, unit: one.unit }} most={6} /></td>
                <td className="df-num"><Figure figure={{ value: one.after, unit: one.unit }} most={6} /></td>
                <td className="df-num">{one.before && one.after !== null ? `${change((one.after / one.before - 1) * 100)}%` : "\u2014"}</td>
                <td>{Object.entries(one.causes).map(([cause, n]) => t("causeN", { cause: t(`cause_${cause}` as "cause_data"), n })).join(t("comma"))}</td>
                <td><Button size="small" onClick={() => setAsked(one)}>{t("restate")}</Button></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {asked && <RestateDialog pending={asked} onClose={() => setAsked(null)} />}
    </Section>
  );
}

const CAUSES = ["data", "factor", "rule"] as const;

function RestateDialog({ pending, onClose }: { pending: Pending; onClose: () => void }) {
  const t = useClosingsText();
  const may = CAUSES.filter((one) => (pending.moved_by ?? []).includes(one));
  const most = may.reduce<(typeof CAUSES)[number]>((a, b) => ((pending.causes[b] ?? 0) > (pending.causes[a] ?? 0) ? b : a), may[0] ?? "data");
  const [cause, setCause] = useState<(typeof CAUSES)[number]>(most);
  const [, setShown] = useParam("version");
  const restate = useAct((why: string) => api.POST("/api/v1/closings/{year}/restate", { params: { path: { year: pending.year } }, body: { cause, why } }), {
    renew: RENEW,
    done: (made) => {
      onClose();
      setShown(`${made.year}-${made.version}`);
    },
  });
  return (
    <ReasonDialog open title={t("restateTitle", { year: pending.year })} text={t("restateText", { n: pending.lines, version: pending.version + 1 })} verb={t("restate")} busy={restate.isPending} problem={restate.error} onDone={(why) => restate.mutate(why)} onCancel={onClose}>
      <Field label={t("cause")} required>{(bound) => <Segmented id={bound.id} aria-label={t("cause")} value={cause} onChange={(value) => setCause(value as (typeof CAUSES)[number])} options={may.map((value) => ({ value, label: t(`cause_${value}`) }))} />}</Field>
    </ReasonDialog>
  );
}

function CloseDialog({ closed, onClose }: { closed: readonly number[]; onClose: () => void }) {
  const t = useClosingsText();
  const years = (usePeriods()?.years ?? []).filter((year) => !closed.includes(year));
  const [year, setYear] = useState<number | null>(null);
  const chosen = year ?? years.at(-2) ?? years.at(-1) ?? null;
  const close = useAct((why: string) => api.POST("/api/v1/closings/{year}", { params: { path: { year: chosen! } }, body: { why } }), { renew: RENEW, done: onClose });
  if (chosen === null) return <ReasonDialog open reasoned={false} title={t("close")} text={t("allClosed")} verb={t("ok")} onDone={onClose} onCancel={onClose} />;
  return (
    <ReasonDialog open title={t("close")} text={t("closeText")} verb={t("closeVerb")} busy={close.isPending} problem={close.error} onDone={(why) => close.mutate(why)} onCancel={onClose}>
      <Field label={t("year")} required>{(bound) => <Select {...bound} style={{ width: "100%" }} value={chosen} onChange={setYear} options={[...years].reverse().map((value) => ({ value, label: String(value) }))} />}</Field>
    </ReasonDialog>
  );
}
