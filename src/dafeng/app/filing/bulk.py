"""Use case of many filings at once 批量办理: what has no doubts is moved on; the rest is listed."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from dafeng.act.machine import machine
from dafeng.app.case_ports import Case
from dafeng.app.cases import case_of
from dafeng.app.filing.draft import checked
from dafeng.app.filing.moves import FilingMove, make_move
from dafeng.app.pages.shapes import Words
from dafeng.app.permission import require, use_case
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest, DafengError

MOST = 200  # filings in one call


class SeenFiling(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A filing at the version that was looked at."""

    id: Annotated[str, msgspec.Meta(max_length=80)]
    version: Annotated[int, msgspec.Meta(ge=1)]


class BulkMove(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One move of many filings."""

    move: Literal["approve", "pass", "confirm"]
    items: Annotated[list[SeenFiling], msgspec.Meta(min_length=1, max_length=MOST)]


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """A filing that was not moved, and why."""

    id: str
    title: str
    why: Words
    mend: Words


class BulkOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """How many were moved, and those that were not."""

    done: int
    refused: tuple[Refusal, ...]


@use_case("filing.see", act="filing.bulk")
def move_filings(services: Services, caller: Caller, asked: BulkMove) -> BulkOutcome:
    """Approve, pass or confirm filings in which nothing is doubtful; each that cannot be moved costs only itself.

    Raises NotAllowed where the caller may not make such a move at all.
    """
    require(caller, machine("filing").named(asked.move).who)
    refused = []
    for seen in {item.id: item for item in asked.items}.values():
        title = seen.id
        try:
            case = case_of(services, caller, seen.id, "filing")
            title = case.title
            _undoubted(services, case)
            make_move(services, caller, seen.id, FilingMove(move=asked.move), seen.version)
        except DafengError as error:
            why, mend = Words(error.zh or error.what, error.what), Words(error.mend_zh or error.mend, error.mend)
            refused.append(Refusal(id=seen.id, title=title, why=why, mend=mend))
    return BulkOutcome(done=len({i.id for i in asked.items}) - len(refused), refused=tuple(refused))


def _undoubted(services: Services, case: Case) -> None:
    """Raise BadRequest for a filing with errors or doubts, explained or not: somebody has to read those."""
    found = checked(services, case, case.data["rows"], case.data["explanations"])
    doubts = sum(p.severity in ("error", "warning") for p in found.problems)
    if doubts:
        raise BadRequest(
            f"it has {doubts} cells that are doubtful or wrong",
            where=case.title,
            mend="Open it and review it by itself.",
            zh=f"有{doubts}处可疑或错误,不能批量办理",
            mend_zh="请打开逐项审核。",
        )
