"""The DOCX package 文档包: only the parts we read are unfolded, and only within the limits (zip bombs, 压缩炸弹)."""

from __future__ import annotations

import io
import zipfile
import zlib

from dafeng.base.errors import UnreadableFile
from dafeng.plan.limits import Limits

DOCUMENT, NUMBERING, STYLES = "word/document.xml", "word/numbering.xml", "word/styles.xml"
_JUDGED_FROM = 1 << 20  # the ratio says nothing about small parts
_BLOCK = 1 << 18


def document_parts(data: bytes, name: str, limits: Limits) -> dict[str, bytes]:
    """The XML of document, numbering and styles; raises UnreadableFile for what is no sound DOCX."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            infos = _checked(package, name, limits)
            return _unfolded(package, infos, name, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as fault:
        raise UnreadableFile(
            f"the file begins like a DOCX package but is damaged ({fault})",
            where=name,
            mend="Open it in Word or WPS, save it again, or export it as PDF.",
        ) from fault


def _checked(package: zipfile.ZipFile, name: str, limits: Limits) -> dict[str, zipfile.ZipInfo]:
    """The parts we want, after looking at what the directory of the package declares."""
    infos = package.infolist()
    if len(infos) > limits.max_entries:
        raise _bomb(f"it holds {len(infos)} parts, more than {limits.max_entries}", name)
    wanted = {i.filename: i for i in infos if i.filename in (DOCUMENT, NUMBERING, STYLES)}
    if DOCUMENT not in wanted:
        raise UnreadableFile(
            "a ZIP package without a Word document in it",
            where=name,
            mend="Unpack archives first; spreadsheets and slides are not plans: give DOCX, PDF, HTML or txt.",
        )
    if any(i.flag_bits & 0x1 for i in wanted.values()):
        raise UnreadableFile("the DOCX is encrypted", where=name, mend="Save it without a password.")
    declared = sum(i.file_size for i in wanted.values())
    if declared > limits.max_inflated:
        raise _bomb(f"its text declares {declared:,} bytes unfolded, more than {limits.max_inflated:,}", name)
    for info in wanted.values():
        _check_ratio(info.file_size, info.compress_size, name, limits)
    return wanted


def _unfolded(
    package: zipfile.ZipFile, infos: dict[str, zipfile.ZipInfo], name: str, limits: Limits
) -> dict[str, bytes]:
    """The parts read block by block: what is declared is not believed."""
    parts: dict[str, bytes] = {}
    total = 0
    for part, info in infos.items():
        blocks, size = [], 0
        with package.open(info) as stream:
            while block := stream.read(_BLOCK):
                blocks.append(block)
                size += len(block)
                total += len(block)
                if total > limits.max_inflated:
                    raise _bomb(f"its text unfolds to more than {limits.max_inflated:,} bytes", name)
                _check_ratio(size, info.compress_size, name, limits)
        parts[part] = b"".join(blocks)
    return parts


def _check_ratio(size: int, packed: int, name: str, limits: Limits) -> None:
    if size > _JUDGED_FROM and size > limits.max_ratio * max(packed, 1):
        raise _bomb(f"a part unfolds more than {limits.max_ratio:g} times", name)


def _bomb(what: str, name: str) -> UnreadableFile:
    return UnreadableFile(
        f"the DOCX is not read: {what}",
        where=name,
        mend="If the document is genuine, export it as PDF or txt, or raise the limit.",
    )
