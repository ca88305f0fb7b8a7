"""What an export proves beside the account 复算的其他部分: energy totals, the energy flow, and regional accounts.

Each part is a table of the export and a function that makes it again from the other tables and the rules that came
along; the two are held against each other row by row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from dafeng.account.energy.flow import energy_flow
from dafeng.account.energy.totals import energy_totals
from dafeng.account.regional.whole import whole_account
from dafeng.rules.energy_control import read_control
from dafeng.rules.energy_uses import read_uses
from dafeng.rules.records import Family
from dafeng.rules.regional import assemble_regional
from dafeng.rules.rulebook import Rulebook

KEY = ["kind", "subject", "measure", "item", "period"]


@dataclass(frozen=True)
class Part:
    """A table of an export that is proved; what it is made from beside facts and rules.

    words: columns that must be the same to the letter; numbers: columns that must agree as the figures do.
    """

    name: str
    zh: str
    en: str
    needs: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


ACCOUNT = Part(
    "lines", "企业与区域账户", "accounts of works and areas",
    words=("unit", "rule", "factors", "inputs", "status", "note", "expected", "present"),
    numbers=("partial", "coverage"),
)  # fmt: skip
ENERGY = Part("energy", "能源三口径合计", "energy totals", ("certified",), words=("status", "note"))
FLOW = Part("flow", "能源流向", "energy flow", words=("rank", "derived"), numbers=("amount",))
REGIONS = Part(
    "regions", "区域核算", "regional accounts", ("region_cells", "region_proxies", "region_family"),
    words=("activity_unit", "unit", "in_total", "rule", "factors", "inputs", "status", "share_key", "estimated",
           "note", "note_en"),
    numbers=("activity", "uncertainty", "activity_uncertainty", "factor_uncertainty", "share_uncertainty"),
)  # fmt: skip
BESIDE = (ENERGY, FLOW, REGIONS)  # may stand in an export


def in_one_form(part: Part, rows: pl.DataFrame) -> pl.DataFrame:
    """The figures of a part as KEY, value, said (its id and words as one text) and its numbers: one row each."""
    period = pl.col("period") if "period" in rows.columns else pl.col("year").cast(pl.String)
    rows = rows.with_columns(said=_said(part, rows))
    beside = ("value", "said", *part.numbers)
    if part is ACCOUNT:
        return rows.select("measure", "item", *beside, kind="subject_kind", subject="subject_id", period=period)
    if part is REGIONS:
        return rows.select(
            *beside, kind=pl.lit("area"), subject="area_code", measure=pl.format("{}.{}", "approach", "part"),
            item=pl.format("{} · {} · {}", "row", "carrier", "line_id"), period=period,
        )  # fmt: skip
    kept = ["subject_id", "year", "said", *part.numbers]
    if part is ENERGY:
        long = rows.unpivot(["calorific", "equivalent"], index=[*kept, "measure"])
        measure, item = pl.format("energy.{}.{}", "measure", "variable"), pl.lit("")
    else:
        long = rows.unpivot(["tce_calorific", "tce_equivalent"], index=[*kept, "source", "target", "item"])
        measure, item = pl.format("flow.{}", "variable"), pl.format("{} → {} · {}", "source", "target", "item")
    return long.select(
        *beside, kind=pl.lit("enterprise"), subject="subject_id", measure=measure, item=item, period=period
    )


def _said(part: Part, rows: pl.DataFrame) -> pl.Expr:
    """The id and the words of each row as one text; a word that is missing differs from an empty one."""
    names = [n for n in ("line_id", *part.words) if n in rows.columns]
    texts = [
        pl.col(n).list.join("\x1e", ignore_nulls=False)
        if isinstance(rows.schema[n], pl.List)
        else pl.col(n).cast(pl.String)
        for n in names
    ]
    return pl.concat_str([t.fill_null("\x00") for t in texts], separator="\x1f")


def made_again(
    part: Part, tables: Mapping[str, pl.DataFrame], lines: pl.DataFrame, documents: Mapping[str, Any],
    rulebook: Rulebook, family: Family, method: str | None,
) -> pl.DataFrame:  # fmt: skip
    """The table of a part, computed from what it is made from; lines: the account as recomputed."""
    if part is ENERGY:
        control = read_control(documents["energy_control"])
        made = energy_totals(lines, tables["facts"], rulebook, family, certified=tables["certified"], control=control)
        return made.rows
    if part is FLOW:
        return energy_flow(tables["facts"], rulebook, family, uses=read_uses(documents["energy_uses"])).links
    rules = assemble_regional(documents["regional"])
    cells, proxies, areas = (tables[name] for name in part.needs)
    return whole_account(cells, proxies, areas, rulebook, rules, method or "").lines
