"""Plausibility 合理性审核: values that are probably not what was meant. They are marked, never changed or rejected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl
import yaml

from dafeng.base.faults import ROW, SHEET, Words, all_faults, no_faults, told
from dafeng.base.units import latin
from dafeng.collect.facts import current
from dafeng.collect.quantities import scale_between
from dafeng.rules.method_data import STREAM, bounds
from dafeng.rules.methods import packaged_methods
from dafeng.rules.rulebook import packaged_rulebook

Check = Mapping[str, Any]
_SERIES = ["subject_kind", "subject_id", "measure", "item"]
_POINT = ["subject_kind", "subject_id", "item", "period"]
_PURE = frozenset({"times", "count"})  # figures without a unit
_STREAMS = ("opening_stock", "bought", "used", "sold", "closing_stock", "produced", "feedstock")


def _warning(what: str, mend: str, what_zh: str, mend_zh: str) -> Words:
    return Words(what, mend, what_zh, mend_zh, "warning")


_WORDS: dict[str, Words] = {
    "own_median": _warning(
        "{text} {unit} is {times} times the usual {usual} of this series: is it in another unit?",
        "Check the unit of the row; if the figure is right, say why in the remark.",
        "{text} {unit_zh} 是该序列中位数 {usual} 的 {times} 倍，疑为计量单位错误",
        "请核对本行计量单位；如数据无误，请在备注中说明。",
    ),
    "upper_bound": _warning(
        "{text} {unit} is more than any works uses (bound {bound})",
        "Check the unit: kWh for MWh, kg for t?",
        "{text} {unit_zh} 超过单个企业可能的最大量（{bound}）",
        "请核对计量单位，如 千瓦时 与 兆瓦时、千克 与 吨。",
    ),
    "month_jump": _warning(
        "{text} {unit} after {before} {unit} in the month before ({times} times)",
        "Check the figure; if it is right, say why in the remark.",
        "本月 {text} {unit_zh}，上月 {before} {unit_zh}，变化 {times} 倍",
        "请核对；如数据无误，请在备注中说明原因。",
    ),
    "own_range": _warning(
        "{text} {unit} is outside the usual range of {low} to {high} {unit} (the last {count} periods)",
        "Check the figure and its unit; if it is right, say why.",
        "{text} {unit_zh} 超出通常范围 {low}–{high} {unit_zh}（最近 {count} 期）",
        "请核对数值和计量单位；如数据无误，请说明原因。",
    ),
    "above_most": _warning(
        "{text} {unit} is more than this figure can be ({bound} {unit}): the account does not take it",
        "Check the unit, per cent for a share?",
        "{text} {unit_zh} 超出该数据项可能的最大值 {bound} {unit_zh}，核算不采用",
        "请核对计量单位，如百分数与小数。",
    ),
    "below_least": _warning(
        "{text} {unit} is less than this figure can be ({bound} {unit}): the account does not take it",
        "Check the sign and the unit.",
        "{text} {unit_zh} 低于该数据项可能的最小值 {bound} {unit_zh}，核算不采用",
        "请核对正负号和计量单位。",
    ),
    "stock_balance": _warning(
        "used is {text}, but stock and trade give {expected} {unit}",
        "Check opening + bought + produced − sold − closing; fill in the streams left empty.",
        "消费量为 {text}，按“期初+购进+自产−外供−期末”应为 {expected} {unit_zh}",
        "请核对收支存各项；有外供或自产的请补填。",
    ),
    "stock_carry": _warning(
        "opening stock is {text} {unit}, but the month before closed with {before} {unit}",
        "Carry the closing stock over, or say why it changed.",
        "期初库存 {text} {unit_zh} 与上月期末库存 {before} {unit_zh} 不一致",
        "请核对库存衔接；盘点调整请在备注中说明。",
    ),
    "feedstock": _warning(
        "feedstock {text} {unit} is more than all that was used ({used} {unit})",
        "Feedstock is a part of what was used.",
        "用作原材料 {text} {unit_zh} 大于消费量 {used} {unit_zh}",
        "原材料用量应包含在消费量内，请核对。",
    ),
    "year_sum": _warning(
        "the year's figure is {text} {unit}, its twelve months add up to {months} {unit}",
        "Correct the year or the month that is wrong.",
        "年度数 {text} {unit_zh} 与各月合计 {months} {unit_zh} 不一致",
        "请核对年度数与月度数。",
    ),
}


@cache
def default_checks() -> tuple[Check, ...]:
    """The packaged checks with their thresholds."""
    return tuple(_packaged()["checks"])


@cache
def filing_checks(periods: int, at_least: int) -> tuple[Check, ...]:
    """The checks of a draft: those of every import, and those that hold a figure against the range its filler is shown.

    periods, at_least  of how many of the last periods that range is taken, and how few are too few
    """
    told_first = {"periods": periods, "at_least": at_least}
    own = {str(c["after"]): {**c, **told_first} for c in _packaged()["filing"]}
    return tuple(one for check in default_checks() for one in (check, own.get(str(check["id"]))) if one)


@cache
def _packaged() -> Mapping[str, Any]:
    text = (files("dafeng.collect") / "data" / "plausibility.yaml").read_text("utf-8")
    packaged: Mapping[str, Any] = yaml.safe_load(text)
    return packaged


def plausibility(
    incoming: pl.DataFrame, existing: pl.DataFrame | None = None, checks: Iterable[Check] | None = None
) -> pl.DataFrame:
    """Warnings about incoming facts, seen beside what is known already.

    incoming, existing  FACT rows; only incoming ones are marked
    checks              checks as in data/plausibility.yaml
    Returns faults (FAULT_SCHEMA) of severity "warning", with the place of each value; a cell is told of once, by the
    first check that marks it: when that is mended, the others may have nothing to say.
    """
    if incoming["value"].null_count() == len(incoming):
        return no_faults()
    new = incoming.with_columns(new=pl.lit(True))
    old = [] if existing is None else [current(existing).with_columns(new=pl.lit(False))]
    held = pl.concat([*old, new]).unique([*_SERIES, "period"], keep="last", maintain_order=True)
    held = held.filter(pl.col("value").is_not_null() & pl.col("period").str.contains(r"^\d{4}(-\d{2})?$"))
    if held.is_empty():
        return no_faults()
    year, month = (pl.col("period").str.slice(a, n).cast(pl.Int32, strict=False) for a, n in ((0, 4), (5, 2)))
    dated = held.with_columns(year=year, month=year * 12 + month)
    chosen = default_checks() if checks is None else tuple(checks)
    found = all_faults([_METHODS[str(check["method"])](dated, check) for check in chosen])
    return found.unique(["sheet", "row", "column"], keep="first", maintain_order=True)


def _apart(check: Check, one: str, other: str) -> pl.Expr:
    """Whether two figures differ by more than the check's share of the larger, and by more than its least amount."""
    gap = (pl.col(one) - pl.col(other)).abs()
    larger = pl.max_horizontal(pl.col(one).abs(), pl.col(other).abs())
    return (gap > float(check["tolerance"]) * larger) & (gap > float(check.get("least", 0.0)))


def _shown(figure: pl.Expr) -> pl.Expr:
    return figure.round_sig_figs(6).cast(pl.String).str.strip_suffix(".0")


def _as_delivered(rows: pl.DataFrame) -> pl.DataFrame:
    """With ``scale``, how many of the delivered unit make a canonical one, and that unit in both languages; the
    canonical one where the delivered is of another kind."""
    pairs = rows.select("unit", "unit_delivered").unique(maintain_order=True)
    found = [
        (unit, given, scale, latin(given) if scale else unit, given if scale else unit)
        for unit, given in pairs.iter_rows()
        for scale in (scale_between(unit, given),)
    ]
    schema = {"unit": pl.String, "unit_delivered": pl.String, "scale": pl.Float64, "unit_en": pl.String}
    table = pl.DataFrame(found, schema=schema | {"unit_zh": pl.String}, orient="row")
    named = rows.join(table, on=["unit", "unit_delivered"], how="left", nulls_equal=True, maintain_order="left")
    return named.with_columns(pl.col("scale").fill_null(1.0))


def _marked(bad: pl.DataFrame, check: Check, *figures: str) -> pl.DataFrame:
    """Bad rows as warnings: text is the value, figures are columns the words name; all of them in the unit in which the
    value was delivered."""
    fresh = bad.filter("new")
    if fresh.is_empty():
        return no_faults()
    shown = _as_delivered(fresh).select(
        pl.col("sheet").alias(SHEET),
        pl.col("row").cast(pl.Int64).alias(ROW),
        pl.col("unit_en").alias("unit"),
        "unit_zh",
        "column",
        _shown(pl.col("value") * pl.col("scale")).alias("text"),
        *(_shown(pl.col(name) if name in _PURE else pl.col(name) * pl.col("scale")).alias(name) for name in figures),
    )
    parts = [
        told(part.drop("column"), str(check["id"]), _WORDS[str(check["method"])], column=column, header=column)
        for (column,), part in shown.with_columns(pl.col("column").fill_null("")).group_by(
            "column", maintain_order=True
        )
    ]
    return pl.concat([no_faults(), *parts])


def _chosen(dated: pl.DataFrame, check: Check) -> pl.DataFrame:
    return dated.filter(pl.col("measure").is_in(check["measures"])) if "measures" in check else dated


def _own_median(dated: pl.DataFrame, check: Check) -> pl.DataFrame:
    series = [*_SERIES, pl.col("month").is_null()]
    usual = pl.col("value").median().over(series)
    enough = pl.len().over(series) >= check["at_least"]
    seen = _chosen(dated, check).with_columns(usual=usual).filter(enough & (usual > 0) & (pl.col("value") > 0))
    far = seen.with_columns(times=pl.col("value") / pl.col("usual")).filter(
        (pl.col("times") >= check["ratio"]) | (pl.col("times") <= 1 / check["ratio"])
    )
    return _marked(far, check, "usual", "times")


def _upper_bound(dated: pl.DataFrame, check: Check) -> pl.DataFrame:
    bounds = check["per_month"]
    bound = pl.col("unit").replace_strict(list(bounds), list(bounds.values()), default=None, return_dtype=pl.Float64)
    months = pl.when(pl.col("month").is_null()).then(12.0).otherwise(1.0)
    bounded = _chosen(dated, check).with_columns(bound=bound * months)
    return _marked(bounded.filter(pl.col("value") > pl.col("bound")), check, "bound")


def _before(dated: pl.DataFrame, measure: str | None = None) -> pl.DataFrame:
    """The value of each series in the month before, under the month it is followed by."""
    held = dated if measure is None else dated.filter(pl.col("measure") == measure)
    keys = _SERIES if measure is None else ["subject_kind", "subject_id", "item"]
    return held.drop_nulls("month").select(*keys, month=pl.col("month") + 1, before="value")


def _month_jump(dated: pl.DataFrame, check: Check) -> pl.DataFrame:
    """A jump is told where it goes away from what is usual for the series, not where the next month comes back."""
    chosen = _chosen(dated, check).with_columns(usual=pl.col("value").median().over(_SERIES))
    pairs = chosen.join(_before(chosen), on=[*_SERIES, "month"]).filter((pl.col("before") > 0) & (pl.col("value") > 0))
    jumps = pairs.with_columns(times=pl.col("value") / pl.col("before")).filter(
        (pl.col("times") >= check["ratio"]) | (pl.col("times") <= 1 / check["ratio"])
    )
    off, was_off = ((pl.col(name) / pl.col("usual")).log().abs() for name in ("value", "before"))
    return _marked(jumps.filter(off >= was_off), check, "before", "times")


def _own_range(dated: pl.DataFrame, check: Check) -> pl.DataFrame:
    """A figure beyond least and most of the last periods before it by more than the check's factor."""
    series = [*_SERIES, pl.col("month").is_null()]
    most, few = int(check["periods"]), int(check["at_least"])
    past = _chosen(dated, check).sort("period", maintain_order=True)
    ranged = past.with_columns(
        low=pl.col("value").rolling_min(most, min_samples=few).shift(1).over(series),
        high=pl.col("value").rolling_max(most, min_samples=few).shift(1).over(series),
        count=pl.min_horizontal(pl.int_range(pl.len()).over(series), pl.lit(most)),
    ).filter(pl.col("high") > 0)
    above = pl.col("value") > pl.col("high") * check["factor"]
    below = pl.col("value") < pl.col("low") / check["factor"]
    return _marked(ranged.filter(above | below), check, "low", "high", "count")


@cache
def _possible() -> pl.DataFrame:
    """measure, item (the method), least, most of every datum of a method."""
    held = bounds(packaged_methods(), packaged_rulebook().items)
    rows = [(code, method, least, most) for (method, code), (least, most) in held.items()]
    text = dict.fromkeys(("measure", "item"), pl.String) | dict.fromkeys(("least", "most"), pl.Float64)
    return pl.DataFrame(rows, schema=text, orient="row")


def _of_methods(dated: pl.DataFrame, bound: str) -> pl.DataFrame:
    data = dated.filter(pl.col("new") & pl.col("measure").str.starts_with(STREAM))
    return data.join(_possible(), on=["measure", "item"]).with_columns(bound=pl.col(bound))


def _above_most(dated: pl.DataFrame, check: Check) -> pl.DataFrame:
    """A figure of a method that is more than it can be: a share above one."""
    data = _of_methods(dated, "most")
    return _marked(data.filter(pl.col("value") > pl.col("bound")), check, "bound")


def _below_least(dated: pl.DataFrame, check: Check) -> pl.DataFrame:
    data = _of_methods(dated, "least")
    return _marked(data.filter(pl.col("value") < pl.col("bound")), check, "bound")


def _streams(dated: pl.DataFrame) -> pl.DataFrame:
    """One row a subject, item and period with the energy streams side by side (null where not delivered)."""
    energy = dated.filter(pl.col("measure").str.starts_with("energy_"))
    wide = [
        pl.col("value").filter(pl.col("measure") == f"energy_{stream}").first().alias(stream) for stream in _STREAMS
    ]
    return energy.group_by(_POINT, maintain_order=True).agg(wide)


def _stock_balance(dated: pl.DataFrame, check: Check) -> pl.DataFrame:
    """Only where use and purchase were delivered and the two stocks both or neither: what an empty stream stands for is
    not known, so a finding asks for it instead of taking it as nothing."""
    wide = _streams(dated)
    stocks = pl.col("opening_stock").is_null() == pl.col("closing_stock").is_null()
    told_of = wide.filter(stocks & pl.col("bought").is_not_null() & pl.col("used").is_not_null())
    inflow = pl.sum_horizontal("opening_stock", "bought", "produced")
    outflow = pl.sum_horizontal("sold", "closing_stock")
    balance = told_of.with_columns(expected=inflow - outflow).select(*_POINT, "expected")
    used = dated.filter(pl.col("measure") == "energy_used").join(balance, on=_POINT)
    return _marked(used.filter(_apart(check, "value", "expected")), check, "expected")


def _stock_carry(dated: pl.DataFrame, check: Check) -> pl.DataFrame:
    opening = dated.filter(pl.col("measure") == "energy_opening_stock")
    keys = ["subject_kind", "subject_id", "item", "month"]
    pairs = opening.join(_before(dated, "energy_closing_stock"), on=keys)
    return _marked(pairs.filter(_apart(check, "value", "before")), check, "before")


def _feedstock(dated: pl.DataFrame, check: Check) -> pl.DataFrame:
    used = _streams(dated).select(*_POINT, "used")
    pairs = dated.filter(pl.col("measure") == "energy_feedstock").join(used, on=_POINT)
    above = pl.col("value") > pl.col("used") + check.get("least", 0.0)
    return _marked(pairs.filter(above), check, "used")


def _year_sum(dated: pl.DataFrame, check: Check) -> pl.DataFrame:
    chosen = _chosen(dated, check)
    monthly = chosen.drop_nulls("month").group_by(*_SERIES, "year", maintain_order=True)
    months = monthly.agg(months=pl.col("value").sum(), count=pl.len()).filter(pl.col("count") == 12)
    pairs = chosen.filter(pl.col("month").is_null()).join(months, on=[*_SERIES, "year"])
    return _marked(pairs.filter(_apart(check, "value", "months")), check, "months")


_METHODS: dict[str, Callable[[pl.DataFrame, Check], pl.DataFrame]] = {
    "own_median": _own_median,
    "upper_bound": _upper_bound,
    "month_jump": _month_jump,
    "own_range": _own_range,
    "above_most": _above_most,
    "below_least": _below_least,
    "stock_balance": _stock_balance,
    "stock_carry": _stock_carry,
    "feedstock": _feedstock,
    "year_sum": _year_sum,
}
