"""Explain 解释: the derivation of a line as a graph of nodes, down to dated factors and delivered records.

Nothing is computed anew: a node shows what the line keeps (rule, factors, inputs). Lines are fetched level by level, so
that a city's total opens as fast as a single works'.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
import polars as pl

from dafeng.account.activity import activity
from dafeng.account.certificates.market_lines import CLAIM_NAMES
from dafeng.account.lines import MEASURES, SUM_EN, SUM_MEMBERS, SUM_ZH, TOTAL
from dafeng.account.subjects import Subjects, ancestors, placed
from dafeng.base.errors import NotFound
from dafeng.base.numbers import plain
from dafeng.base.provenance import Node, Place, worst
from dafeng.collect.codelists import measures, method_lists
from dafeng.rules.formulas import by_key
from dafeng.rules.method_data import line_names
from dafeng.rules.methods import packaged_methods
from dafeng.rules.records import Name
from dafeng.rules.rulebook import Rulebook, packaged_rulebook

_NAMED = 5  # silent members named in a note
_LARGEST = 10  # members of a roll-up that are named; the rest is counted
_DEPTH = 4  # total CO2 → part → item or month → facts
_NET = {  # kind: its words, and how it is made, in Chinese and English
    "used": ("净消费量", "消费量 − 自产二次能源（或 期初 + 购进 − 外供 − 期末）",
             "net use", "used − own production (or opening stock + bought − sold − closing stock)"),
    "bought": ("净购入量", "购进 − 外供（或 消费 − 自产）", "net purchase", "bought − sold (or used − own production)"),
}  # fmt: skip
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Sources:
    """What a derivation is read from: one frame each, and the names of subjects."""

    lines: pl.DataFrame
    facts: pl.DataFrame
    rulebook: Rulebook
    registry: Subjects | None
    names: dict[str, str]
    found: dict[str, Row]
    records: dict[str, Row]
    amounts: dict[tuple[str, str, str], Row]


def explain_line(
    line_id: str,
    lines: pl.DataFrame,
    facts: pl.DataFrame,
    rulebook: Rulebook,
    registry: Subjects | None = None,
    *,
    depth: int = _DEPTH,
    largest: int = _LARGEST,
) -> Node:
    """The derivation of one line.

    Parameters
    ----------
    line_id : id of a row of ``lines`` (LINE_SCHEMA, one run); facts are the current FACT rows the run was made of.
    depth : how many levels of lines are opened; below it a node counts its inputs in ``more``.
    largest : how many members of a roll-up are named; the others stand in ``more`` and in one balance node.

    Raises NotFound for an id that names no line here.
    """
    top = lines.filter(pl.col("line_id") == line_id)
    if top.is_empty():
        raise NotFound(f"no result line {line_id}", mend="Take the id from a report or table of the current run.")
    row = top.row(0, named=True)
    sources = _Sources(lines, facts, rulebook, registry, _names(registry), {}, {}, {})
    if row["rule"] == SUM_MEMBERS:
        return _roll_up_node(row, sources, depth, largest)
    _fetch([row], sources, depth)
    return _line_node(row, sources, depth)


def explain_fact(fact: Row, rulebook: Rulebook, registry: Subjects | None = None) -> Node:
    """A delivered figure by itself: whose it is, as given and in the account's unit, file, sheet and row.

    ``fact`` is one FACT row as a dict; rulebook and registry give items and subjects their names.
    """
    node = _fact_node(fact, rulebook)
    subject = _names(registry).get(fact["subject_id"], fact["subject_id"])
    return msgspec.structs.replace(node, label=f"{subject} {node.label}", label_en=f"{subject} {node.label_en}")


def _names(registry: Subjects | None) -> dict[str, str]:
    if registry is None:
        return {}
    named = [
        (registry.areas, "area_code"),
        (registry.industries, "industry_code"),
        (registry.enterprises, "enterprise_id"),
    ]
    names: dict[str, str] = {}
    for frame, code in named:
        if "name" in frame.columns:
            names.update({str(c): str(n) for c, n in frame.select(code, "name").iter_rows()})
    return names


def _fetch(start: list[Row], sources: _Sources, depth: int) -> None:
    """Read all lines below ``start``, one filter a level, and then all facts they name."""
    level = start
    for _ in range(max(depth, 0)):
        wanted = {i for row in level for i in row["inputs"] if i.startswith("L-")} - sources.found.keys()
        if not wanted:
            break
        level = list(sources.lines.filter(pl.col("line_id").is_in(list(wanted))).iter_rows(named=True))
        sources.found.update({row["line_id"]: row for row in level})
    every = [*start, *sources.found.values()]
    facts = {i for row in every for i in row["inputs"] if not i.startswith("L-")}
    kept = sources.facts.filter(pl.col("fact_id").is_in(list(facts)))
    sources.records.update({row["fact_id"]: row for row in kept.iter_rows(named=True)})
    _net_use(kept["subject_id"].unique(), sources)


def _net_use(subjects: pl.Series, sources: _Sources) -> None:
    """The net amounts behind the lines, by the same function that made them."""
    own = sources.facts.filter(pl.col("subject_id").is_in(subjects.to_list()))
    rows = activity(own, sources.rulebook).rows.select("subject_id", "item", "period", "amount", "material")
    sources.amounts.update({(r["subject_id"], r["item"], r["period"]): r for r in rows.iter_rows(named=True)})


def _line_node(row: Row, sources: _Sources, depth: int) -> Node:
    if depth <= 0:
        return _node(row, sources, (), len(row["inputs"]))
    below = [_line_node(_counted(sources.found[id]), sources, depth - 1) for id in row["inputs"] if id in sources.found]
    facts = [_fact_node(sources.records[id], sources.rulebook) for id in row["inputs"] if id in sources.records]
    factors = [_factor_node(f, row) for f in msgspec.json.decode(row["factors"] or "[]")]
    more = len(row["inputs"]) - len(below) - len(facts)
    return _node(row, sources, (*below, *_amount_node(row, facts, sources), *factors), more)


def _amount_node(row: Row, facts: list[Node], sources: _Sources) -> list[Node]:
    """Net use with the records it came from; the records alone where no net use could be made."""
    net = sources.amounts.get((row["subject_id"], row["item"], row["period"]))
    claims = [f for f in facts if sources.records[f.id]["measure"] in CLAIM_NAMES]
    own = [f for f in facts if f not in claims]
    if not own or net is None or net["amount"] is None:
        return facts
    burnt = row["measure"] == "co2_combustion_t"
    zh, made, en, made_en = _NET["bought" if row["item"] in ("electricity", "heat") else "used"]
    node = Node(
        id=f"{row['line_id']}/net",
        kind="other",
        label=f"{_item(row['item'], sources.rulebook)}{zh}",
        label_en=f"{_item_en(row['item'], sources.rulebook)}, {en}",
        value=net["amount"] - (net["material"] or 0.0) if burnt else net["amount"],
        unit=own[0].unit,
        period=row["period"],
        operation=made,
        operation_en=made_en,
        status=worst(f.status for f in own),
        inputs=tuple(own),
    )
    return [node, *claims]


def _counted(row: Row) -> Row:
    """A part as its sum counts it: with what is there of it where the whole is not 部分合计.

    So that the parts of every sum add up to it, be it shown whole or in part.
    """
    if row["value"] is not None or row["partial"] is None:
        return row
    lowered = row["status"] if row["status"] == "synthetic" else "trial"
    return row | {"value": row["partial"], "status": lowered}


def _node(row: Row, sources: _Sources, inputs: tuple[Node, ...], more: int) -> Node:
    formula, estimated = by_key(row["rule"]), row["value"] is not None and row["partial"] is not None
    there = _NOTE_PART.search(row["note"] or "") if estimated else None
    return Node(
        id=row["line_id"],
        kind="line",
        label=_label(row, sources),
        label_en=_label_en(row, sources),
        value=row["value"],
        unit=row["unit"],
        period=row["period"],
        operation=formula.zh if formula else SUM_ZH.get(row["rule"], row["rule"]),
        operation_en=(formula.en or None) if formula else SUM_EN.get(row["rule"]),
        rule=row["rule"],
        source=formula.source if formula else None,
        status=row["status"],
        note=_noted(row),
        note_en=_noted_en(row),
        inputs=inputs,
        more=more,
        estimated=estimated,
        there=f"{there[1]}/{there[2]}{there[3]}" if there else None,
        there_en=f"{there[1]}/{there[2]} {_PARTS_EN.get(there[3], 'parts')}" if there else None,
    )


def _label(row: Row, sources: _Sources) -> str:
    subject = "·".join(sources.names.get(part, part) for part in row["subject_id"].split("|"))
    measure = MEASURES[row["measure"]][0] if row["measure"] in MEASURES else row["measure"]
    item = "" if row["item"] == TOTAL else f"（{_item(row['item'], sources.rulebook)}）"
    return f"{subject} {measure}{item}"


def _label_en(row: Row, sources: _Sources) -> str:
    subject = " · ".join(sources.names.get(part, part) for part in row["subject_id"].split("|"))
    measure = MEASURES[row["measure"]][1] if row["measure"] in MEASURES else row["measure"]
    item = "" if row["item"] == TOTAL else f" ({_item_en(row['item'], sources.rulebook)})"
    return f"{subject}: {measure}{item}"


def _item_en(code: str, rulebook: Rulebook) -> str:
    return rulebook.items[code].en if code in rulebook.items else _method_item(code, "en")


def _item(code: str, rulebook: Rulebook) -> str:
    return rulebook.items[code].zh if code in rulebook.items else _method_item(code, "zh")


def _method_item(code: str, language: str) -> str:
    """A method, or a line of one, in words; the code itself where it is neither."""
    name = _lines_of_methods().get(code)
    return code if name is None else str(getattr(name, language))


@cache
def _lines_of_methods() -> dict[str, Name]:
    return line_names(packaged_methods(), packaged_rulebook().items)


def _noted(row: Row) -> str | None:
    if row["partial"] is not None:
        told = row["note"] or "部分"
        if row["value"] is not None:
            return f"{told}；按已有部分计入合计"
        return f"{told}；已有部分合计 {plain(row['partial'])} {row['unit']}，不作为总量"
    note: str | None = row["note"]
    return note


_NOTE_PART = re.compile(r"部分[(（](\d+)/(\d+)(.)")
_PARTS_EN = {"月": "months", "家": "firms", "项": "items"}


def _noted_en(row: Row) -> str | None:
    """What can be said of the note in English: how many parts are there, and what they add up to."""
    found = _NOTE_PART.search(row["note"] or "")
    told = [f"partial: {found[1]} of {found[2]} {_PARTS_EN.get(found[3], 'parts')} are there"] if found else []
    if row["partial"] is not None and row["value"] is not None:
        told.append("counted with what is there")
    elif row["partial"] is not None:
        told.append(f"what is there adds up to {plain(row['partial'])} {row['unit']}, which is no total")
    return "; ".join(told) or None


def _factor_node(factor: Row, row: Row) -> Node:
    published = f"，{factor['published']}发布" if factor.get("published") else ""
    return Node(
        id=f"{factor['id']}@{factor['scope']}@{factor['since']}",
        kind="factor",
        label=factor["zh"],
        label_en=factor.get("en"),
        value=factor["value"],
        unit=factor["unit"],
        period=row["period"],
        rule=factor["id"],
        source=f"{factor['source']}（自{factor['since']}起{published}）",
        place=Place(file=f"rules/data/parameters/{factor['file']}"),
        status=factor["status"],
        note=factor.get("note"),
    )


def _fact_node(fact: Row, rulebook: Rulebook) -> Node:
    delivered = fact.get("value_delivered")
    as_given = f"{plain(delivered, 10)} {fact.get('unit_delivered') or ''}".strip() if delivered is not None else None
    converted = as_given and fact.get("unit_delivered") != fact["unit"]
    return Node(
        id=fact["fact_id"],
        kind="fact",
        label=f"{_stream(fact['measure'])} {_item(fact['item'] or '', rulebook)}".strip(),
        label_en=f"{_stream_en(fact['measure'])} {_item_en(fact['item'] or '', rulebook)}".strip(),
        value=fact["value"],
        unit=fact["unit"],
        period=fact["period"],
        operation=f"报送 {as_given}" if converted else None,
        operation_en=f"delivered as {as_given}" if converted else None,
        place=_place(fact),
        status=fact["status"],
        source=fact.get("note"),
        note=fact.get("reason"),
    )


def _stream(measure: str) -> str:
    """A delivered measure in Chinese, by the list of what facts can be about."""
    return _measure_names("zh").get(measure, measure)


def _stream_en(measure: str) -> str:
    return _measure_names("en").get(measure, measure)


@cache
def _measure_names(language: str) -> dict[str, str]:
    own, data = measures(), method_lists()[1].table
    claims = {measure: zh if language == "zh" else en for measure, (zh, en) in CLAIM_NAMES.items()}
    return claims | dict(own.select("measure", language).iter_rows()) | dict(data.select("code", language).iter_rows())


def _place(fact: Row) -> Place | None:
    if not fact.get("file"):
        return None
    kept = {k: fact.get(k) for k in ("sha256", "sheet", "row", "column")}
    return Place(file=fact["file"], **kept)


def _members(row: Row, sources: _Sources) -> tuple[pl.DataFrame, list[str]]:
    """The members' lines of a roll-up, largest first, and the enterprises under it that gave no line in the period."""
    if sources.registry is None:
        raise NotFound("a roll-up needs the registry to name its members", mend="Give the registry of the run.")
    where = firms_below(row, sources.registry)
    own = (pl.col("subject_kind") == "enterprise") & (pl.col("period") == row["period"])
    heard = sources.lines.filter(own & pl.col("subject_id").is_in(where["subject_id"].to_list()))
    silent = where.filter(pl.col("due") & ~pl.col("subject_id").is_in(heard["subject_id"].unique().to_list()))
    found = heard.filter((pl.col("measure") == row["measure"]) & (pl.col("item") == row["item"])).with_columns(
        pl.coalesce("value", "partial").alias("size")
    )
    ordered = found.sort(pl.col("size").abs(), "subject_id", descending=[True, False], nulls_last=True)
    return ordered, silent["subject_id"].to_list()


def firms_below(row: Row, registry: Subjects) -> pl.DataFrame:
    """The enterprises that stood under the node in the period."""
    where = placed(registry.enterprises, pl.Series([row["period"]]))
    area, _, division = row["subject_id"].partition("|")
    if row["subject_kind"] in ("area", "area_industry"):
        where = _under(where, registry.areas, "area_code", area)
    if row["subject_kind"] == "industry":
        where = _under(where, registry.industries, "industry_code", area)
    elif division:
        where = _under(where, registry.industries, "industry_code", division)
    return where


def _under(where: pl.DataFrame, tree: pl.DataFrame, code: str, node: str) -> pl.DataFrame:
    nodes: Iterable[str] = ancestors(tree, code).filter(pl.col("above") == node)["node"].to_list()
    return where.filter(pl.col(code).is_in(list(nodes)))


def _roll_up_node(row: Row, sources: _Sources, depth: int, largest: int) -> Node:
    """A roll-up: its largest members opened, the others as one balance node, the silent ones named in the note."""
    members, silent = _members(row, sources)
    shown = [_counted(member) for member in members.head(largest).iter_rows(named=True)]
    _fetch(shown, sources, depth - 1)
    rest = members.slice(largest)
    inputs = [_line_node(member, sources, depth - 1) for member in shown]
    if rest.height:
        inputs.append(_rest_node(row, rest))
    return msgspec.structs.replace(
        _node(row, sources, tuple(inputs), rest.height),
        note=_with_silent(_noted(row), silent, sources),
        note_en=_with_silent_en(_noted_en(row), silent, sources),
    )


def _rest_node(row: Row, rest: pl.DataFrame) -> Node:
    return Node(
        id=f"{row['line_id']}/rest",
        kind="other",
        label=f"其余{rest.height}家企业合计",
        label_en=f"the other {rest.height} firms together",
        value=float(rest["size"].fill_null(0.0).sum()),
        unit=row["unit"],
        period=row["period"],
        operation=SUM_ZH[SUM_MEMBERS],
        operation_en=SUM_EN[SUM_MEMBERS],
        status=worst(rest["status"].to_list()),
        estimated=rest["value"].null_count() > 0 or rest["partial"].count() > 0,
    )


def _with_silent(note: str | None, silent: list[str], sources: _Sources) -> str | None:
    if not silent:
        return note
    named = "、".join(sources.names.get(s, s) for s in silent[:_NAMED])
    more = f"等{len(silent)}家" if len(silent) > _NAMED else ""
    return "；".join(p for p in (note, f"未报送：{named}{more}") if p)


def _with_silent_en(note: str | None, silent: list[str], sources: _Sources) -> str | None:
    if not silent:
        return note
    named = ", ".join(sources.names.get(s, s) for s in silent[:_NAMED])
    more = f" and {len(silent) - _NAMED} more" if len(silent) > _NAMED else ""
    return "; ".join(p for p in (note, f"not delivered: {named}{more}") if p)
