"""The form of the rulebook's files: what a YAML document may say; unknown keys are refused."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from dafeng.base.provenance import Status

ItemClass = Literal["coal", "coke", "oil", "gas", "biomass", "electricity", "heat", "other"]
Carbon = Literal["fossil", "biogenic", "none", "indirect"]


class Name(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    zh: str
    en: str


class ValueForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One dated value; what it leaves out is taken from the file's defaults. since and until are both included."""

    value: float
    since: date | None = None
    until: date | None = None
    published: date | None = None
    status: Status | None = None
    source: str | None = None
    note: str | None = None


class CarryForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What holds in a year whose own value is not (yet) known: the nearest known one, with a lower status, and a word.

    Without it such a day is an error. forward_until and back_since bound how far a value may be carried.
    """

    status: Status
    note: str
    forward_until: date | None = None
    back_since: date | None = None


class ParameterForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    name: Name
    unit: str
    scope: str
    values: tuple[ValueForm, ...]
    until: date | None = None
    carry: CarryForm | None = None


class Defaults(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    since: date
    status: Status
    source: str
    published: date | None = None


class ParameterFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    family: str
    defaults: Defaults
    parameters: tuple[ParameterForm, ...]


class EnergyItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"klass": "class"}):
    """An energy item 能源品种. origin primary: from nature; secondary: made from other energy."""

    code: str
    zh: str
    en: str
    aliases: tuple[str, ...]
    unit: str
    klass: ItemClass
    origin: Literal["primary", "secondary"]
    carbon: Carbon
    statistics_code: str | None = None

    @property
    def fuel_id(self) -> str:
        """The name of the fuel in the reference factor tables: the code itself."""
        return self.code


class ItemFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    items: tuple[EnergyItem, ...]


class Region(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    region: str
    zh: str
    since: date
    heads: tuple[str, ...]
    until: date | None = None


class RegionFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    status: Status
    source: str
    regions: tuple[Region, ...]


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which electricity factor a family uses from since to until; scope (CN) where the rule forces one.

    published: the day from which the step is known; before it an older step that covers the same days holds.
    """

    since: date
    parameter: str
    until: date | None = None
    scope: str | None = None
    published: date | None = None


class Proxy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fuel the family prints no default for, and the one whose default stands in, said on every line."""

    item: str
    use: str
    status: Status
    note: str


class Reporting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a family stands where none is named: the smallest rank in force is taken. since: the first data year that
    reports were made by it, where that is later than the method's own dates (which may reach back for restatements)."""

    rank: int
    why: Name
    since: date | None = None


class Family(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule family 规则族: the set of factors one account is made of; families are never mixed.

    methods : families whose methods stand under this one, taken in this order; their electricity rule is this one's.
    reporting : how it stands where a case or a works names no family.
    """

    id: str
    name: Name
    source: str
    since: date
    gwp: str
    fuels: str
    energy: str
    equivalent: str
    heat: str
    electricity: tuple[Step, ...]
    until: date | None = None
    carbon_content_decimals: int | None = None
    proxies: tuple[Proxy, ...] = ()
    no_industry: Name | None = None  # why its methods are recommended for no industry
    methods: tuple[str, ...] = ()
    reporting: Reporting | None = None

    def electricity_step(self, day: date, as_of: date | None = None) -> Step | None:
        """The electricity factor rule of the day as known on ``as_of``; None where the family has none.

        Of several the one published last; where none was known yet the one that came later (its values say when).
        """
        held = [s for s in self.electricity if s.since <= day and (s.until is None or day <= s.until)]
        known = [s for s in held if as_of is None or s.published is None or s.published <= as_of]
        return max(known or held, key=lambda s: s.published or date.min, default=None)

    def proxy(self, item: str) -> Proxy | None:
        return next((p for p in self.proxies if p.item == item), None)


class Range(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A plausible range 合理区间 of a kind (* = any) in a unit; ids narrows it by a glob over the parameter id."""

    kind: str
    unit: str
    low: float
    high: float
    ids: str = "*"
    source: str | None = None


class RangeFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    ranges: tuple[Range, ...]
