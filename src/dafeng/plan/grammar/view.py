"""A paragraph as the grammar sees it: folded to one form of punctuation, without blanks, with the way back.

Plans come with full-width or ASCII marks, blanks between figures and characters (PDF), line breaks inside a
paragraph. The view has one character for each kept character of the source; ``masked`` has the same length and
hides what must not be read as figures: 《titles》, 〔2022〕25号, slogans in quotes, notes, responsible units.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

HIDDEN = "□"  # may be part of a name, holds no figure
GONE = "■"  # belongs to no name: responsible units
MAX_BRACKET = 4000

_FOLD = {
    "，": ",",
    "．": ".",
    "；": ";",
    "：": ":",
    "（": "(",
    "）": ")",
    "﹙": "(",
    "﹚": ")",
    "［": "[",
    "］": "]",
    "【": "[",
    "】": "]",
    "﹪": "%",
    "∼": "~",
    "〜": "~",
    "∶": ":",
    "―": "-",
    "—": "-",
    "–": "-",
    "‐": "-",
    "‑": "-",
    "−": "-",
    "﹣": "-",
    "＂": '"',
    "「": "“",
    "」": "”",
    "『": "“",
    "』": "”",
    "﹝": "〔",
    "﹞": "〕",
    "º": "°",
    "⁃": "-",
}
_DROPPED = {"\u200b", "\u200c", "\u200d", "\ufeff", "\u2060", "\u00ad"}
_TITLE = re.compile(r"《[^《》]{0,200}(?:《[^《》]{0,120}》[^《》]{0,120})*》")
_NUMBER_OF_DOCUMENT = re.compile(r"[^\s,。;:()、]{0,6}[〔\[](?:19|20)\d{2}[〕\]]第?\d{1,5}号")
_STANDARD = re.compile(r"(?:GB|DB|HJ|JB|NB|YB|ISO|IEC)(?:/?[A-Z]{1,3})?\d{2,6}(?:\.\d+)?(?:-\d{2,4})?")
_QUOTED = re.compile(r"“([^“”]{0,60})”")
_PLEDGED = re.compile(  # “到2030年…比重达到30%”: a goal of somebody else quoted in full, not a slogan
    r"^(?:力争)?到20\d\d年[^“”]*(?:达到?|为|至|到|下降|降低|提高|增长|超过|不低于)约?\d+(?:\.\d+)?(?:%|[万亿]|个百分点)"
)
_PERIOD_NAME = re.compile(r"^十[二三四五六七]五$")
_OWNERS = re.compile(r"责任单位|牵头|职责分工|配合单位|负责\)?$|参加\)?$|分工负责|落实单位|实施单位|下同")
_UNIT_BRACKET = re.compile(r"^\((?:套|次|台|件|车|修|辆|PUE值?|pue)\)$")


@dataclass(frozen=True, slots=True)
class View:
    """text: folded characters; masked: the same with hidden stretches; index: each character's offset in the source."""

    text: str
    masked: str
    index: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The half-open span in the source of the view's characters start..end."""
        return self.index[start], self.index[end - 1] + 1


def view_of(source: str, offset: int = 0) -> View:
    """The view of one paragraph; offset is where it begins in the whole text."""
    kept: list[str] = []
    index: list[int] = []
    for place, character in enumerate(source):
        if character.isspace() or character in _DROPPED:
            continue
        kept.append(_folded(character))
        index.append(offset + place)
    text = _paired_quotes("".join(kept))
    return View(text, _masked(text), tuple(index))


def _folded(character: str) -> str:
    if character in _FOLD:
        return _FOLD[character]
    code = ord(character)
    return chr(code - 0xFEE0) if 0xFF01 <= code <= 0xFF5E else character


def _paired_quotes(text: str) -> str:
    """Straight double quotes become “ and ” in turn; an odd one stays as it is."""
    if text.count('"') < 2:
        return text
    parts = text.split('"')
    out = [parts[0]]
    for turn, part in enumerate(parts[1:]):
        last_odd = turn == len(parts) - 2 and turn % 2 == 0
        out.append('"' if last_odd else "“" if turn % 2 == 0 else "”")
        out.append(part)
    return "".join(out)


def _masked(text: str) -> str:
    masked = list(text)
    for pattern in (_TITLE, _NUMBER_OF_DOCUMENT, _STANDARD):
        for match in pattern.finditer(text):
            _hide(masked, match.start(), match.end())
    for match in _QUOTED.finditer(text):
        if _PLEDGED.search(match[1]):
            masked[match.start()] = masked[match.end() - 1] = ","
        elif not _PERIOD_NAME.match(match[1]):
            _hide(masked, match.start(1), match.end(1))
    for start, end in top_brackets(text):
        _mask_bracket(masked, text, start, end)
    return "".join(masked)


def _hide(masked: list[str], start: int, end: int, mark: str = HIDDEN) -> None:
    masked[start:end] = mark * (end - start)


def _mask_bracket(masked: list[str], text: str, start: int, end: int) -> None:
    """Hide responsible units and notes; keep 台(套); open a bracket that states a figure of its own."""
    inside = text[start:end]
    if _UNIT_BRACKET.match(inside):
        return
    if _OWNERS.search(inside):
        _hide(masked, start, end, GONE)
        return
    if not _states_a_figure(inside):
        _hide(masked, start, end)
        return
    masked[start], masked[end - 1] = ",", ","


def _states_a_figure(inside: str) -> bool:
    return len(inside) > 7 and re.search(r"\d(?:\.\d+)?[%万亿家个]|\d{4}年", inside) is not None


def top_brackets(text: str) -> list[tuple[int, int]]:
    """Outermost (…) and […] pairs, in one pass; an unclosed bracket is no bracket."""
    found: list[tuple[int, int]] = []
    stack: list[int] = []
    for place, character in enumerate(text):
        if character in "([":
            stack.append(place)
        elif character in ")]" and stack:
            start = stack.pop()
            if place - start < MAX_BRACKET:
                while found and found[-1][0] > start:
                    found.pop()
                found.append((start, place + 1))
        elif character == "。" and len(stack) > 3:
            stack.clear()
    return found
