"""The energy balance 能源平衡表: its identities row by row and fuel by fuel, its signs, and parts against wholes.

It closes, or says by how much it does not. Nothing is mended: a wrong sign stays and is a finding. Columns that are
sums (煤合计, 油品合计, 能源合计) are checked in themselves and never added to the fuels, nor used to check them.
"""

from __future__ import annotations

import polars as pl

from dafeng.account.regional.frames import findings, no_findings
from dafeng.rules.regional import RegionalRules

KEY = ["area_code", "period", "basis", "carrier"]
IDENTITIES = {
    "supply": ("可供量 = 生产 + 调入 + 进口 − 调出 − 出口 ± 库存", "supply = production + in − out ± stock"),
    "transform": ("加工转换合计 = 各项之和", "transformation total = sum of its rows"),
    "residential": ("居民生活 = 城镇 + 乡村", "residential = urban + rural"),
    "final": ("终端消费 = 各部门之和", "final consumption = sum of its sectors"),
    "closing": (
        "可供量 + 加工转换 − 损失 − 终端消费 = 平衡差额",
        "supply + transformation − losses − final = difference",
    ),
}
CLOSURE_SCHEMA: dict[str, pl.DataType] = {
    "area_code": pl.String(),
    "period": pl.String(),
    "basis": pl.String(),
    "carrier": pl.String(),
    "identity": pl.String(),
    "computed": pl.Float64(),
    "stated": pl.Float64(),  # null: the balance does not print it
    "gap": pl.Float64(),  # computed − stated
    "tolerance": pl.Float64(),
    "unit": pl.String(),
    "closes": pl.Boolean(),  # null: cannot be told, a side is missing
    "cells": pl.List(pl.String()),
}
_ROUNDING = 1e-6  # of the largest term: what summing printed figures may cost beside the last digit


def closure(cells: pl.DataFrame, rules: RegionalRules) -> pl.DataFrame:
    """CLOSURE rows: each identity of each fuel, what its parts make, what the balance states, and the gap.

    cells are CELL rows of kind balance, any number of areas and years. A term that is not in the balance is nothing
    booked, as yearbooks leave such cells empty; a side without any term cannot be judged.
    """
    marked = _marked(cells.filter(pl.col("kind") == "balance"), rules)
    parts = [
        _sum(marked, "supply", pl.col("role") == "supply", "supply.total"),
        _sum(marked, "transform", pl.col("role") == "transform", "transform.total"),
        _children(marked, "residential", "final.residential"),
        _sum(marked, "final", pl.col("role") == "final", "final.total"),
        _closing(marked),
    ]
    made = pl.concat(parts)
    judged = pl.when(pl.col("gap").is_not_null()).then(pl.col("gap").abs() <= pl.col("tolerance"))
    return made.with_columns(closes=judged).select(pl.col(n).cast(d) for n, d in CLOSURE_SCHEMA.items())


def _marked(cells: pl.DataFrame, rules: RegionalRules) -> pl.DataFrame:
    """Cells with role, parent (of), and step, the size of the last printed digit."""
    rows = pl.DataFrame(
        [(r.code, r.role, r.of) for r in rules.rows.values()],
        schema={"row": pl.String, "role": pl.String, "of": pl.String},
        orient="row",
    )
    digits = pl.col("value_delivered").cast(pl.String).str.extract(r"\.(\d+)$").str.strip_chars_end("0").str.len_chars()
    exact = cells.with_columns(digits=digits.fill_null(0).cast(pl.Int64))
    scale = pl.when(pl.col("value_delivered") != 0).then(pl.col("value") / pl.col("value_delivered")).abs()
    last = pl.col("digits").max().over("sha256", "sheet")
    stepped = exact.with_columns(step=10.0 ** (-last.cast(pl.Float64)) * scale.fill_null(1.0))
    return stepped.join(rows, on="row", how="left", maintain_order="left")


def _sum(marked: pl.DataFrame, name: str, which: pl.Expr, stated: str) -> pl.DataFrame:
    """Rows of one role that are no part of another, against the stated total."""
    own = marked.filter(which & pl.col("of").is_null())
    return _against(_split_filled(own, marked) if name == "final" else own, marked, name, stated)


def _split_filled(own: pl.DataFrame, marked: pl.DataFrame) -> pl.DataFrame:
    """Final rows, with urban and rural standing in where the balance prints no residential row."""
    have = own.filter(pl.col("row") == "final.residential").select(KEY)
    split = marked.filter(pl.col("row").is_in(["final.urban", "final.rural"])).join(have, on=KEY, how="anti")
    return pl.concat([own, split])


def _children(marked: pl.DataFrame, name: str, parent: str) -> pl.DataFrame:
    return _against(marked.filter(pl.col("of") == parent), marked, name, parent)


def _against(parts: pl.DataFrame, marked: pl.DataFrame, name: str, stated: str) -> pl.DataFrame:
    summed = parts.group_by(KEY, maintain_order=True).agg(
        computed=pl.col("value").sum(),
        largest=pl.col("value").abs().max(),
        step=pl.col("step").sum(),
        unit=pl.col("unit").first(),
        ids=pl.col("cell_id"),
    )
    whole = marked.filter(pl.col("row") == stated).select(
        *KEY, stated="value", own="cell_id", own_step="step", own_unit="unit"
    )
    joined = summed.join(whole, on=KEY, how="full", coalesce=True, maintain_order="left_right")
    return joined.select(
        *KEY,
        identity=pl.lit(name),
        computed="computed",
        stated="stated",
        gap=pl.col("computed") - pl.col("stated"),
        tolerance=0.5 * (pl.col("step") + pl.col("own_step"))
        + _ROUNDING * pl.max_horizontal("largest", pl.col("stated").abs()),
        unit=pl.coalesce("unit", "own_unit"),
        cells=_joined("ids", "own"),
    )


def _joined(many: str, one: str) -> pl.Expr:
    empty = pl.lit([], dtype=pl.List(pl.String))
    single = pl.when(pl.col(one).is_null()).then(empty).otherwise(pl.concat_list(one))
    return pl.coalesce(many, empty).list.concat(single)


def _closing(marked: pl.DataFrame) -> pl.DataFrame:
    """Supply + transformation − losses − final use, against the printed difference (none printed: nought)."""
    terms = {"supply.total": 1.0, "transform.total": 1.0, "loss": -1.0, "final.total": -1.0}
    own = marked.filter(pl.col("row").is_in([*terms, "difference"]))
    signed = own.with_columns(term=pl.col("value") * pl.col("row").replace_strict(terms, default=0.0))
    sides = signed.group_by(KEY, maintain_order=True).agg(
        computed=pl.col("term").sum(),
        stated=pl.col("value").filter(pl.col("row") == "difference").sum(),
        ends=pl.col("row").is_in(["supply.total", "transform.total"]).any() & (pl.col("row") == "final.total").any(),
        largest=pl.col("value").abs().max(),
        step=pl.col("step").sum(),
        unit=pl.col("unit").first(),
        cells=pl.col("cell_id"),
    )
    return sides.select(
        *KEY,
        identity=pl.lit("closing"),
        computed="computed",
        stated="stated",
        gap=pl.when("ends").then(pl.col("computed") - pl.col("stated")),
        tolerance=0.5 * pl.col("step") + _ROUNDING * pl.col("largest"),
        unit="unit",
        cells="cells",
    )


def balance_findings(cells: pl.DataFrame, rules: RegionalRules) -> pl.DataFrame:
    """What a person should look at: open identities, wrong signs, parts larger than their whole."""
    own = cells.filter(pl.col("kind") == "balance")
    if own.is_empty():
        return no_findings()
    return pl.concat([_open(closure(own, rules)), _signs(own, rules), _parts(own, rules), _statistical(own)])


def _open(closed: pl.DataFrame) -> pl.DataFrame:
    found = [no_findings()]
    for name, (zh, en) in IDENTITIES.items():
        rows = closed.filter((pl.col("identity") == name) & ~pl.col("closes")).with_columns(
            row=pl.lit(name), value="computed", other="stated"
        )
        found.append(findings(rows, "open_identity", "error", f"不平衡：{zh}", f"does not close: {en}"))
    return pl.concat(found)


def _signs(cells: pl.DataFrame, rules: RegionalRules) -> pl.DataFrame:
    inputs = [(r.code, c) for r in rules.rows.values() for c in r.negative_inputs]
    known = pl.DataFrame(inputs, schema={"row": pl.String, "carrier": pl.String}, orient="row")
    as_cell = cells.with_columns(cells=pl.concat_list("cell_id"))
    into = as_cell.join(known, on=["row", "carrier"], how="semi").filter(pl.col("value") > 0)
    out_rows = [r.code for r in rules.rows.values() if r.role == "supply" and r.sign < 0]
    out = as_cell.filter(pl.col("row").is_in(out_rows) & (pl.col("value") > 0))
    below = as_cell.filter(pl.col("row").str.contains(r"^(final|loss)") & (pl.col("value") < 0))
    return pl.concat(
        [
            findings(
                into, "sign", "error", "加工转换投入应为负数", "what goes into transformation must stand negative"
            ),
            findings(out, "sign", "error", "调出、出口、年末库存应为负数", "what leaves must stand negative"),
            findings(below, "negative_use", "warning", "消费或损失为负数", "use or loss stands negative"),
        ]
    )


def _parts(cells: pl.DataFrame, rules: RegionalRules) -> pl.DataFrame:
    parents = {r.code: r.of for r in rules.rows.values() if r.of}
    parts = cells.filter(pl.col("row").is_in(list(parents))).with_columns(
        parent=pl.col("row").replace_strict(parents, default=None, return_dtype=pl.String)
    )
    whole = cells.select(*KEY, parent="row", other="value", parent_cell="cell_id")
    joined = parts.join(whole, on=[*KEY, "parent"], how="inner")
    larger = joined.filter(pl.col("value").abs() > pl.col("other").abs() * (1 + _ROUNDING)).with_columns(
        gap=pl.col("value") - pl.col("other"), cells=pl.concat_list("cell_id", "parent_cell")
    )
    return findings(larger, "part_exceeds", "error", "其中项大于合计项", "a part is larger than its whole")


def _statistical(cells: pl.DataFrame) -> pl.DataFrame:
    stated = cells.filter((pl.col("row") == "difference") & (pl.col("value") != 0)).with_columns(
        cells=pl.concat_list("cell_id")
    )
    return findings(stated, "difference", "note", "平衡差额不为零", "the balance prints a statistical difference")


def total_columns(cells: pl.DataFrame, rules: RegionalRules) -> pl.DataFrame:
    """The printed sums of coal and oil beside the sum of the fuels, per row 合计栏与分品种之和.

    For information only: yearbooks convert the sums apart. Columns area_code, period, basis, row, carrier, printed,
    summed, gap.
    """
    classes = {"coal": "total_coal", "oil": "total_petroleum"}
    of = {c.code: classes[c.klass] for c in rules.carriers.values() if c.klass in classes}
    fuels = cells.filter(pl.col("carrier").is_in(list(of)) & (pl.col("basis") == "tce")).with_columns(
        carrier=pl.col("carrier").replace_strict(of)
    )
    key = ["area_code", "period", "basis", "row", "carrier"]
    summed = fuels.group_by(key, maintain_order=True).agg(summed=pl.col("value").sum())
    printed = cells.select(*key, printed="value")
    return summed.join(printed, on=key, how="inner").with_columns(gap=pl.col("printed") - pl.col("summed"))
