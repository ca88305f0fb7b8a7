"""A report as a value 报告: headings, paragraphs, tables and figures, each number with the id that explains it.

Renderers (adapters) turn one ``Report`` into DOCX, PDF and HTML and leave nothing out. Heading numbers
(一、(一)1.), table and figure numbers and the annex of explained numbers are worked out here, once, for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from dafeng.base.provenance import STATUS_ZH, Status

Align = Literal["left", "right", "center"]
SeriesStyle = Literal["actual", "required", "target", "estimate", "other"]


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text. ``node`` is the id that explains it (then it is a figure); ``status`` marks how sure it is.

    ``unit`` is the unit a figure is printed in, for where it stands alone. ``anchor`` names the place in the document.
    """

    text: str
    node: str | None = None
    status: Status = "official"
    unit: str = ""
    bold: bool = False
    anchor: str | None = None

    @property
    def mark(self) -> str:
        """The mark printed behind the figure: 转, 忆, 演示 …; empty for official values."""
        return "" if self.status == "official" else STATUS_ZH[self.status]


@dataclass(frozen=True, slots=True)
class Heading:
    level: Literal[1, 2, 3]
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    runs: tuple[Run, ...]

    @classmethod
    def of(cls, *parts: str | Run) -> Paragraph:
        return cls(tuple(p if isinstance(p, Run) else Run(p) for p in parts))


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    unit: str = ""
    align: Align = "left"
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class Table:
    """A numbered table 表; ``unit`` is its unit line, ``note`` and ``source`` stand below it."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Run, ...], ...]
    unit: str = ""
    note: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a chart; a None is a gap and stays one."""

    name: str
    values: tuple[float | None, ...]
    style: SeriesStyle = "actual"


@dataclass(frozen=True, slots=True)
class LineChart:
    """Values over years: x labels, series, unit of the vertical axis, which starts at zero if ``from_zero``."""

    x: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str
    from_zero: bool = True


@dataclass(frozen=True, slots=True)
class BarChart:
    """Horizontal bars, largest first, from zero."""

    labels: tuple[str, ...]
    values: tuple[float, ...]
    unit: str
    colours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Waterfall:
    """From a first total by contributions to a last total 因素分解."""

    first: tuple[str, float]
    steps: tuple[tuple[str, float], ...]
    last: tuple[str, float]
    unit: str


Chart = LineChart | BarChart | Waterfall


@dataclass(frozen=True, slots=True)
class Figure:
    """A numbered figure 图: the caption says the finding, ``measure`` what is drawn, in which unit, of what."""

    caption: str
    measure: str
    chart: Chart
    source: str = ""
    note: str = ""


Block = Heading | Paragraph | Table | Figure


@dataclass(frozen=True, slots=True)
class Report:
    """title, who it is by, and the facts of its making, printed on every page: data time, rule version, run."""

    title: str
    issuer: str
    date: str
    blocks: tuple[Block, ...]
    data_time: str
    rules: str
    run_id: str
    watermark: str = ""
    preface: str = ""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A block with what is printed before it: "一、", "表 1", "图 2"; and the reference numbers of its figures."""

    block: Block
    label: str = ""


def numbered(report: Report) -> tuple[Numbered, ...]:
    """All blocks with their numbers, in order."""
    counts = [0, 0, 0]
    tables = figures = 0
    found = []
    for block in report.blocks:
        if isinstance(block, Heading):
            counts[block.level - 1] += 1
            counts[block.level :] = [0] * (3 - block.level)
            found.append(Numbered(block, heading_number(block.level, counts[block.level - 1])))
        elif isinstance(block, Table):
            tables += 1
            found.append(Numbered(block, f"表 {tables}"))
        elif isinstance(block, Figure):
            figures += 1
            found.append(Numbered(block, f"图 {figures}"))
        else:
            found.append(Numbered(block))
    return tuple(found)


def heading_number(level: int, n: int) -> str:
    """一、 (一) 1. as official documents number their headings."""
    return {1: f"{chinese_number(n)}、", 2: f"（{chinese_number(n)}）", 3: f"{n}."}[level]


def chinese_number(n: int) -> str:
    """1 → 一 … 99 → 九十九; above, the digits themselves."""
    if n > 99:
        return str(n)
    digits = "零一二三四五六七八九"
    if n < 10:
        return digits[n]
    tens, ones = divmod(n, 10)
    return ("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")


def runs_of(blocks: Iterable[Block]) -> Iterator[Run]:
    """Every run of some blocks in reading order."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from block.runs
        elif isinstance(block, Table):
            for row in block.rows:
                yield from row


def references(report: Report) -> dict[str, int]:
    """The number printed beside each explained figure: node id → 1, 2, 3 … in order of first appearance."""
    numbers: dict[str, int] = {}
    for run in runs_of(report.blocks):
        if run.node is not None:
            numbers.setdefault(run.node, len(numbers) + 1)
    return numbers
