"""Tables of the rulebook 规则库表格: formulas and rule families. The dated values are the table of parameters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from dafeng.account import formulas as _formulas  # noqa: F401 (enrols them)
from dafeng.app.pages.english import source_zh
from dafeng.app.services import Services
from dafeng.app.tables.tabling import Column, TableDef
from dafeng.base.callers import Caller
from dafeng.rules.methods import packaged_methods
from dafeng.rules.rulebook import packaged_rulebook
from dafeng.rules.usage import formula_entries

Rows = Iterable[Mapping[str, Any]]


def _version(services: Services, caller: Caller) -> str:
    return packaged_rulebook().version + packaged_methods().version


def _formula_rows(services: Services, caller: Caller, area: str | None, year: int | None) -> Rows:
    """Every enrolled formula, and how many methods may choose it."""
    named: dict[str, set[str]] = {}
    for (method, _), held in packaged_methods().held.items():
        for stream in held.streams.values():
            for id in stream.formulas:
                named.setdefault(id, set()).add(method)
    for entry in formula_entries():
        methods = sorted(named.get(entry["id"], ()))
        yield {
            **entry, "since": date.fromisoformat(entry["since"]), "inputs": entry["inputs"].split(", "),
            "methods": methods, "used": len(methods), "source": source_zh(entry["source"]),
            "source_en": entry["source"],
        }  # fmt: skip


def _family_rows(services: Services, caller: Caller, area: str | None, year: int | None) -> Rows:
    """Every rule family with its sets of factors, and how many methods stand under it."""
    counts: dict[str, int] = {}
    for _, family in packaged_methods().held:
        counts[family] = counts.get(family, 0) + 1
    for f in packaged_rulebook().families.values():
        spans = [
            (f"{s.since}–{s.until or ''}{_known(s.published)}", _called(s.parameter, s.scope)) for s in f.electricity
        ]
        yield {
            "id": f.id, "zh": f.name.zh, "en": f.name.en, "since": f.since, "until": f.until, "gwp": f.gwp,
            "fuels": f.fuels, "heat": f.heat, "decimals": f.carbon_content_decimals,
            "electricity": [f"{days} {zh}" for days, (zh, _) in spans],
            "electricity_en": [f"{days} {en}" for days, (_, en) in spans],
            "methods": counts.get(f.id, 0), "source": source_zh(f.source), "source_en": f.source,
        }  # fmt: skip


_GRID_ZH = re.compile("^(华北|华东|华中|东北|西北|西南|南方)")
_GRID_EN = re.compile(r"\b(north|east|central|northeast|northwest|southwest|south)\b")


def _known(published: date | None) -> str:
    """The day from which a rule is known, where it replaced an older one for days before that."""
    return "" if published is None else f"（≥{published}）"


def _called(parameter: str, scope: str | None) -> tuple[str, str]:
    """What a parameter is called, in Chinese and English; one that stands by grid region is that of the firm's own."""
    held = packaged_rulebook().parameters
    own = held.get((parameter, scope or ""))
    if own is not None:
        return own.values[0].name_zh, own.values[0].name_en
    one = next((p.values[0] for (id, _), p in held.items() if id == parameter), None)
    if one is None:
        return parameter, parameter
    return _GRID_ZH.sub("所在", one.name_zh), _GRID_EN.sub("own", one.name_en)


FORMULAS = TableDef(
    "rule_formulas", "公式", "Formulas", "rules.see",
    (
        Column("id", "编号", "Id", "code"),
        Column("zh", "算式", "Arithmetic", english=lambda row: row["en"] or row["zh"]),
        Column("en", "算式(英文)", "Arithmetic in English", default=False), Column("since", "起", "From", "date"),
        Column("inputs", "输入", "Inputs", "list"), Column("used", "采用的方法数", "Methods that use it", "number"),
        Column("methods", "采用的方法", "Methods", "list", default=False),
        Column("source", "来源", "Source"),
        Column("key", "键", "Key", "code", default=False),
        Column("source_en", "来源(英文)", "Source in English", default=False),
    ),
    key="key", rows=_formula_rows, search=("id", "zh", "en", "source"), sort=("id",), version=_version,
)  # fmt: skip
FAMILIES = TableDef(
    "rule_families", "规则族", "Rule families", "rules.see",
    (
        Column("id", "编号", "Id", "code"), Column("zh", "名称", "Name", english=lambda row: row["en"]),
        Column("en", "英文名称", "English name", default=False), Column("since", "起", "From", "date"),
        Column("until", "止", "Until", "date"), Column("gwp", "GWP", "GWP set", "code"),
        Column("fuels", "燃料缺省值表", "Fuel table", "code"),
        Column("electricity", "电力因子规则", "Electricity factor rule", "list"),
        Column("heat", "热力因子", "Heat factor", "code", default=False),
        Column("decimals", "含碳量修约位数", "Decimals of carbon", "number"),
        Column("methods", "方法数", "Methods", "number"),
        Column("source", "来源", "Source"),
        Column("source_en", "来源(英文)", "Source in English", default=False),
        Column("electricity_en", "电力因子规则(英文)", "Electricity factor rule in English", "list", default=False),
    ),
    key="id", rows=_family_rows, search=("id", "zh", "en", "source"), sort=("id",), version=_version,
)  # fmt: skip
TABLES = (FORMULAS, FAMILIES)
