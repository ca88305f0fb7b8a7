"""What ``dafeng rules check`` proves 规则库校验: dates, units, ranges, stoichiometry, known published errors, methods.

Overlaps are refused when the rulebook is read (RuleConflict) and looked for again here, in the rulebook as it stands;
what is found is listed, all of it. Methods are looked at in ``method_checks``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fnmatch import fnmatchcase
from itertools import pairwise

from dafeng.base.errors import Problem
from dafeng.base.provenance import STATUSES
from dafeng.base.units import GJ_PER_TCE
from dafeng.base.units import known as unit_known
from dafeng.rules.chemistry import check_chemistry, problem
from dafeng.rules.method_checks import bilingual, check_methods
from dafeng.rules.methods import Methods
from dafeng.rules.parameters import FactorValue, Parameter
from dafeng.rules.printed import PrintedError, check_printed, excused, packaged_errors
from dafeng.rules.records import Range
from dafeng.rules.rulebook import Rulebook

UNITS = frozenset(
    {"GJ/t", "GJ/10^4 Nm3", "tC/GJ", "1", "tce/t", "tce/10^4 Nm3", "tce/MWh", "tce/GJ", "tCO2/MWh"}
    | {"tCO2e/MWh", "tCO2/GJ", "tCO2/tce", "tCO2e/t", "tC/t", "kg/t per mV", "kg/t per AE-min/cell-day"}
)
_TCE_AGAINST_NCV = 0.35  # coefficients and default NCVs come from other tables and coals: only gross errors show


def check(
    rulebook: Rulebook, methods: Methods | None = None, errors: tuple[PrintedError, ...] | None = None
) -> tuple[Problem, ...]:
    """Every problem found in the rulebook, errors before warnings; empty when it is sound.

    methods : looked at too where given (their formulas must be enrolled: import the account room first).
    errors : known published errors; the packaged list where left out.
    """
    known_errors = packaged_errors() if errors is None else errors
    found = [
        *_values(rulebook),
        *_dates(rulebook),
        *_families(rulebook),
        *check_chemistry(rulebook, excused(known_errors)),
        *check_printed(rulebook, known_errors),
        *_coefficients(rulebook),
        *(check_methods(rulebook, methods) if methods is not None else ()),
    ]
    return tuple(sorted(found, key=lambda p: (p.severity != "error", p.where, p.column)))


# -- values ------------------------------------------------------------------------------------------------------------


def _values(book: Rulebook) -> Iterator[Problem]:
    for value in _all(book):
        if value.unit not in UNITS and not unit_known(value.unit):
            yield problem(
                value, f"unknown unit {value.unit!r}", "Use one of the rulebook's units.",
                f"计量单位“{value.unit}”无法识别", "请使用规则库已有的单位。",
            )  # fmt: skip
        if not value.source.strip():
            yield problem(
                value, "no source", "Name the document and the place in it.", "没有来源", "请写明文件及其位置。"
            )
        if value.status not in STATUSES:
            yield problem(
                value, f"status {value.status!r} is none", f"One of {', '.join(STATUSES)}.",
                f"状态“{value.status}”不存在", "请填写已有的状态。",
            )  # fmt: skip
        yield from bilingual(f"rules/data/parameters/{value.file}", value.id, value.name_zh, value.name_en)
        yield from _plausible(value, book.ranges.ranges)


def range_of(value: FactorValue, ranges: tuple[Range, ...]) -> Range | None:
    """The plausible range of a value: the first whose kind, unit and ids fit."""
    fits = (r for r in ranges if r.unit == value.unit and r.kind in ("*", value.kind))
    named = any(r.kind == value.kind and r.ids == "*" for r in ranges)
    return next((r for r in fits if fnmatchcase(value.id, r.ids) and not (named and r.kind == r.ids == "*")), None)


def _plausible(value: FactorValue, ranges: tuple[Range, ...]) -> Iterator[Problem]:
    band = range_of(value, ranges)
    if band is None:
        yield problem(
            value, f"no plausible range for {value.kind} in {value.unit}",
            "Check the unit, or add a range with a source.",
            f"{value.kind}以{value.unit}计，没有合理区间", "请核对单位，或在ranges.yaml中增加区间并注明来源。",
        )  # fmt: skip
    elif not band.low <= value.value <= band.high:
        yield problem(
            value, f"{value.value} {value.unit} is outside {band.low}–{band.high}",
            "Check value and unit; widen ranges.yaml only with a source.",
            f"{value.value} {value.unit}超出合理区间{band.low}–{band.high}", "请核对数值和单位；放宽区间须有来源。",
        )  # fmt: skip


def _dates(book: Rulebook) -> Iterator[Problem]:
    """Two values in force at once, an end before its beginning, a carry rule that reaches nowhere."""
    for parameter in book.parameters.values():
        for value in parameter.values:
            if value.until is not None and value.until < value.since:
                yield _dated(value, f"ends on {value.until}, before it begins", f"终止日{value.until}早于起始日")
            early = value.published is not None and value.published < value.since
            if early and value.status == "official" and value.until:
                yield Problem(
                    f"rules/data/parameters/{value.file}", value.id, "published before it holds although official",
                    "Check both days.", "warning", what_zh="官方数值的发布日早于起始日", mend_zh="请核对两个日期。",
                )  # fmt: skip
        for one, other in pairwise(parameter.values):
            if _overlap(one, other):
                yield _dated(
                    other, f"two values hold on {other.since}: {one.value:g} and {other.value:g}",
                    f"{other.since}同时有两个数值:{one.value:g}与{other.value:g}",
                )  # fmt: skip
        yield from _carried(parameter)


def _overlap(one: FactorValue, other: FactorValue) -> bool:
    if one.since == other.since:  # a revision: the later known wins
        return one.published == other.published
    return one.since > other.since or one.until is None or one.until >= other.since


def _dated(value: FactorValue, what: str, zh: str) -> Problem:
    return problem(
        value, what, "Give the earlier value its last day, or date the revision.",
        zh, "请给前一数值填终止日，或给修订值填发布日。",
    )  # fmt: skip


def _carried(parameter: Parameter) -> Iterator[Problem]:
    rule, last, first = parameter.carry, parameter.values[-1], parameter.values[0]
    if rule is None:
        return
    if rule.forward_until is not None and (last.until is None or rule.forward_until <= last.until):
        yield _dated(last, f"is carried to {rule.forward_until}, where it holds anyway", "沿用期落在数值自身的有效期内")
    if rule.back_since is not None and rule.back_since >= first.since:
        yield _dated(
            first, f"is carried back to {rule.back_since}, where it holds anyway", "上溯期落在数值自身的有效期内"
        )


# -- families and coefficients -----------------------------------------------------------------------------------------


def _families(book: Rulebook) -> Iterator[Problem]:
    known = {id for id, _ in book.parameters}
    for family in book.families.values():
        where = f"rules/data/families/{family.id}.yaml"
        yield from bilingual(where, family.id, family.name.zh, family.name.en)
        wanted = [family.heat, *(s.parameter for s in family.electricity)]
        wanted += [f"{family.fuels}.{p.use}.ncv" for p in family.proxies]
        wanted += [f"{family.equivalent}.electricity.tce", f"gwp.{family.gwp}.CH4"]
        for id in wanted:
            if id not in known:
                yield _problem(
                    where, id, "names a parameter that is not there", "Add it.", "所指参数不存在", "请补充。"
                )
        for step in family.electricity:
            if (step.until or date.max) < step.since:
                yield _problem(
                    where, step.parameter, "ends before it begins", "Correct the days.", "终止日早于起始日", "请更正。"
                )
        for one, other in pairwise(family.electricity):
            revised = one.published != other.published and other.published is not None
            if not revised and (one.until is None or one.until >= other.since):
                yield _problem(
                    where, other.parameter, f"two electricity factor rules hold on {other.since}",
                    "End the earlier one the day before.",
                    f"{other.since}同时有两条电力因子规则", "请让前一条在前一日终止。",
                )  # fmt: skip
    for item in book.items.values():
        if (f"gbt2589.{item.code}.tce") not in known:
            yield _problem(
                "rules/data/energy_items.yaml", item.code, "has no standard-coal coefficient", "Add gbt2589.….tce.",
                "没有折标准煤系数", "请补充。",
            )  # fmt: skip


def _problem(where: str, column: str, what: str, mend: str, zh: str, mend_zh: str) -> Problem:
    return Problem(where, column, what, mend, what_zh=zh, mend_zh=mend_zh)


def _coefficients(book: Rulebook) -> Iterator[Problem]:
    """A standard-coal coefficient and the default NCV of the same item speak of the same heat."""
    for (id, scope), parameter in book.parameters.items():
        prefix, item, kind = (*id.split("."), "", "")[:3]
        if prefix != "gbt2589" or kind != "tce":
            continue
        for family in ("ndrc_general", "mee_ets_2023"):
            other = book.parameters.get((f"{family}.{item}.ncv", scope))
            if other is not None and (apart := _apart(parameter, other)) > _TCE_AGAINST_NCV:
                yield problem(
                    parameter.values[-1], f"differs from the NCV of {family} by {apart:.0%}", "Check both.",
                    f"与{family}的低位发热量相差{apart:.0%}", "请核对两者。",
                )  # fmt: skip


def _apart(coefficient: Parameter, ncv: Parameter) -> float:
    return abs(coefficient.values[-1].value * GJ_PER_TCE / ncv.values[-1].value - 1)


def _all(book: Rulebook) -> Iterator[FactorValue]:
    for parameter in book.parameters.values():
        yield from parameter.values
