"""All tables of the portal 表格目录, collected from the pages that define them; and the use cases over them."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import polars as pl

from dafeng.app import pages
from dafeng.app.identity.audit import audited
from dafeng.app.permission import may, use_case
from dafeng.app.services import Services
from dafeng.app.tables.tabling import Page, TableDef, TableQuery, frame_in_english, page_of, rows_of, version_of
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest, NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

MORE: tuple[str, ...] = ()  # modules with TABLES outside the pages
MOST_EXPORTED = 1_000_000


@cache
def catalogue() -> Mapping[str, TableDef]:
    """Every table by its name. Raises ValueError where two have one name: a fault of ours."""
    names = [f"{pages.__name__}.{m.name}" for m in iter_modules(pages.__path__)]
    found: dict[str, TableDef] = {}
    for module in (*sorted(names), *MORE):
        for table in getattr(import_module(module), "TABLES", ()):
            if found.setdefault(table.name, table) is not table:
                raise ValueError(f"two tables are called {table.name}")
    return MappingProxyType(found)


@use_case("self.see")
def tables(services: Services, caller: Caller) -> list[TableDef]:
    """The tables the caller may ask for."""
    return [t for t in catalogue().values() if may(caller, t.use_case)]


def _asked(given: Mapping[str, Any]) -> str:
    """The use case behind the table that was asked for; "" where there is no such table."""
    table = catalogue().get(str(given.get("name")))
    return table.use_case if table is not None else ""


@use_case("self.see", refused_as=_asked)
def table_version(services: Services, caller: Caller, name: str, query: TableQuery) -> str:
    """The version of an answer, without making it."""
    return version_of(services, caller, _table(caller, name), query)


@use_case("self.see", refused_as=_asked)
def table_page(services: Services, caller: Caller, name: str, query: TableQuery) -> Page:
    """One page of a table: what the caller may see of it. Raises NotFound, NotAllowed, BadRequest."""
    return page_of(services, caller, _table(caller, name), query)


@audited("table.export", "name")
@use_case("table.export")
def table_export(
    services: Services,
    caller: Caller,
    name: str,
    query: TableQuery,
    columns: tuple[str, ...] = (),
    *,
    english: bool = False,
) -> tuple[TableDef, pl.DataFrame]:
    """All rows that fit the filters with the chosen columns, and the definition of these; written to the trail."""
    table = _table(caller, name)
    chosen = tuple(table.column(c) for c in dict.fromkeys(columns)) or table.columns
    frame = rows_of(services, caller, table, query)
    if frame.height > MOST_EXPORTED:
        raise BadRequest(
            f"{frame.height} rows are too many for a file",
            where=name,
            mend="Narrow the filters.",
            zh=f"共{frame.height}行,超出一个文件的上限",
            mend_zh="请缩小筛选范围。",
        )
    told = frame_in_english(table, frame) if english else frame
    return table, told.select(c.name for c in chosen)


def _table(caller: Caller, name: str) -> TableDef:
    table = catalogue().get(name)
    if table is None:
        raise NotFound(
            f"there is no table {name[:60]!r}",
            where="tables",
            mend="Open it from the navigation; the API lists its tables under tables.",
            zh=f"没有表“{name[:60]}”",
            mend_zh="请从页面菜单进入。",
        )
    return table
