"""Routes of closed years 封账 and restatements 重述."""

from __future__ import annotations

from typing import Annotated

import msgspec
import polars as pl
from litestar import get, post
from litestar.params import JSONBody, Parameter

from dafeng.account.restated import CAUSES
from dafeng.api.given import Caller, Services
from dafeng.app import closing
from dafeng.app.closing import Cause, Closing, Pending

Year = Annotated[int, Parameter(ge=1990, le=2100, description="The year.")]
_MOST = 5000


class CloseOrder(msgspec.Struct, frozen=True, kw_only=True):
    """Why a year is closed."""

    why: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class RestateOrder(msgspec.Struct, frozen=True, kw_only=True):
    """Why a closed year is restated, and what has moved it."""

    cause: Cause
    why: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """One line that a restatement changed."""

    subject_kind: str
    subject_id: str
    measure: str
    item: str
    period: str
    unit: str | None
    before: float | None
    after: float | None
    difference: float | None
    cause: str
    line_before: str | None
    line_after: str | None


class Restatement(msgspec.Struct, frozen=True, kw_only=True):
    """What a version changed: the lines by size of the change; ``more`` counts those left out."""

    year: int
    version: int
    rows: tuple[Moved, ...]
    more: int
    causes: tuple[str, ...] = CAUSES


@get("/closings", operation_id="closings", tags=["accounts"], sync_to_thread=True)
def closings(services: Services, caller: Caller) -> tuple[Closing, ...]:
    """All versions of closed years, oldest first."""
    return closing.closings(services, caller)


@get("/closings/pending", operation_id="closings_pending", tags=["accounts"], sync_to_thread=True)
def closings_pending(services: Services, caller: Caller) -> tuple[Pending, ...]:
    """Closed years that would be other now, with what would change."""
    return closing.pending(services, caller)


@post("/closings/{year:int}", operation_id="close_year", tags=["accounts"], sync_to_thread=True)
def close_year(services: Services, caller: Caller, year: Year, data: JSONBody[CloseOrder]) -> Closing:
    """Close a year as the current run has it."""
    return closing.close_year(services, caller, year, data.why)


@post("/closings/{year:int}/restate", operation_id="restate_year", tags=["accounts"], sync_to_thread=True)
def restate_year(services: Services, caller: Caller, year: Year, data: JSONBody[RestateOrder]) -> Closing:
    """A new version of a closed year as the current run would have it; it stands from the next run on."""
    return closing.restate_year(services, caller, year, data.cause, data.why)


@get("/closings/{year:int}/{version:int}", operation_id="restatement", tags=["accounts"], sync_to_thread=True)
def restatement(
    services: Services,
    caller: Caller,
    year: Year,
    version: Annotated[int, Parameter(ge=1, le=1000, description="The version.")],
) -> Restatement:
    """What a version of a closed year changed against the one before, the largest changes first."""
    size = pl.col("difference").abs()
    table = closing.restated(services, caller, year, version).sort(size, descending=True, nulls_last=True)
    rows = tuple(Moved(**row) for row in table.head(_MOST).iter_rows(named=True))
    return Restatement(year=year, version=version, rows=rows, more=max(0, table.height - _MOST))


handlers = [closings, closings_pending, close_year, restate_year, restatement]
