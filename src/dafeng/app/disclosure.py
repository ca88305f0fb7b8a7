"""Small cells 小格保密: which sums must be withheld so that no single firm can be read or worked out from the others.

A table of sums is seen as what it is to an attacker: linear equations over *atoms* (the smallest groups in which firms
stand, an area × an industry). A cell is a set of atoms; whoever sees some cells knows every combination of them.
Pure: no store, no caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt

CONFIDENTIAL = "保密 confidential"
CONFIDENTIAL_STATE = "confidential"  # the state of a target for a viewer who may not see it; evaluation knows it not
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
    """The cells of one period (each the atoms it sums), the firms behind them, and which cells add up to which.

    cost: how dear it is to lose a cell, 0 where none is named. Where one of several must go it is the cheapest, then
    the smallest: what everybody asks for (the total of a county) goes last.
    """

    cells: Mapping[str, frozenset[Atom]]
    firms: Sequence[Firm]
    sums: Sequence[tuple[str, Sequence[str]]] = ()  # parent, children that add up to it
    cost: Mapping[str, int] = field(default_factory=dict)


def sensitive(firms: Sequence[Firm], rule: Rule) -> bool:
    """Whether a sum over these firms tells of one of them: too few, or one that is nearly all. None tell of nobody.

    Of every measure: a firm with nothing of it hides no other one's figure.
    """
    if not firms:
        return False
    return len(firms) < rule.fewest or _tells([f.sizes for f in firms], rule)


def _tells(firms: Iterable[Sequence[float]], rule: Rule) -> bool:
    """Whether by one of the measures too few firms have anything, or one has nearly all; firms by their sizes."""
    for of_measure in zip(*firms, strict=True):
        sizes = [abs(s) for s in of_measure if s]
        if sizes and (len(sizes) < rule.fewest or max(sizes) > rule.dominance * sum(sizes)):
            return True
    return False


def withheld(table: Table, rule: Rule) -> frozenset[str]:
    """The cells to withhold: the sensitive ones, and as many more (the cheapest first) as it takes to hide them.

    At the end no withheld cell, no sensitive atom, no two or three atoms that together are sensitive and no sensitive
    rest of a published sum is a combination of published cells.
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
        """Where a shown sum has one hidden part, or hidden parts that together tell of a firm: hide the next cheapest.

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
                self.hidden.add(self._cheapest(open_ones) if open_ones else parent)
                changed = True
        return changed

    def _cheapest(self, keys: Iterable[str]) -> str:
        return min(keys, key=lambda k: (self.table.cost.get(k, 0), *self.size[k], k))

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
        known = self._stacked([self.rows[k] for k in sums])
        wanted = np.concatenate([self._stacked(targets), np.eye(len(self.atoms))[rest]])
        ways, misses = _solved(known[:, rest].T, wanted[:, rest].T)
        taken_off = wanted[:, single].T - np.einsum("sa,sw->aw", known[:, single], ways)

        def hide(*together: int) -> bool:
            """Break up the combination that gives these columns of ``wanted`` added up."""
            way, off = ways[:, together].sum(axis=1), taken_off[:, together].sum(axis=1)
            used = [sums[i] for i in np.flatnonzero(np.abs(way) > _EPS)]
            used += [key for key, by in zip(alone.values(), off, strict=True) if abs(by) > _EPS]
            if not self.hidden.isdisjoint(used):  # broken up in this round already
                return False
            self.hidden.add(self._cheapest(used))
            return True

        count = len(targets)
        found = [hide(int(n)) for n in np.flatnonzero(np.abs(misses[:, :count]).max(axis=0, initial=0.0) < _EPS)]
        if not any(found):
            found = [hide(*(count + n for n in some)) for some in self._given_away(misses[:, count:], rest)]
        return any(found)

    def _given_away(self, misses: _Matrix, atoms: Sequence[int]) -> Iterable[tuple[int, ...]]:
        """Two or three atoms (by their place) that tell of a firm, and that published cells give added up.

        misses: of each atom what no published cells explain; of atoms that can be had together that adds up to nothing.
        Each is told apart by one number first, for there are many threes.
        """
        named, columns = list(self.atoms), misses.T
        mark = columns @ np.sqrt(np.arange(2.0, columns.shape[1] + 2.0))
        order = np.argsort(mark)
        telling = [n for n, at in enumerate(atoms) if self._sensitive([named[at]])]
        found = set()
        for n in telling:
            for lacking, others in ((-mark[n : n + 1], [()]), (-mark[n] - mark, [(m,) for m in range(len(mark))])):
                first = np.searchsorted(mark[order], lacking - _EPS)
                last = np.searchsorted(mark[order], lacking + _EPS)
                for m in np.flatnonzero(last > first):
                    found |= {tuple(sorted({n, *others[m], int(k)})) for k in order[first[m] : last[m]]}
        added = ((some, np.abs(columns[list(some)].sum(axis=0)).max(initial=0.0)) for some in sorted(found))
        return [some for some, left in added if left < _EPS and self._sensitive([named[atoms[n]] for n in some])]

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
    """For each column of ``wanted`` a combination of the columns of ``equations``, and what of it is left over.

    Both are linear in ``wanted``: of columns added up they are the sums.

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
    return ways, right[len(pivots) :]


# -- the parts of one sum ----------------------------------------------------------------------------------------------

Part = Mapping[str, tuple[float, ...]]  # firm → its size in this part by each measure; a firm may stand in many parts


def withheld_parts(parts: Mapping[str, Part], rule: Rule) -> frozenset[str]:
    """As ``withheld`` for the parts of one shown sum: items of a total, months of a year.

    What is withheld can be had as one figure, the sum less the parts that are shown: so that figure, too, must rest on
    enough firms and on none of them nearly alone. Parts are added to it, the smallest first, until it does, or none is
    left; of those added the largest that can be spared are shown again. Every other sum that can be had holds this one
    or a shown part, and hides its firms as well.
    """
    hidden = {key for key, part in parts.items() if _tells(part.values(), rule)}
    size = {key: sum(abs(s) for sizes in part.values() for s in sizes[:1]) for key, part in parts.items()}
    held = [key for key, part in parts.items() if any(any(sizes) for sizes in part.values())]
    left = sorted((key for key in held if key not in hidden), key=lambda key: (size[key], key))
    added: list[str] = []
    while left and hidden and _tells(_together(parts[k] for k in hidden), rule):
        added.append(left.pop(0))
        hidden.add(added[-1])
    for key in reversed(added):
        if not _tells(_together(parts[k] for k in hidden - {key}), rule):
            hidden.remove(key)
    return frozenset(hidden)


def _together(parts: Iterable[Part]) -> Iterable[tuple[float, ...]]:
    """The sizes of each firm in all of the parts, added up."""
    found: dict[str, tuple[float, ...]] = {}
    for part in parts:
        for firm, sizes in part.items():
            so_far = found.get(firm, (0.0,) * len(sizes))
            found[firm] = tuple(a + abs(b) for a, b in zip(so_far, sizes, strict=True))
    return found.values()
