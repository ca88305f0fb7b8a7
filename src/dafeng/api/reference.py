"""The reference of the API as a page 接口说明: made from the OpenAPI document, without any script, so offline."""

from __future__ import annotations

from html import escape
from typing import Any

_STYLE = """
body{font:14px/1.6 "PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;color:#1F2937;background:#fff;
max-width:1100px;margin:24px auto;padding:0 16px}
h1{font-size:24px}h2{font-size:18px;border-bottom:1px solid #E5E7EB;padding-bottom:4px;margin-top:32px}
code,pre{font-family:ui-monospace,Consolas,monospace;font-size:13px}
details{border-bottom:1px solid #E5E7EB;padding:6px 0}summary{cursor:pointer}
.m{display:inline-block;min-width:56px;font-weight:600;color:#0F766E}.m.post,.m.put,.m.patch,.m.delete{color:#B45309}
table{border-collapse:collapse;width:100%;margin:8px 0}td,th{border-bottom:1px solid #E5E7EB;text-align:left;
padding:4px 12px 4px 0;vertical-align:top}.muted{color:#6B7280}
"""


def page(document: dict[str, Any], nonce: str) -> str:
    """The whole reference: operations by feature, then the shapes of what is sent."""
    info = document["info"]
    by_tag: dict[str, list[str]] = {}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if isinstance(operation, dict) and "responses" in operation:
                tag = (operation.get("tags") or ["other"])[0]
                by_tag.setdefault(tag, []).append(_operation(method, path, operation))
    features = "".join(f'<h2 id="{escape(t)}">{escape(t)}</h2>{"".join(ops)}' for t, ops in sorted(by_tag.items()))
    links = " · ".join(f'<a href="#{escape(t)}">{escape(t)}</a>' for t in sorted(by_tag))
    shapes = "".join(_shape(n, s) for n, s in sorted(document.get("components", {}).get("schemas", {}).items()))
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(info["title"])} API</title>'
        f'<meta name="viewport" content="width=device-width"><style nonce="{nonce}">{_STYLE}</style></head><body>'
        f"<h1>{escape(info['title'])} API {escape(info['version'])}</h1><p>{escape(info.get('description', ''))}</p>"
        f'<p><a href="/api/v1/openapi.json">openapi.json</a> · <a href="#shapes">数据结构 shapes</a> · {links}</p>'
        f'{features}<h2 id="shapes">数据结构 shapes</h2>{shapes}</body></html>'
    )


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    summary, words = operation.get("summary", ""), operation.get("description", "")
    head = (
        f'<span class="m {method}">{method.upper()}</span> <code>{escape(path)}</code> '
        f'<span class="muted">{escape(summary)}</span>'
    )
    body = operation.get("requestBody", {}).get("content", {})
    sent = "".join(
        f"<p>请求体 body: <code>{escape(t)}</code> {_type(c.get('schema', {}))}</p>" for t, c in body.items()
    )
    return (
        f'<details id="{escape(operation.get("operationId", ""))}"><summary>{head}</summary><p>{escape(words)}</p>'
        f"{_parameters(operation.get('parameters', []))}{sent}{_responses(operation['responses'])}</details>"
    )


def _parameters(parameters: list[dict[str, Any]]) -> str:
    if not parameters:
        return ""
    rows = "".join(
        f"<tr><td><code>{escape(p['name'])}</code>{' *' if p.get('required') else ''}</td><td>{escape(p['in'])}</td>"
        f"<td>{_type(p.get('schema', {}))}</td><td>{escape(p.get('description') or '')}</td></tr>"
        for p in parameters
    )
    return f"<table><tr><th>参数 parameter</th><th>in</th><th>type</th><th></th></tr>{rows}</table>"


def _responses(responses: dict[str, Any]) -> str:
    rows = ""
    for code, answer in responses.items():
        content = "; ".join(f"{escape(t)} {_type(c.get('schema', {}))}" for t, c in answer.get("content", {}).items())
        rows += f"<tr><td>{escape(code)}</td><td>{escape(answer.get('description', ''))}</td><td>{content}</td></tr>"
    return f"<table><tr><th>回答 answer</th><th></th><th></th></tr>{rows}</table>"


def _shape(name: str, schema: dict[str, Any]) -> str:
    needed = set(schema.get("required", ()))
    rows = "".join(
        f"<tr><td><code>{escape(field)}</code>{' *' if field in needed else ''}</td><td>{_type(value)}</td>"
        f"<td>{escape(value.get('description', ''))}</td></tr>"
        for field, value in schema.get("properties", {}).items()
    )
    inside = f"<table>{rows}</table>" if rows else f"<p>{_type(schema)}</p>"
    words = escape(schema.get("description", ""))
    head = f"<summary><code>{escape(name)}</code></summary>"
    return f'<details id="shape-{escape(name)}">{head}<p>{words}</p>{inside}</details>'


def _type(schema: dict[str, Any]) -> str:
    """A schema in a few words."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return f'<a href="#shape-{escape(name)}">{escape(name)}</a>'
    for word in ("oneOf", "anyOf", "allOf"):
        if word in schema:
            return " | ".join(_type(part) for part in schema[word])
    if "enum" in schema:
        return " | ".join(f"<code>{escape(str(v))}</code>" for v in schema["enum"])
    kind = schema.get("type", "any")
    kinds = " | ".join(kind) if isinstance(kind, list) else str(kind)
    if "items" in schema and isinstance(schema["items"], dict):
        return f"{escape(kinds)} of {_type(schema['items'])}"
    return escape(f"{kinds} {schema.get('format', '')}".strip())
