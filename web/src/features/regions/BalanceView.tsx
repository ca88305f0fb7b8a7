/** The energy balance as it came in, and whether it closes, row by row and fuel by fuel 能源平衡表. */
import { Segmented } from "antd";
import { useMemo } from "react";
import { useParam, useView } from "@/app/view";
import { api, useApi } from "@/client";
import { PageFace, Section, Sentence } from "@/components/ui";
import { useWords } from "@/i18n";
import { digits, exact, scaleFor, type Shown } from "@/lib/units";
import { Scroll } from "./parts";
import type { ViewProps } from "./RegionPage";
import { closings, depthOf, isSum, matrixOf, offCarriers, worstOf, type Balance } from "./regions";
import { useRegionsText } from "./text";

export function BalanceView({ area, year, name }: ViewProps) {
  const t = useRegionsText();
  const query = useApi(["regions", "balance", area, year], () => api.GET("/api/v1/regions/balance", { params: { query: { area, period: year } } }));
  return (
    <PageFace query={query} skeleton="table" isEmpty={(found) => found.cells.length === 0} empty={{ title: t("balanceNone"), text: t("balanceNoneText") }}>
      {(found) => <><Said balance={found} /><Matrix balance={found} name={name} /><Checks balance={found} /></>}
    </PageFace>
  );
}

interface Columns {
  unit: (carrier: string) => string;
  say: (carrier: string, value: number, most?: number) => string;
}

/** Each fuel in one scale 万吨, 亿千瓦时: as yearbooks print it, by the largest figure of its column and the chosen units. */
function useColumns(balance: Balance): Columns {
  const { units, lang } = useView();
  return useMemo(() => {
    const made = new Map<string, Shown>();
    for (const carrier of Object.keys(balance.carriers)) {
      const own = balance.cells.filter((cell) => cell.carrier === carrier);
      const wan = own[0]?.unit === "10^4 Nm3"; // stands in ten thousands
      const { factor, unit } = scaleFor(wan ? "Nm3" : own[0]?.unit, Math.max(0, ...own.map((cell) => Math.abs(cell.value))) * (wan ? 1e4 : 1), units, lang);
      made.set(carrier, { factor: wan ? factor * 1e4 : factor, unit });
    }
    const of = (carrier: string) => made.get(carrier) ?? { factor: 1, unit: "" };
    return { unit: (carrier) => of(carrier).unit, say: (carrier, value, most = 6) => digits(value * of(carrier).factor, most) };
  }, [balance, units, lang]);
}

function Said({ balance }: { balance: Balance }) {
  const t = useRegionsText();
  const words = useWords();
  const columns = useColumns(balance);
  const told = closings(balance.checks);
  const worst = worstOf(balance.checks);
  return (
    <Sentence>
      {t("balanceSentence", { n: balance.checks.length, ...told })}
      {worst && ` ${t("balanceSentenceOff", { carrier: words(balance.carriers[worst.carrier]), identity: words(worst.words), gap: `${columns.say(worst.carrier, worst.gap ?? 0, 4)} ${columns.unit(worst.carrier)}` })}`}
    </Sentence>
  );
}

function Matrix({ balance, name }: { balance: Balance; name: string }) {
  const t = useRegionsText();
  const words = useWords();
  const columns = useColumns(balance);
  const [, open] = useParam("explain");
  const cells = matrixOf(balance);
  const carriers = Object.keys(balance.carriers);
  const off = offCarriers(balance.checks);
  const label = `${name} ${t("matrix", { basis: t(`basis_${balance.basis}` as "basis_physical") })}`;
  return (
    <Section title={t("matrix", { basis: t(`basis_${balance.basis}` as "basis_physical") })} note={t("cellHint")} flush>
      <div className="df-plain-scroll df-region-matrix" tabIndex={0} role="region" aria-label={label}>
        <table className="df-plain">
          <thead>
            <tr><th scope="col">{t("row")}</th>{carriers.map((code) => <th key={code} scope="col" className="df-num">{words(balance.carriers[code])}{off.has(code) && <span className="df-region-off" title={t("closesNot")}> ▲</span>}</th>)}</tr>
            <tr><th scope="row" className="df-muted">{t("unit")}</th>{carriers.map((code) => <th key={code} className="df-num df-muted">{columns.unit(code)}</th>)}</tr>
          </thead>
          <tbody>
            {Object.keys(balance.rows).map((row) => (
              <tr key={row} className={isSum(row) ? "df-region-sum" : undefined}>
                <th scope="row" style={{ paddingInlineStart: 10 + 14 * depthOf(row) }}>{words(balance.rows[row])}</th>
                {carriers.map((carrier) => {
                  const cell = cells.get(row)?.get(carrier);
                  return (
                    <td key={carrier} className="df-num">
                      {cell ? <button type="button" className="df-bare df-region-cell" title={`${exact(cell.value)} ${cell.unit} · ${t("cell")}`} onClick={() => open(cell.id)}>{columns.say(carrier, cell.value)}</button> : <span className="df-muted">{"\u2014"}</span>}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function Checks({ balance }: { balance: Balance }) {
  const t = useRegionsText();
  const words = useWords();
  const columns = useColumns(balance);
  const [which, setWhich] = useParam("checks");
  const { off } = closings(balance.checks);
  const all = which === "all" || off === 0;
  const rows = all ? balance.checks : balance.checks.filter((one) => one.closes === false);
  const side = off > 0 && <Segmented className="df-noprint" size="small" aria-label={t("closing")} value={all ? "all" : "off"} options={[{ value: "off", label: t("onlyOff") }, { value: "all", label: t("allChecks") }]} onChange={(next) => setWhich(next === "all" ? "all" : null)} />;
  const said = (closes: boolean | null) => (closes === null ? t("closesUnknown") : t(closes ? "closes" : "closesNot"));
  return (
    <Section title={t("closing")} side={side} flush>
      <Scroll label={t("closing")}>
        <table className="df-plain">
          <thead><tr><th scope="col">{t("fuel")}</th><th scope="col">{t("identity")}</th><th scope="col" className="df-num">{t("computed")}</th><th scope="col" className="df-num">{t("stated")}</th><th scope="col" className="df-num">{t("difference")}</th><th scope="col">{t("closes")}</th></tr></thead>
          <tbody>
            {rows.map((one) => (
              <tr key={`${one.identity} ${one.carrier}`}>
                <th scope="row">{words(balance.carriers[one.carrier]) || one.carrier} <span className="df-muted">({columns.unit(one.carrier)})</span></th>
                <td>{words(one.words)}</td>
                <td className="df-num">{one.computed === null ? "\u2014" : columns.say(one.carrier, one.computed)}</td><td className="df-num">{one.stated === null ? "\u2014" : columns.say(one.carrier, one.stated)}</td><td className="df-num">{one.gap === null ? "\u2014" : columns.say(one.carrier, Math.abs(one.gap) < (one.tolerance ?? 0) / 1e3 ? 0 : one.gap, 4)}</td>
                <td><span className={one.closes === false ? "df-region-off" : "df-muted"}>{one.closes === false ? "▲ " : ""}{said(one.closes)}</span></td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Section>
  );
}
