"""Stoichiometry 化学计量 of the rulebook: what follows from formulas, molar masses and assessment reports, compared.

The table of what can be derived is data (``stoichiometry.yaml``); here is the arithmetic. A value that a guide prints
wrong and that is computed with as printed is excused by ``published_errors.yaml``, by name and with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fnmatch import translate
from functools import cache
from statistics import median
from typing import Literal

import msgspec

from dafeng.base.errors import Problem
from dafeng.rules.packaged import read_file
from dafeng.rules.parameters import FactorValue
from dafeng.rules.rulebook import Rulebook

_PART = re.compile(r"([A-Z][a-z]?)(\d*)")
_LITRE_PER_MOL = 22.414  # an ideal gas at 0 °C and 101.325 kPa
_T_CO2_PER_T_C = 44 / 12
# carbon per heat of what burns: natural gas about 56 kgCO2/GJ, coal 95, blast-furnace gas (half CO2) up to 260
_CO2_PER_GJ = (0.040, 0.262)


class Derived(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Parameters (globs) whose value follows from a chemical formula."""

    ids: tuple[str, ...]
    formula: str
    gives: Literal["co2", "carbon", "molar", "density"]
    moles: float | None = None  # of CO2 given off by one of the formula; all its carbon where left out
    within: float = 0.003
    celsius: float = 0.0
    note: str | None = None


class Band(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    unit: str
    low: float
    high: float


class Chemistry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    atoms: Mapping[str, float]
    derived: tuple[Derived, ...]
    gwp: Mapping[str, Mapping[str, float]]
    gwp_apart: float
    blends: Mapping[str, Mapping[str, float]]
    fuel_carbon: tuple[Band, ...]


@cache
def packaged_chemistry() -> Chemistry:
    return msgspec.convert(read_file("stoichiometry.yaml"), Chemistry)


def molar_mass(formula: str, atoms: Mapping[str, float]) -> float:
    """g/mol of a formula without brackets: CaCO3 → 100.09. Raises KeyError for an element that is not listed."""
    return sum(atoms[element] * int(count or 1) for element, count in _PART.findall(formula))


def _count(formula: str, element: str) -> int:
    return sum(int(n or 1) for e, n in _PART.findall(formula) if e == element)


def derived_value(entry: Derived, unit: str, atoms: Mapping[str, float]) -> float:
    """What chemistry gives for an entry, in the unit of the parameter (t/t, g/mol, t/10^4 Nm3 or kg/m3)."""
    mass = molar_mass(entry.formula, atoms)
    if entry.gives == "molar":
        return mass
    if entry.gives == "density":
        kg_per_m3 = mass / (_LITRE_PER_MOL * (273.15 + entry.celsius) / 273.15)
        return kg_per_m3 * (1.0 if unit == "kg/m3" else 10.0)
    carbons = _count(entry.formula, "C")
    if entry.gives == "carbon":
        return carbons * atoms["C"] / mass
    moles = carbons if entry.moles is None else entry.moles
    return moles * molar_mass("CO2", atoms) / mass


def check_chemistry(book: Rulebook, excused: frozenset[str] = frozenset()) -> Iterator[Problem]:
    """Every value that chemistry contradicts. excused: ids that are kept as printed."""
    table = packaged_chemistry()
    yield from _derived(book, table, excused)
    yield from _gwp(book, table)
    yield from _blends(book, table)
    yield from _fuels(book, table, excused)


def problem(value: FactorValue, what: str, mend: str, zh: str, mend_zh: str) -> Problem:
    """An error of one value, in both languages."""
    where = f"rules/data/parameters/{value.file}"
    return Problem(where, value.id, what, mend, what_zh=zh, mend_zh=mend_zh)


def _derived(book: Rulebook, table: Chemistry, excused: frozenset[str]) -> Iterator[Problem]:
    for entry in table.derived:
        for value in values_of(book, entry.ids):
            due = derived_value(entry, value.unit, table.atoms)
            if value.id not in excused and abs(value.value / due - 1) > entry.within:
                yield problem(
                    value,
                    f"{value.value:g} {value.unit} where {entry.formula} gives {due:.4g}",
                    "Check it against its source; a printed error is kept only by name in published_errors.yaml.",
                    f"数值{value.value:g} {value.unit}，按{entry.formula}应为{due:.4g}",
                    "请对照来源核对；确系来源印错的，须在published_errors.yaml中列明。",
                )


def _gwp(book: Rulebook, table: Chemistry) -> Iterator[Problem]:
    by_gas: dict[str, list[FactorValue]] = {}
    for value in values_of(book, ("gwp.*",)):
        _, set_name, gas = value.id.split(".", 2)
        by_gas.setdefault(gas, []).append(value)
        due = table.gwp.get(set_name, {}).get(gas)
        if due is not None and value.value != due:
            others = [s for s, gases in table.gwp.items() if gases.get(gas) == value.value]
            said = f", which is that of {', '.join(others)}" if others else ""
            said_zh = f"，该值属{'、'.join(others)}" if others else ""
            yield problem(
                value, f"GWP of {gas} in {set_name} is {due:g}, not {value.value:g}{said}", "Take the set's own value.",
                f"{set_name}中{gas}的GWP为{due:g}，不是{value.value:g}{said_zh}", "请填本套GWP的数值。",
            )  # fmt: skip
    for gas, values in by_gas.items():
        middle = median(v.value for v in values)
        for value in values:
            if not 1 / table.gwp_apart <= value.value / middle <= table.gwp_apart:
                yield problem(
                    value, f"GWP of {gas} is {value.value:g}, in the other sets about {middle:g}", "Check the digits.",
                    f"{gas}的GWP为{value.value:g}，其他各套约为{middle:g}", "请核对数字。",
                )  # fmt: skip


def _blends(book: Rulebook, table: Chemistry) -> Iterator[Problem]:
    for blend, shares in table.blends.items():
        for value in values_of(book, (f"gwp.*.{blend}",)):
            set_name = value.id.split(".")[1]
            parts = {gas: values_of(book, (f"gwp.{set_name}.{gas}",)) for gas in shares}
            due = sum(share * parts[gas][0].value for gas, share in shares.items() if parts[gas])
            if not all(parts.values()) or abs(value.value - due) > 1:
                yield problem(
                    value, f"{blend} in {set_name} is {value.value:g}, its components give {due:g}",
                    "Recompute it from the mass shares.", f"{set_name}中{blend}为{value.value:g}，按组分应为{due:g}",
                    "请按质量分数重新计算。",
                )  # fmt: skip


def _fuels(book: Rulebook, table: Chemistry, excused: frozenset[str]) -> Iterator[Problem]:
    bands = {b.unit: b for b in table.fuel_carbon}
    for (id, scope), parameter in book.parameters.items():
        if not id.endswith(".carbon_content"):
            continue
        value, ncv = parameter.values[-1], book.parameters.get((id.removesuffix("carbon_content") + "ncv", scope))
        for one in parameter.values:
            per_gj = one.value * _T_CO2_PER_T_C
            if not _CO2_PER_GJ[0] <= per_gj <= _CO2_PER_GJ[1]:
                yield problem(
                    one, f"gives {per_gj:.3f} tCO2/GJ, which no fuel has", "Check the unit: tC/GJ or tC/TJ?",
                    f"折{per_gj:.3f} tCO2/GJ，没有这样的燃料", "请核对单位是tC/GJ还是tC/TJ。",
                )  # fmt: skip
        if ncv is None or id in excused or (band := bands.get(ncv.unit)) is None:
            continue
        carbon = value.value * ncv.values[-1].value
        if not band.low <= carbon <= band.high:
            per = ncv.unit.removeprefix("GJ/")
            yield problem(
                value, f"with the NCV it gives {carbon:.3g} t of carbon per {per}, not {band.low:g}–{band.high:g}",
                "Check the NCV and the carbon per heat together.",
                f"与低位发热量相乘得每{per}含碳{carbon:.3g}吨，应在{band.low:g}–{band.high:g}",
                "请同时核对热值与含碳量。",
            )  # fmt: skip


def values_of(book: Rulebook, globs: tuple[str, ...]) -> list[FactorValue]:
    """The dated values of all parameters whose id fits one of the globs."""
    fits = _matcher(globs)
    return [value for (id, _), parameter in book.parameters.items() if fits.match(id) for value in parameter.values]


@cache
def _matcher(globs: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(translate(glob) for glob in globs))
