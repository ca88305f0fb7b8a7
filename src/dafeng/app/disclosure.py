"""Small cells 小格保密: which sums must be withheld so that no single firm can be read or worked out from the others.

A table of sums is seen as what it is to an attacker: linear equations over *atoms* (the smallest groups in which firms
stand, an area × an industry). A cell is a set of atoms; whoever sees some cells knows every combination of them.
Pure: no store, no caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

CONFIDENTIAL = "保密 confidential"
_EPS = 1e-7  # sets of atoms are zeros and ones: what is nearer than this is equal
Atom = tuple[str, str]  # area, industry
_Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rule:
    """From when it holds, the fewest firms a sum may rest on, the largest share that one of them may have, and why."""

    since: date
    fewest: int
    dominance: float
    reason: str


# 统计法 (in this form in force since 2010-01-01) forbids giving out what identifies a single respondent; the numbers
# are ours: with two firms each reads the other's figure off the sum, and a firm with more than 85 % is the sum.
RULES = (
    Rule(date(2010, 1, 1), 3, 0.85, "统计资料不得识别或推断单个统计调查对象;少于3家或一家占85%以上的汇总数不予显示"),
)


def rule_on(day: date) -> Rule:
    """The rule in force on a day; before the first, the first: nothing was ever free to be given out."""
    return next((r for r in reversed(RULES) if r.since <= day), RULES[0])


@dataclass(frozen=True, slots=True)
class Firm:
    """One firm that the viewer may not see by itself: the atom it stands in and its size by each measure."""

    atom: Atom
    sizes: tuple[float, ...]


@dataclass(frozen=True)
class Table:
    """The cells of one period (each the atoms it sums), the firms behind them, and which cells add up to which."""

    cells: Mapping[str, frozenset[Atom]]
    firms: Sequence[Firm]
    sums: Sequence[tuple[str, Sequence[str]]] = ()  # parent, children that add up to it


def sensitive(firms: Sequence[Firm], rule: Rule) -> bool:
    """Whether a sum over these firms tells of one of them: too few, or one that is nearly all. None tell of nobody."""
    if not firms:
        return False
    if len(firms) < rule.fewest:
        return True
    by_measure = ([abs(s) for s in sizes] for sizes in zip(*(f.sizes for f in firms), strict=True))
    return any(_tells(Part(len(sizes), max(sizes), sum(sizes)), rule) for sizes in by_measure)


def withheld(table: Table, rule: Rule) -> frozenset[str]:
    """The cells to withhold: the sensitive ones, and as many more (the smallest first) as it takes to hide them.

    At the end no withheld cell, no sensitive atom and no sensitive rest of a published sum is a combination of
    published cells.
    """
    return _Hiding(table, rule).done()


class _Hiding:
    """The state of one search; hidden only grows, so that it ends."""

    def __init__(self, table: Table, rule: Rule) -> None:
        self.rule, self.table = rule, table
        self.members: dict[Atom, list[Firm]] = {}
        for firm in table.firms:
            self.members.setdefault(firm.atom, []).append(firm)
        self.atoms = {atom: n for n, atom in enumerate(self.members)}
        cells = {key: frozenset(atoms & self.members.keys()) for key, atoms in table.cells.items()}
        self.cells = {key: atoms for key, atoms in cells.items() if atoms}  # the rest holds only what the viewer knows
        self.rows = {key: self._row(atoms) for key, atoms in self.cells.items()}
        self.size = {key: self._size(atoms) for key, atoms in self.cells.items()}
        self.hidden = {key for key, atoms in self.cells.items() if self._sensitive(atoms)}

    def _row(self, atoms: Iterable[Atom]) -> _Matrix:
        row = np.zeros(len(self.atoms))
        row[[self.atoms[a] for a in atoms]] = 1.0
        return row

    def _firms(self, atoms: Iterable[Atom]) -> list[Firm]:
        return [f for a in atoms for f in self.members[a]]

    def _size(self, atoms: Iterable[Atom]) -> tuple[float, int]:
        firms = self._firms(atoms)
        return sum(abs(f.sizes[0]) for f in firms if f.sizes), len(firms)

    def _sensitive(self, atoms: Iterable[Atom]) -> bool:
        return sensitive(self._firms(atoms), self.rule)

    def done(self) -> frozenset[str]:
        while self._by_sums() or self._by_algebra():
            pass
        return frozenset(self.hidden)

    def _by_sums(self) -> bool:
        """Where a shown sum has one hidden part, or hidden parts that together tell of a firm: hide the next smallest.

        What ``_by_algebra`` would find as well, at a hundredth of the cost.
        """
        changed = False
        for parent, children in self.table.sums:
            parts = [c for c in children if c in self.cells]
            gone = [c for c in parts if c in self.hidden]
            if parent not in self.cells or parent in self.hidden or not gone:
                continue
            if len(gone) == 1 or self._sensitive(frozenset().union(*(self.cells[c] for c in gone))):
                open_ones = [c for c in parts if c not in self.hidden]
                self.hidden.add(self._smallest(open_ones) if open_ones else parent)
                changed = True
        return changed

    def _smallest(self, keys: Iterable[str]) -> str:
        return min(keys, key=lambda k: (*self.size[k], k))

    def _by_algebra(self) -> bool:
        """Hide one published cell of every combination that gives away what must be hidden.

        An atom that is published as a cell of its own can be taken off every sum; what is left are equations over the
        other atoms.
        """
        shown = [k for k in self.cells if k not in self.hidden]
        targets = self._targets()
        if not shown or not targets:
            return False
        alone = {next(iter(self.cells[k])): k for k in reversed(shown) if len(self.cells[k]) == 1}
        single = [self.atoms[a] for a in alone]
        rest = [n for n in range(len(self.atoms)) if n not in set(single)]
        sums = [k for k in shown if self.rows[k][rest].any()]
        known, wanted = self._stacked([self.rows[k] for k in sums]), self._stacked(targets)
        ways, misses = _solved(known[:, rest].T, wanted[:, rest].T)
        taken_off = wanted[:, single].T - np.einsum("sa,sw->aw", known[:, single], ways)
        found = False
        for n in np.flatnonzero(misses < _EPS):
            used = [sums[i] for i in np.flatnonzero(np.abs(ways[:, n]) > _EPS)]
            used += [alone[a] for a, off in zip(alone, taken_off[:, n], strict=True) if abs(off) > _EPS]
            if self.hidden.isdisjoint(used):  # not broken up in this round already
                self.hidden.add(self._smallest(used))
                found = True
        return found

    def _stacked(self, rows: Sequence[_Matrix]) -> _Matrix:
        return np.array(rows).reshape(len(rows), len(self.atoms))

    def _targets(self) -> list[_Matrix]:
        """What may not be a combination of published cells, as rows over the atoms."""
        rows = [self.rows[k] for k in sorted(self.hidden)]
        rows += [self._row([a]) for a in self.atoms if self._sensitive([a])]
        for parent, children in self.table.sums:
            gone = [self.cells[c] for c in children if c in self.hidden]
            rest = frozenset().union(*gone) if gone else frozenset()
            if parent in self.cells and rest and self._sensitive(rest):
                rows.append(self._row(rest))
        return list({row.tobytes(): row for row in rows}.values())


def _solved(equations: _Matrix, wanted: _Matrix) -> tuple[_Matrix, _Matrix]:
    """For each column of ``wanted`` a combination of the columns of ``equations``, and by how much it misses.

    Gauss-Jordan elimination on matrices of zeros and ones, some fifty a side: at that size a threaded LAPACK waits
    for its threads longer than it works.
    """
    left, right = equations.copy(), wanted.copy()
    pivots: list[int] = []
    for column in range(left.shape[1]):
        done = len(pivots)
        if done == left.shape[0]:
            break
        row = done + int(np.abs(left[done:, column]).argmax())
        if abs(left[row, column]) < _EPS:
            continue
        for side in (left, right):
            side[[done, row]] = side[[row, done]]
        right[done] /= left[done, column]
        left[done] /= left[done, column]
        by = left[:, column].copy()
        by[done] = 0.0
        left -= np.outer(by, left[done])
        right -= np.outer(by, right[done])
        pivots.append(column)
    ways = np.zeros((left.shape[1], right.shape[1]))
    ways[pivots] = right[: len(pivots)]
    return ways, np.abs(right[len(pivots) :]).max(axis=0, initial=0.0)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a shown sum: how many firms it rests on, its largest firm, and all of them, by size."""

    firms: int
    largest: float
    whole: float


def withheld_parts(parts: Mapping[str, Part], rule: Rule) -> frozenset[str]:
    """As ``withheld`` for the parts of one shown sum (items of a total, months of a year), in which a firm may stand
    in several: the sensitive parts, and at least one more."""
    hidden = {key for key, part in parts.items() if _tells(part, rule)}
    if len(hidden) == 1 and len(parts) > 1:
        hidden.add(min(parts.keys() - hidden, key=lambda k: (parts[k].whole, k)))
    return frozenset(hidden)


def _tells(part: Part, rule: Rule) -> bool:
    return 0 < part.firms < rule.fewest or (part.whole > 0 and part.largest > rule.dominance * part.whole)
