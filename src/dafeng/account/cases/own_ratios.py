"""Ratios that a case asks for itself 算例自定强度: any total over any amount, in the unit that is wanted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from dafeng.account.cases.ratios import Ratio
from dafeng.account.cases.reading import GivenForm, OwnRatio
from dafeng.account.cases.words import base_unit, number
from dafeng.account.streams.engine import Streams
from dafeng.base.errors import BadRequest
from dafeng.base.units import factor
from dafeng.rules.records import Name

OUTPUT = "given_output"
_PLUS = " + "
T_CO2E = "tCO2e"
Quantity = tuple[float | None, str]


def per_output(streams: Streams, amounts: pl.DataFrame, total: float | None) -> Iterator[Ratio]:
    """The part's total over each product given in the stream every method has; amounts as ``Streams.amounts``."""
    if OUTPUT not in streams.method.streams:
        return
    form = streams.method.stream(OUTPUT)
    units = streams.units(form)
    for item, kind in streams.items(form).items():
        own = amounts.filter((pl.col("stream") == OUTPUT) & (pl.col("item") == item))["value"]
        if not own.len():
            continue
        made = None if total is None or own.null_count() or not own.sum() else total / float(own.sum())
        name = Name(
            f"单位{kind.name.zh if item else '产品'}排放", f"emissions per {kind.name.en if item else 'output'}"
        )
        yield Ratio(f"per_output/{item}".rstrip("/"), name, made, f"{T_CO2E}/{units['amount', item]}")


def own_ratios(
    asked: tuple[OwnRatio, ...], sums: Mapping[str, float | None], engines: list[tuple[Streams, pl.DataFrame]]
) -> tuple[Ratio, ...]:
    """The ratios a case asks for, in the order they stand.

    sums: tonnes CO2e by word (total, group, gas, stream, stream/item, @unit); engines: of each part the engine and its
    amounts. Raises BadRequest for a word that names nothing, or units that do not fit.
    """
    made = []
    for one in asked:
        above = _quantity(one.of, f"ratios › {one.id} › of", sums, engines)
        below = _quantity(one.per, f"ratios › {one.id} › per", sums, engines)
        made.append(_ratio(one, above, below))
    return tuple(made)


def _ratio(one: OwnRatio, above: Quantity, below: Quantity) -> Ratio:
    natural = "1" if above[1] == below[1] else above[1] if below[1] == "1" else f"{above[1]}/{below[1]}"
    value = None if above[0] is None or not below[0] else above[0] / below[0]
    if one.unit is not None and value is not None:
        try:
            value *= factor(natural, one.unit)
        except BadRequest as error:
            raise BadRequest(
                f"{one.id}: {error.what}", where=f"ratios › {one.id} › unit", mend=f"It comes in {natural}.",
                zh=f"{one.id}：{natural} 不能换算为 {one.unit}", mend_zh=f"请写成可由 {natural} 换算的单位。",
            ) from error  # fmt: skip
    return Ratio(one.id, one.name or Name(one.id, one.id), value, one.unit or natural)


def _quantity(
    word: Any, where: str, sums: Mapping[str, float | None], engines: list[tuple[Streams, pl.DataFrame]]
) -> Quantity:
    if isinstance(word, str) and word in sums:
        return sums[word], T_CO2E
    if isinstance(word, str) and _PLUS in word:
        return _sum([_quantity(w.strip(), where, sums, engines) for w in word.split(_PLUS)], word, where)
    if isinstance(word, str) and word.count("/") >= 2 and not word[:1].isdigit():
        return _amount(word, where, sums, engines)
    if isinstance(word, str) and not word[:1].isdigit():
        raise _unknown(word, where, sums)
    value, unit = number(word.value, where) if isinstance(word, GivenForm) else number(word, where)
    unit = (word.unit if isinstance(word, GivenForm) else None) or unit or "1"
    base = "1" if unit == "1" else base_unit(unit)
    return (None if value is None else value * (1.0 if base == unit else factor(unit, base))), base


def _sum(parts: list[Quantity], word: str, where: str) -> Quantity:
    """Several quantities of one unit added; missing where one is."""
    units = {unit for _, unit in parts}
    if len(units) > 1:
        raise BadRequest(
            f"{word!r} adds {', '.join(sorted(units))}", where=where, mend="Add what has one unit.",
            zh=f"“{word}”各项单位不同：{'、'.join(sorted(units))}", mend_zh="只能相加同一单位的量。",
        )  # fmt: skip
    values = [value for value, _ in parts]
    return (None if None in values else sum(v for v in values if v is not None)), units.pop()


def _amount(
    word: str, where: str, sums: Mapping[str, float | None], engines: list[tuple[Streams, pl.DataFrame]]
) -> Quantity:
    """What was given of an input, over all parts, in its own unit."""
    stream, rest = word.split("/", 1)
    item, input = rest.rsplit("/", 1)
    values, unit = [], None
    for streams, amounts in engines:
        form = streams.method.streams.get(stream)
        if form is None or input not in form.inputs or (item and item not in streams.items(form)):
            continue
        own = amounts.filter((pl.col("stream") == stream) & (pl.col("input") == input))
        own = own if not item else own.filter(pl.col("item") == item)
        if own.height:
            unit = streams.units(form)[input, str(own["item"][0])]
            values.append(None if own["value"].null_count() else float(own["value"].sum()))
    if unit is None:
        raise _unknown(word, where, sums)
    return (None if None in values else sum(v for v in values if v is not None)), unit


def _unknown(word: str, where: str, sums: Mapping[str, float | None]) -> BadRequest:
    there = ", ".join([*sums][:40])
    return BadRequest(
        f"{word!r} names no total, stream or amount of the case", where=where,
        mend=f"There are: {there}; an amount is stream/item/input; a figure is [421.05, \"10^4 t\"].",
        zh=f"“{word}”不是本算例的合计、排放源或数量",
        mend_zh=f"可用：{there}；数量写作 排放源/品种/数据项；数值写作 [421.05, \"10^4 t\"]。",
    )  # fmt: skip
