"""Routes of enterprises 企业: the page of one firm. The list is the table ``enterprises``."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.params import Parameter

from dafeng.api.given import Caller, Services
from dafeng.app.pages import firm_page, firms_head
from dafeng.app.pages.firms import EnterprisesHead, FirmPage


@get("/enterprises/{id:str}", operation_id="enterprise_page", tags=["enterprises"], sync_to_thread=True)
def enterprise_page(
    services: Services,
    caller: Caller,
    id: Annotated[str, Parameter(max_length=100, description="Id of the enterprise.")],
    year: Annotated[int | None, Parameter(ge=1990, le=2100, description="The last year where it is left out.")] = None,
) -> FirmPage:
    """Energy and carbon of one firm by month, fuel and scope, its intensity, what is missing and what is due."""
    return firm_page.enterprise_page(services, caller, id, year)


@get("/enterprises", operation_id="enterprises_head", tags=["enterprises"], sync_to_thread=True)
def enterprises_head(
    services: Services,
    caller: Caller,
    area: Annotated[
        str | None, Parameter(max_length=12, description="Area code; the widest where it is left out.")
    ] = None,
    year: Annotated[int | None, Parameter(ge=1990, le=2100, description="The last year where it is left out.")] = None,
) -> EnterprisesHead:
    """How many of the firms due have delivered, and what that makes of the sum: the sentence above the list."""
    return firms_head.enterprises_head(services, caller, area, year)


handlers = [enterprises_head, enterprise_page]
