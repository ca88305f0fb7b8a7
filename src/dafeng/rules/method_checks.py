"""What is proved of methods 核算方法校验: every name in them leads somewhere, for every item and all their days.

Formulas enrol where they live, in the account room: who calls this has imported it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from dafeng.base.errors import BadRequest, Problem, RuleError
from dafeng.base.units import factor
from dafeng.rules.formulas import enrolled
from dafeng.rules.method_data import input_unit, stream_items
from dafeng.rules.methods import GIVEN, GREEN, GROUP_ZH, Method, Methods, StreamForm
from dafeng.rules.records import Family, Name
from dafeng.rules.rulebook import Rulebook
from dafeng.rules.scopes import NATION
from dafeng.rules.usage import default_id

_HAN = re.compile(r"[\u4e00-\u9fff]")
_SAME_SHARES = ("%", "1", "t/t", "kg/kg", "tC/t")
_FAR = date(2099, 12, 31)  # stands for "no end"
_DAY = timedelta(days=1)
_FirstDays = Mapping[str, date]  # formula → its first day
_Units = Mapping[str, str]  # parameter id → its unit


def check_methods(book: Rulebook, methods: Methods) -> Iterator[Problem]:
    """Every problem of the methods, and of what they share."""
    units, days = {id: p.unit for (id, _), p in book.parameters.items()}, _first_days()
    for method in methods.held.values():
        where = f"rules/data/methods/{method.file}"
        family = book.families.get(method.family)
        if family is None:
            yield _problem(where, method.family, "names no rule family", "所属规则族不存在")
            continue
        yield from _words(where, method)
        yield from _formulas(where, method, days)
        yield from _parameters(where, method, family, book, units, days)
        yield from _gases(where, method, family, book, units)
        yield from _results(where, method)
        yield from _industries(where, method, family)
    yield from _agreeing(methods)


def _problem(
    where: str, column: str, what: str, zh: str, mend: str = "Correct it.", mend_zh: str = "请更正。"
) -> Problem:
    return Problem(where, column, what, mend, what_zh=zh, mend_zh=mend_zh)


def bilingual(where: str, column: str, zh: str, en: str) -> Iterator[Problem]:
    """Both languages have their name, and the English one is English."""
    if not zh.strip() or not en.strip():
        yield _problem(where, column, "has no name in one of the two languages", "缺少中文或英文名称")
    elif _HAN.search(en):
        yield _problem(where, column, f"the English name {en!r} has Chinese in it", f"英文名称“{en}”中有汉字")


def _words(where: str, method: Method) -> Iterator[Problem]:
    named: list[tuple[str, Name]] = [("name", method.name), ("boundary", method.boundary)]
    named += [(f"note {n}", note) for n, note in enumerate(method.notes, start=1)]
    named += [(f"industry {i.code}", i.why) for i in method.industries]
    named += [(f"total {id}", total.name) for id, total in method.totals.items()]
    named += [(f"ratio {id}", ratio.name) for id, ratio in method.ratios.items()]
    for id, stream in method.streams.items():
        named += [(id, stream.name), *((f"{id}/{n}", inp.name) for n, inp in stream.inputs.items())]
        if not isinstance(stream.items, str | None):
            named += [(f"{id}/{code}", item.name) for code, item in stream.items.items()]
    for column, name in named:
        yield from bilingual(where, column, name.zh, name.en)


def _formulas(where: str, method: Method, days: _FirstDays) -> Iterator[Problem]:
    by_id = {f.id: f for f in enrolled()}  # the newest of each
    for id, stream in method.streams.items():
        if not stream.formulas and stream.group != "memo":
            yield _problem(where, id, "has no formula and is no memo", "没有公式，也不是备查项")
        for name in stream.formulas:
            found = by_id.get(name)
            if found is None or days[name] > (method.until or _FAR):
                yield _problem(
                    where, id, f"no formula {name!r} in the days of the method", f"公式{name}不存在或始终未生效"
                )
                continue
            if lacking := [i for i in found.inputs if i not in stream.inputs]:
                yield _problem(
                    where, id, f"the formula {name} wants {', '.join(lacking)}, which the stream does not have",
                    f"公式{name}需要{'、'.join(lacking)}，排放源没有该数据",
                )  # fmt: skip


def _first_days() -> _FirstDays:
    return {f.id: f.since for f in reversed(enrolled())}  # of a formula amended the oldest is what counts


def _begins(form: StreamForm, first: date, held: _FirstDays) -> date:
    """The first day on which a stream can be computed: its earliest formula, not before the method."""
    return max(first, min((held[name] for name in form.formulas if name in held), default=first))


# -- parameters --------------------------------------------------------------------------------------------------------


def _defaults(method: Method, family: Family, book: Rulebook) -> Iterator[tuple[str, str, str, str, str]]:
    """Every default a method names: (stream, item, input, template, id); that of electricity is the family's."""
    for stream, form in method.streams.items():
        for code, item in stream_items(form, book.items).items():
            for name, inp in form.inputs.items():
                template = item.parameters.get(name, inp.parameter)
                if template and template != "{electricity}":
                    yield stream, code, name, template, default_id(template, code, family)


def _parameters(
    where: str, method: Method, family: Family, book: Rulebook, units: _Units, days: _FirstDays
) -> Iterator[Problem]:
    first = max(method.since, family.since)
    last = min(method.until or _FAR, family.until or _FAR)
    led: dict[tuple[str, str, str], bool] = {}  # does a template lead anywhere
    begins = {id: _begins(form, first, days) for id, form in method.streams.items()}
    for stream, code, name, template, id in _defaults(method, family, book):
        key = (stream, name, template)
        led[key] = led.get(key, False) or id in units
        column = "/".join(filter(None, (stream, code, name)))
        form = method.streams[stream]
        if id in units:
            yield from _in_force(where, column, id, (begins[stream], last), book)
            yield from _convertible(where, column, id, input_unit(form.inputs[name].unit, code, book.items), units)
        elif "{item}" not in template:
            yield _problem(
                where, column, f"the default {id} is not in the rulebook", f"缺省值{id}不在规则库中",
                "Add the parameter, or correct its name.", "请补充参数或更正名称。",
            )  # fmt: skip
    for (stream, name, template), leads in led.items():
        if not leads:
            yield _problem(
                where, f"{stream}/{name}", f"{template} leads nowhere for any item", f"{template}对任何品种都无数值"
            )


def _in_force(where: str, column: str, id: str, days: tuple[date, date], book: Rulebook) -> Iterator[Problem]:
    """A default holds on every day on which its stream can be computed, carried or not."""
    parameter = book.parameters.get((id, NATION))
    if parameter is None:
        return
    first, last = days
    asked = sorted({first, *(v.until + _DAY for v in parameter.values if v.until and first <= v.until < last), last})
    for day in asked:
        try:
            parameter.on(day)
        except RuleError:
            yield _problem(
                where, column, f"{id} has no value in force on {day}, where the method holds",
                f"{id}在{day}没有有效数值，而方法在该日有效", "Give the parameter its days.", "请补充参数的有效期。",
            )  # fmt: skip
            return


def _convertible(where: str, column: str, id: str, unit: str, units: _Units) -> Iterator[Problem]:
    given = units[id]
    if given == unit or (unit == "tC/t" and given in _SAME_SHARES):
        return
    try:
        factor(given, unit)
    except BadRequest:
        yield _problem(
            where, column, f"{id} is in {given}, the input in {unit}", f"{id}以{given}计，数据项以{unit}计，不能换算"
        )


def _gases(where: str, method: Method, family: Family, book: Rulebook, units: _Units) -> Iterator[Problem]:
    for id, stream in method.streams.items():
        gases = {item.gas or stream.gas for item in stream_items(stream, book.items).values()}
        for gas in sorted(gases - {"CO2", "CO2e"}):
            if stream.formulas and f"gwp.{family.gwp}.{gas}" not in units:
                yield _problem(where, id, f"{family.gwp} has no GWP of {gas}", f"{family.gwp}没有{gas}的GWP")


# -- totals, ratios, industries, agreement -----------------------------------------------------------------------------


def _results(where: str, method: Method) -> Iterator[Problem]:
    groups = {s.group for s in method.streams.values()}
    for id, total in method.totals.items():
        if not total.only and not groups & set(total.groups):
            said = "、".join(GROUP_ZH[g] for g in total.groups)
            yield _problem(where, f"total {id}", "no stream is in any of its groups", f"没有排放源属于{said}")
        for stream in (*total.only, *total.without):
            if stream not in method.streams:
                yield _problem(where, f"total {id}", f"names no stream {stream!r}", f"没有排放源{stream}")
    for id, ratio in method.ratios.items():
        for text in filter(None, (ratio.of, ratio.per)):
            for term in text.split(" + "):
                yield from _term(where, id, term.strip(), method)
        if ratio.times is not None and ratio.times.removeprefix("1-") not in method.ratios:
            yield _problem(where, f"ratio {id}", f"names no ratio {ratio.times!r}", f"没有比率{ratio.times}")


def _term(where: str, ratio: str, term: str, method: Method) -> Iterator[Problem]:
    stream, *rest = term.split("/")
    if not rest and (term in method.totals or term in method.streams):
        return
    form = method.streams.get(stream)
    if form is None or len(rest) != 2 or rest[1] not in form.inputs:
        yield _problem(
            where, f"ratio {ratio}", f"{term!r} is no total, stream or amount", f"“{term}”不是总量、排放源或填报量"
        )
    elif rest[0] and not isinstance(form.items, str | None) and rest[0] not in form.items:
        yield _problem(where, f"ratio {ratio}", f"{stream} has no item {rest[0]!r}", f"{stream}没有品种{rest[0]}")


def _industries(where: str, method: Method, family: Family) -> Iterator[Problem]:
    if not method.industries and method.no_industry is None and family.no_industry is None:
        yield _problem(
            where, "industries", "stands for no industry and does not say why not", "未列适用行业，也未说明原因",
            "List industries by code, or say why not in no_industry.", "请列出行业代码，或在no_industry中说明原因。",
        )  # fmt: skip


def _agreeing(methods: Methods) -> Iterator[Problem]:
    """The same figure of the same stream is in the same unit under every family, so that a year can be restated."""
    seen: dict[tuple[str, str, str], tuple[str, str]] = {}
    for method in methods.held.values():
        for stream, form in method.streams.items():
            if stream.startswith(GIVEN):
                continue
            for name, inp in form.inputs.items():
                unit, family = seen.setdefault((method.id, stream, name), (inp.unit, method.family))
                if unit != inp.unit:
                    yield _problem(
                        f"rules/data/methods/{method.file}", f"{stream}/{name}",
                        f"is in {inp.unit}, under {family} in {unit}", f"以{inp.unit}计，{family}下以{unit}计",
                        "Give it the same unit.", "请统一计量单位。",
                    )  # fmt: skip


# -- what is so, and is no fault ---------------------------------------------------------------------------------------


def not_printed(book: Rulebook, methods: Methods) -> Iterator[Problem]:
    """Defaults a rule names by a pattern and does not print for an item: there the works must give its own value."""
    units = {id: p.unit for (id, _), p in book.parameters.items()}
    for method in methods.held.values():
        family = book.families[method.family]
        lacking: dict[tuple[str, str], list[str]] = {}
        for stream, code, name, _, id in _defaults(method, family, book):
            if id not in units:
                lacking.setdefault((stream, name), []).append(code)
        for (stream, name), items in lacking.items():
            yield Problem(
                f"rules/data/methods/{method.file}", f"{stream}/{name}",
                f"no default is printed for {', '.join(items)}",
                "The works gives its own value.", "note",
                what_zh=f"规则未给出缺省值:{'、'.join(items)}", mend_zh="由企业填报自有值。",
            )  # fmt: skip


def late_streams(book: Rulebook, methods: Methods) -> Iterator[Problem]:
    """Streams that can be computed only from a later day than their method holds."""
    days = _first_days()
    for method in methods.held.values():
        first = max(method.since, book.families[method.family].since)
        for stream, form in method.streams.items():
            begins = _begins(form, first, days)
            if begins > first and not stream.startswith(GIVEN) and stream != GREEN:
                yield Problem(
                    f"rules/data/methods/{method.file}", stream,
                    f"can be computed from {begins}, the method holds from {first}",
                    "Earlier years need a term given by the works.", "note",
                    what_zh=f"自{begins}起可核算，方法自{first}起适用", mend_zh="更早年份需填报已给出的排放量。",
                )  # fmt: skip
