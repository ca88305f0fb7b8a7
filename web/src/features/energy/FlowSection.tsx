/** Where does the energy of a year come from, what becomes of it, and does it balance? 能流 */
import { useMemo, useState } from "react";
import { useParam, useView } from "@/app/view";
import { ViewLink } from "@/app/ViewLink";
import { ExplainLink, PageFace, Sankey, Section, Sentence, StatusMark, useChartKit, useScaled } from "@/components/ui";
import { useWords } from "@/i18n";
import { digits, shown, unitName } from "@/lib/units";
import { useAreaName } from "@/features/regions/names";
import { amountOf, balanceKind, drawn, through, unbalanced, type Flow } from "./flow";
import { percent, Scroll, useSome, useValue, ValueSwitch } from "./parts";
import { remark } from "./remarks";
import { useFlow, type Subject } from "./subject";
import { useEnergyText } from "./text";

export function FlowSection({ of }: { of: Subject }) {
  const t = useEnergyText();
  const query = useFlow(of);
  return (
    <PageFace query={query} isEmpty={(flow) => flow.links.length === 0} empty={{ title: t("flowNone"), text: t("flowNoneText"), action: <ViewLink className="df-button df-button-link" to="/filing">{t("open")}</ViewLink> }}>
      {(flow) => <Loaded flow={flow} />}
    </PageFace>
  );
}

function Loaded({ flow }: { flow: Flow }) {
  const t = useEnergyText();
  const words = useWords();
  const { units, lang } = useView();
  const { dark } = useChartKit();
  const [, openNode] = useParam("explain");
  const [value] = useValue();
  const [picked, setPicked] = useState<string | null>(null);
  const made = useMemo(() => drawn(flow, value, units, lang, dark), [flow, value, units, lang, dark]);
  const areaName = useAreaName();
  const { year } = flow.subject;
  const name = areaName(flow.subject.id, flow.subject.name);
  const share = (id: string) => percent(through(flow, "bought", value) > 0 ? through(flow, id, value) / through(flow, "bought", value) : null);
  const said = { sold: share("sold"), lost: share("loss") };
  return (
    <>
      <Balance flow={flow} />
      <Section title={t("show_flow")} side={<ValueSwitch />}>
        <Sankey title={through(flow, "sold", value) > 0 ? t("flowTitle", said) : t("flowTitleOwn", said)} subtitle={t("flowMeasure", { value: t(value), unit: made.unit, name, year })} unit={made.unit} boxes={made.boxes} bands={made.bands} height={made.height}
          name={`energy-flow-${flow.subject.id}-${year}`} onPick={setPicked} onNode={openNode} source={<>{(flow.notes ?? []).map((note) => words(note)).join(" ")} <StatusMark status={flow.status} /></>} />
        {made.negative > 0 && <p className="df-muted df-energy-small">{t("negative", { n: made.negative })}</p>}
        {picked && <Picked flow={flow} id={picked} />}
      </Section>
      <Unbalanced flow={flow} />
      {flow.missing.length > 0 && <Missing flow={flow} />}
    </>
  );
}

/** The balance in words, with its size. */
function Balance({ flow }: { flow: Flow }) {
  const t = useEnergyText();
  const { units, lang } = useView();
  const [value] = useValue();
  const say = (tce: number) => { const print = shown(tce, "tce", units, lang); return `${print.text} ${print.unit}`; };
  const bought = through(flow, "bought", value);
  const kind = balanceKind(flow);
  const gaps = { into: say(flow.unexplained_in), out: say(flow.unexplained_out) };
  const basis = through(flow, "bought", "calorific");
  return (
    <Sentence>
      {t("flowSentence", { year: flow.subject.year, bought: say(bought), lost: say(through(flow, "loss", value)) })}{" "}
      {kind === "balanced" && t("flowBalanced")}
      {kind === "off" && t("flowOff", { n: flow.balances.filter((one) => one.balanced === false).length, ...gaps, share: percent(basis > 0 ? (flow.unexplained_in + flow.unexplained_out) / basis : null) })}
      {kind === "unknown" && t("flowUnknown", { n: flow.missing.length, ...gaps })}
      {flow.silent.length > 0 && ` ${t("flowSilent", { n: flow.silent.length })}`}
    </Sentence>
  );
}

/** What comes into a node and goes out of it, with the amounts as delivered. */
function Picked({ flow, id }: { flow: Flow; id: string }) {
  const t = useEnergyText();
  const words = useWords();
  const { lang } = useView();
  const [value] = useValue();
  const names = new Map(flow.nodes.map((node) => [node.id, words(node.name)]));
  const node = flow.nodes.find((one) => one.id === id);
  const rows = flow.links.filter((link) => link.source === id || link.target === id).sort((a, b) => amountOf(b, value) - amountOf(a, value));
  const s = useScaled("tce", rows.map((link) => amountOf(link, value)));
  return (
    <div className="df-energy-picked" aria-live="polite">
      <h3>{t("picked", { name: names.get(id) ?? id })}</h3>
      {node?.node && <p><ExplainLink node={node.node}>{t("explainNode")}</ExplainLink></p>}
      <Scroll label={t("picked", { name: names.get(id) ?? id })}>
        <table className="df-plain">
          <thead><tr><th scope="col">{t("from")}</th><th scope="col">{t("to")}</th><th scope="col">{t("what")}</th><th scope="col" className="df-num">{t("amount")}</th><th scope="col" className="df-num">{t(value)} ({s.unit})</th></tr></thead>
          <tbody>
            {rows.map((link, n) => (
              <tr key={n}>
                <td>{names.get(link.source) ?? link.source}</td><td>{names.get(link.target) ?? link.target}</td>
                <td><ExplainLink node={link.node}>{words(link.name)}</ExplainLink></td>
                <td className="df-num">{link.amount === null ? "\u2014" : `${digits(link.amount, 5)} ${unitName(link.unit, lang)}`}</td>
                <td className="df-num">{s.cell(amountOf(link, value))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </div>
  );
}

function Unbalanced({ flow }: { flow: Flow }) {
  const t = useEnergyText();
  const words = useWords();
  const { lang } = useView();
  const rows = unbalanced(flow);
  const s = useScaled("tce", rows.flatMap((one) => [one.into, one.out]));
  const [some, more] = useSome(rows, 8);
  if (!rows.length) return <Section title={t("imbalance")}><p className="df-muted">{t("imbalanceNone")}</p></Section>;
  return (
    <Section title={t("imbalance")} note={`${t("calorific")}, ${s.unit}`} flush>
      <Scroll label={t("imbalance")}>
        <table className="df-plain">
          <thead><tr><th scope="col">{t("node")}</th><th scope="col" className="df-num">{t("into")}</th><th scope="col" className="df-num">{t("out")}</th><th scope="col" className="df-num">{t("gap")}</th><th scope="col" className="df-num">{t("share")}</th><th scope="col">{t("note")}</th></tr></thead>
          <tbody>
            {some.map((one) => (
              <tr key={one.node}>
                <th scope="row">{words(one.name)}</th>
                <td className="df-num">{s.cell(one.into)}</td><td className="df-num">{s.cell(one.out)}</td><td className="df-num">{s.cell(one.gap)}</td>
                <td className="df-num">{percent(one.share)}</td><td>{remark(one.note, lang)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {more}
    </Section>
  );
}

function Missing({ flow }: { flow: Flow }) {
  const t = useEnergyText();
  const words = useWords();
  const { lang } = useView();
  const [some, more] = useSome(flow.missing, 6);
  return (
    <Section title={`${t("missing")} (${flow.missing.length})`}>
      <ul className="df-list">
        {some.map((one, n) => (
          <li key={n}>
            {words(one.name)} {one.note && <span className="df-muted">{remark(one.note, lang)}</span>}
            {flow.subject.kind === "area" && <> <ViewLink to={`/enterprises/${one.enterprise_id}?energy=flow`}>{one.enterprise || one.enterprise_id}</ViewLink></>}
          </li>
        ))}
      </ul>
      {more}
    </Section>
  );
}
