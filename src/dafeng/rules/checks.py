"""What ``dafeng rules check`` proves: dates, units, ranges, stoichiometry, and that every reference leads somewhere.

Overlaps are refused when the rulebook is read (RuleConflict); what is found here is listed, all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from dafeng.base.errors import Problem
from dafeng.base.units import GJ_PER_TCE
from dafeng.rules.parameters import FactorValue, Parameter
from dafeng.rules.rulebook import Rulebook

UNITS = frozenset(
    {"GJ/t", "GJ/10^4 Nm3", "tC/GJ", "1", "tce/t", "tce/10^4 Nm3", "tce/MWh", "tce/GJ", "tCO2/MWh"}
    | {"tCO2e/MWh", "tCO2/GJ", "tCO2/tce", "tCO2e/t"}
)
# carbon per heat of what burns: natural gas about 56 kgCO2/GJ, coal 95, blast-furnace gas (half CO2) up to 260
_CO2_PER_GJ = (0.040, 0.262)
_TCE_AGAINST_NCV = 0.35  # coefficients and default NCVs come from other tables and coals: only gross errors show


def check(rulebook: Rulebook) -> tuple[Problem, ...]:
    """Every problem found in the rulebook, errors before warnings; empty when it is sound."""
    found = [
        *_values(rulebook),
        *_families(rulebook),
        *_stoichiometry(rulebook),
        *_coefficients(rulebook),
    ]
    return tuple(sorted(found, key=lambda p: (p.severity != "error", p.where, p.column)))


def _problem(value: FactorValue, what: str, mend: str, severity: str = "error") -> Problem:
    where = f"rules/data/parameters/{value.file}"
    return Problem(where, value.id, what, mend, "error" if severity == "error" else "warning")


def _values(book: Rulebook) -> Iterator[Problem]:
    ranges = {(r.kind, r.unit): r for r in book.ranges.ranges}
    for value in _all(book):
        if value.unit not in UNITS:
            yield _problem(value, f"unknown unit {value.unit!r}", "Use one of the rulebook's units.")
        if not value.source.strip():
            yield _problem(value, "no source", "Name the document and the place in it.")
        if value.published is not None and value.status == "official" and value.until and value.published < value.since:
            yield _problem(value, "published before it holds although official", "Check both days.", "warning")
        band = ranges.get((value.kind, value.unit))
        if band is not None and not band.low <= value.value <= band.high:
            what = f"{value.value} {value.unit} is outside {band.low}–{band.high}"
            yield _problem(value, what, "Check value and unit; widen ranges.yaml only with a source.")


def _families(book: Rulebook) -> Iterator[Problem]:
    known = {id for id, _ in book.parameters}
    for family in book.families.values():
        wanted = [family.heat, *(s.parameter for s in family.electricity)]
        wanted += [f"{family.fuels}.{p.use}.ncv" for p in family.proxies]
        wanted += [f"{family.equivalent}.electricity.tce", f"gwp.{family.gwp}.CH4"]
        for id in wanted:
            if id not in known:
                yield Problem(
                    f"rules/data/families/{family.id}.yaml", id, "names a parameter that is not there", "Add it."
                )
        for one, other in pairwise(family.electricity):
            if one.until is None or one.until >= other.since:
                yield Problem(
                    f"rules/data/families/{family.id}.yaml",
                    other.parameter,
                    f"two electricity factor rules hold on {other.since}",
                    "End the earlier one the day before.",
                )
    for item in book.items.values():
        if (f"gbt2589.{item.code}.tce") not in known:
            yield Problem(
                "rules/data/energy_items.yaml", item.code, "has no standard-coal coefficient", "Add gbt2589.….tce."
            )


def _stoichiometry(book: Rulebook) -> Iterator[Problem]:
    for value in _all(book):
        if value.kind != "carbon_content":
            continue
        per_gj = value.value * 44 / 12
        if not _CO2_PER_GJ[0] <= per_gj <= _CO2_PER_GJ[1]:
            yield _problem(value, f"gives {per_gj:.3f} tCO2/GJ, which no fuel has", "Check the unit: tC/GJ or tC/TJ?")


def _coefficients(book: Rulebook) -> Iterator[Problem]:
    """A standard-coal coefficient and the default NCV of the same item speak of the same heat."""
    for (id, scope), parameter in book.parameters.items():
        prefix, item, kind = (*id.split("."), "", "")[:3]
        if prefix != "gbt2589" or kind != "tce":
            continue
        for family in ("ndrc_general", "mee_ets_2023"):
            other = book.parameters.get((f"{family}.{item}.ncv", scope))
            if other is not None and _apart(parameter, other) > _TCE_AGAINST_NCV:
                what = f"differs from the NCV of {family} by {_apart(parameter, other):.0%}"
                yield _problem(parameter.values[-1], what, "Check both.", "warning")


def _apart(coefficient: Parameter, ncv: Parameter) -> float:
    return abs(coefficient.values[-1].value * GJ_PER_TCE / ncv.values[-1].value - 1)


def _all(book: Rulebook) -> Iterator[FactorValue]:
    for parameter in book.parameters.values():
        yield from parameter.values
