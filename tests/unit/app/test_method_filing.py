"""Method data as a filing: who used a method last year owes its data, on a form of what was delivered then."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
import tiny_town
from case_fakes import MemoryCases
from filing_town import APPROVER, CITY, COUNTY, FILLER, months, step

from dafeng.app.filing import acts as filing
from dafeng.app.filing import dues
from dafeng.app.filing import files as filing_files
from dafeng.app.services import Services
from dafeng.collect.contracts import METHOD_DATA
from dafeng.collect.facts import current
from dafeng.collect.workbooks import read_workbook

STONE, STEEL = "stream:carbonate/caco3/amount", "stream:flux/limestone/amount"
YEAR = "2024"


def data(measure: str, method: str, period: str, value: float | None, unit: str = "t") -> dict[str, object]:
    return tiny_town.fact("E-1", measure, method, 2024, value, unit) | {"period": period}


def town(*rows: dict[str, object]) -> Services:
    return replace(tiny_town.town([*months(), *rows]), cases=MemoryCases())


@pytest.fixture
def used() -> Services:
    """E-1 delivered two data of the steel method for 2022 and 2023."""
    return town(
        data(STEEL, "steel", "2022", 90.0), data(STEEL, "steel", "2023", 100.0),
        data("stream:flux/limestone/purity", "steel", "2023", 0.95, "1"),
    )  # fmt: skip


def owed(services: Services, year: int = 2024) -> list[dues.Due]:
    found = dues.dues(services, CITY, year=year).items
    return [d for d in found if d.contract == "method_data"]


def opened(services: Services) -> filing.FilingPage:
    draft = filing.FilingDraft(enterprise_id="E-1", period=YEAR, contract="method_data")
    return filing.open_filing(services, FILLER, draft)


def test_who_used_a_method_last_year_owes_its_data_this_year(used: Services) -> None:
    assert [(d.enterprise_id, d.period, d.state, d.term) for d in owed(used)] == [("E-1", "2024", "due", "2025-03-31")]


def test_who_never_used_a_method_owes_none() -> None:
    assert owed(town()) == []


def test_nothing_is_owed_of_a_year_before_the_method_was_used(used: Services) -> None:
    assert owed(used, 2021) == []


def test_it_has_come_when_each_figure_has_come_again(used: Services) -> None:
    whole = (data(STEEL, "steel", YEAR, 110.0), data("stream:flux/limestone/purity", "steel", YEAR, None, "1"))
    last = (data(STEEL, "steel", "2023", 100.0), data("stream:flux/limestone/purity", "steel", "2023", 0.95, "1"))
    assert [d.state for d in owed(town(*last, *whole))] == ["imported"]  # told to be missing is an answer
    assert [d.state for d in owed(town(*last, whole[0]))] == ["due"]


def test_the_draft_begins_with_what_was_delivered_last(used: Services) -> None:
    page = opened(used)
    assert [(r.cells["method"], r.cells["datum"], r.cells["unit"], r.cells.get("value")) for r in page.rows] == [
        ("钢铁生产", "熔剂消耗·石灰石·净消耗量", "t", None),
        ("钢铁生产", "熔剂消耗·石灰石·纯度(有检测且因子为纯品值时填)", "1", None),
    ]
    assert all(p.to_fill for p in page.problems if p.severity == "error")
    past = {u.item: (u.last, u.unit, u.last_period) for u in page.usual}
    assert past[STEEL] == (100.0, "t", "2023")


def test_only_the_methods_that_concern_the_firm_are_offered(used: Services) -> None:
    columns = {c.name: c for c in opened(used).columns}
    methods = {o.code for o in columns["method"].options}
    assert "steel" in methods
    assert "cement" not in methods
    offered = {o.code for o in columns["datum"].options}
    assert STEEL in offered
    assert 10 < len(offered) < 2000


def test_the_filing_is_filled_in_approved_and_counts(used: Services) -> None:
    page = opened(used)
    rows = [dict(r.cells) | {"value": v} for r, v in zip(page.rows, ("120", "0.96"), strict=True)]
    page = filing.save_rows(used, FILLER, page.id, filing.FilingRows(rows=rows), page.version)
    assert [p for p in page.problems if p.severity == "error"] == []
    assert {(c.row, c.last) for c in page.compared} >= {(1, 100.0), (2, 0.95)}
    page = step(used, FILLER, page, "submit")
    for who, move in ((APPROVER, "approve"), (COUNTY, "pass"), (CITY, "confirm")):
        page = step(used, who, page, move)
    held = current(used.columns.facts()).filter((pl.col("measure") == STEEL) & (pl.col("period") == YEAR))
    assert held["value"].to_list() == [120.0]
    assert [d.state for d in owed(used)] == ["confirmed"]


def test_the_template_of_the_filing_has_the_rows(used: Services) -> None:
    page = opened(used)
    made = filing_files.filing_template(used, FILLER, page.id)
    sheets = {s.name: s for s in read_workbook(made.data, made.name).sheets}
    assert METHOD_DATA.zh in sheets
