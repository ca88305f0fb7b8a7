"""The made-up town with a plan that was really read, a trail that is kept, and a workbook of two firms."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import Any

from fakes import NOW
from tiny_town import FIRMS as TOWN_FIRMS
from tiny_town import OWNER, batch, delivered, empty_town, facts, firm_rows, run, site_rows

from dafeng.app import plans
from dafeng.app.ports import Evidence
from dafeng.app.services import Services
from dafeng.plan.read import read_plan

DOC = "试验市方案"
PLAN = """试验市工业领域碳达峰实施方案

一、总体要求

(一)主要目标
到2025年,规模以上工业单位增加值能耗较2020年下降13.5%,大宗工业固废综合利用率达到60%,建成市级绿色工厂20家以上。

二、重点任务

1.推动钢铁行业节能。推广余热发电,到2025年,短流程炼钢占比达到15%以上。(责任单位:市工业和信息化局)
"""
AMENDED = PLAN.replace("下降13.5%", "下降14.5%").replace("一、总体要求\n", "一、总体要求\n\n本方案经修订印发。\n")
HEADS = "统一社会信用代码,企业名称,时期,能源品种,计量单位,消费量"
ROWS = [("E-1", "2024", 990.0), ("E-1", "2023", 980.0), ("E-3", "2024", 2777.0), ("E-1", "2022", 970.0)]
NAMES = {i: name for i, name, *_ in TOWN_FIRMS}
BOOK = "\n".join([HEADS, *(f"{f},{NAMES[f]},{y},烟煤,吨,{v}" for f, y, v in ROWS)])
OWN_BOOK = "\n".join(line for line in BOOK.splitlines() if "E-3" not in line)


@dataclass
class Trail:
    """What was noted in the audit trail, of a programme without accounts."""

    noted: list[Any] = field(default_factory=list)

    def note(self, entry: Any) -> None:
        self.noted.append(entry)

    def changes(self) -> int:
        return 0

    def all(self, kind: type, **where: object) -> list[Any]:
        return []


def read_town(**settings: object) -> Services:
    """The town with its plan read from a file; not run."""
    services = replace(empty_town(**settings), identities=Trail())  # type: ignore[arg-type]
    services.records.put_registry("enterprises", firm_rows(*TOWN_FIRMS), "B-0", NOW)
    services.records.put_registry("sites", site_rows(), "B-0", NOW)
    enter(services, PLAN)
    return services


def enter(services: Services, text: str, name: str = f"{DOC}.txt") -> plans.TakenIn:
    return plans.enter(services, OWNER, text.encode(), name, read_plan(text.encode(), name))


def run_town() -> Services:
    """The town, run on whole data."""
    services = read_town()
    services.columns.put_facts("B-1", facts(delivered(whole=True)))
    return run(services)


def with_book(services: Services, text: str = BOOK, by: str = "局里") -> str:
    """Deliver a CSV workbook: its bytes as evidence, its rows as figures of that file. Gives its hash."""
    sha = hashlib.sha256(text.encode()).hexdigest()
    services.columns.put_bytes(sha, text.encode())
    services.records.put_evidence(Evidence(sha, "activity/能源.csv", len(text), "table", NOW, by))
    rows = []
    for at, line in enumerate(text.splitlines()[1:], start=2):
        firm, _, year, _, _, value = line.split(",")
        if not value:  # a refused row
            continue
        rows.append({
            "subject_kind": "enterprise", "subject_id": firm, "measure": "energy_used", "item": "bituminous",
            "period": year, "value": float(value), "unit": "t", "value_delivered": float(value), "unit_delivered": "吨",
            "quality": "manual", "status": "official", "file": "activity/能源.csv", "sha256": sha, "sheet": None,
            "row": at, "column": "消费量", "batch_id": f"B-{sha[:6]}", "recorded_at": NOW,
        })  # fmt: skip
    services.columns.put_facts(f"B-{sha[:6]}", facts(rows))
    services.records.put_batch(batch(f"B-{sha[:6]}", "activity/能源.csv", sha256=sha, imported_by=by))
    return sha
