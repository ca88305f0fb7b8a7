/** How much energy does a process take, and a unit of what it makes? 工序能耗与单耗 */
import { Select } from "antd";
import { useParam, useView } from "@/app/view";
import { ViewLink } from "@/app/ViewLink";
import { Chart, Mark, PageFace, SaveCsv, Section, Sentence, useChartKit, useScaled, type Scaled } from "@/components/ui";
import { useWords } from "@/i18n";
import { change as signedChange, digits, unitName } from "@/lib/units";
import { Scroll, useSome, useValue, ValueSwitch } from "./parts";
import { besidesCoefficient, remark } from "./remarks";
import { useTotals, type Subject } from "./subject";
import { useEnergyText } from "./text";
import { byProcess, perUnit, ranked, type Process, type Totals } from "./totals";

export function ProcessSection({ of }: { of: Subject }) {
  const t = useEnergyText();
  return <PageFace query={useTotals(of)} isEmpty={(found) => found.processes.length === 0} empty={{ title: t("processNone"), text: t("processNoneText") }}>{(found) => <Loaded found={found} />}</PageFace>;
}

function Loaded({ found }: { found: Totals }) {
  const t = useEnergyText();
  const words = useWords();
  const [value] = useValue();
  const groups = byProcess(found.processes);
  const [picked, setPicked] = useParam("process");
  const area = found.subject.kind === "area";
  const chosen = groups.find((one) => one.process === picked);
  const rows = chosen ? chosen.rows : found.processes;
  const making = groups.filter((one) => ranked(one.rows, value).length > 0);
  const first = chosen && ranked(chosen.rows, value).length > 0 ? chosen : making[0];
  return (
    <>
      {first && <Said group={first} year={found.subject.year} n={making.length} />}
      {area && <div className="df-row df-noprint"><Select aria-label={t("process")} className="df-energy-pick" value={chosen?.process ?? ""} onChange={(next) => setPicked(next || null)} options={[{ value: "", label: t("allProcesses") }, ...groups.map((one) => ({ value: one.process, label: words(one.name) }))]} /></div>}
      {area && first && <Bars group={first} />}
      <Rows rows={area ? rows : found.processes} area={area} />
    </>
  );
}

type Group = ReturnType<typeof byProcess>[number];

function Said({ group, year, n }: { group: Group; year: number; n: number }) {
  const t = useEnergyText();
  const words = useWords();
  const { lang } = useView();
  const [value] = useValue();
  const own = ranked(group.rows, value).map((one) => perUnit(one, value) ?? 0);
  const [high, low] = [own[0] ?? 0, own.at(-1) ?? 0];
  const range = own.length > 1 ? `${digits(low)}\u2013${digits(high)}` : digits(high);
  return <Sentence>{t("processSentence", { year, name: words(group.name), unit: range, of: unitName(group.unit, lang), n })}</Sentence>;
}

function Bars({ group }: { group: Group }) {
  const t = useEnergyText();
  const words = useWords();
  const kit = useChartKit();
  const { lang } = useView();
  const [value] = useValue();
  const rows = ranked(group.rows, value);
  if (rows.length < 2) return null;
  const data = kit.bars(rows.slice(0, 30).map((one) => ({ key: one.enterprise_id, name: one.enterprise || one.enterprise_id, value: perUnit(one, value), colour: "energy" })), { unit: "kgce", label: t("firm") });
  const unit = unitName(group.unit, lang);
  return (
    <Section title={t("ranking")} side={<ValueSwitch />}>
      <Chart title={t("processTitle", { name: words(group.name), n: rows.length })} subtitle={t("processMeasure", { unit, value: t(value) })} name={`process-${group.process}`} height={48 + Math.min(rows.length, 30) * 28} {...data} />
    </Section>
  );
}

function Rows({ rows, area }: { rows: readonly Process[]; area: boolean }) {
  const t = useEnergyText();
  const words = useWords();
  const [value] = useValue();
  const [some, more] = useSome(rows, 30);
  const s = useScaled("tce", rows.flatMap((one) => [one.used_calorific, one.given_calorific, one.equivalent]));
  const heads = ["used", "given", "net", "output", "unitEnergy", "delivered", "differs"] as const;
  const csv = () => rows.map((one) => [one.enterprise_id, one.enterprise, words(one.name), one.used_calorific, one.given_calorific, one.calorific, one.equivalent, one.output, one.unit, one.unit_calorific, one.unit_equivalent, one.delivered, one.note]);
  const save = <SaveCsv name="processes" columns={["enterprise_id", "enterprise", "process", "used_tce", "given_tce", "net_tce_calorific", "net_tce_equivalent", "output", "output_unit", "kgce_per_unit_calorific", "kgce_per_unit_equivalent", "delivered", "note"]} rows={csv} />;
  return (
    <Section title={t("show_process")} side={<>{!area && <ValueSwitch />}{save}</>} flush>
      <Scroll label={t("show_process")}>
        <table className="df-plain">
          <thead><tr>{area && <th scope="col">{t("firm")}</th>}<th scope="col">{t("process")}</th>{heads.map((head) => <th key={head} scope="col" className="df-num">{t(head)}{ENERGY.has(head) && ` (${s.unit})`}</th>)}</tr></thead>
          <tbody>{some.map((one) => <Row key={`${one.enterprise_id} ${one.process}`} row={one} area={area} value={value} s={s} />)}</tbody>
        </table>
      </Scroll>
      {more}
    </Section>
  );
}

const ENERGY: ReadonlySet<string> = new Set(["used", "given", "net"]);

function Row({ row, area, value, s }: { row: Process; area: boolean; value: "calorific" | "equivalent"; s: Scaled }) {
  const words = useWords();
  const { lang } = useView();
  const said = value === "equivalent" ? row.note : besidesCoefficient(row.note);
  const unit = perUnit(row, value);
  const off = unit !== null && row.delivered != null ? unit - row.delivered : null; // a share of a figure below nought says nothing
  const share = off !== null && (row.delivered ?? 0) > 0 ? off / (row.delivered ?? 1) : null;
  return (
    <tr>
      {area && <th scope="row"><ViewLink to={`/enterprises/${row.enterprise_id}?energy=process`}>{row.enterprise || row.enterprise_id}</ViewLink></th>}
      <td>{words(row.name)}{said && <> <Mark kind="estimated" note={remark(said, lang)} /></>}</td>
      <td className="df-num">{s.cell(row.used_calorific)}</td>
      <td className="df-num">{s.cell(row.given_calorific)}</td>
      <td className="df-num">{s.cell(value === "calorific" ? row.calorific : row.equivalent)}</td>
      <td className="df-num">{row.output == null ? "\u2014" : `${digits(row.output, 4)} ${unitName(row.unit, lang)}`}</td>
      <td className="df-num">{unit === null ? "\u2014" : digits(unit)}</td>
      <td className="df-num">{row.delivered == null ? "\u2014" : digits(row.delivered)}</td>
      <td className="df-num">{off === null ? "\u2014" : share === null ? signedChange(off) : `${signedChange(share * 100, 2)}%`}</td>
    </tr>
  );
}
