"""What came in, what it became, and how to get back: the text of a plan with its way to the raw file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from dafeng.plan.records import Span

Format = Literal["txt", "html", "docx", "pdf"]
Script = Literal["simplified", "traditional"]
RepairKind = Literal["injection", "misaligned", "lost", "noise", "script", "whitespace", "encoding", "layout"]
"""injection   a reading in brackets that the page put behind a character, taken out
misaligned  bytes that had slipped by one, decoded anew
lost        a character or a page that is not there any more; filled (before != after) or left and only reported
noise       characters that no author wrote (zero width, private use, @@, entities), taken out or put right
script      traditional characters, or look-alike code points, replaced one for one
whitespace  runs of spaces inside a line
encoding    text that was decoded by the wrong table before it came to us
layout      running heads, page numbers, navigation: set aside by the reader of the format
"""


@dataclass(frozen=True, slots=True)
class Repair:
    """One mending of the text 修复: nothing is repaired without leaving one of these.

    raw_span points into ``SourceText.raw_text``, span into ``SourceText.text``; certainty is 0..1.
    Bulk mendings of one kind (pinyin injections, script conversion) may stand as one Repair each place.
    """

    kind: RepairKind
    raw_span: Span
    span: Span
    before: str
    after: str
    certainty: float
    why: str


@dataclass(frozen=True, slots=True)
class SourceText:
    """The text of one plan 方案文本.

    raw_text   the file decoded, as delivered, without byte order mark and with line ends as \\n, as Python reads
               a text file (for HTML the markup; for DOCX and PDF the extracted text)
    text       repaired, in simplified characters: what the grammar reads and what spans point into
    raw_index  for each character of ``text`` its offset in ``raw_text``, -1 where the passage itself is damaged
    span_of    None when text and raw_text have the same offsets, else "repaired-simplified" (mended),
               "extracted" (taken out of HTML, DOCX or PDF)
    """

    name: str
    sha256: str
    format: Format
    encoding: str | None
    script: Script
    raw_text: str
    text: str
    raw_index: npt.NDArray[np.int32] = field(repr=False)
    span_of: str | None = None
    repairs: tuple[Repair, ...] = ()

    def raw_span(self, span: Span) -> Span | None:
        """The place in the raw text, or None where any character of the passage was damaged."""
        part = self.raw_index[span[0] : span[1]]
        if part.size == 0 or bool((part < 0).any()):
            return None
        return int(part[0]), int(part[-1]) + 1
