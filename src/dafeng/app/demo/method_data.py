"""Method data of the demonstration 核算数据: what its firms deliver for their accounting methods, and their troubles.

The figures stand in data/method_data.yaml, by branch and firm. All are synthetic; every row names an evidence of the
play. The troubles: a flux written in kilograms under tonnes and a share written in per cent (both corrected later), a
purity beyond what can be, a stock that was not taken, a laboratory whose certificate ran out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import msgspec
import numpy as np
import polars as pl
import yaml

from dafeng.app.demo.city import Firm
from dafeng.app.demo.flows import PERIODS, YEARS, Flows
from dafeng.app.demo.story import LATE_MONTH, Story
from dafeng.app.demo.tables import MISSING
from dafeng.base.errors import RuleError
from dafeng.collect.codelists import method_lists
from dafeng.rules.method_data import STREAM, intensive

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STREAM_SEED = 404  # of this table's own random numbers: the other tables keep their bytes
_UNITS = {"t": "吨", "10^4 Nm3": "万立方米", "MWh": "兆瓦时", "m3": "立方米"}
_WEIGHED = "地磅与盘库台账(演示)"
_FLOWS = ("used", "made", "feed")
_FLOW_COLUMN = {"used": "used", "made": "made", "feed": "feedstock"}

# who is in what trouble: branch, which of its firms, datum, year
SLIPPED = ("eaf", 0, "flux/limestone/amount", 2022)  # kilograms under tonnes
IN_PERCENT = ("cement", 5, "clinker/portland/cao", 2021)  # 65.4 where a share is asked
IMPOSSIBLE = ("glass", 3, "carbonate/na2co3/purity", 2024)  # more than pure: not taken, the default stands
NOT_TAKEN = ("electrical", 1, "gas_loss/SF6/closing", 2022)  # no stock-taking
EXPIRED = ("steel", 1, "fuel/coke/ncv", 2024)  # from then on no valid laboratory: the default stands
_SLIP, _PERCENT, _TOO_PURE = 1000.0, 100.0, 1.02


class Figure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One datum: an amount per unit of product (``per``), what the energy table says (``used``, ``made``, ``feed`` of
    an item, or a ``share`` of it), a ``value`` of its own, or the carbon content that lets the carbon balance lose
    this share (``closes``), or what another datum says (``same``).

    spread: how far firms and years differ (0.02 = 2 %). monthly: delivered by month.
    """

    per: float | None = None
    used: str | None = None
    made: str | None = None
    feed: str | None = None
    value: float | None = None
    closes: float | None = None
    same: str | None = None
    share: float = 1.0
    spread: float = 0.02
    monthly: bool = False
    since: int = YEARS[0]
    until: int = YEARS[-1]
    source: str = ""


class Delivered(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What firms of a branch deliver for a method; firms: which of them, by their place (none: all)."""

    branch: str
    method: str
    rows: dict[str, Figure]
    firms: tuple[int, ...] | None = None


@cache
def deliveries() -> tuple[Delivered, ...]:
    """The packaged table."""
    text = (files("dafeng.app.demo") / "data" / "method_data.yaml").read_text("utf-8")
    return tuple(msgspec.convert(one, Delivered) for one in yaml.load(text, Loader=_LOADER))  # noqa: S506


def firms_with_methods(firms: Sequence[Firm]) -> dict[int, tuple[str, ...]]:
    """firm → the methods it delivers data for."""
    found: dict[int, dict[str, None]] = {}
    for given in deliveries():
        for firm in _chosen(given, firms):
            found.setdefault(firm.number, {})[given.method] = None
    return {number: tuple(methods) for number, methods in found.items()}


def method_table(flows: Flows, firms: Sequence[Firm], story: Story, seed: int) -> pl.DataFrame:
    """核算数据 as first delivered, the slips in it; ``firm`` and ``code`` beside the columns of the contract."""
    right = _with_gaps(_right(flows, firms, story, seed), firms)
    slip, percent, pure = (_where(t, firms) for t in (SLIPPED, IN_PERCENT, IMPOSSIBLE))
    value = (
        pl.when(slip).then(pl.col("value") * _SLIP)
        .when(percent).then(pl.col("value") * _PERCENT)
        .when(pure).then(_TOO_PURE)
        .otherwise("value")
    )  # fmt: skip
    return _worded(right.with_columns(value=value), firms)


def method_corrections(flows: Flows, firms: Sequence[Firm], story: Story, seed: int) -> pl.DataFrame:
    """The correction 更正 of the two slips, with the reason."""
    right = _right(flows, firms, story, seed)
    said = (
        (SLIPPED, "原报数将千克误填为吨,现予更正"),
        (IN_PERCENT, "原报数按百分数填写,应为小数,现予更正"),
    )
    parts = [right.filter(_where(which, firms)).with_columns(remark=pl.lit(why)) for which, why in said]
    return _worded(pl.concat(parts), firms)


# -- figures -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Works:
    """One firm's flows, by month and by year: output, and each energy column by item."""

    firm: Firm
    months: Mapping[str, Mapping[str, float]]
    years: Mapping[str, Mapping[str, float]]
    rng: np.random.Generator

    def amounts(self, what: str, *, monthly: bool) -> Mapping[str, float]:
        return (self.months if monthly else self.years).get(what, {})


def _right(flows: Flows, firms: Sequence[Firm], story: Story, seed: int) -> pl.DataFrame:
    """All rows as they should be: firm, method, code, period, value, unit, source, remark."""
    amounts, rows = _amounts(flows), []
    units = dict(method_lists()[1].table.select("code", "unit").iter_rows())
    for nth, given in enumerate(deliveries()):
        for firm in _chosen(given, firms):
            months = amounts.get(firm.number, {})
            works = _Works(
                firm, months, _by_year(months), np.random.default_rng([seed, _STREAM_SEED, nth, firm.number])
            )
            made: dict[tuple[str, str], float] = {}
            for datum, figure in sorted(given.rows.items(), key=lambda row: (row[1].closes or row[1].same) is not None):
                unit = units[STREAM + datum]
                for period, value in _values(works, datum, figure, unit, made):
                    made[datum, period] = value
                    if not (firm.number in story.late and period >= LATE_MONTH[:4] and _late(period, unit)):
                        rows.append(
                            (firm.number, given.method, datum, period, value, unit, _source(figure, unit), None)
                        )
    names = ("firm", "method", "code", "period", "value", "unit", "source", "remark")
    text = dict.fromkeys(names, pl.String) | {"firm": pl.Int64, "value": pl.Float64}
    return pl.DataFrame(rows, schema=text, orient="row")


def _late(period: str, unit: str) -> bool:
    """Whether a late firm has this figure not yet: the late month, and the amounts of its year."""
    return period == LATE_MONTH or (period == LATE_MONTH[:4] and not intensive(unit))


def _values(
    works: _Works, datum: str, figure: Figure, unit: str, made: Mapping[tuple[str, str], float]
) -> Iterator[tuple[str, float]]:
    """(period, value) of one datum, in the periods in which the works has worked."""
    worked = works.amounts("output", monthly=figure.monthly)
    usual = float(np.exp(works.rng.normal(0, figure.spread))) if figure.spread else 1.0
    for period, output in worked.items():
        if not figure.since <= int(period[:4]) <= figure.until or output <= 0:
            continue
        varied = usual * float(np.exp(works.rng.normal(0, figure.spread / 3))) if figure.spread else 1.0
        yield period, _rounded(_value(works, datum, figure, period, output, varied, made), unit)


def _value(
    works: _Works, datum: str, figure: Figure, period: str, output: float, varied: float,
    made: Mapping[tuple[str, str], float],
) -> float:  # fmt: skip
    if figure.per is not None:
        return output * figure.per * varied
    if figure.value is not None:
        return figure.value * varied
    if figure.same is not None:
        return made[figure.same, period]
    if figure.closes is not None:
        return _closing(works, datum, period, figure.closes * varied, made)
    for kind in _FLOWS:
        if (item := getattr(figure, kind)) is not None:
            there = works.amounts(f"{_FLOW_COLUMN[kind]}:{item}", monthly=figure.monthly)
            return there.get(period, 0.0) * figure.share
    raise RuleError(f"{datum} says no figure", where="app/demo/data/method_data.yaml", mend="Give per, value, …")


def _closing(works: _Works, datum: str, year: str, loss: float, made: Mapping[tuple[str, str], float]) -> float:
    """The carbon content of coal with which what leaves the ovens lacks ``loss`` of what went in."""
    charged = datum.removesuffix("/carbon") + "/amount"
    total = {d: sum(v for (name, p), v in made.items() if name == d and p[:4] == year) for d, _ in made}
    out = [d.removesuffix("/amount") for d in total if d.startswith("coking_out/") and d.endswith("/amount")]
    return sum(total[f"{d}/amount"] * made[f"{d}/carbon", year] for d in out) / (1 - loss) / total[charged]


def _rounded(value: float, unit: str) -> float:
    if intensive(unit):
        return float(f"{value:.4g}")
    return round(value, 3 if unit == "10^4 Nm3" or abs(value) < 10 else 1)


def _source(figure: Figure, unit: str) -> str:
    if figure.source:
        return figure.source
    return "示范检测公司化验报告(演示),CMA演示编号" if intensive(unit) else _WEIGHED


def _amounts(flows: Flows) -> dict[int, dict[str, dict[str, float]]]:
    """firm → ``output`` or ``used:<item>`` … → month → amount."""
    found: dict[int, dict[str, dict[str, float]]] = {}
    for firm, period, output in flows.output.select("firm", "period", "output").iter_rows():
        found.setdefault(firm, {}).setdefault("output", {})[period] = output
    columns = tuple(_FLOW_COLUMN.values())
    for firm, period, item, *values in flows.energy.select("firm", "period", "item", *columns).iter_rows():
        for column, value in zip(columns, values, strict=True):
            if value:
                found[firm].setdefault(f"{column}:{item}", {})[period] = value
    return found


def _by_year(months: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    return {
        what: {str(y): total for y in YEARS if (total := sum(v for p, v in of.items() if p[:4] == str(y)))}
        for what, of in months.items()
    }


# -- troubles and words ------------------------------------------------------------------------------------------------


def _chosen(given: Delivered, firms: Sequence[Firm]) -> list[Firm]:
    own = [f for f in firms if f.branch.key == given.branch]
    return own if given.firms is None else [own[n] for n in given.firms]


def _where(trouble: tuple[str, int, str, int], firms: Sequence[Firm]) -> pl.Expr:
    branch, nth, datum, year = trouble
    firm = [f for f in firms if f.branch.key == branch][nth]
    return (pl.col("firm") == firm.number) & (pl.col("code") == datum) & (pl.col("period") == str(year))


def _with_gaps(rows: pl.DataFrame, firms: Sequence[Firm]) -> pl.DataFrame:
    """The stock that was not taken, and the calorific value without a valid laboratory, told as missing."""
    branch, nth, datum, since = EXPIRED
    untold = _where(NOT_TAKEN, firms)
    expired = pl.any_horizontal(_where((branch, nth, datum, y), firms) for y in range(since, YEARS[-1] + 1))
    return rows.with_columns(
        value=pl.when(~untold & ~expired).then("value"),
        source=pl.when(~expired).then("source").otherwise(pl.lit("示范检测公司(演示),资质已到期")),
        remark=pl.when(untold).then(pl.lit("当年未盘点,期末库存缺失"))
        .when(expired).then(pl.lit("检测机构资质到期,无有效检测值,按缺省值核算")).otherwise("remark"),
    )  # fmt: skip


def _worded(rows: pl.DataFrame, firms: Sequence[Firm]) -> pl.DataFrame:
    """Rows under the names people write: credit code, Chinese names of method and datum, Chinese units."""
    methods, data, _ = method_lists()
    names = pl.DataFrame(
        [(f.number, f.uscc, f.name) for f in firms], schema=["firm", "enterprise_id", "name"], orient="row"
    )
    order = pl.col("period").replace_strict(
        [*PERIODS, *map(str, YEARS)], range(len(PERIODS) + len(YEARS)), return_dtype=pl.Int64
    )
    return (
        rows.sort("firm", order, maintain_order=True)
        .join(names, on="firm", how="left", maintain_order="left")
        .with_columns(
            method=pl.col("method").replace_strict(methods.table["code"], methods.table["zh"]),
            datum=(STREAM + pl.col("code")).replace_strict(data.table["code"], data.table["zh"]),
            value=pl.col("value").cast(pl.String).fill_null(MISSING),
            unit=pl.col("unit").replace(_UNITS),
            quality=pl.lit("实测"),
        )
    )
