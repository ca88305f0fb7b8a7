"""Explain parts against the whole 上下级核对的推导: the whole, each part, what was stated of the rest and by whom."""

from __future__ import annotations

from typing import Any

import polars as pl

from dafeng.account.regional.explain import Sources, carrier_words, cell_node, unknown, words_of
from dafeng.account.regional.reconcile import RESTS, node_id
from dafeng.account.regional.rests import OF, standing
from dafeng.base.provenance import Node, worst

Row = dict[str, Any]
_SHOWN = 10  # missing parts named in full


def explain_parts(
    id: str, compared: pl.DataFrame, parts: pl.DataFrame, whole: pl.DataFrame, rests: pl.DataFrame, sources: Sources
) -> Node:
    """The derivation of a row of ``reconcile`` (parts:<whole>:<period>:<row>:<carrier>). Raises NotFound.

    compared: the rows of ``reconcile``; parts, whole: the CELL rows they were made of; rests: all REST rows.
    """
    if id.count(":") != 4:
        raise unknown(id)
    _, of, period, row, carrier = id.split(":")
    key = pl.col("period").eq(period) & pl.col("row").eq(row) & pl.col("carrier").eq(carrier)
    found = compared.filter(key)
    if found.is_empty():
        raise unknown(id)
    made = found.row(0, named=True)
    above = [cell_node(c, sources) for c in whole.filter(key).iter_rows(named=True)]
    cells = [cell_node(c, sources) for c in parts.filter(key).sort("area_code").iter_rows(named=True)]
    told = standing(rests).filter(key & pl.col("area_code").eq(of)).to_dicts()
    stated = [rest_node(r, made) for r in told]
    summed = _sum(id, made, cells, stated if made["rest_state"] == "used" else [])
    aside = [] if made["rest_state"] == "used" else stated
    return _gap(node_id(of, period, row, carrier), made, [summed, *above, *aside], sources, of)


def _gap(id: str, made: Row, inputs: list[Node], sources: Sources, of: str) -> Node:
    (zh, en), (fuel, fuel_en) = words_of(made["row"], sources.rules), carrier_words(made["carrier"], sources.rules)
    name = sources.names.get(of, of)
    stands = made["complete"] or made["lower_bound"]
    missing = _named(made["missing"], sources)
    lacks = (f"缺{len(made['missing'])}个下级：{missing}", f"{len(made['missing'])} parts are missing: {missing}")
    note = None if made["complete"] and not made["missing"] else lacks
    return Node(
        id=id, kind="line", label=f"{name} 下级之和与上级之差 {zh} {fuel}",
        label_en=f"{name}: parts less whole, {en}, {fuel_en}", value=made["gap"] if stands else None, unit="tCO2",
        period=made["period"], operation="下级之和 − 上级", operation_en="sum of the parts − whole",
        status=worst(i.status for i in inputs), note=note and note[0], note_en=note and note[1], inputs=tuple(inputs),
        estimated=bool(made["lower_bound"]),
    )  # fmt: skip


def _named(codes: list[str], sources: Sources) -> str:
    shown = "、".join(sources.names.get(c, c) for c in codes[:_SHOWN])
    return shown + ("……" if len(codes) > _SHOWN else "")


def _sum(id: str, made: Row, cells: list[Node], stated: list[Node]) -> Node:
    inputs = (*cells, *stated)
    return Node(
        id=f"{id}:sum", kind="line", label="下级之和", label_en="sum of the parts", value=made["parts"], unit="tCO2",
        period=made["period"], operation="各下级相加", operation_en="the parts added up",
        status=worst(n.status for n in inputs), inputs=inputs, there=f"{made['present']}/{made['due']}",
        estimated=not made["complete"],
    )  # fmt: skip


def rest_node(rest: Row, made: Row) -> Node:
    """A stated rest as a node: what counts of it, what was stated, by whom, from where."""
    zh, en = OF[rest["of"]]
    given = f"{rest['value_delivered']:.10g} {rest['unit_delivered']}"
    whole_sum = rest["of"] == "all"
    said = [] if made["rest_state"] == "used" else [RESTS[made["rest_state"]]]
    who = f"{rest['who']} {rest['at'][:10]}"
    return Node(
        id=rest["rest_id"], kind="fact", label=f"声明的其余部分({zh})", label_en=f"stated rest ({en})",
        value=made["rest"] if made["rest_state"] == "used" else rest["value"], unit="tCO2", period=rest["period"],
        operation=f"声明 {given}" + (" − 已有各下级之和" if whole_sum else ""),
        operation_en=f"stated as {given}" + (" − sum of the parts that are there" if whole_sum else ""),
        source=rest["source"], status=rest["status"],
        note="；".join([f"{rest['why']}（{who}）" if rest["why"] else who, *(z for z, _ in said)]),
        note_en="; ".join([f"{rest['why']} ({who})" if rest["why"] else who, *(e for _, e in said)]),
    )  # fmt: skip
