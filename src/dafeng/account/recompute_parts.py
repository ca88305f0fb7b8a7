"""What an export proves beside the account 复算的其他部分: energy totals, the energy flow, and regional accounts.

Each part is a table of the export and a function that makes it again from the other tables and the rules that came
along; the two are held against each other row by row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from dafeng.account.energy import energy_totals
from dafeng.account.energy_flow import energy_flow
from dafeng.account.regional.whole import whole_account
from dafeng.rules.energy_control import read_control
from dafeng.rules.energy_uses import read_uses
from dafeng.rules.records import Family
from dafeng.rules.regional import assemble_regional
from dafeng.rules.rulebook import Rulebook

KEY = ["kind", "subject", "measure", "item", "period"]


@dataclass(frozen=True)
class Part:
    """A table of an export that is proved; what it is made from beside facts and rules."""

    name: str
    zh: str
    en: str
    needs: tuple[str, ...] = ()


ACCOUNT = Part("lines", "企业与区域账户", "accounts of works and areas")
ENERGY = Part("energy", "能源三口径合计", "energy totals", ("certified",))
FLOW = Part("flow", "能源流向", "energy flow")
REGIONS = Part("regions", "区域核算", "regional accounts", ("region_cells", "region_proxies", "region_family"))
BESIDE = (ENERGY, FLOW, REGIONS)  # may stand in an export


def in_one_form(part: Part, rows: pl.DataFrame) -> pl.DataFrame:
    """The figures of a part as KEY, value and id: one row each. id stands for rule, factors and inputs of a line."""
    period, nothing = pl.col("period") if "period" in rows.columns else pl.col("year").cast(pl.String), pl.lit("")
    if part is ACCOUNT:
        return rows.select(
            kind="subject_kind", subject="subject_id", measure="measure", item="item", period=period, value="value",
            id="line_id",
        )  # fmt: skip
    if part is REGIONS:
        return rows.select(
            kind=pl.lit("area"), subject="area_code", measure=pl.format("{}.{}", "approach", "part"),
            item=pl.format("{} · {} · {}", "row", "carrier", "line_id"), period=period, value="value", id="line_id",
        )  # fmt: skip
    if part is ENERGY:
        long = rows.unpivot(["calorific", "equivalent"], index=["subject_id", "year", "measure"])
        measure, item = pl.format("energy.{}.{}", "measure", "variable"), nothing
    else:
        long = rows.unpivot(
            ["tce_calorific", "tce_equivalent"], index=["subject_id", "year", "source", "target", "item"]
        )
        measure, item = pl.format("flow.{}", "variable"), pl.format("{} → {} · {}", "source", "target", "item")
    return long.select(
        kind=pl.lit("enterprise"), subject="subject_id", measure=measure, item=item, period=period, value="value",
        id=nothing,
    )  # fmt: skip


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
