"""What a verifier would ask about a product footprint 产品碳足迹的存疑提示: power by a factor of combustion alone.

A grid factor of the ministries is the CO2 of power plants; a footprint wants the life cycle: fuel upstream, losses, CH4
and N2O. The published factors are known, so that one is recognised by its number, whatever its unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from dafeng.account.cases.words import gas_unit
from dafeng.account.streams.engine import Streams
from dafeng.base.errors import BadRequest
from dafeng.base.numbers import plain
from dafeng.base.periods import Period
from dafeng.base.units import factor as unit_factor
from dafeng.rules.parameters import FactorValue
from dafeng.rules.records import Name
from dafeng.rules.rulebook import Rulebook

_GRID, _LIFE_CYCLE, _UNIT = ".grid_co2", "footprint.electricity_avg", "tCO2e/MWh"
_NEAR = 1e-9


def of_footprint(streams: Streams, given: pl.DataFrame) -> Iterator[Name]:
    """Factors of power in a product's life cycle that are a published grid factor of CO2 alone (accounting.md §12)."""
    if not is_footprint(streams):
        return
    held = given.filter((pl.col("input") == "factor") & pl.col("value").is_not_null())
    for stream, item, value, unit, period in (
        held.select("stream", "item", "value", "unit", "period").unique(maintain_order=True).iter_rows()
    ):
        form = streams.method.stream(stream)
        per_mwh = _per_mwh(value, unit or streams.units(form)["factor", item])
        found = None if per_mwh is None else _grid_factor(streams.rulebook, per_mwh)
        if found is not None:
            yield _told(Name(f"{form.name.zh}{item}", f"{form.name.en} {item}".strip()), per_mwh or 0.0, found, streams,
                        Period.parse(period).first)  # fmt: skip


def is_footprint(streams: Streams) -> bool:
    """Whether the method is of a product's life cycle: it has no groups of sources that must be there."""
    return "functional_unit" in streams.method.streams


def _per_mwh(value: float, unit: str) -> float | None:
    """The factor in t CO2e/MWh where it is one of power; else None."""
    if not unit.partition("/")[2].strip().lower().endswith(("kwh", "mwh", "千瓦时", "兆瓦时", "度")):
        return None
    try:
        return value * unit_factor(gas_unit(unit, _UNIT) or unit, _UNIT)
    except BadRequest:
        return None


def _grid_factor(rulebook: Rulebook, value: float) -> FactorValue | None:
    """The published grid factor of this number, the youngest of several."""
    values = sorted(
        (v for (id, _), p in rulebook.parameters.items() if id.endswith(_GRID) for v in p.values), key=lambda v: v.since
    )
    return next((v for v in reversed(values) if abs(v.value - value) <= _NEAR * v.value), None)


def _told(name: Name, value: float, found: FactorValue, streams: Streams, day: date) -> Name:
    usual = streams.default_behind(_LIFE_CYCLE, "CN", str(day.year))
    zh = "" if usual is None else f"（{day.year}年全国平均{plain(usual.value)} kgCO2e/kWh）"
    en = "" if usual is None else f" ({plain(usual.value)} kgCO2e/kWh on national average in {day.year})"
    return Name(
        f"{name.zh}的因子{plain(value)} kg/kWh与{found.name_zh}（{found.since.year}年）相同：它只含发电的CO2，"
        f"不含燃料上游、输配损失和其他气体；产品碳足迹须用生命周期因子{zh}",
        f"the factor of {name.en}, {plain(value)} kg/kWh, is the {found.name_en} of {found.since.year}: CO2 of power "
        f"plants only, without fuel upstream, losses and other gases; a footprint takes a life-cycle factor{en}",
    )
