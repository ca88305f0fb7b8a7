"""Setting the city's course 标定: value added is scaled so that the energy intensity just misses the plan's target."""

from __future__ import annotations

from datetime import date

import polars as pl

from dafeng.app.demo.city import FIRST_YEAR, LAST_YEAR, Firm
from dafeng.app.demo.flows import Flows
from dafeng.base.errors import RuleError
from dafeng.rules.rulebook import packaged_rulebook

INTENSITY_TARGET = 0.145  # what the plan promises for 2020-2025
INTENSITY_REACHED = 0.131  # what the city comes to: a little less


def tuned(flows: Flows, firms: tuple[Firm, ...]) -> Flows:
    """The flows with value added growing a little more or less each year, the same for all firms."""
    industry = [f.number for f in firms if not f.industry.startswith("64")]
    energy = equivalent_energy(flows.energy.filter(pl.col("firm").is_in(industry)))
    value = flows.years.filter(pl.col("firm").is_in(industry)).group_by("year").agg(pl.col("value_constant").sum())
    worth = dict(value.iter_rows())
    ratio = (energy[LAST_YEAR] / energy[FIRST_YEAR]) / (worth[LAST_YEAR] / worth[FIRST_YEAR])
    step = (ratio / (1 - INTENSITY_REACHED)) ** (1 / (LAST_YEAR - FIRST_YEAR))
    grown = step ** (pl.col("year") - FIRST_YEAR)
    scaled = [(pl.col(c) * grown).round(1) for c in ("value_constant", "value_current", "gross_output")]
    return Flows(flows.energy, flows.output, flows.years.with_columns(scaled))


def equivalent_energy(energy: pl.DataFrame) -> dict[int, float]:
    """Energy of all firms by year, primary equivalent 等价值 [tce]."""
    return _net_energy(energy, equivalent=True)


def calorific_energy(energy: pl.DataFrame) -> dict[int, float]:
    """Energy of all firms by year, calorific 当量值 [tce]."""
    return _net_energy(energy, equivalent=False)


def _net_energy(energy: pl.DataFrame, *, equivalent: bool) -> dict[int, float]:
    net = energy.group_by("item", year=pl.col("period").str.head(4).cast(pl.Int32)).agg(
        net=(pl.col("used") - _own(pl.col("item"), pl.col("made"))).sum()
    )
    rows = [(year, amount * tce(item, year, equivalent=equivalent)) for item, year, amount in net.iter_rows()]
    summed = pl.DataFrame(rows, schema=["year", "tce"], orient="row").group_by("year").agg(pl.col("tce").sum())
    return dict(summed.iter_rows())


def _own(item: pl.Expr, made: pl.Expr) -> pl.Expr:
    """Own output to take off: of secondary energy only."""
    primary = [i.code for i in packaged_rulebook().items.values() if i.origin == "primary"]
    return pl.when(item.is_in(primary)).then(0.0).otherwise(made)


def tce(item: str, year: int, *, equivalent: bool = False) -> float:
    """Standard coal per unit of an item in a year, from the packaged rulebook."""
    family = "equivalent" if equivalent and item == "electricity" else "gbt2589"
    value = packaged_rulebook().parameter(f"{family}.{item}.tce").on(date(year, 6, 30)).value
    if value is None:
        raise RuleError(f"no standard-coal coefficient of {item} in {year}", where="rules/data/parameters/energy")
    return float(value)
