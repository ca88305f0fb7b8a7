"""Figures side by side 数据并列: the given rows of one stream as a table with a column for each input.

Text is compared by number: every different subject, period and item gets one, so that a hundred thousand works are put
together, converted and checked by arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from dafeng.base.errors import BadRequest
from dafeng.base.provenance import STATUSES
from dafeng.rules.methods import InputForm, StreamForm, most_of

KEY = ("subject_id", "scope", "period", "item")
CONTEXT = ("item", "period", "scope")
_Ints = npt.NDArray[np.int64]
_MOST_DIRECT = 20_000_000  # codes up to which a table of all of them is the quickest way
_RANK = {s: i for i, s in enumerate(STATUSES)}


@dataclass(frozen=True, slots=True)
class Table:
    """frame: KEY, and of each input given its value (its own name), ``<input>_rank`` (how sure), where asked for
    ``<input>_from``, and ``<input>_open`` where it was stated to be missing in some row; ``note``. contexts: the
    different CONTEXT as text; context: which of them each row has."""

    frame: pl.DataFrame
    contexts: pl.DataFrame
    context: pl.Series

    def with_frame(self, frame: pl.DataFrame) -> Table:
        return Table(frame, self.contexts, self.context)

    def by_item(self, values: Mapping[str, float]) -> pl.Series:
        """A number by item, row by row."""
        held = [values[i] for i in self.contexts["item"]]
        return pl.Series(held, dtype=pl.Float64).gather(self.context)


def side_by_side(
    rows: pl.DataFrame, form: StreamForm, scale: Callable[[str, str, str], float], *, origins: bool,
    units: Mapping[tuple[str, str], str] | None = None,
) -> Table:  # fmt: skip
    """The rows of one stream. scale(input, item, unit) → how many of the input's unit one given unit is; units: that of
    each input and item.

    Raises BadRequest for a figure given twice.
    """
    coded = {name: _dense(rows[name]) for name in (*KEY, "input", "unit", "status")}
    key = np.zeros(rows.height, dtype=np.int64)
    for name in KEY:
        key = _joined(key, coded[name])
    values = _scaled(rows["value"], coded, scale)
    ranks = pl.Series([_RANK.get(s or "", 0) for s in coded["status"][1]], dtype=pl.UInt8).gather(coded["status"][0])
    there = [(n, code) for code, n in enumerate(coded["input"][1]) if n is not None]
    parts = [_part(rows, name, coded["input"][0] == code, key, values, ranks, origins) for name, code in there]
    first = parts[0] if len(parts) == 1 else _united(key, parts)
    places = first["row"].to_numpy()
    frame = pl.concat([rows.select(KEY)[places], first.drop("key", "row")], how="horizontal")
    context, contexts = _contexts({n: (coded[n][0][places], coded[n][1]) for n in CONTEXT})
    return Table(_within(frame, form, units or {}), contexts, context)


def _dense(series: pl.Series) -> tuple[_Ints, list[str | None]]:
    """Small numbers from 0, and the texts they stand for."""
    held = series if series.dtype == pl.Categorical else series.cast(pl.Categorical)
    physical = held.to_physical()
    known = physical.drop_nulls().to_numpy()
    if not len(known) or (len(known) == physical.len() and known.min() == known.max()):  # one text: no memory for it
        return np.broadcast_to(np.int64(0), physical.len()), held.head(1).cast(pl.String).to_list()
    null = int(known.max()) + 1
    numbers = physical.cast(pl.Int64).fill_null(null).to_numpy()
    seen = np.zeros(null + 1, dtype=bool)
    seen[numbers] = True
    different = np.flatnonzero(seen)
    code = np.zeros(null + 1, dtype=np.int64)
    code[different] = np.arange(len(different))
    words: list[str | None] = (
        pl.Series(different[different < null], dtype=pl.UInt32).cat.to(held.dtype).cast(pl.String).to_list()
    )
    return code.take(numbers), words + [None] * (len(different) - len(words))


def _joined(code: _Ints, more: tuple[_Ints, list[str | None]]) -> _Ints:
    """One number for a number and what comes beside it."""
    return code if len(more[1]) < 2 else code * len(more[1]) + more[0]


def _scaled(
    values: pl.Series, coded: Mapping[str, tuple[_Ints, list[str | None]]], scale: Callable[[str, str, str], float]
) -> pl.Series:
    """The values in the units of their inputs."""
    names = ("input", "item", "unit")
    code = np.zeros(len(values), dtype=np.int64)
    for name in names:
        code = _joined(code, coded[name])
    different, rows = _numbered(code)
    scales = []
    for one in different.tolist():
        texts = []
        for name in reversed(names):
            one, at = divmod(one, max(len(coded[name][1]), 1))
            texts.append(coded[name][1][at] or "")
        scales.append(scale(*reversed(texts)))
    if all(s == 1.0 for s in scales):
        return values
    return values * pl.Series(np.take(scales, rows))


def _part(
    rows: pl.DataFrame,
    name: str,
    mine: npt.NDArray[np.bool_],
    key: _Ints,
    values: pl.Series,
    ranks: pl.Series,
    origins: bool,
) -> pl.DataFrame:
    """key, row, and value, rank, origin of one input."""
    whole = bool(mine.all())
    at = np.arange(rows.height) if whole else np.flatnonzero(mine)
    own = key if whole else key[at]
    _refuse_twice(rows, name, own, at)
    value, rank = (values, ranks) if whole else (values[at], ranks[at])
    data: dict[str, object] = {"key": own, "row": at, name: value, f"{name}_rank": rank}
    if value.null_count():
        data[f"{name}_open"] = value.is_null()
    if origins:
        data[f"{name}_from"] = rows["evidence"].cast(pl.String)[at]
    return pl.DataFrame(data)


def _refuse_twice(rows: pl.DataFrame, name: str, key: _Ints, at: _Ints) -> None:
    if len(key) < 2 or bool(np.all(key[1:] > key[:-1])) or pl.Series(key).n_unique() == len(key):
        return
    twice = int(np.flatnonzero(pl.Series(key).is_duplicated().to_numpy())[0])
    row = rows.row(int(at[twice]), named=True)
    raise BadRequest(
        f"{name} of {row['item'] or 'the stream'} is given twice for {row['period']}",
        where=row["subject_id"], mend="Give each figure once.",
        zh=f"{row['period']}的{name}（{row['item'] or row['stream']}）重复", mend_zh="每个数据只填一次。",
    )  # fmt: skip


def _united(key: _Ints, parts: list[pl.DataFrame]) -> pl.DataFrame:
    """All keys in order of appearance with the columns of every part."""
    held = pl.DataFrame({"key": key, "row": np.arange(len(key))}).unique("key", keep="first", maintain_order=True)
    for part in parts:
        held = held.join(part.drop("row"), on="key", how="left", maintain_order="left")
    return held


def _contexts(coded: Mapping[str, tuple[_Ints, list[str | None]]]) -> tuple[pl.Series, pl.DataFrame]:
    """Which context each row has, and the different ones."""
    code = np.zeros(len(next(iter(coded.values()))[0]), dtype=np.int64)
    for name in CONTEXT:
        code = _joined(code, coded[name])
    numbers, rows = _numbered(code)
    texts: dict[str, list[str | None]] = {}
    for name in reversed(CONTEXT):
        numbers, at = np.divmod(numbers, max(len(coded[name][1]), 1))
        texts[name] = [coded[name][1][i] for i in at]
    table = pl.DataFrame({n: texts[n] for n in CONTEXT}, schema=dict.fromkeys(CONTEXT, pl.String))
    return pl.Series(rows.astype(np.uint32)), table


def _numbered(code: _Ints) -> tuple[_Ints, _Ints]:
    """The different codes in order, and for each row which of them it has."""
    top = int(code.max(initial=0)) + 1
    if top > _MOST_DIRECT:
        different, rows = np.unique(code, return_inverse=True)
        return different, rows
    seen = np.zeros(top, dtype=bool)
    seen[code] = True
    different = np.flatnonzero(seen)
    place = np.zeros(top, dtype=np.int64)
    place[different] = np.arange(len(different))
    return different, place[code]


def _within(frame: pl.DataFrame, form: StreamForm, units: Mapping[tuple[str, str], str]) -> pl.DataFrame:
    """Figures outside what an input can be (or not finite) are no figures; ``note`` says so."""
    most = {n: _most(n, form.inputs[n], units) for n in form.inputs if n in frame.columns}
    bad = {n: frame.select(_outside(n, form.inputs[n], most[n]))[n] for n in most}
    found = [n for n, outside in bad.items() if outside.any()]
    if not found:
        return frame.with_columns(note=pl.lit(None, pl.String))
    words = [pl.when(bad[n]).then(_band(form.inputs[n], most[n])) for n in found]
    said = pl.concat_str(words, separator="；", ignore_nulls=True)
    noted = frame.with_columns(note=pl.when(said != "").then(said))
    return noted.with_columns(pl.when(~bad[n]).then(n).alias(n) for n in found)


def _most(name: str, inp: InputForm, units: Mapping[tuple[str, str], str]) -> dict[str, float | None]:
    """By item what the input can be at most; of no item ("") where it is the same for all."""
    own = {item: most_of(inp, unit) for (input, item), unit in units.items() if input == name}
    held = set(own.values()) or {inp.most}
    return {"": held.pop()} if len(held) == 1 else own


def _outside(name: str, inp: InputForm, most: Mapping[str, float | None]) -> pl.Expr:
    value = pl.col(name)
    good = value.is_finite()
    if inp.least is not None:
        good &= value >= inp.least
    for top in {m for m in most.values() if m is not None}:
        others = [i for i, m in most.items() if m != top]
        good &= (value <= top) | pl.col("item").cast(pl.String).is_in(others) if others else value <= top
    return (~good).fill_null(value=False).alias(name)


def _band(inp: InputForm, most: Mapping[str, float | None]) -> pl.Expr:
    def said(top: float | None) -> pl.Expr:
        low, high = ("" if v is None else f"{v:g}" for v in (inp.least, top))
        return pl.lit(f"{inp.name.zh}超出可能范围（{low}~{high}），不采用")

    if len(most) == 1:
        return said(most[""])
    item = pl.col("item").cast(pl.String)
    return pl.coalesce(
        pl.when(item.is_in([i for i, m in most.items() if m == top])).then(said(top)) for top in set(most.values())
    )
