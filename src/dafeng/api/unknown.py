"""Query parameters that a route does not have 未知查询参数: refused with the names there are, never ignored.

A year written ``yeer`` would otherwise be answered with another year's figures. The names are those of the OpenAPI
document, so that no route says them twice; filters of a table (``f.<column>=``) are read where its columns are known.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from litestar import Litestar, Request

from dafeng.base.errors import BadRequest

_FILTERS = ("f.", "min.", "max.")  # of tables: their columns are asked by the route
_TABLES = "/api/v1/tables/"
_FREE = ("/api/v1/oidc/callback",)  # what the provider adds is its own matter
_LONGEST = 60


class UnknownParameter(BadRequest):
    """A query parameter that the address does not have: HTTP 400."""

    status = 400


def unknown_parameter(name: str, known: tuple[str, ...]) -> UnknownParameter:
    """The error for a name, with the one that was meant, as near as it can be told."""
    near = get_close_matches(name, known, n=1)
    part = [k for k in known if len(k) > 2 and (k in name or name in k)]
    meant = near[0] if near else part[0] if part else ""
    hint, hint_zh = (f"Did you mean {meant!r}? ", f"是否指“{meant}”？") if meant else ("", "")
    names = ", ".join(known)
    return UnknownParameter(
        f"unknown parameter {name[:_LONGEST]!r}", where=f"query › {name[:_LONGEST]}",
        mend=f"{hint}Known: {names}." if known else "This address takes no query parameters: leave it out.",
        zh=f"没有参数“{name[:_LONGEST]}”",
        mend_zh=f"{hint_zh}可用的参数：{names}。" if known else "此地址没有查询参数，请去掉。",
    )  # fmt: skip


def query_names(document: Mapping[str, Any]) -> dict[tuple[str, str], tuple[str, ...]]:
    """(method, path as in the document) → the names of its query parameters."""
    return {
        (method.upper(), path): tuple(p["name"] for p in operation.get("parameters", ()) if p["in"] == "query")
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if isinstance(operation, dict)
    }


@lru_cache(maxsize=2)  # an application keeps its document; old ones are let go
def _names(app: Litestar) -> dict[tuple[str, str], tuple[str, ...]]:
    return query_names(app.openapi_schema.to_schema())


async def refuse_unknown(request: Request[Any, Any, Any]) -> None:
    """Before every route: raises UnknownParameter for the first name of the address that the route does not have.

    Routes that are not in the document (the portal's own pages) are let through.
    """
    given = request.query_params
    template = str(request.scope.get("path_template", ""))
    if not given or template in _FREE:
        return
    method = "GET" if request.method == "HEAD" else request.method
    known = _names(request.app).get((method, template))
    if known is None:
        return
    own = _FILTERS if template.startswith(_TABLES) else ()
    for name in given:
        if name not in known and not (own and name.startswith(own)):
            raise unknown_parameter(name, known)
