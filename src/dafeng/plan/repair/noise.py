"""Characters that no author wrote: zero width, private use, look-alikes, entities, @@, runs of spaces."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator

from dafeng.plan.repair.draft import Edit
from dafeng.plan.repair.readings import HAN

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0100-\U000e01ef]+"
)
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]+")
_LOOKALIKE = re.compile(
    "[\u00a0\u115f\u1160\u2000-\u200a\u202f\u205f\u3164\uffa0\u2028\u2029\x85\u2e80-\u2fdf\uf900-\ufaff\U0002f800-\U0002fa1f]"
)
_FILLERS = "\u3164\uffa0"  # Hangul fillers, which some pages use as wide spaces
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,24});")
_AT_SIGNS = re.compile("@+")
_SPACES = re.compile(r"(?<=[^\s])[ \t\u3000]{2,}(?=[^\s])")
_SPACED_OUT = re.compile(rf"(?<![{HAN}])[{HAN}](?: [{HAN}]){{3,}}(?![{HAN}])")
_HAN = re.compile(f"[{HAN}]")

# Radicals of the supplement block that have no compatibility mapping of their own (PDF fonts produce them).
_RADICALS = dict(
    zip(
        "⺁⺄⺆⺇⺈⺊⺌⺍⺗⺝⺟⺠⺤⺥⺩⺪⺫⺬⺮⺯⺱⺶⺷⺸⺺⺻⺼⻀⻁⻂⻄⻅⻆⻈⻉⻋⻌⻏⻐⻓⻔⻘⻙⻚⻛⻜⻝⻟⻢⻣⻤⻥⻦⻧⻨⻩⻬⻭⻮⻯⻰⻳",
        "厂乙冂几刀卜小小心月母民爪爪王疋目示竹糸网羊羊羊肀聿肉艹虎衤西见角讠贝车辶邑钅长门青韦页风飞食饣马骨鬼鱼鸟卤麦黄齐齿歯竜龙龟",
        strict=True,
    )
)


def noise_edits(text: str) -> Iterator[Edit]:
    """All noise of one text as edits; nothing overlaps by construction of the character classes."""
    yield from _invisible(text)
    yield from _private(text)
    yield from _lookalikes(text)
    yield from _at_signs(text)


def entity_edits(text: str) -> Iterator[Edit]:
    """HTML entities left in plain text, put back to the character they mean 实体还原."""
    for met in _ENTITY.finditer(text) if "&" in text else ():
        meant = html.unescape(met[0])
        if meant != met[0]:
            clean = "\n" if meant in "\r\n" else meant
            yield Edit(*met.span(), clean, "noise", 0.99, f"HTML entity {met[0]}", same=True)


def space_edits(text: str) -> Iterator[Edit]:
    """Runs of spaces next to Han characters become one; letters of a line spaced out one by one close up."""
    for met in _SPACED_OUT.finditer(text):
        for at in range(met.start() + 1, met.end(), 2):
            yield Edit(at, at + 1, "", "whitespace", 0.9, "characters spaced out one by one")
    for met in _SPACES.finditer(text):
        if _is_han(text, met.start() - 1) or _is_han(text, met.end()):
            yield Edit(*met.span(), " ", "whitespace", 0.95, "run of spaces inside a line", same=True)


def _invisible(text: str) -> Iterator[Edit]:
    for met in _INVISIBLE.finditer(text):
        codes = " ".join(sorted({f"U+{ord(c):04X}" for c in met[0]}))
        yield Edit(*met.span(), "", "noise", 0.98, f"invisible character {codes}")


def _private(text: str) -> Iterator[Edit]:
    """A private-use sign at the head of a line is a bullet; between two Han it may stand for a lost character."""
    for met in _PRIVATE.finditer(text):
        amid = _is_han(text, met.start() - 1) and _is_han(text, met.end())
        codes = " ".join(f"U+{ord(c):04X}" for c in met[0][:4])
        why = f"private-use character {codes}" + (", may stand for a character that is lost" if amid else "")
        yield Edit(*met.span(), "", "noise", 0.5 if amid else 0.9, why)


def _lookalikes(text: str) -> Iterator[Edit]:
    for met in _LOOKALIKE.finditer(text):
        char = met[0]
        if char in "\u2028\u2029\x85":
            yield Edit(*met.span(), "\n", "whitespace", 0.95, "line separator character", same=True)
        elif char < "\u2e80" or char in _FILLERS:
            yield Edit(*met.span(), " ", "whitespace", 0.99, f"special space U+{ord(char):04X}", same=True)
        else:
            plain = _RADICALS.get(char) or unicodedata.normalize("NFKC", char)
            if plain != char and len(plain) == 1:
                yield Edit(*met.span(), plain, "script", 0.98, f"look-alike code point U+{ord(char):04X}", same=True)


def _at_signs(text: str) -> Iterator[Edit]:
    """@@ between words 词间杂符: at signs that belong to no address."""
    for met in _AT_SIGNS.finditer(text):
        before, after = text[met.start() - 1 : met.start()], text[met.end() : met.end() + 1]
        if _addresslike(before) or _addresslike(after):
            continue
        yield Edit(*met.span(), "", "noise", 0.95 if len(met[0]) > 1 else 0.85, "at signs between words")


def _addresslike(char: str) -> bool:
    return bool(char) and char.isascii() and char.isalnum()


def _is_han(text: str, at: int) -> bool:
    return 0 <= at < len(text) and bool(_HAN.match(text[at]))
