"""Scopes 适用范围: from the narrowest to the widest that a place falls under on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dafeng.base.codes import area_parent, is_area_code
from dafeng.rules.records import Region, RegionFile

NATION = "CN"


@dataclass(frozen=True, slots=True)
class Scopes:
    """The chain county → prefecture → province → grid region → CN; the grid region is dated (grid_regions.yaml)."""

    regions: tuple[Region, ...]

    @classmethod
    def of(cls, file: RegionFile) -> Scopes:
        return cls(file.regions)

    def chain(self, scope: str, day: date) -> tuple[str, ...]:
        """All scopes that hold for ``scope`` on ``day``, narrowest first; a scope that is no area code stands alone."""
        if scope == NATION:
            return (NATION,)
        if not is_area_code(scope):
            return (scope, NATION)
        areas = [scope]
        while (above := area_parent(areas[-1])) is not None:
            areas.append(above)
        region = self.region(scope, day)
        return (*areas, *([f"grid:{region}"] if region else []), NATION)

    def region(self, area: str, day: date) -> str | None:
        """The grid region of an area: the longest head of its code that a region lists on the day."""
        best: tuple[int, str] | None = None
        for r in self.regions:
            if r.since <= day and (r.until is None or day <= r.until):
                for head in r.heads:
                    if area.startswith(head) and (best is None or len(head) > best[0]):
                        best = (len(head), r.region)
        return best[1] if best else None
