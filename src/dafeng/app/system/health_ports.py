"""Ports of the state of an installation 系统状态: findings, each with what, where and how to mend."""

from __future__ import annotations

from typing import Literal, Protocol

import msgspec

Level = Literal["ok", "warn", "fail"]


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """What one check found. ``check`` names it; where is a place a person can go to."""

    check: str
    level: Level
    what: str
    what_zh: str
    where: str = ""
    mend: str = ""
    mend_zh: str = ""


class Machine(Protocol):
    """The installation, looked at from outside: software, directory, stores, time, disk, processes."""

    def examine(self, *, deep: bool = False) -> tuple[Check, ...]: ...
