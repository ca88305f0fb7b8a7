"""Use case of the command palette 快速查找: firms, targets, tasks, areas, plans and pages by name, pinyin or code."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from dafeng.app.pages.desk import Hit
from dafeng.app.pages.figures import goal_words
from dafeng.app.pages.known import Known, known, sight_of
from dafeng.app.pages.pinyin import spelled
from dafeng.app.permission import may, use_case
from dafeng.app.services import Services
from dafeng.base.callers import Caller

PAGES = (  # use case that must be allowed → title, English words, address
    ("overview.see", "总览", "overview dashboard", "/"),
    ("plan.see", "方案", "plans", "/plans"),
    ("progress.see", "目标", "targets", "/targets"),
    ("task.see", "任务", "tasks", "/tasks"),
    ("registry.see", "企业", "enterprises", "/enterprises"),
    ("filing.see", "填报", "filing", "/filing"),
    ("report.see", "报告", "reports", "/reports"),
    ("rules.see", "数据源", "sources licences", "/sources"),
    ("user.see", "账号", "users accounts", "/system/users"),
    ("job.see", "作业", "jobs", "/system/jobs"),
    ("audit.see", "审计日志", "audit trail", "/system/audit"),
    ("backup.make", "备份", "backups", "/system/backups"),
    ("system.see", "系统状态", "system state", "/system/state"),
    ("self.change", "本人账号", "my account", "/me"),
)
_ORDER = {"page": 0, "area": 1, "enterprise": 2, "target": 3, "task": 4, "plan": 5}
_Entry = tuple[Hit, tuple[str, ...]]  # what is shown, and the texts it is found by


@use_case("registry.see")
def search(services: Services, caller: Caller, q: str, limit: int = 12) -> list[Hit]:
    """The best hits, whole words first, then beginnings, then parts, then pinyin; only what the caller may see."""
    facts = known(services, caller)
    index = services.memory.get(("pages.search", sight_of(caller)), facts.revision, lambda: _index(facts))
    wanted = "".join(q.lower().split())
    ranked = ((_fit(wanted, texts), _ORDER[hit.kind], n, hit) for n, (hit, texts) in enumerate(index))
    found = [(rank, order, n, hit) for rank, order, n, hit in ranked if rank is not None]
    return [hit for *_, hit in sorted(found, key=lambda x: x[:3])[:limit]]


def _fit(wanted: str, texts: Iterable[str]) -> int | None:
    """0 the whole of a text, 1 its start, 2 a part, 3 a part of the pinyin (the last of the texts)."""
    if not wanted:
        return None
    *plain, pinyin = texts
    best: int | None = None
    for text in plain:
        if text == wanted:
            return 0
        at = text.find(wanted)
        if at >= 0:
            best = min(1 if at == 0 else 2, 3 if best is None else best)
    if best is None and wanted.isascii() and wanted in pinyin:
        return 3
    return best


def _index(known: Known) -> tuple[_Entry, ...]:
    return (*_pages(known), *_areas(known), *_firms(known), *_targets(known), *_tasks(known), *_plans(known))


def _entry(hit: Hit, *more: str | None) -> _Entry:
    texts = dict.fromkeys("".join(t.lower().split()) for t in (hit.title, hit.id, *more) if t)
    return hit, (*texts, spelled(hit.title))


def _pages(known: Known) -> Iterable[_Entry]:
    for right, zh, en, href in PAGES:
        if may(known.caller, right):
            yield _entry(Hit(kind="page", id=href, title=zh, note=en, href=href), *en.split())


def _areas(known: Known) -> Iterable[_Entry]:
    tree, own = known.registry.tree, known.services.settings.area
    for code in tree.descendants(own) if own in tree else ():
        if known.in_scope(code):
            name = tree.name(code)
            yield _entry(Hit(kind="area", id=code, title=name, note=code, href=f"/?area={code}"))


def _firms(known: Known) -> Iterable[_Entry]:
    rows = known.registry.enterprises.filter(pl.col("enterprise_id").is_in(list(known.codes)))
    last = rows.sort("enterprise_id", "since").unique("enterprise_id", keep="last", maintain_order=True)
    for row in last.iter_rows(named=True):
        place = known.registry.area_name(row["area_code"]) if row["area_code"] else ""
        note = " · ".join(w for w in (place, known.industry_names.get(row["industry_code"] or "", "")) if w)
        firm = row["enterprise_id"]
        yield _entry(
            Hit(kind="enterprise", id=firm, title=row["name"], note=note, href=f"/enterprises/{firm}"), row["uscc"]
        )


def _targets(known: Known) -> Iterable[_Entry]:
    for target in known.view.targets():
        tie = known.tied.get(target.id)
        words = goal_words(target, tie.indicator_id if tie else None)
        note = " · ".join(w for w in (target.region, target.sector, words.en) if w)
        href = f"/targets/{_quoted(target.id)}"
        yield _entry(Hit(kind="target", id=target.id, title=words.zh, note=note, href=href), words.en)


def _tasks(known: Known) -> Iterable[_Entry]:
    if not may(known.caller, "task.see"):
        return
    for task in known.view.tasks():
        units = "、".join(u.name for u in task.units)
        yield _entry(Hit(kind="task", id=task.id, title=task.title, note=units, href=f"/tasks/{_quoted(task.id)}"))


def _plans(known: Known) -> Iterable[_Entry]:
    for document in known.view.documents():
        title = document.title or document.doc
        yield _entry(
            Hit(
                kind="plan",
                id=document.doc,
                title=title,
                note="、".join(document.issuers),
                href=f"/plans/{document.doc}",
            )
        )


def _quoted(record_id: str) -> str:
    """A record's id in an address: its # would end the path."""
    return record_id.replace("%", "%25").replace("#", "%23")
