"""What a case says in words of its own 算例用语: household names, numbers as text, items and units it brings along.

A published table calls things by Chinese or English names, writes ``1,200`` and ``699.66 万吨CO2``, and has products
and terms of its own. Here they are led to the ids, numbers and units that the method knows.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from functools import lru_cache
from types import MappingProxyType
from typing import Protocol

import msgspec

from dafeng.account.cases.aliases import INPUTS, ITEMS, STREAMS
from dafeng.base.errors import BadRequest, RuleUnknown
from dafeng.base.stated import stated
from dafeng.base.units import factor, known
from dafeng.rules.method_data import FREE
from dafeng.rules.methods import GROUP_ZH, InputForm, ItemForm, Method, StreamForm, most_of
from dafeng.rules.records import Name

_MOST_LABEL = 80
_MOST_FIGURE = 1e21  # in any unit: a figure beyond it is a slip, and its products leave the range of numbers
OTHER_OUTPUT = "given_output"  # what every method has for products it does not list
_EMITTED = ("emissions", "emission", "排放量", "排放", "co2", "co2e", "co2排放量", "排放总量")
_CERTIFICATES = ("张", "个", "枚", "本", "certificates", "GEC")
_MANY = {"万": "10^4", "百万": "10^6", "亿": "10^8", "thousand": "10^3", "million": "10^6"}
_IN_CO2 = {1e-6: "gCO2", 1e-3: "kgCO2", 1.0: "tCO2", 1e3: "10^3 tCO2", 1e4: "10^4 tCO2", 1e6: "10^6 tCO2",
           1e8: "10^8 tCO2"}  # fmt: skip
_BASES = ("t", "MWh", "GJ", "tce", "m3", "Nm3", "m2", "个", "元", "km", "t km", "h", "MW", "tCO2", "tC")


class Row(Protocol):
    @property
    def stream(self) -> str: ...
    @property
    def item(self) -> str: ...
    @property
    def inputs(self) -> Mapping[str, object]: ...


def number(given: object, where: str) -> tuple[float | None, str | None]:
    """Value and unit of what was given: 1200, "1,200 t", [1200, "t"]. Raises BadRequest naming the place."""
    value, unit = (given[0], str(given[1])) if isinstance(given, tuple | list) else (given, None)
    if isinstance(value, str):
        try:
            value, written = stated(value)
        except BadRequest as error:
            raise BadRequest(error.what, where=where, mend=error.mend, zh=error.zh, mend_zh=error.mend_zh) from error
        unit = unit or written
    figure = None if value is None else float(value)  # type: ignore[arg-type]
    if figure is not None and not abs(figure) <= _MOST_FIGURE:
        raise BadRequest(
            f"{figure:g} is beyond any figure", where=where, mend=f"Give a number of at most {_MOST_FIGURE:g}.",
            zh=f"{figure:g}过大，不可能是数据", mend_zh=f"请填写不超过{_MOST_FIGURE:g}的数。",
        )  # fmt: skip
    return figure, unit


def counted(stream: str, input: str, unit: str | None) -> str | None:
    """The unit of a figure, or none where it only names what is counted: ``1000 kg`` of a product are 1000 functional
    units 功能单位 of a kg."""
    return None if (stream, input) == ("functional_unit", "amount") else unit


def is_volume(unit: str) -> bool:
    """Whether a unit is one of volume: litres, m3, Nm3."""
    try:
        return factor(unit, "m3") > 0
    except BadRequest:
        return False


def by_volume(form: StreamForm, input: str, unit: str | None, to: str) -> str:
    """The input a figure of a fuel counted in tonnes goes to: litres are a volume, kg CO2 per litre a factor by volume,
    where the stream has them."""
    top, _, below = (unit or "").partition("/")
    if input == "amount" and to == "t" and "volume" in form.inputs and is_volume(top) and not below:
        return "volume"
    if input == "factor" and to.endswith("/t") and "volume_factor" in form.inputs and below and is_volume(below):
        return "volume_factor"
    return input


def gas_unit(unit: str | None, to: str) -> str | None:
    """A unit in which the thing is left unsaid where only one can be meant: 0.45 kg/kWh, 12 万吨 of emissions, 张 of
    green certificates (1 MWh each)."""
    if unit in _CERTIFICATES and to == "MWh":
        return "MWh"
    if unit in _MANY and to in ("人", "个"):  # 120 万, 1.2 million of people
        return f"{_MANY[unit]} {to}"
    if unit is None or unit == to or "CO2" not in to or not known(unit):
        return unit
    top, slash, below = unit.partition("/")
    try:
        mass = factor(top, "t")
    except BadRequest:
        return unit
    plain = f"{top}CO2" if known(f"{top}CO2") else top  # lb
    return _IN_CO2.get(round(mass, 9), plain) + slash + below


def stream_id(method: Method, word: str, where: str = "") -> str:
    """The stream's id, from id, name, the beginning of its name, or what it is often called.

    Raises RuleUnknown with the ids there are, naming the row.
    """
    if word in method.streams:
        return word
    plain = _plain(word)
    for id, form in method.streams.items():
        if plain in (_plain(id), _plain(form.name.zh), _plain(form.name.en)):
            return id
    for id, words in STREAMS.items():
        if id in method.streams and plain in map(_plain, words):
            return id
    begun = [id for id, form in method.streams.items() if len(word) > 1 and _plain(form.name.zh).startswith(plain)]
    if len(begun) == 1:
        return begun[0]
    near = get_close_matches(word, method.streams, n=1)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    there = "、".join(f"{id}（{form.name.zh}）" for id, form in method.streams.items())
    raise RuleUnknown(
        f"the method {method.id} has no stream {word!r}", where=where or f"rules/data/methods/{method.file}",
        mend=f"{hint}There are: {', '.join(method.streams)}.",
        zh=f"核算方法“{method.name.zh}”没有排放源“{word}”", mend_zh=f"可填：{there}。",
    )  # fmt: skip


def row_stream(method: Method, row: Row, where: str = "") -> str:
    """The stream a row belongs to: the one it names; where all it says is what was emitted (``emissions``), the one for
    terms as given of the same group; for a product the method does not list, that of any product. Raises as
    ``stream_id``."""
    words = [_plain(w) for w in row.inputs]
    try:
        id = stream_id(method, row.stream, where)
    except RuleUnknown:
        given = f"given_{group_called(row.stream)}"
        if given not in method.streams or len(words) != 1 or words[0] not in _EMITTED:
            raise
        return given
    form = method.streams[id]
    if id == "output" and _other_product(form, row):
        return OTHER_OUTPUT
    if len(words) != 1 or words[0] not in _EMITTED or {words[0], "emissions"} & set(form.inputs):
        return id
    given = f"given_{form.group}"
    return given if given in method.streams else id


def _other_product(form: StreamForm, row: Row) -> bool:
    """Whether a row of output is of a product the method does not list (nor one that is nearly called so)."""
    if form.items is None or isinstance(form.items, str) or not row.item or named_item(form.items, row.item):
        return False
    listed = {_plain(w) for w in ("amount", *INPUTS["amount"])}
    return near_item(form.items, row.item) is None and all(_plain(w) in listed for w in row.inputs)


def input_id(form: StreamForm, word: str, where: str) -> str:
    """The input's id, from id, name or what it is often called. Raises BadRequest with the inputs there are."""
    if word in form.inputs:
        return word
    plain = _plain(word)
    for id, inp in form.inputs.items():
        if plain in (_plain(id), _plain(inp.name.zh), _plain(inp.name.en)):
            return id
    for id, words in INPUTS.items():
        if id in form.inputs and plain in map(_plain, words):
            return id
    there = "、".join(f"{n}（{i.name.zh}，{i.unit}）" for n, i in form.inputs.items())
    english = ", ".join(f"{n} [{i.unit}]" for n, i in form.inputs.items())
    near = get_close_matches(word, form.inputs, n=1)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    raise BadRequest(
        f"the stream {form.name.en!r} has no input {word!r}", where=where, mend=f"{hint}There are: {english}.",
        zh=f"排放源“{form.name.zh}”没有数据项“{word}”", mend_zh=f"可填：{there}。",
    )  # fmt: skip


def within(value: float, form: InputForm, unit: str) -> bool:
    """Whether a figure in the input's ``unit`` can be what the input asks for."""
    most = most_of(form, unit)
    return (form.least is None or value >= form.least) and (most is None or value <= most)


def item_id(form: StreamForm, word: str) -> str:
    """The item's code where the stream lists its items and the word is one's name; else the word as it is."""
    if isinstance(form.items, str) or form.items is None or word in form.items:
        return word
    return named_item(form.items, word) or word


def named_item(items: Mapping[str, ItemForm], word: str) -> str | None:
    """The code of the item that the word names: its own code or name however spelt (R410A), a household name, or the
    beginning of one Chinese name only (机制纸 of 机制纸和纸板)."""
    plain = _spelt(word)
    for code, item in items.items():
        if plain in (_spelt(code), _spelt(item.name.zh), _spelt(item.name.en)):
            return code
    for code, words in ITEMS.items():
        if code in items and plain in map(_spelt, words):
            return code
    begun = [c for c, i in items.items() if len(plain) > 1 and not plain.isascii() and i.name.zh.startswith(plain)]
    return begun[0] if len(begun) == 1 else None


def is_called(word: str, code: str, name: Name, household: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether a word is a code, one of its names however spelt, or what it is often called."""
    return _spelt(word) in {_spelt(w) for w in (code, name.zh, name.en, *household.get(code, ()))}


def group_called(word: str) -> str:
    """The group's id from id, Chinese name or what its emissions are often called; the word itself where none is."""
    for group, zh in GROUP_ZH.items():
        called = (group, zh, f"{zh}排放", *STREAMS.get(group, ()), *STREAMS.get(f"given_{group}", ()))
        if _spelt(word) in map(_spelt, called):
            return group
    return word


def near_item(items: Mapping[str, ItemForm], word: str) -> str | None:
    """The item whose code, name or household name comes nearest to a word that names none."""
    spelt: dict[str, str] = {_spelt(w): code for code, item in items.items() if code
             for w in (*ITEMS.get(code, ()), item.name.en, item.name.zh, code)}  # fmt: skip
    near: list[str] = get_close_matches(_spelt(word), [*spelt], n=1)
    return spelt[near[0]] if near else None


@lru_cache(maxsize=4096)
def _spelt(word: str) -> str:
    """R-410A, r410a and R 410A alike; 液体燃料（柴油） and 液体燃料(柴油) too."""
    plain = unicodedata.normalize("NFKC", word).casefold()
    return "".join(c for c in plain if c not in " -_")


def _plain(word: str) -> str:
    return word.strip().casefold().replace(" ", "_").replace("-", "_")


# -- items a case brings along -----------------------------------------------------------------------------------------


def labelled(method: Method, rows: Iterable[Row], where: str) -> Method:
    """The method with the items that the case itself names, in the streams that let it (``items: free``).

    An item's unit is that of its first amount (万吨 → t), else what stands below the stroke of its factor, else t.
    Raises BadRequest for a name that is too long.
    """
    found: dict[str, dict[str, ItemForm]] = {}
    for n, row in enumerate(rows):
        id = row_stream(method, row, f"{where} › activity[{n}]")
        form = method.streams[id]
        if form.items != FREE:
            continue
        if len(row.item) > _MOST_LABEL:
            raise BadRequest(
                f"the item's name is longer than {_MOST_LABEL} signs", where=f"{where} › activity[{n}] › item",
                mend="Shorten it.", zh=f"品种名称超过{_MOST_LABEL}字", mend_zh="请缩短。",
            )  # fmt: skip
        held = found.setdefault(id, {"": ItemForm(name=form.name, unit="t")})
        unit = _own_unit(form, row)
        if row.item not in held or (unit is not None and row.item == ""):
            name = Name(row.item, row.item) if row.item else form.name
            held[row.item] = ItemForm(name=name, unit=unit or "t")
    if not found:
        return method
    streams = dict(method.streams)
    for id, items in found.items():
        streams[id] = msgspec.structs.replace(streams[id], items=items)
    return replace(method, streams=MappingProxyType(streams))


def _own_unit(form: StreamForm, row: Row) -> str | None:
    """The unit the items are counted in."""
    for wanted in ("item", "/item"):
        for word, given in row.inputs.items():
            name = input_id(form, word, row.stream)
            unit = getattr(given, "unit", None) or number(getattr(given, "value", given), row.stream)[1]
            if unit is not None and form.inputs[name].unit.endswith(wanted) and (
                wanted == "/item" or form.inputs[name].unit == "item"
            ):  # fmt: skip
                below = unit.partition("/")[2] if wanted == "/item" else unit
                if below:
                    return base_unit(below)
    return None


def base_unit(unit: str) -> str:
    """The plain unit of the same kind: 10^4 t → t, kgce → tce; as it is where it is of another kind or unknown."""
    if not known(unit):
        return unit
    kind: tuple[str, ...] = ("tce",) if unit.endswith("ce") else ("GJ",) if unit.endswith("J") else ()  # energy as said
    for base in (*kind, *_BASES):
        try:
            factor(unit, base)
        except BadRequest:
            continue
        return base
    return unit
