"""Explain a regional figure 区域数字的推导: a total, its lines, their factors, down to the cells of the sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import polars as pl

from dafeng.account.regional import downscale, processes, transformation
from dafeng.account.regional.emission import OPERATIONS
from dafeng.account.regional.frames import APPROACHES, PARTS
from dafeng.account.regional.totals import TOTALS
from dafeng.base.errors import NotFound
from dafeng.base.provenance import Node, Place
from dafeng.rules.regional import RegionalRules

_MOST = 30  # lines of a total that are shown; the rest is counted
_OPERATIONS = OPERATIONS | {
    transformation.CARBON_LOSS: transformation.OPERATION,
    processes.PROCESS: processes.OPERATION,
    downscale.DOWNSCALED: downscale.OPERATION,
}
Row = dict[str, Any]


@dataclass(frozen=True)
class Sources:
    """lines and totals of the account, the cells it was made of, other inputs (facts) by id, names of areas."""

    lines: pl.DataFrame
    totals: pl.DataFrame
    cells: pl.DataFrame
    rules: RegionalRules
    names: Mapping[str, str]
    facts: Mapping[str, Node]


def total_id(area: str, period: str, approach: str, total: str) -> str:
    """The id of a total's node."""
    return f"region:{area}:{period}:{approach}:{total}"


def explain(id: str, sources: Sources, *, depth: int = 3, most: int = _MOST) -> Node:
    """The derivation of a total (region:…), a line (RL-…) or a cell (RC-…). Raises NotFound."""
    if id.startswith("region:") and id.count(":") == 4:
        _, area, period, approach, total = id.split(":")
        return _total(area, period, approach, total, sources, depth, most)
    lines = _rows(sources.lines, "line_id", [id])
    if id in lines:
        return _line(lines[id], sources, depth)
    cells = _rows(sources.cells, "cell_id", [id])
    if id in cells:
        return cell_node(cells[id], sources)
    raise unknown(id)


def unknown(id: str) -> NotFound:
    return NotFound(
        f"no regional figure {id}",
        mend="Take the id from a regional account.",
        zh=f"没有区域核算数字 {id}",
        mend_zh="请使用区域核算结果中的编号。",
    )


def _rows(frame: pl.DataFrame, key: str, ids: list[str]) -> dict[str, Row]:
    return {row[key]: row for row in frame.filter(pl.col(key).is_in(ids)).iter_rows(named=True)}


def _total(area: str, period: str, approach: str, total: str, sources: Sources, depth: int, most: int) -> Node:
    own = pl.col("area_code").eq(area) & pl.col("period").eq(period) & pl.col("approach").eq(approach)
    found = sources.totals.filter(own & (pl.col("total") == total))
    if found.is_empty() or total not in TOTALS:
        raise unknown(total_id(area, period, approach, total))
    row = found.row(0, named=True)
    lines = _rows(sources.lines, "line_id", row["inputs"])
    ordered = sorted(lines.values(), key=lambda r: -abs(r["value"] or 0.0))
    shown = ordered[:most] if depth > 0 else []
    sources = _near(shown, sources)
    _, zh, en = TOTALS[total]
    name = sources.names.get(area, area)
    said = APPROACHES[approach]
    return Node(
        id=total_id(area, period, approach, total),
        kind="line",
        label=f"{name} {zh}({said[0]})",
        label_en=f"{name}: {en} ({said[1]})",
        value=row["value"],
        unit="tCO2",
        period=period,
        operation="各行相加",
        operation_en="sum of the lines",
        rule=row["method"],
        status=row["status"],
        note=_uncertain(row, "不确定性"),
        note_en=_uncertain(row, "uncertainty"),
        inputs=tuple(_line(r, sources, depth - 1) for r in shown),
        more=len(row["inputs"]) - len(shown),
        estimated=bool(row["estimated"]),
    )


def _near(lines: list[Row], sources: Sources) -> Sources:
    """The sources cut to what the lines rest on, two levels down: one pass over the many cells of a programme."""
    named = {id for row in lines for id in row["inputs"]}
    below = sources.lines.filter(pl.col("line_id").is_in(list(named)))
    named |= set(below["inputs"].explode().drop_nulls().to_list())
    return replace(sources, lines=below, cells=sources.cells.filter(pl.col("cell_id").is_in(list(named))))


def _uncertain(row: Row, word: str) -> str | None:
    told = [f"{word} ±{row['uncertainty'] * 100:.0f}%"] if row["uncertainty"] is not None else []
    if row.get("partial") is not None:
        told.append(f"{row['missing']} × null; {row['partial']:.6g} tCO2")
    return "；".join(told) or None


def _line(row: Row, sources: Sources, depth: int) -> Node:
    zh, en = words_of(row["row"], sources.rules)
    fuel, fuel_en = carrier_words(row["carrier"], sources.rules)
    name = sources.names.get(row["area_code"], row["area_code"])
    made, made_en = _OPERATIONS.get(row["rule"], (row["rule"], row["rule"]))
    inputs = _inputs(row, sources, depth) if depth > 0 else ()
    hidden = 0 if depth > 0 else len(row["inputs"])
    notes = [n for n in (row["note"], _uncertain(row | {"partial": None}, "不确定性")) if n]
    notes_en = [n for n in (row["note_en"], _uncertain(row | {"partial": None}, "uncertainty")) if n]
    return Node(
        id=row["line_id"],
        kind="line",
        label=f"{name} {PARTS[row['part']][0]} {zh} {fuel}".strip(),
        label_en=f"{name}: {PARTS[row['part']][1]}, {en}, {fuel_en}",
        value=row["value"],
        unit=row["unit"],
        period=row["period"],
        operation=made,
        operation_en=made_en,
        rule=row["rule"],
        source=sources.rules.methods[row["method"]].name.zh
        if row["method"] in sources.rules.methods
        else row["method"],
        status=row["status"],
        note="；".join(notes) or None,
        note_en="; ".join(notes_en) or None,
        inputs=inputs,
        more=hidden,
        estimated=row["estimated"],
    )


def words_of(code: str, rules: RegionalRules) -> tuple[str, str]:
    for table in (rules.rows, rules.processes, rules.sectors):
        if code in table:
            found: Any = table[code]
            return found.zh, found.en
    return code, code


def carrier_words(code: str, rules: RegionalRules) -> tuple[str, str]:
    if code in rules.carriers:
        return rules.carriers[code].zh, rules.carriers[code].en
    return {"carbon": ("碳", "carbon"), "coal": ("煤", "coal"), "oil": ("油", "oil"), "gas": ("气", "gas")}.get(
        code, (code, code)
    )


def _inputs(row: Row, sources: Sources, depth: int) -> tuple[Node, ...]:
    cells = _rows(sources.cells, "cell_id", row["inputs"])
    lines = _rows(sources.lines, "line_id", row["inputs"])
    below: list[Node] = [cell_node(c, sources) for c in cells.values()]
    below += [_line(r, sources, depth - 1) for r in lines.values()]
    below += [sources.facts[id] for id in row["inputs"] if id in sources.facts]
    return (*below, *(_factor(f, row) for f in msgspec.json.decode(row["factors"] or "[]")))


def _factor(factor: Row, row: Row) -> Node:
    return Node(
        id=f"{factor['id']}@{factor['scope']}@{factor['since']}",
        kind="factor",
        label=factor["zh"],
        label_en=factor.get("en"),
        value=factor["value"],
        unit=factor["unit"],
        period=row["period"],
        rule=factor["id"],
        source=factor["source"],
        place=Place(file=f"rules/data/parameters/{factor['file']}"),
        status=factor["status"],
        note=factor.get("note"),
    )


def cell_node(cell: Row, sources: Sources) -> Node:
    """A cell of an imported table as a node: the figure as printed, and its place."""
    zh, en = words_of(cell["row"], sources.rules)
    fuel, fuel_en = carrier_words(cell["carrier"], sources.rules)
    name = sources.names.get(cell["area_code"], cell["area_code"])
    given = f"{cell['value_delivered']:.10g} {cell['unit_delivered']}"
    return Node(
        id=cell["cell_id"],
        kind="fact",
        label=f"{name} {zh} {fuel}",
        label_en=f"{name}: {en}, {fuel_en}",
        value=cell["value"],
        unit=cell["unit"],
        period=cell["period"],
        operation=f"表列 {given}",
        operation_en=f"printed as {given}",
        place=Place(
            file=cell["file"], sha256=cell["sha256"], sheet=cell["sheet"], row=cell["sheet_row"], column=cell["column"]
        ),
        status=cell["status"],
        note=cell["note"],
    )
