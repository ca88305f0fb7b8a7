"""Characters that are gone for good (U+FFFD, 缺字): filled where the document itself leaves no doubt, else reported."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from dafeng.plan.repair.draft import Edit
from dafeng.plan.repair.readings import HAN

_LOST = re.compile("\ufffd+")
_SINGLE = re.compile(rf"(?<=[{HAN}]{{2}})\ufffd{{1,3}}(?=[{HAN}]{{2}})")
_WINDOW = re.compile(rf"(?=([{HAN}]{{5}}))")
ENOUGH, SHARE = 2, 0.8
FILLED, LEFT = 0.7, 0.1


def lost_edits(text: str) -> Iterator[Edit]:
    """Fill a lost character whose two neighbours on each side stand elsewhere in the text around one and the same.

    Only between Han characters: a figure is never filled. What cannot be filled stays as U+FFFD and is reported.
    """
    if "\ufffd" not in text:
        return
    around = _surroundings(text, {(m.start(), m.end()) for m in _SINGLE.finditer(text)})
    for met in _LOST.finditer(text):
        fill = around.get((text[met.start() - 2 : met.start()], text[met.end() : met.end() + 2]))
        if fill and _SINGLE.match(text, met.start()):
            yield Edit(*met.span(), fill, "lost", FILLED, f"lost character, {fill} by the same words elsewhere")
        else:
            why = f"{len(met[0])} undecodable place(s); nothing in the document says what stood here"
            yield Edit(*met.span(), "", "lost", LEFT, why, silent=True)


def _surroundings(text: str, places: set[tuple[int, int]]) -> dict[tuple[str, str], str]:
    """For the neighbours of each lost place the character that elsewhere stands between them, if it is clear."""
    wanted = {(text[a - 2 : a], text[b : b + 2]): Counter[str]() for a, b in places}
    if not wanted:
        return {}
    for met in _WINDOW.finditer(text):
        five = met[1]
        if (counts := wanted.get((five[:2], five[3:]))) is not None:
            counts[five[2]] += 1
    return {key: best for key, counts in wanted.items() if (best := _clear(counts))}


def _clear(counts: Counter[str]) -> str | None:
    if not counts:
        return None
    char, seen = min(counts.items(), key=lambda item: (-item[1], item[0]))
    return char if seen >= ENOUGH and seen >= SHARE * counts.total() else None
