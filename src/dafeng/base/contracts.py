"""Checking a table against its contract 数据校验: good rows, all problems, rejected rows; nothing lost.

Every cell is read as text first (what a person typed), so a frame of ours and a sheet from outside go the same way.
Work is done column by column with expressions; Python runs once for each different text, never for each row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from dafeng.base import cells
from dafeng.base.codes import uscc_fault
from dafeng.base.columns import DTYPES, QUALITIES, CodeList, Col, Contract, code_list
from dafeng.base.errors import BadRequest
from dafeng.base.fault_words import WORDS
from dafeng.base.faults import (
    FAULT_SCHEMA,
    ROW,
    SHEET,
    Parsed,
    Words,
    all_faults,
    no_faults,
    problems,
    told,
    told_once,
)
from dafeng.base.units import known

__all__ = [
    "DTYPES",
    "FAULT_SCHEMA",
    "QUALITIES",
    "ROW",
    "SHEET",
    "CodeList",
    "Col",
    "Contract",
    "Parsed",
    "Words",
    "all_faults",
    "check",
    "code_list",
    "no_faults",
    "placed",
    "problems",
    "told",
    "told_once",
]

_OWN_ID = re.compile(r"E-[0-9A-Za-z_-]{1,60}")
_LONGEST = 2000  # characters in one text cell
_MOST_SUGGESTIONS = 200  # different unknown codes of one column for which the nearest is looked up


@dataclass(frozen=True)
class _Column:
    """One column read: its typed values and what was found."""

    values: pl.Series
    faults: tuple[pl.DataFrame, ...]


def placed(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with place columns: _sheet (null where there is none) and _row (counted from 1)."""
    lacking = []
    if SHEET not in frame.columns:
        lacking.append(pl.lit(None, pl.String).alias(SHEET))
    if ROW not in frame.columns:
        lacking.append(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW))
    return frame.with_columns(lacking)


def check(
    frame: pl.DataFrame, contract: Contract, codelists: Mapping[str, CodeList] | None = None, *, source: str = ""
) -> Parsed:
    """Check every cell, row and key of a table.

    frame      columns by the contract's names, as text or typed; _sheet and _row where the place is known
    codelists  name → code list, for the columns that name one
    Returns Parsed: rows typed by the contract (codes for names, period codes for dates), all faults, rejected rows.
    Raises BadRequest where the contract names a code list that was not given.
    """
    raw = placed(frame)
    found = [_column_faults(raw, contract)]
    typed: dict[str, pl.Series] = {}
    for name, col in contract.columns.items():
        if name not in raw.columns:
            typed[name] = pl.Series(name, [None] * len(raw), dtype=col.dtype)
            continue
        column = _read(raw, name, col, codelists or {})
        typed[name] = column.values
        found += column.faults
    rows = raw.select(SHEET, ROW).with_columns(typed.values())
    found += [_one_of_faults(rows, contract), *_key_faults(rows, contract)]
    return _parted(raw, rows, all_faults(found), contract, source)


def _parted(raw: pl.DataFrame, rows: pl.DataFrame, faults: pl.DataFrame, contract: Contract, source: str) -> Parsed:
    if set(contract.required) - set(raw.columns):
        return Parsed(rows.clear(), faults, raw, source)
    bad = faults.filter((pl.col("severity") == "error") & pl.col("row").is_not_null()).select("sheet", "row").unique()
    marked = raw.select(SHEET, ROW).join(
        bad.with_columns(pl.lit(True).alias("bad")),
        left_on=[SHEET, ROW], right_on=["sheet", "row"], how="left", nulls_equal=True, maintain_order="left",
    )["bad"].fill_null(False)  # fmt: skip
    return Parsed(rows.filter(~marked), faults, raw.filter(marked), source)


# -- one column ------------------------------------------------------------------------------------------------------


def _read(raw: pl.DataFrame, name: str, col: Col, codelists: Mapping[str, CodeList]) -> _Column:
    place = raw.select(SHEET, ROW, text=pl.col(name).cast(pl.String))
    if col.type is str and not (col.form or col.codes or col.choices):
        return _free_text(place, name, col)
    read = place.with_columns(plain=cells.plain_text(pl.col("text")))
    stated = read.select(pl.when(cells.missing_reason(pl.col("plain")).is_null()).then(pl.col("plain"))).to_series()
    reading = _READERS[_reader_of(col)](stated, col, codelists)
    values = reading.values.alias(name)
    wrong = stated.is_not_null() & values.is_null()
    faults = []
    if wrong.any():
        bad = place.with_columns(reading.why).filter(wrong)
        faults += [_telling(bad, kind, name, col) for kind in reading.kinds]
    if not col.missing and stated.null_count():
        faults.append(told(place.filter(stated.is_null()), "missing_value", WORDS["missing_value"], **_of(name, col)))
    faults += _bounds(place, values, name, col)
    return _Column(values, tuple(faults))


def _of(name: str, col: Col) -> dict[str, str]:
    return {"column": name, "header": col.zh}


def _telling(bad: pl.DataFrame, kind: str, name: str, col: Col) -> pl.DataFrame:
    rows = bad.filter(pl.col("kind") == kind) if "kind" in bad.columns else bad
    return told(rows.drop("kind", strict=False), kind, WORDS[kind], **_of(name, col))


def _free_text(place: pl.DataFrame, name: str, col: Col) -> _Column:
    trimmed = place["text"].str.strip_chars()
    values = place.select(pl.when(trimmed != "").then(trimmed).alias(name)).to_series()
    found = []
    if (long := trimmed.str.len_chars() > _LONGEST).any():
        found.append(told(place.filter(long), "too_long", WORDS["too_long"], **_of(name, col)))
    if not col.missing and values.null_count():
        found.append(told(place.filter(values.is_null()), "missing_value", WORDS["missing_value"], **_of(name, col)))
    return _Column(values, tuple(found))


def _bounds(place: pl.DataFrame, values: pl.Series, name: str, col: Col) -> list[pl.DataFrame]:
    found = []
    for kind, bound in (("below", col.ge), ("above", col.le)):
        outside = None if bound is None else values < bound if kind == "below" else values > bound
        if outside is not None and outside.any():
            bad = place.filter(outside).with_columns(bound=pl.lit(f"{bound:g}"))
            found.append(told(bad, kind, WORDS[kind], **_of(name, col)))
    return found


# -- readers: text → values, and why where a text cannot be read -------------------------------------------------------


@dataclass(frozen=True)
class _Reading:
    """Values (null where a text could not be read), the kinds of fault this can be, and columns the words need."""

    values: pl.Series
    kinds: tuple[str, ...]
    why: tuple[pl.Series, ...] = ()


_Reader = Callable[[pl.Series, Col, Mapping[str, CodeList]], _Reading]


def _reader_of(col: Col) -> str:
    if col.codes:
        return "codes"
    if col.choices:
        return "choices"
    if col.form:
        return col.form
    if col.type.__name__ not in _READERS:
        raise BadRequest(
            f"a delivered table cannot have a column of type {col.type.__name__}",
            mend="Use str, float, int, bool or date.",
        )
    return col.type.__name__


def _numbers(text: pl.Series, col: Col) -> pl.Series:
    percent = {"%": 1.0, "1": 0.01}.get(col.unit or "")
    return text.to_frame("text").select(cells.number(pl.col("text"), percent=percent)).to_series()


def _float(text: pl.Series, col: Col, _: Mapping[str, CodeList]) -> _Reading:
    return _Reading(_numbers(text, col), ("not_a_number",))


def _int(text: pl.Series, col: Col, _: Mapping[str, CodeList]) -> _Reading:
    value = _numbers(text, col)
    whole = (value == value.round(0)) & (value.abs() < 2**53)
    return _Reading(
        value.to_frame("v").select(pl.when(whole).then(pl.col("v"))).to_series().cast(col.dtype), ("not_an_integer",)
    )


def _bool(text: pl.Series, col: Col, _: Mapping[str, CodeList]) -> _Reading:
    return _Reading(cells.each_text(text, cells.yes_no, pl.Boolean()), ("not_yes_no",))


def _date(text: pl.Series, col: Col, _: Mapping[str, CodeList]) -> _Reading:
    return _Reading(cells.each_text(text, cells.day, pl.Date()), ("not_a_day",))


def _period(text: pl.Series, col: Col, _: Mapping[str, CodeList]) -> _Reading:
    return _Reading(cells.each_text(text, cells.period, pl.String()), ("not_a_period",))


def _year_month(text: pl.Series, col: Col, _: Mapping[str, CodeList]) -> _Reading:
    code = cells.each_text(text, cells.period, pl.String())
    plain = code.str.contains(r"^\d{4}(-\d{2})?$")
    return _Reading(pl.select(pl.when(plain).then(code)).to_series(), ("not_a_year_or_month",))


def _unit(text: pl.Series, col: Col, _: Mapping[str, CodeList]) -> _Reading:
    return _Reading(cells.each_text(text, lambda t: t if known(t) else None, pl.String()), ("unknown_unit",))


def _uscc_fault_zh(code: str) -> str:
    fault = uscc_fault(code) or ""
    if "characters, not 18" in fault:
        return f"有{len(code)}位，应为18位"
    return "校验码不符" if "check character" in fault else "含有不允许的字符"


def _uscc(text: pl.Series, col: Col, _: Mapping[str, CodeList]) -> _Reading:
    upper = text.str.to_uppercase()
    why = cells.each_text(upper, uscc_fault, pl.String())
    why_zh = cells.each_text(upper, _uscc_fault_zh, pl.String())
    values = pl.select(pl.when(why.is_null()).then(upper)).to_series()
    return _Reading(values, ("bad_uscc",), (why.alias("why"), why_zh.alias("why_zh")))


def _enterprise_id(text: pl.Series, col: Col, codelists: Mapping[str, CodeList]) -> _Reading:
    own = cells.each_text(text, lambda t: t if _OWN_ID.fullmatch(t) else None, pl.String())
    codes = _uscc(pl.select(pl.when(own.is_null()).then(text)).to_series(), col, codelists)
    values = pl.select(pl.coalesce(own, pl.lit("E-") + codes.values)).to_series()
    return _Reading(values, codes.kinds, codes.why)


def _choices(text: pl.Series, col: Col, _: Mapping[str, CodeList]) -> _Reading:
    choices = col.choices or {}
    meaning = {cells.plain(t).lower(): code for code, zh in choices.items() for t in (zh, code)}
    values = cells.each_text(text.str.to_lowercase(), meaning.get, pl.String())
    allowed = pl.Series("allowed", ["、".join(choices.values())], dtype=pl.String).new_from_index(0, len(text))
    return _Reading(values, ("unknown_choice",), (allowed,))


_OWN_CODE = re.compile(r" \([a-z][a-z0-9_]*\)$")


def _name_alone(suggested: str | None) -> str:
    """A suggestion 燃料油 (fuel_oil) without its code, where that is a word of ours and not a number of a standard."""
    return _OWN_CODE.sub("", suggested or "")


def _codes(text: pl.Series, col: Col, codelists: Mapping[str, CodeList]) -> _Reading:
    known_codes = codelists.get(col.codes or "")
    if known_codes is None:
        raise BadRequest(f"the code list {col.codes} was not given", mend=f"Pass codelists={{'{col.codes}': …}}.")
    values = cells.each_text(text, known_codes.resolve, pl.String())
    unread = text.filter(values.is_null()).drop_nulls().unique()
    if unread.is_empty():
        return _Reading(values, ())
    several = cells.each_text(text, lambda t: "、".join(known_codes.candidates(t)[:6]) or None, pl.String())
    near = {t: known_codes.nearest(t) for t in unread.sort().head(_MOST_SUGGESTIONS).to_list()}
    maybe = cells.each_text(text, lambda t: f"; did you mean {near[t]}?" if near.get(t) else None, pl.String())
    alone = {t: _name_alone(found) for t, found in near.items()}
    maybe_zh = cells.each_text(text, lambda t: f"，是否为 {alone[t]}？" if alone.get(t) else None, pl.String())
    kind = pl.select(
        pl.when(several.is_null()).then(pl.lit("unknown_code")).otherwise(pl.lit("ambiguous_code"))
    ).to_series()
    listed = pl.Series("list", [known_codes.zh]).new_from_index(0, len(text))
    listed_en = pl.Series("list_en", [known_codes.name.replace("_", " ")]).new_from_index(0, len(text))
    suggested = (several.alias("several"), maybe.alias("maybe"), maybe_zh.alias("maybe_zh"))
    why = (*suggested, kind.alias("kind"), listed, listed_en)
    return _Reading(values, ("unknown_code", "ambiguous_code"), why)


_READERS: dict[str, _Reader] = {
    "float": _float,
    "int": _int,
    "bool": _bool,
    "date": _date,
    "period": _period,
    "year_month": _year_month,
    "unit": _unit,
    "uscc": _uscc,
    "enterprise_id": _enterprise_id,
    "choices": _choices,
    "codes": _codes,
}


# -- whole table -----------------------------------------------------------------------------------------------------


def _column_faults(raw: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    lacking = [
        told_once("missing_column", WORDS["missing_column"], column=name, header=contract.columns[name].zh)
        for name in contract.required
        if name not in raw.columns
    ]
    strange = [
        told_once("unknown_column", WORDS["unknown_column"], column=name, header=name)
        for name in raw.columns
        if name not in contract.columns and not name.startswith("_")
    ]
    return pl.concat([no_faults(), *lacking, *strange])


def _one_of_faults(rows: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    found = [no_faults()]
    for group in contract.one_of:
        headers = "、".join(contract.columns[name].zh for name in group)
        bare = rows.filter(pl.all_horizontal(pl.col(name).is_null() for name in group))
        found.append(told(bare, "one_of", WORDS["one_of"], column=group[0], header=headers))
    return pl.concat(found)


def _key_faults(rows: pl.DataFrame, contract: Contract) -> list[pl.DataFrame]:
    """Rows that repeat another (the first stays) and rows that give the same key with other figures (none stays)."""
    if not contract.key:
        return []
    key = list(contract.key)
    owed = [name for name in key if not contract.columns[name].missing]
    held = rows.drop_nulls(owed) if owed else rows.filter(pl.any_horizontal(pl.col(key).is_not_null()))
    shared = held.filter(pl.struct(key).is_duplicated())
    if shared.is_empty():
        return []
    whole = pl.struct(list(contract.columns))
    marked = shared.with_columns(repeats=~whole.is_first_distinct(), first=pl.col(ROW).first().over(key))
    header = "、".join(contract.columns[name].zh for name in key)
    repeated = marked.filter("repeats").with_columns(text=pl.lit(None, pl.String))
    rest = marked.filter(~pl.col("repeats")).with_columns(count=pl.len().over(key), text=pl.lit(None, pl.String))
    clashing = rest.filter(pl.col("count") > 1)
    return [
        told(repeated, "repeated_row", WORDS["repeated_row"], column=key[0], header=header),
        told(clashing, "duplicate_key", WORDS["duplicate_key"], column=key[0], header=header),
    ]
