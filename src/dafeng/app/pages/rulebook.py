"""Use cases of the rulebook 规则库: one parameter with its dated history, and whether the whole is sound."""

from __future__ import annotations

from datetime import date
from functools import cache

import msgspec

from dafeng.account import formulas as _formulas  # noqa: F401 (enrols them)
from dafeng.app.pages.english import source_en, source_zh
from dafeng.app.pages.shapes import Words
from dafeng.app.permission import use_case
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import NotFound
from dafeng.base.provenance import Status
from dafeng.rules.checks import check, range_of
from dafeng.rules.methods import packaged_methods
from dafeng.rules.parameters import FactorValue
from dafeng.rules.printed import kept_as_printed
from dafeng.rules.records import Name
from dafeng.rules.rulebook import packaged_rulebook
from dafeng.rules.usage import formula_entries, uses_of


class RuleValue(msgspec.Struct, frozen=True, kw_only=True):
    """One dated value. standing: it is the one that counts for its days, as known on the day asked."""

    scope: str
    since: date
    until: date | None
    published: date | None
    value: float
    status: Status
    source: Words
    note: str | None
    standing: bool


class RuleUse(msgspec.Struct, frozen=True, kw_only=True):
    """An input of a method of which the parameter is the default."""

    method: str
    method_name: Words
    family: str
    family_name: Words
    stream: str
    stream_name: Words
    input: str
    input_name: Words


class RuleEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A parameter: its values in all scopes, the range that is plausible for it, who uses it; errors: what is known to
    be printed wrong and is computed with as printed."""

    id: str
    name: Words
    unit: str
    file: str
    low: float | None
    high: float | None
    values: tuple[RuleValue, ...]
    unknown: int  # values that were published only after the day asked
    used_by: tuple[RuleUse, ...]
    errors: tuple[Words, ...]


class RuleProblem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong in the rulebook."""

    where: str
    column: str
    what: Words
    severity: str


class RuleCheck(msgspec.Struct, frozen=True, kw_only=True):
    """What ``dafeng rules check`` says: counts, and every problem; kept: printed errors that are computed with."""

    version: str
    values: int
    formulas: int
    methods: int
    families: int
    problems: tuple[RuleProblem, ...]
    kept: int


@use_case("rules.see")
def rule_entry(services: Services, caller: Caller, id: str, known_on: date | None = None) -> RuleEntry:
    """One parameter; known_on: only what was published by that day. Raises NotFound."""
    book, methods = packaged_rulebook(), packaged_methods()
    held = [v for (name, _), p in sorted(book.parameters.items()) if name == id for v in p.values]
    if not held:
        raise NotFound(
            f"the rulebook has no parameter {id[:120]!r}", where="rules", mend="Look it up in the list.",
            zh=f"规则库没有参数“{id[:120]}”", mend_zh="请在规则库列表中查找。",
        )  # fmt: skip
    known = [v for v in held if v.known_on(known_on)]
    first = next((v for v in held if v.scope == "CN"), held[0])  # of many places the whole country's name
    band = range_of(held[0], book.ranges.ranges)
    return RuleEntry(
        id=id, name=Words(first.name_zh, first.name_en), unit=first.unit, file=first.file,
        low=None if band is None else band.low, high=None if band is None else band.high,
        values=tuple(_value(v, v is _latest(known, v)) for v in known), unknown=len(held) - len(known),
        used_by=tuple(_use(*one) for one in uses_of(methods, book, id)),
        errors=tuple(Words(e.zh, e.en) for e, v in kept_as_printed(book) if v.id == id),
    )  # fmt: skip


def _use(method: str, family: str, stream: str, name: str) -> RuleUse:
    found, family_form = packaged_methods().held[method, family], packaged_rulebook().families[family]
    form = found.streams[stream]
    held = form.inputs.get(name)
    return RuleUse(
        method=method, method_name=_words(found.name), family=family, family_name=_words(family_form.name),
        stream=stream, stream_name=_words(form.name), input=name,
        input_name=Words(name, name) if held is None else _words(held.name),
    )  # fmt: skip


def _words(name: Name) -> Words:
    return Words(name.zh, name.en)


def _latest(known: list[FactorValue], value: FactorValue) -> FactorValue:
    """Of the values of the same scope and first day the one that was published last."""
    return [v for v in known if (v.scope, v.since) == (value.scope, value.since)][-1]


def _value(v: FactorValue, standing: bool) -> RuleValue:
    return RuleValue(
        scope=v.scope, since=v.since, until=v.until, published=v.published, value=v.value, status=v.status,
        source=Words(source_zh(v.source), source_en(v.source) or v.source), note=v.note, standing=standing,
    )  # fmt: skip


@use_case("rules.see")
def rule_check(services: Services, caller: Caller) -> RuleCheck:
    """Whether the rulebook that ships is sound, and how large it is."""
    return _checked()


@cache
def _checked() -> RuleCheck:
    book, methods = packaged_rulebook(), packaged_methods()
    return RuleCheck(
        version=book.version, values=sum(len(p.values) for p in book.parameters.values()),
        formulas=len(formula_entries()), methods=len(methods.held), families=len(book.families),
        problems=tuple(
            RuleProblem(where=p.where, column=p.column, what=Words(p.what_zh or p.what, p.what), severity=p.severity)
            for p in check(book, methods)
        ),
        kept=len(kept_as_printed(book)),
    )  # fmt: skip
