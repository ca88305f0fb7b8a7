"""Accounting methods 核算方法 as data: what a rule family asks of an industry, stream by stream.

A method is one file ``rules/data/methods/<method>/<family>.yaml``: its boundary, and its source streams 排放源流, each
with the formulas that may be used (the first whose inputs are there), the inputs with their units, where a default
stands in the rulebook, and the items. Streams that many methods share stand in ``shared.yaml``, named by ``use``.
From this file come the arithmetic, the template, the checks and the list of what is missing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

import msgspec

from dafeng.base.errors import RuleConflict, RuleError, RuleNotInForce, RuleUnknown
from dafeng.base.provenance import Status
from dafeng.rules.packaged import read_folder
from dafeng.rules.records import Name

Group = Literal["combustion", "process", "electricity", "heat", "fixed", "recovered", "value_chain", "biogenic", "memo"]
IN_TOTAL: tuple[Group, ...] = ("combustion", "process", "electricity", "heat", "fixed", "recovered", "value_chain")
GROUP_ZH: Mapping[Group, str] = {
    "combustion": "化石燃料燃烧",
    "process": "工业生产过程",
    "electricity": "净购入电力",
    "heat": "净购入热力",
    "fixed": "固碳产品隐含(扣除)",
    "recovered": "回收利用(扣除)",
    "value_chain": "价值链(上下游)",
    "biogenic": "生物质(单列)",
    "memo": "备查",
}
SHARED = "shared.yaml"
# what a measured carbon can be at most: the whole mass; six atoms of carbon in a molecule of gas (12.011 kg/kmol,
# 22.414 Nm3/kmol: 5.36 tC/10^4 Nm3 an atom)
CARBON_MOST: Mapping[str, float] = {"tC/t": 1.0, "tC/10^4 Nm3": 32.0}
GREEN = "green_power"  # shared stream of every method that buys electricity
GIVEN = "given_"  # shared streams that every method has: terms somebody else has computed, taken as they are


class InputForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One figure a formula wants, in ``unit``.

    parameter: id of the default in the rulebook; {item}, {fuels}, {heat}, {electricity} and {gwp} are filled in from
    the item and the family. own: whether the rule lets the works' own value stand (no), stand in place of the default
    (yes), or be expected, the default being a penalty that is said (prefer).
    """

    name: Name
    unit: str
    parameter: str | None = None
    own: Literal["no", "yes", "prefer"] = "yes"
    least: float | None = 0.0
    most: float | None = None
    note: str | None = None


def most_of(form: InputForm, unit: str) -> float | None:
    """What the input can be at most where it is counted in ``unit``: by the method, and by what carbon can be."""
    known = [m for m in (form.most, CARBON_MOST.get(unit)) if m is not None]
    return min(known, default=None)


class ItemForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind within a stream: a fuel, a carbonate, a product. parameters: its own defaults by input, an empty name
    where the rule prints none for it though it does for others; sign −1 for what
    carries carbon out of a balance."""

    name: Name
    parameters: Mapping[str, str] = {}
    sign: Literal[1, -1] = 1
    gas: str | None = None
    note: str | None = None
    unit: str | None = None


class TotalForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A named sum: of all streams of these groups, or of the streams named in ``only``; ``without`` leaves some out."""

    name: Name
    groups: tuple[Group, ...] = IN_TOTAL
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    note: str | None = None


class RatioForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An intensity 强度 or share: ``of`` over ``per``, times another ratio (``1-x`` for its rest), times ``scale``.

    of and per name a total (``total``), the emissions of a stream (``fuel``), or given amounts, summed over what is
    left out (``output/heat/amount``, ``output//amount`` for all items), added by `` + ``. least, most: what it can be.
    """

    name: Name
    unit: str
    of: str
    per: str | None = None
    times: str | None = None
    scale: float = 1.0
    note: str | None = None
    least: float | None = None
    most: float | None = None


class StreamForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A source stream. items: a table; ``fossil`` / ``biogenic`` = the energy items of that kind; or ``free`` = what a
    case calls them, in the unit it gives them in. optional: a works without it has nothing missing; false for what the
    method says is ``needed``. instead_of: streams that are another way to the same emissions; both are never given
    together. mirrors: a stream from whose rows this one is made where a case gives it none. A stream of group
    ``memo`` without formulas holds amounts for the ratios."""

    name: Name
    group: Group
    formulas: tuple[str, ...]
    inputs: Mapping[str, InputForm]
    items: Mapping[str, ItemForm] | Literal["fossil", "biogenic", "free"] | None = None
    gas: str = "CO2"
    sign: Literal[1, -1] = 1
    scope: Literal[1, 2, 3] = 1
    optional: bool = True
    source: str | None = None
    note: str | None = None
    instead_of: tuple[str, ...] = ()
    mirrors: str | None = None


_TOTAL = TotalForm(Name("温室气体排放总量", "total greenhouse-gas emissions"))


class UseForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A shared stream under its own name, some of its fields said otherwise."""

    use: str
    change: Mapping[str, Any] = {}


class IndustryForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An industry by the head of its GB/T 4754 code, and why the method is (or may be) its own."""

    code: str
    why: Name


class MethodForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A method's file. needed: the streams without which no account of the industry is whole, by the rule's own list of
    sources; ``carbonate|lime``: one of them."""

    method: str
    family: str
    name: Name
    boundary: Name
    since: date
    source: str
    status: Status
    streams: dict[str, Any]
    until: date | None = None
    industries: tuple[IndustryForm, ...] = ()
    notes: tuple[Name, ...] = ()
    totals: Mapping[str, TotalForm] = {}
    ratios: Mapping[str, RatioForm] = {}
    line_decimals: int | None = None
    no_industry: Name | None = None  # why it stands for no industry (a family may say it for all its methods)
    needed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Method:
    """A method under one rule family, its shared streams written out.

    totals hold at least ``total``, the rule's own sum. line_decimals: the form rounds each line's tonnes so. needed:
    streams without which an account is not whole, each with those that do instead of it.
    """

    id: str
    family: str
    name: Name
    boundary: Name
    since: date
    until: date | None
    source: str
    status: Status
    streams: Mapping[str, StreamForm]
    industries: tuple[IndustryForm, ...]
    notes: tuple[Name, ...]
    totals: Mapping[str, TotalForm]
    ratios: Mapping[str, RatioForm]
    line_decimals: int | None
    file: str
    no_industry: Name | None = None
    needed: tuple[tuple[str, ...], ...] = ()

    def covers(self, first: date, last: date) -> bool:
        return self.since <= first and (self.until is None or last <= self.until)

    def stream(self, id: str) -> StreamForm:
        """A stream by id. Raises RuleUnknown."""
        if id not in self.streams:
            raise RuleUnknown(
                f"the method {self.id} has no stream {id!r}",
                where=f"rules/data/methods/{self.file}",
                mend=f"There are: {', '.join(self.streams)}.",
            )
        return self.streams[id]


@dataclass(frozen=True)
class Methods:
    """All methods by (method, family). version is a hash of every document read."""

    held: Mapping[tuple[str, str], Method]
    version: str

    def method(self, id: str, family: str, first: date | None = None, last: date | None = None) -> Method:
        """The method under a family. Raises RuleUnknown, and RuleNotInForce for a period outside its dates."""
        found = self.held.get((id, family))
        if found is None:
            there = ", ".join(f"{m}/{f}" for m, f in self.held if m == id) or ", ".join(
                sorted({m for m, _ in self.held})
            )
            raise RuleUnknown(f"no method {id} under {family}", where="rules/data/methods", mend=f"There are: {there}.")
        if first is not None and not found.covers(first, last or first):
            raise RuleNotInForce(
                f"{id} under {family} is not in force from {first} to {last or first}",
                where=f"rules/data/methods/{found.file}",
                mend=f"It holds from {found.since} to {found.until or 'now'}: choose another rule or period.",
            )
        return found

    def families(self, id: str) -> tuple[str, ...]:
        """The rule families a method stands under."""
        return tuple(f for m, f in self.held if m == id)

    def for_industry(self, code: str) -> tuple[tuple[Method, Name], ...]:
        """Methods for an industry code with the reason, the longest head first."""
        found = [(i, m) for m in self.held.values() for i in m.industries if code.startswith(i.code)]
        return tuple((m, i.why) for i, m in sorted(found, key=lambda x: (-len(x[0].code), x[1].id, x[1].family)))


def assemble_methods(documents: list[tuple[str, Any]]) -> Methods:
    """Methods from documents as YAML gives them. Raises RuleError naming the file, RuleConflict for one given twice."""
    by_name = dict(documents)
    shared = {id: _form(SHARED, doc, StreamForm) for id, doc in by_name.pop(SHARED, {}).items()}
    held: dict[tuple[str, str], Method] = {}
    for file, doc in sorted(by_name.items()):
        method = _method(file, _form(file, doc, MethodForm), shared)
        if (method.id, method.family) in held:
            raise RuleConflict(f"{method.id} under {method.family} stands twice", where=file, mend="Keep one file.")
        held[method.id, method.family] = method
    text = json.dumps(documents, ensure_ascii=False, sort_keys=True, default=str)
    return Methods(MappingProxyType(held), hashlib.sha256(text.encode()).hexdigest()[:16])


def _method(file: str, form: MethodForm, shared: Mapping[str, StreamForm]) -> Method:
    streams = {id: _stream(file, id, doc, shared) for id, doc in form.streams.items()}
    streams |= {id: stream for id, stream in shared.items() if id.startswith(GIVEN) and id not in streams}
    if "electricity" in streams and streams["electricity"].group == "electricity" and GREEN in shared:
        streams.setdefault(GREEN, shared[GREEN])
    needed = _needed(file, form, streams)
    for id in (ways[0] for ways in needed if len(ways) == 1):
        streams[id] = msgspec.structs.replace(streams[id], optional=False)
    totals, ratios = {"total": _TOTAL, **form.totals}, dict(form.ratios)
    for id, stream in streams.items():
        if stray := [s for s in (*stream.instead_of, *filter(None, (stream.mirrors,))) if s not in streams]:
            raise RuleError(
                f"{id} is instead of (or mirrors) no stream {stray[0]!r}", where=file, mend="Name one of the streams.",
                zh=f"{id}的 instead_of 或 mirrors 没有排放源“{stray[0]}”", mend_zh="请写已有的排放源。",
            )  # fmt: skip
    for id, total in totals.items():
        if stray := [s for s in (*total.only, *total.without) if s not in streams]:
            raise RuleError(f"the total {id} names no stream {stray[0]!r}", where=file, mend="Name one of the streams.")
    return Method(
        form.method, form.family, form.name, form.boundary, form.since, form.until, form.source, form.status,
        MappingProxyType(streams), form.industries, form.notes, MappingProxyType(totals), MappingProxyType(ratios),
        form.line_decimals, file, form.no_industry, needed,
    )  # fmt: skip


def _needed(file: str, form: MethodForm, streams: Mapping[str, StreamForm]) -> tuple[tuple[str, ...], ...]:
    needed = tuple(tuple(one.split("|")) for one in form.needed)
    if stray := [id for ways in needed for id in ways if id not in streams]:
        raise RuleError(
            f"there is no stream {stray[0]!r} to be needed", where=file, mend="Name one of the streams.",
            zh=f"needed 没有排放源“{stray[0]}”", mend_zh="请写已有的排放源。",
        )  # fmt: skip
    return needed


def _stream(file: str, id: str, doc: Any, shared: Mapping[str, StreamForm]) -> StreamForm:
    if not (isinstance(doc, dict) and "use" in doc):
        own: StreamForm = _form(f"{file} › {id}", doc, StreamForm)
        return own
    asked = _form(f"{file} › {id}", doc, UseForm)
    if asked.use not in shared:
        raise RuleError(
            f"no shared stream {asked.use!r}", where=f"{file} › {id}", mend=f"There are: {', '.join(shared)}."
        )
    base = msgspec.to_builtins(shared[asked.use])
    merged: StreamForm = _form(f"{file} › {id}", _merged(base, asked.change), StreamForm)
    return merged


def _merged(base: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    out = dict(base)
    for key, value in change.items():
        both = isinstance(value, Mapping) and isinstance(out.get(key), Mapping)
        out[key] = _merged(out[key], value) if both and key != "items" else value
    return out


def _form(file: str, doc: Any, form: type[Any]) -> Any:
    try:
        return msgspec.convert(doc, form)
    except msgspec.ValidationError as error:
        raise RuleError(
            f"the method file does not fit its form: {error}", where=f"rules/data/methods/{file}",
            mend="Correct the entry named.",
        ) from error  # fmt: skip


@cache
def packaged_methods() -> Methods:
    """The methods that come with the package; read once."""
    return assemble_methods(read_folder("methods"))
