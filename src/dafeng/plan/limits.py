"""How much of a file we are ready to read: hostile or mistaken input is refused before it costs anything."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds for one document 单个文件的上限; a plan has some 20,000 characters, so all are generous.

    max_bytes      size of the file [bytes]
    max_chars      length of the decoded or extracted text [characters]
    max_pages      pages of a PDF
    max_entries    parts inside a DOCX package
    max_inflated   bytes that the parts of a DOCX we read may unfold to, declared or actual [bytes]
    max_ratio      unfolded size over packed size of one part (only judged above 1 MB unfolded)
    max_spots      places of byte damage tried before the rest is only reported
    max_records    repair records of one step before the rest is counted in a single record
    """

    max_bytes: int = 64 * 1024 * 1024
    max_chars: int = 4_000_000
    max_pages: int = 2_000
    max_entries: int = 5_000
    max_inflated: int = 128 * 1024 * 1024
    max_ratio: float = 200.0
    max_spots: int = 1_000
    max_records: int = 20_000


DEFAULT_LIMITS = Limits()
