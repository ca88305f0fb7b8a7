"""The data that methods ask 核算数据项: one code for each figure of a stream, the same in tables, forms, accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dafeng.rules.methods import ItemForm, Method, Methods, StreamForm, most_of
from dafeng.rules.records import EnergyItem, Name

STREAM = "stream:"
FREE = "free"  # items that a case names itself
_INTENSIVE = ("1", "%", "degC", "MPa", "kPa")


@dataclass(frozen=True, slots=True)
class Datum:
    """A figure that a stream takes. default: the rulebook has a value where the works gives none."""

    code: str
    stream: str
    item: str
    input: str
    zh: str
    en: str
    unit: str
    default: bool
    optional: bool


def datum_code(stream: str, item: str, input: str) -> str:
    """``stream:fuel/bituminous/ncv``."""
    return f"{STREAM}{stream}/{item}/{input}"


def stream_items(form: StreamForm, items: Mapping[str, EnergyItem]) -> Mapping[str, ItemForm]:
    """The items of a stream; one without a name where it has none or a case names them."""
    if form.items is None:
        return {"": ItemForm(name=form.name)}
    if form.items == FREE:
        return {"": ItemForm(name=form.name, unit="t")}
    if isinstance(form.items, str):
        return {i.code: ItemForm(name=Name(i.zh, i.en)) for i in items.values() if i.carbon == form.items}
    return form.items


def input_unit(unit: str, item: str, items: Mapping[str, EnergyItem], own: str | None = None) -> str:
    """The unit of an input for an item; ``item`` in it stands for the item's ``own``, else the energy item's."""
    if own is not None:
        return unit.replace("item", own)
    return unit.replace("item", items[item].unit) if item in items else unit


def intensive(unit: str) -> bool:
    """Whether a figure in this unit is a property (per something, a share), so that a year's holds for its months."""
    return "/" in unit or unit in _INTENSIVE


def method_data(method: Method, items: Mapping[str, EnergyItem]) -> Iterator[Datum]:
    """Every figure a method takes, in the order of its file."""
    for stream, form in method.streams.items():
        for item, kind in stream_items(form, items).items():
            for name, inp in form.inputs.items():
                words = [(form.name.zh, form.name.en), (kind.name.zh, kind.name.en), (inp.name.zh, inp.name.en)]
                if not item:
                    del words[1]
                yield Datum(
                    datum_code(stream, item, name), stream, item, name, "·".join(w for w, _ in words),
                    ", ".join(w for _, w in words), input_unit(inp.unit, item, items, kind.unit),
                    bool(kind.parameters.get(name, inp.parameter)), form.optional,
                )  # fmt: skip


def method_names(methods: Methods) -> dict[str, Name]:
    """What a method is called, whatever the family: the shortest of its names."""
    called: dict[str, list[Name]] = {}
    for method in methods.held.values():
        called.setdefault(method.id, []).append(method.name)
    return {id: min(names, key=lambda n: len(n.zh)) for id, names in called.items()}


def line_names(methods: Methods, items: Mapping[str, EnergyItem]) -> dict[str, Name]:
    """What lines of method accounts are called, by their item ``method/stream/item``; and the methods themselves."""
    named = method_names(methods)
    made = dict(named)
    for method in methods.held.values():
        own = named[method.id]
        for stream, form in method.streams.items():
            for item, kind in stream_items(form, items).items():
                words = [own, form.name, *([kind.name] if item else [])]
                key = "/".join((method.id, stream, item)).rstrip("/")
                made.setdefault(key, Name("·".join(w.zh for w in words), ", ".join(w.en for w in words)))
    return made


def bounds(
    methods: Methods, items: Mapping[str, EnergyItem]
) -> dict[tuple[str, str], tuple[float | None, float | None]]:
    """What a figure can be at all: (method, datum code) → least and most in the datum's unit, the widest of all rules;
    None: no bound."""
    made: dict[tuple[str, str], tuple[float | None, float | None]] = {}
    for method in methods.held.values():
        for datum in method_data(method, items):
            form = method.streams[datum.stream].inputs[datum.input]
            own = most_of(form, datum.unit)
            least, most = made.get((method.id, datum.code), (form.least, own))
            made[method.id, datum.code] = (
                None if least is None or form.least is None else min(least, form.least),
                None if most is None or own is None else max(most, own),
            )
    return made
