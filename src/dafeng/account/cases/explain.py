"""The derivation of a case 算例推导: its result as the one explanation graph, total → stream → line → figures."""

from __future__ import annotations

from dafeng.account.cases.result import CaseResult, Figure, Line, Total
from dafeng.base.provenance import Node, worst
from dafeng.rules.records import Name


def derivation(result: CaseResult) -> Node:
    """The tree of a case: the works' total, its groups, their lines, and each line's figures with their source."""
    groups, rounded = [_group(result, g) for g in result.groups], _rounding(result)
    return Node(
        id=f"case/{result.case}", kind="line", label=result.total.name.zh, label_en=result.total.name.en,
        value=result.total.value, unit=result.total.unit, period=result.period,
        status=result.total.status or result.parts[0].status,
        operation=f"各排放源之和；{rounded.zh}；规则库版本{result.rulebook}，算法版本{result.code}",
        operation_en=f"sum of its source streams; {rounded.en}; rulebook {result.rulebook}, arithmetic {result.code}",
        inputs=tuple(groups),
        rule="、".join(f"{p.method}/{p.family}" for p in result.parts),
        source="；".join(dict.fromkeys(p.source for p in result.parts)),
        note="；".join(result.missing[:5]) or None,
    )  # fmt: skip


def _rounding(result: CaseResult) -> Name:
    """What each part's rule rounds on the way."""
    held = [(p.part, p.rounding) for p in result.parts if p.rounding is not None]
    zh = dict.fromkeys(f"{part} {name.zh}".strip() for part, name in held)
    return Name("；".join(zh), "; ".join(dict.fromkeys(f"{part} {name.en}".strip() for part, name in held)))


def _group(result: CaseResult, group: Total) -> Node:
    lines = [x for x in result.lines if x.group == group.id and x.internal is None]
    return Node(
        id=f"case/{result.case}/{group.id}", kind="line", label=group.name.zh, label_en=group.name.en,
        value=group.value, unit=group.unit, period=result.period, status=worst(x.status for x in lines),
        operation="合计", operation_en="sum",
        inputs=tuple(_line(result.case, n, x) for n, x in enumerate(lines)),
    )  # fmt: skip


def _line(case: str, n: int, line: Line) -> Node:
    words = [line.stream_name.zh, line.item_name.zh if line.item else "", line.unit_of_works, line.part]
    english = [line.stream_name.en, line.item_name.en if line.item else "", line.unit_of_works, line.part]
    gwp = "" if line.gwp in (None, 1.0) else f"；× GWP({line.gas}) {line.gwp:g}"
    return Node(
        id=f"case/{case}/{line.group}/{n}", kind="line", label=" ".join(w for w in words if w),
        label_en=" ".join(w for w in english if w), value=line.value, unit="tCO2e", period=line.period,
        operation=None if line.operation is None else line.operation.zh + gwp,
        operation_en=None if line.operation is None else line.operation.en + gwp, rule=line.formula, status=line.status,
        note=line.note, inputs=tuple(_figure(case, line, n, f) for f in line.figures),
    )  # fmt: skip


def _figure(case: str, line: Line, n: int, figure: Figure) -> Node:
    return Node(
        id=f"case/{case}/{line.group}/{n}/{figure.input}", kind="fact" if figure.of == "given" else "factor",
        label=figure.name.zh, label_en=figure.name.en, value=figure.value, unit=figure.unit, rule=figure.parameter,
        source=figure.source, status=figure.status,
    )  # fmt: skip
