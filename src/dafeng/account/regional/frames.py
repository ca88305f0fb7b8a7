"""Frames of regional accounts 区域核算的表: result lines and findings, and how a line gets its id.

A line is one figure of one row (sector or process) and carrier under one method and approach; it keeps activity,
factors, inputs (cells or lines), status and uncertainty, so that each tonne can explain itself.
"""

from __future__ import annotations

import polars as pl

from dafeng.base.provenance import STATUSES
from dafeng.collect.facts import content_ids

LINE_SCHEMA: dict[str, pl.DataType] = {
    "line_id": pl.String(),
    "area_code": pl.String(),
    "period": pl.String(),
    "method": pl.String(),
    "approach": pl.String(),  # sectoral | reference | short_form | bottom_up | downscaled
    "part": pl.String(),  # combustion | transformation | process | import | feedstock
    "row": pl.String(),
    "carrier": pl.String(),
    "activity": pl.Float64(),
    "activity_unit": pl.String(),
    "value": pl.Float64(),  # null where an input is missing: never zero
    "unit": pl.String(),
    "in_total": pl.Boolean(),  # a memo stands beside the total
    "rule": pl.String(),
    "factors": pl.String(),  # JSON list
    "inputs": pl.List(pl.String()),
    "status": pl.String(),
    "uncertainty": pl.Float64(),  # half width of the 95 % interval, share of the value; null where nothing is known
    "activity_uncertainty": pl.Float64(),
    "factor_uncertainty": pl.Float64(),
    "share_uncertainty": pl.Float64(),  # of a downscaled line: common to all lines with the same share_key
    "share_key": pl.String(),
    "estimated": pl.Boolean(),
    "note": pl.String(),
    "note_en": pl.String(),
}
FINDING_SCHEMA: dict[str, pl.DataType] = {
    "kind": pl.String(),
    "severity": pl.String(),  # error | warning | note
    "area_code": pl.String(),
    "period": pl.String(),
    "row": pl.String(),
    "carrier": pl.String(),
    "value": pl.Float64(),
    "other": pl.Float64(),
    "gap": pl.Float64(),
    "unit": pl.String(),
    "note": pl.String(),
    "note_en": pl.String(),
    "cells": pl.List(pl.String()),
}
SUBJECT = ["area_code", "period"]
PARTS = {
    "combustion": ("能源燃烧", "fuel combustion"),
    "transformation": ("其他加工转换碳损失", "carbon lost in other transformation"),
    "process": ("工业生产过程", "industrial processes"),
    "import": ("净调入电力(单列)", "net imported power (beside the total)"),
    "feedstock": ("用作原料、材料(备忘)", "non-energy use (memo)"),
}
APPROACHES = {
    "sectoral": ("部门法(终端消费、发电和供热)", "sectoral approach"),
    "reference": ("参考法(可供消费量)", "reference approach"),
    "short_form": ("简化法", "short form"),
    "bottom_up": ("企业汇总", "sum of the firms"),
    "downscaled": ("按代理指标分解(估算)", "downscaled by proxies (estimate)"),
}
_LEAST_BITS = 10  # significant digits of an id's value: the order of a sum does not change it


def finished(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines in the form of LINE_SCHEMA with their ids; what a maker did not give is null (in_total true)."""
    usual = {"unit": "tCO2", "in_total": True, "estimated": False, "factors": "[]"}
    lacking = [
        pl.lit(usual.get(name), dtype=dtype).alias(name)
        for name, dtype in LINE_SCHEMA.items()
        if name not in lines.columns
    ]
    whole = lines.with_columns(lacking).with_columns(
        shown=pl.col("value").round_sig_figs(_LEAST_BITS), of=pl.col("inputs").list.sort().list.join("|")
    )
    key = ("area_code", "period", "method", "approach", "part", "row", "carrier", "shown", "rule", "factors", "of")
    ids = content_ids("RL", whole, (*key, "status"))
    named = whole.with_columns(ids.alias("line_id"))
    return named.select(pl.col(name).cast(dtype) for name, dtype in LINE_SCHEMA.items())


def no_lines() -> pl.DataFrame:
    return pl.DataFrame(schema=LINE_SCHEMA)


def no_findings() -> pl.DataFrame:
    return pl.DataFrame(schema=FINDING_SCHEMA)


def findings(rows: pl.DataFrame, kind: str, severity: str, zh: str, en: str) -> pl.DataFrame:
    """Findings of one kind from rows that have some of FINDING_SCHEMA; zh and en say what it is."""
    said = {"kind": kind, "severity": severity, "note": zh, "note_en": en}
    made = rows.with_columns(pl.lit(text).alias(name) for name, text in said.items())
    lacking = [pl.lit(None, dtype=d).alias(n) for n, d in FINDING_SCHEMA.items() if n not in made.columns]
    return made.with_columns(lacking).select(pl.col(n).cast(d) for n, d in FINDING_SCHEMA.items())


def rank(column: str = "status") -> pl.Expr:
    """A status as a number; a missing status is the worst that is not synthetic."""
    return pl.col(column).replace_strict({s: i for i, s in enumerate(STATUSES)}, default=5, return_dtype=pl.UInt8)


def status(column: str = "rank") -> pl.Expr:
    return pl.col(column).replace_strict(dict(enumerate(STATUSES)), return_dtype=pl.String).alias("status")
