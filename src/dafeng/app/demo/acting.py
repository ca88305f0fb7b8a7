"""What is done in the demonstration 演示办理: progress of six tasks, a dispatch, a finding that was answered.

All of it goes through the use cases that people go through, by callers of the play, so that boards, trails and lists
have something to show. Every sentence says 演示.
"""

from __future__ import annotations

from datetime import date, timedelta

from dafeng.app.case_ports import CaseStore
from dafeng.app.findings import FindingDraft, FindingMove, move_finding, write_finding
from dafeng.app.permission import use_case
from dafeng.app.registries import registry_of
from dafeng.app.services import Services
from dafeng.app.tasks.dispatching import DispatchOrder, dispatch
from dafeng.app.tasks.progress import ProgressEntry, add_progress
from dafeng.app.tasks.rows import TaskRow, task_rows
from dafeng.base.callers import Caller

_SAID = (
    (35.0, "演示:已完成摸底,正在编制实施清单"),
    (60.0, "演示:首批项目已开工,其余完成备案"),
    (90.0, "演示:基本完成,待自查后办结"),
    (45.0, "演示:监测点位建成近半,联网调试中"),
    (20.0, "演示:方案已报审,尚未开工"),
    (75.0, "演示:改造项目完成四分之三"),
)
_TERM = timedelta(days=30)
_ASKED = "演示:请说明本任务滞后的原因和补救安排"
_FOUND = "演示:请补充说明外购电量与电费单的差异"
_ANSWERED = "演示:差异为两个月抄表日不同,已附说明"


@use_case("task.progress", writes=False)  # every step leaves its own line
def act_first(services: Services, caller: Caller) -> int:
    """Enter the demonstration's progress, dispatch and finding; how many steps were made.

    None in a programme that is no demonstration, has no case book, or in which anything was done already.
    """
    if not services.settings.demonstration or services.cases is None or _begun(services.cases):
        return 0
    area = services.settings.area
    officer = Caller("演示·市级", frozenset({"officer"}), areas=frozenset({area}))
    rows = _by_department(services)
    day = services.clock.today()
    chosen = list(zip(rows, _SAID, strict=False))
    for row, said in chosen:
        _enter(services, officer, row, said, day)
    sent = _send(services, officer, rows[len(chosen) :] or rows, day)
    return len(chosen) + sent + _find(services)


def _begun(cases: CaseStore) -> bool:
    return bool(cases.moves_of("task") or cases.moves_of("finding") or cases.moves_of("dispatch"))


def _by_department(services: Services) -> list[TaskRow]:
    """The programme's own tasks that have a lead, one of each lead first, in the order of the plan."""
    rows = [r for r in task_rows(services) if not r.upper and r.lead and r.task.category == "task"]
    first = {r.lead: r for r in reversed(rows)}.values()
    ids = {r.task.id for r in first}
    return sorted(rows, key=lambda r: (r.task.id not in ids, r.task.id))


def _enter(services: Services, officer: Caller, row: TaskRow, said: tuple[float, str], day: date) -> None:
    percent, words = said
    add_progress(services, officer, row.task.id, ProgressEntry(words=words, percent=percent, date=day), 0)


def _send(services: Services, officer: Caller, rows: list[TaskRow], day: date) -> int:
    """One dispatch, of the first task left over, to its lead."""
    for row in rows[:1]:
        dispatch(services, officer, row.task.id, DispatchOrder(words=_ASKED, term=day + _TERM, department=row.lead))
        return 1
    return 0


def _find(services: Services) -> int:
    """One finding on the first firm of the roster, answered by it."""
    firms = registry_of(services).enterprises["enterprise_id"].unique().sort().to_list()
    for firm in firms[:1]:
        scope = frozenset({firm})
        verifier = Caller("演示·核查", frozenset({"verifier"}), enterprises=scope)
        filler = Caller("演示·填报", frozenset({"filler"}), enterprises=scope)
        made = write_finding(services, verifier, FindingDraft(enterprise_id=firm, severity="minor", words=_FOUND))
        move_finding(services, filler, made.id, FindingMove(move="answer", words=_ANSWERED), made.version)
        return 2
    return 0
