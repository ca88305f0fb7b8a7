/** The months of a year: certificates generated, electricity, claims of one purpose, scope 2 by both methods 按月结余. */
import { Select } from "antd";
import { useState } from "react";
import type { Schemas } from "@/client";
import { Mark, Section, StatusMark } from "@/components/ui";
import { unitName } from "@/lib/units";
import { useLang, useWords } from "@/i18n";
import { DASH, figure, pieces, told, useOf } from "./numbers";
import { useCertificatesText } from "./text";

type Book = Schemas["CertificateBook"];

export function Months({ book }: { book: Book }) {
  const t = useCertificatesText();
  const words = useWords();
  const [purpose, setPurpose] = useState("scope2");
  const rows = told(book.months);
  const single = book.enterprise_id !== null;
  const heads = ["month", "generated", "ofThemFree", ...(single ? (["electricity"] as const) : []), "claimedFor", ...(single ? (["left", "location", "market"] as const) : [])] as const;
  return (
    <>
      {book.whole_year && <WholeYear book={book} year={book.whole_year} />}
      <Section flush title={`${t("months")} ${book.year}`} side={<span className="df-row"><span className="df-muted df-small">{t("purpose")}</span><Select className="df-cert-purpose" size="small" aria-label={t("purpose")} value={purpose} options={book.purposes.map((one) => ({ value: one.id, label: words(one.name) }))} onChange={setPurpose} popupMatchSelectWidth={false} /></span>}>
        {!single && <p className="df-muted">{t("chooseFirm")}</p>}
        <div className="df-plain-scroll" tabIndex={0} role="region" aria-label={t("months")}>
          <table className="df-plain">
            <thead><tr>{heads.map((key) => <th key={key} scope="col" className={key === "month" ? undefined : "df-num"}>{t(key)}</th>)}</tr></thead>
            <tbody>{rows.map((row) => <Month key={row.month} row={row} purpose={purpose} single={single} />)}</tbody>
          </table>
        </div>
        {single && <p className="df-muted df-small">{t("formula")}</p>}
      </Section>
    </>
  );
}

function Month({ row, purpose, single }: { row: Schemas["MonthBalance"]; purpose: string; single: boolean }) {
  const words = useWords();
  const use = useOf(row, purpose);
  const why = row.note ? words(row.note) : undefined;
  return (
    <tr>
      <th scope="row">{row.month}</th>
      <td className="df-num">{pieces(row.generated.held)}</td>
      <td className="df-num">{pieces(row.generated.free)}</td>
      {single && <td className="df-num">{figure(row.electricity_mwh)}</td>}
      <td className="df-num">{figure(use.claimed)}</td>
      {single && <td className="df-num">{figure(use.left)}</td>}
      {single && <td className="df-num">{figure(row.location_t)}</td>}
      {single && <td className="df-num" title={why}>{row.market_t === null ? <>{DASH} <Mark kind="missing" note={why} /></> : figure(row.market_t)}</td>}
    </tr>
  );
}

function WholeYear({ book, year }: { book: Book; year: NonNullable<Book["whole_year"]> }) {
  const t = useCertificatesText();
  const lang = useLang();
  const words = useWords();
  const some = (value: number | null, unit: string) => (value === null ? <>{DASH} <Mark kind="missing" /></> : `${figure(value)} ${unitName(unit, lang)}`);
  return (
    <Section title={t("whole", { year: book.year })} side={<span className="df-muted">{t("there", { n: year.there, due: year.due })} <StatusMark status={year.status} demo={false} /></span>}>
      <dl className="df-facts df-cert-year">
        <dt>{t("locationName")}</dt><dd><b>{some(year.location_t, "tCO2")}</b></dd>
        <dt>{t("marketName")}</dt><dd><b>{some(year.market_t, "tCO2")}</b></dd>
        <dt>{t("electricityName")}</dt><dd>{some(year.electricity_mwh, "MWh")}</dd>
        <dt>{t("claimedName")}</dt><dd>{some(year.claimed_mwh, "MWh")}</dd>
        {year.open_mwh > 0 && <><dt>{t("openName")}</dt><dd>{some(year.open_mwh, "MWh")}</dd></>}
        {year.reported_mwh !== null && <><dt>{t("reported")}</dt><dd>{some(year.reported_mwh, "MWh")}</dd></>}
        <dt>{t("residual")}</dt><dd>{book.months.find((one) => one.residual_factor !== null)?.residual_factor ?? DASH} {unitName("tCO2/MWh", lang)} <StatusMark status={year.residual_status} demo={false} /> <span className="df-muted">{words(year.residual_words)}</span></dd>
      </dl>
    </Section>
  );
}
