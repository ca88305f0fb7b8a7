"""What every use case is handed: the programme's settings, stores, files and clock."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from dafeng.app.case_ports import CaseStore
from dafeng.app.certificates.ports import CertificateStore
from dafeng.app.identity.ports import Hasher, Identities, Oidc, no_hasher, no_identities
from dafeng.app.jobs.ports import AnswerStore, JobStore
from dafeng.app.memory import Memory
from dafeng.app.ports import Clock, ColumnStore, Files, RecordStore
from dafeng.app.settings import Settings
from dafeng.app.system.backup_ports import Archives
from dafeng.app.system.health_ports import Machine


@dataclass(frozen=True, slots=True)
class Services:
    """The outside, as ports; made in ``wiring``."""

    settings: Settings
    records: RecordStore
    columns: ColumnStore
    files: Files
    clock: Clock
    code_version: str
    memory: Memory = field(default_factory=Memory)
    identities: Identities = field(default_factory=no_identities)
    hasher: Hasher = field(default_factory=no_hasher)
    oidc: Oidc | None = None  # None: no provider is set
    jobs: JobStore | None = None
    answers: AnswerStore | None = None
    cases: CaseStore | None = None
    certificates: CertificateStore | None = None
    archives: Archives | None = None
    machine: Machine | None = None
    exclusive: Callable[[], AbstractContextManager[None]] = nullcontext  # the programme's write lock, for short writes


class Silent:
    """``Progress`` that tells nobody."""

    def stage(self, name: str, total: int) -> None:
        """Nothing to show."""

    def step(self, words: str = "") -> None:
        """Nothing to show."""

    def cancelled(self) -> bool:
        return False
