"""Plain text 纯文本: the characters as they are; the text is its own raw text."""

from __future__ import annotations

from dafeng.plan.encoding import Decoded
from dafeng.plan.formats.extracted import Extracted


def read_txt(decoded: Decoded) -> Extracted:
    """The decoded file unchanged: offsets into the text are offsets into the file."""
    return Extracted.plain("txt", decoded.encoding, decoded.text, lost=decoded.lost)
