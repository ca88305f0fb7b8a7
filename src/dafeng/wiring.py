"""The one place where ports meet adapters: a programme directory becomes the services of the use cases."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path

from dafeng import __version__
from dafeng.adapters.backup import FolderArchives
from dafeng.adapters.cases import SqlCases
from dafeng.adapters.certificates import SqlCertificates
from dafeng.adapters.checkup import ThisMachine
from dafeng.adapters.columns import FolderColumns, write_whole
from dafeng.adapters.hashing import Argon2Hasher
from dafeng.adapters.identities import SqlIdentities
from dafeng.adapters.jobs import SqlAnswers, SqlJobs
from dafeng.adapters.orphans import end_with_parent
from dafeng.adapters.programme import FOLDERS, SETTINGS_FILE, ProgrammeFiles, SystemClock, only_one, read_settings
from dafeng.adapters.records import open_records
from dafeng.app.identity.ports import Oidc
from dafeng.app.identity.rules import OidcRules
from dafeng.app.services import Services
from dafeng.app.settings import Settings
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest

LOCK_WAIT_S = 10.0  # how long a short write waits for another process to end its own


@contextmanager
def programme(folder: Path, *, writing: bool = False) -> Iterator[Services]:
    """Open a programme; with ``writing`` no other process may write until it is closed."""
    settings = read_settings(folder)
    if not writing:
        with _opened(folder, settings, partial(only_one, folder, wait_s=LOCK_WAIT_S)) as services:
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
def _opened(
    folder: Path, settings: Settings, exclusive: Callable[[], AbstractContextManager[None]] = nullcontext
) -> Iterator[Services]:
    store, rules = folder / "store", settings.identity
    store.mkdir(parents=True, exist_ok=True)
    url = settings.records or f"sqlite:///{store / 'dafeng.db'}"
    records = open_records(url)
    try:
        yield Services(
            settings,
            records,
            FolderColumns(store),
            ProgrammeFiles(folder),
            SystemClock(settings.zone),
            __version__,
            identities=SqlIdentities(records.engine),
            hasher=Argon2Hasher(store, folder / rules.breach_file if rules.breach_file else None),
            oidc=_provider(rules.oidc, store) if rules.oidc else None,
            jobs=SqlJobs(records.engine),
            answers=SqlAnswers(records.engine),
            cases=SqlCases(records.engine),
            certificates=SqlCertificates(records.engine),
            archives=FolderArchives(folder, url),
            machine=ThisMachine(folder),
            exclusive=exclusive,
        )
    finally:
        records.close()


def _provider(rules: OidcRules, store: Path) -> Oidc:
    """Sign-in elsewhere, where it is set; its libraries are loaded only then."""
    from dafeng.adapters.oidc import OidcProvider

    return OidcProvider(rules, store)


def served(services: Services, folder: Path, hosts: tuple[str, ...]) -> Services:
    """The services of a portal that is asked for under these names: its check-up knows of them."""
    return replace(services, machine=ThisMachine(folder, hosts=hosts))


def run_jobs(folder: Path) -> None:
    """Do a programme's long work until SIGTERM or Ctrl-C: the process beside the portal.

    What the work needs (every stage, reading plans, printing reports) is loaded here: commands that only look do not.
    """
    from dafeng.adapters import job_runner
    from dafeng.adapters.documents import rendered
    from dafeng.app.jobs.work import Outside

    stopping = job_runner.stop_on_signals()
    end_with_parent()
    with programme(folder) as services:
        assert services.jobs is not None
        opening = partial(_job_services, folder)
        job_runner.run_forever(services.jobs, opening, Outside(rendered, folder), stopping)


def _job_services(folder: Path, writing: bool) -> AbstractContextManager[Services]:
    return programme(folder, writing=writing)


def local_caller() -> Caller:
    """Who sits at this machine: whoever may write the programme's directory owns the programme."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = "local"
    return Caller(name, frozenset({"owner"}), everything=True)
