"""The stores of a programme looked at 存储检查: records, columns, evidence, backups, jobs, administrators."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from dafeng.adapters import tables
from dafeng.adapters.backup import FOLDER as BACKUPS
from dafeng.adapters.backup import read_manifest
from dafeng.adapters.backup_tables import revision_of
from dafeng.adapters.checkup_certificates import certificate_check
from dafeng.adapters.records import open_engine
from dafeng.app.ports import CURRENT, assessed_of
from dafeng.app.settings import Settings
from dafeng.app.system.health_ports import Check, Level
from dafeng.base.callers import ADMINISTRATORS
from dafeng.base.errors import DafengError

SAMPLE = 50  # files of evidence that are read unless all are asked for
_STALE_H = 48  # hours without a backup
_SILENT = timedelta(seconds=120)
_NAMED = 3


def store_checks(folder: Path, settings: Settings, *, deep: bool) -> Iterator[Check]:
    """Every check of records, columns and evidence; where the records cannot be reached, only the files."""
    store = folder / "store"
    database = store / "dafeng.db"
    if not settings.records and not database.exists():
        yield Check(
            check="records",
            level="warn",
            what="there are no records yet",
            what_zh="尚无记录",
            where=str(database),
            mend="Run: dafeng run",
        )
        return
    engine = open_engine(settings.records or f"sqlite:///{database}")
    where = engine.url.render_as_string(hide_password=True)
    try:
        with engine.connect() as connection:
            yield _ok("records", "the records can be reached", "记录库可访问", where)
            yield (told := _revision(connection, where))
            if engine.dialect.name == "sqlite":
                yield _integrity(Path(str(engine.url.database)))
            if told.level != "fail":
                yield from _evidence(connection, store, deep=deep)
                yield from _columns(connection, store)
                yield _pointers(connection, store)
                if told.level == "ok":  # of another revision the tables may not be there yet
                    yield certificate_check(connection)
                yield from _jobs(connection, engine)
                yield from _administrators(connection, engine)
    except SQLAlchemyError as error:
        words = f"the records cannot be reached: {error.__class__.__name__}"
        yield Check(
            check="records",
            level="fail",
            what=words,
            what_zh="记录库无法访问",
            where=where,
            mend="Check the address in dafeng.toml, that the server runs, and the rights.",
        )
    finally:
        engine.dispose()
    yield _backups(folder)


def _ok(check: str, what: str, zh: str, where: str = "") -> Check:
    return Check(check=check, level="ok", what=what, what_zh=zh, where=where)


def _revision(connection: Connection, where: str) -> Check:
    config = Config()
    config.set_main_option("script_location", "dafeng.adapters:migrations")
    script = ScriptDirectory.from_config(config)
    head, now = script.get_current_head() or "", revision_of(connection)
    if now == head:
        return _ok("migrations", f"the tables are of revision {now}", f"表结构版本{now}", where)
    known = {s.revision for s in script.walk_revisions()}
    if not now or now in known:
        return Check(
            check="migrations",
            level="warn",
            what=f"the tables are of revision {now or 'none'}, not {head}",
            what_zh=f"表结构版本{now or '无'},应为{head}",
            where=where,
            mend="Open the programme once (dafeng batches): that brings them up.",
        )
    return Check(
        check="migrations",
        level="fail",
        what=f"the tables are of revision {now}, which this dafeng knows not",
        what_zh=f"表结构版本{now}高于本软件",
        where=where,
        mend="Use the dafeng that wrote them, or newer.",
    )


def _integrity(path: Path) -> Check:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        sound = [row[0] for row in connection.execute("pragma integrity_check(5)")]
    if sound == ["ok"]:
        return _ok("integrity", "SQLite finds the records whole", "记录库完整", str(path))
    return Check(
        check="integrity",
        level="fail",
        what="; ".join(sound),
        what_zh="记录库已损坏",
        where=str(path),
        mend="Stop the portal and restore the last backup: dafeng restore",
    )


def _evidence(connection: Connection, store: Path, *, deep: bool) -> Iterator[Check]:
    """Whether every file that the records name is there, and (a sample, or all) has the bytes that its name says."""
    rows = connection.execute(sa.select(tables.evidence.c.sha256).order_by(tables.evidence.c.sha256)).scalars().all()
    place = store / "evidence"
    gone = [sha for sha in rows if not (place / sha[:2] / sha).is_file()]
    there = [p for p in sorted(place.glob("??/*")) if p.is_file() and not p.name.startswith(".")]
    step = 1 if deep else max(len(there) // SAMPLE, 1)
    read = there[::step]
    bad = [p.name for p in read if _hash(p) != p.name]
    mend = "Restore the last backup, or deliver the files again."
    if gone:
        yield Check(
            check="evidence",
            level="fail",
            what=f"{len(gone)} files of evidence are gone: {_first(gone)}",
            what_zh=f"{len(gone)}个凭证文件缺失",
            where=str(place),
            mend=mend,
        )
    if bad:
        yield Check(
            check="evidence",
            level="fail",
            what=f"{len(bad)} files are not what their hash says: {_first(bad)}",
            what_zh=f"{len(bad)}个凭证文件与哈希不符",
            where=str(place),
            mend=mend,
        )
    if not gone and not bad:
        yield _ok(
            "evidence",
            f"{len(rows)} files are there; {len(read)} read, all as their hash says",
            f"登记的{len(rows)}个凭证齐全,已核对{len(read)}个文件",
            str(place),
        )


def _hash(path: Path) -> str:
    with path.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def _first(names: list[str]) -> str:
    return ", ".join(n[:12] for n in names[:_NAMED]) + (" …" if len(names) > _NAMED else "")


def _columns(connection: Connection, store: Path) -> Iterator[Check]:
    """Whether facts and results can be read, and every batch with facts has its file."""
    paths = [*sorted((store / "facts").glob("*.parquet")), *sorted((store / "runs").glob("*/*.parquet"))]
    broken = [str(p.relative_to(store)) for p in paths if not _readable(p)]
    if broken:
        yield Check(
            check="columns",
            level="fail",
            what=f"{len(broken)} files cannot be read: {', '.join(broken[:_NAMED])}",
            what_zh=f"{len(broken)}个数据文件不可读",
            where=str(store),
            mend="Restore facts from a backup; results are made again by dafeng run --force.",
        )
    query = sa.select(tables.batches.c.batch_id).where(tables.batches.c.facts > 0)
    gone = [b for b in connection.execute(query).scalars() if not (store / "facts" / f"{b}.parquet").is_file()]
    if gone:
        yield Check(
            check="columns",
            level="fail",
            what=f"the facts of {len(gone)} batches are gone: {', '.join(gone[:_NAMED])}",
            what_zh=f"{len(gone)}个批次的数据缺失",
            where=str(store / "facts"),
            mend="Restore the last backup.",
        )
    if not broken and not gone:
        yield _ok(
            "columns", f"{len(paths)} files of facts and results can be read", f"{len(paths)}个数据文件可读", str(store)
        )


def _readable(path: Path) -> bool:
    try:
        pl.read_parquet(path, n_rows=1)
    except Exception:  # noqa: BLE001 (whatever a damaged file does, the answer is no)
        return False
    return True


def _pointers(connection: Connection, store: Path) -> Check:
    """Whether the current run and its assessment have their results."""
    current = _pointed(connection, CURRENT)
    if current is None:
        return _ok("results", "nothing has been computed yet", "尚未运行")
    made = _pointed(connection, assessed_of(current))
    wanted = [f"{current}/lines", f"{current}/findings", *([f"{made}/states"] if made else [])]
    gone = [w for w in wanted if not (store / "runs" / f"{w}.parquet").is_file()]
    if gone:
        return Check(
            check="results",
            level="fail",
            what=f"results are gone: {', '.join(gone)}",
            what_zh="当前运算结果缺失",
            where=str(store / "runs"),
            mend="Compute again: dafeng run --force",
            mend_zh="重新运行",
        )
    return _ok("results", f"the results of {current} are there", f"运算{current}的结果齐全", str(store / "runs"))


def _pointed(connection: Connection, name: str) -> str | None:
    p = tables.pointers
    query = sa.select(p.c.run_id).where(p.c.name == name).order_by(p.c.id.desc()).limit(1)
    return connection.execute(query).scalar_one_or_none()


def _jobs(connection: Connection, engine: Engine) -> Iterator[Check]:
    """Whether work that waits or runs has somebody who does it."""
    jobs = _table(engine, "jobs")
    if jobs is None:
        return
    open_ones = connection.execute(
        sa.select(jobs.c.state, jobs.c.created_at, jobs.c.heartbeat_at).where(jobs.c.state.in_(["queued", "running"]))
    ).all()
    before = datetime.now(UTC).replace(tzinfo=None) - _SILENT
    left = [j for j in open_ones if (j.heartbeat_at or j.created_at) < before]
    if left:
        yield Check(
            check="runner",
            level="warn",
            what=f"{len(left)} jobs wait and nobody works on them",
            what_zh=f"{len(left)}项作业无人执行",
            mend="Start the portal with jobs: dafeng serve",
        )
        return
    yield _ok("runner", f"{len(open_ones)} jobs wait or run", f"{len(open_ones)}项作业等待或运行")


def _table(engine: Engine, name: str) -> sa.Table | None:
    if not sa.inspect(engine).has_table(name):
        return None
    known = sa.MetaData()
    known.reflect(engine, only=[name])
    return known.tables[name]


def _administrators(connection: Connection, engine: Engine) -> Iterator[Check]:
    """Whether each of the three administrators is there, and no person is two of them (三员分立)."""
    grants, users = _table(engine, "grants"), _table(engine, "users")
    if grants is None or users is None:
        return
    now = datetime.now(UTC).replace(tzinfo=None)
    latest = {row.user_id: row for row in connection.execute(sa.select(grants).order_by(grants.c.seq))}
    latest = {user: row for user, row in latest.items() if row.until is None or row.until > now}
    active = {u.user_id: u.login for u in connection.execute(sa.select(users)) if not u.disabled}
    holds = {active[u]: ADMINISTRATORS & set(row.roles) for u, row in latest.items() if u in active}
    double = sorted(login for login, roles in holds.items() if len(roles) > 1)
    missing = sorted(ADMINISTRATORS - {r for roles in holds.values() for r in roles})
    if double:
        yield Check(
            check="administrators",
            level="fail",
            what=f"two administrators in one person: {', '.join(double)}",
            what_zh=f"一人兼任两员:{'、'.join(double)}",
            mend="Give each of the three to another person.",
        )
    if missing:
        level: Level = "warn"
        yield Check(
            check="administrators",
            level=level,
            what=f"nobody is {', '.join(missing)}",
            what_zh=f"缺少管理员:{'、'.join(missing)}",
            mend="Create and grant them: dafeng user",
        )
    if not double and not missing:
        yield _ok("administrators", "the three administrators are three people", "三员齐备且分立")


def _backups(folder: Path) -> Check:
    """When the last backup was made."""
    place = folder / BACKUPS
    made, broken = [], []
    for path in sorted(place.glob("*.zip")):
        try:
            made.append(datetime.fromisoformat(read_manifest(path).made_at))
        except (DafengError, ValueError, OSError):
            broken.append(path.name)
    if broken:
        return Check(
            check="backups",
            level="warn",
            what=f"not readable as backups: {', '.join(broken[:_NAMED])}",
            what_zh="有备份文件不可读",
            where=str(place),
            mend="Move them away, and make a backup.",
        )
    if not made:
        return Check(
            check="backups",
            level="warn",
            what="no backup has been made here",
            what_zh="尚无备份",
            where=str(place),
            mend="Make one: dafeng backup",
            mend_zh="执行 dafeng backup",
        )
    age = datetime.now(UTC) - max(made)
    level: Level = "warn" if age > timedelta(hours=_STALE_H) else "ok"
    words = f"the last backup is {age.total_seconds() / 3600:.0f} h old"
    return Check(
        check="backups",
        level=level,
        what=words,
        what_zh=f"最近备份距今{age.total_seconds() / 3600:.0f}小时",
        where=str(place),
        mend="" if level == "ok" else "Make one: dafeng backup",
    )
