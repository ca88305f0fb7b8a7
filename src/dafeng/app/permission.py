"""Who may do what 权限: one matrix as data, asked by every use case before it does anything."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from dafeng.base.callers import Caller
from dafeng.base.errors import NotAllowed

_READERS = frozenset({"owner", "officer", "county", "filler", "approver", "verifier", "analyst"})
_BUREAU = frozenset({"owner", "officer"})

# use case → roles that may call it; a use case that is not here may be called by nobody
MATRIX: Mapping[str, frozenset[str]] = {
    "programme.run": _BUREAU,
    "plan.see": _READERS | {"public"},
    "plan.act": _BUREAU,
    "plan.review": _READERS,  # who did what on the ledger, what was repaired, what the checks found
    "registry.see": _READERS,
    "registry.import": _BUREAU,
    "data.import": _BUREAU | {"county", "filler"},
    "template.get": _READERS | {"public"},
    "account.see": _READERS,
    "progress.see": _READERS,
    "explain": _READERS,
    "report.write": _BUREAU | {"county", "analyst"},
    "rules.see": _READERS | {"public"},
}


def require(caller: Caller, use_case: str) -> None:
    """Raise NotAllowed unless one of the caller's roles may call the use case."""
    if not caller.roles & MATRIX.get(use_case, frozenset()):
        raise NotAllowed(
            f"{caller.name} may not call {use_case}",
            where=", ".join(sorted(caller.roles)) or "no role",
            mend="Ask the person who grants roles in this programme.",
        )


def require_everything(caller: Caller, use_case: str) -> None:
    """As ``require``, for what touches the whole programme: a caller with a narrower scope is refused."""
    require(caller, use_case)
    if not caller.everything:
        raise NotAllowed(f"{use_case} needs the whole programme in scope", where=caller.name)


def visible_enterprises(caller: Caller, enterprises: pl.DataFrame, subtree: frozenset[str]) -> pl.DataFrame:
    """The registry rows a caller may see: all, those of named enterprises, and those in the areas of the scope.

    subtree holds every area code below the caller's areas, the areas themselves included.
    """
    if caller.everything:
        return enterprises
    inside = pl.col("area_code").is_in(list(subtree)) | pl.col("enterprise_id").is_in(list(caller.enterprises))
    return enterprises.filter(inside)


def sees(subject_kind: str, subject_id: str, visible: frozenset[str]) -> bool:
    """Whether a subject is among the area codes and ids of a scope; a sector of an area stands where the area does.

    Industries over all areas belong to nobody's narrower scope.
    """
    if subject_kind == "industry":
        return False
    return (subject_id if subject_kind in ("enterprise", "site") else subject_id.split("|", 1)[0]) in visible
