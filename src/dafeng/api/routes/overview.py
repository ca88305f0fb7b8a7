"""Routes of the overview 总览: the dashboard of an area and year, its hot tile, and the map."""

from __future__ import annotations

from typing import Annotated, Any

from anyio import to_thread
from litestar import Request, Response, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter

from dafeng.api.given import Caller, Services
from dafeng.app.pages import dashboard, outlines
from dafeng.app.pages import tile as tiles
from dafeng.app.pages.desk import MapShape
from dafeng.app.pages.overview import Overview
from dafeng.app.pages.tile import OverviewTile

AreaCode = Annotated[
    str | None, Parameter(max_length=12, description="Area code; the programme's own where it is left out.")
]
Year = Annotated[int | None, Parameter(ge=1990, le=2100, description="The last year assessed where it is left out.")]
Month = Annotated[int | None, Parameter(ge=1, le=12, description="Also this month of the year, and January to it.")]
_SECONDS = 60  # the tile may be shown this long while it is asked for again


@get("/overview", operation_id="overview", tags=["overview"], sync_to_thread=True)
def overview(
    services: Services, caller: Caller, area: AreaCode = None, year: Year = None, month: Month = None
) -> Overview:
    """CO2 and energy of an area and year with the path to the peak, lights, counties, and who moves it."""
    return dashboard.overview(services, caller, area, year, month)


@get(
    "/overview/tile",
    operation_id="overview_tile",
    tags=["overview"],
    responses={200: ResponseSpec(OverviewTile, description="The total and the counts of lights.")},
)
async def overview_tile(
    request: Request[Any, Any, Any], services: Services, caller: Caller, area: AreaCode = None, year: Year = None
) -> Response[bytes]:
    """The one tile that every desk asks for all day: CO2 total, its change, and the counts of lights."""
    ready = tiles.ready_tile(services, caller, area, year)
    if ready is None:
        ready = await to_thread.run_sync(tiles.overview_tile_bytes, services, caller, area, year)
    etag, data = ready
    headers = {"ETag": etag, "Cache-Control": f"private, no-cache, stale-while-revalidate={_SECONDS}"}
    if request.headers.get("if-none-match") == etag:
        return Response(b"", status_code=304, headers=headers)
    return Response(data, media_type="application/json", headers=headers)


@get("/map", operation_id="map_shape", tags=["overview"], sync_to_thread=True)
def map_shape(services: Services, caller: Caller) -> MapShape:
    """The programme's own outline as GeoJSON, with its approval number; 404 where it has none."""
    return outlines.map_shape(services, caller)


handlers = [overview, overview_tile, map_shape]
