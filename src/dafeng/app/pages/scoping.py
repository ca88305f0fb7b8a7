"""Use cases of granting 授权范围: the areas and firms that a scope may hold, by name; no figure of theirs."""

from __future__ import annotations

import polars as pl

from dafeng.app.pages.desk import AreaNode, Hit
from dafeng.app.pages.pickers import area_nodes
from dafeng.app.pages.pinyin import starts_at_syllable, syllables
from dafeng.app.permission import use_case
from dafeng.app.registries import registry_of
from dafeng.app.services import Services
from dafeng.app.versions import delivered
from dafeng.base.callers import Caller


@use_case("user.scopes")
def scope_areas(services: Services, caller: Caller) -> list[AreaNode]:
    """All areas of the programme as a tree."""
    own, tree = services.settings.area, registry_of(services).tree
    return area_nodes(tree, own, set(tree.descendants(own)) | {own}) if own in tree else []


@use_case("user.scopes")
def scope_enterprises(services: Services, caller: Caller, q: str, limit: int = 30) -> list[Hit]:
    """Firms whose name or id holds ``q``, or whose name begins so in pinyin; at most ``limit``, names of today."""
    wanted = "".join(q.lower().split())
    if not wanted:
        return []
    known = services.memory.get("scoping.firms", delivered(services), lambda: _firms(services))
    return [hit for hit, text, sounds in known if wanted in text or _sounds(wanted, sounds)][:limit]


def _sounds(wanted: str, sounds: tuple[str, ...]) -> bool:
    return wanted.isascii() and starts_at_syllable(wanted, sounds) is not None


def _firms(services: Services) -> tuple[tuple[Hit, str, tuple[str, ...]], ...]:
    registry = registry_of(services)
    last = registry.enterprises.sort("enterprise_id", "since").unique("enterprise_id", keep="last", maintain_order=True)
    rows = last.select("enterprise_id", "name", pl.col("area_code").fill_null("")).iter_rows()
    found = []
    for id, name, area in rows:
        hit = Hit(kind="enterprise", id=id, title=name, note=registry.area_name(area) if area else "", href="")
        found.append((hit, f"{name}{id}".lower(), syllables(name)))
    return tuple(found)
