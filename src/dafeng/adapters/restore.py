"""Restore a backup 恢复: every hash is verified before anything is written; a hostile archive is refused."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from dafeng.adapters.backup import FILES, MANIFEST, RECORDS, SQLITE, read_manifest
from dafeng.adapters.backup_tables import is_empty, load_table, make_tables, table_order
from dafeng.adapters.programme import SETTINGS_FILE
from dafeng.adapters.records import open_engine, open_records
from dafeng.app.system.backup_ports import Manifest, Member
from dafeng.base.errors import BadRequest, StoreError

MOST_MEMBERS = 2_000_000
RATIO = 500  # unpacked over packed: more is a bomb, not a backup (judged above 64 MB)
_CHUNK = 1 << 20
_RECORDS_LINE = re.compile(r"^[ \t]*records[ \t]*=.*$", re.M)
_RESERVED = re.compile(r"[\x00-\x1f\\:]|^\s|\s$")


def restore(path: Path, folder: Path, url: str = "") -> Manifest:
    """Make a programme directory from a backup; records go to ``url`` (empty: SQLite in its store).

    Raises BadRequest where the folder or the database holds anything, StoreError where the archive is damaged, altered
    or hostile; then nothing has been written.
    """
    if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        raise BadRequest("this directory is not empty", where=str(folder), mend="Restore into a new directory.")
    if not path.is_file():
        raise BadRequest("no such file", where=str(path), mend="Check the path.")
    manifest = verify(path)
    _require_room(folder, sum(m.size for m in manifest.members))
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        with zipfile.ZipFile(path) as archive:
            _unpack(archive, manifest, work)
            _restore_records(archive, manifest, work, url)
        if folder.exists():
            folder.rmdir()
        work.rename(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return manifest


def verify(path: Path) -> Manifest:
    """Read a backup through and compare every byte with its manifest; nothing is written. Raises StoreError."""
    manifest = read_manifest(path)
    with zipfile.ZipFile(path) as archive:
        held = _members(archive, manifest, path)
        for member in manifest.members:
            _verify(archive, held[member.path], member, path)
    return manifest


def _hostile(what: str, path: Path, name: str) -> StoreError:
    where = f"{path.name} › {name[:120]!r}"
    return StoreError(what, where=where, mend="Do not trust this file; take another backup.")


def _members(archive: zipfile.ZipFile, manifest: Manifest, path: Path) -> dict[str, zipfile.ZipInfo]:
    """The archive's members by name: exactly those of the manifest, each a plain file inside the programme."""
    infos = archive.infolist()
    if len(infos) > MOST_MEMBERS:
        raise StoreError("the archive has too many members", where=str(path))
    held: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        if info.filename in held:
            raise _hostile("a member stands twice in the archive", path, info.filename)
        held[info.filename] = info
    told = {m.path: m for m in manifest.members}
    if len(told) != len(manifest.members) or held.keys() != told.keys() | {MANIFEST}:
        odd = next(iter(held.keys() ^ (told.keys() | {MANIFEST})), "")
        raise _hostile("the members are not those of the manifest", path, odd)
    folded = {name.casefold() for name in told}
    if len(folded) != len(told):
        raise _hostile("two members differ only in case", path, "")
    for name, info in held.items():
        _check_name(name, info, path)
        size = told[name].size if name != MANIFEST else info.file_size
        if info.file_size != size or (size > 64 << 20 and size > RATIO * max(info.compress_size, 1)):
            raise _hostile("a member unfolds to more than it should", path, name)
    return held


def _check_name(name: str, info: zipfile.ZipInfo, path: Path) -> None:
    parts = PurePosixPath(name).parts
    inside = name == MANIFEST or name.startswith((FILES, RECORDS))
    plain = "/".join(parts) == name and ".." not in parts and not name.startswith("/") and not _RESERVED.search(name)
    if not inside or not plain or any(len(p.encode()) > 255 for p in parts):
        raise _hostile("a member leads out of the programme", path, name)
    mode = info.external_attr >> 16
    if info.is_dir() or (mode and not stat.S_ISREG(mode)) or info.flag_bits & 0x1:
        raise _hostile("a member is no plain file", path, name)


def _verify(archive: zipfile.ZipFile, info: zipfile.ZipInfo, member: Member, path: Path) -> None:
    digest = hashlib.sha256()
    for chunk in _read(archive, info, member, path):
        digest.update(chunk)
    if digest.hexdigest() != member.sha256:
        raise _hostile("a member is not what the manifest says", path, member.path)


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, member: Member, path: Path) -> Iterator[bytes]:
    """The bytes of a member, never more than the manifest says."""
    left = member.size
    try:
        with archive.open(info) as data:
            while chunk := data.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise _hostile("a member unfolds to more than it should", path, member.path)
                yield chunk
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise _hostile(f"a member is damaged ({error})", path, member.path) from error
    if left:
        raise _hostile("a member is cut off", path, member.path)


def _require_room(folder: Path, size: int) -> None:
    there = next(p for p in (folder, *folder.resolve().parents) if p.exists())
    free = shutil.disk_usage(there).free
    if size + (64 << 20) > free:
        raise StoreError(
            f"the backup needs {size >> 20} MB and the disk has {free >> 20}",
            where=str(there),
            mend="Make room, or restore onto another disk.",
        )


def _unpack(archive: zipfile.ZipFile, manifest: Manifest, work: Path) -> None:
    for member in manifest.members:
        if member.path.startswith(FILES):
            _write(archive, member, work / member.path.removeprefix(FILES))
    for name in ("store", "plans", "registry", "activity", "templates", "reports"):
        (work / name).mkdir(exist_ok=True)


def _write(archive: zipfile.ZipFile, member: Member, target: Path) -> None:
    """Write a member, its hash compared once more: the file may have been changed since it was verified."""
    target.parent.mkdir(parents=True, exist_ok=True)
    mode = 0o600 if target.suffix in (".key", ".pem", ".secret", ".db") else 0o644
    digest = hashlib.sha256()
    source = Path(str(archive.filename))
    with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode), "wb") as out:
        for chunk in _read(archive, archive.getinfo(member.path), member, source):
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    if digest.hexdigest() != member.sha256:
        raise _hostile("a member changed while it was read", source, member.path)


def _restore_records(archive: zipfile.ZipFile, manifest: Manifest, work: Path, url: str) -> None:
    if manifest.records == "sqlite" and url:
        raise BadRequest(
            "records of SQLite are restored as SQLite", where=url, mend="Leave --records out; move them afterwards."
        )
    if manifest.records == "sqlite":
        member = next(m for m in manifest.members if m.path == SQLITE)
        _write(archive, member, work / "store" / "dafeng.db")
    else:
        _load(archive, manifest, url or f"sqlite:///{work / 'store' / 'dafeng.db'}")
    _point_settings(work / SETTINGS_FILE, url)
    open_records(url or f"sqlite:///{work / 'store' / 'dafeng.db'}").close()  # brings them to this version's tables


def _load(archive: zipfile.ZipFile, manifest: Manifest, url: str) -> None:
    engine = open_engine(url)
    try:
        if not is_empty(engine):
            mend = "Restore into an empty database."
            raise BadRequest("the database holds tables already", where=engine.url.render_as_string(), mend=mend)
        make_tables(engine, manifest.revision)
        members = {m.path: m for m in manifest.members if m.path.startswith(RECORDS)}
        for table in table_order(engine):
            if (member := members.get(f"{RECORDS}{table}.jsonl")) is None:
                continue
            with archive.open(member.path) as lines:
                count = load_table(engine, table, lines)
            if count != manifest.rows.get(table):
                raise StoreError("rows are missing", where=table, mend="Take another backup.")
    finally:
        engine.dispose()


def _point_settings(path: Path, url: str) -> None:
    """Let the restored programme use its own records, never those of the programme that was backed up."""
    if not path.is_file():
        raise StoreError("the backup holds no settings", where=SETTINGS_FILE, mend="Take another backup.")
    text = path.read_text("utf-8-sig")
    escaped = url.replace("\\", "\\\\").replace('"', '\\"')
    kept = _RECORDS_LINE.sub("", text)
    path.write_text((f'records = "{escaped}"\n' if url else "") + kept, "utf-8")
