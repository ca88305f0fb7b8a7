"""The certificate ledger on SQLite, and on PostgreSQL where one is given: nothing is used twice, whoever asks."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from test_records import url  # noqa: F401  (the fixture: SQLite, and PostgreSQL where there is one)

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "app"))

from certificate_samples import AT, DAY, block, blocks, claim, ending, given, uses

from dafeng.account.certificates.ledger import standing
from dafeng.adapters.certificates import SqlCertificates
from dafeng.adapters.records import open_records
from dafeng.app.certificates.ports import TakenMeanwhile
from dafeng.rules.certificates import packaged_certificate_rules

RULES = packaged_certificate_rules()


@pytest.fixture
def store(url):  # noqa: F811
    records = open_records(url)
    yield SqlCertificates(records.engine)
    records.close()


def _claim(store, claim_id, *ranges):
    store.claim(claim(claim_id), uses(*ranges), {"E-1": store.version("E-1")})


@pytest.fixture
def held(store):
    """A block of 10,000 certificates of E-1."""
    store.enter(blocks(block(1, 10_000)), {"E-1": 0})
    return store


def test_what_was_entered_comes_back(held):
    ledger = held.ledger()
    row = ledger.blocks.row(0, named=True)
    assert {k: v for k, v in row.items() if k != "block_no"} == {
        k: v for k, v in block(1, 10_000).items() if k != "block_no"
    }
    assert row["recorded_at"] == AT
    assert held.version("E-1") == 1


def test_a_claim_stands_with_its_ranges_and_its_end(held):
    _claim(held, "C-1", (1, 0, 99), (1, 200, 299))
    held.end(ending("C-1", "retired", number="N-1"), {"E-1": 2})
    parts = standing(held.ledger(), RULES, DAY)
    assert dict(parts.group_by("state").agg(n=parts["count"].implode().explode().sum()).iter_rows()).keys() == {
        "free",
        "retired",
    }
    assert parts.filter(state="retired")["count"].sum() == 200
    assert parts["count"].sum() == 10_000


def test_the_database_itself_refuses_a_second_use(held):
    _claim(held, "C-1", (1, 0, 99))
    with pytest.raises(TakenMeanwhile):
        _claim(held, "C-2", (1, 99, 120))
    assert held.ledger().claims["claim_id"].to_list() == ["C-1"]  # nothing of the second is left
    assert held.version("E-1") == 2
    _claim(held, "C-3", (1, 100, 120))


def test_a_withdrawn_claim_frees_its_certificates_and_a_retired_one_does_not(held):
    _claim(held, "C-1", (1, 0, 99))
    held.end(ending("C-1", "withdrawn"), {"E-1": 2})
    _claim(held, "C-2", (1, 0, 99))
    held.end(ending("C-2", "retired"), {"E-1": 4})
    with pytest.raises(TakenMeanwhile):
        held.end(ending("C-2", "withdrawn"), {"E-1": 5})
    with pytest.raises(TakenMeanwhile):
        _claim(held, "C-3", (1, 50, 50))


def test_codes_are_entered_once_whoever_holds_them(held):
    with pytest.raises(TakenMeanwhile):
        held.enter(blocks(block(9_999, 12_000, holder="E-2")), {"E-2": 0})
    assert held.version("E-2") == 0
    held.enter(blocks(block(10_001, 12_000, holder="E-2"), block(1, 5, register="irec", kind="irec")), {"E-2": 0})
    assert held.ledger().blocks.height == 3
    assert held.ledger("E-2").blocks["first_no"].to_list() == [10_001]


def test_what_is_used_is_not_given_away(held):
    _claim(held, "C-1", (1, 0, 99))
    books = {"E-1": 2, "E-2": 0}
    with pytest.raises(TakenMeanwhile):
        held.give(given("T-1", "E-1", "E-2"), uses((1, 90, 110)), books)
    held.give(given("T-2", "E-1", "E-2"), uses((1, 100, 110)), books)
    parts = standing(held.ledger("E-2"), RULES, DAY)
    assert parts.filter(holder="E-2")["count"].sum() == 11
    assert parts["count"].sum() == 10_000


def test_ranges_lie_inside_their_block(held):
    for write in (
        lambda: _claim(held, "C-1", (1, 9_999, 10_000)),
        lambda: _claim(held, "C-1", (1, -1, 3)),
        lambda: _claim(held, "C-1", (1, 5, 4)),
        lambda: held.give(given("T-1", "E-1", "E-2"), uses((1, 9_999, 10_000)), {"E-1": 1, "E-2": 0}),
    ):
        with pytest.raises(TakenMeanwhile):
            write()
    assert held.ledger().uses.is_empty()


def test_a_book_that_was_written_to_meanwhile_is_refused(held):
    with pytest.raises(TakenMeanwhile):
        held.claim(claim("C-1"), uses((1, 0, 1)), {"E-1": 0})
    with pytest.raises(TakenMeanwhile):
        held.claim(claim("C-1"), uses((1, 0, 1)), {"E-1": 7})
    assert held.ledger().claims.is_empty()


def test_of_many_at_once_one_gets_the_certificates(held):
    """Each of eight claims the same hundred; the book's version is not what saves us: each takes its own book."""

    def one(n: int) -> str:
        try:
            held.claim(claim(f"C-{n}"), uses((1, 0, 99)), {f"book-{n}": 0})
        except TakenMeanwhile:
            return "refused"
        return "claimed"

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(one, range(8)))
    assert answers == ["claimed", *["refused"] * 7]
    ledger = held.ledger()
    assert ledger.uses.height == ledger.claims.height == 1


def test_of_two_who_enter_the_same_codes_one_succeeds(store):
    def one(n: int) -> str:
        try:
            store.enter(blocks(block(1, 500, holder=f"E-{n}")), {f"E-{n}": 0})
        except TakenMeanwhile:
            return "refused"
        return "entered"

    with ThreadPoolExecutor(6) as pool:
        answers = sorted(pool.map(one, range(6)))
    assert answers == ["entered", *["refused"] * 5]
    assert store.ledger().blocks.height == 1


@pytest.mark.parametrize("table", ["blocks", "transfers", "claims", "uses", "endings"])
def test_nothing_is_changed_or_taken_out(held, url, table):  # noqa: F811
    held.give(given("T-1", "E-1", "E-2"), uses((1, 9_000, 9_001)), {"E-1": 1, "E-2": 0})
    _claim(held, "C-1", (1, 0, 9))
    _claim(held, "C-2", (1, 10, 19))
    held.end(ending("C-1", "withdrawn"), {"E-1": held.version("E-1")})
    engine = sa.create_engine(url)
    change = "live = live" if table == "uses" else "recorded_by = 'x'"
    for statement in (f"DELETE FROM certificate_{table}", f"UPDATE certificate_{table} SET {change}"):
        with pytest.raises(sa.exc.DBAPIError), engine.begin() as connection:
            connection.execute(sa.text(statement))
    engine.dispose()
    assert held.ledger().uses.height == 2


def test_a_use_cannot_be_freed_without_a_withdrawal(held, url):  # noqa: F811
    _claim(held, "C-1", (1, 0, 9))
    engine = sa.create_engine(url)
    with pytest.raises(sa.exc.DBAPIError, match="withdrawal"), engine.begin() as connection:
        connection.execute(sa.update(sa.table("certificate_uses", sa.column("live"))).values(live=sa.false()))
    engine.dispose()


def test_the_revision_changes_with_every_write(held):
    seen = [held.revision()]
    _claim(held, "C-1", (1, 0, 9))
    seen.append(held.revision())
    held.end(ending("C-1", "withdrawn"), {"E-1": 2})
    seen.append(held.revision())
    assert len(set(seen)) == 3
