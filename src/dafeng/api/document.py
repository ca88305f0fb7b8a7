"""The OpenAPI document 接口文档: litestar's, with our problems in place of its errors, and nothing left to chance."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import msgspec
import yaml

from dafeng.api.problems import MEDIA_TYPE, Problem

_UNSAFE = ("post", "put", "patch", "delete")
_SCHEMES = {
    "session": {"type": "apiKey", "in": "cookie", "name": "dafeng_session"},
    "key": {"type": "http", "scheme": "bearer", "description": "A personal API key, dfk_…"},
}
_WORDS = {
    400: "The request cannot be parsed.",
    401: "Not signed in.",
    403: "The caller may not do this.",
    404: "There is no such thing in the caller's scope.",
    405: "Another method.",
    409: "It conflicts with what is there.",
    412: "Somebody changed it meanwhile.",
    413: "The body is too large.",
    415: "Another type of body is expected.",
    422: "The request does not fit; every problem is listed.",
    429: "Too many requests; Retry-After says when to try again.",
    503: "The store is busy or cannot be reached.",
}


def finished(schema: dict[str, Any]) -> dict[str, Any]:
    """The document with problem answers, security and header parameters on every operation; examples are left out."""
    components = schema.setdefault("components", {})
    (_,), parts = msgspec.json.schema_components([Problem], ref_template="#/components/schemas/{name}")
    components.setdefault("schemas", {}).update(parts)
    components["securitySchemes"] = _SCHEMES
    components["schemas"] = dict(sorted(components["schemas"].items()))
    schema["security"] = [{}, {"session": []}, {"key": []}]
    schema["paths"] = dict(sorted(schema["paths"].items()))
    for item in schema["paths"].values():
        for method, operation in item.items():
            if isinstance(operation, dict) and "responses" in operation:
                _finish(method, operation)
    done: dict[str, Any] = _whole_tuples(_without_examples(schema))
    return done


@cache
def _summaries() -> dict[str, str]:
    text = resources.files("dafeng.api").joinpath("summaries.yaml").read_text("utf-8")
    words: dict[str, str] = yaml.safe_load(text)
    return words


def _finish(method: str, operation: dict[str, Any]) -> None:
    operation["summary"] = _summaries().get(operation["operationId"], operation.get("summary", ""))
    responses = {code: r for code, r in operation["responses"].items() if not str(code).startswith(("4", "5"))}
    for empty in ("204", "304"):
        responses.get(empty, {}).pop("content", None)
    for status in _statuses(method):
        responses[str(status)] = _problem(_WORDS[status])
    operation["responses"] = responses
    if method == "get" and "200" in responses:
        responses["304"] = {"description": "What the caller has (If-None-Match) is still true."}
    if method in ("post", "put", "patch"):
        operation.setdefault("parameters", []).append(_idempotency_key())


def _statuses(method: str) -> tuple[int, ...]:
    always = (400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 503)
    return (*always[:6], 412, *always[6:]) if method in _UNSAFE else tuple(s for s in always if s not in (413, 415))


def _problem(words: str) -> dict[str, Any]:
    return {"description": words, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}


def _idempotency_key() -> dict[str, Any]:
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "The same key, caller and body give the first answer again, for 24 hours.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{8,128}$"},
    }


def _whole_tuples(value: Any) -> Any:
    """A tuple has all its places and no more; litestar says only which they are."""
    if isinstance(value, dict):
        places = value.get("prefixItems")
        size = {"minItems": len(places), "maxItems": len(places)} if isinstance(places, list) else {}
        return {k: _whole_tuples(v) for k, v in value.items()} | size
    return [_whole_tuples(v) for v in value] if isinstance(value, list) else value


def _without_examples(value: Any) -> Any:
    """Random examples would make a different document each time."""
    if isinstance(value, dict):
        named = value.get("properties")
        kept = {k: _without_examples(v) for k, v in value.items() if k not in ("example", "examples")}
        if isinstance(named, dict):  # a property may be called "example"
            kept["properties"] = {k: _without_examples(v) for k, v in named.items()}
        return kept
    return [_without_examples(v) for v in value] if isinstance(value, list) else value
