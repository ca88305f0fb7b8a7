"""Chinese marks in Chinese text 中文标点: what is printed for a Chinese reader carries full-width marks.

Only marks that touch a Chinese character (or its quotes) change; figures (1,234), ids and formulas stay as they are.
"""

from __future__ import annotations

import re
from dataclasses import replace

from dafeng.report.model import Block, Figure, Heading, Paragraph, Report, Run, Table

_HAN = "\u3400-\u9fff“”‘’《》、。，；：（）"
_WIDE = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}
_AFTER = re.compile(rf"(?<=[{_HAN}%])([,;:?!])(?!\d\d\d)|([,;:?!])(?=[{_HAN}])")
_BRACKETS = re.compile(rf"\(([^()]*[{_HAN}][^()]*)\)")


def chinese_marks(text: str) -> str:
    """The text with full-width marks beside Chinese characters."""
    wide = _AFTER.sub(lambda m: _WIDE[m.group(1) or m.group(2)], text)
    return _BRACKETS.sub(r"（\1）", wide)


def typeset(report: Report) -> Report:
    """The report with Chinese marks in all its words; ids of explained figures are not words."""
    return replace(
        report, title=chinese_marks(report.title), preface=chinese_marks(report.preface),
        blocks=tuple(_block(b) for b in report.blocks),
    )  # fmt: skip


def _run(run: Run) -> Run:
    return replace(run, text=chinese_marks(run.text))


def _block(block: Block) -> Block:
    if isinstance(block, Heading):
        return replace(block, text=chinese_marks(block.text))
    if isinstance(block, Paragraph):
        return replace(block, runs=tuple(_run(r) for r in block.runs))
    if isinstance(block, Table):
        return _table(block)
    return _figure(block)


def _table(table: Table) -> Table:
    columns = tuple(replace(c, title=chinese_marks(c.title)) for c in table.columns)
    words = {name: chinese_marks(getattr(table, name)) for name in ("caption", "note", "source")}
    return replace(table, columns=columns, rows=tuple(tuple(_run(c) for c in row) for row in table.rows), **words)


def _figure(figure: Figure) -> Figure:
    return replace(
        figure,
        caption=chinese_marks(figure.caption),
        measure=chinese_marks(figure.measure),
        note=chinese_marks(figure.note),
        source=chinese_marks(figure.source),
    )
