"""Use case of the command palette 快速查找: firms, targets, tasks, areas, plans and pages by name, pinyin or code."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from dafeng.app.pages.desk import Hit
from dafeng.app.pages.english import area_en, departments_en, industry_en, sector_en, task_en
from dafeng.app.pages.figures import goal_words
from dafeng.app.pages.known import Known, known, sight_of
from dafeng.app.pages.pinyin import starts_at_syllable, syllables
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
_SHARE = 5  # of one kind, while others wait: every kind that fits is seen


@dataclass(frozen=True)
class _Entry:
    """What is shown, the texts it is found by, and the syllables of its title."""

    hit: Hit
    texts: tuple[str, ...]
    syllables: tuple[str, ...]


@use_case("registry.see")
def search(services: Services, caller: Caller, q: str, limit: int = 12) -> list[Hit]:
    """The best hits, the kinds one after the other (pages, areas, firms, targets, tasks, plans), at most ``limit``.

    Within a kind whole words come first, then beginnings, then parts, then pinyin; no kind crowds the others out.
    Only what the caller may see.
    """
    facts = known(services, caller)
    index = services.memory.get(("pages.search", sight_of(caller)), facts.revision, lambda: _index(facts))
    wanted = "".join(q.lower().split())
    fits = ((_fit(wanted, entry), n, entry.hit) for n, entry in enumerate(index))
    found = sorted(((rank, n, hit) for rank, n, hit in fits if rank is not None), key=lambda x: x[:2])
    return _mixed([hit for *_, hit in found], limit)


def _mixed(ranked: list[Hit], limit: int) -> list[Hit]:
    """The first of each kind, then whatever ranks best; in the order of the kinds."""
    seen: Counter[str] = Counter()
    first: list[Hit] = []
    rest: list[Hit] = []
    for hit in ranked:
        (first if seen[hit.kind] < _SHARE else rest).append(hit)
        seen[hit.kind] += 1
    return sorted((first + rest)[:limit], key=lambda hit: _ORDER[hit.kind])


def _fit(wanted: str, entry: _Entry) -> int | None:
    """0 the whole of a text, 1 its start, 2 a part, 3 the pinyin from the start, 4 from a later syllable."""
    if not wanted:
        return None
    best: int | None = None
    for text in entry.texts:
        if "".join(text.split()) == wanted:
            return 0
        at = _found(wanted, text)
        if at is not None:
            best = min(1 if at == 0 else 2, 3 if best is None else best)
    if best is None and wanted.isascii():
        at_syllable = starts_at_syllable(wanted, entry.syllables)
        return None if at_syllable is None else 3 if at_syllable == 0 else 4
    return best


def _found(wanted: str, text: str) -> int | None:
    """Where a text holds what was typed; Latin letters only where one of its words begins, figures anywhere."""
    if not (wanted.isascii() and text.isascii()):
        at = text.find(wanted)
        return None if at < 0 else at
    words = [m.start() for m in re.finditer(r"[a-z0-9]+", text)]
    joined = ((at, "".join(text[at:].split())) for at in words)
    first = next((at for at, rest in joined if rest.startswith(wanted)), None)
    if first is None and any(c.isdigit() for c in wanted) and wanted in text:
        return 1
    return first


def _index(known: Known) -> tuple[_Entry, ...]:
    return (*_pages(known), *_areas(known), *_firms(known), *_targets(known), *_tasks(known), *_plans(known))


def _entry(hit: Hit, *more: str | None) -> _Entry:
    texts = dict.fromkeys(_plain(t) for t in (hit.title, hit.title_en, hit.id, *more) if t)
    return _Entry(hit, tuple(texts), syllables(hit.title))


def _plain(text: str) -> str:
    """In small letters; Chinese without blanks, Latin words with them, for a word begins after one."""
    small = text.lower()
    return " ".join(small.split()) if small.isascii() else "".join(small.split())


def _pages(known: Known) -> Iterable[_Entry]:
    for right, zh, en, href in PAGES:
        if may(known.caller, right):
            yield _entry(Hit(kind="page", id=href, title=zh, note=en, href=href), *en.split())


def _areas(known: Known) -> Iterable[_Entry]:
    tree, own = known.registry.tree, known.services.settings.area
    for code in tree.descendants(own) if own in tree else ():
        if known.in_scope(code):
            name, above = tree.name(code), tree.parent(code) if code != own else None
            note = tree.name(above) if above is not None else ""
            said = {"title_en": area_en(name), "note_en": area_en(note)}
            yield _entry(Hit(kind="area", id=code, title=name, note=note, href=f"/?area={code}", **said))


def _firms(known: Known) -> Iterable[_Entry]:
    rows = known.registry.enterprises.filter(pl.col("enterprise_id").is_in(list(known.codes)))
    last = rows.sort("enterprise_id", "since").unique("enterprise_id", keep="last", maintain_order=True)
    for row in last.iter_rows(named=True):
        place = known.registry.area_name(row["area_code"]) if row["area_code"] else ""
        industry = known.industry_names.get(row["industry_code"] or "", "")
        firm, name = row["enterprise_id"], row["name"]
        said = _joined(area_en(place), industry_en(row["industry_code"], industry))
        found = Hit(
            kind="enterprise", id=firm, title=name, note=_joined(place, industry), href=f"/enterprises/{firm}",
            title_en=name, note_en=said,
        )  # fmt: skip
        yield _entry(found, row["uscc"])


def _targets(known: Known) -> Iterable[_Entry]:
    for target in known.view.targets():
        tie = known.tied.get(target.id)
        words = goal_words(target, tie.indicator_id if tie else None)
        found = Hit(
            kind="target", id=target.id, title=words.zh, note=_joined(target.region, target.sector),
            href=f"/targets/{_quoted(target.id)}",
            title_en=words.en, note_en=_joined(area_en(target.region), sector_en(target.sector)),
        )  # fmt: skip
        yield _entry(found)


def _tasks(known: Known) -> Iterable[_Entry]:
    if not may(known.caller, "task.see"):
        return
    for task in known.view.tasks():
        units = "、".join(u.name for u in task.units)
        said = {"title_en": task_en(task.title), "note_en": departments_en(units)}
        yield _entry(
            Hit(kind="task", id=task.id, title=task.title, note=units, href=f"/tasks/{_quoted(task.id)}", **said)
        )


def _plans(known: Known) -> Iterable[_Entry]:
    for document in known.view.documents():
        title = document.title or document.doc
        yield _entry(
            Hit(
                kind="plan",
                id=document.doc,
                title=title,
                note="、".join(document.issuers),
                title_en=title,
                note_en=departments_en("、".join(document.issuers)),
                href=f"/plans/{document.doc}",
            )
        )


def _joined(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)


def _quoted(record_id: str) -> str:
    """A record's id in an address: its # would end the path."""
    return record_id.replace("%", "%25").replace("#", "%23")
