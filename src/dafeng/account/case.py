"""A case 算例: one works and period given as JSON, computed without a programme.

The same form serves a published worked example, a figure somebody wants to check, and the public calculator: method and
rule family, period, activity with the works' own values and their evidence, and own factors in place of the rulebook's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

import msgspec
import polars as pl

from dafeng.account import power_split
from dafeng.account.case_words import input_id, item_id, labelled, number, stream_id
from dafeng.account.streams import GIVEN, Streams, scale_to
from dafeng.base.errors import BadRequest, RuleNotInForce, RuleUnknown, UnreadableFile
from dafeng.base.periods import Period
from dafeng.base.provenance import Status
from dafeng.base.units import factor as unit_factor
from dafeng.rules.method_data import FREE, input_unit
from dafeng.rules.methods import Method, Methods, StreamForm
from dafeng.rules.parameters import FactorValue, Parameter
from dafeng.rules.records import Family, Name, Step
from dafeng.rules.rulebook import Rulebook
from dafeng.rules.scopes import NATION

MOST_BYTES = 4 << 20
MOST_ROWS = 20_000
MOST_PARTS = 50
LONG_AGO = date(1900, 1, 1)
ELECTRICITY = "case.electricity"


class GivenForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An own figure with its evidence 凭证. Without unit it is in the input's; value null = known to be missing.

    value may be written: "1,200", "95%".
    """

    value: float | str | None
    unit: str | None = None
    evidence: str | None = None
    laboratory: str | None = None
    method: str | None = None
    valid_until: date | None = None
    status: Status = "user"


Pair = tuple[float | str | None, str]  # value and unit: [699.66, "万吨CO2"]


class ActivityForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind within a source stream and its figures. unit_of_works: the unit (机组, 工序) it belongs to.

    internal: the part of the same works that gives or takes it; such a row is left out of the works' total.
    An input is a number in its own unit, [value, unit], "1,200 t", or a figure with its evidence. note: said on the
    line.
    """

    stream: str
    inputs: Mapping[str, float | str | Pair | GivenForm | None]
    item: str = ""
    period: str | None = None
    unit_of_works: str = ""
    internal: str | None = None
    note: str | None = None


class OwnParameter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A factor of the case's own. id: a parameter, or ``electricity``, ``heat``, ``gwp.<gas>`` = the family's own."""

    id: str
    value: float | str
    unit: str | None = None
    evidence: str | None = None
    status: Status = "user"


class OwnRatio(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An intensity the case asks for. of: total, a group, a gas, a stream, stream/item, @unit of works, or an amount
    (stream/item/input). per: such a word, or a figure ([421.05, "10^4 t"]). unit: in which it is wanted."""

    id: str
    per: float | str | Pair | GivenForm
    of: float | str | Pair | GivenForm = "total"
    unit: str | None = None
    name: Name | None = None


class PartForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a works that is accounted by a method of its own, such as its power plant."""

    part: str
    method: str
    family: str
    activity: tuple[ActivityForm, ...]


class CaseForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A case. Either method, family and activity, or parts. trial: allow a rule in a year it was not in force.

    published: figures that somebody printed, to be compared: {"total": t, "groups": {…}, "lines": {"fuel/diesel": t}}.
    ratios: intensities of the case's own, besides the method's.
    """

    case: str
    period: str
    method: str | None = None
    family: str | None = None
    activity: tuple[ActivityForm, ...] = ()
    parts: tuple[PartForm, ...] = ()
    scope: str = NATION
    as_of: date | None = None
    parameters: tuple[OwnParameter, ...] = ()
    published: Mapping[str, Any] = {}
    ratios: tuple[OwnRatio, ...] = ()
    name: Name | None = None
    trial: bool = False

    def all_parts(self) -> tuple[PartForm, ...]:
        """The parts; a case without parts is one part without a name. Raises BadRequest where both or neither stand."""
        if bool(self.parts) == bool(self.method):
            raise _bad(
                "give either method, family and activity, or parts", "case", "Leave one of the two out.",
                "method、family、activity 与 parts 须给且只给一种", "请去掉其中一种。",
            )  # fmt: skip
        if self.parts:
            return self.parts
        return (PartForm("", self.method or "", self.family or "", self.activity),)


def read_case(data: bytes) -> CaseForm:
    """A case from JSON. Raises UnreadableFile for what is too long, no JSON, or does not fit the form (where says)."""
    if len(data) > MOST_BYTES:
        raise UnreadableFile(
            f"the case is longer than {MOST_BYTES >> 20} MB", mend="Split it.",
            zh=f"算例超过{MOST_BYTES >> 20} MB", mend_zh="请拆分。",
        )  # fmt: skip
    try:
        case = msgspec.json.decode(data, type=CaseForm)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableFile(
            f"the case does not fit its form: {str(error)[:300]}",
            mend="See `dafeng account methods METHOD FAMILY` for what each method wants.",
            zh=f"算例不符合格式：{str(error)[:300]}",
            mend_zh="各方法所需数据见 dafeng account methods。",
        ) from error
    return accepted(case)


def accepted(case: CaseForm) -> CaseForm:
    """The case, if it is neither too large nor says two things at once. Raises BadRequest."""
    parts = case.all_parts()
    if len(parts) > MOST_PARTS or sum(len(p.activity) for p in parts) > MOST_ROWS:
        raise _bad(
            f"a case holds at most {MOST_PARTS} parts and {MOST_ROWS} rows", "parts", "Split it.",
            f"一个算例至多{MOST_PARTS}部分、{MOST_ROWS}行", "请拆分。",
        )  # fmt: skip
    if twice := [p for p, n in Counter(p.part for p in parts).items() if n > 1]:
        raise _bad(
            f"the part {twice[0]!r} stands twice", "parts", "Name each part once.", f"部分“{twice[0]}”出现两次",
            "每一部分只写一次。",
        )  # fmt: skip
    return case


def _bad(what: str, where: str, mend: str, zh: str, mend_zh: str) -> BadRequest:
    return BadRequest(what, where=where, mend=mend, zh=zh, mend_zh=mend_zh)


# -- a part made ready -------------------------------------------------------------------------------------------------


def prepared(case: CaseForm, part: PartForm, methods: Methods, rulebook: Rulebook) -> tuple[Streams, pl.DataFrame]:
    """The engine of a part and its given rows (GIVEN, and ``internal``, ``unit_of_works``, ``part``).

    Rows that repeat a stream and item (two coals of one kind) stand as lots of their own, named in ``subject_id``.
    Raises RuleUnknown, RuleNotInForce (unless the case is a trial), BadRequest naming the row.
    """
    span = Period.parse(case.period)
    method = _method(methods, part, span)
    if not method.covers(span.first, span.last):
        if not case.trial:
            raise RuleNotInForce(
                f"{part.method} under {part.family} is not in force in {case.period}",
                where=f"rules/data/methods/{method.file}",
                mend=f'It holds from {method.since} to {method.until or "now"}; "trial": true computes it anyway.',
            )
        method = replace(method, status="trial")
    method = labelled(method, part.activity)
    rulebook, family = with_own(rulebook, case.parameters, rulebook.family(part.family))
    streams = Streams(method, family, rulebook, case.as_of)
    units = {(s, n, i): u for s, form in method.streams.items() for (n, i), u in streams.units(form).items()}
    lots: Counter[tuple[str, ...]] = Counter()
    rows: list[tuple[Any, ...]] = []
    for n, row in enumerate(part.activity):
        where = f"{part.part or part.method} › activity[{n}]"
        period = _period(row.period, span, where)
        stream = stream_id(method, row.stream)
        item = _item(streams, stream, row, where)
        key = (row.unit_of_works, stream, item, period)
        subject = f"{part.part}|{row.unit_of_works.replace('|', '/')}|{lots[key]}"
        lots[key] += 1
        seen: set[str] = set()
        for word, given in row.inputs.items():
            name = input_id(method.streams[stream], word, f"{where} › inputs")
            if name in seen:
                raise _bad(
                    f"the input {name!r} stands twice", f"{where} › {word}", "Give it once.", f"数据项“{name}”重复",
                    "只填一次。",
                )  # fmt: skip
            seen.add(name)
            figure = _figure(given, span, f"{where} › {word}", None if len(seen) > 1 else row.note)
            _fits(figure[1], units[stream, name, item], f"{where} › {word}")
            rows.append((subject, case.scope, period, stream, item, name, *figure, row.internal))
    schema = GIVEN | {"said": pl.String(), "internal": pl.String()}
    frame = pl.DataFrame(rows, schema=schema, orient="row", infer_schema_length=None)
    return streams, power_split.prepared(frame, streams)


def _method(methods: Methods, part: PartForm, span: Period) -> Method:
    """The method by id or name. Raises RuleUnknown with what comes near, or with the families there are."""
    names = {m.name.zh: id for (id, _), m in methods.held.items()} | {id: id for id, _ in methods.held}
    id = names.get(part.method.strip(), part.method.strip())
    if (id, part.family) in methods.held:
        return methods.held[id, part.family]
    families = [f for f in methods.families(id) if methods.held[id, f].covers(span.first, span.last)]
    if families:
        raise RuleUnknown(
            f"{id} stands under no family {part.family!r}", where="family",
            mend=f"In force in {span.code}: {', '.join(families)}.",
            zh=f"方法“{id}”没有规则族“{part.family}”", mend_zh=f"{span.code}有效的有：{'、'.join(families)}。",
        )  # fmt: skip
    near = get_close_matches(id, names, n=3, cutoff=0.5)
    if near and not methods.families(id):
        raise RuleUnknown(
            f"no method is called {id!r}", where="method", mend=f"Perhaps {', '.join(near)}.",
            zh=f"没有名为“{id}”的方法", mend_zh=f"是否指：{'、'.join(near)}。",
        )  # fmt: skip
    return methods.method(id, part.family)


def by_ids(part: PartForm, methods: Methods, period: str) -> PartForm:
    """The part with the ids of its method, streams, inputs and listed items in place of their names. Raises as
    ``prepared``."""
    method = _method(methods, part, Period.parse(period))
    rows = []
    for row in part.activity:
        stream = stream_id(method, row.stream)
        form = method.streams[stream]
        inputs = {input_id(form, word, row.stream): given for word, given in row.inputs.items()}
        rows.append(msgspec.structs.replace(row, stream=stream, item=item_id(form, row.item), inputs=inputs))
    return msgspec.structs.replace(part, method=method.id, activity=tuple(rows))


def _fits(unit: str | None, to: str, where: str) -> None:
    """Raises BadRequest with the row's place where a figure's unit cannot be brought to the input's."""
    if unit is None or unit == to:
        return
    try:
        scale_to(unit, to, where.rpartition(" › ")[2])
    except BadRequest as error:
        raise _bad(error.what, where, error.mend, error.zh, error.mend_zh) from error


def _period(text: str | None, span: Period, where: str) -> str:
    if text is None:
        return span.code
    period = Period.parse(text)
    if not span.contains(period):
        raise _bad(
            f"{text} lies outside the case's period {span.code}", where, "Correct the period.",
            f"{text}不在算例时期{span.code}之内", "请改正时期。",
        )  # fmt: skip
    return period.code


def _item(streams: Streams, stream: str, row: ActivityForm, where: str) -> str:
    """The item's code, from code, name or alias. Raises BadRequest with the codes there are."""
    form = streams.method.stream(stream)
    items = streams.items(form)
    if row.item in items:
        return row.item
    named = item_id(form, row.item)
    code = named if named in items else streams.rulebook.item_named(row.item)
    if code is None or code not in items:
        shown = [f"{c}（{i.name.zh}）" if c else "（不填）" for c, i in items.items()]
        there = "、".join(shown[:40]) + ("……" if len(shown) > 40 else "")
        codes = ", ".join(c or "(none)" for c in [*items][:40]) + (", …" if len(items) > 40 else "")
        close = get_close_matches(row.item, items, n=1)
        hint = f"Did you mean {close[0]!r}? " if close else ""
        raise BadRequest(
            f"the stream {stream} has no item {row.item!r}", where=where, mend=f"{hint}There are: {codes}.",
            zh=f"排放源“{form.name.zh}”没有品种“{row.item}”", mend_zh=f"可填：{there}。",
        )  # fmt: skip
    return code


def _figure(
    given: object, span: Period, where: str, note: str | None
) -> tuple[float | None, str | None, str, str | None, str | None]:
    """value, unit, status, evidence, and what is to be said of it. An outdated certificate is no evidence: no value."""
    if not isinstance(given, GivenForm):
        return *number(given, where), "user", None, note
    words = "；".join(w for w in (given.evidence, given.method, given.laboratory) if w) or None
    value, unit = number(given.value, where)
    if given.valid_until is not None and given.valid_until < span.first:
        said = f"凭证有效期至{given.valid_until}，不采用"
        return None, given.unit or unit, given.status, words, f"{note}；{said}" if note else said
    return value, given.unit or unit, given.status, words, note


# -- own factors -------------------------------------------------------------------------------------------------------


def with_own(rulebook: Rulebook, own: tuple[OwnParameter, ...], family: Family) -> tuple[Rulebook, Family]:
    """Rulebook and family with the case's own factors in place of theirs, everywhere and on every day.

    Raises RuleUnknown for an id the rulebook has not, BadRequest for a unit that cannot be brought to the parameter's.
    """
    held = dict(rulebook.parameters)
    for one in own:
        if one.id == "electricity":
            held[ELECTRICITY, NATION] = _own(
                one, ELECTRICITY, "tCO2/MWh", "算例自带电力排放因子", "grid factor of the case"
            )
            step = Step(since=LONG_AGO, parameter=ELECTRICITY, scope=NATION)
            family = msgspec.structs.replace(family, electricity=(step,))
            continue
        id = {"heat": family.heat}.get(one.id, one.id)
        if id.startswith("gwp.") and id.count(".") == 1:
            id = f"gwp.{family.gwp}.{id.removeprefix('gwp.')}"
        rulebook.parameter(id)  # refuses what it does not know
        model = next(p for (i, _), p in rulebook.parameters.items() if i == id)
        held = {k: p for k, p in held.items() if k[0] != id}
        held[id, NATION] = _own(one, id, model.unit, model.values[0].name_zh, model.values[0].name_en)
    if not own:
        return rulebook, family
    ids = frozenset(id for id, _ in held)
    return replace(rulebook, parameters=MappingProxyType(held), version=f"{rulebook.version}+own", _ids=ids), family


def _own(one: OwnParameter, id: str, unit: str, zh: str, en: str) -> Parameter:
    bare, written = number(one.value, one.id)
    if bare is None:
        raise _bad(f"{one.id} has no value", one.id, f"Give it in {unit}.", f"{one.id}没有数值", f"请以 {unit} 填写。")
    stated_in = one.unit or written
    try:
        value = bare * (1.0 if stated_in in (None, unit) else unit_factor(stated_in, unit))
    except BadRequest as error:
        raise _bad(
            f"{one.id}: {error.what}", one.id, f"Give it in {unit}.", f"{one.id}：{error.zh}", f"请以 {unit} 填写。"
        ) from error
    source = one.evidence or "算例自带，未附凭证 given by the case, without evidence"
    held = FactorValue(id, NATION, value, unit, LONG_AGO, None, None, one.status, source, "(case)", zh, en)
    return Parameter(id, NATION, unit, (held,), None, "(case)")


def wants(method: Method, streams: Streams) -> list[dict[str, Any]]:
    """What a method asks, stream by stream, as plain data: for a template, a form, or who writes a case.

    An item's ``unit`` is what ``item`` stands for in the units of its inputs (GJ/item).
    """
    return [_wanted(id, form, streams) for id, form in method.streams.items()]


def _wanted(id: str, form: StreamForm, streams: Streams) -> dict[str, Any]:
    items = {} if form.items in (None, FREE) else streams.items(form)
    return {
        "stream": id,
        "name": form.name,
        "group": form.group,
        "gas": form.gas,
        "optional": form.optional,
        "formulas": list(form.formulas),
        "scope": form.scope,
        "source": form.source,
        "note": form.note,
        "own_items": form.items == FREE,
        "items": [
            {"item": c, "name": i.name, "note": i.note, "unit": input_unit("item", c, streams.rulebook.items, i.unit)}
            for c, i in items.items()
        ],
        "inputs": [
            {
                "input": n, "name": i.name, "unit": i.unit, "least": i.least, "most": i.most, "own": i.own,
                "default": any(it.parameters.get(n, i.parameter) for it in streams.items(form).values()),
                "note": i.note,
            }
            for n, i in form.inputs.items()
        ],
    }  # fmt: skip
