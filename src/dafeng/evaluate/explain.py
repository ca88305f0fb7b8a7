"""Explanation of indicator values and target states 解释: nodes of the one graph, down to facts and lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from dafeng.account.lines import MEASURES
from dafeng.base.provenance import Node
from dafeng.collect.codelists import measures as delivered
from dafeng.evaluate.indicators import Formula, Indicator, Library, Term, indicator_library
from dafeng.evaluate.linking import Link
from dafeng.evaluate.states import STATE_ZH, TargetState, number
from dafeng.plan.records import Target

Resolve = Callable[[str], Node | None]
_MOST_INPUTS = 50
_MOST_BELOW = 10  # inputs of an indicator that stands below a state; its own id opens the others
_PATH_ZH = {
    "linear": "线性路径:基期值 + (目标值 − 基期值) × 已过年数 ÷ 总年数",
    "compound": "等比路径:基期值 × (目标值 ÷ 基期值)^(已过年数 ÷ 总年数)",
    "peak": "峰值判断:迄今最高值及其后年数",
    "ceiling": "不新增:基期以后各年最高值不高于基期值",
    "geometric mean": "年均增速:逐年增速的几何平均",
    "change against reference": "同期变化与参照指标比较",
}
_PATH_EN = {
    "linear": "linear path: baseline + (target − baseline) × years passed ÷ all years",
    "compound": "compound path: baseline × (target ÷ baseline)^(years passed ÷ all years)",
    "peak": "peak test: the highest so far and the years after it",
    "ceiling": "no increase: the highest year after the baseline is not above it",
    "geometric mean": "mean yearly rate: geometric mean of the yearly rates",
    "change against reference": "change of the period against the reference indicator",
}
_STATE_EN = {
    "reached": "reached",
    "on_track": "on track",
    "behind": "behind",
    "off_track": "off track",
    "not_assessed": "not assessed",
}
_OPERATION_EN = {
    "value": "sum of {top}",
    "ratio": "{top} ÷ {bottom}",
    "share": "{top} ÷ {bottom} × 100%",
    "reuse": "{top} ÷ ({top} + {bottom}) × 100%",
    "weighted_mean": "mean of {top}, weighted by {bottom}",
    "count": "{top}: enterprises on the list",
    "above_benchmark": "capacity at or above the energy benchmark ÷ all capacity × 100%",
    "below_baseline": "capacity below the energy baseline ÷ all capacity × 100%",
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


def explain_indicator(
    row: Mapping[str, Any], resolve: Resolve, library: Library | None = None, *, most: int = _MOST_INPUTS
) -> Node:
    """One INDICATOR VALUE row as a node: the formula in words, or the delivered statistic, and its inputs.

    resolve gives the node of a fact or line by id, None where it is not known (it is then counted in ``more``, as are
    those beyond ``most``).
    """
    library = library or indicator_library()
    indicator = library.indicator(row["indicator_id"])
    ids = list(row["inputs"] or [])
    nodes = [n for i in _some(ids, most) if (n := resolve(i)) is not None]
    formula = next((f for f in indicator.formulas if f.id == row.get("formula")), None)
    return Node(
        id=indicator_id_of(row),
        kind="indicator",
        label=f"{indicator.zh} · {row['subject_id']}",
        label_en=f"{indicator.en} · {row['subject_id']}",
        value=row["value"],
        unit=row["unit"],
        period=row["period"],
        operation=_operation(indicator, formula, library) if row["source"] == "computed" else "报送的统计数",
        operation_en=_operation_en(indicator, formula) if row["source"] == "computed" else "statistic as delivered",
        rule=f"indicator:{indicator.id}/{formula.id}" if formula else f"indicator:{indicator.id}",
        source=indicator.source,
        status=row["status"],
        note=row["reason"],
        inputs=tuple(nodes),
        more=len(ids) - len(nodes),
    )


def _some(ids: list[str], most: int) -> list[str]:
    """At most so many ids, of accounts (lines) and of deliveries alike, so that both sides of a ratio are seen."""
    lines = [i for i in ids if i.startswith("L-")]
    others = [i for i in ids if not i.startswith("L-")]
    kept = max(most - len(others), most // 2)
    return [*lines[:kept], *others[: most - len(lines[:kept])]]


def _operation(indicator: Indicator, formula: Formula | None, library: Library) -> str:
    if formula is None:
        return "、".join(indicator.wants)
    return _OPERATION_ZH[formula.op].format(top=_term(formula.top, library), bottom=_term(formula.bottom, library))


def _term(term: Term | None, library: Library) -> str:
    if term is None:
        return ""
    words = library.measures[term.measure].zh
    return f"规模以上企业{words}" if term.above_scale else words


def _operation_en(indicator: Indicator, formula: Formula | None) -> str | None:
    if formula is None:
        return None
    return _OPERATION_EN[formula.op].format(top=_term_en(formula.top), bottom=_term_en(formula.bottom))


def _term_en(term: Term | None) -> str:
    if term is None:
        return ""
    words = MEASURES[term.measure][1] if term.measure in MEASURES else _delivered_en().get(term.measure, term.measure)
    return f"{words} of firms above designated size" if term.above_scale else words


@cache
def _delivered_en() -> dict[str, str]:
    return dict(delivered().select("measure", "en").iter_rows())


def rows_behind(state: TargetState, rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The INDICATOR VALUE rows that a state was made of, the target's own indicator first, by period.

    rows are preferred values of the state's subject. One belongs to the state where all it was made of stands among the
    state's inputs and is not yet told by a row before it.
    """
    wanted, found = set(state.inputs), []
    for row in sorted(rows, key=lambda r: (r["indicator_id"] != state.indicator_id, r["indicator_id"], r["period"])):
        ids = set(row["inputs"] or ())
        own = row["indicator_id"] == state.indicator_id
        if ids and ids <= (set(state.inputs) if own else wanted):
            found.append(row)
            wanted -= ids
    return found


def explain_state(
    state: TargetState,
    target: Target,
    link: Link | None,
    resolve: Resolve,
    library: Library | None = None,
    *,
    rows: Iterable[Mapping[str, Any]] = (),
) -> Node:
    """A target state as a node: the target as stated, the link, and what baseline and actual were made of.

    rows are preferred INDICATOR VALUE rows of the state's subject: those behind the state (``rows_behind``) stand below
    it as indicators with their formula; inputs that none of them holds stand there themselves.
    """
    library = library or indicator_library()
    nodes = [_target_node(target, link, library)]
    behind = rows_behind(state, rows)
    nodes += [explain_indicator(row, resolve, library, most=_MOST_BELOW) for row in behind]
    told = {i for row in behind for i in row["inputs"]}
    ids = [i for i in dict.fromkeys(state.inputs) if i not in told]
    alone = [n for i in ids[:_MOST_INPUTS] if (n := resolve(i)) is not None]
    nodes += alone
    return Node(
        id=state.id,
        kind="state",
        label=f"{target.indicator} · {state.subject_id}",
        label_en=f"{_target_en(target, link, library)} · {state.subject_id}",
        value=STATE_ZH[state.state],
        period=state.period,
        operation=_numbers(state),
        operation_en=_numbers_en(state),
        rule=f"progress:{state.method}" if state.method else None,
        status=state.status,  # type: ignore[arg-type]
        note=state.reason_zh,
        note_en=state.reason_en,
        inputs=tuple(nodes),
        more=len(ids) - len(alone),
    )


def _target_en(target: Target, link: Link | None, library: Library) -> str:
    """The linked indicator's English name; the plan's words where there is none."""
    return library.indicator(link.indicator_id).en if link and link.indicator_id else target.indicator


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


def _numbers_en(state: TargetState) -> str:
    parts = [_STATE_EN[state.state], _PATH_EN.get(state.method, "")]
    for word, value in (
        (f"baseline ({state.baseline_year})", state.baseline_value),
        (f"target ({state.target_year})", state.target_value),
        ("required", state.required),
        ("actual", state.actual),
        ("gap", state.gap),
    ):
        if value is not None:
            parts.append(f"{word} {number(value)} {state.gap_unit or ''}".strip())
    return "; ".join(p for p in parts if p)


def _target_node(target: Target, link: Link | None, library: Library) -> Node:
    linked, linked_en = "未关联指标", "tied to no indicator"
    if link is not None and link.indicator_id is not None:
        zh = library.indicator(link.indicator_id).zh
        linked_en = f"tied to the indicator {library.indicator(link.indicator_id).en} (certainty {link.certainty:.2f})"
        linked = f"关联指标:{zh}({link.words},{link.certainty:.2f};{link.why})"
    return Node(
        id=target.id,
        kind="target",
        label=target.indicator,
        label_en=_target_en(target, link, library),
        value=target.value,
        unit=target.unit,
        period=str(target.target_year) if target.target_year else None,
        operation=target.comparator,
        source=f"{target.doc} [{target.span[0]}:{target.span[1]}]",
        note=linked,
        note_en=linked_en,
    )
