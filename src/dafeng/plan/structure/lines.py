"""Paragraphs from raw lines 段落: broken lines are joined, flattened text is cut before its headings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from dafeng.plan.records import Span
from dafeng.plan.structure import furniture as page
from dafeng.plan.structure.headings import CN_DIGITS, FIXED_TITLES, Mark, MarkKind, number_value, read_mark

_TERMINAL = "。!！?？:：;；|…"
_POINT = re.compile(r"(?:[一二三四五六七八九十]{1,3}是(?!否|非)|首先[,，])")
_OPENERS = ",，、“《([（【—"
_BRACKET_OPEN = re.compile("[(（\\[【][^()（）\\[\\]【】]{0,120}$")
_CLOSERS = ",，、;；。)）%％》”]】"
_INLINE = re.compile(
    rf"(?<=[。)）\]】|\s])(?=(?:[{CN_DIGITS}]{{1,3}}、|[(（][{CN_DIGITS}]{{1,3}}[)）]|"
    rf"\d{{1,2}}[.．、][ \u3000]?(?![\d%])|专栏\s?\d)[^。\s]{{2,60}})"
)
_BEHIND_STOP = re.compile(
    rf"(?<=[。)）\]］】:：])[ \t\u3000]*(?P<heading>(?:[{CN_DIGITS}]{{1,3}}、|[(（][{CN_DIGITS}]{{1,3}}[)）]|"
    rf"第[{CN_DIGITS}]{{1,3}}[章节][ \u3000]*)[\u4e00-\u9fff“《][^。;；\n]{{1,45}}(?=[。\n\s(（]|$))"
)
_RESTARTS: dict[MarkKind, tuple[MarkKind, ...]] = {"chapter": ("part",), "part": ("cn",), "cn": ("cn_paren",)}
"""Numbering that begins again under a new heading of the kind before it."""
_SEQUENCED: tuple[MarkKind, ...] = ("chapter", "part", "cn", "cn_paren")
_GLUED = re.compile(rf"^(?:[{CN_DIGITS}]{{1,3}}、)[^。,，(（]{{2,30}}?(?=[(（][{CN_DIGITS}]{{1,3}}[)）])")
_GLUED_TOP = re.compile(rf"(?<=[\u4e00-\u9fff])(?=[{CN_DIGITS}]、(?:{FIXED_TITLES}))")


def paragraphs(text: str) -> list[Span]:
    """The spans of the paragraphs of a text, trimmed of white space, none empty."""
    spans = _trimmed(text, _physical(text))
    spans = _joined(text, spans)
    return _cut(text, spans)


def _physical(text: str) -> list[Span]:
    return [m.span() for m in re.finditer(r"[^\n\r\x0b\x0c\u2028\u2029]+", text)]


def _trimmed(text: str, spans: Sequence[Span]) -> list[Span]:
    kept = []
    for a, b in spans:
        part = text[a:b]
        start, end = a + len(part) - len(part.lstrip()), a + len(part.rstrip())
        if start < end:
            kept.append((start, end))
    return kept


def _width(text: str, spans: Sequence[Span]) -> int | None:
    """The line width to which a page broke its paragraphs, None where paragraphs stand whole."""
    long = [text[a:b] for a, b in spans if b - a >= 15]
    broken = [line for line in long if line[-1] not in _TERMINAL + ")）]】”》"]
    if len(long) < 8 or len(broken) < 0.4 * len(long):
        return None
    lengths = sorted(len(line) for line in broken)
    return lengths[int(0.8 * (len(lengths) - 1))]


def _joined(text: str, spans: Sequence[Span]) -> list[Span]:
    """Lines broken in mid-sentence made whole; only white space lies between what is joined."""
    width = _width(text, spans)
    made: list[Span] = []
    for span in spans:
        if made and _continues(text, made[-1], span, width):
            made[-1] = (made[-1][0], span[1])
        else:
            made.append(span)
    return made


def _continues(text: str, before: Span, after: Span, width: int | None) -> bool:
    head, tail = text[after[0] : after[1]], text[before[0] : before[1]].rsplit("\n", 1)[-1]
    if page.is_page_line(head) or page.is_page_line(tail) or page.is_date_line(head) or page.is_plan_title(head):
        return False
    if _POINT.match(head):  # 一是 … begins a point of its own, whatever stands before it
        return False
    if head[0] in _CLOSERS and not re.match(r"[)）]\d", head):
        return True
    if page.is_agency_line(tail) and len(tail) < (width or 0) * 0.7:
        return False
    mark = read_mark(head)
    if mark is None and _BRACKET_OPEN.search(tail) and re.match("[^(（\\[【]*[)）\\]】]", head):
        return True
    if tail[-1] in _OPENERS and (mark is None or mark.kind == "arabic_paren"):
        return True
    if mark is not None or width is None or tail[-1] in _TERMINAL:
        return False
    return len(tail) >= 0.75 * width


def _cut(text: str, spans: Sequence[Span]) -> list[Span]:
    """Where a page flattened many paragraphs into one line, the cuts before headings in mid-line."""
    at_head = sum(read_mark(text[a:b]) is not None for a, b in spans)
    cuts = [_inline_cuts(text, span) for span in spans]
    flattened = sum(map(len, cuts)) >= 3 and sum(map(len, cuts)) > at_head
    missing = [] if flattened else _missing_headings(text, spans)
    made: list[Span] = []
    for (a, b), places in zip(spans, cuts, strict=True):
        own = places if flattened else [*_glued_cut(text, a, b), *(place for place in missing if a < place < b)]
        made += _trimmed(text, list(pairwise([a, *sorted(own), b])))
    return made


def _missing_headings(text: str, spans: Sequence[Span]) -> list[int]:
    """Headings that ran on behind the paragraph before them, known by the number that the sequence lacks there.

    第一章, 第一节, 一、 and （一） count: behind the heading 一、 at the head of a line, a 二、 behind a full stop.
    """
    places: list[int] = []
    last: dict[MarkKind, int] = {}
    for a, b in spans:
        mark = read_mark(text[a:b])
        value = number_value(mark.number) if mark else None
        if mark and value and mark.kind in _SEQUENCED:
            _count(last, mark.kind, value)
        for met in _BEHIND_STOP.finditer(text, a, b):
            found = read_mark(met["heading"])
            if found and last and _is_next(last, found):
                places.append(met.start("heading"))
                _count(last, found.kind, number_value(found.number) or 0)
    return places


def _is_next(last: dict[MarkKind, int], mark: Mark) -> bool:
    """Whether the number is the one that is due; 第一章 is due once more behind a table of contents.

    A numbering that has not begun yet begins in mid-line only right under the heading it belongs to.
    """
    value = number_value(mark.number)
    if value == 1 and mark.kind == "chapter":
        return True
    return value == last.get(mark.kind, 0) + 1 and (mark.kind in last or mark.kind in ("part", "cn_paren"))


def _count(last: dict[MarkKind, int], kind: MarkKind, value: int) -> None:
    last[kind] = value
    if kind != "cn" or value == 1 or "part" in last:
        for below in _RESTARTS.get(kind, ()):
            last.pop(below, None)


def _inline_cuts(text: str, span: Span) -> list[int]:
    a, b = span
    part = text[a:b]
    places = {a + m.start() for m in _INLINE.finditer(part) if m.start() > 0}
    places |= {a + m.start() for m in _GLUED_TOP.finditer(part) if m.start() > 0}
    for start in sorted({a, *places}):
        places |= set(_glued_cut(text, start, b))
    return sorted(places - {a})


def _glued_cut(text: str, a: int, b: int) -> list[int]:
    found = _GLUED.match(text[a:b])
    return [a + found.end()] if found else []
