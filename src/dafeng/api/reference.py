"""The reference of the API as a page 接口说明: made from the OpenAPI document, without any script, so offline."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any, Literal

_STYLE = """
:root{color-scheme:light dark;--ink:#1F2937;--paper:#fff;--line:#E5E7EB;--muted:#6B7280;--accent:#0F766E;
--amber:#B45309;--soft:#F9FAFB}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){--ink:#E5E7EB;--paper:#111827;--line:#374151;
--muted:#9CA3AF;--accent:#2DD4BF;--amber:#FBBF24;--soft:#1F2937}}
:root[data-theme=dark]{color-scheme:dark;--ink:#E5E7EB;--paper:#111827;--line:#374151;--muted:#9CA3AF;--accent:#2DD4BF;
--amber:#FBBF24;--soft:#1F2937}
:root[data-theme=light]{color-scheme:light}
body{font:14px/1.6 "PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;color:var(--ink);
background:var(--paper);max-width:1100px;margin:24px auto;padding:0 16px;overflow-wrap:anywhere}
a{color:var(--accent)}h1{font-size:24px;margin:0 0 8px}
h2{font-size:18px;border-bottom:1px solid var(--line);padding-bottom:4px;margin-top:32px}
code,pre{font-family:ui-monospace,Consolas,monospace;font-size:13px}
nav{margin:12px 0}nav a{display:inline-block;margin:0 14px 4px 0}
.side{float:right}details{border-bottom:1px solid var(--line);padding:6px 0}
summary{cursor:pointer}summary:hover{background:var(--soft)}
.m{display:inline-block;min-width:56px;font-weight:600;color:var(--accent)}
.m.post,.m.put,.m.patch,.m.delete{color:var(--amber)}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;margin:8px 0}
td,th{border-bottom:1px solid var(--line);text-align:left;padding:4px 12px 4px 0;vertical-align:top;
overflow-wrap:normal}td:last-child{min-width:140px}.muted{color:var(--muted)}
@media (max-width:640px){.side{float:none}summary .muted{display:block;padding-left:60px}}
"""
_TAGS = {  # a feature of the API → its Chinese and English heading
    "desk": ("页面框架", "Frame of the pages"), "enterprises": ("企业", "Enterprises"),
    "explain": ("解释与凭证", "Explanations and evidence"), "filing": ("采集填报", "Filing"),
    "findings": ("核查", "Findings"), "health": ("存活检查", "Health"),
    "identity": ("登录与账号", "Sign-in and accounts"),
    "inbox": ("待办", "Inbox"), "jobs": ("作业", "Jobs"), "overview": ("总览", "Overview"), "plans": ("方案", "Plans"),
    "reports": ("报告", "Reports"), "sources": ("数据源", "Sources"), "system": ("系统", "System"),
    "rules": ("规则库", "Rulebook"),
    "tables": ("表格", "Tables"), "targets": ("目标", "Targets"), "tasks": ("任务", "Tasks"),
    "other": ("其他", "Other"),
}  # fmt: skip
_WORDS = {
    "title": ("达峰接口说明", "dafeng API"),
    "about": (
        "区域工业碳达峰方案从文本到达峰的全过程接口。出错时返回问题文档(RFC 9457):何事、何处、如何更正。",
        "The whole way of a region's industrial peaking programme, from plan to peak. Errors are problem documents"
        " (RFC 9457): what happened, where, and how to mend it.",
    ),
    "shapes": ("数据结构", "Shapes"),
    "body": ("请求体", "Body"),
    "parameter": ("参数", "Parameter"),
    "in": ("位置", "In"),
    "type": ("类型", "Type"),
    "meaning": ("说明", "Meaning"),
    "answer": ("回答", "Answer"),
    "form": ("内容", "Content"),
    "other": ("English", "中文"),
    "needed": ("带 * 的为必填。", "What bears a * is required."),
    "query": ("查询", "query"),
    "path": ("路径", "path"),
    "header": ("请求头", "header"),
    "cookie": ("Cookie", "cookie"),
}
_STATUS = {
    "200": "成功", "201": "已建立", "202": "已受理", "204": "已完成,无内容", "303": "转到另一地址", "304": "未变化",
    "400": "请求无法解析", "401": "尚未登录", "403": "无权", "404": "没有这个对象", "409": "与现状冲突",
    "412": "已被他人修改", "413": "内容过大", "422": "内容不合要求", "429": "过于频繁", "503": "暂不可用",
}  # fmt: skip
Lang = Literal["zh", "en"]
Theme = Literal["light", "dark", "system"]


def page(document: dict[str, Any], nonce: str, lang: Lang = "zh", theme: Theme = "system") -> str:
    """The whole reference in one language: operations by feature, then the shapes of what is sent."""
    info, say = document["info"], _saying(lang)
    by_tag: dict[str, list[str]] = {}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if isinstance(operation, dict) and "responses" in operation:
                tag = (operation.get("tags") or ["other"])[0]
                by_tag.setdefault(tag, []).append(_operation(method, path, operation, lang))
    named = {t: _TAGS.get(t, (t, t))[lang == "en"] for t in by_tag}
    features = "".join(
        f'<h2 id="{escape(t)}">{escape(named[t])}</h2>{"".join(ops)}' for t, ops in sorted(by_tag.items())
    )
    links = "".join(f'<a href="#{escape(t)}">{escape(named[t])}</a>' for t in sorted(by_tag))
    shapes = "".join(_shape(n, s) for n, s in sorted(document.get("components", {}).get("schemas", {}).items()))
    other = "zh" if lang == "en" else "en"
    look = "" if theme == "system" else f' data-theme="{theme}"'
    kept = "" if theme == "system" else f"&amp;theme={theme}"
    title = f"{say('title')} {escape(info['version'])}"
    return (
        f'<!doctype html><html lang="{"en" if lang == "en" else "zh-CN"}"{look}><head><meta charset="utf-8">'
        f'<title>{title}</title><meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<style nonce="{nonce}">{_STYLE}</style></head><body>'
        f'<a class="side" href="?lang={other}{kept}" lang="{other}">{say("other")}</a><h1>{title}</h1>'
        f"<p>{say('about')} {say('needed')}</p>"
        f'<nav><a href="/api/v1/openapi.json">openapi.json</a><a href="#shapes">{say("shapes")}</a>{links}</nav>'
        f'{features}<h2 id="shapes">{say("shapes")}</h2>{shapes}</body></html>'
    )


def _saying(lang: Lang) -> Callable[[str], str]:
    return lambda key: escape(_WORDS[key][lang == "en"])


def _operation(method: str, path: str, operation: dict[str, Any], lang: Lang) -> str:
    summary, words = operation.get("summary", ""), operation.get("description", "")
    short = summary if lang == "zh" else words.split(". ")[0].split("\n")[0].rstrip(".")
    head = (
        f'<span class="m {method}">{method.upper()}</span> <code>{escape(path)}</code> '
        f'<span class="muted">{escape(short)}</span>'
    )
    body = operation.get("requestBody", {}).get("content", {})
    sent = "".join(
        f"<p>{_saying(lang)('body')} <code>{escape(t)}</code> {_type(c.get('schema', {}))}</p>" for t, c in body.items()
    )
    told = f'<p lang="en">{escape(words)}</p>' if words else ""
    return (
        f'<details id="{escape(operation.get("operationId", ""))}"><summary>{head}</summary>{told}'
        f"{_parameters(operation.get('parameters', []), lang)}{sent}"
        f"{_responses(operation['responses'], lang)}</details>"
    )


def _parameters(parameters: list[dict[str, Any]], lang: Lang) -> str:
    if not parameters:
        return ""
    say = _saying(lang)
    rows = "".join(
        f"<tr><td><code>{escape(p['name'])}</code>{' *' if p.get('required') else ''}</td>"
        f"<td>{say(p['in']) if p['in'] in _WORDS else escape(p['in'])}</td>"
        f"<td>{_type(p.get('schema', {}))}</td><td>{escape(p.get('description') or '')}</td></tr>"
        for p in parameters
    )
    return _table(("parameter", "in", "type", "meaning"), rows, lang)


def _responses(responses: dict[str, Any], lang: Lang) -> str:
    rows = ""
    for code, answer in responses.items():
        content = "; ".join(f"{escape(t)} {_type(c.get('schema', {}))}" for t, c in answer.get("content", {}).items())
        words = _STATUS.get(code, "") if lang == "zh" else answer.get("description", "")
        rows += f"<tr><td>{escape(code)}</td><td>{escape(words)}</td><td>{content}</td></tr>"
    return _table(("answer", "meaning", "form"), rows, lang)


def _table(heads: tuple[str, ...], rows: str, lang: Lang) -> str:
    head = "".join(f"<th>{_saying(lang)(h)}</th>" for h in heads)
    return f'<div class="scroll"><table><tr>{head}</tr>{rows}</table></div>'


def _shape(name: str, schema: dict[str, Any]) -> str:
    needed = set(schema.get("required", ()))
    rows = "".join(
        f"<tr><td><code>{escape(field)}</code>{' *' if field in needed else ''}</td><td>{_type(value)}</td>"
        f"<td>{escape(value.get('description', ''))}</td></tr>"
        for field, value in schema.get("properties", {}).items()
    )
    inside = f'<div class="scroll"><table>{rows}</table></div>' if rows else f"<p>{_type(schema)}</p>"
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
