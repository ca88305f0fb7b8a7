"""Ratios of a method 强度与比值: a total, a stream or given amounts over given amounts, as the method's file says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

import msgspec
import polars as pl

from dafeng.base.errors import RuleError
from dafeng.rules.methods import Method, RatioForm
from dafeng.rules.records import Name


class Ratio(msgspec.Struct, frozen=True):
    """value is null where a piece is missing or the divisor is zero."""

    id: str
    name: Name
    value: float | None
    unit: str


class _Line(Protocol):
    @property
    def stream(self) -> str: ...
    @property
    def value(self) -> float | None: ...


class _Total(Protocol):
    @property
    def value(self) -> float | None: ...


def ratios(
    method: Method, amounts: pl.DataFrame, totals: Mapping[str, _Total], lines: Iterable[_Line]
) -> tuple[Ratio, ...]:
    """All ratios of a method. amounts: subject_id, period, stream, item, input, value in the inputs' units.

    Raises RuleError where a ratio names what the method has not.
    """
    held = list(lines)
    made: dict[str, float | None] = {}

    def term(name: str) -> float | None:
        parts = [_one(name.strip(), method, amounts, totals, held) for name in name.split(" + ")]
        there = [p for p in parts if p is not None]
        return sum(there) if there else None

    for id, form in method.ratios.items():
        made[id] = _ratio(form, term, made, method)
    return tuple(Ratio(id, form.name, made[id], form.unit) for id, form in method.ratios.items())


def _ratio(form: RatioForm, term, made: Mapping[str, float | None], method: Method) -> float | None:  # type: ignore[no-untyped-def]
    value = term(form.of)
    if value is not None and form.times is not None:
        rest = form.times.startswith("1-")
        id = form.times.removeprefix("1-")
        if id not in made:
            raise RuleError(
                f"a ratio names no earlier ratio {id!r}",
                where=f"rules/data/methods/{method.file}",
                mend="Define it first.",
            )
        share = made[id]
        value = None if share is None else value * (1 - share if rest else share)
    if value is not None and form.per is not None:
        below = term(form.per)
        value = None if below is None or below == 0 else value / below
    return None if value is None else value * form.scale


def _one(
    name: str, method: Method, amounts: pl.DataFrame, totals: Mapping[str, _Total], lines: list[_Line]
) -> float | None:
    if name in totals:
        return totals[name].value
    stream, *rest = name.split("/")
    form = method.stream(stream)
    if not rest:
        own = [x.value for x in lines if x.stream == stream]
        return None if not own or any(v is None for v in own) else sum(v for v in own if v is not None)
    if len(rest) != 2 or rest[1] not in form.inputs:
        where = f"rules/data/methods/{method.file}"
        raise RuleError(
            f"{name!r} is no total, stream or amount", where=where, mend="stream/item/input, or stream//input."
        )
    item, input = rest
    own_rows = amounts.filter((pl.col("stream") == stream) & (pl.col("input") == input))
    if item:
        own_rows = own_rows.filter(pl.col("item") == item)
    values = own_rows["value"]
    return None if not values.len() or values.null_count() else float(values.sum())
