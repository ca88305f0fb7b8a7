"""What a case's figures contradict 数据自相矛盾: two ways of one source that differ, figures no way used, more taken
off than there is, steam that is water, a ratio that cannot be, a measurement without a trace of one.

Read off the formulas' own inputs and the method's data; nothing here knows an industry.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import islice
from types import MappingProxyType
from typing import Protocol, TypeVar

import msgspec
import polars as pl

from dafeng.account.cases.ratios import Ratio
from dafeng.account.cases.reading import BESIDE
from dafeng.account.steam_tables import saturation_temperature
from dafeng.account.streams.engine import Streams
from dafeng.account.streams.need import reads
from dafeng.base.numbers import plain
from dafeng.rules.formulas import formula
from dafeng.rules.method_data import intensive
from dafeng.rules.methods import Method, StreamForm
from dafeng.rules.records import Name

DIFFERS = 0.01  # two ways that differ by more than this share are named
_KEY = ["subject_id", "stream", "item", "period"]
_MOST = 20  # contradictions told of one stream
_EVAPORATES = 0.5  # degC: steam this much below saturation is water


class _Line(Protocol):
    @property
    def stream(self) -> str: ...
    @property
    def stream_name(self) -> Name: ...
    @property
    def item(self) -> str: ...
    @property
    def item_name(self) -> Name: ...
    @property
    def group(self) -> str: ...
    @property
    def mass_t(self) -> float | None: ...
    @property
    def gas(self) -> str: ...


T = TypeVar("T", bound=_Line)


# -- two ways ----------------------------------------------------------------------------------------------------------


def two_ways(streams: Streams, given: pl.DataFrame) -> Iterator[Name]:
    """Of every row with figures that the formula taken does not use: the other way they give, if it comes to something
    else; else the amounts that were left unused. given : GIVEN rows, in the case's own units."""
    rows = given.filter(pl.col("value").is_not_null())
    if rows.is_empty():
        return
    held = streams.amounts(rows.drop([c for c in BESIDE if c in rows.columns]))
    for id, form in streams.method.streams.items():
        if len(form.formulas) < 2:
            continue
        own = held.filter(pl.col("stream") == id).group_by(_KEY, maintain_order=True).agg("input", "value")
        odd = [r for r in own.iter_rows(named=True) if not _one_reads_all(form, r["input"])]
        if odd:
            yield from islice(_of_stream(streams, id, form, rows.filter(pl.col("stream") == id), odd), _MOST)


def _one_reads_all(form: StreamForm, inputs: list[str]) -> bool:
    """Whether the formulas that have what they need, given or by default, each read all that is given (figures that no
    formula reads apart)."""
    names = tuple(form.inputs)
    known = set(inputs) & set().union(*(reads(id, names) for id in form.formulas))
    return all(known <= reads(id, names) for id in _able(form, inputs))


def _able(form: StreamForm, inputs: Iterable[str]) -> list[str]:
    """The formulas that have what they need, given or by default."""
    items = form.items if isinstance(form.items, Mapping) else {}
    there = {n for n, i in form.inputs.items() if i.parameter or any(n in it.parameters for it in items.values())}
    there |= set(inputs)
    return [id for id in form.formulas if set(formula(id, date.max).inputs) <= there]


def _of_stream(
    streams: Streams, id: str, form: StreamForm, rows: pl.DataFrame, odd: list[dict[str, object]]
) -> Iterator[Name]:
    bare = rows.drop([c for c in BESIDE if c in rows.columns])
    taken = _results(streams, id, form, bare)
    names = tuple(form.inputs)

    @cache
    def other(used: str, id_of: str) -> dict[tuple[str, ...], tuple[float | None, str | None]]:
        """Results by another formula, without the figures that belong to the one taken alone (a net use given as such
        would close the way over purchases and stocks)."""
        alone = set(formula(used, date.max).inputs) - set(formula(id_of, date.max).inputs)
        own = bare.filter(~pl.col("input").is_in(sorted(alone)))
        return _results(streams, id, msgspec.structs.replace(form, formulas=(id_of,)), own)

    by_key = {formula(f, date.max).key: f for f in form.formulas}
    for row in odd:
        key = tuple(str(row[k]) for k in _KEY)
        there = dict(zip(row["input"], row["value"], strict=True))  # type: ignore[call-overload]
        value, used = taken.get(key, (None, None))
        if value is None or used is None:
            continue
        chosen = by_key[used]
        beyond = there.keys() - reads(chosen, names)
        results = {f: other(chosen, f).get(key, (None, None))[0] for f in form.formulas if f != chosen}
        rival = next(_rivals(form, chosen, there, results, value), None)
        if rival is not None and abs(rival[1] - value) > DIFFERS * max(abs(rival[1]), abs(value)):
            yield _differ(streams, form, row, (chosen, value), rival)
        if rival is not None:
            beyond -= reads(rival[0], names)
        able = [f for f in _able(form, there) if f != chosen]
        other_ways = set[str]().union(*(reads(f, names) for f in able))
        if unused := [n for n in names if n in beyond & other_ways and there[n] and not intensive(form.inputs[n].unit)]:
            yield _unused(streams, form, row, there, unused)


def _results(
    streams: Streams, id: str, form: StreamForm, rows: pl.DataFrame
) -> dict[tuple[str, ...], tuple[float | None, str | None]]:
    """The mass and the formula's key of every row of a stream under ``form``."""
    alone = replace(streams.method, streams=MappingProxyType({id: form}))
    made = Streams(alone, streams.family, streams.rulebook, streams.as_of).lines(rows)
    return {tuple(r[:4]): (r[4], r[5]) for r in made.select(*_KEY, "mass_t", "formula").iter_rows()}


def _rivals(
    form: StreamForm, used: str, there: Mapping[str, float], results: Mapping[str, float | None], value: float
) -> Iterator[tuple[str, float]]:
    """Other formulas with figures of their own, all they need given or shared with the one taken, that come to
    something of the same sign."""
    names, own = tuple(form.inputs), reads(used, tuple(form.inputs))
    for id in form.formulas:
        needs, result = set(formula(id, date.max).inputs), results.get(id)
        if id == used or result is None or not (needs - own) or result * value < 0:
            continue
        if needs - own <= there.keys() and {n for n in reads(id, names) - own if there.get(n)}:
            yield id, result


def _differ(
    streams: Streams, form: StreamForm, row: Mapping[str, object], used: tuple[str, float], rival: tuple[str, float]
) -> Name:
    name, one, other = _row_name(streams, form, row), formula(used[0], date.max), formula(rival[0], date.max)
    gas = form.gas
    return Name(
        f"{name.zh}：两种填法结果不同：“{one.zh}”得{plain(used[1])} t {gas}（已采用），"
        f"“{other.zh}”得{plain(rival[1])} t {gas}（未采用）；请核对，只留一种",
        f"{name.en}: two ways give different results: {one.en} = {plain(used[1])} t {gas} (taken), "
        f"{other.en} = {plain(rival[1])} t {gas} (not taken); check, and leave one",
    )


def _unused(
    streams: Streams, form: StreamForm, row: Mapping[str, object], there: Mapping[str, float], unused: list[str]
) -> Name:
    name, item, units = _row_name(streams, form, row), str(row["item"]), streams.units(form)
    zh = "、".join(f"{form.inputs[n].name.zh}{plain(there[n])} {units[n, item]}" for n in unused)
    en = ", ".join(f"{form.inputs[n].name.en} {plain(there[n])} {units[n, item]}" for n in unused)
    return Name(
        f"{name.zh}：{zh}未参与计算（所取算法不用它）；如应计入，请与其他数据按同一种算法填报",
        f"{name.en}: {en} was not used by the formula taken; where it counts, give the row in one way",
    )


def _row_name(streams: Streams, form: StreamForm, row: Mapping[str, object]) -> Name:
    item = str(row["item"])
    kind = streams.items(form)[item].name if item else Name("", "")
    return Name(
        " ".join(w for w in (form.name.zh, kind.zh, str(row["period"])) if w),
        " ".join(w for w in (form.name.en, kind.en, str(row["period"])) if w),
    )


# -- figures that do not go together -----------------------------------------------------------------------------------


def water_not_steam(streams: Streams, given: pl.DataFrame) -> Iterator[Name]:
    """Rows of steam by pressure and temperature that are below saturation: water, not steam."""
    rows = given.filter(
        pl.col("value").is_not_null() & pl.col("input").is_in(["steam", "steam_sold", "pressure", "temperature"])
    )
    if rows["input"].n_unique() < 3:
        return
    held = streams.amounts(rows.drop([c for c in BESIDE if c in rows.columns]))
    wide = held.pivot("input", index=_KEY, values="value", aggregate_function="first")
    steam = [pl.col(c) > 0 for c in ("steam", "steam_sold") if c in wide.columns]
    if not steam or not {"pressure", "temperature"} <= set(wide.columns):
        return
    boils = pl.Series("boils", saturation_temperature(wide["pressure"].cast(pl.Float64).fill_null(float("nan"))))
    cold = wide.with_columns(boils).filter(
        pl.any_horizontal(steam)
        & pl.col("boils").is_not_nan()
        & (pl.col("temperature") < pl.col("boils") - _EVAPORATES)
    )
    for row in cold.iter_rows(named=True):
        name = _row_name(streams, streams.method.stream(row["stream"]), row)
        p, t, b = f"{row['pressure']:g}", f"{row['temperature']:g}", f"{row['boils']:.1f}"
        yield Name(
            f"{name.zh}：绝对压力{p} MPa下饱和温度为{b} ℃，所填{t} ℃是水不是蒸汽，按水的焓计；"
            "请核对压力（表压须加0.1013 MPa）与温度，饱和蒸汽只填压力",
            f"{name.en}: at {p} MPa absolute water boils at {b} °C; at {t} °C it is water, not steam, and the enthalpy "
            "of water is taken; check pressure (gauge + 0.1013 MPa) and temperature, for saturated steam give pressure "
            "only",
        )


def unproved(streams: Streams, given: pl.DataFrame) -> Iterator[Name]:
    """Own values where the rule takes only what was measured, its default being a penalty, given without evidence,
    method or laboratory."""
    rows = given.filter(pl.col("value").is_not_null() & pl.col("evidence").is_null())
    asked = rows.select("stream", "item", "input").unique(maintain_order=True)
    first = rows.unique(["stream", "item", "input"], keep="first", maintain_order=True)
    where = {(r["stream"], r["item"], r["input"]): r for r in first.iter_rows(named=True)}
    for stream, item, input in asked.iter_rows():
        form = streams.method.stream(stream)
        row = where[stream, item, input]
        if form.inputs[input].own != "prefer":
            continue
        default = streams.default(form, input, item, row["period"], row["scope"])
        if default is None:
            continue
        kind, inp = streams.items(form)[item].name if item else form.name, form.inputs[input].name
        usual = f"{plain(default.value)} {default.unit}"
        yield Name(
            f"{kind.zh}的{inp.zh}按实测值采用，但没有写明凭证、检测方法或实验室："
            f"规则只认实测，核查时无凭证将改取缺省值{usual}；请写 evidence、method 或 laboratory",
            f"{inp.en} of {kind.en} is taken as measured, but no evidence, method or laboratory was named: without "
            f"proof of a measurement a verifier takes the rule's default of {usual}; give evidence, method or "
            "laboratory",
        )


def below_zero(method: Method, lines: Iterable[T]) -> list[T]:
    """Lines of fuel and process that come out below zero though no input of their stream may be negative (a rule's net
    use may: own coke and gas sold)."""
    return [
        line for line in lines
        if line.group in ("combustion", "process") and line.mass_t is not None and line.mass_t < 0
        and all(inp.least is not None for inp in method.stream(line.stream).inputs.values())
    ]  # fmt: skip


def negative(method: Method, lines: Iterable[_Line]) -> Iterator[Name]:
    """Lines below zero: more was destroyed, recovered or given out than there was."""
    for line in below_zero(method, lines):
        kind = line.item_name if line.item else Name("", "")
        zh, en = f"{line.stream_name.zh} {kind.zh}".strip(), f"{line.stream_name.en} {kind.en}".strip()
        mass = f"{plain(line.mass_t or 0.0)} t {line.gas}"
        yield Name(
            f"{zh}为负（{mass}）：扣去的（销毁、回收、外供、期末库存）多于产生或投入的，请核对各数",
            f"{en} is negative ({mass}): more is taken off (destroyed, recovered, given out, "
            "in stock) than was made or put in; check the figures",
        )


def odd_ratios(method: Method, made: Iterable[Ratio]) -> Iterator[Name]:
    """Ratios of a method outside what they can be (a PUE below 1)."""
    for ratio in made:
        form = method.ratios.get(ratio.id.partition("@")[0])
        if form is None or ratio.value is None:
            continue
        below = form.least is not None and ratio.value < form.least * (1 - 1e-9)
        above = form.most is not None and ratio.value > form.most * (1 + 1e-9)
        if below or above:
            low, high = ("" if x is None else f"{x:g}" for x in (form.least, form.most))
            yield Name(
                f"{ratio.name.zh}为{plain(ratio.value)}，不可能（{low}~{high}）：请核对算它的各数",
                f"{ratio.name.en} is {plain(ratio.value)}, which cannot be ({low}~{high}): check the figures it is of",
            )
