"""Reading the outline of a plan 篇章结构: lines → paragraphs, zones, headings, boxes.

The passes, each one small: lines (mended where a page broke or flattened them), the zone in front of the plan
(navigation, news lead, notice, signature), headings with their levels, boxes, and what trails behind.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from dafeng.plan.outline import Block, BlockKind, Level, Outline, Section
from dafeng.plan.records import Span
from dafeng.plan.structure.headings import Mark, MarkKind, is_figure, number_value, read_mark, title_end
from dafeng.plan.structure.lines import paragraphs
from dafeng.plan.structure.zones import Zones, read_zones

_RANK: tuple[MarkKind, ...] = ("chapter", "part", "cn", "cn_paren", "arabic", "arabic_paren", "circled")
_PLAIN_LEVEL: dict[MarkKind, Level] = {
    "chapter": 1, "part": 2, "cn": 1, "cn_paren": 2, "arabic": 3, "arabic_paren": 4, "circled": 4,
}  # fmt: skip
IN_BOX = -5.0
AGAIN, MISSING = 1.5, 0.5  # what a numbering loses that begins again at 1, or lacks a number [headings]
_TABLE_ROW = re.compile(r"\d\s+[\d≥≤<>＜＞-]|\s\d[\d.]*\s*[%％]|\|.*\|\s*\S")
_LEVELS: tuple[Level, ...] = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Heading:
    """A paragraph that begins with a heading mark: its level, title and where its own body begins in the text."""

    line: int
    level: Level
    number: str | None
    title: str
    body_start: int


def read_outline(text: str) -> Outline:
    """The outline of a plan: its paragraphs by kind and its headings as a tree.

    Parameters
    ----------
    text : repaired text in simplified characters; Chinese or ASCII punctuation, one paragraph a line, broken
        lines, or everything on one line

    Returns
    -------
    Outline whose spans are offsets into ``text``. An empty text gives an empty outline.

    Source: heading levels by GB/T 9704-2012 §7.3.3; section tree by plan_schema §4.
    """
    spans = paragraphs(text)
    lines = [text[a:b] for a, b in spans]
    marks = [read_mark(line) for line in lines]
    zones = read_zones(lines, marks)
    headings = _headings(lines, spans, marks, zones)
    boxed = _boxes(lines, spans, marks, headings, zones)
    ordered = sorted([*headings, *{box.line: box for box, _ in boxed}.values()], key=lambda h: h.line)
    inside = {line: box.line for box, members in boxed for line in members}
    sections, owner = _sections(ordered, inside, spans, zones)
    return Outline(_blocks(spans, ordered, inside, owner, zones), sections)


def _levels(marks: Sequence[Mark | None], zones: Zones) -> dict[MarkKind, Level]:
    """Which level each kind of mark has here: the usual one, moved down where the plan has chapters."""
    kinds = {m.kind for i, m in enumerate(marks) if m and zones.kinds[i] == "body"}
    if "chapter" not in kinds:
        return _PLAIN_LEVEL
    present = [kind for kind in _RANK if kind in kinds]
    return {kind: _LEVELS[min(i, 3)] for i, kind in enumerate(present)}


def _headings(lines: Sequence[str], spans: Sequence[Span], marks: Sequence[Mark | None], zones: Zones) -> list[Heading]:
    """The headings of the plan itself, boxes apart; a mark out of every sequence is no heading."""
    levels = _levels(marks, zones)
    marked = [
        (i, mark) for i, mark in enumerate(marks)
        if mark and mark.kind in levels and zones.kinds[i] == "body" and not zones.attached(i)
    ]  # fmt: skip
    tops = [(i, number_value(mark.number)) for i, mark in marked if levels[mark.kind] == 1]
    wanted = best_sequence([(i, value, _weight(lines, marks, i)) for i, value in tops if value])
    return [
        _heading(i, levels[mark.kind], mark, lines[i], spans[i][0])
        for i, mark in marked
        if levels[mark.kind] != 1 or i in wanted
    ]


def _weight(lines: Sequence[str], marks: Sequence[Mark | None], i: int) -> float:
    """How much a line with a mark is like a heading of the first level: rows of a table are hardly like one.

    A list that begins right under a box 专栏 belongs to the box.
    """
    above = next((m for m in reversed(marks[:i]) if m), None)
    if above and above.kind == "box" and number_value(getattr(marks[i], "number", None)) == 1:
        return IN_BOX
    return 0.2 if _TABLE_ROW.search(lines[i]) else 1.0


def best_sequence(candidates: Sequence[tuple[int, int, float]]) -> set[int]:
    """Of candidates (line, number, weight) in reading order the lines of the most convincing numbering.

    1, 2, 3 … is what is looked for; a number or two may be missing, and the numbering may begin again at 1, both at a
    cost, so that 一、二、三 in a table between 一 and 二 of the plan do not push its own headings out.
    """
    best: list[tuple[float, int]] = []  # score of the best chain that ends here, the candidate before
    for n, (_, value, weight) in enumerate(candidates):
        options = [(weight - (value > 1), -1)]
        for before in range(n):
            step = value - candidates[before][1]
            if step in (1, 2, 3) or value == 1:
                cost = AGAIN if value == 1 else MISSING * (step - 1)
                options.append((best[before][0] + weight - cost, before))
        best.append(max(options, key=lambda option: option[0]))
    at = max(range(len(best)), key=lambda n: best[n][0], default=-1)
    chosen: set[int] = set()
    while at >= 0:
        chosen.add(candidates[at][0])
        at = best[at][1]
    return chosen


def _heading(line: int, level: Level, mark: Mark, words: str, start: int) -> Heading:
    rest = words[mark.length :]
    end, body = title_end(rest)
    title = rest[:end] or re.split("[,，;；。]", rest, maxsplit=1)[0]
    if is_figure(title) or (end == len(rest.rstrip("。")) and len(title) > 60):
        body = 0
    body += len(rest[body:]) - len(rest[body:].lstrip())
    return Heading(line, level, mark.number, _clean_title(title), start + mark.length + body)


def _clean_title(title: str) -> str:
    """The title on one line, without the white space that a broken line leaves between Han characters."""
    joined = re.sub(r"(?<=[\u3000-\u9fff\uff00-\uffef])[\s\u3000]*\n[\s\u3000]*", "", title)
    return re.sub(r"[\s\u3000]+", " ", joined).strip(" |:：。")


def _boxes(
    lines: Sequence[str],
    spans: Sequence[Span],
    marks: Sequence[Mark | None],
    headings: list[Heading],
    zones: Zones,
) -> list[tuple[Heading, list[int]]]:
    """The boxes 专栏 and attached tables with the lines they hold; headings inside them leave ``headings``."""
    boxes: list[tuple[Heading, list[int]]] = []
    at = {h.line: h for h in headings}
    previous: Heading | None = None
    i = 0
    while i < len(lines):
        mark = marks[i]
        if zones.kinds[i] == "body" and mark and mark.kind == "box":
            members = _box_members(i, lines, marks, at, previous, zones)
            boxes.append((_box_heading(i, mark, lines[i], spans[i][0]), members))
            for j in members:
                if j in at:
                    headings.remove(at.pop(j))
            i = members[-1] + 1 if members else i + 1
            continue
        if i in zones.attachments:
            boxes.append((Heading(i, "box", zones.attachments[i][0], zones.attachments[i][1], spans[i][1]), [i]))
        if i in at and at[i].level != 4:
            previous = at[i]
        i += 1
    return boxes


def _box_heading(i: int, mark: Mark, line: str, start: int) -> Heading:
    rest = line[mark.length :]
    cut = re.search(r"[|。]", rest.rstrip(" |"))
    end = cut.start() if cut else len(rest)
    body = start + mark.length + (cut.end() if cut else len(rest))
    return Heading(i, "box", mark.number, _clean_title(rest[:end]), body)


def _box_members(
    i: int,
    lines: Sequence[str],
    marks: Sequence[Mark | None],
    at: dict[int, Heading],
    outer: Heading | None,
    zones: Zones,
) -> list[int]:
    """The lines of the box that begins at line i: up to its closing bar, or to the heading that goes on outside."""
    members = [i]
    if lines[i].count("|") >= 2:
        return members
    barred = lines[i].rstrip().endswith("|")
    for j in range(i + 1, len(lines)):
        mark = marks[j]
        if (
            zones.kinds[j] != "body"
            or j in zones.attachments
            or (mark and (mark.kind == "box" or (mark.kind in ("chapter", "part", "cn") and j in at)))
        ):
            break
        if not barred and j in at and _goes_on_outside(at, members, j, outer, lines[j]):
            break
        members.append(j)
        if barred and lines[j].rstrip().endswith("|"):
            break
    return members


_DUTY_AT_END = re.compile(
    r"[(（\[【][^()（）]*(?:\([^()]*\)|（[^（）]*）|[^()（）])*(?:负责|责任单位|牵头|配合)[^。]*[)）\]】]?[。]?$"
)


def _goes_on_outside(at: dict[int, Heading], members: list[int], j: int, outer: Heading | None, line: str) -> bool:
    """Whether a numbered line after a box goes on with the numbering outside it, not with a list in the box."""
    heading, value = at[j], number_value(at[j].number)
    inner = [at[k] for k in members if k in at and at[k].level == heading.level]
    last_inner = number_value(inner[-1].number) if inner else 0
    if _DUTY_AT_END.search(line):
        return True
    if outer is None or outer.level == "box" or heading.level == "box":
        return value != (last_inner or 0) + 1
    if heading.level > outer.level:
        return False
    follows_inner = value == (last_inner or 0) + 1
    follows_outer = heading.level < outer.level or value == (number_value(outer.number) or 0) + 1
    return follows_outer if not inner else not follows_inner


def _sections(
    ordered: Sequence[Heading], inside: dict[int, int], spans: Sequence[Span], zones: Zones
) -> tuple[tuple[Section, ...], dict[int, int]]:
    """The tree of sections, and for each line of a heading its index; ends are set by what comes next."""
    plan_end = spans[zones.last][1] if spans and zones.last >= 0 else 0
    made: list[Section] = []
    owner: dict[int, int] = {}
    last: int | None = None
    for heading in ordered:
        parent = None if heading.line in zones.attachments else _parent(made, last, heading.level)
        owner[heading.line] = len(made)
        last = last if heading.level == "box" else len(made)
        start = spans[heading.line][0]
        made.append(Section(heading.level, heading.number, heading.title, start, plan_end, parent))
    last_line = {box: max(line for line, b in inside.items() if b == box) for box in set(inside.values())}
    for index, (heading, section) in enumerate(zip(ordered, list(made), strict=True)):
        end = plan_end
        if heading.level == "box":
            end = spans[last_line.get(heading.line, heading.line)][1]
            if heading.line in zones.attachments:
                end = next(
                    (spans[h.line][0] for h in islice(ordered, index + 1, None) if h.line in zones.attachments),
                    plan_end,
                )
        else:
            stop = next((h for h in islice(ordered, index + 1, None) if _closes(h, heading, zones)), None)
            end = spans[stop.line - 1][1] if stop else plan_end
        made[index] = replace(section, end=max(end, section.start))
    return tuple(made), owner


def _closes(later: Heading, earlier: Heading, zones: Zones) -> bool:
    if later.line in zones.attachments:
        return True
    return later.level != "box" and earlier.level != "box" and later.level <= earlier.level


def _parent(made: Sequence[Section], last: int | None, level: Level) -> int | None:
    """The nearest earlier section of a lower level, found by climbing from the last one that is no box."""
    above = last
    while above is not None and level != "box":
        upper = made[above]
        if upper.level != "box" and upper.level < level:
            break
        above = upper.parent
    return above


def _blocks(
    spans: Sequence[Span],
    ordered: Sequence[Heading],
    inside: dict[int, int],
    owner: dict[int, int],
    zones: Zones,
) -> tuple[Block, ...]:
    """Every paragraph with its kind and the innermost section it stands in."""
    heading_at = {h.line: h for h in ordered}
    blocks: list[Block] = []
    current: int | None = None
    for i, span in enumerate(spans):
        kind: BlockKind = zones.kinds[i]
        heading = heading_at.get(i)
        if heading and (heading.level != "box" or i in zones.attachments):
            current = owner[i]
        section = owner[inside[i]] if i in inside else current
        body_start = heading.body_start if heading else span[0]
        if kind == "body" and (i in inside or zones.attached(i)):
            kind = "box"
        if heading and body_start >= span[1]:
            kind = "heading"
        blocks.append(Block(span, kind, section if kind in ("heading", "body", "box") else None, body_start))
    return tuple(blocks)
