"""Signs that typesetting programs put for others: full-width figures, GB codes read as Unicode, dots for full stops.

Newspapers and gazettes are set with 方正 fonts, whose PDFs give figures as full-width, 《》 as «», 。 as . and the
decimal point as a private sign. All changes are one sign for one, so that offsets stay.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from dafeng.plan.repair.draft import Edit

STOPS_NEEDED, STOPS_TIMES = 5, 3  # dots behind Chinese words before they can be full stops, and times as many as 。

_WIDE = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]+")
_GB_CODE = re.compile("(?<![\ua000-\ua4cf])[\ua1a2-\ua1bf\ua3a1-\ua3fe](?![\ua000-\ua4cf])")
_GUILLEMETS = re.compile("(?<![A-Za-z])[«»]|[«»](?![A-Za-z])")
_QUOTES = {"«": "《", "»": "》"}
_DIGIT = "0-9\uff10-\uff19"
_POINT = re.compile(
    f"(?<=[{_DIGIT}])(?P<before> ?)(?P<sign>[\ue000-\uf8ff\U000f0000-\U0010fffd．\ua3ae])(?P<after> ?)(?=[{_DIGIT}])"
)
_LEADERS = re.compile("([\ue000-\uf8ff\U000f0000-\U0010fffd])\\1{2,}")
_MINUS = re.compile("(?<=\\d)[\u2010-\u2012\u2212](?=\\d)")
_STOP = re.compile("(?<=[\u4e00-\u9fff)）”》%％])[.．](?=[\u4e00-\u9fff“《（(«\\s]|\\d{4}年|$)", re.MULTILINE)
_LISTED = re.compile("(?:^|[\\s。.．])[一二三四五六七八九十]{1,3}$")


def typeset_edits(text: str) -> Iterator[Edit]:
    """The signs of typesetting programs put back to what they mean; the decimal point first, then all others."""
    for met in _POINT.finditer(text):
        why = _code(met["sign"]) + " between figures, a decimal point"
        yield Edit(*met.span("sign"), ".", "encoding", 0.85, why, same=True)
        for side in ("before", "after"):
            if met[side]:
                yield Edit(*met.span(side), "", "whitespace", 0.85, "space beside a decimal point")
    for met in _LEADERS.finditer(text):
        why = f"{len(met[0])} private-use characters {_code(met[1])} in a row, leaders"
        yield Edit(*met.span(), "…" * len(met[0]), "encoding", 0.85, why, same=True)
    for met in _WIDE.finditer(text):
        plain = unicodedata.normalize("NFKC", met[0])
        yield Edit(*met.span(), plain, "script", 0.99, "full-width figures or letters", same=True)
    for met in _GB_CODE.finditer(text):
        yield from _gb_sign(text, met)
    for met in _GUILLEMETS.finditer(text):
        yield Edit(*met.span(), _QUOTES[met[0]], "script", 0.95, "guillemet for a Chinese book title mark", same=True)
    for met in _MINUS.finditer(text):
        yield Edit(*met.span(), "-", "script", 0.95, f"{_code(met[0])} between figures", same=True)


def stop_edits(text: str) -> Iterator[Edit]:
    """Full stops that were set as dots, in a text that has hardly a 。 of its own."""
    dots = [m for m in _STOP.finditer(text) if not _LISTED.search(text[max(0, m.start() - 5) : m.start()])]
    if len(dots) < STOPS_NEEDED or len(dots) < STOPS_TIMES * text.count("。"):
        return
    for met in dots:
        yield Edit(*met.span(), "。", "script", 0.9, "a dot behind Chinese words for a full stop", same=True)


def _gb_sign(text: str, met: re.Match[str]) -> Iterator[Edit]:
    """A sign whose GB 2312 code was taken for a Unicode number: U+A3AC is ，; the wide dot is a full stop."""
    try:
        meant = divmod(ord(met[0]), 256)
        sign = bytes(meant).decode("gb2312")
    except UnicodeDecodeError:
        return
    sign = "。" if sign == "．" else sign
    yield Edit(*met.span(), sign, "encoding", 0.95, f"{_code(met[0])}, the GB 2312 code of {sign}", same=True)


def _code(char: str) -> str:
    return f"U+{ord(char):04X}"
