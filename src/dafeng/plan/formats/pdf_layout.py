"""Paragraphs from the lines of printed pages 版面还原: wrapped lines joined, heads and page numbers set aside."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import median

from dafeng.plan.formats.extracted import SetAside

EDGE_LINES = 2  # lines at the top and at the bottom of a page that may be running heads
REPEATS, REPEAT_SHARE = 3, 0.4  # in a shorter document heads cannot be told from titles, and stay
SHORT_BY, INDENT, GAP, SIZE_STEP, WIDTH_STEP = 1.6, 1.2, 1.7, 1.18, 1.12  # characters (2), line pitches, times (2)
DEEP, SET_OFF_SHARE = 4.0, 0.6  # characters from the margin, share of the column: a signature or a centred title
SPACED = 1.4  # line pitches between paragraphs that are set apart by space
STRAY = 3  # characters of a line that a page broke off, wherever it stands
RUNNING = 20  # characters a paragraph has before it can be one that was broken off
LONG_LINES = 8  # lines of running text a page needs to have margins of its own (even and odd pages differ)

_PAGE_NUMBER = re.compile(
    r"[-–—－―·\s]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/／]\s*\d{1,4}|\s*共\s*\d{1,4}\s*页)?[-–—－―·\s]*"
)
_DIGITS = re.compile(r"\d+")
_OPENING = re.compile(
    r"(?:[一二三四五六七八九十百]{1,4}、|[(（][一二三四五六七八九十百]{1,4}[)）]|专栏\s?\d|附件|第[一二三四五六七八九十]{1,3}[章节条])"
)
_NUMBERED = re.compile(r"(?:\d{1,2}[.．、](?!\d)|[(（]\d{1,2}[)）]|[①-⑳])")
_AUTOSPACE = re.compile(r"(?<=[\u3400-\u9fff]) (?=[0-9A-Za-z])|(?<=[0-9A-Za-z%‰℃]) (?=[\u3400-\u9fff])")
_DATED = re.compile(
    r"[(（]?\s*(?:20[\d○〇零]{2}|[２２][０-９]{3}|二[〇○零oO0][〇○零一二三四五六七八九]{2})\s*年[^。，,]{1,9}月[^。，,]{1,7}日\s*[)）]?"
)
_RUNS = re.compile("[，。；,;]")
_TERMINAL = "。！？：:；;.!?）)】]|…"
_CAPTION = re.compile(r"[表图专]\s*(?:栏\s*)?[\d一二三四五六七八九]|序号|附[件表录]|资料来源|注[:：]|单位[:：]")
_SENTENCE_END = "。！？；：」》”)）"


@dataclass(frozen=True, slots=True)
class PageLine:
    """One printed line: words, page (0…), box in points with the origin at the lower left.

    closed counts the spaces between Chinese characters that no author typed and that were taken out of the words.
    """

    text: str
    page: int
    left: float
    right: float
    bottom: float
    top: float
    closed: int = 0

    @property
    def height(self) -> float:
        return self.top - self.bottom


@dataclass(frozen=True, slots=True)
class _Shape:
    """The column of the text: margins, width of a character, distance of lines [points]."""

    left: float
    right: float
    char: float
    pitch: float


def paragraphs(pages: Sequence[list[PageLine]]) -> tuple[str, list[SetAside]]:
    """The text of all pages, one paragraph a line, and what was set aside with the offset where it stood."""
    furniture = _furniture(pages)
    body = _rows([line for page in pages for line in page if id(line) not in furniture])
    shapes = _shapes(body)
    out: list[str] = []
    starts: list[tuple[PageLine, int]] = []
    length, previous, closed = 0, None, 0
    parted = _parts_paragraphs(body, shapes)
    for line, words, spaces in ((x, *_AUTOSPACE.subn("", x.text)) for x in body):
        closed += spaces + line.closed
        if previous is not None and (
            (parted and _goes_on(out[-1], line, previous, shapes[line.page]))
            or not _begins(line, previous, shapes[line.page], shapes[previous.page])
        ):
            glue = _glue(out[-1], words)
            out[-1] += glue + words
            starts.append((line, length + len(glue)))
            length += len(glue) + len(words)
        else:
            length += bool(out)
            out.append(words)
            starts.append((line, length))
            length += len(words)
        previous = line
    spacing = (
        [SetAside(0, "", f"{closed} printed spaces between Chinese and Latin signs closed", 0.95)] if closed else []
    )
    return "\n".join(out), [*spacing, *_set_aside(pages, furniture, starts)]


def _furniture(pages: Sequence[list[PageLine]]) -> dict[int, str]:
    """Lines, by identity, that are running heads or page numbers, and why."""
    edges = [(line, _head_key(line)) for page in pages for line in _edge_lines(page)]
    seen: Counter[tuple[str, int]] = Counter()
    for _, key_on_page in {(line.page, key) for line, key in edges}:
        seen[key_on_page] += 1
    filled = sum(bool(page) for page in pages)
    needed = max(REPEATS, REPEAT_SHARE * filled)
    found: dict[int, str] = {}
    for line, key in edges:
        if seen[key] >= needed:
            found[id(line)] = "running head or foot, the same on many pages"
    for page in pages:
        for line in _outermost(page, found):
            if _PAGE_NUMBER.fullmatch(line.text):
                found[id(line)] = "page number"
    return found


def _head_key(line: PageLine) -> tuple[str, int]:
    return _DIGITS.sub("#", line.text), round(line.bottom / 6)


def _edge_lines(page: list[PageLine]) -> list[PageLine]:
    ordered = sorted(page, key=lambda line: -line.top)
    if len(ordered) <= 2 * EDGE_LINES:
        return ordered
    return [*ordered[:EDGE_LINES], *ordered[-EDGE_LINES:]]


def _outermost(page: list[PageLine], found: dict[int, str]) -> list[PageLine]:
    """The highest and the lowest line of a page that are not running heads."""
    ordered = sorted((x for x in page if id(x) not in found), key=lambda line: -line.top)
    return [ordered[0], ordered[-1]] if ordered else []


def _shapes(body: Sequence[PageLine]) -> dict[int, _Shape]:
    """The column of each page: its own where it holds running text enough, else that of the document."""
    whole = _shape(body)
    made: dict[int, _Shape] = {}
    for page, group in groupby(body, key=lambda line: line.page):
        lines = list(group)
        own = _shape(lines) if sum(len(x.text) >= 12 for x in lines) >= LONG_LINES else whole
        fits = abs(own.right - own.left - whole.right + whole.left) < DEEP * whole.char
        made[page] = replace(own, char=whole.char, pitch=whole.pitch) if fits else whole
    return made


def _shape(body: Sequence[PageLine]) -> _Shape:
    long = [line for line in body if len(line.text) >= 12] or list(body)
    if not long:
        return _Shape(0.0, 0.0, 1.0, 1.0)
    char = median((x.right - x.left) / max(_width(x.text), 1) for x in long) or 1.0
    rights = sorted(x.right for x in long)
    lefts = Counter(round(2 * x.left / char) for x in long)  # by half characters: scanned pages stand a little askew
    bin_ = min((k for k, n in lefts.items() if n >= 0.15 * len(long)), default=round(2 * long[0].left / char))
    common = median(x.left for x in long if round(2 * x.left / char) == bin_)
    drops = [a.bottom - b.bottom for a, b in pairwise(body) if a.page == b.page and a.bottom > b.bottom]
    return _Shape(common, rights[int(0.9 * (len(rights) - 1))], char, median(drops) if drops else 2 * char)


def _width(text: str) -> float:
    """Printed width in Han characters; ASCII is half as wide."""
    return sum(0.5 if c < "\u2000" else 1.0 for c in text)


def _rows(body: Sequence[PageLine]) -> list[PageLine]:
    """Lines with those put together that stand side by side in one printed row without a gap between them."""
    made: list[PageLine] = []
    for line in body:
        last = made[-1] if made else None
        if last is not None and last.page == line.page and _is_same_row(last, line):
            made[-1] = replace(
                last, text=last.text + line.text, right=max(last.right, line.right), closed=last.closed + line.closed
            )
        else:
            made.append(line)
    return made


def _is_same_row(a: PageLine, b: PageLine) -> bool:
    shared = min(a.top, b.top) - max(a.bottom, b.bottom)
    char = (a.right - a.left) / max(_width(a.text), 1)
    return shared > 0.5 * min(a.height, b.height) and -char < b.left - a.right < 0.8 * char


def _parts_paragraphs(body: Sequence[PageLine], shapes: dict[int, _Shape]) -> bool:
    """Whether this document sets its paragraphs apart: by indent, space or number, behind a sentence that ended."""
    behind = [
        b.left - shapes[b.page].left > INDENT * shapes[b.page].char
        or _is_spaced(b, a, shapes[b.page])
        or bool(_OPENING.match(b.text))
        for a, b in pairwise(body)
        if a.text[-1] == "。" and a.right < shapes[a.page].right - 4 * shapes[a.page].char and len(b.text) >= 12
    ]
    return len(behind) >= 3 and sum(behind) >= 0.7 * len(behind)


def _is_spaced(line: PageLine, previous: PageLine, shape: _Shape) -> bool:
    return line.page == previous.page and previous.bottom - line.bottom > SPACED * shape.pitch


def _goes_on(before: str, line: PageLine, previous: PageLine, shape: _Shape) -> bool:
    """Whether a line at the margin ends a sentence that broke off, be the line before as short as it may."""
    stray = len(line.text) <= STRAY and _has_han(line.text)
    inset = abs(line.left - shape.left) > 0.8 * shape.char
    if (inset and not stray) or _OPENING.match(line.text) or _NUMBERED.match(line.text):
        return False
    running = len(before) >= RUNNING and bool(_RUNS.search(before)) and before[-1] not in _TERMINAL
    alone = _DATED.fullmatch(line.text) or _CAPTION.match(line.text) or _is_spaced(line, previous, shape)
    return running and not alone


def _begins(line: PageLine, previous: PageLine, shape: _Shape, before: _Shape) -> bool:
    """Whether a line begins a paragraph: the one before ended early, or this one is indented, set off or numbered.

    ``shape`` is the column of the page of the line, ``before`` that of the page of the line before.
    """
    if previous.right < before.right - SHORT_BY * shape.char or _OPENING.match(line.text):
        return True
    if _is_other_size(line, previous) or _DATED.fullmatch(line.text) or _DATED.fullmatch(previous.text):
        return True
    if line.page == previous.page and previous.bottom - line.bottom > GAP * shape.pitch:
        return True
    inset, inset_before = line.left - shape.left, previous.left - before.left
    if inset_before > DEEP * shape.char and _is_set_off(line, previous, before):
        return True
    indented = inset > INDENT * shape.char
    if _NUMBERED.match(line.text) and (indented or previous.text[-1] in _SENTENCE_END):
        return True
    return indented and inset_before < inset + INDENT * shape.char


def _is_set_off(line: PageLine, previous: PageLine, shape: _Shape) -> bool:
    """Whether the line before, far from the margin, stands for itself: as signatures, dates and centred titles do."""
    wide = previous.right - previous.left > SET_OFF_SHARE * (shape.right - shape.left)
    return not wide or abs(line.left - previous.left) > INDENT * shape.char


def _is_other_size(a: PageLine, b: PageLine) -> bool:
    """Whether two lines are set in type of different size: their boxes differ and so does the width of a character.

    The box alone does not tell: punctuation and figures of another font have taller boxes.
    """
    low, high = sorted((a.height, b.height))
    narrow, wide = sorted((x.right - x.left) / max(_width(x.text), 1) for x in (a, b))
    taller = low > 0 and high / low > SIZE_STEP and narrow > 0 and wide / narrow > WIDTH_STEP
    return taller and _has_han(a.text) and _has_han(b.text)


def _has_han(text: str) -> bool:
    return any("\u4e00" <= c <= "\u9fff" for c in text)


def _glue(before: str, after: str) -> str:
    """Nothing between Chinese characters; a space only between two words of a Latin script."""
    a, b = before[-1], after[0]
    latin = a.isascii() and b.isascii() and a.isalpha() and b.isalpha()
    return " " if latin else ""


def _set_aside(
    pages: Sequence[list[PageLine]], furniture: dict[int, str], starts: Iterable[tuple[PageLine, int]]
) -> list[SetAside]:
    """Heads, numbers and empty pages with the offset of the first body line behind them."""
    first_of_page: dict[int, int] = {}
    end = 0
    for line, at in starts:
        first_of_page.setdefault(line.page, at)
        end = at + len(line.text)
    aside: list[SetAside] = []
    place = end
    for number in range(len(pages) - 1, -1, -1):
        following = place
        place = first_of_page.get(number, place)
        if not pages[number]:
            why = f"page {number + 1} has no text layer: a scanned page or an empty one"
            aside.append(SetAside(place, "", why, 0.0, lost=True))
        for line in pages[number]:
            if id(line) in furniture:
                at = place if line.top > pages[number][len(pages[number]) // 2].top else following
                aside.append(SetAside(at, line.text, furniture[id(line)], 0.9))
    return sorted(aside, key=lambda s: s.raw)
