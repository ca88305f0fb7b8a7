"""Names of what a scope holds 范围名称: areas and enterprises in words, as far as the asker may know them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dafeng.app.cases import known_registry, visible_firms
from dafeng.app.pages.english import area_en
from dafeng.app.permission import may, within
from dafeng.app.services import Services
from dafeng.base.callers import Caller


@within
def area_names(services: Services, caller: Caller, codes: Iterable[str]) -> dict[str, str]:
    """Code → name of the areas the programme knows; what areas are called is no secret."""
    wanted = set(codes)
    if not wanted:
        return {}
    registry = known_registry(services)
    return {code: registry.area_name(code) for code in sorted(wanted & set(registry.areas["area_code"].to_list()))}


@within
def enterprise_names(services: Services, caller: Caller, ids: Iterable[str]) -> dict[str, str]:
    """Id → last name of those enterprises that the asker may see one by one, or may choose for a scope (user.scopes);
    of others not even that they are there."""
    wanted = set(ids)
    if not wanted:
        return {}
    rows = known_registry(services).enterprises.sort("since").select("enterprise_id", "name").iter_rows()
    mine = wanted if may(caller, "user.scopes") else wanted & visible_firms(services, caller)
    return {firm: name for firm, name in rows if firm in mine}


def names_en(areas: Mapping[str, str]) -> dict[str, str]:
    """The same areas with their English names."""
    return {code: area_en(name) for code, name in areas.items()}
