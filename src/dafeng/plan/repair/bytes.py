"""Bytes of a double-byte text that slipped by one 字节错位, decoded anew.

How such text comes about: a page looked for byte pairs of its own (to put a reading in brackets behind a character, to
turn ；and ？ into ASCII) without minding where characters begin. So a pair was found across two characters; the lead
byte before it lost its partner and became ``?``, and all behind it was read with a slip of one byte until a byte
below 0x80 set it right. Beside that, pairs without a character (user-defined area) vanished, and full-width letters
became ASCII.

The mending is a search over the ways the observed characters can have come from the true bytes: known bytes are
known, a ``?`` is one unknown byte, an ASCII sign may have been a full-width pair, a vanished pair may stand between;
the true bytes are then read in the right step, and what is unknown is chosen by the bigrams of the document. A
reading in brackets must fit the character it was put behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, groupby, islice
from math import exp
from typing import Literal, NamedTuple

from dafeng.plan.repair.draft import Edit
from dafeng.plan.repair.model import Bigrams
from dafeng.plan.repair.readings import HAN, READING, agreement, plain

LOST = "?\ufffd"
HORIZON = 48  # observed signs looked at behind a spot
SETTLED = 5  # signs read in step before the search stops
BEAM = 32
CHOICES = 24  # candidates kept for one character with an unknown byte
FEW = 6  # of them tried where a pair may have vanished as well
CONTEXT = 12
FIGURES = "0123456789.%"  # never taken for half of something else: a figure is not guessed at
GUESSED = 0.9
SURE = 0.7  # below this certainty slipped bytes are left as they are

COST_SPOT, COST_UNKNOWN, COST_FULLWIDTH, COST_VANISHED, COST_WRONG_READING = -4.0, -1.0, -1.0, -4.0, -9.0
ASCII_LOGP = -7.0

_LEADS = bytes(range(0x81, 0xFF))
_TRAILS = bytes([*range(0x40, 0x7F), *range(0x80, 0xFF)])
_UPPER = bytes(range(0xA1, 0xFF))
_USER_LEADS = bytes([*range(0xAA, 0xB0), *range(0xF8, 0xFF)])
_SPLIT = re.compile(rf"[{LOST}]({READING})[)）]")
_BRACKET = re.compile(rf"[(（]({READING})[)）]")
_SPOT = re.compile(rf"(?<=[{HAN})）])[{LOST}](?=[^\s])")

TokenKind = Literal["lost", "split", "reading", "ascii", "pair"]


@dataclass(frozen=True, slots=True)
class _Token:
    """One observed sign: its place in the text, its bytes if it has two, its reading if it is one."""

    kind: TokenKind
    start: int
    end: int
    text: str
    data: bytes = b""
    reading: str = ""


class _Path(NamedTuple):
    """One way to read the bytes so far.

    pending   lead bytes that may stand open (empty: in step); since  text offset where the open byte was observed
    out       characters read, each with the text range it was read from; seen  last observed byte pair's second byte
    """

    score: float
    last: str
    pending: bytes
    since: int
    seen: bytes
    vanished: int
    in_step: int
    out: tuple[tuple[str, int, int], ...]


class _Guide:
    """The bigrams as the search asks them: which characters of certain bytes, the likeliest first."""

    def __init__(self, model: Bigrams) -> None:
        self.logp = model.logp
        self._followers = model.followers
        self._memo: dict[tuple[bytes, bytes, str], tuple[str, ...]] = {}
        self._by_byte: dict[tuple[int, int], list[str]] = {}
        for char in model.common:
            if two := _pair(char):
                self._by_byte.setdefault((0, two[0]), []).append(char)
                self._by_byte.setdefault((1, two[1]), []).append(char)

    def likeliest(self, leads: bytes, trails: bytes, last: str) -> tuple[str, ...]:
        """Characters made of these bytes that document or words know behind ``last``, else the document's commonest."""
        key = (leads, trails, last)
        if key not in self._memo:
            found = _fitting(self._followers(last), leads, trails)
            self._memo[key] = found or _fitting(self._pool(leads, trails, last), leads, trails)
        return self._memo[key]

    def _pool(self, leads: bytes, trails: bytes, last: str) -> Iterable[str]:
        place, known = (0, leads) if len(leads) <= len(trails) else (1, trails)
        pool = chain.from_iterable(self._by_byte.get((place, b), ()) for b in known)
        return sorted(pool, key=lambda c: (-self.logp(c, last), c))


def _fitting(pool: Iterable[str], leads: bytes, trails: bytes) -> tuple[str, ...]:
    fitting = (c for c in pool if (two := _pair(c)) and two[0] in leads and two[1] in trails)
    return tuple(islice(fitting, CHOICES))


def damaged_spots(text: str) -> list[int]:
    """Offsets of the ``?`` and U+FFFD behind a Han character: where the search may start."""
    return [m.start() for m in _SPOT.finditer(text)]


def realigned_edits(text: str, model: Bigrams, max_spots: int) -> Iterator[Edit]:
    """One edit for each stretch of slipped bytes that reads better when realigned; the others are reported or left."""
    done, guide = 0, _Guide(model)
    for count, spot in enumerate(damaged_spots(text)):
        if spot < done:
            continue
        found = _mend(text, spot, guide) if count < max_spots else []
        if found and found[0].certainty >= SURE:
            done = found[-1].end
            yield from found
        elif found or _SPLIT.match(text, spot):
            yield Edit(spot, spot + 1, "", "lost", 0.1, "slipped bytes that could not be realigned", silent=True)


def _mend(text: str, spot: int, guide: _Guide) -> list[Edit]:
    """The stretches that the best way of reading on from the spot puts right; empty where it changes nothing."""
    before = text[spot - 1] if text[spot - 1] not in ")）" else _han_before(text, spot)
    first = _Path(0.0, before, b"", spot, _pair(before)[1:], 0, 0, ())
    paths = _search(list(_tokens(text, spot)), first, guide)
    best = next((p for p in paths if not p.pending), None)
    if best is None:
        return []
    certainty = _certainty(best, paths)
    return [
        Edit(a, b, after, "misaligned", _capped(certainty, text[a:b]), f"bytes slipped by one, {text[a:b]!r} read anew")
        for a, b, after in _stretches(text, best)
    ]


def _tokens(text: str, spot: int) -> Iterator[_Token]:
    """The observed signs from the spot on, to the end of the line or the horizon."""
    at = spot
    for _ in range(HORIZON):
        if at >= len(text) or text[at] == "\n":
            return
        token = _token(text, at)
        if token is None:
            return
        yield token
        at = token.end


def _token(text: str, at: int) -> _Token | None:
    char = text[at]
    if char in LOST:
        met = _SPLIT.match(text, at)
        if met and plain(met[1])[1] == 1:
            return _Token("split", at, met.end(), char, reading=met[1])
        return _Token("lost", at, at + 1, char)
    if char in "(（":
        met = _BRACKET.match(text, at)
        if met and plain(met[1])[1] == 1:
            return _Token("reading", at, met.end(), met[0], reading=met[1])
    if char < "\x80":
        return _Token("ascii", at, at + 1, char) if char > " " else None
    data = _pair(char)
    return _Token("pair", at, at + 1, char, data) if data else None


def _search(tokens: list[_Token], first: _Path, guide: _Guide) -> list[_Path]:
    """The best paths over the tokens, best first; stops early once the best runs in step again."""
    paths = [first]
    for token in tokens:
        opened = [*paths, *_with_vanished(paths, guide, token.start)]
        grown = (n for p in opened for n in _steps(p, token, guide))
        paths = _pruned(grown)
        if not paths or (paths[0].in_step >= SETTLED and all(p.in_step for p in paths[:3])):
            break
    return paths


def _pruned(paths: Iterable[_Path]) -> list[_Path]:
    """The best path for each state (last character, open byte), the best of those.

    Two paths in the same state can only differ in what they made of the past, so the worse one is dropped; one
    runner-up in step is kept all the same, as the measure of certainty.
    """
    best: dict[tuple[str, bytes, bool], _Path] = {}
    for p in paths:
        key = (p.last, p.pending, p.vanished > 0)
        if key not in best or p.score > best[key].score:
            best[key] = p
    return sorted(best.values(), key=lambda p: (-p.score, p.out))[:BEAM]


def _steps(path: _Path, token: _Token, guide: _Guide) -> Iterator[_Path]:
    """All ways to go on by one observed sign."""
    if token.kind == "reading":
        yield _past_reading(path, token)
    elif token.kind == "split":
        allowed = _leads_read(path.seen, token.reading)
        yield from _unknown(path, allowed, token, guide)
    elif token.kind == "lost":
        yield from _unknown(path, _TRAILS if path.pending else _LEADS, token, guide)
        if token.text == "?" and path.pending:
            yield from _pair_bytes(path, b"\xa3\xbf", token, guide, COST_FULLWIDTH)
        if not path.pending:
            yield _plain(path, token, guide)
    elif token.kind == "ascii":
        yield from _ascii(path, token, guide)
    else:
        yield from _pair_bytes(path, token.data, token, guide, 0.0)


def _past_reading(path: _Path, token: _Token) -> _Path:
    """A bracketed reading has no bytes; in step it must fit the character just read."""
    fits = bool(path.pending) or agreement(path.last, token.reading) == "known"
    return path._replace(score=path.score + (0.0 if fits else COST_WRONG_READING))


def _ascii(path: _Path, token: _Token, guide: _Guide) -> Iterator[_Path]:
    byte = ord(token.text)
    if not path.pending:
        yield _plain(path, token, guide)
        return
    if 0x40 <= byte < 0x7F:
        yield from _completed(path, bytes([byte]), token.end, guide, 0.0, bytes([byte]))
    if token.text not in FIGURES:
        yield from _pair_bytes(path, bytes([0xA3, byte + 0x80]), token, guide, COST_FULLWIDTH)


def _plain(path: _Path, token: _Token, guide: _Guide) -> _Path:
    logp = max(guide.logp(token.text, path.last), ASCII_LOGP * 2)
    out = (*path.out, (token.text, token.start, token.end))
    return path._replace(score=path.score + logp, last=token.text, seen=b"", in_step=path.in_step + 1, out=out)


def _pair_bytes(path: _Path, data: bytes, token: _Token, guide: _Guide, cost: float) -> Iterator[_Path]:
    """Two known bytes: in step one character; out of step the end of one and the beginning of the next."""
    seen = data[1:]
    if not path.pending:
        char = _character(data[0], data[1])
        if char:
            out = (*path.out, (char, token.start, token.end))
            score = path.score + cost + guide.logp(char, path.last)
            yield path._replace(score=score, last=char, seen=seen, in_step=path.in_step + 1, out=out)
        return
    if 0x81 <= data[1] <= 0xFE:
        for done in _completed(path, data[:1], token.end, guide, cost, seen):
            yield done._replace(pending=data[1:], since=token.start, in_step=0)


def _unknown(path: _Path, allowed: bytes, token: _Token, guide: _Guide) -> Iterator[_Path]:
    """One unknown byte: opens a character, or closes the open one."""
    if path.pending:
        seen = b"" if token.kind == "lost" else path.seen
        yield from _completed(path, allowed, token.end, guide, COST_UNKNOWN, seen)
        if token.kind == "split":
            return
    elif allowed:
        yield path._replace(score=path.score + COST_SPOT, pending=allowed, since=token.start, in_step=0)


def _with_vanished(paths: list[_Path], guide: _Guide, at: int) -> Iterator[_Path]:
    """Out of step, a pair of the user-defined area may have vanished before the next sign."""
    for path in paths[: BEAM // 2]:
        if path.pending and path.vanished < 2 and path.out:
            for done in islice(_completed(path, _USER_LEADS, at, guide, COST_VANISHED, b""), FEW):
                yield done._replace(pending=_UPPER, since=at, in_step=0, vanished=path.vanished + 1)


def _completed(path: _Path, trails: bytes, end: int, guide: _Guide, cost: float, seen: bytes) -> Iterator[_Path]:
    """The open character closed by one of the trail bytes, the likeliest first."""
    if len(path.pending) * len(trails) > CHOICES:
        chars = guide.likeliest(path.pending, trails, path.last)
    else:
        chars = _characters(path.pending, trails)
    for char in chars:
        out = (*path.out, (char, path.since, end))
        score = path.score + cost + guide.logp(char, path.last)
        yield path._replace(score=score, last=char, pending=b"", seen=seen, out=out)


def _stretches(text: str, path: _Path) -> Iterator[tuple[int, int, str]]:
    """The stretches where the path differs from what was observed; a later one that is not finished is left."""
    groups = groupby(path.out, key=lambda piece: text[piece[1] : piece[2]] != piece[0])
    for number, (differs, pieces) in enumerate(groups):
        members = list(pieces)
        if not differs or (number > 1 and members[-1] is path.out[-1]):
            continue
        start, end = members[0][1], members[-1][2]
        tail = _BRACKET.match(text, end)  # the reading behind the last character goes with it
        yield start, tail.end() if tail else end, "".join(c for c, _, _ in members)


def _certainty(best: _Path, paths: list[_Path]) -> float:
    """How far the best reading stands before the next one that says something else, as a share 0..0.98."""
    other = [p.score for p in paths if not p.pending and _said(p) != _said(best)]
    margin = best.score - max(other) if other else 10.0
    return round(min(0.98, 1 / (1 + exp(-margin / 2))), 2)


def _capped(certainty: float, observed: str) -> float:
    """Where a byte is lost without a reading to vouch for it, the bigrams alone filled it: not surer than GUESSED."""
    return min(certainty, GUESSED) if any(c in LOST for c in _SPLIT.sub("", observed)) else certainty


def _said(path: _Path) -> str:
    return "".join(c for c, _, _ in path.out)


def _han_before(text: str, spot: int) -> str:
    """The character before a bracketed reading that ends at the spot."""
    for opening in range(spot - 2, max(spot - CONTEXT, 0), -1):
        if text[opening] in "(（":
            return text[opening - 1]
    return text[spot - 1]


@lru_cache(maxsize=4096)
def _leads_read(seen: bytes, reading: str) -> bytes:
    """The bytes that make, behind the last observed byte, a character with the injected reading."""
    if not seen:
        return _LEADS
    return bytes(b for b in _TRAILS if b >= 0x81 and (c := _character(seen[0], b)) and agreement(c, reading) == "known")


@lru_cache(maxsize=4096)
def _characters(leads: bytes, trails: bytes) -> tuple[str, ...]:
    return tuple(c for lead in leads for trail in trails if (c := _character(lead, trail)))


@lru_cache(maxsize=65_536)
def _character(lead: int, trail: int) -> str:
    """The GBK character of two bytes; empty where there is none."""
    try:
        char = bytes([lead, trail]).decode("gb18030")
    except UnicodeDecodeError:
        return ""
    return char if len(char) == 1 and not "\ue000" <= char <= "\uf8ff" else ""


@lru_cache(maxsize=65_536)
def _pair(char: str) -> bytes:
    """The two GBK bytes of a character; empty where it has not just two."""
    data = char.encode("gb18030", "replace")
    return data if len(data) == 2 else b""
