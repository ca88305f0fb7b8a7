"""The record store on SQLite, and on PostgreSQL where one is given."""

from __future__ import annotations

import os
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
import sqlalchemy as sa

from dafeng.adapters.records import SqlRecords, open_records
from dafeng.app.ports import Batch, Evidence, Reading, StageRun
from dafeng.base.errors import StoreError
from dafeng.plan.ledger import Entry

NOW = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
ENTRY = Entry(
    at=NOW, who="李工", action="read", kind="target", record_id="d#t01", doc="d", after={"value": 1.5, "名": "能耗"}
)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'records.db'}"
        return
    base = os.environ.get("DAFENG_TEST_POSTGRES")
    if not base:
        pytest.skip("needs a PostgreSQL server: set DAFENG_TEST_POSTGRES to its URL (.ci/run starts one)")
    name = f"dafeng_{uuid.uuid4().hex}"
    admin = sa.create_engine(base, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0"))
    yield str(sa.make_url(base).set(database=name).render_as_string(hide_password=False))
    with admin.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def store(url):
    opened = open_records(url)
    yield opened
    opened.close()


def test_entries_come_back_as_written_in_order(store: SqlRecords, url):
    store.append_entries(
        [ENTRY, Entry(at=NOW, who="张", action="confirm", kind="target", record_id="d#t01", doc="d", why="对")]
    )
    again = open_records(url)
    found = again.entries("d")
    again.close()
    assert [e.action for e in found] == ["read", "confirm"]
    assert found[0].after == {"value": 1.5, "名": "能耗"}
    assert found[0].at == NOW
    assert store.entries("other") == []


@pytest.mark.parametrize("statement", ["UPDATE entries SET who = 'x'", "DELETE FROM entries"])
def test_the_database_itself_refuses_to_change_the_ledger(store, url, statement):
    store.append_entries([ENTRY])
    engine = sa.create_engine(url)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(sa.text(statement))
    engine.dispose()
    assert len(store.entries()) == 1


def test_a_reading_and_its_entries_are_one_transaction(store):
    reading = Reading("d", "aa", "1", NOW, {"targets": 1}, [], "正文")
    broken = Entry(at=NOW, who=None, action="read", kind="target", record_id="d#t02", doc="d")  # type: ignore[arg-type]
    with pytest.raises(sa.exc.IntegrityError):
        store.put_reading(reading, [ENTRY, broken])
    assert store.readings() == []
    assert store.entries() == []
    assert store.put_reading(reading, [ENTRY]) == 1
    assert store.readings("d")[0].source_text == "正文"


def enterprise(**changes: object) -> pl.DataFrame:
    row = {
        "enterprise_id": "E-1",
        "uscc": None,
        "name": "示范钢铁",
        "area_code": "990101",
        "industry_code": "3120",
        "above_scale": True,
        "key_user": True,
        "status": "在产",
        "synthetic": True,
        "since": date(2020, 1, 1),
        "until": None,
    }
    return pl.DataFrame([row | changes], schema_overrides={"until": pl.Date, "uscc": pl.String})


def test_registry_rows_are_added_and_the_latest_is_believed(store):
    store.put_registry("enterprises", enterprise(), "b1", NOW)
    store.put_registry("enterprises", enterprise(), "b1", NOW)  # the same batch again changes nothing
    later = datetime(2026, 2, 1, tzinfo=UTC)
    store.put_registry("enterprises", enterprise(name="示范特钢"), "b2", later)
    assert store.registry("enterprises")["name"].to_list() == ["示范特钢"]
    assert store.registry("enterprises", as_of=NOW)["name"].to_list() == ["示范钢铁"]
    assert store.registry("sites").is_empty()
    assert store.registry("sites").schema["since"] == pl.Date


def test_evidence_batches_and_stages_round_trip(store):
    evidence = Evidence("ab", "能源.xlsx", 12, "activity", NOW, "李工")
    store.put_evidence(evidence)
    store.put_evidence(evidence)
    assert store.evidence("ab") == evidence
    assert store.evidence("zz") is None
    store.put_evidence(Evidence("cd", "b.xlsx", 30, "activity", NOW + timedelta(hours=1), "李工"))
    store.put_evidence(Evidence("ef", "c.xlsx", 99, "activity", NOW, "张工"))
    assert [store.received_bytes("李工", NOW + timedelta(hours=h)) for h in (0, 1, 2)] == [42, 30, 0]
    batch = Batch("b1", "ab", "energy", "能源.xlsx", 10, 9, 1, 9, [{"where": "row 3"}], NOW, "李工")
    store.put_batch(batch)
    store.put_batch(batch)
    assert store.batches() == [batch]
    store.put_stage(StageRun("account", "k1", "running", {}, NOW, None))
    store.put_stage(StageRun("account", "k2", "done", {"lines": 3}, NOW, NOW))
    assert store.stages()["account"].key == "k2"


def test_a_pointer_moves_and_moving_to_the_same_place_is_no_move(store):
    store.point("current", "r1")
    store.point("current", "r1")
    store.point("current", "r2")
    assert store.pointed("current") == "r2"
    assert store.pointed("closed-2024") is None


def test_a_pointer_is_moved_only_from_where_it_was_seen(store):
    assert store.repoint("published", None, "a")
    assert not store.repoint("published", None, "b")
    assert not store.repoint("published", "b", "c")
    assert store.repoint("published", "a", "b")
    assert store.pointed("published") == "b"


def test_of_many_who_move_a_pointer_at_once_one_does(store):
    with ThreadPoolExecutor(8) as pool:
        moved = list(pool.map(lambda n: store.repoint("published", None, f"p{n}"), range(8)))
    assert moved.count(True) == 1
    assert store.pointed("published") == f"p{moved.index(True)}"


def test_an_unreachable_store_says_where_and_how_to_mend(tmp_path):
    with pytest.raises(StoreError) as caught:
        open_records(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder' / 'x.db'}")
    assert caught.value.mend
