"""Why emissions changed 变化原因: the decomposition of the programme's CO2, its parts as explained numbers."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from dafeng.app.registries import Registry
from dafeng.app.services import Services
from dafeng.base.errors import BadRequest
from dafeng.base.provenance import Node, worst
from dafeng.collect.facts import current
from dafeng.evaluate.driver_frames import drivers_of_change
from dafeng.evaluate.drivers import EFFECT_ZH, EFFECTS, Decomposition
from dafeng.report.inputs import Driver, Drivers


def drivers_of(
    lines: pl.DataFrame, facts: pl.DataFrame, registry: Registry, services: Services, year: int
) -> Drivers | None:
    """LMDI of the area's CO2 between the first year of the record and ``year``; None where it cannot be made."""
    years = sorted({int(p) for p in lines["period"].unique() if len(p) == 4 and int(p) < year})
    if not years:
        return None
    above = {code: registry.tree.parent(code) for code in registry.areas["area_code"].to_list()}
    first, area = years[0], services.settings.area
    try:
        made = drivers_of_change(
            lines, current(facts), registry.enterprises, first, year, area, by_county=True, tree=above
        )
    except BadRequest:
        return None
    status = lines.filter((pl.col("subject_id") == area) & (pl.col("period") == str(year)))["status"]
    return _drivers(made, first, year, registry, worst(status.to_list()))


def _drivers(made: Decomposition, first: int, year: int, registry: Registry, status: str) -> Drivers:
    parts = tuple(
        Driver(EFFECT_ZH.get(e, e), made.effects[e], node_id(first, year, e))
        for e in EFFECTS
        if e in made.effects and abs(made.effects[e]) > 1e-9
    )
    names = dict(registry.industries.select("industry_code", "name").iter_rows())
    lost = made.left_out.height
    note = f"能源按当量值,增加值按可比价;残差{made.residual:.3g}吨。" + (
        f"另有{lost}个行业·品种因缺数两年都未纳入。" if lost else ""
    )
    return Drivers(
        first,
        year,
        made.start,
        made.end,
        parts,
        by_industry=_parts(made, "industry_code", names, first, year),
        by_county=_parts(
            made, "area_code", {c: registry.area_name(c) for c in made.cells["area_code"].unique()}, first, year
        ),
        status=status,
        note=note,
    )


def _parts(made: Decomposition, key: str, names: Mapping[str, str], first: int, year: int) -> tuple[Driver, ...]:
    rows = made.by(key).sort(pl.col("change").abs(), descending=True).select(key, "change")
    return tuple(Driver(names.get(k, k), change, node_id(first, year, k)) for k, change in rows.iter_rows())


def node_id(first: int, year: int, part: str) -> str:
    """The id by which one contribution can be explained: D-2020-2025-intensity, D-2020-2025-31, D-2020-2025-990101."""
    return f"D-{first}-{year}-{part}"


def explain_driver(drivers: Drivers, wanted: str, totals: tuple[Node, ...]) -> Node | None:
    """One contribution as a node, above the totals of the two years; None where there is none of that id."""
    for driver in (*drivers.parts, *drivers.by_industry, *drivers.by_county):
        if driver.node == wanted:
            return Node(
                id=wanted,
                kind="other",
                label=f"{drivers.first_year}—{drivers.last_year}年二氧化碳排放变化:{driver.name}",
                value=driver.value_t,
                unit="tCO2",
                period=f"{drivers.first_year}—{drivers.last_year}",
                operation="Σ L(C₁, C₀) · ln(x₁/x₀),逐行业、区县、能源品种求和;L 为对数平均",
                rule="lmdi.additive",
                source="LMDI-I 加法分解(Ang 2005;零值按 Ang & Liu 2007)",
                status=worst([drivers.status]),
                note=drivers.note,
                inputs=totals,
            )
    return None
