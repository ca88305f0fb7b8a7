"""Ports of backups 备份: what is asked of the outside, and what a backup says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import msgspec

from dafeng.app.ports import Progress

FORMAT = 1  # raised when an older dafeng could not restore what this one writes


class Member(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file of a backup: its name inside, the SHA-256 of its bytes, and how many they are."""

    path: str
    sha256: str
    size: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a backup holds 清单. records: sqlite (a copy of the file) or tables (JSON lines of every table).

    revision is that of the tables; rows counts them by table. skipped names what is not in it.
    """

    format: int
    made_at: str
    made_by: str
    code_version: str
    programme: str
    area: str
    records: str
    revision: str
    rows: dict[str, int]
    members: tuple[Member, ...]
    keys: tuple[str, ...]  # key files among the members: keep the backup as secret as them
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a backup says of itself."""

    made_at: str
    made_by: str
    code_version: str
    programme: str
    area: str


class Archives(Protocol):
    """Backups of one programme: ``place`` is a path, or None for the programme's own backups/."""

    def make(self, stamp: Stamp, place: str | None, progress: Progress) -> tuple[str, Manifest]: ...
    def listed(self) -> list[tuple[str, int, Manifest]]: ...
