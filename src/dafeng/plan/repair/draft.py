"""A text under repair: every edit moves the way back to the raw text along and leaves its record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dafeng.plan.records import Span
from dafeng.plan.source import Repair, RepairKind

Offsets = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace text[start:end] by ``after``.

    same    the new characters stand one for one for the old ones (raw offsets stay); else they are new and have
            no raw offset of their own
    silent  a report without a change of text (start:end is only pointed at)
    """

    start: int
    end: int
    after: str
    kind: RepairKind
    certainty: float
    why: str
    same: bool = False
    silent: bool = False


@dataclass(slots=True)
class _Record:
    kind: RepairKind
    raw: Span
    before: str
    after: str
    certainty: float
    why: str


class Draft:
    """Text, its raw offsets and the records so far.

    text      the text as repaired up to now
    start     for each character the raw offset it comes from, never falling
    damaged   for each character whether it was filled in, and so has no raw offset of its own
    shifted   whether any edit moved, added or removed a character
    """

    def __init__(self, text: str, start: Offsets, raw_length: int, max_records: int = 20_000) -> None:
        self.text = text
        self.start = start
        self.damaged: Flags = np.zeros(len(text), dtype=np.bool_)
        self.shifted = False
        self._raw_length = raw_length
        self._max_records = max_records
        self._records: list[_Record] = []
        self._spans: npt.NDArray[np.int64] = np.zeros((0, 2), dtype=np.int64)

    def apply(self, edits: Iterable[Edit]) -> int:
        """Carry out edits (offsets into the present text); the ones that overlap an earlier one are left out."""
        chosen = _without_overlap(edits)
        if not chosen:
            return 0
        changing = [e for e in chosen if not e.silent]
        raws = [self._raw_of(e.start, e.end) for e in chosen]
        befores = [self.text[e.start : e.end] for e in chosen]
        spans = np.array([(e.start, e.end) for e in chosen], dtype=np.int64)
        if changing:
            self._rewrite(changing)
        moving = [e for e in changing if not (e.same and len(e.after) == e.end - e.start)]
        if moving:
            move = _Move(moving)
            self._spans = move(self._spans)
            spans = move(spans)
        self._note(chosen, raws, befores, spans)
        return len(chosen)

    def note(self, kind: RepairKind, raw: int, words: str, certainty: float, why: str) -> None:
        """Record something that the text no longer holds, at the place where it would stand."""
        at = int(np.searchsorted(self.start, raw))
        self._records.append(_Record(kind, (raw, raw), words, "", certainty, why))
        self._spans = np.concatenate([self._spans, [[at, at]]])

    def repairs(self) -> tuple[Repair, ...]:
        """All records, in the order of the text, with spans into the text as it now is."""
        made = [
            Repair(r.kind, r.raw, (int(a), int(b)), r.before, r.after, r.certainty, r.why)
            for r, (a, b) in zip(self._records, self._spans, strict=True)
        ]
        return tuple(sorted(made, key=lambda r: (r.span, r.raw_span, r.kind)))

    def raw_index(self) -> Offsets:
        """The raw offset of each character, -1 where it was filled in."""
        return np.where(self.damaged, np.int32(-1), self.start).astype(np.int32)

    def _raw_of(self, start: int, end: int) -> Span:
        first = int(self.start[start]) if start < len(self.start) else self._raw_length
        return (first, int(self.start[end - 1]) + 1) if end > start else (first, first)

    def _rewrite(self, edits: Sequence[Edit]) -> None:
        texts: list[str] = []
        starts: list[Offsets] = []
        flags: list[Flags] = []
        at = 0
        for e in edits:
            texts += (self.text[at : e.start], e.after)
            starts += (self.start[at : e.start], self._starts_of(e))
            flags += (self.damaged[at : e.start], self._flags_of(e))
            self.shifted |= len(e.after) != e.end - e.start or not e.same
            at = e.end
        self.text = "".join(texts) + self.text[at:]
        self.start = np.concatenate([*starts, self.start[at:]])
        self.damaged = np.concatenate([*flags, self.damaged[at:]])

    def _starts_of(self, e: Edit) -> Offsets:
        if e.same and len(e.after) == e.end - e.start:
            return self.start[e.start : e.end]
        first, last = self._raw_of(e.start, e.end)
        return np.minimum(first + np.arange(len(e.after)), max(first, last - 1)).astype(np.int32)

    def _flags_of(self, e: Edit) -> Flags:
        if e.same and len(e.after) == e.end - e.start:
            return self.damaged[e.start : e.end]
        return np.full(len(e.after), not e.same, dtype=np.bool_)

    def _note(
        self, edits: Sequence[Edit], raws: Sequence[Span], befores: Sequence[str], spans: npt.NDArray[np.int64]
    ) -> None:
        keep = len(edits) if len(edits) <= self._max_records else self._max_records
        for e, raw, before in zip(edits[:keep], raws, befores, strict=False):
            after = before if e.silent else e.after
            self._records.append(_Record(e.kind, raw, before, after, e.certainty, e.why))
        self._spans = np.concatenate([self._spans, spans[:keep]])
        if keep < len(edits):
            e, more = edits[keep], len(edits) - keep
            raw = (raws[keep][0], raws[-1][1])
            why = f"{more} more places like this, counted only: {e.why}"
            self._records.append(_Record(e.kind, raw, "", "", min(x.certainty for x in edits[keep:]), why))
            self._spans = np.concatenate([self._spans, [[spans[keep][0], spans[-1][1]]]])


class _Move:
    """Where an old offset stands after the edits; one inside an edit goes to the edit's edge."""

    def __init__(self, edits: Sequence[Edit]) -> None:
        self.starts = np.array([e.start for e in edits], dtype=np.int64)
        self.ends = np.array([e.end for e in edits], dtype=np.int64)
        grown = np.array([len(e.after) for e in edits], dtype=np.int64)
        self.shift = np.concatenate([[0], np.cumsum(grown - (self.ends - self.starts))])
        self.new_ends = self.ends + self.shift[1:]

    def __call__(self, spans: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        if not len(spans):
            return spans
        return np.stack([self._edge(spans[:, 0], left=True), self._edge(spans[:, 1], left=False)], axis=1)

    def _edge(self, at: npt.NDArray[np.int64], *, left: bool) -> npt.NDArray[np.int64]:
        past = np.searchsorted(self.ends, at, side="right")  # edits that end at or before the offset
        if left:  # an offset at the end of an insertion that starts there too stays before it
            past = np.where(_is_start_of_insertion(self, at, past), past - 1, past)
        moved = at + self.shift[past]
        inside = (past < len(self.starts)) & (self.starts[np.minimum(past, len(self.starts) - 1)] < at)
        which = np.minimum(past, len(self.starts) - 1)
        edge = self.starts[which] + self.shift[which] if left else self.new_ends[which]
        return np.asarray(np.where(inside, edge, moved), dtype=np.int64)


def _is_start_of_insertion(move: _Move, at: npt.NDArray[np.int64], past: npt.NDArray[np.intp]) -> Flags:
    before = np.maximum(past - 1, 0)
    return np.asarray((past > 0) & (move.starts[before] == at) & (move.ends[before] == at), dtype=np.bool_)


def _without_overlap(edits: Iterable[Edit]) -> list[Edit]:
    chosen: list[Edit] = []
    at = 0
    for e in sorted(edits, key=lambda e: (e.start, e.end)):
        if e.start >= at:
            chosen.append(e)
            at = e.end
    return chosen
