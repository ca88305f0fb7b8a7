"""The one place where ports meet adapters: a programme directory becomes the services of the use cases."""

from __future__ import annotations

import getpass
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from dafeng import __version__
from dafeng.adapters.columns import FolderColumns, write_whole
from dafeng.adapters.programme import FOLDERS, SETTINGS_FILE, ProgrammeFiles, SystemClock, only_one, read_settings
from dafeng.adapters.records import open_records
from dafeng.app.services import Services
from dafeng.app.settings import Settings
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest


@contextmanager
def programme(folder: Path, *, writing: bool = False) -> Iterator[Services]:
    """Open a programme; with ``writing`` no other process may write until it is closed."""
    settings = read_settings(folder)
    if not writing:
        with _opened(folder, settings) as services:
            yield services
        return
    with only_one(folder), _opened(folder, settings) as services:
        yield services


def make_programme(folder: Path, files: Mapping[str, str]) -> None:
    """Make a programme directory with its first files. Raises BadRequest where one is there already."""
    if (folder / SETTINGS_FILE).exists():
        raise BadRequest("there is a programme here already", where=str(folder), mend="Choose another directory.")
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        write_whole(folder / name, text.encode())


def write_inputs(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put files into a programme's inboxes."""
    inside = ProgrammeFiles(folder)
    for name, data in files.items():
        inside.write(name, data)


@contextmanager
def _opened(folder: Path, settings: Settings) -> Iterator[Services]:
    store = folder / "store"
    store.mkdir(parents=True, exist_ok=True)
    records = open_records(settings.records or f"sqlite:///{store / 'dafeng.db'}")
    try:
        yield Services(
            settings, records, FolderColumns(store), ProgrammeFiles(folder), SystemClock(settings.zone), __version__
        )
    finally:
        records.close()


def local_caller() -> Caller:
    """Who sits at this machine: whoever may write the programme's directory owns the programme."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = "local"
    return Caller(name, frozenset({"owner"}), everything=True)
