"""The outline of a plan: paragraphs, headings, boxes, tasks; what is page furniture is set aside.

The dataclasses are the contract between the structure reader and the grammar of targets and tasks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dafeng.plan.records import Span

Level = Literal[1, 2, 3, 4, "box"]
BlockKind = Literal["title", "heading", "body", "box", "notice", "signature", "lead", "excerpt", "furniture"]


@dataclass(frozen=True, slots=True)
class Section:
    """One heading with the stretch of text that belongs to it; parent is an index into Outline.sections."""

    level: Level
    number: str | None
    title: str
    start: int
    end: int
    parent: int | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph: its span in the text, what it is, and the innermost section it stands in.

    kind "lead"/"excerpt" is a news lead or a duplicated excerpt in front of the plan (its records count as
    mentions), "furniture" is navigation, footer and the like (never read). body_start is where the words of a
    heading line's own body begin (1.标题。正文…), else span[0].
    """

    span: Span
    kind: BlockKind
    section: int | None
    body_start: int


@dataclass(frozen=True, slots=True)
class Outline:
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...]
