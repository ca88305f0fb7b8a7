"""The hot tile 总览小卡: CO2 total and the counts of lights, as bytes that are kept ready."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable
from typing import cast

import msgspec

from dafeng.app.pages.dashboard import overview
from dafeng.app.pages.known import sight_of
from dafeng.app.pages.shapes import Figure
from dafeng.app.permission import use_case
from dafeng.app.services import Services
from dafeng.app.versions import stated
from dafeng.base.callers import Caller


class OverviewTile(msgspec.Struct, frozen=True, kw_only=True):
    """What a desk asks for all day."""

    area_code: str
    area_name: str
    year: int
    co2: Figure
    change: Figure
    light_counts: dict[str, int]
    demonstration: bool


@use_case("overview.see")
def overview_tile_bytes(
    services: Services, caller: Caller, area: str | None = None, year: int | None = None
) -> tuple[str, bytes]:
    """ETag and JSON of OverviewTile; one question to the record store where nothing has changed.

    Raises NotFound as ``overview``.
    """
    name, version = _place(services, caller, area, year)
    return services.memory.get(name, version, lambda: _made(services, caller, area, year))


@use_case("overview.see")
def ready_tile(
    services: Services, caller: Caller, area: str | None = None, year: int | None = None
) -> tuple[str, bytes] | None:
    """The same where it lies ready; None where it would have to be made, which takes too long for an event loop."""
    found = services.memory.ready(*_place(services, caller, area, year))
    return None if found is None else cast("tuple[str, bytes]", found)


def _place(services: Services, caller: Caller, area: str | None, year: int | None) -> tuple[Hashable, Hashable]:
    """Name and version under which the tile is kept."""
    return ("pages.tile", sight_of(caller), area, year), (stated(services), services.clock.today())


def _made(services: Services, caller: Caller, area: str | None, year: int | None) -> tuple[str, bytes]:
    page = overview(services, caller, area, year)
    tile = OverviewTile(
        area_code=page.area_code,
        area_name=page.area_name,
        year=page.year,
        co2=page.headline.total,
        change=page.headline.change,
        light_counts=page.light_counts,
        demonstration=page.source.demonstration,
    )
    data = msgspec.json.encode(tile)
    return f'"{hashlib.sha256(data).hexdigest()[:32]}"', data
