"""The store of accounts on SQLite, and on PostgreSQL where one is given; hashing and sealing."""

from __future__ import annotations

import hashlib
import os
import stat
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from dafeng.adapters.backup_tables import make_tables
from dafeng.adapters.hashing import KEY_FILE, Argon2Hasher
from dafeng.adapters.identities import SqlIdentities
from dafeng.adapters.records import open_records
from dafeng.app.identity.ports import (
    ApiKey,
    AuditEntry,
    Credential,
    Grant,
    Handover,
    OidcLink,
    OidcState,
    Recovery,
    SessionRow,
    Totp,
    TrailQuery,
    Tries,
    User,
)
from dafeng.app.identity.sessions import caller_of
from dafeng.app.identity.tries import Count, counted, given_back
from dafeng.app.settings import Settings
from dafeng.base.errors import BadRequest, StoreError

NOW = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
USER = User("U-1", "li", "李工", "li@firm.example", False, NOW, "owner")
ROWS = [
    Credential("U-1", "$argon2id$x", True, NOW, 2, LATER),
    Grant("U-1", ("county",), ("990101",), (), ("工信局",), NOW, LATER, "sec", "因调动"),
    Totp("U-1", "sealed", True, 58_000_000, NOW),
    Recovery("U-1", "ab" * 32, None),
    SessionRow("cd" * 32, "U-1", "csrf", NOW, NOW, LATER, True, "10.0.0.1", "Firefox"),
    ApiKey("k1", "U-1", "ef" * 32, "月报", ("county",), (), (), (), NOW, LATER, None),
    OidcState("s", "ab" * 32, "n", "v" * 86, "/plans", LATER),
    OidcLink("https://id.example", "subject-1", "U-1", NOW, "sec"),
    Tries("U-1", "10.0.0.1", 3, NOW, None),
    Handover("U-1", NOW, "sys", "link+password", "link", None),
]


def _fresh_postgres():
    base = os.environ.get("DAFENG_TEST_POSTGRES")
    if not base:
        pytest.skip("needs a PostgreSQL server: set DAFENG_TEST_POSTGRES to its URL (.ci/run starts one)")
    return base, f"dafeng_{uuid.uuid4().hex}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'records.db'}"
        return
    base, name = _fresh_postgres()
    admin = sa.create_engine(base, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0"))
    yield str(sa.make_url(base).set(database=name).render_as_string(hide_password=False))
    with admin.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def records(url):
    opened = open_records(url)
    yield opened
    opened.close()


@pytest.fixture
def store(records):
    made = SqlIdentities(records.engine)
    made.add(USER)
    return made


@pytest.mark.parametrize("record", ROWS, ids=lambda r: type(r).__name__)
def test_a_record_comes_back_as_it_was(store, record):
    store.add(record)
    assert store.all(type(record)) == [record]
    assert store.one(type(record)) == record


def test_the_account_is_everything_at_once_with_the_latest_grant(store):
    assert store.account("U-1").grant is None
    store.add(*ROWS[:3], ROWS[-1])
    newer = Grant("U-1", (), (), (), (), LATER, None, "sec")
    store.add(newer)
    found = store.account("U-1")
    parts = (found.user, found.credential, found.grant, found.totp, found.handover)
    assert parts == (USER, ROWS[0], newer, ROWS[2], ROWS[-1])
    assert store.accounts() == [found]
    assert store.account("U-2") is None
    assert store.all(Grant, user_id="U-1") == [ROWS[1], newer]


def test_a_login_is_taken_once_by_the_database(store):
    with pytest.raises(BadRequest):
        store.add(User("U-9", "li", "x", "", False, NOW, "owner"))
    assert len(store.accounts()) == 1


def test_what_belongs_to_nobody_is_refused(store):
    with pytest.raises(BadRequest):
        store.add(Credential("U-404", "x", False, NOW))


def test_several_records_are_added_all_or_none(store):
    with pytest.raises(BadRequest):
        store.add(User("U-2", "wang", "x", "", False, NOW, "o"), User("U-3", "li", "x", "", False, NOW, "o"))
    assert [a.user.login for a in store.accounts()] == ["li"]


def test_a_change_happens_only_while_the_row_is_as_it_was_seen(store):
    store.add(ROWS[2])
    seen = {"user_id": "U-1", "last_step": 58_000_000}
    assert store.change(Totp, seen, {"last_step": 58_000_001}) == 1
    assert store.change(Totp, seen, {"last_step": 58_000_001}) == 0  # the same code a second time


def test_of_many_at_once_one_uses_the_code(store):
    store.add(ROWS[3])
    won = []

    def use():
        won.append(store.change(Recovery, {"user_id": "U-1", "sha256": "ab" * 32, "used_at": None}, {"used_at": NOW}))

    threads = [threading.Thread(target=use) for _ in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(won) == [0] * 7 + [1]


@pytest.mark.parametrize("known", [True, False], ids=["a password", "only signs in elsewhere"])
def test_of_many_tries_at_once_no_more_are_looked_at_than_of_as_many_in_a_row(store, known):
    """Twenty wrong guesses that start together: five are counted and looked at, the fifth locks."""
    if known:
        store.add(Credential("U-1", "hash", False, NOW))
    rules = Settings(name="试验", area="990100")
    services = SimpleNamespace(identities=store, settings=rules, clock=SimpleNamespace(now=lambda: NOW))
    together = threading.Barrier(20)

    def tried(_: int) -> Count | None:
        together.wait()
        return counted(services, "U-1", "10.0.0.1")

    with ThreadPoolExecutor(20) as pool:
        counts = [n for n in pool.map(tried, range(20)) if n is not None]
    assert sorted(n.here for n in counts) == [1, 2, 3, 4, 5]
    here = store.one(Tries, user_id="U-1", address="10.0.0.1")
    assert (here.failures, here.locked_until) == (5, NOW + timedelta(seconds=30))
    after = store.one(Credential, user_id="U-1")
    assert (after.failures, after.locked_until) == (5, None)  # the account itself is open to others
    assert counted(services, "U-1", "10.0.0.1") is None
    assert counted(services, "U-1", "10.0.0.2").whole == 6


def test_a_good_try_is_given_back_and_takes_no_other_back(store):
    store.add(Credential("U-1", "hash", False, NOW, 2))
    services = SimpleNamespace(
        identities=store, settings=Settings(name="试验", area="990100"), clock=SimpleNamespace(now=lambda: NOW)
    )
    mine = counted(services, "U-1")
    counted(services, "U-1")  # somebody else guesses meanwhile
    given_back(services, "U-1", mine)
    assert store.one(Credential, user_id="U-1").failures == 4
    given_back(services, "U-1", counted(services, "U-1"))
    after = store.one(Credential, user_id="U-1")
    assert (after.failures, after.locked_until) == (4, None)


# what is decided upon what was read


def granted(*roles: str, by: str = "sec", at: datetime = NOW) -> Grant:
    return Grant("U-1", roles, ("990101",), (), (), at, None, by, "")


def test_a_grant_takes_the_place_of_the_one_that_was_seen_and_of_no_other(store):
    first, taken_away = granted("county"), granted(at=LATER)
    assert store.put_grant(first, None)
    assert not store.put_grant(granted("analyst"), None)  # it was said that there is none
    store.add(taken_away)
    assert not store.put_grant(granted("county", by="late"), first)
    assert store.all(Grant) == [first, taken_away]
    assert store.put_grant(granted("analyst"), taken_away)
    assert store.account("U-1").grant.roles == ("analyst",)


def test_a_grant_and_the_end_of_a_handover_are_one_step(store):
    held = Handover("U-1", NOW, "sys", "password", "", LATER)
    store.add(held)
    assert not store.put_grant(granted("county"), None, Handover("U-1", NOW, "sys", "password", "", NOW))
    assert (store.all(Grant), store.all(Handover)) == ([], [held])
    assert not store.put_grant(granted("county"), granted("analyst"), held)
    assert store.all(Handover) == [held]
    assert store.put_grant(granted("county"), None, held)
    assert store.all(Handover) == []


def test_of_many_decisions_upon_one_grant_one_is_taken(store):
    store.add(granted("county"))
    seen, together = store.account("U-1").grant, threading.Barrier(8)

    def decide(n: int) -> bool:
        together.wait()
        return store.put_grant(granted("county", by=f"sec{n}", at=LATER), seen)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(decide, range(8))) == 1
    assert len(store.all(Grant)) == 2


def test_a_revocation_always_stands_after_what_was_confirmed_at_the_same_time(store):
    """Whichever comes first: nothing that was read before the revocation stands above it."""
    for n in range(12):
        store.add(granted("county", at=NOW + timedelta(minutes=n)))
        seen, together = store.account("U-1").grant, threading.Barrier(2)
        later = NOW + timedelta(minutes=n, seconds=30)

        def confirm(seen=seen, later=later, together=together) -> bool:
            together.wait()
            return store.put_grant(granted("county", by="confirm", at=later), seen)

        def revoke(later=later, together=together) -> None:
            together.wait()
            store.add(granted(by="revoke", at=later))

        with ThreadPoolExecutor(2) as pool:
            for done in (pool.submit(confirm), pool.submit(revoke)):
                done.result()
        assert store.account("U-1").grant.granted_by == "revoke"


def test_of_many_keys_made_at_once_there_are_no_more_than_may_be(store):
    together = threading.Barrier(10)

    def make(n: int) -> bool:
        together.wait()
        key = ApiKey(f"k{n}", "U-1", f"{n:064x}", "x", (), (), (), (), NOW, LATER)
        return store.add_key(key, 4)

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(make, range(10))) == 4
    assert len(store.all(ApiKey)) == 4
    store.change(ApiKey, {"key_id": store.all(ApiKey)[0].key_id}, {"revoked": True})
    assert store.add_key(ApiKey("late", "U-1", "ab" * 32, "x", (), (), (), (), LATER, LATER + timedelta(1)), 1)


def test_accounts_of_before_the_handovers_keep_what_they_may(url):
    """A database of revision 0004 with an account whose first password is still to be changed."""
    engine = sa.create_engine(url)
    make_tables(engine, "0004")
    SqlIdentities(engine).add(USER, *ROWS[:2])
    engine.dispose()
    records = open_records(url)
    found = SqlIdentities(records.engine).account("U-1")
    records.close()
    assert found.handover is None
    assert caller_of(found, NOW).roles == {"county"}


def test_removing_says_how_many_there_were(store):
    store.add(ROWS[6])
    assert store.remove(OidcState, state="s") == 1
    assert store.remove(OidcState, state="s") == 0


def test_a_change_is_seen_by_the_counter(store):
    before = store.changes()
    store.change(User, {"user_id": "U-1"}, {"disabled": True})
    assert store.changes() > before


# the trail


def line(n: int, **fields: object) -> AuditEntry:
    base = {"at": NOW + timedelta(minutes=n), "who": "li", "user_id": "U-1", "act": "session.begin", "subject": "li",
            "outcome": "failed", "ip": "10.0.0.1", "detail": {"n": n, "为": "何"}}  # fmt: skip
    return AuditEntry(**(base | fields))


@pytest.mark.parametrize("table", ["audit", "grants"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET user_id = 'x'", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_trail_and_grants(store, records, table, statement):
    store.add(ROWS[1])
    store.note(line(1))
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), records.engine.begin() as connection:
        connection.execute(sa.text(statement.format(table)))
    assert len(store.trail(TrailQuery())) == 1
    assert len(store.all(Grant)) == 1


def test_truncating_is_refused_where_there_is_such_a_thing(store, records):
    if records.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    store.note(line(1))
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), records.engine.begin() as connection:
        connection.execute(sa.text("TRUNCATE audit"))


def test_the_trail_is_filtered_and_the_newest_comes_first(store):
    for n in range(5):
        store.note(line(n))
    store.note(line(9, who="wang", act="user.grant", outcome="ok", ip="10.0.0.2", subject="zhao"))
    assert [e.detail["n"] for e in store.trail(TrailQuery())] == [9, 4, 3, 2, 1, 0]
    assert store.trail(TrailQuery())[-1].detail == {"n": 0, "为": "何"}
    assert store.trail(TrailQuery())[-1].at == NOW
    for query in ({"who": "wang"}, {"act": "user.grant"}, {"outcome": "ok"}, {"ip": "10.0.0.2"}, {"subject": "zhao"}):
        assert [e.detail["n"] for e in store.trail(TrailQuery(**query))] == [9]
    inside = TrailQuery(since=NOW + timedelta(minutes=1), until=NOW + timedelta(minutes=3))
    assert [e.detail["n"] for e in store.trail(inside)] == [2, 1]
    last = store.trail(TrailQuery(limit=2))[-1].seq
    assert [e.detail["n"] for e in store.trail(TrailQuery(limit=2, below=last))] == [3, 2]


def test_failures_are_counted_by_address_and_time(store):
    for n in range(4):
        store.note(line(n))
    store.note(line(2, outcome="ok"))
    store.note(line(2, act="user.grant"))
    store.note(line(2, ip="10.9.9.9"))
    assert store.failures_from("10.0.0.1", NOW + timedelta(minutes=1)) == 3


# hashing


@pytest.fixture
def hasher(tmp_path):
    return Argon2Hasher(tmp_path, hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def test_the_hash_is_argon2id_and_never_twice_the_same(hasher, tmp_path):
    first, second = hasher.hash("青山 correct"), hasher.hash("青山 correct")
    assert first.startswith("$argon2id$")
    assert first != second
    assert hasher.verify(first, "青山 correct")
    assert not hasher.verify(first, "青山 Correct")
    assert not hasher.verify("nonsense", "青山 correct")


def test_the_usual_parameters_are_those_of_rfc_9106():
    made = Argon2Hasher.__init__.__globals__["PasswordHasher"]()
    assert (made.time_cost, made.memory_cost, made.parallelism) == (3, 65536, 4)


def test_no_hash_is_never_right_though_the_work_is_done(hasher):
    assert not hasher.verify("", "x")
    assert hasher._dummy.startswith("$argon2id$")


def test_weaker_parameters_are_outdated(hasher, tmp_path):
    stronger = Argon2Hasher(tmp_path, hasher=PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    assert stronger.outdated(hasher.hash("x"))
    assert not hasher.outdated(hasher.hash("x"))


def test_a_secret_is_sealed_by_a_key_file_of_its_owner_only(hasher, tmp_path):
    sealed = hasher.seal("BASE32SECRET")
    assert "BASE32" not in sealed
    assert hasher.unseal(sealed) == "BASE32SECRET"
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    assert Argon2Hasher(tmp_path).unseal(sealed) == "BASE32SECRET"  # another process, the same key
    assert [p.name for p in tmp_path.iterdir()] == [KEY_FILE]


def test_another_key_file_says_so_and_an_open_one_is_refused(hasher, tmp_path):
    sealed = hasher.seal("x")
    (tmp_path / KEY_FILE).chmod(0o644)
    with pytest.raises(StoreError, match="others may read"):
        hasher.seal("x")
    (tmp_path / KEY_FILE).unlink()
    with pytest.raises(StoreError, match="not the one that sealed"):
        hasher.unseal(sealed)


def test_frequent_passwords_are_leaked_and_the_own_list_adds_to_them(tmp_path):
    path = tmp_path / "leaked.txt"
    digest = hashlib.sha1("达峰达峰达峰达峰".encode()).hexdigest()
    path.write_text(f"{'0' * 40}:3\n{digest.lower()}:17\n")
    hasher = Argon2Hasher(tmp_path, path)
    assert hasher.leaked("Password123")
    assert hasher.leaked("达峰达峰达峰达峰")
    assert not hasher.leaked("青山 correct horse 41")
    path.write_text("")
    os.utime(path, (0, 0))
    assert not hasher.leaked("达峰达峰达峰达峰")


def test_a_list_that_is_not_there_is_no_silent_pass(tmp_path):
    with pytest.raises(StoreError, match="cannot be read"):
        Argon2Hasher(tmp_path, tmp_path / "none.txt").leaked("a long enough one")


def test_the_migration_makes_the_tables_the_code_believes_in(records):
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    from dafeng.adapters import tables_identity

    mine = {t.name for t in vars(tables_identity).values() if isinstance(t, sa.Table)}
    with records.engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), tables_identity.metadata)
    assert len(mine) == 12
    assert [d for d in found if mine & set(str(d).replace("'", " ").split())] == []
