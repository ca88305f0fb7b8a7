"""One report value → DOCX, PDF and HTML bytes. Nothing is fetched; the same report gives the same bytes."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any

from dafeng.adapters.documents.docx import to_docx
from dafeng.adapters.documents.html import html
from dafeng.adapters.documents.pdf import pdf
from dafeng.report.model import Report

STEM = "碳达峰实施进展报告"
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")


def rendered(report: Report) -> dict[str, bytes]:
    """The report in its three forms: file name → bytes."""
    report = printable(report)
    return {f"{STEM}.docx": to_docx(report), f"{STEM}.pdf": pdf(report), f"{STEM}.html": html(report)}


def printable(value: Any) -> Any:
    """The same value, with a mark where a name from outside holds a character that no document may hold."""
    if isinstance(value, str):
        return _UNPRINTABLE.sub("\ufffd", value)
    if isinstance(value, tuple):
        return tuple(printable(v) for v in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: printable(getattr(value, f.name)) for f in fields(value)})
    return value
