"""Closed years never change; a restatement is a new version with its cause and difference."""

from __future__ import annotations

import polars as pl
import pytest
from busy_town import callers
from probes import fresh
from tiny_town import CITY, OWNER

from dafeng.app.accounting import accounts, compute
from dafeng.app.closing import close_year, closings, pending, restate_year, restated
from dafeng.app.explaining import explain
from dafeng.app.importing import take_in_table
from dafeng.base.errors import BadRequest, NotAllowed, NotFound

HEAD = "统一社会信用代码,时期,能源品种,计量单位,消费量\n"


def total(services, year=2024) -> float:
    lines = accounts(services, OWNER).lines
    own = lines.filter(
        (pl.col("subject_id") == CITY) & (pl.col("measure") == "co2_total_t") & (pl.col("item") == "total")
    )
    return own.filter(pl.col("period") == str(year)).select(pl.coalesce("value", "partial")).item()


def corrected(services, tonnes: float) -> None:
    """A later table with another figure of the same works and month."""
    energy = services.columns.facts().filter((pl.col("measure") == "energy_used") & (pl.col("subject_id") == "E-1"))
    row = energy.filter(pl.col("period").str.starts_with("2024")).row(0, named=True)
    text = HEAD + f"E-1,{row['period']},{row['item']},{row['unit']},{tonnes}\n"
    take_in_table(services, OWNER, text.encode("utf-8-sig"), f"更正{tonnes:g}.csv")


@pytest.fixture
def town():
    services = fresh()
    compute(services, OWNER)
    return services


def test_a_closed_year_does_not_change_and_a_restatement_says_what_and_why(town):
    before = total(town)
    close_year(town, OWNER, 2024, "年度数据已核定")
    corrected(town, 123456.0)
    compute(town, OWNER)
    assert total(town) == before
    (waiting,) = pending(town, OWNER)
    assert (waiting.year, waiting.before is None or waiting.before == before) == (2024, True)
    assert waiting.causes["data"] >= 1
    made = restate_year(town, OWNER, 2024, "data", "企业更正抄表数")
    assert (made.version, made.cause) == (2, "data")
    compute(town, OWNER)
    assert total(town) != before
    assert pending(town, OWNER) == ()
    moved = restated(town, OWNER, 2024, 2)
    assert {"data", "sum"} <= set(moved["cause"])
    assert [c.version for c in closings(town, OWNER)] == [1, 2]


def test_a_line_of_a_closed_year_still_explains_itself_by_the_figure_of_its_day(town):
    close_year(town, OWNER, 2024, "核定")
    lines = accounts(town, OWNER).lines
    own = lines.filter((pl.col("subject_id") == "E-1") & (pl.col("measure") == "co2_combustion_t"))
    id = own.filter(~pl.col("rule").str.starts_with("sum.") & (pl.col("period") == "2024"))["line_id"][0]
    before = explain(town, OWNER, id)
    corrected(town, 654321.0)
    compute(town, OWNER)
    after = explain(town, OWNER, id)
    assert [n.value for n in after.inputs] == [n.value for n in before.inputs]


def test_an_open_year_follows_its_data(town):
    close_year(town, OWNER, 2023, "核定")
    before = total(town)
    corrected(town, 99999.0)
    compute(town, OWNER)
    assert total(town) != before


@pytest.mark.parametrize(("act", "error"), [
    (lambda s: close_year(s, OWNER, 2024, " "), BadRequest),
    (lambda s: close_year(s, OWNER, 1999, "x"), NotFound),
    (lambda s: restate_year(s, OWNER, 2024, "data", "x"), BadRequest),
    (lambda s: (close_year(s, OWNER, 2024, "x"), close_year(s, OWNER, 2024, "x")), BadRequest),
    (lambda s: (close_year(s, OWNER, 2024, "x"), restate_year(s, OWNER, 2024, "data", "x")), BadRequest),
    (lambda s: restated(s, OWNER, 2024, 9), NotFound),
    (lambda s: close_year(s, callers("county")["own"], 2024, "x"), NotAllowed),
])  # fmt: skip
def test_what_cannot_be_is_refused(town, act, error):
    with pytest.raises(error):
        act(town)


def test_a_county_sees_the_differences_of_its_own_firms_only(town):
    close_year(town, OWNER, 2024, "核定")
    corrected(town, 5555.0)
    compute(town, OWNER)
    restate_year(town, OWNER, 2024, "data", "更正")
    rows = {which: restated(town, who, 2024, 2) for which, who in callers("filler").items()}
    assert set(rows["own"]["subject_id"]) == {"E-1"}
    assert rows["foreign"].is_empty()
