"""The case store on SQLite, and on PostgreSQL where one is given."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from test_records import url  # noqa: F401  (the fixture: SQLite, and PostgreSQL where there is one)

from dafeng.adapters import tables_cases
from dafeng.adapters.cases import SqlCases
from dafeng.adapters.programme import only_one
from dafeng.adapters.records import open_records
from dafeng.app.case_ports import HEAD_SCHEMA, Case, Moved
from dafeng.base.errors import StaleRecord, StoreError

NOW = datetime(2025, 3, 1, 2, 30, tzinfo=UTC)
CASE = Case(
    "C-1", "filing", "enterprise", "E-1", "钢铁厂 2025年1月", "2025-01", "draft", "填报人", date(2025, 2, 20), NOW, NOW,
    "填报人", form="energy", data={"rows": [{"item": "烟煤", "used": "一千"}], "workbook": None},
)  # fmt: skip
OPENED = Moved("C-1", NOW, "填报人", "filler", "open", "", "draft", data={"n": 1})
SENT = Moved("C-1", NOW, "填报人", "filler", "submit", "draft", "submitted", "因故", ("ab" * 32,))


@pytest.fixture
def store(url):  # noqa: F811
    records = open_records(url)
    yield SqlCases(records.engine)
    records.close()


def test_a_case_and_its_moves_come_back_as_written(store):
    store.open(CASE, [OPENED])
    written = store.put(replace(CASE, state="submitted", term=None), 1, [SENT])
    assert store.case("C-1") == written
    assert (written.version, written.created_at) == (2, NOW)
    assert [replace(m, seq=None) for m in store.moves("C-1")] == [OPENED, SENT]
    assert [m.move for m in store.moves_of("filing")] == ["open", "submit"]
    assert store.moves_of("task") == []
    assert store.case("C-2") is None


def test_a_long_title_and_a_nul_are_no_fault_of_the_database(store):
    store.open(replace(CASE, title="长" * 900), [replace(OPENED, reason="因\x00故")])
    assert len(store.case("C-1").title) == 400
    assert store.moves("C-1")[0].reason == "因故"
    assert store.case("C-\x00") is None


def test_heads_have_no_data_and_cases_can_be_asked_by_subject(store):
    store.open(CASE, [OPENED])
    store.open(replace(CASE, case_id="C-2", subject_id="E-2", kind="finding"), [])
    heads = store.heads("filing")
    assert heads.schema == HEAD_SCHEMA
    assert heads.select("case_id", "term", "changed_at").row(0) == ("C-1", date(2025, 2, 20), NOW)
    assert store.heads().height == 2
    assert [c.case_id for c in store.cases("filing", ["E-1"])] == ["C-1"]
    assert store.cases("filing", ["E-2"]) == []


def test_a_write_on_an_old_version_is_refused_whole(store):
    store.open(CASE, [OPENED])
    store.put(replace(CASE, state="submitted"), 1, [SENT])
    with pytest.raises(StaleRecord):
        store.put(replace(CASE, state="returned"), 1, [replace(SENT, move="return")])
    assert store.case("C-1").state == "submitted"
    assert len(store.moves("C-1")) == 2
    with pytest.raises(StaleRecord):
        store.open(CASE, [OPENED])
    assert len(store.moves("C-1")) == 2


def test_a_move_that_cannot_be_written_leaves_the_case_as_it_was(store):
    store.open(CASE, [OPENED])
    with pytest.raises(sa.exc.IntegrityError):
        store.put(replace(CASE, state="submitted"), 1, [replace(SENT, who=None)])
    assert (store.case("C-1").state, store.case("C-1").version) == ("draft", 1)


def test_of_many_writers_on_one_version_one_wins(store):
    store.open(CASE, [OPENED])
    told: list[str] = []

    def write(who: str) -> None:
        try:
            store.put(replace(CASE, changed_by=who), 1, [replace(SENT, who=who)])
            told.append(who)
        except StaleRecord:
            told.append("stale")

    threads = [threading.Thread(target=write, args=(f"w{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told.count("stale") == 5
    assert store.case("C-1").version == 2
    assert len(store.moves("C-1")) == 2


def test_the_revision_changes_with_every_write_also_without_a_move(store):
    seen = {store.revision()}
    store.open(CASE, [OPENED])
    seen.add(store.revision())
    store.put(CASE, 1)
    seen.add(store.revision())
    assert len(seen) == 3


@pytest.mark.parametrize("statement", ["UPDATE case_moves SET who = 'x'", "DELETE FROM case_moves"])
def test_the_database_itself_refuses_to_change_a_move(store, url, statement):  # noqa: F811
    store.open(CASE, [OPENED])
    engine = sa.create_engine(url)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(sa.text(statement))
    engine.dispose()
    assert store.moves("C-1")[0].who == "填报人"


def test_a_short_write_waits_for_the_lock_and_gives_up_in_time(tmp_path):
    held, go = threading.Event(), threading.Event()

    def hold() -> None:
        with only_one(tmp_path):
            held.set()
            go.wait(5)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(5)
    with pytest.raises(StoreError), only_one(tmp_path, wait_s=0.2):
        pass
    threading.Timer(0.2, go.set).start()
    with only_one(tmp_path, wait_s=5):
        assert go.is_set()
    thread.join()


@pytest.mark.parametrize("table", [tables_cases.cases, tables_cases.case_moves], ids=lambda t: t.name)
def test_the_migration_makes_the_tables_the_code_believes_in(store, url, table):  # noqa: F811
    engine = sa.create_engine(url)
    there = sa.inspect(engine)
    columns = {c["name"]: (type(c["type"]).__name__, c["nullable"]) for c in there.get_columns(table.name)}
    indexes = {(i["name"], tuple(i["column_names"])) for i in there.get_indexes(table.name)}
    engine.dispose()
    assert set(columns) == {c.name for c in table.columns}
    assert {n for n, (_, null) in columns.items() if null} == {c.name for c in table.columns if c.nullable}
    assert indexes == {(i.name, tuple(c.name for c in i.columns)) for i in table.indexes}
