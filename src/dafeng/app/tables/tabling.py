"""Tables as pages show them 表格: one definition, one engine: filter, search by pinyin, sort, page by page, export.

A definition says what the columns are and gives all rows a caller may see; the engine does the rest in memory. What was
worked out is kept per scope until its version changes. Missing stays missing: it sorts last, in either direction, and
no bound holds it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Literal

import msgspec
import polars as pl

from dafeng.app.memory import Memory
from dafeng.app.pages.pinyin import sought, spelled, syllable_line
from dafeng.app.permission import require, within
from dafeng.app.services import Services
from dafeng.app.tables.cursors import after, cursor_of, value_of
from dafeng.app.versions import stated
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest

Kind = Literal["text", "number", "date", "time", "bool", "state", "code", "list"]
Rows = pl.DataFrame | Iterable[Mapping[str, Any]]
MOST_ROWS, PAGE_ROWS, MOST_SORTS = 500, 50, 6
_KEPT = 96  # prepared tables in one process
_COMMALESS = frozenset({"number", "date", "time", "bool", "state"})
_FIND, _ORDER = "\0find", "\0order:"
_DTYPES: dict[str, Any] = {"text": pl.String, "number": pl.Float64, "state": pl.String, "code": pl.String}


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a column may have, with its words."""

    value: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in rows and addresses, words, unit, kind, choices of a state; default = shown at first.

    ``english`` tells the value of a row in English, where the rows hold Chinese; a page of rows has it beside the
    value, under the column's name with "_en".
    """

    name: str
    zh: str
    en: str
    kind: Kind = "text"
    unit: str = ""
    choices: tuple[Choice, ...] = ()
    default: bool = True
    english: Callable[[Mapping[str, Any]], Any] | None = None


@within
def by_records(services: Services, caller: Caller) -> Hashable:
    """The version of what is made of ledger, registry, batches and runs."""
    return services.records.revision()


@within
def by_content(services: Services, caller: Caller) -> Hashable:
    """The same but for acts of review in the ledger: of tables that show what plans say, not who confirmed it."""
    return stated(services)


@dataclass(frozen=True)
class TableDef:
    """A table of a page.

    rows(services, caller, area, year) gives every row the caller may see, cut by scope; columns by name (more are
    ignored). version(services, caller) changes when they do. key names a column without doubles; search the columns
    that q looks into; sort the order at first ("-co2" is falling). personal: rows depend on who asks, not only on
    his scope.
    """

    name: str
    zh: str
    en: str
    use_case: str
    columns: tuple[Column, ...]
    key: str
    rows: Callable[[Services, Caller, str | None, int | None], Rows]
    search: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    version: Callable[[Services, Caller], Hashable] = by_records
    personal: bool = False

    def column(self, name: str) -> Column:
        """The column of that name. Raises BadRequest where there is none."""
        found = next((c for c in self.columns if c.name == name), None)
        if found is None:
            known = ", ".join(c.name for c in self.columns)
            raise BadRequest(
                f"{self.name} has no column {name[:60]!r}",
                where="query",
                mend=f"One of: {known}.",
                zh=f"表中没有“{name[:60]}”这一列,不能据此筛选或排序",
                mend_zh="请清除筛选和排序后重试。",
            )
        return found


@dataclass(frozen=True)
class TableQuery:
    """What of a table is asked. any_of, at_least and at_most are by column; "" among any_of is what is missing.

    A value of any_of stands whole; of columns whose values hold no comma (numbers, days, yes and no, states) several
    may be written in one, with commas between.
    """

    area: str | None = None
    year: int | None = None
    q: str = ""
    sort: tuple[str, ...] = ()
    limit: int = PAGE_ROWS
    cursor: str | None = None
    any_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    at_least: Mapping[str, str] = field(default_factory=dict)
    at_most: Mapping[str, str] = field(default_factory=dict)

    def name(self) -> str:
        """The query as one text, for versions."""
        maps = [sorted(m.items()) for m in (self.any_of, self.at_least, self.at_most)]
        return repr((self.area, self.year, self.q, self.sort, self.limit, self.cursor, maps))


@dataclass(frozen=True)
class Page:
    """One page of rows; total counts all that fit; next_cursor None at the end."""

    definition: TableDef
    rows: list[dict[str, Any]]
    total: int
    next_cursor: str | None
    version: str


@within
def sight_of(caller: Caller) -> Hashable:
    """What a caller may see, without who he is: callers of one scope share what was worked out."""
    return (caller.roles, caller.areas, caller.enterprises, caller.departments, caller.everything)


@within
def version_of(services: Services, caller: Caller, definition: TableDef, query: TableQuery) -> str:
    """The version of an answer: changes with the rows, the scope, the query, the day and the code."""
    require(caller, definition.use_case)
    sight = msgspec.json.encode([sorted(s) if isinstance(s, frozenset) else s for s in sight_of(caller)])  # type: ignore[attr-defined]
    parts = (definition.name, _version(services, caller, definition), sight, query.name(), caller.name)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


@within
def page_of(services: Services, caller: Caller, definition: TableDef, query: TableQuery) -> Page:
    """One page of a table. Raises BadRequest on a column, bound, order or cursor that is none."""
    if not 1 <= query.limit <= MOST_ROWS:
        raise BadRequest(
            f"limit is 1 to {MOST_ROWS}",
            where="limit",
            mend="Follow next_cursor for more.",
            zh=f"每页行数为1至{MOST_ROWS}",
            mend_zh="更多的行请翻页查看。",
        )
    version = version_of(services, caller, definition, query)
    found, order = _found(services, caller, definition, query)
    total = found.height
    if query.cursor is not None:
        found = found.filter(after(found, order, query.cursor))
    part = found.head(query.limit)
    more = found.height > part.height
    return Page(
        definition,
        part.select(c.name for c in definition.columns).to_dicts(),
        total,
        cursor_of(part, order) if more else None,
        version,
    )


def told_in_english(definition: TableDef, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with the English of what they hold in Chinese; a column of that name keeps its own."""
    held = {c.name for c in definition.columns}
    for column in definition.columns:
        if column.english is None or (said := f"{column.name}_en") in held:
            continue
        for row in rows:
            value = row[column.name]
            row[said] = None if value is None else column.english(row)
    return rows


def frame_in_english(definition: TableDef, frame: pl.DataFrame) -> pl.DataFrame:
    """A frame of the definition's columns with what it holds in Chinese told in English, where that can be done."""
    rows = frame.to_dicts()
    told = told_in_english(definition, rows)
    names = [c.name for c in definition.columns if rows and f"{c.name}_en" in rows[0]]
    said = [
        pl.Series(n, [r[f"{n}_en"] if r[f"{n}_en"] is not None else r[n] for r in told], frame[n].dtype) for n in names
    ]
    return frame.with_columns(said)


@within
def rows_of(services: Services, caller: Caller, definition: TableDef, query: TableQuery) -> pl.DataFrame:
    """All rows that fit, in order; the columns of the definition."""
    require(caller, definition.use_case)
    found, _ = _found(services, caller, definition, replace(query, cursor=None))
    return found.select(c.name for c in definition.columns)


Order = tuple[tuple[str, bool], ...]  # column, falling


def _found(services: Services, caller: Caller, definition: TableDef, query: TableQuery) -> tuple[pl.DataFrame, Order]:
    require(caller, definition.use_case)
    sorts = _sorts(definition, query.sort or definition.sort)
    frame = _prepared(services, caller, definition, query)
    conditions = [*_filters(definition, frame, query)]
    if query.q.strip():
        frame = frame.with_columns(_kept(services, caller, definition, query, _FIND, lambda f: _find(definition, f)))
        conditions += [pl.col(_FIND).str.contains(sought(w)) for w in query.q.lower().split()[:10]]
    order: list[tuple[str, bool]] = []
    for name, falling in sorts:
        if frame.schema[name] == pl.String and definition.column(name).kind != "code":
            by = _ORDER + name
            frame = frame.with_columns(
                _kept(services, caller, definition, query, by, partial(_spelled_order, name, by))
            )
            order.append((by, falling))
        else:
            order.append((name, falling))
    if definition.key not in {name for name, _ in order}:
        order.append((definition.key, False))
    if conditions:
        frame = frame.filter(pl.all_horizontal(conditions))
    names = [name for name, _ in order]
    return frame.sort(names, descending=[d for _, d in order], nulls_last=True, maintain_order=False), tuple(order)


def _sorts(definition: TableDef, given: Sequence[str]) -> list[tuple[str, bool]]:
    if len(given) > MOST_SORTS:
        raise BadRequest(
            f"at most {MOST_SORTS} columns to sort by",
            where="sort",
            mend="Name fewer.",
            zh=f"最多按{MOST_SORTS}列排序",
            mend_zh="请减少排序的列。",
        )
    sorts = [(definition.column(s.removeprefix("-")).name, s.startswith("-")) for s in given]
    listed = next((n for n, _ in sorts if definition.column(n).kind == "list"), None)
    if listed is not None:
        raise BadRequest(
            f"{listed} is a list: it has no order",
            where="sort",
            mend="Sort by another column.",
            zh="这一列含多个值,不能排序",
            mend_zh="请按其他列排序。",
        )
    return [s for i, s in enumerate(sorts) if s[0] not in {n for n, _ in sorts[:i]}]


def _filters(definition: TableDef, frame: pl.DataFrame, query: TableQuery) -> Iterable[pl.Expr]:
    for name, values in query.any_of.items():
        yield _one_of(definition.column(name), frame.schema[name], values)
    for given, sign in ((query.at_least, ">="), (query.at_most, "<=")):
        for name, text in given.items():
            column = definition.column(name)
            if column.kind not in ("number", "date", "time"):
                mend = f"Use f.{name}= instead."
                raise BadRequest(
                    f"{name} has no bounds", where=name, mend=mend, zh="这一列不能按上下限筛选", mend_zh="请按值筛选。"
                )
            bound = value_of(frame.schema[name], text, name)
            yield (pl.col(name) >= bound if sign == ">=" else pl.col(name) <= bound).fill_null(value=False)


def _one_of(column: Column, dtype: Any, values: tuple[str, ...]) -> pl.Expr:
    if column.kind in _COMMALESS:
        values = tuple(part for v in values for part in v.split(","))
    given = [v for v in values if v != ""]
    if isinstance(dtype, pl.List):
        parts = [pl.col(column.name).list.contains(value_of(dtype.inner, v, column.name)) for v in given]
        missing = pl.col(column.name).is_null() | (pl.col(column.name).list.len() == 0)
    else:
        wanted = pl.Series([value_of(dtype, v, column.name) for v in given], dtype=dtype)
        parts = [pl.col(column.name).is_in(wanted.implode())] if given else []
        missing = pl.col(column.name).is_null()
    if "" in values or not values:
        parts.append(missing)
    return pl.any_horizontal(parts).fill_null(value=False)


def _prepared(services: Services, caller: Caller, definition: TableDef, query: TableQuery) -> pl.DataFrame:
    """The rows of the definition as a frame of its columns, kept until the version changes."""
    return _kept(services, caller, definition, query, "", None)  # type: ignore[no-any-return]


def _version(services: Services, caller: Caller, definition: TableDef) -> Hashable:
    return (definition.version(services, caller), services.clock.today(), services.code_version)


def _kept(
    services: Services,
    caller: Caller,
    definition: TableDef,
    query: TableQuery,
    part: str,
    make: Callable[[pl.DataFrame], Any] | None,
) -> Any:
    """A part of a prepared table: the rows themselves, or what is made of them."""
    memory: Memory = services.memory.get("tables", 0, lambda: Memory(_KEPT))
    who = caller.name if definition.personal else None
    name = (definition.name, sight_of(caller), who, query.area, query.year, part)
    version = _version(services, caller, definition)
    if make is None:
        return memory.get(
            name, version, lambda: _frame(definition, definition.rows(services, caller, query.area, query.year))
        )
    return memory.get(name, version, lambda: make(_prepared(services, caller, definition, query)))


def _frame(definition: TableDef, rows: Rows) -> pl.DataFrame:
    if not isinstance(rows, pl.DataFrame):
        listed = [dict(r) for r in rows]
        rows = pl.DataFrame(listed, infer_schema_length=None) if listed else pl.DataFrame()
    blank = [pl.lit(None, _dtype(c)).alias(c.name) for c in definition.columns if c.name not in rows.columns]
    rows = (
        rows.with_columns(blank) if rows.width else pl.DataFrame(schema={c.name: _dtype(c) for c in definition.columns})
    )
    frame = rows.select(_typed(c, rows.schema[c.name]) for c in definition.columns)
    return frame.with_columns(pl.selectors.float().fill_nan(None))


def _dtype(column: Column) -> Any:
    others = {"date": pl.Date, "time": pl.Datetime("us", "UTC"), "bool": pl.Boolean, "list": pl.List(pl.String)}
    return _DTYPES.get(column.kind) or others[column.kind]


def _typed(column: Column, dtype: Any) -> pl.Expr:
    """Rows come from many hands: an all-missing column gets its kind's type, a category becomes text."""
    if dtype == pl.Null or isinstance(dtype, (pl.Categorical, pl.Enum)):
        return pl.col(column.name).cast(_dtype(column))
    return pl.col(column.name)


def _find(definition: TableDef, frame: pl.DataFrame) -> pl.Series:
    """What q is looked for in: the words themselves, and lines of their syllables."""
    texts = [frame[n].cast(pl.String).to_list() for n in definition.search]
    lines = ("\n".join(f"{t.lower()}\n{syllable_line(t)}" for t in row if t) for row in zip(*texts, strict=True))
    return pl.Series(_FIND, list(lines) if texts else [""] * frame.height, dtype=pl.String)


def _spelled_order(name: str, by: str, frame: pl.DataFrame) -> pl.Series:
    """Chinese in the order of its pinyin, as dictionaries have it."""
    texts = frame[name]
    return pl.Series(by, [None if t is None else f"{spelled(t)}\x01{t}" for t in texts.to_list()], dtype=pl.String)
