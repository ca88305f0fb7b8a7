"""The account against one hand-written query that multiplies the same columns, at demonstration size and tenfold.

The query is what a person would write who trusts every cell: amounts times factors, summed by firm, item and month, by
year, county and industry. It knows nothing of missing months, status, coverage or provenance.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import msgspec
import polars as pl

from benchmarks.measuring import Measure, alternating
from dafeng.account.inventory import inventory
from dafeng.account.physics import T_CO2_PER_T_C
from dafeng.app.registries import Registry, registry_of
from dafeng.collect.facts import current
from dafeng.rules.rulebook import packaged_rulebook
from dafeng.wiring import programme

TENFOLD = 10
REPEATS = {1: 5, TENFOLD: 2}
_PARAMETERS = ("ncv", "carbon_content", "oxidation_rate")


@dataclass(frozen=True)
class Size:
    """Facts and registry of one size, and the factors that the account itself used."""

    facts: pl.DataFrame
    registry: Registry
    family: str
    factors: pl.DataFrame
    electricity: float


def measured(folder: Path) -> list[Measure]:
    """Both sizes, from the programme that the demo has built in ``folder``."""
    one = _demo_size(folder)
    found = []
    for times, repeats in REPEATS.items():
        size = _times(one, times)
        query, account = f"hand-written query, {size.facts.height:,} facts", f"account, {size.facts.height:,} facts"
        made = alternating({query: partial(by_hand, size), account: partial(_account, size)}, repeats)
        lines = _account(size).height
        rate = {"lines": lines, "facts_per_s": round(size.facts.height / made[account].median)}
        found += [made[query], replace(made[account], more=rate)]
    return found


def _demo_size(folder: Path) -> Size:
    with programme(folder) as services:
        facts = current(services.columns.facts())
        registry, family = registry_of(services), services.settings.family
    size = Size(facts, registry, family, pl.DataFrame(), 0.0)
    lines = _account(size)
    return replace(size, factors=_factors(lines), electricity=_electricity(lines))


def _account(size: Size) -> pl.DataFrame:
    return inventory(size.facts, packaged_rulebook(), family=size.family, registry=size.registry).lines


def _used(lines: pl.DataFrame, measure: str) -> dict[str, dict[str, float]]:
    """item → last part of the parameter's id → value, as the lines name them."""
    own = lines.filter((pl.col("measure") == measure) & (pl.col("subject_kind") == "enterprise"))
    rows = own.filter(pl.col("factors").is_not_null()).sort("period").group_by("item").last()
    found: dict[str, dict[str, float]] = {}
    for item, text in rows.select("item", "factors").iter_rows():
        parts = msgspec.json.decode(text)
        found[item] = {str(f["id"]).rsplit(".", 1)[-1]: float(f["value"]) for f in parts}
    return found


def _factors(lines: pl.DataFrame) -> pl.DataFrame:
    """item, ncv, carbon_content, oxidation_rate of the fuels."""
    used = _used(lines, "co2_combustion_t")
    rows = [(item, *(f[p] for p in _PARAMETERS)) for item, f in used.items() if set(_PARAMETERS) <= f.keys()]
    if not rows:
        raise RuntimeError("the account names no fuel factors: the query would have nothing to multiply")
    return pl.DataFrame(rows, schema=["item", *_PARAMETERS], orient="row")


def _electricity(lines: pl.DataFrame) -> float:
    return next(iter(_used(lines, "co2_electricity_t")["electricity"].values()))


def _times(size: Size, times: int) -> Size:
    """The same programme with every firm ``times`` over, under ids of its own."""
    if times == 1:
        return size

    def copied(frame: pl.DataFrame, *ids: str) -> pl.DataFrame:
        parts = [
            frame.with_columns(pl.format("{}x{}", name, pl.lit(n)).alias(name) for name in ids) for n in range(times)
        ]
        return pl.concat(parts)

    of_firms = size.facts.filter(pl.col("subject_kind") == "enterprise")
    rest = size.facts.filter(pl.col("subject_kind") != "enterprise")
    facts = pl.concat([copied(of_firms, "subject_id", "fact_id"), rest])
    registry = replace(size.registry, enterprises=copied(size.registry.enterprises, "enterprise_id"))
    return replace(size, facts=facts, registry=registry)


def by_hand(size: Size) -> pl.DataFrame:
    """CO2 of fuel and power by firm, item and month, and its sums by year, city and industry: one lazy query."""
    place = size.registry.enterprises.lazy().sort("since").unique("enterprise_id", keep="last")
    rows = (
        size.facts.lazy()
        .filter(pl.col("measure").is_in(["energy_used", "energy_bought"]) & (pl.col("subject_kind") == "enterprise"))
        .join(size.factors.lazy(), on="item", how="left")
        .with_columns(
            fuel=pl.when(pl.col("measure") == "energy_used").then(
                pl.col("value") * pl.col("ncv") * pl.col("carbon_content") * pl.col("oxidation_rate") * T_CO2_PER_T_C
            ),
            power=pl.when((pl.col("measure") == "energy_bought") & (pl.col("item") == "electricity")).then(
                pl.col("value") * size.electricity
            ),
        )
        .with_columns(co2=pl.sum_horizontal("fuel", "power"), year=pl.col("period").str.head(4))
        .join(place, left_on="subject_id", right_on="enterprise_id", how="left")
    )
    sums = [
        rows.group_by("subject_id", "item", "period").agg(pl.col("co2").sum()),
        rows.group_by("subject_id", "item", "year").agg(pl.col("co2").sum()),
        rows.group_by("subject_id", "year").agg(pl.col("co2").sum()),
        rows.group_by("area_code", "year").agg(pl.col("co2").sum()),
        rows.group_by("area_code", "industry_code", "year").agg(pl.col("co2").sum()),
        rows.group_by("year").agg(pl.col("co2").sum()),
    ]
    return pl.concat(pl.collect_all(sums), how="diagonal")
