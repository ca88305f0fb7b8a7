"""Energy control 能耗双控 as a rule: what total and intensity leave out, from when; energy media 耗能工质."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any, Literal

import msgspec

from dafeng.base.errors import RuleConflict, RuleError
from dafeng.base.provenance import Status
from dafeng.rules.energy_uses import packaged_uses
from dafeng.rules.packaged import read_file

FILE = "rules/data/energy_control.yaml"


class Unspecified(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What holds of feedstock whose product is not told, with its lower status and its words."""

    take: bool
    status: Status
    zh: str
    en: str


class Deduction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something left out of control figures in the years from since to until."""

    id: Literal["feedstock", "renewables"]
    zh: str
    en: str
    applies_to: tuple[Literal["total", "intensity"], ...]
    since: date
    published: date
    status: Status
    source: str
    until: date | None = None
    products: tuple[str, ...] = ()
    unspecified: Unspecified | None = None
    base_year: int | None = None
    note: str | None = None

    def holds(self, year: int, as_of: date | None) -> bool:
        """Whether it holds in a whole year, as known on a day."""
        known = as_of is None or self.published <= as_of
        last = date(year, 12, 31)
        return known and self.since <= date(year, 1, 1) and (self.until is None or last <= self.until)


class Medium(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An energy medium: the measure it is delivered as, and standard coal per unit [kgce]."""

    measure: str
    unit: str
    kgce: float
    zh: str
    en: str


class EnergyControl(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    deductions: tuple[Deduction, ...]
    media: tuple[Medium, ...]
    media_status: Status
    media_source: str
    media_since: date

    def deduction(self, id: str, year: int, as_of: date | None = None) -> Deduction | None:
        """The deduction of a kind that holds in a year, as known on a day; None where there is none."""
        return next((d for d in self.deductions if d.id == id and d.holds(year, as_of)), None)


def read_control(doc: Any) -> EnergyControl:
    """The rule from its document. Raises RuleError for a wrong form or an unknown product, RuleConflict
    for two deductions of a kind on one day."""
    try:
        rule = msgspec.convert(doc, EnergyControl)
    except msgspec.ValidationError as error:
        raise _wrong(f"the file does not fit its form: {error}") from error
    known = packaged_uses().feedstock
    if strange := [p for d in rule.deductions for p in d.products if p not in known]:
        raise _wrong(f"no feedstock product {strange[0]!r}")
    for i, one in enumerate(rule.deductions):
        for other in rule.deductions[i + 1 :]:
            apart = (one.until or date.max) < other.since or (other.until or date.max) < one.since
            if one.id == other.id and not apart:
                raise RuleConflict(
                    f"two deductions {one.id} hold on one day", where=FILE, mend="End the earlier one.",
                    zh=f"扣除项“{one.zh}”在同一日有两条规定", mend_zh="请给前一条截止日期。",
                )  # fmt: skip
    return rule


def _wrong(what: str) -> RuleError:
    return RuleError(
        what, where=FILE, mend="Correct the entry.", zh=f"能耗双控规则有误：{what}", mend_zh="请更正该条。"
    )


@cache
def packaged_control() -> EnergyControl:
    """The rule that comes with the package; read once."""
    return read_control(read_file("energy_control.yaml"))
