"""Ratios that a case asks for itself 算例自定强度: any total over any amount, in the unit that is wanted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from dafeng.account.cases.ratios import Ratio
from dafeng.account.cases.reading import GivenForm, OwnRatio
from dafeng.account.cases.words import base_unit, input_id, named_item, number, stream_id
from dafeng.account.streams.engine import Streams
from dafeng.base.errors import BadRequest, RuleUnknown
from dafeng.base.units import factor
from dafeng.rules.methods import GROUP_ZH, StreamForm
from dafeng.rules.records import Name

OUTPUT = "given_output"
_PLUS = " + "
_CALLED = {"总量": "total", "合计": "total", "排放总量": "total", "范围一": "scope1", "范围二": "scope2",
           "范围三": "scope3", "范围1": "scope1", "范围2": "scope2", "范围3": "scope3",
           **{zh: group for group, zh in GROUP_ZH.items()}}  # fmt: skip
_POWER = ("net", "bought", "sold", "it_power", "pue", "device_hours", "power", "load")
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
    amounts (given, and what ``derived`` adds). Raises BadRequest for a word that names nothing, or units that do not
    fit.
    """
    made = []
    for one in asked:
        above = _quantity(one.of, f"ratios › {one.id} › of", sums, engines)
        below = _quantity(one.per, f"ratios › {one.id} › per", sums, engines)
        made.append(_ratio(one, above, below))
    return tuple(made)


def _ratio(one: OwnRatio, above: Quantity, below: Quantity) -> Ratio:
    value = None if above[0] is None or not below[0] else above[0] / below[0]
    natural, scale = _unit_of(above[1], below[1])
    value = None if value is None else value * scale
    if one.unit is not None and value is not None:
        try:
            value *= factor(natural, one.unit)
        except BadRequest as error:
            raise BadRequest(
                f"{one.id}: {error.what}", where=f"ratios › {one.id} › unit", mend=f"It comes in {natural}.",
                zh=f"{one.id}：{natural} 不能换算为 {one.unit}", mend_zh=f"请写成可由 {natural} 换算的单位。",
            ) from error  # fmt: skip
    return Ratio(one.id, one.name or Name(one.id, one.id), value, one.unit or natural)


def _unit_of(above: str, below: str) -> tuple[str, float]:
    """The unit of a quotient and what its value is to be multiplied by; what stands on both sides falls out
    (kJ/kg by kJ/kgce is kgce/kg)."""
    if above == below:
        return "1", 1.0
    if below == "1":
        return above, 1.0
    (top, _, over), (bottom, _, under) = above.partition("/"), below.partition("/")
    if not (over and under):
        return f"{above}/{below}", 1.0
    try:
        scale = factor(top, bottom)
    except BadRequest:
        return f"{above}/{below}", 1.0
    return f"{under}/{over}", scale


def _quantity(
    word: Any, where: str, sums: Mapping[str, float | None], engines: list[tuple[Streams, pl.DataFrame]]
) -> Quantity:
    if isinstance(word, str) and word in sums:
        return sums[word], T_CO2E
    if isinstance(word, str) and _PLUS in word:
        return _sum([_quantity(w.strip(), where, sums, engines) for w in word.split(_PLUS)], word, where)
    if isinstance(word, str) and not word[:1].isdigit():
        if (named := _sum_called(word, sums, engines)) is not None:
            return sums[named], T_CO2E
        if (found := _amount(word, where, engines)) is not None:
            return found
        raise _unknown(word, where, sums, engines)
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


def _amount(word: str, where: str, engines: list[tuple[Streams, pl.DataFrame]]) -> Quantity | None:
    """What was given of an input over all parts, in its own unit: stream/item/input, stream/input (all items), or
    stream/item and stream where what is meant is their amount. None for what names nothing that was given."""
    values, units = [], set()
    for streams, amounts in engines:
        for stream, item, input in _readings(word, streams):
            form = streams.method.streams[stream]
            own = amounts.filter((pl.col("stream") == stream) & (pl.col("input") == input))
            own = own if item is None else own.filter(pl.col("item") == item)
            if own.height:
                units |= {streams.units(form)[input, kind] for kind in own["item"].unique()}
                values.append(None if own["value"].null_count() else float(own["value"].sum()))
                break
    if len(units) > 1:
        raise BadRequest(
            f"{word!r} adds {', '.join(sorted(units))}", where=where, mend="Name one item: stream/item/input.",
            zh=f"“{word}”各品种单位不同：{'、'.join(sorted(units))}", mend_zh="请写明品种：排放源/品种/数据项。",
        )  # fmt: skip
    return ((None if None in values else sum(v for v in values if v is not None)), units.pop()) if units else None


def _sum_called(word: str, sums: Mapping[str, float | None], engines: list[tuple[Streams, pl.DataFrame]]) -> str | None:
    """The key of the sum that is called so in words: 总量, 范围一, 化石燃料燃烧, 燃料/烟煤."""
    if (code := _CALLED.get(word)) in sums:
        return code
    stream, _, item = word.partition("/")
    for streams, _ in engines:
        try:
            id = stream_id(streams.method, stream)
        except RuleUnknown:
            continue
        kind = _kind(streams, streams.method.streams[id], item) if item else None
        given = f"given_{streams.method.streams[id].group}"  # the same emissions, given as such
        found = next((k for k in ((f"{id}/{kind}",) if item else (id, given)) if k in sums), None)
        if found is not None:
            return found
    return None


def _readings(word: str, streams: Streams) -> Iterator[tuple[str, str | None, str]]:
    """Stream, item (None: all) and input that a word may stand for, the fullest first; names do as well as ids."""
    stream, _, rest = word.partition("/")
    try:
        id = stream_id(streams.method, stream)
    except RuleUnknown:
        return
    form = streams.method.streams[id]
    item, _, input = rest.rpartition("/")
    memo = ((rest, "amount"),) if form.group == "memo" else ()  # of what emits nothing only its amount can be meant
    for kind, name in ((item, input), *memo):
        if (asked := _input(form, name)) is None:
            continue
        if not kind:
            yield id, None, asked
        elif (code := _kind(streams, form, kind)) is not None:
            yield id, code, asked


def _input(form: StreamForm, word: str) -> str | None:
    try:
        return input_id(form, word, "") if word else None
    except BadRequest:
        return None


def _kind(streams: Streams, form: StreamForm, word: str) -> str | None:
    items = streams.items(form)
    code = word if word in items else streams.rulebook.item_named(word)
    return code if code in items else named_item(items, word)


def derived(amounts: pl.DataFrame) -> pl.DataFrame:
    """The amounts with the net power a line goes by where it was not given as such: bought − sold, the IT load × PUE,
    or device hours × power × load × PUE; so that an intensity may ask for it (electricity/net)."""
    key = ["subject_id", "period", "stream", "item"]
    there = amounts.filter(pl.col("stream").is_in(["electricity", "heat"]))
    if there.is_empty():
        return amounts
    wide = there.pivot("input", index=key, values="value", aggregate_function="sum", maintain_order=True)
    col = {n: pl.col(n) if n in wide.columns else pl.lit(None, pl.Float64) for n in _POWER}
    devices = col["device_hours"] * col["power"] / 1000 * col["load"].fill_null(1.0)
    traded = pl.when(col["bought"].is_not_null() | col["sold"].is_not_null()).then(
        col["bought"].fill_null(0.0) - col["sold"].fill_null(0.0)
    )
    found = wide.with_columns(made=pl.coalesce(traded, col["it_power"] * col["pue"], devices * col["pue"])).filter(
        col["net"].is_null() & pl.col("made").is_not_null()
    )
    more = found.select(*key[:4], input=pl.lit("net"), value=pl.col("made"))
    return pl.concat([amounts, more.select(amounts.columns).cast(dict(amounts.schema))])  # type: ignore[arg-type]


def _unknown(
    word: str, where: str, sums: Mapping[str, float | None], engines: list[tuple[Streams, pl.DataFrame]]
) -> BadRequest:
    given = (a.select("stream", "item", "input").unique(maintain_order=True).iter_rows() for _, a in engines)
    amounts = list(dict.fromkeys("/".join(w for w in row if w) for rows in given for row in rows))
    there, held = ", ".join([*sums][:40]), ", ".join(amounts[:40]) or "—"
    return BadRequest(
        f"{word!r} names no total, stream or amount of the case", where=where,
        mend=f"There are: {there}; amounts (stream/item/input): {held}; a figure is [421.05, \"10^4 t\"].",
        zh=f"“{word}”不是本算例的合计、排放源或数量",
        mend_zh=f"可用：{there}；数量：{held}；数值写作 [421.05, \"10^4 t\"]。",
    )  # fmt: skip
