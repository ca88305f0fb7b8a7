"""Roll-ups 汇总到区域和行业: enterprise lines summed up the area tree, the industry tree and both crossed.

Each enterprise is counted once in each node above it, by where it stood in the period. A node is whole only when every
enterprise that should report has; otherwise its value is null and ``partial`` holds what is there.
"""

from __future__ import annotations

import polars as pl

from dafeng.account.findings import finding
from dafeng.account.lines import SUM_MEMBERS, status_of, with_ids
from dafeng.account.subjects import Subjects, ancestors, placed

_WHAT = ["measure", "item", "period"]
STRAYS = ("not_registered", "no_area", "no_industry")  # kinds of findings of a roll-up


def roll_up(lines: pl.DataFrame, subjects: Subjects) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Lines of areas, industries and area × industry (2-digit) from working enterprise lines; and findings.

    ``lines`` carry rank beside LINE_SCHEMA. coverage is the mean over the members that should report of the share of
    their months that is there; expected and present count the members, so that a face can say 298/300 家.
    """
    where = placed(subjects.enterprises, lines["period"])
    what = lines.select(*_WHAT, "unit").unique(maintain_order=True).with_row_index("what")
    leaves = _leaves(lines.join(what, on=[*_WHAT, "unit"], how="left", maintain_order="left"), where)
    silent = _silent(lines, where)
    made = [_summed(leaves, silent, what, kind, nodes, tree) for kind, nodes, tree in _trees(subjects, where)]
    return with_ids(pl.concat(made)), _findings(lines, where, subjects)


def strays(lines: pl.DataFrame, subjects: Subjects) -> pl.DataFrame:
    """The findings of a roll-up alone: enterprises whose lines reach no node."""
    return _findings(lines, placed(subjects.enterprises, lines["period"]), subjects)


def _leaves(lines: pl.DataFrame, where: pl.DataFrame) -> pl.DataFrame:
    """Sums by (area, industry) in which enterprises stand, before any tree is climbed: each line counted once."""
    joined = lines.join(where, on=["subject_id", "period"], how="inner", maintain_order="left")
    return joined.group_by(["area_code", "industry_code", "what"], maintain_order=True).agg(
        pl.coalesce("value", "partial").sum().alias("there"),
        pl.coalesce("value", "partial").count().alias("some"),
        pl.len().cast(pl.Int32).alias("expected"),
        pl.col("value").count().cast(pl.Int32).alias("present"),
        pl.col("coverage").sum().alias("covered"),
        pl.col("rank").max(),
        pl.col("line_key").bitwise_xor().alias("inputs_key"),
    )


def _silent(lines: pl.DataFrame, where: pl.DataFrame) -> pl.DataFrame:
    """Enterprises that should have reported in a period and did not, by (area, industry): what they use is unknown."""
    heard = lines.select("subject_id", "period").unique()
    return (
        where.filter("due")
        .join(heard, on=["subject_id", "period"], how="anti")
        .group_by("area_code", "industry_code", "period")
        .agg(pl.len().cast(pl.Int32).alias("silent"))
    )


def _trees(subjects: Subjects, where: pl.DataFrame) -> list[tuple[str, list[str], pl.DataFrame]]:
    """For each kind of roll-up: its name, the columns of a leaf, and the table leaf → node, for leaves that occur."""
    stood = where.select("area_code", "industry_code").unique()
    areas = ancestors(subjects.areas, "area_code").rename({"node": "area_code"})
    industries = ancestors(subjects.industries, "industry_code").rename({"node": "industry_code"})
    divisions = industries.filter(pl.col("above").str.contains(r"^\d{2}$")).rename({"above": "division"})
    crossed = stood.join(areas, on="area_code").join(divisions, on="industry_code")
    return [
        ("area", ["area_code"], areas.rename({"above": "subject_id"})),
        ("industry", ["industry_code"], industries.rename({"above": "subject_id"})),
        (
            "area_industry",
            ["area_code", "industry_code"],
            crossed.select("area_code", "industry_code", pl.format("{}|{}", "above", "division").alias("subject_id")),
        ),
    ]


def _summed(
    leaves: pl.DataFrame, silent: pl.DataFrame, what: pl.DataFrame, kind: str, on: list[str], tree: pl.DataFrame
) -> pl.DataFrame:
    """The nodes of one tree; ``what`` numbers the (measure, item, period) that leaves refer to."""
    up = leaves.join(tree, on=on, how="inner", maintain_order="left")
    nodes = up.group_by(["subject_id", "what"], maintain_order=True).agg(
        pl.col("there", "some", "expected", "present", "covered").sum(),
        pl.col("rank").max(),
        pl.col("inputs_key").bitwise_xor(),
    )
    unheard = silent.join(tree, on=on, how="inner").group_by("subject_id", "period").agg(pl.col("silent").sum())
    named = nodes.join(what, on="what", how="left", maintain_order="left")
    joined = named.join(unheard, on=["subject_id", "period"], how="left", maintain_order="left").with_columns(
        pl.lit(kind).alias("subject_kind"),
        (pl.col("expected") + pl.col("silent").fill_null(0)).cast(pl.Int32).alias("expected"),
    )
    return _node_lines(joined)


def _node_lines(nodes: pl.DataFrame) -> pl.DataFrame:
    whole = pl.col("present") == pl.col("expected")
    said = pl.format("部分（{}/{}家）", "present", "expected")
    return nodes.select(
        "subject_kind",
        "subject_id",
        *_WHAT,
        pl.when(whole).then("there").alias("value"),
        "unit",
        pl.lit(SUM_MEMBERS).alias("rule"),
        pl.lit("[]").alias("factors"),
        pl.lit([], dtype=pl.List(pl.String)).alias("inputs"),
        "inputs_key",
        "rank",
        (pl.col("covered") / pl.col("expected")).alias("coverage"),
        pl.when(~whole).then(said).alias("note"),
        pl.when(~whole & (pl.col("some") > 0)).then("there").alias("partial"),
        "expected",
        pl.col("present").cast(pl.Int32),
        status_of(),
    )


def _findings(lines: pl.DataFrame, where: pl.DataFrame, subjects: Subjects) -> pl.DataFrame:
    """Enterprises whose lines reach no roll-up: not registered in the period, or under a code outside the trees."""
    heard = lines.select("subject_id", "period").unique().sort("subject_id", "period")
    named = heard.join(where, on=["subject_id", "period"], how="left", maintain_order="left").with_columns(
        pl.lit("").alias("measure"), pl.lit("").alias("item"), pl.lit(None, dtype=pl.Float64).alias("value")
    )
    known = pl.col("due").is_not_null()
    stray_area = known & ~pl.col("area_code").is_in(subjects.areas["area_code"].to_list()).fill_null(False)
    stray_industry = known & ~pl.col("industry_code").is_in(subjects.industries["industry_code"].to_list()).fill_null(
        False
    )
    return pl.concat(
        [
            finding(named.filter(pl.col("due").is_null()), STRAYS[0], "该时期无名录登记，未计入区域和行业汇总"),
            finding(named.filter(stray_area), STRAYS[1], "区域代码缺失或不在区域表中，未计入区域汇总"),
            finding(named.filter(stray_industry), STRAYS[2], "行业代码缺失或不在行业表中，未计入行业汇总"),
        ]
    )
