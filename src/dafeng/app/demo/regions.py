"""The regional account of the demonstration 演示区域核算: its balances are taken in and accounted, once."""

from __future__ import annotations

import polars as pl

from dafeng.app.demo.balances import balance_workbook, inventory_csv, process_csv
from dafeng.app.demo.city import CITY
from dafeng.app.permission import use_case
from dafeng.app.regions.accounts import account_regions, take_in_region
from dafeng.app.regions.cells import every_cell
from dafeng.app.registries import registry_of
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.collect.facts import current
from dafeng.collect.regional_cells import Given

_MEASURES = ("energy_used", "energy_produced", "energy_feedstock")
_PRODUCTS = {"clinker": "水泥熟料", "lime": "石灰", "calcium_carbide": "电石", "electrolytic_aluminium": "电解铝"}


@use_case("region.account", writes=False)  # every import and the account leave their own lines
def regions_first(services: Services, caller: Caller) -> int:
    """Take the demonstration's balances in and account them; how many tables. None in a programme in earnest, or where
    any table came in already."""
    if not services.settings.demonstration or services.settings.area != CITY or not every_cell(services).is_empty():
        return 0
    facts = _yearly(services)
    tables = (
        ("示范市能源平衡表(演示).xlsx", balance_workbook(facts.filter(pl.col("measure").is_in(_MEASURES)))),
        ("示范市各县区排放清单(演示).csv", inventory_csv()),
        ("示范市工业过程产量(演示).csv", process_csv(_products(facts))),
    )
    for name, data in tables:
        take_in_region(services, caller, data, name, Given(area=CITY if name.endswith("xlsx") else None))
    account_regions(services, caller)
    return len(tables)


def _yearly(services: Services) -> pl.DataFrame:
    """year, measure, item, power (a power or heat works), value: sums of what the firms delivered."""
    industries = registry_of(services).enterprises.sort("since").unique("enterprise_id", keep="last")
    power = industries.filter(pl.col("industry_code").str.starts_with("44"))["enterprise_id"].to_list()
    rows = current(services.columns.facts()).filter(
        (pl.col("subject_kind") == "enterprise") & pl.col("measure").is_in([*_MEASURES, "product_output"])
    )
    monthly = rows.with_columns(
        year=pl.col("period").str.head(4).cast(pl.Int32),
        power=pl.col("subject_id").is_in(power),
        of_month=pl.col("period").str.len_chars() > 4,
    )
    told = monthly.with_columns(months=pl.col("of_month").any().over("subject_id", "measure", "item", "year"))
    once = told.filter(pl.col("of_month") == pl.col("months"))
    return once.group_by("year", "measure", "item", "power").agg(pl.col("value").sum()).sort("year", "measure", "item")


def _products(facts: pl.DataFrame) -> pl.DataFrame:
    made = facts.filter((pl.col("measure") == "product_output") & pl.col("item").is_in(list(_PRODUCTS)))
    named = made.with_columns(process=pl.col("item").replace_strict(_PRODUCTS))
    return named.group_by("year", "process").agg(pl.col("value").sum()).sort("year", "process")
