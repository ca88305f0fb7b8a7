"""Tables of cases 事项表格: what is due, filings, tasks, findings, the inbox."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import date
from typing import Any

import polars as pl

from dafeng.act.machine import machine
from dafeng.act.terms import level
from dafeng.app.cases import known_registry, store, visible_firms
from dafeng.app.filing.acts import FORMS
from dafeng.app.filing.dues import DUE_STATES, contract_words, dues_frame
from dafeng.app.findings import SEVERITIES
from dafeng.app.inbox import inbox_items
from dafeng.app.pages.english import (
    area_told,
    column_told,
    department_en,
    departments_en,
    goal_en,
    indicator_en,
    sector_en,
    task_en,
)
from dafeng.app.pages.shapes import Words
from dafeng.app.services import Services
from dafeng.app.tables.tabling import Choice, Column, TableDef
from dafeng.app.tasks.rows import TASK_STATES, task_rows
from dafeng.base.callers import Caller

_KINDS = {
    "filing": Words("填报", "filing"),
    "due": Words("待填报", "due"),
    "task": Words("任务", "task"),
    "dispatch": Words("调度", "dispatch"),
    "finding": Words("核查发现", "finding"),
}
_EVERY = {"month": Words("月", "month"), "year": Words("年", "year")}
PLAN_LEVELS = {"own": Words("本级方案", "own plan"), "upper": Words("上级方案", "plan of an upper level")}
_LEVELS = {
    "blue": Words("蓝", "blue"),
    "yellow": Words("黄", "yellow"),
    "orange": Words("橙", "orange"),
    "red": Words("红", "red"),
}


def _choices(named: Mapping[str, Words]) -> tuple[Choice, ...]:
    return tuple(Choice(code, words.zh, words.en) for code, words in named.items())


def _states(kind: str) -> tuple[Choice, ...]:
    return tuple(Choice(s.id, s.zh, s.en) for s in machine(kind).states.values())


def _version(services: Services, caller: Caller) -> Hashable:
    return (services.records.revision(), store(services).revision())


def _within(services: Services, area: str | None) -> pl.Expr:
    """Rows of an area's subtree; of all where none is asked for."""
    tree = known_registry(services).tree
    if area is None:
        return pl.lit(True)
    return pl.col("area_code").is_in(list(tree.descendants(area)) if area in tree else [])


def _area_names(services: Services, frame: pl.DataFrame) -> pl.DataFrame:
    registry = known_registry(services)
    names = {code: registry.area_name(code) for code in frame["area_code"].drop_nulls().unique().to_list()}
    return frame.with_columns(area=pl.col("area_code").replace(names))


def _dues(services: Services, caller: Caller, area: str | None, year: int | None) -> pl.DataFrame:
    found = dues_frame(services, caller, year).filter(_within(services, area))
    key = pl.concat_str(["enterprise_id", "contract", "period"], separator="|")
    return _area_names(services, found).with_columns(id=key, days_left=pl.col("days_left").cast(pl.Float64))


def _filings(services: Services, caller: Caller, area: str | None, year: int | None) -> pl.DataFrame:
    heads = _of_firms(services, caller, "filing").filter(_within(services, area))
    if year is not None:
        heads = heads.filter(pl.col("period").str.starts_with(str(year)))
    return _area_names(services, heads)


def _of_firms(services: Services, caller: Caller, kind: str) -> pl.DataFrame:
    """Cases of firms of the scope, with the firm's last name and area."""
    firms = known_registry(services).enterprises.sort("since").unique("enterprise_id", keep="last")
    mine = firms.filter(pl.col("enterprise_id").is_in(list(visible_firms(services, caller))))
    heads = store(services).heads(kind).rename({"subject_id": "enterprise_id", "form": "contract"})
    return heads.join(mine.select("enterprise_id", "name", "area_code"), on="enterprise_id", how="inner").with_columns(
        version=pl.col("version").cast(pl.Float64)
    )


def _findings(services: Services, caller: Caller, area: str | None, year: int | None) -> pl.DataFrame:
    heads = _of_firms(services, caller, "finding").filter(_within(services, area))
    if year is not None:
        heads = heads.filter(pl.col("created_at").dt.year() == year)
    said = store(services).cases("finding", heads["enterprise_id"].unique().to_list())
    data = pl.DataFrame(
        [(c.case_id, c.data["severity"], c.data["words"], c.data["answer"] or None) for c in said],
        schema={"case_id": pl.String, "severity": pl.String, "words": pl.String, "answer": pl.String},
        orient="row",
    )
    return _area_names(services, heads.join(data, on="case_id", how="left"))


def _tasks(services: Services, caller: Caller, area: str | None, year: int | None) -> Iterable[Mapping[str, Any]]:
    for row in task_rows(services):
        if (
            year is not None
            and row.due is not None
            and not (row.start is None or row.start.year <= year <= row.due.year)
        ):
            continue
        yield {
            "id": row.task.id,
            "title": row.task.title,
            "doc": row.task.doc,
            "doc_title": row.doc_title,
            "plan_level": "upper" if row.upper else "own",
            "number": row.task.number,
            "lead": row.lead,
            "departments": list(row.departments),
            "sector": row.task.sector,
            "start": row.start,
            "due": row.due,
            "state": row.state,
            "percent": row.percent,
            "last_entry": row.last_said,
            "last_at": row.last.at if row.last else None,
            "overdue_days": float(row.overdue_days) if row.overdue_days else None,
            "level": row.urgency.level if row.urgency else None,
            "targets": [t.id for t in row.targets],
            "target_names": [t.indicator for t in row.targets],
            "evidence": float(row.evidence) if row.evidence else None,
        }


def _dispatches(services: Services, caller: Caller, area: str | None, year: int | None) -> Iterable[Mapping[str, Any]]:
    day = services.clock.today()
    for case in store(services).cases("dispatch"):
        if year is not None and case.created_at.year != year:
            continue
        open_one = not machine("dispatch").states[case.state].ends
        reached = level(day, case.term) if open_one else None
        yield {
            "case_id": case.case_id,
            "task_id": case.subject_id,
            "task": case.title,
            "recipient": case.owner,
            "words": case.data["words"],
            "answer": case.data["answer"] or None,
            "state": case.state,
            "term": case.term,
            "level": reached.id if reached else None,
            "late": bool(open_one and case.term and day > case.term),
            "created_at": case.created_at,
            "changed_at": case.changed_at,
            "changed_by": case.changed_by,
        }


def _inbox(services: Services, caller: Caller, area: str | None, year: int | None) -> Iterable[Mapping[str, Any]]:

    for item in inbox_items(services, caller):
        yield {
            "id": item.id,
            "kind": item.kind,
            "title": item.title,
            "title_en": item.title_en,
            "state": item.state,
            "term": date.fromisoformat(item.term) if item.term else None,
            "level": item.urgency.level if item.urgency else None,
            "days_left": float(item.urgency.days_left) if item.urgency else None,
            "moves": list(item.moves),
            "escalated": item.escalated,
            "href": item.href,
            "reminded": item.reminded.zh if item.reminded else None,
            "reminded_en": item.reminded.en if item.reminded else None,
        }


_FIRM = (
    Column("name", "企业", "enterprise"),
    Column("area", "区县", "county", english=area_told("area")),
    Column("enterprise_id", "企业标识", "enterprise id", "code", default=False),
    Column("area_code", "区划代码", "area code", "code", default=False),
)
_CONTRACT = Column("contract", "报表", "table", "state", choices=_choices({c: contract_words(c) for c in FORMS}))
_LEVEL = Column("level", "预警", "level", "state", choices=_choices(_LEVELS))
_CHANGED = (
    Column("changed_at", "最近办理", "last move", "time"),
    Column("changed_by", "办理人", "by", default=False),
    Column("term", "办理期限", "term", "date"),
)
_ALL_STATES = {
    **{
        k: v
        for kind in ("finding", "dispatch")
        for k, v in ((s.id, Words(s.zh, s.en)) for s in machine(kind).states.values())
    },
    **DUE_STATES,
    **TASK_STATES,
}
_LEAD_EN, _ALL_EN = column_told("lead", department_en), column_told("departments", departments_en)
_SECTOR_EN = column_told("sector", sector_en)
_TARGETS_EN = column_told("target_names", lambda names: [goal_en(indicator_en(None, n) or n) for n in names])
TABLES = (
    TableDef(
        "dues", "应报情况", "what is due", "filing.see",
        (
            Column("id", "标识", "id", "code", default=False), *_FIRM, _CONTRACT,
            Column("period", "时期", "period", "code"),
            Column("every", "频次", "every", "state", choices=_choices(_EVERY)),
            Column("term", "期限", "term", "date"),
            Column("state", "状态", "state", "state", choices=_choices(DUE_STATES)),
            Column("late", "逾期", "late", "bool"),
            Column("days_left", "剩余天数", "days left", "number", "天"), _LEVEL,
            Column("case_id", "填报编号", "filing id", "code", default=False),
        ),
        "id", _dues, ("name", "enterprise_id"), ("-late", "term", "name"), _version,
    ),
    TableDef(
        "filings", "填报", "filings", "filing.see",
        (
            Column("case_id", "编号", "id", "code", default=False), *_FIRM, _CONTRACT,
            Column("period", "时期", "period", "code"),
            Column("state", "状态", "state", "state", choices=_states("filing")), *_CHANGED,
            Column("version", "版本", "version", "number", default=False),
        ),
        "case_id", _filings, ("name", "enterprise_id"), ("-changed_at",), _version,
    ),
    TableDef(
        "tasks", "任务", "tasks", "task.see",
        (
            Column("id", "编号", "id", "code", default=False),
            Column("title", "任务", "task", english=column_told("title", task_en)),
            Column("state", "状态", "state", "state", choices=_choices(TASK_STATES)),
            Column("due", "完成期限", "due", "date"), Column("percent", "进度", "progress", "number", "%"),
            Column("lead", "牵头单位", "lead", english=_LEAD_EN),
            Column("plan_level", "层级", "level of plan", "state", choices=_choices(PLAN_LEVELS)),
            Column("doc", "方案标识", "plan id", "code", default=False), Column("doc_title", "方案", "plan"),
            Column("number", "序号", "number", default=False),
            Column("departments", "责任单位", "departments", "list", english=_ALL_EN),
            Column("sector", "行业", "sector", default=False, english=_SECTOR_EN),
            Column("start", "开始", "start", "date", default=False), Column("last_entry", "最近进展", "last entry"),
            Column("last_at", "填报时间", "entered", "time", default=False),
            Column("overdue_days", "逾期天数", "days overdue", "number", "天"), _LEVEL,
            Column("targets", "目标标识", "target ids", "list", default=False),
            Column("target_names", "所含目标", "targets", "list", english=_TARGETS_EN),
            Column("evidence", "凭证份数", "files of evidence", "number"),
        ),
        "id", _tasks, ("title", "lead", "doc_title"), ("plan_level", "due", "id"), _version,
    ),
    TableDef(
        "dispatches", "调度单", "dispatches", "task.see",
        (
            Column("case_id", "编号", "id", "code", default=False), Column("recipient", "接收单位", "sent to"),
            Column("words", "要求", "asked"), Column("task", "任务", "task"),
            Column("task_id", "任务编号", "task id", "code", default=False),
            Column("state", "状态", "state", "state", choices=_states("dispatch")),
            Column("term", "期限", "term", "date"), _LEVEL, Column("late", "逾期", "late", "bool"),
            Column("answer", "反馈", "answer"), Column("created_at", "下发时间", "sent", "time"),
            Column("changed_at", "最近办理", "last move", "time", default=False),
            Column("changed_by", "办理人", "by", default=False),
        ),
        "case_id", _dispatches, ("recipient", "words", "task"), ("-late", "term", "case_id"), _version,
    ),
    TableDef(
        "findings", "核查发现", "findings", "finding.see",
        (
            Column("case_id", "编号", "id", "code", default=False), *_FIRM,
            Column("severity", "程度", "severity", "state", choices=_choices(SEVERITIES)),
            Column("words", "发现", "finding"), Column("answer", "答复", "answer"),
            Column("state", "状态", "state", "state", choices=_states("finding")),
            Column("created_at", "提出时间", "written", "time"), *_CHANGED,
        ),
        "case_id", _findings, ("name", "words"), ("-created_at",), _version,
    ),
    TableDef(
        "inbox", "待办", "inbox", "inbox.see",
        (
            Column("id", "编号", "id", "code", default=False),
            Column("kind", "类别", "kind", "state", choices=_choices(_KINDS)), Column("title", "事项", "case"),
            Column("title_en", "事项(英文)", "case in English", default=False),
            Column("state", "状态", "state", "state", choices=_choices(_ALL_STATES)),
            Column("term", "期限", "term", "date"), _LEVEL,
            Column("days_left", "剩余天数", "days left", "number", "天"),
            Column("moves", "可办", "moves", "list", default=False),
            Column("escalated", "逾期上报", "escalated", "bool"), Column("reminded", "催报", "reminded"),
            Column("reminded_en", "催报(英文)", "reminded in English", default=False),
            Column("href", "地址", "address", "code", default=False),
        ),
        "id", _inbox, ("title",), ("term",), _version, personal=True,
    ),
)  # fmt: skip
