"""Where a paragraph says who is responsible: the bracket at its end, a labelled line, or a closing sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dafeng.plan.records import Span
from dafeng.plan.tasks.units import (
    CLOSERS,
    LABEL,
    OPENERS,
    Duty,
    LeadOrder,
    is_strict_unit,
    is_unit,
    joined_duty,
    read_duty,
    split_names,
)

_VERB_END = re.compile(
    "(?:负责(?:落实|实施|推进)?|牵头(?:负责|落实)?|配合(?:实施|落实)?|参加|参与|协助|落实|协办|"
    "组织实施|为牵头(?:单位|部门)|下同|不再(?:一一)?列出|不再赘述)[,，。;；]?$"
)
_SHARED_DUTY = re.compile("按(?:照)?(?:各自)?(?:职责|职能|任务)(?:任务)?分工|分工负责|牵头[,，;；]")
_LINE_LABEL = re.compile(rf"(?:^|(?<=[。;；)）\]】”\s|])){LABEL.pattern}")
_CLOSING = re.compile(
    r"(?:^|(?<=[。;；！!)）]))(?P<e>[^。;；！!]{2,400}?(?:按(?:照)?(?:各自)?(?:职责|"
    r"职能)?(?:任务)?分工(?:负责|落实)?|牵头(?:负责|落实)?|负责(?:落实)?|参加|配合|参与))。?\s*$"
)


@dataclass(frozen=True, slots=True)
class DutyPlace:
    """Where in a paragraph responsibility is stated (offsets within it, brackets included), and its words."""

    span: Span
    words: str


def find_duties(paragraph: str) -> list[DutyPlace]:
    """All statements of responsibility in a paragraph, in order; [] where there is none."""
    found = [place for place in _brackets(paragraph) if _is_duty(place.words, at_end=_at_end(paragraph, place.span[1]))]
    inside = [place.span for place in found]
    label = next((m for m in _LINE_LABEL.finditer(paragraph) if not _within(m.start(), inside)), None)
    if label:
        found = [p for p in found if p.span[1] <= label.start()]
        found.append(DutyPlace((label.start(), len(paragraph)), paragraph[label.start() :]))
    if not found:
        closing = _CLOSING.search(paragraph)
        if closing and _all_units(closing.group("e")):
            found.append(DutyPlace(closing.span("e"), closing.group("e")))
    return found


def duty_of(places: Sequence[DutyPlace], standing: LeadOrder | None = None) -> Duty:
    """The duty that the statements of one task make together; ``standing`` is the rule by order in force 下同."""
    return joined_duty([place.words for place in places], standing)


def without_duties(paragraph: str) -> str:
    """The paragraph without its statements of responsibility."""
    for place in reversed(find_duties(paragraph)):
        paragraph = paragraph[: place.span[0]] + paragraph[place.span[1] :]
    return paragraph.strip()


def _brackets(text: str) -> list[DutyPlace]:
    """The outermost bracketed passages; brackets of the two widths count as one kind."""
    made, depth, start = [], 0, 0
    for i, char in enumerate(text):
        if char in OPENERS:
            if depth == 0:
                start = i
            depth += 1
        elif char in CLOSERS and depth > 0:
            depth -= 1
            if depth == 0:
                made.append(DutyPlace((start, i + 1), text[start + 1 : i]))
    if depth > 0 and LABEL.match(text[start + 1 :]):
        made.append(DutyPlace((start, len(text)), text[start + 1 :]))
    return made


def _is_duty(words: str, *, at_end: bool) -> bool:
    bare = re.sub(r"\s", "", words)
    if len(bare) < 3 or len(bare) > 900:
        return False
    if LABEL.match(bare):
        return True
    if _VERB_END.search(bare) or _SHARED_DUTY.search(bare):
        units = read_duty(bare).units
        return bool(units) and sum(is_unit(u.name) for u in units) >= 0.6 * len(units)
    return at_end and _bare_list(bare)


def _bare_list(bare: str) -> bool:
    """(省工信厅、省发展改革委): a list of names and nothing else."""
    names = split_names(re.sub("等(?:部门|单位)?$", "", bare))
    strict = [n for n in names if is_strict_unit(n)]
    return bool(names) and len(strict) >= max(1, 0.8 * len(names)) and all(is_unit(n) for n in names)


def _all_units(words: str) -> bool:
    units = read_duty(words).units
    return bool(units) and all(is_strict_unit(u.name) for u in units)


def _at_end(text: str, end: int) -> bool:
    return not text[end:].strip("。;；. \n\t\u3000")


def _within(at: int, spans: Sequence[Span]) -> bool:
    return any(a <= at < b for a, b in spans)
