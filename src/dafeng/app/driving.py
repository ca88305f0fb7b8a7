"""Why emissions changed 变化原因: the decomposition of the programme's CO2, its parts as explained numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

import polars as pl

from dafeng.app.pages.figures import division_words
from dafeng.app.registries import Registry
from dafeng.app.services import Services
from dafeng.base.errors import BadRequest
from dafeng.base.provenance import Node, worst
from dafeng.collect.facts import current
from dafeng.evaluate.driver_frames import drivers_of_change
from dafeng.evaluate.drivers import EFFECT_ZH, EFFECTS, Decomposition
from dafeng.report.inputs import Driver, Drivers
from dafeng.report.wording import large, number

WHOLE = "change"  # the part that is the whole change
_SAME = 1e-9  # of the totals: what floating point leaves between two ways to the same sum
EFFECT_EN = {
    "activity": "scale of the economy",
    "structure": "structure of industry",
    "intensity": "energy intensity",
    "mix": "mix of energy",
    "factor": "emission factors",
    "process": "intensity of process emissions",
    "unattributed": "not attributable",
}


def drivers_of(
    lines: pl.DataFrame,
    facts: pl.DataFrame,
    registry: Registry,
    services: Services,
    year: int,
    *,
    tells: Callable[[pl.DataFrame], bool] | None = None,
) -> Drivers | None:
    """LMDI of the area's CO2 between the first year of the record and ``year``; None where it cannot be made.

    tells: whether the firms left out (FIRM_LEFT_OUT) must not be told of; the sums of both years less the sums compared
    here are theirs, so that then there is no decomposition to be given out.
    """
    own = lines["period"].filter(lines["period"].str.contains(r"^\d{4}$")).cast(pl.Int32)
    years = own.filter(own < year).unique().sort().to_list()
    if not years or year not in own:
        return None
    above = {code: registry.tree.parent(code) for code in registry.areas["area_code"].to_list()}
    first, area = years[0], services.settings.area
    try:
        made = drivers_of_change(
            lines, current(facts), registry.enterprises, first, year, area, by_county=True, tree=above
        )
    except BadRequest:
        return None
    if tells is not None and tells(made.firms_left_out):
        return None
    status = lines.filter((pl.col("subject_id") == area) & (pl.col("period") == str(year)))["status"]
    return _drivers(made, first, year, registry, worst(status.to_list()))


def public_drivers(drivers: Drivers, shown: Mapping[str, float]) -> Drivers:
    """The decomposition for everybody: of industries and counties only those whose sums are shown in both years and
    have changed by just as much (code → change [t CO2]): another change would tell of the firm that was left out of
    it. How many firms were left out, and what they emit, is not told."""
    note = re.sub(r"\d+家企业有一年数据不全,两年都未纳入(.*)。", "部分企业有一年数据不全,两年都未纳入。", drivers.note)
    years, near = (drivers.first_year, drivers.last_year), _SAME * max(abs(drivers.first_t), abs(drivers.last_t))
    changed = {node_id(*years, code): change for code, change in shown.items()}

    def kept(parts: tuple[Driver, ...]) -> tuple[Driver, ...]:
        return tuple(d for d in parts if d.node in changed and abs(d.value_t - changed[d.node]) <= near)

    return replace(drivers, by_industry=kept(drivers.by_industry), by_county=kept(drivers.by_county), note=note)


def _drivers(made: Decomposition, first: int, year: int, registry: Registry, status: str) -> Drivers:
    parts = tuple(
        Driver(EFFECT_ZH.get(e, e), made.effects[e], node_id(first, year, e))
        for e in EFFECTS
        if e in made.effects and abs(made.effects[e]) > 1e-9
    )
    names = dict(registry.industries.select("industry_code", "name").iter_rows())
    note = "能源按当量值,增加值按可比价" + _residual_words(made.residual)
    note += _left_out_words(made, first, year)
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
        node=node_id(first, year, WHOLE),
    )


def _left_out_words(made: Decomposition, first: int, year: int) -> str:
    """Who is compared in neither year, and how much is known of their emissions."""
    firms = made.firms_left_out
    if firms.is_empty():
        return ""
    known = "、".join(f"{y}年{_known_words(firms[side])}" for y, side in ((first, "start"), (year, "end")))
    return f"{firms.height}家企业有一年数据不全,两年都未纳入(其已知排放{known})。"


def _known_words(figures: pl.Series) -> str:
    """The sum of what is known [t] in print; where nothing is known that is no zero."""
    if not figures.count():
        return "未知"
    value, unit = large(float(figures.sum()), "t")
    return f"{number(value)}{unit}"


def _residual_words(residual: float) -> str:
    return f";残差{residual:.3g}吨。" if abs(residual) >= 1 else ",各项之和等于变化。"


def _parts(made: Decomposition, key: str, names: Mapping[str, str], first: int, year: int) -> tuple[Driver, ...]:
    rows = made.by(key).sort(pl.col("change").abs(), key, descending=[True, False]).select(key, "change")
    return tuple(Driver(names.get(k, k), change, node_id(first, year, k)) for k, change in rows.iter_rows())


def node_id(first: int, year: int, part: str) -> str:
    """The id of one contribution: D-2020-2025-intensity, …-31, …-990101; of the whole change D-2020-2025-change."""
    return f"D-{first}-{year}-{part}"


def explain_driver(drivers: Drivers, wanted: str, totals: tuple[Node, ...]) -> Node | None:
    """One contribution as a node, above the totals of the two years; None where there is none of that id."""
    whole = Driver("合计", drivers.last_t - drivers.first_t, drivers.node)
    for driver in (whole, *drivers.parts, *drivers.by_industry, *drivers.by_county):
        if driver.node == wanted:
            return Node(
                id=wanted,
                kind="other",
                label=f"{drivers.first_year}—{drivers.last_year}年二氧化碳排放变化:{driver.name}",
                label_en=f"Change of CO2, {drivers.first_year}–{drivers.last_year}: {_part_en(driver)}",
                value=driver.value_t,
                unit="tCO2",
                period=f"{drivers.first_year}—{drivers.last_year}",
                operation="Σ L(C₁, C₀) · ln(x₁/x₀),逐行业、区县、能源品种求和;L 为对数平均",
                operation_en="Σ L(C₁, C₀) · ln(x₁/x₀) over industries, counties and fuels; L is the logarithmic mean",
                rule="lmdi.additive",
                source="LMDI-I 加法分解(Ang 2005;零值按 Ang & Liu 2007)",
                status=worst([drivers.status]),
                note=drivers.note,
                inputs=totals,
            )
    return None


def _part_en(driver: Driver) -> str:
    """An effect or an industry in English; an area keeps its name."""
    part = (driver.node or "").split("-", 3)[-1]
    if part == WHOLE:
        return "all of it"
    return EFFECT_EN.get(part) or division_words(part, driver.name).en
