"""The rulebook 规则库: every dated value, rule family and energy item, read once from the package's own data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec

from dafeng.base.errors import RuleConflict, RuleError, RuleUnknown
from dafeng.rules.formulas import Formula, formula
from dafeng.rules.packaged import read_file, read_folder
from dafeng.rules.parameters import FactorValue, Parameter, build
from dafeng.rules.records import EnergyItem, Family, ItemFile, ParameterFile, RangeFile, RegionFile
from dafeng.rules.scopes import NATION, Scopes

Documents = Iterable[tuple[str, Any]]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class ScopedParameter:
    """A parameter as seen from one place: the narrowest scope that has it decides."""

    rulebook: Rulebook
    id: str
    scope: str

    def on(self, day: date, as_of: date | None = None) -> FactorValue:
        """The value for this place and day, as known on ``as_of``.

        The narrowest scope that has the parameter at all decides: where its dates do not reach the day that is
        RuleNotInForce, not a silent step up to the nation (a province's year would change its meaning).
        Raises RuleUnknown where no scope above the place has it.
        """
        for scope in self.rulebook.scopes.chain(self.scope, day):
            if (found := self.rulebook.parameters.get((self.id, scope))) is not None:
                return found.on(day, as_of)
        raise RuleUnknown(
            f"{self.id} has no value for {self.scope}",
            where="rules/data/parameters",
            mend=f"Add the parameter for {self.scope} or a scope above it.",
        )


@dataclass(frozen=True)
class Rulebook:
    """All rules, frozen. version is a hash of every document read: the same rules, the same version."""

    version: str
    parameters: Mapping[tuple[str, str], Parameter]
    families: Mapping[str, Family]
    items: Mapping[str, EnergyItem]
    scopes: Scopes
    ranges: RangeFile
    _names: Mapping[str, str] = field(repr=False)
    _ids: frozenset[str] = field(repr=False)

    def parameter(self, id: str, scope: str = NATION) -> ScopedParameter:
        """The parameter ``id`` as it holds for a scope: CN, grid:<region>, or a 6-digit area code.

        Raises RuleUnknown where the id is unknown everywhere.
        """
        if id not in self._ids:
            raise RuleUnknown(f"no parameter {id!r}", where="rules/data/parameters", mend="Check the id, or add it.")
        return ScopedParameter(self, id, scope)

    def family(self, id: str) -> Family:
        """A rule family by id. Raises RuleUnknown."""
        if id not in self.families:
            raise RuleUnknown(
                f"no rule family {id!r}", where="rules/data/families", mend=f"There are: {', '.join(self.families)}."
            )
        return self.families[id]

    def under(self, programme: str) -> Rulebook:
        """The rulebook of a programme's family: families that stand under it take its electricity rule."""
        own = self.family(programme)
        taken = {id: msgspec.structs.replace(self.family(id), electricity=own.electricity) for id in own.methods}
        return replace(self, families=MappingProxyType({**self.families, **taken})) if taken else self

    def formula(self, id: str, day: date) -> Formula:
        """The formula in force on the day."""
        return formula(id, day)

    def item(self, code: str) -> EnergyItem:
        """An energy item by code. Raises RuleUnknown."""
        if code not in self.items:
            raise RuleUnknown(
                f"no energy item {code!r}", where="rules/data/energy_items.yaml", mend="Use a listed code."
            )
        return self.items[code]

    def item_named(self, text: str) -> str | None:
        """The code of an energy item by code, Chinese or English name, or alias; None where no item is called so."""
        return self._names.get(_plain(text))


def _plain(text: str) -> str:
    return "".join(text.split()).replace("（", "(").replace("）", ")").lower()


def assemble(parameters: Documents, families: Documents, items: Any, regions: Any, ranges: Any) -> Rulebook:
    """A rulebook from documents (as YAML gives them). Raises RuleConflict or RuleError naming the file."""
    parameters, families = list(parameters), list(families)
    held = _parameters(parameters)
    fams = {f.id: f for f in (_read(name, doc, Family) for name, doc in families)}
    listed = _read("energy_items.yaml", items, ItemFile).items
    return Rulebook(
        version=_version([parameters, families, items, regions, ranges]),
        parameters=MappingProxyType(held),
        families=MappingProxyType(fams),
        items=MappingProxyType({i.code: i for i in listed}),
        scopes=Scopes.of(_read("grid_regions.yaml", regions, RegionFile)),
        ranges=_read("ranges.yaml", ranges, RangeFile),
        _names=MappingProxyType(_item_names(listed)),
        _ids=frozenset(id for id, _ in held),
    )


def _parameters(documents: Documents) -> dict[tuple[str, str], Parameter]:
    held: dict[tuple[str, str], Parameter] = {}
    for name, doc in documents:
        file = _read(name, doc, ParameterFile)
        for form in file.parameters:
            key = (form.id, form.scope)
            if key in held:
                raise RuleConflict(
                    f"{form.id} ({form.scope}) stands in two places: {held[key].file} and {name}",
                    where=f"rules/data/parameters/{name}",
                    mend="Keep all dated values of one parameter and scope under one entry.",
                )
            held[key] = build(form, file.defaults, name)
    return held


def _item_names(items: tuple[EnergyItem, ...]) -> dict[str, str]:
    names: dict[str, str] = {}
    for item in items:
        for text in (item.code, item.zh, item.en, *item.aliases):
            if names.setdefault(_plain(text), item.code) != item.code:
                raise RuleConflict(
                    f"{text!r} names two energy items: {names[_plain(text)]} and {item.code}",
                    where="rules/data/energy_items.yaml",
                    mend="An alias belongs to one item.",
                )
    return names


def _read(name: str, doc: Any, form: type[_T]) -> _T:
    try:
        return msgspec.convert(doc, form)
    except msgspec.ValidationError as error:
        raise RuleError(
            f"the rule file does not fit its form: {error}", where=f"rules/data/{name}", mend="Correct the entry named."
        ) from error


def _version(documents: list[Any]) -> str:
    text = json.dumps(documents, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@cache
def packaged_rulebook() -> Rulebook:
    """The rulebook that comes with the package; read once."""
    tables = (read_file("energy_items.yaml"), read_file("grid_regions.yaml"), read_file("ranges.yaml"))
    return assemble(read_folder("parameters"), read_folder("families"), *tables)
