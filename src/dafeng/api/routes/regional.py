"""Routes of regional accounts 区域核算: balance, account, comparison, dual control, reconciliation, files."""

from __future__ import annotations

import io
from typing import Annotated, Literal

import msgspec
import polars as pl
from anyio.to_thread import run_sync
from litestar import Response, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody, Parameter

from dafeng.api.files import Upload
from dafeng.api.given import Caller, Services
from dafeng.app.evidences import MOST_BYTES
from dafeng.app.pages import region_files
from dafeng.app.pages import regions as pages
from dafeng.app.pages.region_files import RegionAccounted, RegionImport
from dafeng.app.regions import parts as region_parts
from dafeng.app.regions import views as regional_views
from dafeng.app.regions.parts import Rest, RestDraft
from dafeng.base.provenance import Node

Area = Annotated[str | None, Parameter(description="Area code; all that may be seen where left out.", max_length=12)]
When = Annotated[str | None, Parameter(description="Period: a year, or a month where there are months.", max_length=10)]
Id = Annotated[str, Parameter(description="Id of a total (region:…), a line (RL-…) or a cell (RC-…).", max_length=200)]


class RestWithdrawal(msgspec.Struct, frozen=True, kw_only=True):
    """Why a statement is withdrawn."""

    why: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


_FILE = ResponseSpec(bytes, description="The file.", media_type="application/octet-stream", generate_examples=False)


@get("/regions/account", operation_id="region_account", tags=["regions"], sync_to_thread=True)
def region_account(
    services: Services,
    caller: Caller,
    area: Area = None,
    period: When = None,
    by: Annotated[Literal["row", "carrier"], Parameter(description="Sums by sector or by fuel.")] = "row",
) -> pages.RegionPage:
    """The current account of regions: totals with uncertainty, sums by sector or fuel, findings."""
    return pages.region_page(services, caller, area, period, by)


@get("/regions/balance", operation_id="region_balance", tags=["regions"], sync_to_thread=True)
def region_balance(services: Services, caller: Caller, area: Area = None, period: When = None) -> pages.BalancePage:
    """An energy balance as it came in, and by how much each of its identities does not close."""
    return pages.balance_page(services, caller, area, period)


@get("/regions/compare", operation_id="region_compare", tags=["regions"], sync_to_thread=True)
def region_compare(services: Services, caller: Caller, area: Area = None, period: When = None) -> pages.ComparePage:
    """Balance, firms and downscaled figures side by side; the gap, what explains it, and what does not."""
    return pages.compare_page(services, caller, area, period)


@get("/regions/control", operation_id="region_control", tags=["regions"], sync_to_thread=True)
def region_control(
    services: Services,
    caller: Caller,
    area: Area = None,
    period: When = None,
    kind: Annotated[pages.Kind | None, Parameter(description="By area, industry, or both crossed.")] = None,
    measure: Annotated[str | None, Parameter(description="One measure.", max_length=60)] = None,
    limit: Annotated[int, Parameter(ge=1, le=pages.MOST)] = 500,
    offset: Annotated[int, Parameter(ge=0, le=10_000_000)] = 0,
) -> pages.ControlPage:
    """Dual control: totals and intensities by area and industry, months and years, current and constant prices."""
    return pages.control_page(services, caller, area, period, kind, measure, limit=limit, offset=offset)


@get("/regions/reconciliation", operation_id="region_reconciliation", tags=["regions"], sync_to_thread=True)
def region_reconciliation(
    services: Services,
    caller: Caller,
    area: Annotated[str, Parameter(description="Area of the whole; CN for the nation.", max_length=12)] = "CN",
    period: When = None,
) -> pages.ReconcilePage:
    """Published inventories of the parts of an area beside its own."""
    return pages.reconcile_page(services, caller, area, period)


@get("/regions/explain/{id:str}", operation_id="region_explain", tags=["regions"], sync_to_thread=True)
def region_explain(
    services: Services,
    caller: Caller,
    id: Id,
    depth: Annotated[int, Parameter(ge=1, le=6, description="Levels opened.")] = 3,
    most: Annotated[int, Parameter(ge=1, le=500, description="Lines of a total shown.")] = 30,
) -> Node:
    """The derivation of a regional figure, down to the cells of the imported sheet."""
    return regional_views.explain_region(services, caller, id, depth=depth, most=most)


@get(
    "/regions/export/{name:str}",
    operation_id="region_export",
    tags=["regions"],
    sync_to_thread=True,
    responses={200: _FILE},
)
def region_export(
    services: Services,
    caller: Caller,
    name: Annotated[pages.Tables, Parameter(description="Name of the table.")],
    format: Annotated[Literal["csv", "xlsx", "parquet"], Parameter(description="Kind of file.")] = "csv",
    area: Area = None,
    period: When = None,
) -> Response[bytes]:
    """A table of regional accounts as CSV, XLSX or Parquet; the export is written to the audit trail."""
    data = _written(pages.region_table(services, caller, name, area, period), format)
    headers = {"Content-Disposition": f'attachment; filename="region_{name}.{format}"', "Cache-Control": "no-store"}
    return Response(data, media_type="application/octet-stream", headers=headers)


@post(
    "/regions/tables",
    operation_id="region_import",
    tags=["regions"],
    status_code=200,
    request_max_body_size=MOST_BYTES + 64 * 1024,
)
async def region_import(
    services: Services,
    caller: Caller,
    data: Upload,
    area: Annotated[str | None, Parameter(description="Area, where the file does not say it.", max_length=12)] = None,
    period: Annotated[str | None, Parameter(description="Year, where the file does not say it.", max_length=10)] = None,
    unit: Annotated[str | None, Parameter(description="Unit, where the file does not say it.", max_length=30)] = None,
) -> RegionImport:
    """Take an energy balance, an inventory or amounts of processes in; what is wrong comes back cell by cell."""
    given, name = await data.file.read(MOST_BYTES + 1), data.file.filename
    return await run_sync(region_files.import_region, services, caller, given, name, area, period, unit)


@get("/regions/rests", operation_id="region_rests", tags=["regions"], sync_to_thread=True)
def region_rests(services: Services, caller: Caller) -> tuple[Rest, ...]:
    """What was stated of parts without data, with source and author; which statements stand."""
    return region_parts.stated_rests(services, caller)


@post("/regions/rests", operation_id="region_rest", tags=["regions"], status_code=200, sync_to_thread=True)
def region_rest(services: Services, caller: Caller, data: JSONBody[RestDraft]) -> Rest:
    """State what is published for parts that are not singly known; it closes the comparison with the whole."""
    return region_parts.state_rest(services, caller, data)


@post(
    "/regions/rests/{rest_id:str}/withdraw",
    operation_id="region_rest_withdraw",
    tags=["regions"],
    status_code=200,
    sync_to_thread=True,
)
def region_rest_withdraw(
    services: Services,
    caller: Caller,
    rest_id: Annotated[str, Parameter(max_length=60, description="Id of the statement (RR-…).")],
    data: JSONBody[RestWithdrawal],
) -> Rest:
    """Withdraw a stated rest; the statement and the reason stay in the list."""
    return region_parts.withdraw_rest(services, caller, rest_id, data.why)


@post("/regions/account", operation_id="region_account_again", tags=["regions"], status_code=200, sync_to_thread=True)
def region_account_again(services: Services, caller: Caller) -> RegionAccounted:
    """Account all regions anew from what has come in."""
    return region_files.account_again(services, caller)


def _written(frame: pl.DataFrame, form: str) -> bytes:
    out = io.BytesIO()
    if form == "parquet":
        frame.write_parquet(out)
    elif form == "xlsx":
        frame.write_excel(out, autofit=False)
    else:
        return b"\xef\xbb\xbf" + frame.write_csv().encode()
    return out.getvalue()


handlers = [
    region_account, region_balance, region_compare, region_control, region_reconciliation, region_explain,
    region_export, region_import, region_account_again, region_rests, region_rest, region_rest_withdraw,
]  # fmt: skip
