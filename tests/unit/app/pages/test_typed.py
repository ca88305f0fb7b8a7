"""What a confirmed filing was is opened like any delivered table, typed in the grid or uploaded."""

from __future__ import annotations

import polars as pl
import pytest
from filing_town import (
    APPROVER,
    CITY,
    COUNTY,
    FILLER,
    FOREIGN,
    GOOD,
    MONTH,
    OTHER_COUNTY,
    draft,
    filing_town,
    filled,
    step,
)

from dafeng.app.filing import acts as filing
from dafeng.app.pages.vouchers import evidence_cells, evidence_file
from dafeng.base.errors import NotFound


def confirmed(rows: list[dict[str, str]]):
    """The town after a filing typed by hand went all the way, and where its electricity stands."""
    town = filing_town()
    page = draft(town)
    filing.save_rows(town, FILLER, page.id, filing.FilingRows(rows=rows), page.version)
    for who, move in ((FILLER, "submit"), (APPROVER, "approve"), (COUNTY, "pass"), (CITY, "confirm")):
        step(town, who, page, move)
    fact = town.columns.facts().filter(period=MONTH, item="electricity", measure="energy_used").row(0, named=True)
    return town, fact


@pytest.fixture
def typed():
    return confirmed([dict(row) for row in GOOD])


@pytest.mark.parametrize("caller", [FILLER, APPROVER, COUNTY, CITY], ids=lambda c: c.name)
def test_the_typed_cell_is_marked_among_its_neighbours(typed, caller):
    town, fact = typed
    made = evidence_cells(town, caller, fact["sha256"], sheet=fact["sheet"], row=fact["row"], column=fact["column"])
    assert (made.heads[made.marked], made.header) == ("消费量", None)
    assert [(r.row, r.cells[made.marked]) for r in made.rows] == [(1, "1010"), (2, "505")]
    assert made.whole


def test_the_grid_as_typed_is_taken_away_by_who_may_see_it(typed):
    town, fact = typed
    assert b"505" in evidence_file(town, FILLER, fact["sha256"]).data


@pytest.mark.parametrize("caller", [FOREIGN, OTHER_COUNTY], ids=lambda c: c.name)
def test_for_others_there_is_no_such_file(typed, caller):
    town, fact = typed
    with pytest.raises(NotFound):
        evidence_cells(town, caller, fact["sha256"], sheet=fact["sheet"], row=fact["row"], column=fact["column"])
    with pytest.raises(NotFound):
        evidence_file(town, caller, fact["sha256"])


def test_a_row_beyond_the_grid_does_not_exist(typed):
    town, fact = typed
    with pytest.raises(NotFound):
        evidence_cells(town, CITY, fact["sha256"], sheet=fact["sheet"], row=3, column=None)


def test_an_uploaded_workbook_opens_too():
    town = filing_town()
    page = filled(town)
    for who, move in ((FILLER, "submit"), (APPROVER, "approve"), (COUNTY, "pass"), (CITY, "confirm")):
        step(town, who, page, move)
    fact = town.columns.facts().filter(pl.col("period") == MONTH, item="bituminous", measure="energy_used")
    place = fact.row(0, named=True)
    made = evidence_cells(town, FILLER, place["sha256"], sheet=place["sheet"], row=place["row"], column="消费量")
    assert next(r for r in made.rows if r.row == place["row"]).cells[made.marked] == "1010"
