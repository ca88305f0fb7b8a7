"""What every reader of a format gives, and the lines it is made of (rows of a table flattened into one line)."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np

from dafeng.plan.repair.draft import Offsets
from dafeng.plan.source import Format

CELL_SEPARATOR = " | "
LONGEST_CELL, LONGEST_ROW = 300, 1200  # beyond these a table is layout, and its cells are paragraphs


@dataclass(frozen=True, slots=True)
class SetAside:
    """Something the reader left out or could not see 略去: raw offset, the words, why, how certain that is right."""

    raw: int
    words: str
    why: str
    certainty: float
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Extracted:
    """Text of one document before repair.

    raw_text   what offsets point into (markup for HTML; the text itself for txt, DOCX, PDF)
    start      for each character of ``text`` its offset in ``raw_text``
    lost       U+FFFD that our own decoding put in (0 where they came with the file)
    """

    format: Format
    encoding: str | None
    raw_text: str
    text: str
    start: Offsets
    set_aside: tuple[SetAside, ...] = ()
    lost: int = 0

    @classmethod
    def plain(
        cls, format_: Format, encoding: str | None, text: str, set_aside: tuple[SetAside, ...] = (), lost: int = 0
    ) -> Extracted:
        """A text that is its own raw text."""
        return cls(format_, encoding, text, text, np.arange(len(text), dtype=np.int32), set_aside, lost)


@dataclass(slots=True)
class Line:
    """One paragraph being read; ``row`` and ``cell`` number the innermost table row and cell (0: none).

    linked counts characters inside links; raw is where a paragraph without words would stand.
    """

    row: int = 0
    cell: int = 0
    chars: list[str] = field(default_factory=list)
    starts: array[int] = field(default_factory=lambda: array("i"))
    linked: int = 0

    def add(self, text: str, starts: Iterable[int]) -> None:
        self.chars.append(text)
        self.starts.extend(starts)

    @property
    def text(self) -> str:
        return "".join(self.chars)


def trimmed(line: Line) -> Line | None:
    """The line without blank edges, None where nothing is left."""
    text = line.text
    left = len(text) - len(text.lstrip())
    body = text.strip()
    if not body:
        return None
    return Line(line.row, line.cell, [body], line.starts[left : left + len(body)], line.linked)


def flattened(lines: Iterable[Line]) -> list[Line]:
    """Lines with the rows of real tables joined, cell by cell; rows of a layout table stay paragraphs 表格展平."""
    kept = (t for line in lines if (t := trimmed(line)) is not None)
    out: list[Line] = []
    for row, group in groupby(kept, key=lambda line: line.row):
        members = list(group)
        out += [_joined(members)] if row and _is_table_row(members) else members
    return out


def _is_table_row(lines: list[Line]) -> bool:
    cells = [line.cell for line in lines]
    lengths = [len(line.starts) for line in lines]
    return len(set(cells)) == len(cells) > 1 and max(lengths) <= LONGEST_CELL and sum(lengths) <= LONGEST_ROW


def _joined(lines: list[Line]) -> Line:
    whole = Line(lines[0].row, 0)
    for line in lines:
        if whole.starts:
            whole.add(CELL_SEPARATOR, [whole.starts[-1]] * len(CELL_SEPARATOR))
        whole.add(line.text, line.starts)
        whole.linked += line.linked
    return whole


def assembled(lines: Iterable[Line]) -> tuple[str, Offsets]:
    """The lines as one text with ``\\n`` between them, and the raw offset of each character."""
    text: list[str] = []
    starts = array("i")
    for line in lines:
        if text:
            text.append("\n")
            starts.append(starts[-1])
        text.append(line.text)
        starts.extend(line.starts)
    return "".join(text), np.array(starts, dtype=np.int32)


def numbered(parts: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Parts of a text joined by ``\\n`` with the offset each one begins at."""
    at = 0
    for part in parts:
        yield at, part
        at += len(part) + 1
