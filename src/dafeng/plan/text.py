"""The way in: bytes of one plan document → its repaired text with the way back 读取方案文件."""

from __future__ import annotations

import hashlib
import re

from dafeng.base.errors import UnreadableFile
from dafeng.plan.encoding import Decoded, decode
from dafeng.plan.formats.docx import read_docx
from dafeng.plan.formats.extracted import Extracted
from dafeng.plan.formats.html import read_html
from dafeng.plan.formats.pdf import read_pdf
from dafeng.plan.formats.txt import read_txt
from dafeng.plan.limits import DEFAULT_LIMITS, Limits
from dafeng.plan.repair import repaired
from dafeng.plan.repair.draft import Draft
from dafeng.plan.source import SourceText

_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_HTML_HEAD = re.compile(r"\s*<(?:!doctype\s+html|html|head|body|\?xml[^>]{0,200}>\s*<(?:!doctype\s+html|html))", re.I)
_HTML_TAGS = re.compile(r"</(?:p|div|span|td|body|html|a|h[1-6])\s*>|<br\s*/?>", re.I)
_FOREIGN: tuple[tuple[bytes, str, str], ...] = (
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an old Word file (.doc) or an encrypted DOCX",
        "Save it as DOCX without a password.",
    ),
    (b"\x89PNG", "a picture (PNG)", "Run optical character recognition (文字识别) on it."),
    (b"\xff\xd8\xff", "a picture (JPEG)", "Run optical character recognition (文字识别) on it."),
    (b"GIF8", "a picture (GIF)", "Run optical character recognition (文字识别) on it."),
    (b"II*\x00", "a picture (TIFF)", "Run optical character recognition (文字识别) on it."),
    (b"{\\rtf", "an RTF file", "Save it as DOCX."),
    (b"Rar!", "a RAR archive", "Unpack it first."),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it first."),
    (b"\x1f\x8b", "a gzip archive", "Unpack it first."),
    (b"\x7fELF", "a program", "Give the plan document."),
    (b"MZ\x90\x00", "a program", "Give the plan document."),
)


def read_source(data: bytes, name: str, limits: Limits = DEFAULT_LIMITS) -> SourceText:
    """Read one plan document: what it is is told by its bytes, not by its name.

    Parameters
    ----------
    data    the whole file, as delivered
    name    its name; the document is called by it without the suffix
    limits  upper bounds, checked before the work they bound

    Returns the text, repaired and in simplified characters, with raw offsets and a record of every change.
    Raises UnreadableFile (what, where, mend) for what is empty, too large, encrypted, a scan, or no document at all.
    """
    _check_size(data, name, limits)
    found = _extracted(data, name, limits)
    if len(found.text) > limits.max_chars:
        raise UnreadableFile(
            f"the text has {len(found.text):,} characters, more than {limits.max_chars:,}",
            where=name,
            mend="Give one plan a file, or raise the limit.",
        )
    draft, script = repaired(
        found.text,
        found.start,
        len(found.raw_text),
        entities=found.format == "txt",
        slips=found.lost == 0,
        limits=limits,
    )
    if not draft.text.strip():
        raise _empty(name)
    _note_set_aside(draft, found)
    return SourceText(
        name=_SUFFIX.sub("", name.replace("\\", "/").rsplit("/", 1)[-1]),
        sha256=hashlib.sha256(data).hexdigest(),
        format=found.format,
        encoding=found.encoding,
        script=script,
        raw_text=found.raw_text,
        text=draft.text,
        raw_index=draft.raw_index(),
        span_of=_span_of(found, draft),
        repairs=draft.repairs(),
    )


def _check_size(data: bytes, name: str, limits: Limits) -> None:
    if len(data) > limits.max_bytes:
        raise UnreadableFile(
            f"the file has {len(data):,} bytes, more than {limits.max_bytes:,}",
            where=name,
            mend="A plan is far smaller: check the file, take the pictures out of it, or raise the limit.",
        )
    if not data.strip():
        raise _empty(name)


def _empty(name: str) -> UnreadableFile:
    return UnreadableFile(
        "the file holds no text", where=name, mend="Download or save it again; it may be a failed download."
    )


def _extracted(data: bytes, name: str, limits: Limits) -> Extracted:
    """The text by the reader that fits the bytes."""
    if b"%PDF-" in data[:1024]:
        return read_pdf(data, name, limits)
    if data.startswith(b"PK\x03\x04") or data.startswith(b"PK\x05\x06"):
        return read_docx(data, name, limits)
    for magic, what, mend in _FOREIGN:
        if data.startswith(magic):
            raise UnreadableFile(f"this is {what}, which holds no text we can read", where=name, mend=mend)
    decoded = decode(data, name)
    return read_html(decoded) if _is_html(decoded) else read_txt(decoded)


def _is_html(decoded: Decoded) -> bool:
    """A page by its first tag, or by many closing tags in what has lost its head."""
    return bool(_HTML_HEAD.match(decoded.text)) or len(_HTML_TAGS.findall(decoded.text[:200_000])) >= 5


def _span_of(found: Extracted, draft: Draft) -> str | None:
    if found.format != "txt":
        return "extracted"
    return "repaired-simplified" if draft.shifted else None


def _note_set_aside(draft: Draft, found: Extracted) -> None:
    for item in found.set_aside:
        draft.note("lost" if item.lost else "layout", item.raw, item.words, item.certainty, item.why)
