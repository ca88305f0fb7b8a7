"""One report value → DOCX, PDF and HTML bytes. Nothing is fetched; the same report gives the same bytes."""

from __future__ import annotations

from dafeng.adapters.documents.docx import to_docx
from dafeng.adapters.documents.html import html
from dafeng.adapters.documents.pdf import pdf
from dafeng.report.model import Report
from dafeng.report.typography import typeset

STEM = "碳达峰实施进展报告"


def rendered(report: Report) -> dict[str, bytes]:
    """The report in its three forms, with Chinese marks: file name → bytes."""
    report = typeset(report)
    return {f"{STEM}.docx": to_docx(report), f"{STEM}.pdf": pdf(report), f"{STEM}.html": html(report)}
