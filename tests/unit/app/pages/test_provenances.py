"""Explanations cut to a page lose nothing, and a delivered workbook shows to each only rows that are his."""

from __future__ import annotations

import polars as pl
import pytest
from read_town import OWN_BOOK, ROWS, run_town, with_book
from tiny_town import CITY, EAST_COUNTY, FILLER, OWNER

from dafeng.app.accounts.accounting import accounts
from dafeng.app.explaining import explain
from dafeng.app.pages.provenances import cut, explained, explained_text
from dafeng.app.pages.vouchers import evidence_cells, evidence_file
from dafeng.base.callers import Caller
from dafeng.base.errors import NotAllowed, NotFound
from dafeng.base.provenance import Node

ANALYST = Caller("分析", frozenset({"analyst"}), areas=frozenset({CITY}))
WEST_FILLER = Caller("西", frozenset({"filler"}), enterprises=frozenset({"E-3"}))


@pytest.fixture(scope="module")
def town():
    return run_town()


@pytest.fixture(scope="module")
def total(town) -> str:
    lines = accounts(town, OWNER).lines
    own = (pl.col("subject_id") == CITY) & (pl.col("measure") == "co2_total_t") & (pl.col("item") == "total")
    return lines.filter(own & (pl.col("period") == "2024"))["line_id"].item()


def depth_of(node: Node) -> int:
    return 1 + max((depth_of(n) for n in node.inputs), default=0)


def test_a_page_shows_as_many_levels_as_asked_and_counts_the_rest(town, total):
    shown = explained(town, OWNER, total, depth=2)
    assert depth_of(shown) == 3
    below = shown.inputs[0].inputs[0]
    assert below.more > 0
    opened = explained(town, OWNER, below.id, depth=1)
    assert len(opened.inputs) + opened.more == below.more
    assert opened.value == below.value


def test_of_many_members_the_largest_are_shown_and_the_others_balance(town, total):
    shown = explained(town, OWNER, total, depth=1, most=2)
    named = [n for n in shown.inputs if n.kind == "line"]
    assert len(named) == 2
    assert shown.more == 2
    assert sum(n.value for n in shown.inputs) == pytest.approx(shown.value)


def test_a_node_without_an_id_of_its_own_is_never_emptied():
    fact = Node(id="F-1", kind="fact", label="报送", value=1.0)
    net = Node(id="L-1/net", kind="other", label="净消费量", inputs=(fact,))
    made = cut(Node(id="L-1", kind="line", label="x", inputs=(net,)), 1, 10)
    assert made.inputs[0].inputs == (fact,)
    many = cut(Node(id="L-1", kind="line", label="x", inputs=(fact,) * 5, more=3), 1, 2)
    assert (len(many.inputs), many.more) == (2, 6)


def test_text_is_in_both_languages(town, total):
    assert "算法" in explained_text(town, OWNER, total)
    assert "formula" in explained_text(town, OWNER, total, "en")


def test_what_is_kept_between_questions_is_kept_by_scope(town, total):
    assert explain(town, OWNER, total).value is not None
    for caller in (FILLER, EAST_COUNTY, WEST_FILLER, FILLER):
        firm = accounts(town, caller).lines.filter(subject_kind="enterprise")["subject_id"].unique().to_list()
        lines = accounts(town, OWNER).lines.filter(
            subject_kind="enterprise", measure="co2_total_t", item="total", period="2024"
        )
        for row in lines.iter_rows(named=True):
            if row["subject_id"] in firm:
                assert explain(town, caller, row["line_id"]).value == row["value"]
            else:
                with pytest.raises(NotFound):
                    explain(town, caller, row["line_id"])


# -- evidence ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def book():
    services = run_town()
    return services, with_book(services)


def test_the_cell_of_a_figure_is_marked_among_its_neighbours(book):
    services, sha = book
    made = evidence_cells(services, OWNER, sha, sheet=None, row=4, column="消费量")
    assert made.heads[made.marked] == "消费量"
    assert next(r for r in made.rows if r.row == 4).cells[made.marked] == "2777.0"
    assert [r.row for r in made.rows] == [2, 3, 4, 5]
    assert (made.header, made.whole) == (1, True)


def test_a_firm_sees_its_own_rows_only_and_does_not_learn_of_others(book):
    services, sha = book
    made = evidence_cells(services, FILLER, sha, sheet=None, row=3, column="消费量")
    assert [r.row for r in made.rows] == [2, 3, 5]
    assert {r.cells[0] for r in made.rows} == {"E-1"}
    assert not made.whole
    with pytest.raises(NotFound) as foreign:
        evidence_cells(services, FILLER, sha, sheet=None, row=4, column="消费量")
    with pytest.raises(NotFound) as nowhere:
        evidence_cells(services, FILLER, sha, sheet=None, row=4000, column=None)
    assert str(foreign.value) == str(nowhere.value)


def test_who_sees_nothing_of_a_file_hears_what_he_hears_of_an_unknown_one(book):
    services, sha = book
    stranger = Caller("外", frozenset({"filler"}), enterprises=frozenset({"E-4"}))
    for call in (evidence_file, lambda s, c, h: evidence_cells(s, c, h, sheet=None, row=2, column=None)):
        with pytest.raises(NotFound) as hidden:
            call(services, stranger, sha)
        with pytest.raises(NotFound) as unknown:
            call(services, stranger, "0" * 64)
        assert hidden.value.what == unknown.value.what
        with pytest.raises(NotAllowed):
            call(services, ANALYST, sha)


def test_a_file_goes_out_whole_only_to_who_may_see_all_of_it(book):
    services, sha = book
    assert evidence_file(services, OWNER, sha).data.decode().count("\n") == len(ROWS)
    for caller in (FILLER, WEST_FILLER, EAST_COUNTY):
        with pytest.raises(NotFound):
            evidence_file(services, caller, sha)
    own = with_book(services, OWN_BOOK)
    assert evidence_file(services, FILLER, own).data.decode() == OWN_BOOK
    assert evidence_cells(services, FILLER, own, sheet=None, row=2, column=None).whole


def test_a_row_that_gave_no_figure_keeps_the_file_from_narrower_scopes():
    services = run_town()
    refused = OWN_BOOK + "\nE-3,西岭水泥厂,2024,烟煤,吨,"
    sha = with_book(services, refused)
    with pytest.raises(NotFound):
        evidence_file(services, FILLER, sha)
    shown = evidence_cells(services, FILLER, sha, sheet=None, row=2, column="消费量")
    assert [r.row for r in shown.rows] == [2, 3, 4]
