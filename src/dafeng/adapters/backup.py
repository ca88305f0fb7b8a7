"""Backups as one ZIP file 备份文件: a consistent copy while others write, and a way back that trusts nothing.

Order makes it consistent: records only name files that are there already, and these files never change. So the records
are copied first, by SQLite's own backup or in one snapshot of PostgreSQL, and the files after them.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

import msgspec
import sqlalchemy as sa

from dafeng.adapters.backup_tables import export_tables, revision_of
from dafeng.adapters.records import open_engine
from dafeng.app.ports import Progress
from dafeng.app.stages import Cancelled
from dafeng.app.system.backup_ports import FORMAT, Manifest, Member, Stamp
from dafeng.base.errors import BadRequest, StoreError

MANIFEST, FILES, RECORDS = "manifest.json", "files/", "records/"
SQLITE = f"{RECORDS}dafeng.db"
FOLDER = "backups"  # of the programme; never a part of a backup
_CHUNK = 1 << 20
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # all that a ZIP can say; times stand in the records
_STORED = (".parquet", ".xlsx", ".docx", ".pdf", ".zip", ".png")  # compressed already
_DATABASE = ("-wal", "-shm", "-journal")
_KEYS = (".key", ".pem", ".secret")


class FolderArchives:
    """``Archives`` of a programme directory."""

    def __init__(self, folder: Path, url: str) -> None:
        self._folder, self._url = folder, url

    def make(self, stamp: Stamp, place: str | None, progress: Progress) -> tuple[str, Manifest]:
        """Write a backup whole or not at all, readable by its owner alone. BadRequest where the file is there."""
        target = Path(place) if place is not None else self._folder / FOLDER / _name(stamp)
        if target.exists():
            raise BadRequest("there is a file here already", where=str(target), mend="Choose another name.")
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            with open(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as out:
                manifest = _written(out, self._folder, self._url, stamp, progress, part)
                out.flush()
                os.fsync(out.fileno())
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        return str(target), manifest

    def listed(self) -> list[tuple[str, int, Manifest]]:
        """The backups in the programme's own folder; a file that is none is passed over."""
        found = []
        for path in sorted((self._folder / FOLDER).glob("*.zip")):
            try:
                found.append((path.name, path.stat().st_size, read_manifest(path)))
            except (StoreError, OSError):
                continue  # doctor names it
        return found


def _name(stamp: Stamp) -> str:
    moment = "".join(c for c in stamp.made_at[:19] if c.isdigit())
    return f"dafeng-{stamp.area}-{moment[:8]}-{moment[8:]}.zip"


def _written(out: IO[bytes], folder: Path, url: str, stamp: Stamp, progress: Progress, part: Path) -> Manifest:
    members: list[Member] = []
    early = {p for p in (folder / "store" / "facts").glob("*.parquet") if p.is_file()}
    with zipfile.ZipFile(out, "w", allowZip64=True) as archive:
        progress.stage("records 记录", 1)
        kind, revision, rows, batches = _records(archive, url, members)
        progress.step()
        paths, skipped = _files(folder, url, part)
        late = {p for p in paths if p.parent == folder / "store" / "facts"} - early
        later = {p for p in late if p.stem not in batches}  # of an import that began after the records were copied
        paths = [p for p in paths if p not in later]
        progress.stage("files 文件", len(paths))
        for path in paths:
            if progress.cancelled():
                raise Cancelled("the backup was stopped", mend="Start it again.")
            members += _add_file(archive, path, FILES + path.relative_to(folder).as_posix(), skipped)
            progress.step(path.name)
        manifest = Manifest(
            format=FORMAT,
            made_at=stamp.made_at,
            made_by=stamp.made_by,
            code_version=stamp.code_version,
            programme=stamp.programme,
            area=stamp.area,
            records=kind,
            revision=revision,
            rows=rows,
            members=tuple(members),
            keys=tuple(m.path for m in members if m.path.endswith(_KEYS)),
            skipped=tuple(skipped),
        )
        archive.writestr(_info(MANIFEST), msgspec.json.format(msgspec.json.encode(manifest), indent=1))
    return manifest


def _records(
    archive: zipfile.ZipFile, url: str, members: list[Member]
) -> tuple[str, str, dict[str, int], frozenset[str]]:
    """Copy the records: kind, revision of the tables, rows by table, and the batches that they know."""
    engine = open_engine(url)
    try:
        if engine.dialect.name == "sqlite" and engine.url.database:
            return _sqlite(archive, Path(engine.url.database), members)
        with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection, connection.begin():
            rows = {}
            for table, lines in export_tables(connection):
                count = [0]
                members.append(_add(archive, f"{RECORDS}{table}.jsonl", _counted(lines, count)))
                rows[table] = count[0]
            known = connection.execute(sa.text("select batch_id from batches")).scalars()
            return "tables", revision_of(connection), rows, frozenset(known)
    finally:
        engine.dispose()


def _counted(lines: Iterator[bytes], count: list[int]) -> Iterator[bytes]:
    for line in lines:
        count[0] += 1
        yield line


def _sqlite(
    archive: zipfile.ZipFile, path: Path, members: list[Member]
) -> tuple[str, str, dict[str, int], frozenset[str]]:
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=path.parent) as work:
        copy = Path(work) / "copy.db"
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
            source.execute("pragma busy_timeout = 10000")
            source.backup(target)
            target.execute("pragma journal_mode = delete")
            sound = target.execute("pragma integrity_check").fetchone()[0]
            if sound != "ok":
                raise StoreError(f"the copy of the records is damaged: {sound}", where=str(path), mend="dafeng doctor")
            names = [n for (n,) in target.execute("select name from sqlite_master where type = 'table' order by name")]
            counted = [n for n in names if not n.startswith(("sqlite_", "alembic_"))]
            rows = {n: target.execute(f'select count(*) from "{n}"').fetchone()[0] for n in counted}  # noqa: S608
            revision = target.execute("select version_num from alembic_version").fetchone()[0]
            batches = frozenset(b for (b,) in target.execute("select batch_id from batches"))
        with copy.open("rb") as data:
            members.append(_add(archive, SQLITE, _chunks(data)))
    return "sqlite", revision, rows, batches


def _files(folder: Path, url: str, part: Path) -> tuple[list[Path], list[str]]:
    """Every file of the programme but the database, lock, unfinished parts and other backups; and what is skipped."""
    database = sa.engine.make_url(url).database if url.startswith("sqlite") else None
    own = folder / "store" / "dafeng.db"  # beside a server's records it is what a programme began with, and stale
    apart = {(folder / "store" / "lock").resolve(), part.resolve()}
    for base in (own.resolve(), Path(database).resolve() if database else own.resolve()):
        apart |= {base, *(base.with_name(base.name + ending) for ending in _DATABASE)}
    found, skipped = [], []
    for root, folders, names in os.walk(folder):
        here = Path(root)
        if here == folder and FOLDER in folders:
            folders.remove(FOLDER)
        links = [n for n in folders if (here / n).is_symlink() or n.startswith(".backup-")]
        skipped += [str((here / n).relative_to(folder)) for n in links if not n.startswith(".backup-")]
        folders[:] = sorted(n for n in folders if n not in links)
        for name in sorted(names):
            path = here / name
            if path.resolve() in apart or (name.startswith(".") and name.endswith(".part")):
                continue
            if path.is_symlink() or not stat.S_ISREG(path.lstat().st_mode):
                skipped.append(str(path.relative_to(folder)))
            else:
                found.append(path)
    return found, skipped


def _add_file(archive: zipfile.ZipFile, path: Path, name: str, skipped: list[str]) -> list[Member]:
    try:
        data = path.open("rb")
    except FileNotFoundError:  # taken away since the folder was read: an inbox file that somebody moved
        skipped.append(name.removeprefix(FILES))
        return []
    with data:
        return [_add(archive, name, _chunks(data))]


def _add(archive: zipfile.ZipFile, name: str, chunks: Iterator[bytes]) -> Member:
    digest, size = hashlib.sha256(), 0
    with archive.open(_info(name), "w", force_zip64=True) as member:
        for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
            member.write(chunk)
    return Member(path=name, sha256=digest.hexdigest(), size=size)


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _EARLIEST)
    info.external_attr = (stat.S_IFREG | 0o600) << 16
    stored = name.endswith(_STORED) or name.startswith(f"{FILES}store/evidence/")
    info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    return info


def _chunks(data: IO[bytes]) -> Iterator[bytes]:
    while chunk := data.read(_CHUNK):
        yield chunk


def read_manifest(path: Path) -> Manifest:
    """What a backup says it holds. Raises StoreError where the file is no backup of ours."""
    try:
        with zipfile.ZipFile(path) as archive:
            info = archive.getinfo(MANIFEST)
            if info.file_size > 256 << 20:
                raise StoreError("the manifest is too large", where=str(path))
            manifest = msgspec.json.decode(archive.read(info), type=Manifest)
    except (zipfile.BadZipFile, KeyError, msgspec.MsgspecError, EOFError, NotImplementedError, RuntimeError) as error:
        mend = "Give a file that `dafeng backup` wrote, whole."
        raise StoreError("this is no backup of dafeng", where=str(path), mend=mend) from error
    if manifest.format > FORMAT:
        raise StoreError("the backup was written by a newer dafeng", where=str(path), mend="Install that version.")
    return manifest
