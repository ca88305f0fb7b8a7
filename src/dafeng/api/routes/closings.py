"""Routes of closed years 封账 and restatements 重述."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import JSONBody, Parameter

from dafeng.api.given import Caller, Services
from dafeng.app.accounts import closing
from dafeng.app.accounts.closing import Cause, Closing, Pending
from dafeng.app.pages.restatements import Restatement, restatement_page

Year = Annotated[int, Parameter(ge=1990, le=2100, description="The year.")]


class CloseOrder(msgspec.Struct, frozen=True, kw_only=True):
    """Why a year is closed."""

    why: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class RestateOrder(msgspec.Struct, frozen=True, kw_only=True):
    """Why a closed year is restated, and what has moved it."""

    cause: Cause
    why: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


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
    return restatement_page(services, caller, year, version)


handlers = [closings, closings_pending, close_year, restate_year, restatement]
