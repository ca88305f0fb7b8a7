"""Text that paper can bear: whatever a plan, a firm's name or a file's name holds, it stays words 可印文字.

Control characters break the XML of a DOCX file, marks of writing direction turn the words around them, and half a
surrogate pair has no bytes: where one stood a mark (U+FFFD) stays. A line break within a cell or sentence is a space.
"""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from dafeng.report.model import Report

_BLANKS = re.compile(r"[\t\n\r\x85\u2028\u2029]+")
_MARK = "\ufffd"
_NEVER = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def printable(report: Report) -> Report:
    """The report with every text in it made printable; what is printable already stays as it is."""
    made: Report = _cleaned(report)
    return made


def plain_words(words: str) -> str:
    """One text, with a mark where a character cannot be printed."""
    return _NEVER.sub(_MARK, _BLANKS.sub(" ", words))


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return plain_words(value)
    if isinstance(value, tuple):
        return tuple(_cleaned(v) for v in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = {f.name: _cleaned(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return dataclasses.replace(value, **parts)
    return value
