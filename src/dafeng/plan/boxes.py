"""Boxes 专栏 and attached tables as records: their lines, and the task they stand in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dafeng.plan.outline import Outline
from dafeng.plan.records import Box, Document, Task
from dafeng.plan.source import SourceText
from dafeng.plan.tasks.finder import heading_words


def read_boxes(source: SourceText, outline: Outline, document: Document, tasks: Sequence[Task] = ()) -> tuple[Box, ...]:
    """The boxes of a plan in reading order.

    ``items`` are the lines without the bars of a flattened table; ``task`` is the id of the task that the box
    follows or interrupts, None for an attached table. Source: plan_schema §1, §4.
    """
    indices = [i for i, s in enumerate(outline.sections) if s.level == "box"]
    return tuple(_box(source, outline, document, tasks, index, n + 1) for n, index in enumerate(indices))


def _box(
    source: SourceText, outline: Outline, document: Document, tasks: Sequence[Task], index: int, number: int
) -> Box:
    section = outline.sections[index]
    path = tuple(heading_words(source.text, outline.sections[i]) for i in outline.path(section.parent))
    span = (section.start, section.end)
    return Box(
        id=f"{document.doc}#b{number:02d}",
        doc=document.doc,
        number=section.number,
        title=section.title,
        span=span,
        span_of=source.span_of,
        path=path,
        items=_items(source, outline, index),
        task=_task_of(outline, tasks, index),
    )


def _items(source: SourceText, outline: Outline, index: int) -> tuple[str, ...]:
    lines: list[str] = []
    for block in outline.blocks:
        if block.section != index or block.kind != "box":
            continue
        words = re.sub(r"[ \t\u3000]*\n[ \t\u3000]*", "", source.text[block.body_start : block.span[1]])
        lines += [part.strip() for part in re.split(r"\|", words) if part.strip()]
    return tuple(lines)


def _task_of(outline: Outline, tasks: Sequence[Task], index: int) -> str | None:
    """The task whose heading the box stands under, or within whose text it stands."""
    section = outline.sections[index]
    if section.parent is None:
        return None
    above = outline.sections[section.parent]
    inside = [t for t in tasks if t.span[0] <= section.start and above.start <= t.span[0] < above.end]
    return inside[-1].id if inside else None
