"""A programme whose records lie in PostgreSQL, by the URL in dafeng.toml."""

from __future__ import annotations

import os
import uuid

import pytest
import sqlalchemy as sa
from cli_town import CITY, FIRMS, fill


@pytest.fixture
def address():
    base = os.environ.get("DAFENG_TEST_POSTGRES")
    if not base:
        pytest.skip("needs a PostgreSQL server: set DAFENG_TEST_POSTGRES to its URL (.ci/run starts one)")
    name = f"dafeng_{uuid.uuid4().hex}"
    admin = sa.create_engine(base, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0"))
    yield sa.make_url(base).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def test_a_programme_on_postgresql_says_what_one_on_sqlite_says(dafeng, tmp_path, seen, address):
    folder = tmp_path / "p"
    dafeng.ok("init", folder, "--area", CITY, "--name", "试验")
    (folder / "dafeng.toml").write_text(f'name = "试验"\narea = "{CITY}"\nrecords = "{address}"\n', "utf-8")
    for path in (folder / "store").glob("dafeng.db*"):
        path.unlink()
    fill(folder)
    first = dafeng.ok("run", "-p", folder, "--json").json
    assert {s["outcome"] for s in first["stages"]} == {"done"}
    assert {s["outcome"] for s in dafeng.ok("run", "-p", folder, "--json").json["stages"]} == {"unchanged"}
    assert not list((folder / "store").glob("*.db")), "the records are on the server"
    values = ("target_id", "state", "actual", "required", "gap", "reason_zh")
    here, there = (
        [{k: r[k] for k in values} for r in dafeng.ok("progress", "-p", p, "--json").json] for p in (folder, seen)
    )
    assert here == there
    dafeng.ok("plan", "correct", "shiyan-2022#t01", "value=14", "--why", "勘误", "--by", "李工", "-p", folder)
    shown = dafeng.ok("plan", "show", "shiyan-2022#t01", "-p", folder, "--json").json
    assert [e["action"] for e in shown["history"]] == ["read", "correct"]
    assert {e["name"] for e in dafeng.ok("enterprises", "-p", folder, "--json").json} == {n for _, n, _ in FIRMS}


def test_a_server_that_does_not_answer_is_told_without_the_password(dafeng, empty):
    pytest.importorskip("psycopg", reason="needs the extra postgresql")
    address = "postgresql+psycopg://somebody:verysecret@127.0.0.1:1/none"
    (empty / "dafeng.toml").write_text(f'name = "x"\narea = "{CITY}"\nrecords = "{address}"\n', "utf-8")
    refused = dafeng("batches", "-p", empty, "--json")
    assert refused.code == 7
    assert refused.error["mend"]
    assert "verysecret" not in refused.err


def test_a_backup_of_postgresql_comes_back_as_sqlite_and_as_postgresql(dafeng, tmp_path, address):
    folder = tmp_path / "p"
    dafeng.ok("init", folder, "--area", CITY, "--name", "试验")
    (folder / "dafeng.toml").write_text(f'name = "试验"\narea = "{CITY}"\nrecords = "{address}"\n', "utf-8")
    fill(folder)
    dafeng.ok("run", "-p", folder, "--json")
    file = tmp_path / "b.zip"
    assert dafeng.ok("backup", file, "-p", folder, "--json").json["rows"] > 10
    dafeng.ok("restore", file, tmp_path / "lite")
    assert "postgresql" not in (tmp_path / "lite" / "dafeng.toml").read_text("utf-8")
    here, there = (dafeng.ok("progress", "-p", p, "--json").json for p in (folder, tmp_path / "lite"))
    assert here == there
    full = dafeng("restore", file, tmp_path / "again", "--records", address)
    assert full.code == 2
    assert not (tmp_path / "again").exists(), "a database that holds tables is left alone"
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP SCHEMA public CASCADE"))
        connection.execute(sa.text("CREATE SCHEMA public"))
    engine.dispose()
    dafeng.ok("restore", file, tmp_path / "again", "--records", address)
    assert dafeng.ok("progress", "-p", tmp_path / "again", "--json").json == here
    dafeng.ok("plan", "confirm", "shiyan-2022#t01", "--why", "接着记", "--by", "李工", "-p", tmp_path / "again")
