"""A programme directory 方案工作区: dafeng.toml, inboxes, store, reports; and the lock that keeps two runs apart."""

from __future__ import annotations

import fcntl
import time
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from dafeng.adapters.columns import write_whole
from dafeng.app.ports import InputFile, InputKind
from dafeng.app.settings import Settings
from dafeng.base.errors import BadRequest, NotFound, StoreError

SETTINGS_FILE = "dafeng.toml"
INBOXES: tuple[InputKind, ...] = ("plans", "registry", "activity")
FOLDERS = (*INBOXES, "templates", "reports", "store")
_IGNORED = (".", "~$", "README")
_RETRY_S = 0.05  # between two attempts at the lock


def read_settings(folder: Path) -> Settings:
    """The settings of a programme. Raises NotFound where the directory is none, BadRequest on a wrong field."""
    path = folder / SETTINGS_FILE
    if not path.is_file():
        raise NotFound("this is not a programme directory", where=str(folder), mend=f"Make one: dafeng init {folder}")
    try:
        settings = msgspec.convert(tomllib.loads(path.read_text("utf-8-sig")), Settings)
        ZoneInfo(settings.zone)
    except UnicodeDecodeError as error:
        raise BadRequest(f"{SETTINGS_FILE} is not UTF-8", where=str(path), mend="Save it as UTF-8.") from error
    except (ZoneInfoNotFoundError, ValueError, msgspec.ValidationError) as error:  # TOML errors are ValueErrors
        raise BadRequest(f"{SETTINGS_FILE}: {error}", where=str(path), mend="See docs/programme.md.") from error
    return settings


class ProgrammeFiles:
    """``Files`` on a directory. Paths are relative to it and never lead out of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def inputs(self, kind: InputKind) -> Sequence[InputFile]:
        inbox = self.folder / kind
        files = (p for p in sorted(inbox.rglob("*")) if p.is_file() and not p.name.startswith(_IGNORED))
        return [self._input(kind, p) for p in files]

    def _input(self, kind: InputKind, path: Path) -> InputFile:
        known = path.stat()
        at = datetime.fromtimestamp(known.st_mtime, UTC)
        return InputFile(kind, path.relative_to(self.folder).as_posix(), known.st_size, at)

    def read(self, file: InputFile) -> bytes:
        return self._inside(file.path).read_bytes()

    def write(self, path: str, data: bytes) -> str:
        target = self._inside(path)
        write_whole(target, data)
        return str(target)

    def place(self, path: str) -> str | None:
        target = self._inside(path)
        return str(target) if target.is_file() else None

    def _inside(self, path: str) -> Path:
        target = (self.folder / path).resolve()
        if not target.is_relative_to(self.folder.resolve()):
            raise BadRequest(
                "the path leads out of the programme", where=path, mend="Put the file itself here, not a link to it."
            )
        return target


class SystemClock:
    """``Clock`` of this machine; days are cut in the programme's zone."""

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)

    def now(self) -> datetime:
        return datetime.now(UTC)

    def today(self) -> date:
        return datetime.now(self._zone).date()


@contextmanager
def only_one(folder: Path, *, wait_s: float = 0.0) -> Iterator[None]:
    """Hold the programme's write lock. Raises StoreError where another holds it for ``wait_s`` seconds."""
    lock = folder / "store" / "lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as handle:
        _locked(handle.fileno(), folder, time.monotonic() + wait_s)
        yield


def _locked(handle: int, folder: Path, until: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError as error:
            if time.monotonic() >= until:
                raise StoreError(
                    "another dafeng is writing to this programme", where=str(folder), mend="Wait until it has ended."
                ) from error
            time.sleep(_RETRY_S)
