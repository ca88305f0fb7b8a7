"""What a frame that crosses a room looks like: columns, contracts and code lists 列、约定、代码表.

Written once; the check at the border, the import template, the data dictionary and the test strategies are made of it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Literal

import polars as pl

from dafeng.base.cells import plain
from dafeng.base.errors import BadRequest

Form = Literal["period", "year_month", "uscc", "enterprise_id", "unit"]
DTYPES: dict[type, pl.DataType] = {
    str: pl.String(),
    float: pl.Float64(),
    int: pl.Int64(),
    bool: pl.Boolean(),
    date: pl.Date(),
    datetime: pl.Datetime("us", "UTC"),
    list: pl.List(pl.String()),
}
QUALITIES: dict[str, str] = {
    "measured": "实测",
    "calculated": "计算",
    "default": "缺省值",
    "estimated": "估算",
    "manual": "人工填报",
}
_SUGGESTIONS_FROM = 4000  # a code list longer than this is searched among texts with the same first character


@dataclass(frozen=True, slots=True)
class Col:
    """One column.

    type       str, float, int, bool, date, datetime or list (of str)
    zh, en     its name for people; zh is the header of a delivered table
    unit       the unit of its figures; a header may name another one of the same kind
    ge, le     bounds, both allowed values
    missing    whether a row may lack it
    form       a text with a form of its own: period, year_month, uscc, enterprise_id, unit
    codes      the name of the code list its values come from (code or name is accepted, the code is kept)
    choices    a short closed list, code → 中文
    aliases    other headers under which it is known
    example    one right value, as text; note: one sentence for the person who fills it in
    int32      whether an int column is kept in 32 bits
    """

    type: type
    zh: str
    en: str = ""
    unit: str | None = None
    ge: float | None = None
    le: float | None = None
    missing: bool = False
    form: Form | None = None
    codes: str | None = None
    choices: Mapping[str, str] | None = None
    aliases: tuple[str, ...] = ()
    example: str = ""
    note: str = ""
    int32: bool = False

    @property
    def dtype(self) -> pl.DataType:
        return pl.Int32() if self.int32 else DTYPES[self.type]

    @property
    def header(self) -> str:
        """The name with its unit, as it stands over a delivered column: 增加值(万元)."""
        return f"{self.zh}({self.unit})" if self.unit else self.zh


@dataclass(frozen=True)
class Contract:
    """The columns of one frame 数据约定, its key, and groups of columns of which at least one must be filled."""

    name: str
    key: tuple[str, ...]
    columns: Mapping[str, Col]
    zh: str = ""
    note: str = ""
    one_of: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        named = {*self.key, *(name for group in self.one_of for name in group)}
        if unknown := sorted(named - set(self.columns)):
            raise BadRequest(
                f"contract {self.name} names columns it does not have: {', '.join(unknown)}",
                mend="Add them to columns, or take them out of key and one_of.",
            )

    @property
    def schema(self) -> pl.Schema:
        return pl.Schema({name: col.dtype for name, col in self.columns.items()})

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that a delivered table must have."""
        return tuple(name for name, col in self.columns.items() if not col.missing)

    def empty(self) -> pl.DataFrame:
        return pl.DataFrame(schema=self.schema)

    def frame(self, rows: Iterable[Mapping[str, object]]) -> pl.DataFrame:
        """Rows of ours as a frame by the contract; columns not given are null."""
        given = [{name: row.get(name) for name in self.columns} for row in rows]
        return pl.DataFrame(given, schema=self.schema, strict=True, orient="row")

    def require(self, frame: pl.DataFrame, *, where: str = "") -> pl.DataFrame:
        """The frame with exactly the contract's columns, in order. For frames of our own making: a lacking column or
        another dtype is BadRequest, not a problem of some row."""
        wrong = [
            f"{name} ({'missing' if name not in frame.columns else frame.schema[name]}, wanted {col.dtype})"
            for name, col in self.columns.items()
            if frame.schema.get(name) != col.dtype
        ]
        if wrong:
            raise BadRequest(
                f"the frame does not keep the contract {self.name}: {'; '.join(wrong)}",
                where=where,
                mend="Build it with the contract's schema.",
            )
        return frame.select(list(self.columns))


@dataclass(frozen=True)
class CodeList:
    """Codes with their names 代码表.

    table     columns code, zh and any more that help a reader (en, unit)
    spellings further texts and the code each means; a text that means two codes is ambiguous and refused
    """

    name: str
    zh: str
    table: pl.DataFrame
    spellings: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    names_mean: bool = True

    @cached_property
    def meanings(self) -> dict[str, tuple[str, ...]]:
        """Plain lower-case text → the codes it can mean. A code means itself whatever else it spells."""
        found: dict[str, dict[str, None]] = {}
        names = zip(self.table["zh"], self.table["code"], strict=True) if self.names_mean else ()
        for text, code in (*names, *self.spellings):
            found.setdefault(plain(text).lower(), {})[code] = None
        itself = {plain(code).lower(): (code,) for code in self.table["code"]}
        return {text: tuple(codes) for text, codes in found.items()} | itself

    @cached_property
    def names(self) -> dict[str, str]:
        """Code → 中文 name."""
        return dict(zip(self.table["code"], self.table["zh"], strict=True))

    def resolve(self, text: str) -> str | None:
        """The one code a text means; None where it means none or several."""
        codes = self.meanings.get(plain(text).lower(), ())
        return codes[0] if len(codes) == 1 else None

    def candidates(self, text: str) -> tuple[str, ...]:
        return self.meanings.get(plain(text).lower(), ())

    def nearest(self, text: str) -> str | None:
        """The known text most like this one, with its code: "烟煤 (bituminous)"; None where nothing is near."""
        word = plain(text).lower()
        known = self.meanings
        pool = [t for t in known if t[:1] == word[:1]] if len(known) > _SUGGESTIONS_FROM else list(known)
        near = difflib.get_close_matches(word, pool, n=1, cutoff=0.5)
        if not near:
            return None
        code = known[near[0]][0]
        return code if near[0] == code.lower() else f"{near[0]} ({code})"


def code_list(name: str, zh: str, entries: Mapping[str, str]) -> CodeList:
    """A code list from code → 中文."""
    table = pl.DataFrame(
        {"code": list(entries), "zh": list(entries.values())}, schema={"code": pl.String, "zh": pl.String}
    )
    return CodeList(name, zh, table)
