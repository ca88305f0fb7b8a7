"""Formulas over observations 指标算法: each gives value, status, coverage, inputs and, where there is none, the reason.

Results come back as RESULT: subject_kind, subject_id, period, value f64|null, status_rank, coverage, inputs list[str],
reason str|null (Chinese), in the unit of the indicator. Missing is never zero: a member that owes a measure and has not
delivered lowers the coverage, and below the dated minimum there is no value. One named exception, the part of a whole:
a member that reports the whole (crude steel) and has no row for the part (electric-furnace steel) has none of it.
Where one sum is divided by another, a member enters with both sides whole or not at all: eleven months of energy are
never set against twelve of value added. A total may stand on partial sums (试算); the reason then says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from dafeng.base.units import factor, known
from dafeng.evaluate.indicators import Formula, Indicator, Library, Term
from dafeng.evaluate.observations import industry_match

KEY = ["subject_kind", "subject_id", "period"]
_MEMBER = [*KEY, "enterprise_id"]
_CANONICAL = {"10^4 cny": "万元", "10^8 cny": "亿元", "10^4 tce": "万吨标准煤", "t_co2": "tCO2"}
_MYRIADS = {"万": 1e4, "亿": 1e8}
_HUNDRED = 100.0
_WHOLE = 1.0 - 1e-9


@dataclass(frozen=True)
class Book:
    """What formulas read: observations, members, the subjects and periods asked (KEY), and the library."""

    observed: pl.DataFrame
    members: pl.DataFrame
    asked: pl.DataFrame
    library: Library


def convert(value: float, unit: str, to: str) -> float:
    """A value in another unit; a unit and itself need no table. Raises BadRequest where the two do not convert."""
    if unit == to:
        return value
    (size, plain), (to_size, to_plain) = _without_myriad(unit), _without_myriad(to)
    return value * size / to_size * (1.0 if plain == to_plain else factor(plain, to_plain))


def _without_myriad(unit: str) -> tuple[float, str]:
    """万个, 万种: the count in front, where the unit is not known as a whole."""
    canonical = _CANONICAL.get(unit, unit)
    size = _MYRIADS.get(canonical[:1])
    return (size, canonical[1:]) if size and not known(canonical) else (1.0, canonical)


def looked_up(column: str, table: dict[str, float]) -> pl.Expr:
    """A number by the text in a column; the table holds every text that occurs."""
    return pl.col(column).replace_strict(table, return_dtype=pl.Float64) if table else pl.lit(None, pl.Float64)


def scale_of(rows: pl.DataFrame, to: str) -> pl.Expr:
    """What brings each row's unit to one unit. Raises BadRequest where a unit does not fit."""
    return looked_up("unit", {u: convert(1.0, u, to) for u in rows["unit"].unique().to_list()})


def minimum_coverage(rows: pl.DataFrame, library: Library) -> pl.Expr:
    """The least coverage with which a value stands, in force at the end of each row's year."""
    years = rows["period"].unique().to_list()
    return looked_up("period", {y: library.number("indicators.min_coverage", date(int(y), 12, 31)) for y in years})


def wanted_words(formula: Formula, library: Library) -> str:
    """The data a formula reads, in Chinese words."""
    if formula.products:
        return "产品产能、单位产品综合能耗"
    terms = [t for t in (formula.top, formula.bottom) if t]
    return "、".join(dict.fromkeys(library.measures[t.measure].zh for t in terms))


def _unit(term: Term, library: Library) -> str:
    """The unit in which a term is summed."""
    return term.unit or library.measures[term.measure].unit


def _rows(term: Term, book: Book) -> pl.DataFrame:
    """Observations of a term, converted to the measure's canonical unit."""
    rows = book.observed.filter((pl.col("of") == term.of) & (pl.col("measure") == term.measure))
    items = book.library.items(term.items)
    if items:
        rows = rows.filter(pl.col("item").is_in(items))
    to = _unit(term, book.library)
    return rows.with_columns(pl.col("value") * scale_of(rows, to))


def _whole(column: str = "value") -> pl.Expr:
    """A sum that skips nothing: missing where any part is missing."""
    return pl.when(pl.col(column).is_not_null().all()).then(pl.col(column).sum()).alias(column)


def term_by_member(term: Term, book: Book) -> pl.DataFrame:
    """KEY, enterprise_id, value (items summed, missing if one is), status_rank, coverage, ids."""
    who = book.members.filter(industry_match(book.library.industries(term.industries)))
    if term.above_scale:
        who = who.filter(pl.col("above_scale"))
    rows = _rows(term, book).filter(pl.col("subject_kind") == "enterprise")
    joined = who.join(rows.drop("subject_kind").rename({"subject_id": "enterprise_id"}), on=["enterprise_id", "period"])
    return joined.group_by(_MEMBER).agg(
        _whole(),
        pl.col("status_rank").max(),
        pl.col("coverage").min(),
        pl.col("ids").explode().drop_nulls().sort().alias("ids"),
    )


def _expected(formula: Formula, book: Book, delivered: list[pl.DataFrame]) -> pl.DataFrame:
    """Members that owe the data: all in scope that work where everyone owes it, and those that delivered any of it."""
    top = formula.top
    assert top is not None
    given = pl.concat([d.select(_MEMBER) for d in delivered], how="vertical").unique()
    if not all(book.library.measures[t.measure].everyone for t in (top, formula.bottom) if t):
        return given
    term = formula.bottom if formula.op == "share" and formula.bottom else top
    who = book.members.filter(industry_match(book.library.industries(term.industries)))
    if term.above_scale:
        who = who.filter(pl.col("above_scale").fill_null(value=True))
    working = who.filter(~pl.col("idle")).select(_MEMBER)
    return pl.concat([working, given.join(working, on=_MEMBER, how="anti")], how="vertical")


def of_subject(indicator: Indicator, formula: Formula, book: Book) -> pl.DataFrame:
    """The subject's own rows: a published total, or the ratio of two of them."""
    assert formula.top is not None
    top = _subject_sum(formula.top, book)
    scale = _scale(indicator, formula, book.library)
    if formula.bottom is None:
        return _with_reason(top.with_columns(pl.col("value") * scale, pl.col("ids").alias("inputs")), formula, book)
    both = top.join(_subject_sum(formula.bottom, book), on=KEY, suffix="_b").with_columns(
        pl.when(pl.col("value_b") > 0).then(pl.col("value") / pl.col("value_b") * scale).alias("value"),
        pl.max_horizontal("status_rank", "status_rank_b").alias("status_rank"),
        pl.min_horizontal("coverage", "coverage_b").alias("coverage"),
        pl.concat_list("ids", "ids_b").alias("inputs"),
    )
    return _with_reason(both, formula, book)


def _subject_sum(term: Term, book: Book) -> pl.DataFrame:
    rows = _rows(term, book).join(book.asked, on=KEY, how="semi")
    return rows.group_by(KEY).agg(
        _whole(),
        pl.col("status_rank").max(),
        pl.col("coverage").min(),
        pl.col("ids").explode().drop_nulls().sort().alias("ids"),
    )


def of_members(indicator: Indicator, formula: Formula, book: Book) -> pl.DataFrame:
    assert formula.top is not None
    top = term_by_member(formula.top, book)
    bottom = term_by_member(formula.bottom, book) if formula.bottom else None
    delivered = [f for f in (top, bottom) if f is not None]
    if formula.op == "count":
        return _count(formula.top, top, book)
    expected = _expected(formula, book, delivered if not _is_part(formula) else delivered[1:])
    rows = _joined(formula, expected, top, bottom)
    return _with_reason(_reduced(indicator, formula, rows, book.library), formula, book)


def _is_part(formula: Formula) -> bool:
    """A share whose top is a part of the bottom (not demanded of every member)."""
    return formula.op == "share" and not formula.pair


def _joined(formula: Formula, expected: pl.DataFrame, top: pl.DataFrame, bottom: pl.DataFrame | None) -> pl.DataFrame:
    """One row per member owing data: top, bottom, used (both known and whole), worst status, least coverage, ids."""
    rows = expected.join(top.with_columns(pl.lit(value=True).alias("has_top")), on=_MEMBER, how="left")
    if bottom is None:
        return rows.with_columns(
            pl.lit(1.0).alias("bottom"), pl.col("value").is_not_null().alias("used"), pl.col("value").alias("top")
        )
    rows = rows.join(bottom, on=_MEMBER, how="left", suffix="_b")
    part = pl.col("value")
    if _is_part(formula):
        part = pl.when(pl.col("has_top").is_null()).then(0.0).otherwise(pl.col("value"))
    whole = pl.min_horizontal("coverage", "coverage_b") >= _WHOLE
    return rows.with_columns(
        part.alias("top"),
        pl.col("value_b").alias("bottom"),
        (part.is_not_null() & pl.col("value_b").is_not_null() & whole).fill_null(value=False).alias("used"),
        pl.max_horizontal("status_rank", "status_rank_b").alias("status_rank"),
        pl.min_horizontal("coverage", "coverage_b").alias("coverage"),
        pl.concat_list(pl.col("ids").fill_null([]), pl.col("ids_b").fill_null([])).alias("ids"),
    )


def _reduced(indicator: Indicator, formula: Formula, rows: pl.DataFrame, library: Library) -> pl.DataFrame:
    used = pl.col("used")
    top, bottom = pl.col("top").filter(used).sum(), pl.col("bottom").filter(used).sum()
    scale = _scale(indicator, formula, library)
    value = {
        "value": top * scale,
        "ratio": top / bottom * scale,
        "share": top / bottom * scale,
        "reuse": top / (top + bottom) * _HUNDRED,
        "weighted_mean": (pl.col("top") * pl.col("bottom")).filter(used).sum() / bottom * scale,
    }[formula.op]
    sound = (used.sum() > 0) if formula.op == "value" else (used.sum() > 0) & (bottom > 0)
    return rows.group_by(KEY).agg(
        pl.when(sound).then(value).alias("value"),
        pl.col("status_rank").filter(used).max(),
        _coverage(formula).alias("coverage"),
        pl.col("ids").filter(used).explode().drop_nulls().unique().sort().alias("inputs"),
        (pl.len() - used.sum()).alias("absent"),
        (used & (pl.col("coverage") < _WHOLE)).sum().alias("partial"),
        pl.len().alias("owing"),
    )


def _coverage(formula: Formula) -> pl.Expr:
    """The least of: the share of members used (each with its own coverage), and the used share of what is known of
    either side, so that one large works left out counts for what it weighs."""
    used = pl.col("used")
    shares = [pl.col("coverage").filter(used).sum() / pl.len()]
    for side in ("top", "bottom") if formula.bottom is not None else ():
        known = pl.col(side).abs().sum()
        shares.append(pl.when(known > 0).then(pl.col(side).abs().filter(used).sum() / known).otherwise(1.0))
    return pl.min_horizontal(shares)


def _count(term: Term, top: pl.DataFrame, book: Book) -> pl.DataFrame:
    """Distinct members on a list. Where the year's list exists at all, a subject without a member has none of them."""
    listed = top.filter(pl.col("value") > 0)
    years = _rows(term, book).select("period").unique()
    counted = listed.group_by(KEY).agg(
        pl.col("enterprise_id").n_unique().cast(pl.Float64).alias("value"),
        pl.col("status_rank").max(),
        pl.col("ids").explode().drop_nulls().unique().sort().alias("inputs"),
    )
    worst_listed = listed["status_rank"].max() if listed.height else 0
    return (
        book.asked.join(years, on="period", how="semi")
        .join(counted, on=KEY, how="left")
        .with_columns(
            pl.col("value").fill_null(0.0),
            pl.col("status_rank").fill_null(worst_listed),
            pl.lit(1.0).alias("coverage"),
            pl.col("inputs").fill_null([]),
            pl.lit(None, pl.String).alias("reason"),
        )
    )


def _scale(indicator: Indicator, formula: Formula, library: Library) -> float:
    """From the units of the measures to the unit of the indicator."""
    assert formula.top is not None
    unit = _unit(formula.top, library)
    if formula.bottom is not None and formula.op != "weighted_mean":
        unit = f"{unit}/{_unit(formula.bottom, library)}"
    return convert(1.0, unit, indicator.unit)


def _with_reason(rows: pl.DataFrame, formula: Formula, book: Book) -> pl.DataFrame:
    """Below the minimum coverage, and for a total with a member missing, there is no value; the reason says why."""
    rows = rows.sort(KEY)
    for column in ("absent", "partial", "owing"):
        if column not in rows.columns:
            rows = rows.with_columns(pl.lit(0, pl.UInt32).alias(column))
    thin = pl.col("coverage") < minimum_coverage(rows, book.library)
    total_short = (pl.col("absent") > 0) if formula.op == "value" else pl.lit(value=False)
    percent = (pl.col("coverage") * _HUNDRED).round(1).cast(pl.String)
    words = wanted_words(formula, book.library)
    covered = pl.concat_str(pl.lit("覆盖率"), percent, pl.lit("%"))
    absent = pl.concat_str(pl.col("absent"), pl.lit("家(共"), pl.col("owing"), pl.lit("家)缺数或数据不全"))
    some = pl.concat_str(pl.col("partial"), pl.lit("家(共"), pl.col("owing"), pl.lit("家)数据不全,"))
    reason = (
        pl.when(pl.col("value").is_null() & (pl.col("absent") == 0))
        .then(pl.lit(f"缺少数据:{words}(已报为空或分母不为正)"))
        .when(total_short)
        .then(pl.concat_str(absent, pl.lit(f",合计不能给出({words})")))
        .when(thin)
        .then(pl.concat_str(covered, pl.lit(",低于最低要求;"), absent, pl.lit(f"({words})")))
        .when(pl.col("absent") > 0)
        .then(pl.concat_str(absent, pl.lit(",按数据齐全的企业计算,"), covered))
        .when(pl.col("coverage") < _WHOLE)
        .then(
            pl.concat_str(
                pl.when(pl.col("partial") > 0).then(some).otherwise(pl.lit("")), pl.lit("按已报部分合计,"), covered
            )
        )
    )
    return rows.with_columns(
        reason.alias("reason"), pl.when(thin | total_short).then(None).otherwise(pl.col("value")).alias("value")
    )
