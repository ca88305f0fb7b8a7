"""Tables of what figures rest on 依据类表格: parameters, indicators, sources, plans, batches, problems of intake."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from dafeng.app.explaining import seen_facts
from dafeng.app.pages.english import (
    area_told,
    column_told,
    departments_en,
    source_en,
    source_zh,
    told_as,
    unit_told,
    wanted_en,
)
from dafeng.app.pages.reading import plans
from dafeng.app.pages.references import sources, table_words
from dafeng.app.permission import brought_by
from dafeng.app.ports import Batch
from dafeng.app.services import Services
from dafeng.app.sight.results import sees_all
from dafeng.app.tables.tabling import Choice, Column, TableDef
from dafeng.base.callers import Caller
from dafeng.base.provenance import STATUS_ZH
from dafeng.evaluate.indicators import indicator_library
from dafeng.rules.listing import listed
from dafeng.rules.rulebook import packaged_rulebook

Rows = Iterable[Mapping[str, Any]]
_ALWAYS = date(1900, 1, 1)  # a value without a day of publication counts as always known
_ENTERED = {"user": "entered by a user"}
_STATUS = tuple(Choice(key, zh, _ENTERED.get(key, key)) for key, zh in STATUS_ZH.items())
_DIRECTIONS = (Choice("lower", "越低越好", "lower is better"), Choice("higher", "越高越好", "higher is better"),
               Choice("none", "不分", "neither"))  # fmt: skip
_KINDS = (Choice("level", "总量", "level"), Choice("intensity", "强度", "intensity"), Choice("share", "占比", "share"),
          Choice("rate", "率", "rate"), Choice("count", "数量", "count"), Choice("peak", "达峰量", "peak"),
          Choice("change", "同比变化率", "yearly change"), Choice("growth", "增速", "growth"),
          Choice("gain", "提升幅度", "gain"))  # fmt: skip
_FORCE = (Choice("past", "已失效", "past"), Choice("now", "现行", "in force"), Choice("future", "未生效", "not yet"))
_SOURCES = (Choice("packaged", "随软件发布", "packaged"), Choice("rule", "参数来源", "of parameters"),
            Choice("delivered", "报送文件", "delivered"))  # fmt: skip
_SEVERITY = (Choice("error", "错误", "error"), Choice("warning", "存疑", "doubtful"), Choice("note", "提示", "note"))


def _rulebook(services: Services, caller: Caller) -> str:
    return packaged_rulebook().version


def _parameters(services: Services, caller: Caller, area: str | None, year: int | None) -> Rows:
    """Every dated value; with a year those that hold on a day of it."""
    today = services.clock.today()
    values = listed(packaged_rulebook())
    if year is not None:
        first, last = date(year, 1, 1), date(year, 12, 31)
        values = [v for v in values if v["since"] <= last and (v["until"] is None or v["until"] >= first)]
    for v in values:
        over = v["until"] is not None and v["until"] < today
        force = "future" if v["since"] > today else "past" if over else "now"
        yield {
            **v, "key": f"{v['id']}@{v['scope']}@{v['since']}@{v['published'] or ''}", "force": force,
            "family": v["id"].partition(".")[0], "kind": v["id"].rpartition(".")[2],
            "known": v["published"] or _ALWAYS, "source": source_zh(v["source"]), "source_en": source_en(v["source"]),
        }  # fmt: skip


def _indicators(services: Services, caller: Caller, area: str | None, year: int | None) -> Rows:
    for i in indicator_library().indicators.values():
        computed = any(f for f in i.formulas)
        yield {
            "id": i.id, "zh": i.zh, "en": i.en, "unit": i.unit, "kind": i.kind, "direction": i.direction,
            "computed": computed, "aliases": list(i.aliases), "wants": list(i.wants), "source": i.source,
        }  # fmt: skip


def _sources(services: Services, caller: Caller, area: str | None, year: int | None) -> Rows:
    for row in sources(services, caller):
        name, licence, used_for = (w.en for w in row.words) if row.words else (row.name, row.licence, row.used_for)
        yield {
            **{field: getattr(row, field) for field in ("id", "name", "kind", "licence", "status", "used_for")},
            "note": row.note.zh if row.note is not None else None,
            "name_en": name, "licence_en": licence, "used_for_en": used_for,
            "note_en": row.note.en if row.note is not None else None,
        }  # fmt: skip


def _plans(services: Services, caller: Caller, area: str | None, year: int | None) -> Rows:
    for card in plans(services, caller):
        yield {
            **msgspec.structs.asdict(card),
            "issuers": list(card.issuers),
            "published": _day(card.published),
            "read_at": datetime.fromisoformat(card.read_at),
        }


def _day(words: str | None) -> date | None:
    """A day as a plan states it; some state only the month."""
    try:
        return date.fromisoformat(words) if words else None
    except ValueError:
        return None


def _batches_of(services: Services, caller: Caller) -> list[tuple[Batch, bool]]:
    """The batches a caller may see, each with whether all of it is his: brought by him, or of his scope throughout."""
    batches = services.records.batches()
    if sees_all(services, caller):
        return [(b, True) for b in batches]
    every = services.columns.facts().group_by("batch_id").len()
    seen = seen_facts(services, caller).group_by("batch_id").len()
    own = set(every.join(seen, on=["batch_id", "len"], how="semi")["batch_id"].to_list())
    mine = [(b, brought_by(caller, b.imported_by)) for b in batches]
    return [(b, brought or not b.rejected) for b, brought in mine if brought or b.batch_id in own]


def _batches(services: Services, caller: Caller, area: str | None, year: int | None) -> Rows:
    for b, _ in _batches_of(services, caller):
        yield {
            "batch_id": b.batch_id, "file": b.file.rsplit("/", 1)[-1], "contract": b.contract, "rows": b.rows,
            "table": table_words(b.contract).zh, "accepted": b.accepted,
            "rejected": b.rejected, "facts": b.facts, "problems": len(b.problems), "imported_at": b.imported_at,
            "imported_by": b.imported_by, "sha256": b.sha256,
        }  # fmt: skip


def _problems(services: Services, caller: Caller, area: str | None, year: int | None) -> Rows:
    """What was found wrong in files that are the caller's throughout: a refused row may be anybody's."""
    for b, whole in _batches_of(services, caller):
        for n, p in enumerate(b.problems if whole else ()):
            yield {
                "key": f"{b.batch_id}-{n:05d}", "batch_id": b.batch_id, "file": b.file.rsplit("/", 1)[-1],
                "sheet": p.get("sheet"), "row": p.get("row"), "column": p.get("header") or p.get("column"),
                "text": p.get("text"), "severity": p.get("severity"), "what": p.get("what_zh") or p.get("what"),
                "mend": p.get("mend_zh") or p.get("mend"), "what_en": p.get("what"), "mend_en": p.get("mend"),
                "sha256": b.sha256,
            }  # fmt: skip


def _hidden(name: str, zh: str, en: str, kind: Any = "text") -> Column:
    return Column(name, zh, en, kind, default=False)


_NAME = Column("zh", "名称", "Name", english=told_as("en"))
PARAMETERS = TableDef(
    "parameters", "参数", "Parameters", "rules.see",
    (
        Column("id", "编号", "Id", "code"), _NAME, _hidden("en", "英文名称", "English name"),
        Column("scope", "适用范围", "Scope", "code"), Column("value", "数值", "Value", "number"),
        Column("unit", "单位", "Unit", english=unit_told), Column("since", "起", "From", "date"),
        Column("until", "止", "Until", "date"),
        Column("force", "效力", "Force", "state", choices=_FORCE),
        Column("status", "状态", "Status", "state", choices=_STATUS),
        Column("source", "来源", "Source"),
        Column("published", "发布日期", "Published", "date"), _hidden("file", "规则文件", "Rule file"),
        _hidden("family", "族或表", "Family or table", "code"), _hidden("kind", "类别", "Kind", "code"),
        _hidden("known", "获知日期", "Known from", "date"), _hidden("source_en", "来源(英文)", "Source in English"),
        _hidden("key", "键", "Key", "code"),
    ),
    key="key", rows=_parameters, search=("id", "zh", "en", "source"), sort=("id", "scope", "since"), version=_rulebook,
)  # fmt: skip
INDICATORS = TableDef(
    "indicators", "指标", "Indicators", "rules.see",
    (
        Column("id", "编号", "Id", "code"), _NAME, _hidden("en", "英文名称", "English name"),
        Column("unit", "单位", "Unit", english=unit_told), Column("kind", "类型", "Kind", "state", choices=_KINDS),
        Column("direction", "方向", "Direction", "state", choices=_DIRECTIONS),
        Column("computed", "可由数据计算", "Computed", "bool"),
        Column("wants", "所需数据", "Data wanted", "list", english=column_told("wants", wanted_en)),
        _hidden("aliases", "别名", "Other names", "list"), Column("source", "来源", "Source"),
    ),
    key="id", rows=_indicators, search=("id", "zh", "en"), sort=("id",), version=_rulebook,
)  # fmt: skip
SOURCES = TableDef(
    "sources", "数据源与许可", "Sources and licences", "rules.see",
    (
        Column("id", "编号", "Id", "code", default=False), Column("name", "名称", "Name"),
        Column("kind", "类别", "Kind", "state", choices=_SOURCES), Column("licence", "许可", "Licence"),
        Column("status", "状态", "Status", "state", choices=_STATUS), Column("used_for", "用途", "Used for"),
        Column("note", "说明", "Note"), _hidden("name_en", "名称(英文)", "Name in English"),
        _hidden("licence_en", "许可(英文)", "Licence in English"),
        _hidden("used_for_en", "用途(英文)", "Use in English"), _hidden("note_en", "说明(英文)", "Note in English"),
    ),
    key="id", rows=_sources, search=("name", "used_for"), personal=True,
)  # fmt: skip
PLANS = TableDef(
    "plans", "方案", "Plans", "plan.see",
    (
        Column("doc", "文件", "Document", "code"), Column("title", "标题", "Title"),
        Column("issuers", "发文机关", "Issuers", "list", english=lambda row: departments_en(row["issuers"])),
        Column("published", "发布日期", "Published", "date"),
        Column("region", "地区", "Region", english=area_told("region")), _hidden("level", "层级", "Level", "code"),
        Column("targets", "目标", "Targets", "number"), Column("tasks", "任务", "Tasks", "number"),
        Column("boxes", "专栏", "Boxes", "number"), Column("open", "待确认", "To confirm", "number"),
        Column("repairs", "修复", "Repairs", "number"), Column("versions", "版本", "Versions", "number"),
        Column("read_at", "读入时间", "Read at", "time"),
    ),
    key="doc", rows=_plans, search=("doc", "title", "region"),
)  # fmt: skip
BATCHES = TableDef(
    "batches", "导入批次", "Batches", "data.see",
    (
        Column("batch_id", "批次", "Batch", "code"), Column("file", "文件", "File"),
        Column("table", "数据表", "Table", english=lambda row: row["contract"].replace("_", " ")),
        _hidden("contract", "数据表编号", "Table id", "code"), Column("rows", "行数", "Rows", "number"),
        Column("accepted", "接收", "Accepted", "number"), Column("rejected", "退回", "Rejected", "number"),
        Column("facts", "数值", "Figures", "number"), Column("problems", "问题", "Problems", "number"),
        Column("imported_at", "导入时间", "Imported at", "time"), Column("imported_by", "导入人", "Imported by"),
        _hidden("sha256", "文件哈希", "SHA-256", "code"),
    ),
    key="batch_id", rows=_batches, search=("file", "table", "imported_by"), sort=("-imported_at",), personal=True,
)  # fmt: skip
PROBLEMS = TableDef(
    "problems", "数据问题", "Problems of data", "data.see",
    (
        _hidden("key", "键", "Key", "code"), Column("file", "文件", "File"), Column("sheet", "工作表", "Sheet"),
        Column("row", "行", "Row", "number"), Column("column", "列", "Column"), Column("text", "原文", "As delivered"),
        Column("severity", "程度", "Severity", "state", choices=_SEVERITY), Column("what", "问题", "What"),
        Column("mend", "办法", "How to mend"), _hidden("what_en", "问题(英)", "What (English)"),
        _hidden("mend_en", "办法(英)", "How to mend (English)"), _hidden("batch_id", "批次", "Batch", "code"),
        _hidden("sha256", "文件哈希", "SHA-256", "code"),
    ),
    key="key", rows=_problems, search=("file", "column", "what"), personal=True,
)  # fmt: skip
TABLES = (PARAMETERS, INDICATORS, SOURCES, PLANS, BATCHES, PROBLEMS)
