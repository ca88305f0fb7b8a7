"""What a case says in words of its own 算例用语: household names, numbers as text, items and units it brings along.

A published table calls things by Chinese or English names, writes ``1,200`` and ``699.66 万吨CO2``, and has products
and terms of its own. Here they are led to the ids, numbers and units that the method knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from types import MappingProxyType
from typing import Protocol

import msgspec

from dafeng.base.errors import BadRequest
from dafeng.base.stated import stated
from dafeng.base.units import factor, known
from dafeng.rules.method_data import FREE
from dafeng.rules.methods import ItemForm, Method, StreamForm
from dafeng.rules.records import Name

_MOST_LABEL = 80
# what inputs are called elsewhere; the first that the stream has is meant
_ALSO: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "amount": ("quantity", "activity", "activity_data", "consumption", "output", "用量", "数量", "消费量", "消耗量",
                   "产量", "活动水平", "活动数据", "净消费量"),
        "factor": ("ef", "emission_factor", "因子", "排放因子"),
        "ncv": ("lhv", "net_calorific_value", "热值", "低位热值", "平均低位发热量"),
        "carbon_content": ("cc", "carbon_per_heat", "单位热值含碳量"),
        "oxidation_rate": ("of", "oxidation", "oxidation_factor", "氧化率"),
        "carbon": ("carbon_share", "含碳量", "碳含量", "元素碳含量"),
        "bought": ("purchased", "imported", "购入", "外购", "购入量"),
        "sold": ("exported", "supplied", "外供", "售出", "外供量"),
        "emissions": ("emission", "amount", "value", "co2", "排放量"),
    }
)  # fmt: skip
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
    return None if value is None else float(value), unit  # type: ignore[arg-type]


def stream_id(method: Method, word: str) -> str:
    """The stream's id, from id or name. Raises RuleUnknown with the ids there are."""
    if word not in method.streams:
        plain = _plain(word)
        for id, form in method.streams.items():
            if plain in (_plain(id), _plain(form.name.zh), _plain(form.name.en)):
                return id
    method.stream(word)
    return word


def input_id(form: StreamForm, word: str, where: str) -> str:
    """The input's id, from id, name or what it is often called. Raises BadRequest with the inputs there are."""
    if word in form.inputs:
        return word
    plain = _plain(word)
    for id, inp in form.inputs.items():
        if plain in (_plain(id), _plain(inp.name.zh), _plain(inp.name.en)):
            return id
    for id, words in _ALSO.items():
        if id in form.inputs and plain in words:
            return id
    there = "、".join(f"{n}（{i.name.zh}，{i.unit}）" for n, i in form.inputs.items())
    english = ", ".join(f"{n} [{i.unit}]" for n, i in form.inputs.items())
    near = get_close_matches(word, form.inputs, n=1)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    raise BadRequest(
        f"the stream {form.name.en!r} has no input {word!r}", where=where, mend=f"{hint}There are: {english}.",
        zh=f"排放源“{form.name.zh}”没有数据项“{word}”", mend_zh=f"可填：{there}。",
    )  # fmt: skip


def item_id(form: StreamForm, word: str) -> str:
    """The item's code where the stream lists its items and the word is one's name; else the word as it is."""
    if isinstance(form.items, str) or form.items is None or word in form.items:
        return word
    plain = word.strip().casefold()
    named = (c for c, i in form.items.items() if plain in (c.casefold(), i.name.zh, i.name.en.casefold()))
    return next(named, word)


def _plain(word: str) -> str:
    return word.strip().casefold().replace(" ", "_").replace("-", "_")


# -- items a case brings along -----------------------------------------------------------------------------------------


def labelled(method: Method, rows: Iterable[Row]) -> Method:
    """The method with the items that the case itself names, in the streams that let it (``items: free``).

    An item's unit is that of its first amount (万吨 → t), else what stands below the stroke of its factor, else t.
    Raises BadRequest for a name that is too long.
    """
    found: dict[str, dict[str, ItemForm]] = {}
    for row in rows:
        id = stream_id(method, row.stream)
        form = method.streams[id]
        if form.items != FREE:
            continue
        if len(row.item) > _MOST_LABEL:
            raise BadRequest(
                f"the item's name is longer than {_MOST_LABEL} signs", where=f"{id} › {row.item[:20]}…",
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
    """The plain unit of the same kind: 10^4 t → t; as it is where it is of another kind or unknown."""
    if not known(unit):
        return unit
    for base in _BASES:
        try:
            factor(unit, base)
        except BadRequest:
            continue
        return base
    return unit
