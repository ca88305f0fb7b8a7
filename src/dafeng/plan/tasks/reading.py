"""Tasks 任务: the leaves of the outline that tell somebody to do something, as records with who is responsible."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from dafeng.plan import gazetteer
from dafeng.plan.gazetteer import one_of
from dafeng.plan.outline import Outline
from dafeng.plan.records import Document, Task
from dafeng.plan.source import SourceText
from dafeng.plan.tasks.duty import DutyPlace, duty_of
from dafeng.plan.tasks.finder import Draft, TaskFinder
from dafeng.plan.tasks.units import TERM, LeadOrder

ARTICLES = 8  # 第…条 at the head of a line, from which on a text is a regulation
SAFEGUARD = re.compile(one_of("safeguard_heading"))
_YEAR = re.compile(
    r"(?P<before>比|较|与|自|从|以|相比|同比|对比|基于|不低于|高于|"
    r"低于)?(?P<year>20[2-9]\d)(?P<more>[-—~～至、和及](?:20[2-9]\d))?\s*年(?P<after>\s*(?:以来|起|"
    r"以后|度?以上|度?水平|相比|基础上|\d{1,2}月))?"
)
_ARTICLE = re.compile(r"^[ \u3000]*第[一二三四五六七八九十百]{1,4}条", re.MULTILINE)
_TITLES = re.compile("《[^《》]*》|[〔\\[［]20\\d\\d[〕\\]］]")


@dataclass(slots=True)
class _Rules:
    """What the document has said so far and what holds for the rest 下同."""

    order: LeadOrder | None = None
    implicit: tuple[str, ...] = ()


def read_tasks(source: SourceText, outline: Outline, document: Document) -> tuple[Task, ...]:
    """The tasks of a plan in reading order.

    A task is the deepest heading that has a body of its own and does not only state principles and goals;
    a paragraph that names responsible units without a heading of its own is an unnumbered task. In a progress
    report only passages that name responsible units count.

    Parameters
    ----------
    source, outline, document : what was read before; ``document`` gives sector and doc_type

    Returns
    -------
    Task records, ids ``doc#k01`` …; units in the order written. Source: plan_schema §2.
    """
    strict = document.doc_type == "progress" or _is_regulation(source.text)
    finder = TaskFinder(source.text, outline, progress=strict)
    rules = _Rules(order=finder.general_lead_rule())
    drafts = finder.drafts()
    made = [_record(source, outline, document, finder, draft, rules, i + 1) for i, draft in enumerate(drafts)]
    if rules.implicit and made:
        made = [_with_implicit(task, rules.implicit) for task in made]
    return tuple(made)


def _is_regulation(text: str) -> bool:
    """Whether the text is made of articles 第一条 …: rules for all, of which only those with named units are tasks."""
    return len(_ARTICLE.findall(text)) >= ARTICLES


def _with_implicit(task: Task, implicit: tuple[str, ...]) -> Task:
    """The task with the units that a note adds to every task, also to those before the note."""
    return task if task.implicit_units else msgspec.structs.replace(task, implicit_units=implicit)


def _record(
    source: SourceText,
    outline: Outline,
    document: Document,
    finder: TaskFinder,
    draft: Draft,
    rules: _Rules,
    number: int,
) -> Task:
    places = [place for block in draft.blocks for place in finder.places(block)]
    duty = duty_of(places, rules.order)
    rules.order = duty.lead_on or rules.order
    rules.implicit = duty.implicit or rules.implicit
    span = (draft.start, draft.blocks[-1].span[1])
    bodies = [finder.body(block) for block in draft.blocks if block.kind == "body"]
    if draft.section is None and bodies:
        bodies[0] = bodies[0][len(re.split("[。;；:：]", bodies[0], maxsplit=1)[0]) :].lstrip("。;；:：")
    body = "\n".join(bodies)
    return Task(
        id=f"{document.doc}#k{number:02d}",
        doc=document.doc,
        path=draft.path,
        number=draft.number,
        title=draft.title,
        span=span,
        raw_span=source.raw_span(span) if source.span_of else None,
        span_of=source.span_of,
        sector=_sector(draft, document),
        measures=measures(body),
        units=duty.units,
        lead_rule=duty.lead_rule,
        open_list=duty.open_list,
        implicit_units=rules.implicit,
        deadlines=tuple(
            sorted({*deadlines(body if draft.section is not None else draft.title + "。" + body), *_due(places)})
        ),
        category="safeguard" if _is_safeguard(draft) else "task",
    )


def _due(places: Sequence[DutyPlace]) -> set[int]:
    """The years named behind 完成期限 among the units."""
    return {
        int(y) for place in places for met in TERM.finditer(place.words) for y in re.findall(r"20\d\d", met["when"])
    }


def _is_safeguard(draft: Draft) -> bool:
    top = draft.path[0] if draft.path else draft.title
    return bool(SAFEGUARD.search(top))


def _sector(draft: Draft, document: Document) -> str | None:
    named = gazetteer.sector_of(draft.title)
    for heading in reversed(draft.path[1:]):
        named = named or gazetteer.sector_of(heading, wide=True)
    return named or document.sector


def measures(body: str) -> tuple[str, ...]:
    """The body cut behind every 。 and ; into measures; white space of broken lines taken out."""
    flat = re.sub(r"[ \t\u3000]*\n[ \t\u3000]*", "", body)
    return tuple(part.strip() for part in re.findall(r"[^。;；]+[。;；]?[”’]?", flat) if part.strip("。;； ”’"))


def deadlines(body: str) -> tuple[int, ...]:
    """The target years that a body names, ascending: neither baselines (比2020年) nor years in titles 《》."""
    years: set[int] = set()
    for found in _YEAR.finditer(_TITLES.sub("", body)):
        if not found.group("before") and not found.group("after"):
            years.add(int(found.group("year")))
        if found.group("more") and not found.group("before"):
            years.add(int(found.group("more")[-4:]))
    return tuple(sorted(years))
