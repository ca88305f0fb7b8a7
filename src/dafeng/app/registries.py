"""The registry as the programme knows it 名录: packaged code tables, own areas, dated enterprises and sites."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from dafeng.app.services import Services
from dafeng.app.versions import delivered
from dafeng.registry.areas import AREA, Areas, area_tree
from dafeng.registry.industries import industries


@dataclass(frozen=True, slots=True)
class Registry:
    """Frames AREA, INDUSTRY, ENTERPRISE and SITE (dated rows), and the area tree; what accounts call Subjects."""

    areas: pl.DataFrame
    industries: pl.DataFrame
    enterprises: pl.DataFrame
    sites: pl.DataFrame
    tree: Areas

    def area_name(self, code: str) -> str:
        """The name of an area; its code where it is not known."""
        return self.tree.name(code) if code in self.tree else code


def registry_of(services: Services, as_of: datetime | None = None) -> Registry:
    """The registry as known (at ``as_of``), areas cut to the programme's own subtree and what stands above it.

    That of now is kept until something is written.
    """
    if as_of is not None:
        return _registry(services, as_of)
    return services.memory.get("registry", delivered(services), lambda: _registry(services, None))


def _registry(services: Services, as_of: datetime | None) -> Registry:
    own = services.records.registry("areas", as_of).select(list(AREA.schema))
    tree = area_tree(own)
    root = services.settings.area
    codes = {*tree.ancestors(root, itself=True), *tree.descendants(root)} if root in tree else set(tree)
    firms = services.records.registry("enterprises", as_of).drop("batch_id")
    elsewhere = set(firms["area_code"].to_list()) - codes
    codes |= {c for code in elsewhere if code in tree for c in tree.ancestors(code, itself=True)}
    table = tree.table.rename({"code": "area_code", "parent": "parent_code"})
    return Registry(
        areas=table.filter(pl.col("area_code").is_in(list(codes))),
        industries=industries(),
        enterprises=firms,
        sites=services.records.registry("sites", as_of).drop("batch_id"),
        tree=tree,
    )
