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

    span        without the white space around it; where the file broke a paragraph into several lines the span
                runs over the line breaks, so that the text of a block may hold "\\n" and spaces
    kind        "heading" is a heading that stands alone on its line (body_start == span[1]); a line with heading
                and body (1.标题。正文…) is "body" or, inside a box, "box". "lead"/"excerpt" is a news lead or a
                duplicated excerpt in front of the plan (its records count as mentions), "notice" the covering
                notice (通知) and "signature" its issuers and date, "furniture" is navigation, table of contents,
                footer and the like (never read)
    section     index into Outline.sections, None before the first heading
    body_start  where the words of the paragraph's own body begin: after the title of its heading, else span[0]
    """

    span: Span
    kind: BlockKind
    section: int | None
    body_start: int


@dataclass(frozen=True, slots=True)
class Outline:
    """The paragraphs in reading order and the headings in reading order."""

    blocks: tuple[Block, ...]
    sections: tuple[Section, ...]

    def path(self, section: int | None) -> tuple[int, ...]:
        """The section and the sections above it, outermost first; () for None."""
        chain: list[int] = []
        while section is not None:
            chain.append(section)
            section = self.sections[section].parent
        return tuple(reversed(chain))
