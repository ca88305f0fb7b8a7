"""Backup, restore, doctor: what comes back is what was there, a hostile archive writes nothing, faults are named."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import stat
import threading
import zipfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cli_town import CITY

from dafeng.adapters.backup import FolderArchives, read_manifest
from dafeng.adapters.backup_tables import export_tables, is_empty, load_table, make_tables, revision_of, table_order
from dafeng.adapters.checkup import ThisMachine
from dafeng.adapters.records import open_engine
from dafeng.adapters.restore import restore, verify
from dafeng.app.accounts.accounting import accounts
from dafeng.app.explaining import explain
from dafeng.app.plans import act
from dafeng.app.system.backup import backups, make_backup
from dafeng.app.system.health import system_state, worst_level
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest, NotAllowed, StoreError
from dafeng.wiring import local_caller, programme

SYSADMIN = Caller("系统员", frozenset({"sysadmin"}), id="u-1")


def explained(folder: Path) -> object:
    with programme(folder) as services:
        lines = accounts(services, local_caller()).lines
        total = lines.filter(subject_id=CITY, measure="co2_total_t", item="total", period="2024")["line_id"].item()
        return explain(services, local_caller(), total)


def report_bytes(folder: Path) -> dict[str, str]:
    files = sorted((folder / "reports").glob("*.*"))
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def rows_of(folder: Path) -> dict[str, int]:
    with closing(sqlite3.connect(folder / "store" / "dafeng.db")) as db:
        names = [
            n for (n,) in db.execute("select name from sqlite_master where type='table' and name not like 'sqlite%'")
        ]
        return {n: db.execute(f"select count(*) from {n}").fetchone()[0] for n in names}


# -- the drill --------------------------------------------------------------------------------------------------------


def test_a_backup_made_while_others_write_comes_back_whole(dafeng, town, tmp_path):
    with programme(town) as services:
        targets = [e.record_id for e in services.records.entries() if e.kind == "target"]
        stop, written = threading.Event(), []

        def write() -> None:
            while not stop.is_set():
                act(services, local_caller(), targets[len(written) % len(targets)], "confirm", "演练")
                written.append(1)

        writer = threading.Thread(target=write)
        writer.start()
        try:
            done = dafeng("backup", str(tmp_path / "b.zip"), "-p", str(town), "--json")
        finally:
            stop.set()
            writer.join()
    assert done.code == 0, done.err
    assert written
    back = tmp_path / "back"
    assert dafeng("restore", str(tmp_path / "b.zip"), str(back)).code == 0
    assert explained(back) == explained(town)
    assert report_bytes(back) == report_bytes(town) != {}
    told = read_manifest(tmp_path / "b.zip")
    assert {k: v for k, v in rows_of(back).items() if k in told.rows and k != "audit"} == {
        k: v for k, v in told.rows.items() if k != "audit"
    }
    assert worst_level(ThisMachine(back).examine(deep=True)) != "fail"


def test_a_backup_holds_everything_but_lock_and_database_files_and_is_for_its_owner(town, tmp_path):
    (town / "store" / "totp.key").write_bytes(b"k" * 32)
    (town / "plans" / "link.txt").symlink_to("/etc/hostname")
    with programme(town) as services:
        place, made = make_backup(services, local_caller(), str(tmp_path / "b.zip"))
    assert stat.S_IMODE(os.stat(place).st_mode) == 0o600
    assert made.keys == ("files/store/totp.key",)
    assert made.skipped == ("plans/link.txt",)
    inside = {m.path.removeprefix("files/") for m in made.members}
    there = {p.relative_to(town).as_posix() for p in town.rglob("*") if p.is_file() and not p.is_symlink()}
    left_out = {n for n in there if n.startswith(("store/dafeng.db", "store/lock", "backups/"))}
    assert there - left_out <= inside
    restore(Path(place), tmp_path / "back")
    assert stat.S_IMODE((tmp_path / "back" / "store" / "totp.key").stat().st_mode) == 0o600


def test_backups_of_the_programme_are_listed_newest_first_to_the_administrator(town):
    with programme(town) as services:
        make_backup(services, SYSADMIN)
        listed = backups(services, SYSADMIN)
        assert [(c.made_by, c.rows > 0) for c in listed] == [("系统员", True)]
        for role in ("officer", "secadmin", "auditor", "filler"):
            with pytest.raises(NotAllowed):
                make_backup(services, Caller("x", frozenset({role})))
        again = make_backup(services, SYSADMIN, str(town / "other.zip"))[1]
        assert not [m for m in again.members if "backups/" in m.path]


def test_a_backup_never_takes_the_place_of_a_file(dafeng, seen, tmp_path):
    (tmp_path / "b.zip").write_bytes(b"mine")
    done = dafeng("backup", str(tmp_path / "b.zip"), "-p", str(seen))
    assert done.code == 2
    assert (tmp_path / "b.zip").read_bytes() == b"mine"
    assert [p.name for p in tmp_path.iterdir()] == ["b.zip"]


# -- what is refused --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def archive(_ran_once, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("archive") / "b.zip"
    with programme(_ran_once) as services:
        make_backup(services, local_caller(), str(path))
    return path


def rewritten(archive: Path, out: Path, change, **more: bytes) -> Path:
    """A copy of an archive: change(info, data, manifest) gives the data, or None to leave the member out."""
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = change(info, old.read(info))
            if data is not None:
                new.writestr(info, data)
        for name, data in more.items():
            new.writestr(name, data)
    return out


def with_member(archive: Path, out: Path, name: str, data: bytes = b"x", attr: int = 0o100600 << 16) -> Path:
    """An archive with one more member that its manifest tells of."""
    manifest = json.loads(zipfile.ZipFile(archive).read("manifest.json"))
    manifest["members"].append({"path": name, "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)})
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info, json.dumps(manifest) if info.filename == "manifest.json" else old.read(info))
        added = zipfile.ZipInfo(name)
        added.external_attr, added.compress_type = attr, zipfile.ZIP_DEFLATED
        new.writestr(added, data)
    return out


def refused(path: Path, folder: Path) -> StoreError:
    with pytest.raises(StoreError) as told:
        restore(path, folder)
    assert not folder.exists()
    assert [p for p in folder.parent.iterdir() if p.name.startswith(f".{folder.name}.")] == []
    return told.value


def test_a_good_archive_verifies(archive):
    assert verify(archive).members


@pytest.mark.parametrize(
    "name",
    ["files/../../evil", "/etc/cron.d/evil", "files//etc/x", "files/a/../../../b", "evil", "files/C:\\x",
     "files/a\\..\\b", "records/../files/x", "files/./x", "files/" + "n" * 300],
)  # fmt: skip
def test_a_name_that_leads_out_is_refused(archive, tmp_path, name):
    assert refused(with_member(archive, tmp_path / "h.zip", name), tmp_path / "back").mend
    assert sorted(p.name for p in tmp_path.iterdir()) == ["h.zip"]


def test_a_link_a_folder_and_a_device_are_refused(archive, tmp_path):
    for n, mode in enumerate((stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR)):
        made = with_member(archive, tmp_path / f"{n}.zip", "files/plans/x", b"/etc/passwd", (mode | 0o777) << 16)
        assert "plain file" in refused(made, tmp_path / "back").what


def test_an_altered_missing_or_added_member_is_refused(archive, tmp_path):
    altered = rewritten(archive, tmp_path / "a.zip", lambda i, d: d[:-1] + b"!" if i.filename.endswith(".toml") else d)
    assert "manifest says" in refused(altered, tmp_path / "back").what
    missing = rewritten(archive, tmp_path / "m.zip", lambda i, d: None if i.filename.endswith(".toml") else d)
    assert "manifest" in refused(missing, tmp_path / "back").what
    added = rewritten(archive, tmp_path / "x.zip", lambda i, d: d, **{"files/plans/new.txt": b"x"})
    assert "manifest" in refused(added, tmp_path / "back").what


def test_a_bomb_is_refused_before_it_unfolds(archive, tmp_path):
    bomb = with_member(archive, tmp_path / "bomb.zip", "files/plans/big.txt", b"\0" * (80 << 20))
    assert "unfolds" in refused(bomb, tmp_path / "back").what


def test_half_an_archive_and_no_archive_are_refused(archive, tmp_path):
    (tmp_path / "half.zip").write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    (tmp_path / "text.zip").write_text("nothing")
    for name in ("half.zip", "text.zip"):
        assert refused(tmp_path / name, tmp_path / "back").what == "this is no backup of dafeng"


def test_a_directory_that_holds_anything_is_left_alone(dafeng, archive, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("x")
    done = dafeng("restore", str(archive), str(tmp_path / "full"))
    assert done.code == 2
    assert [p.name for p in (tmp_path / "full").iterdir()] == ["mine.txt"]
    (tmp_path / "empty").mkdir()
    assert dafeng("restore", str(archive), str(tmp_path / "empty")).code == 0


# -- tables as lines --------------------------------------------------------------------------------------------------


def test_tables_written_as_lines_are_the_same_tables_when_loaded(seen, tmp_path):
    """The way of PostgreSQL, on SQLite: every table out and into an empty database."""
    source = open_engine(f"sqlite:///{seen / 'store' / 'dafeng.db'}")
    target = open_engine(f"sqlite:///{tmp_path / 'new.db'}")
    assert is_empty(target)
    with source.connect() as connection:
        lines = {name: list(found) for name, found in export_tables(connection)}
        make_tables(target, revision_of(connection))
    for name in table_order(target):
        assert load_table(target, name, lines[name]) == len(lines[name])
    with target.connect() as connection:
        assert {name: list(found) for name, found in export_tables(connection)} == lines
    assert sum(map(len, lines.values())) > 10


def test_settings_of_a_restored_programme_never_name_the_database_of_the_old_one(town, tmp_path):
    settings = town / "dafeng.toml"
    settings.write_text(settings.read_text("utf-8") + f'records = "sqlite:///{town}/store/dafeng.db"\n', "utf-8")
    with programme(town) as services:
        make_backup(services, local_caller(), str(tmp_path / "b.zip"))
    restore(tmp_path / "b.zip", tmp_path / "back")
    assert str(town) not in (tmp_path / "back" / "dafeng.toml").read_text("utf-8")
    with pytest.raises(BadRequest):
        restore(tmp_path / "b.zip", tmp_path / "other", "postgresql+psycopg://nobody@localhost/none")
    assert not (tmp_path / "other").exists()


# -- doctor -----------------------------------------------------------------------------------------------------------


def found(folder: Path, check: str, **options: object) -> str:
    return worst_level(tuple(c for c in ThisMachine(folder, **options).examine(deep=True) if c.check == check))  # type: ignore[arg-type]


def test_a_sound_programme_has_no_failing_check(dafeng, town):
    done = dafeng("doctor", "-p", str(town), "--json")
    told = json.loads(done.out)
    assert done.code == 0
    assert told["level"] in ("ok", "warn")
    wanted = "python packages fonts settings rights disk records migrations integrity evidence columns results lock"
    assert {*wanted.split(), "clock", "zone", "backups"} <= {f["check"] for f in told["findings"]}
    assert all(f["level"] == "ok" or f["mend"] for f in told["findings"])


def test_each_fault_is_named_with_a_way_to_mend_it_and_ends_in_8(dafeng, town):
    evidence = next((town / "store" / "evidence").glob("??/*"))
    evidence.write_bytes(b"altered")
    assert found(town, "evidence") == "fail"
    evidence.unlink()
    assert found(town, "evidence") == "fail"
    facts = next((town / "store" / "facts").glob("*.parquet"))
    facts.write_bytes(b"PAR1 no more")
    assert found(town, "columns") == "fail"
    facts.unlink()
    assert found(town, "columns") == "fail"
    shutil.rmtree(town / "store" / "runs")
    assert found(town, "results") == "fail"
    done = dafeng("doctor", "-p", str(town), "--deep")
    assert done.code == 8
    assert "mend:" in done.out


def test_doctor_warns_of_a_portal_that_answers_under_every_name(dafeng, town):
    named = json.loads(dafeng("doctor", "-p", str(town), "--json", "--name", "portal.example.org").out)["findings"]
    unnamed = json.loads(dafeng("doctor", "-p", str(town), "--json").out)["findings"]
    levels = [next(f["level"] for f in told if f["check"] == "hosts") for told in (named, unnamed)]
    assert levels == ["ok", "warn"]


def test_settings_rights_and_tables_are_looked_at(town):
    (town / "store" / "totp.key").write_bytes(b"k")
    (town / "store" / "totp.key").chmod(0o644)
    assert found(town, "rights") == "fail"
    (town / "store" / "totp.key").chmod(0o600)
    assert found(town, "rights") == "ok"
    with closing(sqlite3.connect(town / "store" / "dafeng.db")) as db:
        db.execute("update alembic_version set version_num = '9999'")
        db.commit()
    assert found(town, "migrations") == "fail"
    (town / "dafeng.toml").write_text("area = ")
    assert found(town, "settings") == "fail"
    assert found(town / "nowhere", "settings") == "fail"


def test_a_damaged_database_is_a_finding_and_not_the_end(town):
    path = town / "store" / "dafeng.db"
    path.write_bytes(path.read_bytes()[:5000] + b"\xff" * 4000 + path.read_bytes()[9000:])
    checks = {c.check: c.level for c in ThisMachine(town).examine()}
    assert "fail" in (checks.get("integrity"), checks.get("records"))
    assert checks["python"] == "ok"


def test_who_writes_and_which_port_answers_is_seen(town):
    import socket

    assert found(town, "lock") == "ok"
    with programme(town, writing=True):
        assert found(town, "lock") == "warn"
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        assert found(town, "port", port=port) == "warn"
    assert found(town, "port", port=port) == "ok"


@pytest.mark.parametrize(("days", "level"), [(400, "ok"), (10, "warn"), (-1, "fail")])
def test_the_end_of_a_certificate_is_seen_coming(tmp_path, days, level):
    assert found(tmp_path, "certificate", certificate=_certificate(tmp_path, days)) == level


def _certificate(folder: Path, days: int) -> Path:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "portal")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1000))
        .not_valid_after(now + timedelta(days=days, hours=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "portal.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return folder / "portal.pem"


def test_the_state_is_for_the_system_administrator_alone(town):
    with programme(town) as services:
        state = system_state(services, SYSADMIN)
        assert state.counts["batches"] > 0
        assert {c.check for c in state.findings} >= {"disk", "records"}
        for role in ("officer", "auditor", "secadmin", "public"):
            with pytest.raises(NotAllowed):
                system_state(services, Caller("x", frozenset({role})))


def test_an_archive_in_the_making_leaves_nothing_behind_when_it_is_stopped(town):
    class Stopped:
        def stage(self, name: str, total: int) -> None: ...
        def step(self, words: str = "") -> None: ...
        def cancelled(self) -> bool:
            return True

    with programme(town) as services, pytest.raises(Exception, match="stopped"):
        make_backup(services, SYSADMIN, None, Stopped())
    assert FolderArchives(town, "").listed() == []
    assert list((town / "backups").iterdir()) == []
