"""The demonstration's processes by county: where the works stand, nothing where none does, and the truth inside."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from dafeng.account.regional.downscale import shares
from dafeng.account.regional.makers import climbed, maker_proxies
from dafeng.account.regional.works import count_measures, sum_measures, works_rows
from dafeng.app.demo import SEED
from dafeng.app.demo.city import CITY, COUNTIES, county_code, firms
from dafeng.registry.industries import product_list
from dafeng.rules.regional import regional_rules

RULES, YEAR = regional_rules(), "2024"
AREAS = [county_code(n + 1) for n in range(len(COUNTIES))]
JIAOHE = next(code for code, (name, _) in zip(AREAS, COUNTIES, strict=True) if name == "焦河县")
CITYS = ("clinker", "lime", "carbide", "aluminium")  # what the city's table of amounts holds


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    """MAKER rows of the demonstration's firms, each with the output of its size."""
    people = firms(np.random.default_rng(SEED))
    named = dict(product_list().table.select("zh", "code").iter_rows())
    known = [(f.id, f.area, f.industry, "operating", True, None, date(2020, 1, 1), None) for f in people]
    names = {"enterprise_id": pl.String, "area_code": pl.String, "industry_code": pl.String, "status": pl.String,
             "above_scale": pl.Boolean, "key_user": pl.Boolean, "since": pl.Date, "until": pl.Date}  # fmt: skip
    made = [(f.id, "product_output", named[f.branch.product], YEAR, f.size, "synthetic")
            for f in people if f.branch.product in named]  # fmt: skip
    facts = pl.DataFrame(made, schema=["subject_id", "measure", "item", "period", "value", "status"], orient="row")
    blank = {"subject_id": pl.String, "period": pl.String, "value": pl.Float64, "status": pl.String}
    register = pl.DataFrame(known, schema=names, orient="row")
    of_firms = works_rows(facts, pl.DataFrame(schema=blank), register, [YEAR], RULES)
    return climbed(of_firms, {a: [a, CITY] for a in AREAS})


def shared(rows: pl.DataFrame, *, all_open: bool) -> pl.DataFrame:
    key = ["area_code", "period", "kind"]
    hidden = rows.select(key).unique()
    made = maker_proxies(rows, hidden.clear() if all_open else hidden, count_measures(RULES), sum_measures(RULES))
    return shares(made, dict.fromkeys(AREAS, CITY), RULES)


@pytest.mark.parametrize("all_open", [True, False])
def test_jiaohe_has_no_kiln_no_smelter_and_no_carbide_furnace(rows, all_open):
    found = shared(rows, all_open=all_open)
    for works in CITYS:
        of = found.filter(group=f"process.{works}")
        assert of["share"].sum() == pytest.approx(1, rel=1e-12)
        jiaohe = of.filter(area_code=JIAOHE).row(0, named=True)
        assert (jiaohe["share"], jiaohe["denominator"]) == (0, "none")
    smelters = found.filter(group="process.aluminium").filter(pl.col("share") > 0)
    assert smelters.height < len(AREAS) / 2  # recycled aluminium has the same code, and is no smelter


def test_the_share_by_output_lies_in_the_interval_of_the_share_by_number(rows):
    truth, blind = shared(rows, all_open=True), shared(rows, all_open=False)
    known = truth.filter(pl.col("measure").str.starts_with("firms_made"))
    both = known.join(blind, on=["area_code", "period", "group"], suffix="_blind")
    assert {f"process.{w}" for w in CITYS} < set(both["group"])
    assert both["measure_blind"].str.starts_with("works_").all()
    off = (both["share"] - both["share_blind"]).abs() - both["share_blind"] * both["share_uncertainty_blind"]
    assert (off <= 1e-9).all()
