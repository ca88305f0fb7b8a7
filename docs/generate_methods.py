"""Pages of the accounting methods, wholly made of their files and golden cases: one a method, coverage, differences."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from md_tables import code, stacked, table

from dafeng.account import formulas as _formulas  # noqa: F401 (enrols them)
from dafeng.account.cases.reading import read_case
from dafeng.account.cases.result import run_case
from dafeng.account.cases.rule import rule_of
from dafeng.base.provenance import STATUS_ZH
from dafeng.rules.formulas import enrolled
from dafeng.rules.methods import GIVEN, GROUP_ZH, ItemForm, Method, StreamForm, packaged_methods
from dafeng.rules.rulebook import packaged_rulebook

FOLDER = "docs/methods/industry"
CASES = "tests/golden/methods"
KIND_ZH = {
    "published": "公布数据 published",
    "worked_example": "公布算例 worked example",
    "vector": "因子推导 factor derivation",
    "derived": "自编手算 by hand, of our own",
}
_MADE = "<!-- made by docs/generate_methods.py of the method's files and cases: do not edit -->"


def renew(root: Path, *, write: bool) -> list[str]:
    """The pages that lag behind their data; with ``write`` they are written, and those of no method removed."""
    wanted = {f"{FOLDER}/{id}.md": _page(root, id) for id in _ids()}
    wanted["docs/methods/coverage.md"] = _coverage(root)
    wanted["docs/methods/differences.md"] = _differences(root)
    gone = [p for p in sorted((root / FOLDER).glob("*.md")) if p.relative_to(root).as_posix() not in wanted]
    lagging = [p.relative_to(root).as_posix() for p in gone]
    for name, text in wanted.items():
        page = root / name
        if not page.exists() or page.read_text("utf-8") != text:
            lagging.append(name)
            if write:
                page.parent.mkdir(parents=True, exist_ok=True)
                page.write_text(text, "utf-8")
    if write:
        for page in gone:
            page.unlink()
    return sorted(lagging)


def _ids() -> list[str]:
    return sorted({m for m, _ in packaged_methods().held})


@cache
def _cases(root: Path) -> tuple[tuple[str, dict[str, Any]], ...]:
    files = sorted((root / CASES).rglob("*.json"))
    return tuple((f.relative_to(root).as_posix(), json.loads(f.read_text("utf-8"))) for f in files)


def _of(root: Path, method: str, family: str | None = None) -> Iterator[dict[str, Any]]:
    for file, golden in _cases(root):
        if any(m == method and family in (None, f) for m, f in _rules(root)[file]):
            yield golden


@cache
def _rules(root: Path) -> dict[str, tuple[tuple[str, str], ...]]:
    """Of every golden file the (method, family) its parts are computed by; a case may call them by name or year."""
    held, book = packaged_methods(), packaged_rulebook()
    found = {}
    for file, golden in _cases(root):
        case = read_case(json.dumps(golden["case"]).encode())
        made = [rule_of(held, book, p.method, p.family, case.span) for p in case.all_parts()]
        found[file] = tuple((m.id, m.family) for m in made)
    return found


# -- a method ----------------------------------------------------------------------------------------------------------


def _page(root: Path, id: str) -> str:
    methods = [packaged_methods().held[id, f] for f in packaged_methods().families(id)]
    first = methods[0]
    parts = [_MADE, f"# {first.name.zh} {first.name.en}", _families(methods), _industries(methods)]
    told: dict[str, tuple[StreamForm, str]] = {}
    parts += [part for m in methods for part in _under(m, told)]
    parts.append(_golden(list(_of(root, id))))
    return "\n\n".join(p for p in parts if p) + "\n"


def _families(methods: Iterable[Method]) -> str:
    rows = [
        (code(m.family), stacked(m.name.zh, m.name.en), m.since, m.until, STATUS_ZH[m.status], m.source)
        for m in methods
    ]
    return table(("规则 rule", "名称 name", "自 since", "至 until", "状态 status", "来源 source"), rows)


def _industries(methods: Iterable[Method]) -> str:
    rows = {(i.code, i.why.zh, i.why.en) for m in methods for i in m.industries}
    if not rows:
        return ""
    shown = [(code(c), stacked(zh, en)) for c, zh, en in sorted(rows)]
    return "## 适用行业 Industries\n\n" + table(("GB/T 4754", "理由 why"), shown)


def _under(method: Method, told: dict[str, tuple[StreamForm, str]]) -> Iterator[str]:
    """The parts of a family; streams that an earlier family has word for word are only named."""
    yield f"## `{method.family}`"
    yield f"**边界** {method.boundary.zh}\n\n**Boundary** {method.boundary.en}"
    words = {f.id: f for f in enrolled()}
    same = {id: told[id][1] for id, s in method.streams.items() if id in told and told[id][0] == s}
    own = {id: s for id, s in method.streams.items() if id not in same and not id.startswith(GIVEN)}
    told.update({id: (s, method.family) for id, s in own.items()})
    rows = [_stream(id, s, words) for id, s in own.items()]
    heads: tuple[str, ...] = ("排放源 stream", "组 group", "气体 gas", "算法 formula", "品种 items")
    if rows:
        yield "### 排放源 Source streams\n\n" + table(heads, rows)
    for family in dict.fromkeys(same.values()):
        yield f"与 `{family}` 相同 the same as there: " + "、".join(code(i) for i, f in same.items() if f == family)
    inputs = [
        (code(id), code(n), stacked(i.name.zh, i.name.en), i.unit, i.parameter and code(i.parameter), i.own)
        for id, s in own.items()
        for n, i in s.inputs.items()
    ]
    heads = ("排放源 stream", "数据 input", "名称 name", "单位 unit", "缺省值 default", "自有值 own value")
    if inputs:
        yield "### 所需数据 Inputs\n\n" + table(heads, inputs)
    totals = [(code(id), stacked(t.name.zh, t.name.en), _summed(t), t.note) for id, t in method.totals.items()]
    yield "### 合计 Totals\n\n" + table(("", "名称 name", "包括 of", "说明 note"), totals)
    if method.ratios:
        rows = [
            (
                code(id),
                stacked(r.name.zh, r.name.en),
                r.unit,
                f"{r.of} / {r.per or 1}" + (f" × {r.times}" if r.times else ""),
            )
            for id, r in method.ratios.items()
        ]
        yield "### 强度与比值 Ratios\n\n" + table(("", "名称 name", "单位 unit", "算法 formula"), rows)
    if method.notes:
        yield "### 说明 Notes\n\n" + "\n".join(f"- {n.zh}\n  {n.en}" for n in method.notes)


def _stream(id: str, form: StreamForm, words: dict[str, Any]) -> tuple[object, ...]:
    used = [stacked(words[f].zh, words[f].en) for f in form.formulas if f in words]
    name = stacked(code(id), form.name.zh, form.name.en)
    return name, GROUP_ZH[form.group], form.gas, stacked(*used) if used else None, _items(form.items)


def _items(items: Any) -> str | None:
    if items is None or isinstance(items, str):
        return {
            None: None,
            "fossil": "化石燃料 all fossil fuels",
            "biogenic": "生物质燃料 all biogenic fuels",
            "free": "自拟 named by the case",
        }[items]
    held: list[tuple[str, ItemForm]] = list(items.items())
    shown = "、".join(f"{i.name.zh}" for _, i in held[:12])
    return shown + (f"等{len(held)}种" if len(held) > 12 else "")


def _summed(total: Any) -> str:
    base = "、".join(total.only) if total.only else "、".join(GROUP_ZH[g] for g in total.groups)
    return base + (f"（不含{'、'.join(total.without)}）" if total.without else "")


def _golden(cases: list[dict[str, Any]]) -> str:
    if not cases:
        return ""
    rows = [
        (code(c["id"]), stacked(c["title"]["zh"], c["title"]["en"]), KIND_ZH[c["kind"]],
         stacked(c["source"]["document"], c["source"].get("place", "")), _result(c))
        for c in cases
    ]  # fmt: skip
    heads = ("算例 case", "内容 of", "种类 kind", "来源 source", "结果 result, tCO2e")
    return "## 对照算例 Golden cases\n\n" + table(heads, rows)


@cache
def _computed(text: str) -> float | None:
    return run_case(read_case(text.encode()), packaged_methods(), packaged_rulebook()).total.value


def _result(golden: dict[str, Any]) -> float | None:
    value = _computed(json.dumps(golden["case"]))
    return None if value is None else round(value, 4)


# -- all of them -------------------------------------------------------------------------------------------------------


def _coverage(root: Path) -> str:
    rows = []
    for (id, family), method in sorted(packaged_methods().held.items()):
        kinds = [c["kind"] for c in _of(root, id, family)]
        counts = [kinds.count(k) or None for k in KIND_ZH]
        rows.append((f"[{method.name.zh}](industry/{id}.md)", code(family), STATUS_ZH[method.status], *counts))
    words = (
        "每个方法在每种规则下有哪些对照算例。公布数据和公布算例按来源的数字核对；"
        "自编手算只证明算式照写，不证明规则读得对。\n\n"
        "Which golden cases each method has under each rule. Published figures and worked examples are held against "
        "their source; cases of our own prove that the arithmetic is as written, not that the rule was read right."
    )
    held = [c for _, c in _cases(root)]
    sums = "、".join(f"{KIND_ZH[k]} {sum(1 for c in held if c['kind'] == k)}" for k in KIND_ZH)
    heads = ("方法 method", "规则 rule", "状态 status", *KIND_ZH.values())
    return "\n\n".join([_MADE, "# 算例覆盖 Coverage", words, f"共 {len(held)} 个：{sums}", table(heads, rows)]) + "\n"


def _differences(root: Path) -> str:
    rows = [
        (code(c["id"]), c["source"]["document"], d["what"], _said(d.get("published")), _said(d.get("ours")),
         stacked(d["why"]["zh"], d["why"]["en"]))
        for _, c in _cases(root)
        for d in c.get("differences", ())
    ]  # fmt: skip
    words = (
        "公布的数字有误、或按其数据不能重现之处。我们照公布的写明，不改自己的结果去迎合。\n\n"
        "Where a published figure is wrong or does not follow from its own data. It is told as printed; our results "
        "are not bent to meet it."
    )
    heads = ("算例 case", "来源 source", "何处 what", "公布 published", "本系统 ours", "原因 why")
    return "\n\n".join([_MADE, "# 与公布结果的差异 Differences", words, table(heads, rows)]) + "\n"


def _said(value: Any) -> str | None:
    return None if value is None else f"{value:,.6g}" if isinstance(value, int | float) else str(value)
