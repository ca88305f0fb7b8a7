"""Who asks 调用者: a person or key with roles and a scope; every use case takes one."""

from __future__ import annotations

from dataclasses import dataclass

ROLES = ("owner", "officer", "county", "filler", "approver", "verifier", "analyst", "public")


@dataclass(frozen=True, slots=True)
class Caller:
    """name signs ledger entries; areas are GB/T 2260 codes whose subtree may be seen (empty = none),
    enterprises are enterprise ids; ``everything`` lifts the scope (the owner of a programme directory)."""

    name: str
    roles: frozenset[str]
    areas: frozenset[str] = frozenset()
    enterprises: frozenset[str] = frozenset()
    everything: bool = False
