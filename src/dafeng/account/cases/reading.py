"""A case 算例: one works and period given as JSON, computed without a programme.

The same form serves a published worked example, a figure somebody wants to check, and the public calculator: method and
rule family, period, activity with the works' own values and their evidence, and own factors in place of the rulebook's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Literal

import msgspec
import polars as pl

from dafeng.account.cases.beside import mirrored, with_market
from dafeng.account.cases.own import OwnParameter, with_own, with_published
from dafeng.account.cases.rule import rule_of
from dafeng.account.cases.said import place_code, said_period
from dafeng.account.cases.words import (
    by_volume,
    counted,
    gas_unit,
    input_id,
    is_volume,
    item_id,
    labelled,
    named_item,
    near_item,
    number,
    row_stream,
)
from dafeng.account.streams import power_split
from dafeng.account.streams.engine import GIVEN, Streams, scale_to
from dafeng.base.error_words import in_chinese
from dafeng.base.errors import BadRequest, RuleNotInForce, UnreadableFile
from dafeng.base.periods import Period
from dafeng.base.provenance import Status
from dafeng.rules.method_data import FREE, input_unit
from dafeng.rules.methods import Method, Methods, StreamForm
from dafeng.rules.records import Name
from dafeng.rules.rulebook import Rulebook
from dafeng.rules.scopes import NATION

BESIDE: dict[str, pl.DataType] = {"said": pl.String(), "internal": pl.String(), "own_scope": pl.Int8()}
MOST_BYTES = 4 << 20
MOST_ROWS = 20_000
MOST_PARTS = 50


class GivenForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An own figure with its evidence 凭证. Without unit it is in the input's; value null = known to be missing.

    value may be written: "1,200", "95%".
    """

    value: float | str | None
    unit: str | None = None
    evidence: str | None = None
    laboratory: str | None = None
    method: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    status: Status = "user"


Pair = tuple[float | str | None, str]  # value and unit: [699.66, "万吨CO2"]


class ActivityForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind within a source stream and its figures. unit_of_works: the unit (机组, 工序) it belongs to.

    internal: the part of the same works that gives or takes it; such a row is left out of the works' total.
    An input is a number in its own unit, [value, unit], "1,200 t", or a figure with its evidence. note: said on the
    line. ghg_scope: where it is another than the stream's (waste of a city treated elsewhere is 3).
    """

    stream: str
    inputs: Mapping[str, float | str | Pair | GivenForm | None]
    item: str = ""
    period: str | int | None = None
    unit_of_works: str = ""
    internal: str | None = None
    note: str | None = None
    ghg_scope: Literal[1, 2, 3] | None = None


class OwnRatio(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An intensity or sum the case asks for. of: total, a named total, a group, a gas, scope1 to scope3, a stream,
    stream/item, @unit of works, an amount (stream/item/input), or several of a kind joined by `` + ``. per: such a
    word, or a figure ([421.05, "10^4 t"]); a plain sum without it. unit: in which it is wanted."""

    id: str
    per: float | str | Pair | GivenForm = 1.0
    of: float | str | Pair | GivenForm = "total"
    unit: str | None = None
    name: Name | None = None


class PartForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a works that is accounted by a method of its own, such as its power plant."""

    part: str
    method: str
    family: str | None = None
    activity: tuple[ActivityForm, ...] = ()


class CaseForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A case. Either method, family and activity, or parts. trial: allow a rule in a year it was not in force.

    published: figures that somebody printed, to be compared: {"total": t, "groups": {…}, "lines": {"fuel/diesel": t}}.
    ratios: intensities of the case's own, besides the method's. Without a family the rule in force in the period is
    taken, and said.
    """

    case: str
    period: str | int
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

    @property
    def span(self) -> Period:
        """The period, as it may be written. Raises BadRequest."""
        return said_period(self.period)

    def all_parts(self) -> tuple[PartForm, ...]:
        """The parts; a case without parts is one part without a name. Raises BadRequest where both or neither stand."""
        if bool(self.parts) == bool(self.method):
            raise _bad(
                "give either method, family and activity, or parts", "method",
                "Leave one of the two out." if self.parts else "Name a method: `dafeng account methods` lists them.",
                "method、family、activity 与 parts 须给且只给一种",
                "请去掉其中一种。" if self.parts else "请写明方法 method，见 dafeng account methods。",
            )  # fmt: skip
        if self.parts:
            return self.parts
        return (PartForm("", self.method or "", self.family, self.activity),)


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
        raise _unfit(str(error)[:300]) from error
    return accepted(case)


def _unfit(said: str) -> UnreadableFile:
    """What the decoder says, with the place in the case apart; figures beside inputs are the commonest slip."""
    what, _, place = said.partition(" - at `$")
    where = place.strip("`.")
    in_row = "activity[" in where and "unknown field" in what and "inputs" not in where
    more = (" The figures of a row stand inside its inputs.", "数据应写在该行的 inputs 内。") if in_row else ("", "")
    return UnreadableFile(
        f"the case does not fit its form: {what}", where=where,
        mend=f"See docs/cases.md, and `dafeng account methods METHOD` for what each wants.{more[0]}",
        zh=f"算例不符合格式：{in_chinese(what) or what}",
        mend_zh=f"格式见 docs/cases.md，各方法所需数据见 dafeng account methods。{more[1]}",
    )  # fmt: skip


def accepted(case: CaseForm) -> CaseForm:
    """The case, its place and period as codes if it is not too large nor says two things at once. Raises BadRequest."""
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
    return msgspec.structs.replace(case, scope=place_code(case.scope), period=case.span.code)


def _bad(what: str, where: str, mend: str, zh: str, mend_zh: str) -> BadRequest:
    return BadRequest(what, where=where, mend=mend, zh=zh, mend_zh=mend_zh)


# -- a part made ready -------------------------------------------------------------------------------------------------


def prepared(case: CaseForm, part: PartForm, methods: Methods, rulebook: Rulebook) -> tuple[Streams, pl.DataFrame]:
    """The engine of a part and its given rows (GIVEN, and ``internal``, ``unit_of_works``, ``part``).

    Rows that repeat a stream and item (two coals of one kind) stand as lots of their own, named in ``subject_id``.
    Raises RuleUnknown, RuleNotInForce (unless the case is a trial), BadRequest naming the row.
    """
    span = case.span
    method = rule_of(methods, rulebook, part.method, part.family, span, f"{part.part} › " if part.part else "")
    if not method.covers(span.first, span.last):
        if not case.trial:
            raise _not_in_force(method, span)
        method = replace(method, status="trial")
    method = labelled(method, part.activity, part.part or part.method)
    rulebook, family = with_own(rulebook, case.parameters, rulebook.family(method.family))
    streams = Streams(method, family, rulebook, case.as_of)
    units = {(s, n, i): u for s, form in method.streams.items() for (n, i), u in streams.units(form).items()}
    lots: Counter[tuple[str, ...]] = Counter()
    rows: list[tuple[Any, ...]] = []
    for n, row in enumerate(part.activity):
        where = f"{part.part or part.method} › activity[{n}]"
        period = _period(row.period, span, where)
        stream = row_stream(method, row, where)
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
            called = method.streams[stream].inputs[name].name
            figure = _figure(
                given, Period.parse(period), called, f"{where} › {word}", None if len(seen) > 1 else row.note
            )
            name = by_volume(method.streams[stream], name, figure[1], units[stream, name, item])
            to = units[stream, name, item]
            figure = (figure[0], gas_unit(counted(stream, name, figure[1]), to), *figure[2:])
            _fits(figure, to, f"{where} › {word}")
            rows.append((subject, case.scope, period, stream, item, name, *figure, row.internal, row.ghg_scope))
    schema = GIVEN | BESIDE
    frame = pl.DataFrame(rows, schema=schema, orient="row", infer_schema_length=None)
    prescribed = "electricity" in method.streams and method.streams["electricity"].inputs["factor"].own == "no"
    streams, frame = with_published(streams, frame)
    streams, frame = with_market(streams, mirrored(method, frame), prescribed=prescribed)
    return streams, power_split.prepared(frame, streams)


def _not_in_force(method: Method, span: Period) -> RuleNotInForce:
    return RuleNotInForce(
        f"{method.id} under {method.family} is not in force in {span.code}",
        where=f"rules/data/methods/{method.file}",
        mend=f'It holds from {method.since} to {method.until or "now"}; "trial": true computes it anyway.',
        zh=f"{method.name.zh}（{method.family}）在{span.zh}不在有效期内",
        mend_zh=f'有效期为{method.since}至{method.until or "今"}；加上 "trial": true 可试算，或改用其他规则族。',
    )  # fmt: skip


def by_ids(part: PartForm, methods: Methods, rulebook: Rulebook, span: Period) -> PartForm:
    """The part with the ids of its method, family, streams, inputs and listed items in place of their names. Raises as
    ``prepared``."""
    method = rule_of(methods, rulebook, part.method, part.family, span)
    rows = []
    for row in part.activity:
        stream = row_stream(method, row)
        form = method.streams[stream]
        inputs = {input_id(form, word, row.stream): given for word, given in row.inputs.items()}
        rows.append(msgspec.structs.replace(row, stream=stream, item=item_id(form, row.item), inputs=inputs))
    return msgspec.structs.replace(part, method=method.id, family=method.family, activity=tuple(rows))


Given = tuple[float | None, str | None, str, str | None, str | None]  # value, unit, status, evidence, what is said


def _fits(figure: Given, to: str, where: str) -> None:
    """Raises BadRequest with the row's place where a figure's unit cannot be brought to the input's."""
    try:
        scale_to(figure[1] or to, to, where.rpartition(" › ")[2])
    except BadRequest as error:
        by_volume = to == "t" and figure[1] is not None and is_volume(figure[1])
        more = (
            " A volume must be multiplied by its measured density first; or take a stream whose items are your own.",
            "体积须先乘实测密度换算为质量；或改用品种自拟的排放源（单位可自定）。",
        )
        mend, mend_zh = (error.mend + more[0], error.mend_zh + more[1]) if by_volume else (error.mend, error.mend_zh)
        raise _bad(error.what, where, mend, error.zh, mend_zh) from error


def _period(text: str | int | None, span: Period, where: str) -> str:
    if text is None:
        return span.code
    try:
        period = said_period(text)
    except BadRequest as error:
        raise _bad(error.what, f"{where} › period", error.mend, error.zh, error.mend_zh) from error
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
    if not row.item and len(items) == 1:
        return next(iter(items))
    code = streams.rulebook.item_named(row.item)
    code = code if code in items else named_item(items, row.item)
    if code is None or code not in items:
        shown = [f"{c}（{i.name.zh}）" if c else "（不填）" for c, i in items.items()]
        there = "、".join(shown[:40]) + ("……" if len(shown) > 40 else "")
        codes = ", ".join(c or "(none)" for c in [*items][:40]) + (", …" if len(items) > 40 else "")
        close = near_item(items, row.item)
        hint = f"Did you mean {close!r}? " if close else ""
        hint_zh = f"是否指 {close}（{items[close].name.zh}）？" if close else ""
        raise BadRequest(
            f"the stream {stream} has no item {row.item!r}", where=where, mend=f"{hint}There are: {codes}.",
            zh=f"排放源“{form.name.zh}”没有品种“{row.item}”", mend_zh=f"{hint_zh}可填：{there}。",
        )  # fmt: skip
    return code


def _figure(given: object, span: Period, called: Name, where: str, note: str | None) -> Given:
    """value, unit, status, evidence, and what is to be said of it. Evidence that holds on no day of the period is none:
    no value; one that holds for a part of it is said."""
    if not isinstance(given, GivenForm):
        return *number(given, where), "user", None, note
    words = "；".join(w for w in (given.evidence, given.method, given.laboratory) if w) or None
    value, unit = number(given.value, where)
    since, until = given.valid_from or date.min, given.valid_until or date.max
    said = None
    if since > span.last or until < span.first:
        value, said = None, f"{called.zh}的凭证有效期{_dates(given)}，不在{span.zh}内，不采用"
    elif since > span.first or until < span.last:
        said = f"{called.zh}的凭证有效期{_dates(given)}，未覆盖{span.zh}全期"
    return value, given.unit or unit, given.status, words, "；".join(w for w in (note, said) if w) or None


def _dates(given: GivenForm) -> str:
    return "".join(
        (f"自{given.valid_from}" if given.valid_from else "", f"至{given.valid_until}" if given.valid_until else "")
    )


# -- what a method asks -----------------------------------------------------------------------------------------------


def wants(method: Method, streams: Streams) -> list[dict[str, Any]]:
    """What a method asks, stream by stream, as plain data: for a template, a form, or who writes a case.

    An item's ``unit`` is what ``item`` stands for in the units of its inputs (GJ/item). An input's ``values`` are its
    defaults by item as they stand last, in their own unit; a grid factor has none: it goes by year and place.
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
                "note": i.note, "values": _values(form, n, streams),
            }
            for n, i in form.inputs.items()
        ],
    }  # fmt: skip


def _values(form: StreamForm, input: str, streams: Streams) -> dict[str, dict[str, Any]]:
    found = {}
    for code, item in {} if form.items == FREE else streams.items(form).items():
        held = streams.last_default(item.parameters.get(input, form.inputs[input].parameter), code)
        if held is not None:
            found[code] = {"value": held.value, "unit": held.unit, "status": held.status, "parameter": held.id}
    return found
