"""Streams that stand beside a case's total, made from rows it gave for another 由同一行数据另列的排放源.

Two kinds. A stream that ``mirrors`` another (the biogenic carbon of alternative fuels) is read from that one's rows
where the case gives it none of its own. And electricity a second time by the market-based method 市场法, where a case
names green power or a method has a market-based total:

    market-based = (net purchased − certified) × residual factor

certified counts up to what was bought; where no residual factor is in force the average stands in and is said. The rule
is that of account/certificates/market_based.py; a certificate of a case meets no ledger, which is said too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

import msgspec
import polars as pl

from dafeng.account.cases.own import ELECTRICITY
from dafeng.account.streams.engine import GIVEN, Streams, scale_to
from dafeng.base.errors import RuleError
from dafeng.base.numbers import plain
from dafeng.base.periods import Period
from dafeng.rules.methods import GREEN, InputForm, Method, StreamForm, TotalForm
from dafeng.rules.records import Name
from dafeng.rules.scopes import NATION

POWER, MARKET = "electricity", "electricity_market"
RESIDUAL = "mee.grid_co2_residual"
SCOPE2 = "scope2_market"
_FACTOR, _UNIT = "factor", "tCO2/MWh"
_LOT = ("subject_id", "scope", "period", "item")
_BY_AVERAGE = "没有有效的剩余混合因子，未获绿证的电量按本行因子（平均）计"
_OVER = re.compile(r"绿证、绿电(?P<given>\S+) MWh超过净购入电量，只计到(?P<most>\S+) MWh")


def mirrored(method: Method, given: pl.DataFrame) -> pl.DataFrame:
    """The given rows, and those of the streams that mirror another and have no rows of their own.

    A lot that says a figure the mirror does not take (fossil carbon measured) is not mirrored: its rest is not known.
    """
    there = set(given["stream"])
    made = [given]
    for id, form in method.streams.items():
        if form.mirrors is None or id in there or form.mirrors not in there:
            continue
        rows = given.filter((pl.col("stream") == form.mirrors) & pl.col("internal").is_null())
        fits = pl.col("input").is_in(list(form.inputs)).all().over(_LOT)
        made.append(rows.filter(fits).with_columns(stream=pl.lit(id), said=pl.lit(None, pl.String)))
    return pl.concat(made)


def own_rows(method: Method, given: pl.DataFrame) -> pl.DataFrame:
    """Of the rows of a case made ready those that it gave itself."""
    held = given.filter(pl.col("stream") != MARKET)
    for id, form in method.streams.items():
        if form.mirrors is not None and id != MARKET:
            source = held.filter(pl.col("stream") == form.mirrors).select(*_LOT, "input", "value")
            copies = held.filter(pl.col("stream") == id)
            more = copies.join(source, on=source.columns, how="anti", nulls_equal=True, maintain_order="left")
            held = pl.concat([held.filter(pl.col("stream") != id), more])
    return held


def with_market(streams: Streams, given: pl.DataFrame, *, prescribed: bool) -> tuple[Streams, pl.DataFrame]:
    """Engine and rows with electricity a second time by the market-based method, in streams that enter no rule's total.

    prescribed: the rule sets the grid factor, so that one the case gave for its electricity is not taken here. Rows
    internal to the works are bought from nobody and left out. Nothing is added where no green power was named and the
    method has no market-based total.
    """
    held = streams.method.streams
    asked = GREEN in set(given["stream"]) or "market_based" in streams.method.totals
    if not asked or POWER not in held or GREEN not in held:
        return streams, given
    rows = given.filter((pl.col("stream") == POWER) & pl.col("internal").is_null())
    rows = rows.with_columns(stream=pl.lit(MARKET), said=pl.lit(None, pl.String))
    residual = _residual(streams, given)
    if prescribed and residual is not None:
        rows = rows.filter(pl.col("input") != _FACTOR)
    rows, green = _one_factor(rows, given.filter(pl.col("stream") == GREEN))
    engine = _engine(streams, residual)
    if residual is None and not rows["input"].is_in([_FACTOR]).any():
        rows = rows.with_columns(said=pl.lit(_BY_AVERAGE))
    green = _bounded(engine, rows, green)
    return engine, pl.concat([given.filter(pl.col("stream") != GREEN), green, rows])


def _residual(streams: Streams, given: pl.DataFrame) -> str | None:
    """The residual factor's parameter where one holds in every period; None where none does, or where the case accounts
    with a grid of its own (another country's) and names no residual factor."""
    own = streams.rulebook.parameters.get((RESIDUAL, NATION))
    for code in given.filter(pl.col("stream").is_in([POWER, GREEN]))["period"].unique():
        span = Period.parse(code)
        step = streams.family.electricity_step(span.first, streams.as_of)
        foreign = step is None or step.parameter == ELECTRICITY
        if foreign and (own is None or own.file != "(case)"):
            return None
        try:
            for day in (span.first, span.last):
                streams.rulebook.parameter(RESIDUAL).on(day, streams.as_of)
        except RuleError:
            return None
    return RESIDUAL


def _engine(streams: Streams, residual: str | None) -> Streams:
    """The engine with the second electricity stream, the factor of both in ``residual``, and their totals."""
    method, base = streams.method, streams.method.streams[POWER]
    factor = base.inputs[_FACTOR]
    if residual is not None:
        name = Name("剩余混合电力因子", "residual grid factor")
        factor = InputForm(name, factor.unit, parameter=residual)
    inputs = {**base.inputs, _FACTOR: factor}
    market = msgspec.structs.replace(
        base, name=Name("净购入电力（市场法，绿电未扣）", "net purchased electricity, market-based before green power"),
        group="memo", inputs=inputs, mirrors=POWER, instead_of=(), note=None,
    )  # fmt: skip
    green = method.streams[GREEN]
    green = msgspec.structs.replace(green, inputs={**green.inputs, _FACTOR: factor})
    totals = {id: _with_market(form) if id == "market_based" else form for id, form in method.totals.items()}
    totals[SCOPE2] = TotalForm(
        Name("范围二电力（市场法，不计入总量）", "scope 2 electricity, market-based (in no total)"),
        only=(MARKET, GREEN, "given_electricity"),
    )
    made = replace(
        method, streams=MappingProxyType({**method.streams, MARKET: market, GREEN: green}),
        totals=MappingProxyType(totals),
    )  # fmt: skip
    return Streams(made, streams.family, streams.rulebook, streams.as_of)


def _with_market(form: TotalForm) -> TotalForm:
    return msgspec.structs.replace(form, only=tuple(MARKET if s == POWER else s for s in form.only))


def _one_factor(rows: pl.DataFrame, green: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Own factors on both sides: one named with the electricity holds for the green power that replaces it, and the
    other way round; several different ones are left as they are."""
    for one, other in ((rows, green), (green, rows)):
        own = one.filter((pl.col("input") == _FACTOR) & pl.col("value").is_not_null())
        if other.filter(pl.col("input") == _FACTOR).height or own.select("value", "unit").unique().height != 1:
            continue
        keys = ["subject_id", "scope", "period", "stream", "item", "internal", "own_scope"]
        lots = other.select(keys).unique(maintain_order=True)
        taken = own.head(1).select("input", "value", "unit", "status", "evidence", said=pl.lit(None, pl.String))
        more = lots.join(taken, how="cross").select(other.columns).cast(dict(other.schema))  # type: ignore[arg-type]
        if one is rows:
            green = pl.concat([green, more])
        else:
            rows = pl.concat([rows, more])
    return rows, green


def _bounded(engine: Streams, rows: pl.DataFrame, green: pl.DataFrame) -> pl.DataFrame:
    """Green power in proportion cut to the electricity bought, where it is more, and that said."""
    certified = green.filter((pl.col("input") == "certified") & pl.col("value").is_not_null())
    given = sum(
        value * scale_to(unit or "MWh", "MWh", "certified")
        for value, unit in certified.select("value", "unit").iter_rows()
    )
    bought = _bought(engine, rows)
    if bought is None or given <= max(bought, 0.0) * (1 + 1e-9):
        return green
    most = max(bought, 0.0)
    mine = (pl.col("input") == "certified") & pl.col("value").is_not_null()
    words = f"绿证、绿电{plain(given)} MWh超过净购入电量，只计到{plain(most)} MWh"
    said = pl.concat_str("said", pl.lit(words), separator="；", ignore_nulls=True)
    return green.with_columns(
        value=pl.when(mine).then(pl.col("value") * (most / given)).otherwise("value"),
        said=pl.when(mine).then(said).otherwise("said"),
    )


def _bought(engine: Streams, rows: pl.DataFrame) -> float | None:
    """Net purchased electricity [MWh] of the rows, by whichever formula they go: their result at a factor of one."""
    if rows.is_empty():
        return 0.0
    bare = rows.filter(pl.col("input") != _FACTOR)
    if bare.is_empty():
        return None
    lots = bare.select("subject_id", "scope", "period", "stream", "item").unique(maintain_order=True)
    ones = lots.with_columns(
        input=pl.lit(_FACTOR), value=pl.lit(1.0), unit=pl.lit(_UNIT), status=pl.lit("user"), evidence=pl.lit(None)
    )
    asked = pl.concat([bare.select(*GIVEN), ones.select(*GIVEN).cast(dict(GIVEN))])  # type: ignore[arg-type]
    market = _open(engine.method.streams[MARKET])
    method = replace(engine.method, streams=MappingProxyType({MARKET: market}), line_decimals=None)
    mass = Streams(method, engine.family, engine.rulebook, engine.as_of).lines(asked)["mass_t"]
    return None if mass.null_count() else float(mass.sum())


def _open(form: StreamForm) -> StreamForm:
    """The stream with a factor that may be anything."""
    return msgspec.structs.replace(form, inputs={**form.inputs, _FACTOR: InputForm(Name("1", "1"), _UNIT)})


def of_market(given: pl.DataFrame) -> Iterator[Name]:
    """What is to be said of green power in a case: no ledger stands behind it, it exceeds what was bought, or the rest
    goes by the average."""
    green = given.filter((pl.col("stream") == GREEN) & (pl.col("input") == "certified"))
    if green.filter(pl.col("value") != 0).height:
        yield Name(
            "绿证、绿电由算例给出，未与凭证台账核对：是否重复声明、是否核销、是否在有效期内均未查",
            "green power and certificates are the case's own and meet no ledger: double claims, retirement and "
            "validity are not checked",
        )
    for words in green["said"].drop_nulls().unique(maintain_order=True):
        if found := _OVER.search(words):
            yield Name(
                found[0],
                f"certificates and green power of {found['given']} MWh exceed the net power bought: counted up to "
                f"{found['most']} MWh only",
            )
    if given.filter((pl.col("stream") == MARKET) & (pl.col("said") == _BY_AVERAGE)).height:
        yield Name(
            "市场法：该时期没有有效的剩余混合因子，未获绿证的电量按平均因子计",
            "market-based: no residual factor is in force for the period, so the power without certificates goes by "
            "the average factor",
        )
