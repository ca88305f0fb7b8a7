"""The DOCX package 文档包: only the parts we read are unfolded, and only within the limits (zip bombs, 压缩炸弹)."""

from __future__ import annotations

from math import inf

from dafeng.base.archives import Bounds, Member, Unsound, members_of, whole
from dafeng.base.errors import UnreadableFile
from dafeng.plan.limits import Limits

DOCUMENT, NUMBERING, STYLES = "word/document.xml", "word/numbering.xml", "word/styles.xml"
_JUDGED_FROM = 1 << 20  # the ratio says nothing about small parts
_MOST_PARTS = 20_000


def document_parts(data: bytes, name: str, limits: Limits) -> dict[str, bytes]:
    """The XML of document, numbering and styles; raises UnreadableFile for what is no sound DOCX."""
    try:
        members = members_of(data, Bounds(members=_MOST_PARTS, inflated=1 << 40, ratio=inf))
        return {part: whole(member) for part, member in _checked(members, name, limits).items()}
    except Unsound as fault:
        raise UnreadableFile(
            f"the file begins like a DOCX package but is damaged ({fault})",
            where=name,
            mend="Open it in Word or WPS, save it again, or export it as PDF.",
        ) from fault


def _checked(members: dict[str, Member], name: str, limits: Limits) -> dict[str, Member]:
    """The parts we want, after looking at what the package declares; more than that none of them unfolds to."""
    if len(members) > limits.max_entries:
        raise _bomb(f"it holds {len(members)} parts, more than {limits.max_entries}", name)
    wanted = {part: member for part, member in members.items() if part in (DOCUMENT, NUMBERING, STYLES)}
    if DOCUMENT not in wanted:
        raise UnreadableFile(
            "a ZIP package without a Word document in it",
            where=name,
            mend="Unpack archives first; spreadsheets and slides are not plans: give DOCX, PDF, HTML or txt.",
        )
    if any(member.encrypted for member in wanted.values()):
        raise UnreadableFile("the DOCX is encrypted", where=name, mend="Save it without a password.")
    declared = sum(member.size for member in wanted.values())
    if declared > limits.max_inflated:
        raise _bomb(f"its text declares {declared:,} bytes unfolded, more than {limits.max_inflated:,}", name)
    for member in wanted.values():
        _check_ratio(member.size, len(member.packed), name, limits)
    return wanted


def _check_ratio(size: int, packed: int, name: str, limits: Limits) -> None:
    if size > _JUDGED_FROM and size > limits.max_ratio * max(packed, 1):
        raise _bomb(f"a part unfolds more than {limits.max_ratio:g} times", name)


def _bomb(what: str, name: str) -> UnreadableFile:
    return UnreadableFile(
        f"the DOCX is not read: {what}",
        where=name,
        mend="If the document is genuine, export it as PDF or txt, or raise the limit.",
    )
