"""Other figures of the firms 企业其他指标: process CO2, water, bulk waste, power-plant coal, green power, PV, lists."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from dafeng.app.demo.city import FIRST_YEAR, Firm
from dafeng.app.demo.flows import PERIODS, YEARS, Flows
from dafeng.app.demo.tuning import tce

Row = tuple[int, str, str, str | None, float, str]
SCHEMA = {
    "firm": pl.Int64,
    "period": pl.String,
    "measure": pl.String,
    "item": pl.String,
    "value": pl.Float64,
    "unit": pl.String,
}
_REUSE_GAIN = 0.0040  # how much closer to full reuse each year
_WASTE_GAIN = 0.008
_HEAT_COAL = 0.0405  # tce per GJ of heat supplied: SE 供热煤耗 40-42 kgce/GJ (GB 21258-2024)
_GREEN_POWER = {"aluminium": (0.12, 0.028), "pv": (0.05, 0.05), "battery": (0.04, 0.05), "data": (0.06, 0.045)}
GREEN_BRANCHES = frozenset(_GREEN_POWER)


# firms on each list at the end of each year; a firm stands on the green-factory list of one level only
_FACTORIES = {
    "国家级绿色工厂": (4, 6, 8, 10, 13, 15),
    "省级绿色工厂": (3, 5, 8, 11, 13, 15),
    "市级绿色工厂": (4, 6, 10, 13, 15, 17),
}
_CHAINS = {"绿色供应链管理企业": (1, 1, 2, 3, 4, 4)}
_LEADERS = {"能效“领跑者”企业": (1, 2, 4, 6, 7, 9)}
_ZERO = {"零碳工厂": (0, 0, 0, 1, 1, 3)}


def measure_table(flows: Flows, firms: tuple[Firm, ...], rng: np.random.Generator) -> pl.DataFrame:
    """企业其他指标 in long form: firm, period, measure (glossary name), item (product or title), value, unit.

    Rates improve with the years.
    """
    yearly = {(firm, year): output for firm, year, output in flows.years.select("firm", "year", "output").iter_rows()}
    power = _used_power(flows)
    rows: list[Row] = []
    for firm in firms:
        rows += _process(firm, flows)
        rows += _pv(firm, rng)
        for year in YEARS:
            made = yearly[firm.number, year]
            if made > 0:
                rows += _water(firm, year, made)
                rows += _waste(firm, year, made)
                rows += _green(firm, year, power)
    rows += _supply_coal(flows, firms)
    rows += _recognitions(firms)
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _process(firm: Firm, flows: Flows) -> Iterator[Row]:
    if firm.branch.process:
        made = flows.output.filter(pl.col("firm") == firm.number)["output"]
        for period, output in zip(PERIODS, made, strict=True):
            if output > 0:
                yield (
                    firm.number,
                    period,
                    "process_emissions_t_co2",
                    None,
                    round(output * firm.branch.process, 1),
                    "吨二氧化碳",
                )


def _water(firm: Firm, year: int, made: float) -> Iterator[Row]:
    branch = firm.branch
    if branch.water and branch.reuse:
        rate = min(0.985, branch.reuse + _REUSE_GAIN * (year - FIRST_YEAR))
        fresh = made * branch.water * 0.985 ** (year - FIRST_YEAR)
        yield firm.number, str(year), "water_used_m3", None, round(fresh, 0), "立方米"
        yield firm.number, str(year), "water_reused_m3", None, round(fresh * rate / (1 - rate), 0), "立方米"


def _waste(firm: Firm, year: int, made: float) -> Iterator[Row]:
    branch = firm.branch
    if branch.waste:
        made_waste = made * branch.waste
        used = made_waste * min(0.97, branch.waste_used + _WASTE_GAIN * (year - FIRST_YEAR))
        yield firm.number, str(year), "bulk_solid_waste_generated_t", None, round(made_waste, 0), "吨"
        yield firm.number, str(year), "bulk_solid_waste_used_t", None, round(used, 0), "吨"


def _green(firm: Firm, year: int, power: dict[tuple[int, int], float]) -> Iterator[Row]:
    """Green power of the whole works; of a works with a product under that, beside all power used for it."""
    if firm.branch.key in _GREEN_POWER:
        start, gain = _GREEN_POWER[firm.branch.key]
        used, product = power[firm.number, year], firm.branch.product
        share = start + gain * (year - FIRST_YEAR)
        if product:
            yield firm.number, str(year), "electricity_used_mwh", product, round(used, 1), "兆瓦时"
        yield firm.number, str(year), "renewable_electricity_used_mwh", product, round(used * share, 1), "兆瓦时"


def _recognitions(firms: tuple[Firm, ...]) -> Iterator[Row]:
    """Entries on the lists 名单认定, each once, in the year it was made; on one green-factory list at most.

    The leanest firms come first.
    """
    lean = sorted((f for f in firms if f.closed is None), key=lambda f: (f.efficiency, f.number))
    for titles, candidates in ((_FACTORIES, lean), (_CHAINS, lean[1::7]), (_LEADERS, lean[::3]), (_ZERO, lean[2::9])):
        waiting = iter(candidates)
        for n, year in enumerate(YEARS):
            for title, standing in titles.items():
                for _ in range(standing[n] - (standing[n - 1] if n else 0)):
                    yield next(waiting).number, str(year), "recognition", title, 1.0, "个"


def _pv(firm: Firm, rng: np.random.Generator) -> Iterator[Row]:
    """Roof PV: a third of the firms, built in some year, larger on larger roofs."""
    start, size = int(rng.integers(YEARS[0], YEARS[-1] + 3)), float(rng.uniform(1500, 9500))
    roomy = firm.branch.key in ("vehicle", "steel", "rolling", "aluminium", "pv", "battery", "auto_parts", "casting")
    if rng.random() < 0.34:
        for year in YEARS:
            if year >= start:
                yield firm.number, str(year), "pv_capacity_kw", None, round(size * (1.8 if roomy else 1.0), 0), "千瓦"


def _used_power(flows: Flows) -> dict[tuple[int, int], float]:
    power = flows.energy.filter(pl.col("item") == "electricity")
    summed = power.group_by("firm", year=pl.col("period").str.head(4).cast(pl.Int64)).agg(pl.col("used").sum())
    return {(firm, year): used for firm, year, used in summed.iter_rows()}


def _supply_coal(flows: Flows, firms: tuple[Firm, ...]) -> Iterator[Row]:
    """Standard coal for power supplied, and the power, of the thermal plants; heat's share of coal taken off."""
    plants = [f.number for f in firms if f.branch.key in ("power", "chp")]
    year = pl.col("period").str.head(4).alias("year")
    rows = flows.energy.filter(pl.col("firm").is_in(plants)).group_by("firm", year).agg(
        coal=pl.col("used").filter(pl.col("item") == "bituminous").sum(),
        heat=pl.col("sold").filter(pl.col("item") == "heat").sum(),
        supplied=(pl.col("made") - pl.col("used")).filter(pl.col("item") == "electricity").sum(),
    ).sort("firm", "year")  # fmt: skip
    for firm, when, coal, heat, supplied in rows.iter_rows():
        fuel = coal * tce("bituminous", int(when)) - heat * _HEAT_COAL
        yield firm, when, "power_supply_coal_tce", None, round(fuel, 1), "吨标准煤"
        yield firm, when, "power_supplied_mwh", None, round(supplied, 1), "兆瓦时"
