/** One node in full: value, arithmetic in words, rule, source, standing, note, and the original cell. */
import { Button } from "antd";
import { useView } from "@/app/view";
import { ViewLink } from "@/app/ViewLink";
import { Mark, StateMark, StatusMark, isStateText } from "./marks";
import { exact, shown, unitName } from "@/lib/units";
import { EvidenceCells } from "./EvidenceCells";
import { opensById, passageOf, readable, ruleOf, type Node } from "./nodes";
import { isPlansKey, usePlansText } from "@/features/plans/text";
import { useExplainText } from "./text";

interface Props {
  node: Node;
  /** whether the drawer's root is this node already */
  root: boolean;
  onGo: (id: string) => void;
}

export function NodeDetail({ node, root, onGo }: Props) {
  const t = useExplainText();
  const rule = node.rule ? ruleOf(node.rule) : null;
  const passage = passageOf(node);
  const { place } = node;
  const plans = usePlansText();
  // a target carries the code of its relation: >=, reduce_by
  const relation = node.kind === "target" && node.operation && isPlansKey(`is_${node.operation}`) ? plans(`is_${node.operation}` as "is_>=") : null;
  return (
    <div className="df-node">
      <p className="df-muted df-node-kind">{t(`kind_${node.kind}`)}</p>
      <h3>{node.label}</h3>
      <p className="df-node-value"><NodeValue node={node} large /></p>
      {node.operation && <p className="df-node-operation"><span className="df-muted">{relation ? plans("field_comparator") : t("operation")}</span> {relation ?? readable(node.operation)}</p>}
      <dl className="df-facts">
        {node.period && <><dt>{t("period")}</dt><dd>{node.period}</dd></>}
        {node.estimated && <><dt>{t("partial")}</dt><dd>{node.there ? t("partialOf", { there: node.there }) : t("partial")}</dd></>}
        {node.note && <><dt>{t("note")}</dt><dd>{readable(node.note)}</dd></>}
        {rule && <><dt>{t("rule")}</dt><dd>{isSum(rule.id) ? <span title={rule.id}>{t(`rule_${rule.id}`)}</span> : <span className="df-mono">{rule.id}</span>}{rule.from && <span className="df-muted"> {t("version", { from: rule.from })}</span>}</dd></>}
        {node.source && <><dt>{t("source")}</dt><dd>{node.source}</dd></>}
        <dt>{t("status")}</dt><dd><StatusMark status={node.status} /> {t(`status_${node.status ?? "official"}`)}</dd>
        <dt>{t("id")}</dt><dd className="df-mono">{node.id}</dd>
        {place && !place.sha256 && <><dt>{t("place")}</dt><dd>{t("parameter", { file: place.file })}</dd></>}
      </dl>
      <div className="df-row df-noprint">
        {passage && <ViewLink to={`/plans/${encodeURIComponent(passage.doc)}?at=${passage.at}`}>{t("reader")}</ViewLink>}
        {!root && opensById(node) && <Button size="small" onClick={() => onGo(node.id)}>{t("start")}</Button>}
      </div>
      {place?.sha256 && place.row != null && <EvidenceCells file={place.file} sha256={place.sha256} sheet={place.sheet ?? null} row={place.row} column={place.column ?? null} />}
    </div>
  );
}

/** The rules that only add up are told in words. */
const SUMS = ["sum.months", "sum.items", "sum.parts", "sum.members"] as const;
const isSum = (id: string): id is (typeof SUMS)[number] => SUMS.some((one) => one === id);

/** Value with unit and mark; a state with its shape; text as it stands. */
export function NodeValue({ node, large = false }: { node: Node; large?: boolean }) {
  const t = useExplainText();
  const { units, lang } = useView();
  const { value } = node;
  const state = isStateText(value);
  if (state) return <StateMark state={state} size={large ? 20 : 14} />;
  if (typeof value === "string") return <span>{value} <StatusMark status={node.status} /></span>;
  if (value == null) return <span className="df-muted" title={t("noValue")}>{"\u2014"}{large && ` ${t("noValue")}`}</span>;
  const print = shown(value, node.unit, units, lang, large ? 6 : 4);
  return (
    <span className="df-node-number" title={`${exact(value)} ${unitName(node.unit, lang)}`.trim()}>
      <b>{print.text}</b> <span className="df-figure-unit">{print.unit}</span> {node.estimated && <><Mark kind="estimated" />{node.there && <span className="df-muted"> {node.there}</span>} </>}<StatusMark status={node.status} demo={large} />
    </span>
  );
}
