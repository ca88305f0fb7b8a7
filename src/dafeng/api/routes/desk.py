"""Routes of the frame 页面框架: area picker, period picker, search."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.params import Parameter

from dafeng.api.given import Caller, Services
from dafeng.app.pages import pickers, searching
from dafeng.app.pages.desk import AreaNode, Hit, Periods


@get("/areas", operation_id="areas", tags=["desk"], sync_to_thread=True)
def areas(services: Services, caller: Caller) -> list[AreaNode]:
    """The areas of the picker that the caller may see, each with what stands below it."""
    return pickers.areas(services, caller)


@get("/periods", operation_id="periods", tags=["desk"], sync_to_thread=True)
def periods(services: Services, caller: Caller) -> Periods:
    """Years with data, the year assessed, the months of the last year, and the five-year plans they touch."""
    return pickers.periods(services, caller)


@get("/search", operation_id="search", tags=["desk"], sync_to_thread=True)
def search(
    services: Services,
    caller: Caller,
    q: Annotated[str, Parameter(min_length=1, max_length=100, description="Chinese, pinyin, initials, code or id.")],
    limit: Annotated[int, Parameter(ge=1, le=50)] = 12,
) -> list[Hit]:
    """Firms, targets, tasks, areas, plans and pages by name or pinyin; only what the caller may see."""
    return searching.search(services, caller, q, limit)


handlers = [areas, periods, search]
