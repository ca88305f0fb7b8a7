/** How many certificates are there, what have they been claimed for, and what can still be claimed? 绿证绿电 */
import { Button, Segmented, Select } from "antd";
import { useState } from "react";
import { useParam, useView } from "@/app/view";
import { api, useApi, type Schemas } from "@/client";
import { DataTable, Mark, Page, PageFace, Section, Sentence } from "@/components/ui";
import { useWords } from "@/i18n";
import "./certificates.css";
import { ClaimDialog } from "./ClaimDialog";
import { ClaimPanel } from "./ClaimPanel";
import { Months } from "./Months";
import { TransferDialog } from "./TransferDialog";
import { pieces } from "./numbers";
import { useCertificatesText } from "./text";
import { Upload } from "./Upload";

type Book = Schemas["CertificateBook"];
const VIEWS = ["months", "certificates", "claims", "balances"] as const;
type View = (typeof VIEWS)[number];

export function CertificatesPage() {
  const t = useCertificatesText();
  const { year } = useView();
  const [firm, setFirm] = useParam("firm");
  const book = useApi(["certificates", firm, year], () => api.GET("/api/v1/certificates", { params: { query: { ...(firm ? { enterprise: firm } : {}), ...(year ? { year } : {}) } } }));
  const [claiming, setClaiming] = useState(false);
  const [giving, setGiving] = useState(false);
  const only = book.data?.firms.length === 1 ? book.data.firms[0]![0] : null;
  const chosen = firm ?? only;
  const actions = chosen ? (
    <>
      {book.data?.may_settle && <Button onClick={() => setGiving(true)}>{t("transfer")}</Button>}
      {book.data?.may_claim && <Button type="primary" onClick={() => setClaiming(true)}>{t("claim")}</Button>}
    </>
  ) : undefined;
  return (
    <Page title={t("title")} note={book.data && t("asOf", { day: book.data.day })} actions={actions}>
      <PageFace query={book} skeleton="table">
        {(found) => (!firm && only ? <Only id={only} book={found} onFirm={setFirm} /> : <Loaded book={found} onFirm={setFirm} />)}
      </PageFace>
      {claiming && chosen && book.data && <ClaimDialog firm={chosen} book={book.data} onClose={() => setClaiming(false)} />}
      {giving && chosen && book.data && <TransferDialog firm={chosen} book={book.data} onClose={() => setGiving(false)} />}
    </Page>
  );
}

/** Who sees one firm sees that firm's book at once. */
function Only({ id, book, onFirm }: { id: string; book: Book; onFirm: (id: string | null) => void }) {
  const { year } = useView();
  const own = useApi(["certificates", id, year], () => api.GET("/api/v1/certificates", { params: { query: { enterprise: id, ...(year ? { year } : {}) } } }));
  return <Loaded book={own.data ?? book} onFirm={onFirm} />;
}

function Loaded({ book, onFirm }: { book: Book; onFirm: (id: string | null) => void }) {
  const t = useCertificatesText();
  const words = useWords();
  const [named, setNamed] = useParam("show");
  const [claim, setClaim] = useParam("claim");
  const shown: View = VIEWS.find((one) => one === named) ?? "months";
  const views = book.firms.length > 1 ? VIEWS : VIEWS.filter((one) => one !== "balances");
  const fixed = book.enterprise_id ? { "f.enterprise_id": book.enterprise_id } : {};
  return (
    <>
      {book.firms.length > 1 && (
        <div className="df-row df-noprint">
          <Select className="df-cert-firm" aria-label={t("firm")} showSearch={{ optionFilterProp: "label" }} value={book.enterprise_id ?? ""} onChange={(id) => onFirm(id || null)}
            options={[{ value: "", label: t("all") }, ...book.firms.map(([value, label]) => ({ value, label }))]} />
        </div>
      )}
      <Sentence>{book.totals.held > 0 ? t("sentence", sums(book.totals)) : t("none")} {book.synthetic && <Mark kind="synthetic" note={t("synthetic")} />}</Sentence>
      <Share totals={book.totals} />
      {book.warnings.length > 0 && <ul className="df-cert-warnings" role="list">{book.warnings.map((one) => <li key={one.zh}>{words(one)}</li>)}</ul>}
      <Ending book={book} />
      {book.may_enter && <Upload empty={book.totals.held === 0} />}
      <Segmented className="df-noprint df-cert-views" aria-label={t("view")} value={shown} options={views.map((one) => ({ value: one, label: t(one) }))} onChange={(value) => setNamed(value === "months" ? null : String(value))} />
      {shown === "months" && <Months book={book} />}
      {shown === "certificates" && <DataTable key={`c${book.enterprise_id}`} name="certificates" fixed={fixed} empty={{ title: t("none"), text: t("noneText") }} />}
      {shown === "claims" && <DataTable key={`k${book.enterprise_id}`} name="certificate_claims" fixed={fixed} onRow={(row) => setClaim(String(row.claim_id))} />}
      {shown === "balances" && <DataTable name="certificate_balances" onRow={(row) => onFirm(String(row.enterprise_id))} />}
      {claim && <ClaimPanel id={claim} kinds={book.kinds} purposes={book.purposes} onClose={() => setClaim(null)} />}
    </>
  );
}

const sums = (totals: Book["totals"]) => ({ held: pieces(totals.held), free: pieces(totals.free), claimed: pieces(totals.claimed), retired: pieces(totals.retired), expired: pieces(totals.expired) });
const PARTS = ["free", "claimed", "retired", "expired"] as const;

/** The parts of the whole as one bar with its words. */
function Share({ totals }: { totals: Book["totals"] }) {
  const t = useCertificatesText();
  if (totals.held === 0) return null;
  return (
    <div className="df-cert-share">
      <div className="df-cert-bar" aria-hidden="true">
        {PARTS.map((part) => totals[part] > 0 && <span key={part} className={`df-cert-${part}`} style={{ flexGrow: totals[part] }} />)}
      </div>
      <ul role="list">{PARTS.map((part) => <li key={part}><span className={`df-cert-dot df-cert-${part}`} aria-hidden="true" />{t(part)} <b className="df-num">{t("pieces", { n: pieces(totals[part]) })}</b></li>)}</ul>
    </div>
  );
}

/** What ends within the warning days, the nearest first. */
function Ending({ book }: { book: Book }) {
  const t = useCertificatesText();
  const words = useWords();
  if (book.ending.length === 0) return null;
  const kind = (id: string) => words(book.kinds.find((one) => one.id === id)?.name);
  return (
    <Section title={t("endingTitle")} className="df-cert-ending">
      <ul role="list">
        {book.ending.slice(0, 6).map((one) => (
          <li key={`${one.enterprise_id}${one.kind}${one.generation_month}${one.valid_until}`}>
            {t("endingRow", { name: one.name, month: one.generation_month, kind: kind(one.kind), n: pieces(one.count), until: one.valid_until, days: one.days_left })}
          </li>
        ))}
      </ul>
      {book.ending.length - 6 + book.ending_more > 0 && <p className="df-muted">{t("endingMore", { n: book.ending.length - Math.min(book.ending.length, 6) + book.ending_more })}</p>}
    </Section>
  );
}
