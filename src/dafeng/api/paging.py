"""Addresses of tables as queries 查询参数, and ETags: what is asked, and whether the asker has it already."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from litestar import Request, Response

from dafeng.app.tables.tabling import PAGE_ROWS, TableQuery
from dafeng.base.errors import BadRequest

_PLAIN = frozenset({"area", "year", "q", "sort", "limit", "cursor", "format", "columns", "lang"})
_MOST_VALUES, _LONGEST = 500, 2000
_TAG = re.compile(r'(?:W/)?"([^"]*)"')


def query_of(
    request: Request[Any, Any, Any],
    *,
    area: str | None = None,
    year: int | None = None,
    q: str = "",
    sort: str = "",
    limit: int = PAGE_ROWS,
    cursor: str | None = None,
) -> TableQuery:
    """The query of an address: ``f.<column>=a&f.<column>=b`` (any of), ``min.<column>=``, ``max.<column>=``.

    Raises BadRequest on a parameter that is none.
    """
    any_of: dict[str, tuple[str, ...]] = {}
    bounds: dict[str, dict[str, str]] = {"min": {}, "max": {}}
    for name, text in request.query_params.multi_items():
        if name in _PLAIN:
            continue
        kind, dot, column = name.partition(".")
        if not dot or not column or kind not in ("f", "min", "max") or len(text) > _LONGEST:
            mend = "f.<column>=a · min.<column>= · max.<column>= · area, year, q, sort, limit, cursor."
            raise BadRequest(f"unknown parameter {name[:60]!r}", where="query", mend=mend)
        if kind == "f":
            any_of[column] = (*any_of.get(column, ()), text)[:_MOST_VALUES]
        else:
            bounds[kind][column] = text
    sorts = tuple(s.strip() for s in sort.split(",") if s.strip())
    return TableQuery(area, year, q, sorts, limit, cursor, any_of, bounds["min"], bounds["max"])


def has_it(request: Request[Any, Any, Any], tag: str) -> bool:
    """Whether If-None-Match names the version: what the asker has is still true."""
    given = request.headers.get("if-none-match", "")
    return given.strip() == "*" or tag in _TAG.findall(given)


def not_modified(tag: str) -> Response[Any]:
    """304: nothing is sent again."""
    return Response(None, status_code=304, headers={"ETag": f'"{tag}"'})


def tagged(body: bytes, tag: str, media_type: str = "application/json") -> Response[Any]:
    """An answer with its version; private, asked for again each time."""
    return Response(body, media_type=media_type, headers={"ETag": f'"{tag}"'})


def names_of(text: str) -> tuple[str, ...]:
    """The names of a list in an address."""
    return tuple(_clean(text.split(",")))


def _clean(parts: Iterable[str]) -> Iterable[str]:
    return (p.strip() for p in parts if p.strip())
