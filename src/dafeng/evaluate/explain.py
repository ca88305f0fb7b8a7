"""Explanation of indicator values and target states 解释: nodes of the one graph, down to facts and lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dafeng.base.provenance import Node
from dafeng.evaluate.indicators import Formula, Indicator, Library, Term, indicator_library
from dafeng.evaluate.linking import Link
from dafeng.evaluate.states import STATE_ZH, TargetState, number
from dafeng.plan.records import Target

Resolve = Callable[[str], Node | None]
_MOST_INPUTS = 50
_PATH_ZH = {
    "linear": "线性路径:基期值 + (目标值 − 基期值) × 已过年数 ÷ 总年数",
    "compound": "等比路径:基期值 × (目标值 ÷ 基期值)^(已过年数 ÷ 总年数)",
    "peak": "峰值判断:迄今最高值及其后年数",
    "ceiling": "不新增:基期以后各年最高值不高于基期值",
    "geometric mean": "年均增速:逐年增速的几何平均",
    "change against reference": "同期变化与参照指标比较",
}
_OPERATION_ZH = {
    "value": "{top}合计",
    "ratio": "{top} ÷ {bottom}",
    "share": "{top} ÷ {bottom} × 100%",
    "reuse": "{top} ÷ ({top} + {bottom}) × 100%",
    "weighted_mean": "{top}按{bottom}加权平均",
    "count": "{top}:在名单企业数",
    "above_benchmark": "达到能效标杆水平的产能 ÷ 全部产能 × 100%",
    "below_baseline": "低于能效基准水平的产能 ÷ 全部产能 × 100%",
}


def indicator_id_of(row: Mapping[str, Any]) -> str:
    """The node id of one INDICATOR VALUE row."""
    return f"I-{row['indicator_id']}-{row['subject_id']}-{row['period']}-{row['source']}"


def explain_indicator(row: Mapping[str, Any], resolve: Resolve, library: Library | None = None) -> Node:
    """One INDICATOR VALUE row as a node: the formula in words, or the delivered statistic, and its inputs.

    resolve gives the node of a fact or line by id, None where it is not known (it is then counted in ``more``).
    """
    library = library or indicator_library()
    indicator = library.indicator(row["indicator_id"])
    ids = list(row["inputs"] or [])
    nodes = [n for i in ids[:_MOST_INPUTS] if (n := resolve(i)) is not None]
    formula = next((f for f in indicator.formulas if f.id == row.get("formula")), None)
    return Node(
        id=indicator_id_of(row),
        kind="indicator",
        label=f"{indicator.zh} · {row['subject_id']}",
        value=row["value"],
        unit=row["unit"],
        period=row["period"],
        operation=_operation(indicator, formula, library) if row["source"] == "computed" else "报送的统计数",
        rule=f"indicator:{indicator.id}/{formula.id}" if formula else f"indicator:{indicator.id}",
        source=indicator.source,
        status=row["status"],
        note=row["reason"],
        inputs=tuple(nodes),
        more=len(ids) - len(nodes),
    )


def _operation(indicator: Indicator, formula: Formula | None, library: Library) -> str:
    if formula is None:
        return "、".join(indicator.wants)
    return _OPERATION_ZH[formula.op].format(top=_term(formula.top, library), bottom=_term(formula.bottom, library))


def _term(term: Term | None, library: Library) -> str:
    if term is None:
        return ""
    words = library.measures[term.measure].zh
    return f"规模以上企业{words}" if term.above_scale else words


def explain_state(
    state: TargetState, target: Target, link: Link | None, resolve: Resolve, library: Library | None = None
) -> Node:
    """A target state as a node: the target as stated, the link, and what baseline and actual were made of."""
    library = library or indicator_library()
    nodes = [_target_node(target, link, library)]
    ids = list(dict.fromkeys(state.inputs))
    nodes += [n for i in ids[:_MOST_INPUTS] if (n := resolve(i)) is not None]
    return Node(
        id=state.id,
        kind="state",
        label=f"{target.indicator} · {state.subject_id}",
        value=STATE_ZH[state.state],
        period=state.period,
        operation=_numbers(state),
        rule=f"progress:{state.method}" if state.method else None,
        status=state.status,  # type: ignore[arg-type]
        note=state.reason_zh,
        inputs=tuple(nodes),
        more=len(ids) - (len(nodes) - 1),
    )


def _numbers(state: TargetState) -> str:
    parts = [_PATH_ZH.get(state.method, "")]
    for word, value in (
        (f"基期({state.baseline_year})", state.baseline_value),
        (f"目标({state.target_year})", state.target_value),
        ("进度要求", state.required),
        ("实际", state.actual),
        ("差距", state.gap),
    ):
        if value is not None:
            parts.append(f"{word}{number(value)}{state.gap_unit or ''}")
    return ";".join(p for p in parts if p)


def _target_node(target: Target, link: Link | None, library: Library) -> Node:
    linked = "未关联指标"
    if link is not None and link.indicator_id is not None:
        zh = library.indicator(link.indicator_id).zh
        linked = f"关联指标:{zh}({link.words},{link.certainty:.2f};{link.why})"
    return Node(
        id=target.id,
        kind="target",
        label=target.indicator,
        value=target.value,
        unit=target.unit,
        period=str(target.target_year) if target.target_year else None,
        operation=target.comparator,
        source=f"{target.doc} [{target.span[0]}:{target.span[1]}]",
        note=linked,
    )
