"""Small cells 小格保密: which sums must be withheld so that no single firm can be read or worked out from the others.

A table of sums is seen as what it is to an attacker: linear equations over *atoms* (the smallest groups in which firms
stand, an area × an industry). A cell is a set of atoms; whoever sees some cells knows every combination of them.
Pure: no store, no caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
    """One firm that the viewer may not see by itself: the atom it stands in, its size by each measure, its id."""

    atom: Atom
    sizes: tuple[float, ...]
    name: str = ""


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


def withheld(table: Table, rule: Rule, onlookers: Iterable[frozenset[str]] = ()) -> frozenset[str]:
    """The cells to withhold: the sensitive ones, and as many more (the cheapest first) as it takes to hide them.

    At the end no withheld cell, no sensitive atom, no two or three atoms that together are sensitive and no sensitive
    rest of a published sum is a combination of published cells: for who knows no firm, for who stands alone in an atom
    and knows his own figure, and for each of the ``onlookers`` (the names of the firms that somebody knows one by one),
    who may take what he knows off every sum.

    One round over the onlookers is enough. Who has less published can work out less, and of disjoint groups that tell
    of no firm the union tells of none: so what a later one makes vanish gives nothing to an earlier one.
    """
    searches = [_Hiding(table, rule, inside=True)]
    for known in onlookers:
        others = [f for f in table.firms if f.name not in known]
        if others and len(others) < len(table.firms):
            searches.append(_Hiding(replace(table, firms=others), rule))
    hidden = frozenset[str]().union(*(search.hidden for search in searches))
    for search in searches:
        hidden |= search.done(hidden)
    return hidden


@dataclass(frozen=True)
class _OfAtoms:
    """Of each atom [atom, ...]: how many firms, and by measure how many have anything, the largest and their sum."""

    firms: _Matrix
    some: _Matrix
    largest: _Matrix
    amount: _Matrix

    @classmethod
    def of(cls, firms: Sequence[Firm], atoms: Mapping[Atom, int]) -> _OfAtoms:
        at = np.array([atoms[f.atom] for f in firms], int)
        sizes = np.abs(
            np.array([f.sizes for f in firms], float).reshape(len(firms), len(firms[0].sizes) if firms else 0)
        )
        some, largest, amount = (np.zeros((len(atoms), sizes.shape[1])) for _ in range(3))
        np.add.at(some, at, sizes > 0)
        np.maximum.at(largest, at, sizes)
        np.add.at(amount, at, sizes)
        return cls(np.bincount(at, minlength=len(atoms)).astype(float), some, largest, amount)

    def tell(self, rows: _Matrix, rule: Rule) -> npt.NDArray[np.bool_]:
        """``sensitive`` of sets of atoms, rows of zeros and ones."""
        if not self.firms.size:
            return np.zeros(len(rows), bool)
        count, some = rows @ self.firms, rows @ self.some
        largest = (rows[:, :, None] * self.largest).max(axis=1)
        one = largest > rule.dominance * (rows @ self.amount)
        by_measure: npt.NDArray[np.bool_] = np.any((some > 0) & ((some < rule.fewest) | one), axis=1)
        return (count > 0) & ((count < rule.fewest) | by_measure)

    def sizes(self, rows: _Matrix) -> tuple[_Matrix, npt.NDArray[np.int64]]:
        """Of sets of atoms the sum of the first measure, and how many firms."""
        if not self.firms.size:
            return np.zeros(len(rows)), np.zeros(len(rows), np.int64)
        amounts = rows @ self.amount
        return amounts[:, 0] if amounts.shape[1] else np.zeros(len(rows)), (rows @ self.firms).astype(np.int64)


class _Hiding:
    """The state of one search; hidden only grows, so that it ends.

    inside: whether those who stand alone in an atom are looked at, too.
    """

    def __init__(self, table: Table, rule: Rule, *, inside: bool = False) -> None:
        self.rule, self.table, self.inside = rule, table, inside
        self.members: dict[Atom, list[Firm]] = {}
        for firm in table.firms:
            self.members.setdefault(firm.atom, []).append(firm)
        self.atoms = {atom: n for n, atom in enumerate(self.members)}
        self.of_atoms = _OfAtoms.of(table.firms, self.atoms)
        cells = {key: frozenset(atoms & self.members.keys()) for key, atoms in table.cells.items()}
        self.cells = {key: atoms for key, atoms in cells.items() if atoms}  # the rest holds only what the viewer knows
        rows = self._stacked([self._row(atoms) for atoms in self.cells.values()])
        self.rows = dict(zip(self.cells, rows, strict=True))
        amounts, counts = self.of_atoms.sizes(rows)
        self.size = dict(zip(self.cells, zip(amounts.tolist(), counts.tolist(), strict=True), strict=True))
        self.hidden = {key for key, tells in zip(self.cells, self.of_atoms.tell(rows, rule), strict=True) if tells}
        self.judged: dict[frozenset[Atom], bool] = {}
        self.alone_tell = self.of_atoms.tell(np.eye(len(self.atoms)), rule)

    def _row(self, atoms: Iterable[Atom]) -> _Matrix:
        row = np.zeros(len(self.atoms))
        row[[self.atoms[a] for a in atoms]] = 1.0
        return row

    def _sensitive(self, atoms: frozenset[Atom]) -> bool:
        if atoms not in self.judged:
            self.judged[atoms] = bool(self.of_atoms.tell(self._row(atoms)[None, :], self.rule)[0])
        return self.judged[atoms]

    def done(self, hidden: frozenset[str] = frozenset()) -> frozenset[str]:
        """What must be hidden where this much is hidden already."""
        self.hidden |= hidden & self.cells.keys()
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

        def hide(*together: int, by: Sequence[float] | None = None) -> bool:
            """Break up the combination that gives these columns of ``wanted`` added up, each times its number."""
            times = np.ones(len(together)) if by is None else np.array(by)
            way, off = ways[:, together] @ times, taken_off[:, together] @ times
            used = [sums[i] for i in np.flatnonzero(np.abs(way) > _EPS)]
            used += [key for key, share in zip(alone.values(), off, strict=True) if abs(share) > _EPS]
            if not self.hidden.isdisjoint(used):  # broken up in this round already
                return False
            self.hidden.add(self._cheapest(used))
            return True

        count = len(targets)
        found = [hide(int(n)) for n in np.flatnonzero(np.abs(misses[:, :count]).max(axis=0, initial=0.0) < _EPS)]
        if not any(found):
            found = [hide(*(count + n for n in some)) for some in self._given_away(misses[:, count:], rest)]
        if not any(found) and self.inside:
            known_alone = self._told_to_one(misses, np.array(targets), rest)
            found = [hide(target, count + n, by=(1.0, -share)) for target, n, share in known_alone]
        return any(found)

    def _told_to_one(self, misses: _Matrix, targets: _Matrix, atoms: Sequence[int]) -> Iterable[tuple[int, int, float]]:
        """Targets that who stands alone in an atom can have with his own figure, and that less it tell of a firm.

        Of both what no published cells explain is the same, but for a factor. Of three firms each knows the sum of the
        other two, which is neither's figure: to him a sum tells where it is of one firm, or nearly.

        Gives target and atom (by their places) and how many times the atom is taken off to be left with known sums.
        """
        named, inside = list(self.atoms), replace(self.rule, fewest=self.rule.fewest - 1)
        lone = [n for n, at in enumerate(atoms) if len(self.members[named[at]]) == 1]
        own, wanted = misses[:, [len(targets) + n for n in lone]], misses[:, : len(targets)]
        holds = targets[:, [atoms[n] for n in lone]]  # target × lone atom: 1 where it is a part of it
        both, size = wanted.T @ own, (own**2).sum(axis=0)
        left = (wanted**2).sum(axis=0)[:, None] - 2 * holds * both + holds * size
        along = both - holds * size
        same = (size > _EPS) & (left > _EPS) & (along**2 >= (1 - _EPS) * left * size)
        for target, n in np.argwhere(same):
            others = targets[target].copy()
            others[atoms[lone[n]]] = 0.0
            if self.of_atoms.tell(others[None, :], inside)[0]:
                yield int(target), lone[n], float(holds[target, n] + along[target, n] / size[n])

    def _given_away(self, misses: _Matrix, atoms: Sequence[int]) -> Iterable[tuple[int, ...]]:
        """Two or three atoms (by their place) that tell of a firm, and that published cells give added up.

        misses: of each atom what no published cells explain; of atoms that can be had together that adds up to nothing.
        Each is told apart by one number first, for there are many threes.
        """
        named, columns = list(self.atoms), misses.T
        mark = columns @ np.sqrt(np.arange(2.0, columns.shape[1] + 2.0))
        order = np.argsort(mark)
        telling = [n for n, at in enumerate(atoms) if self.alone_tell[at]]
        own, in_order = mark[telling][:, None], mark[order]
        lacking = np.concatenate([-own, -own - mark], axis=1)  # to one atom another one, to two a third
        first = np.searchsorted(in_order, lacking - _EPS)
        last = np.searchsorted(in_order, lacking + _EPS)
        found = set()
        for row, m in np.argwhere(last > first):
            two = {telling[row]} if m == 0 else {telling[row], int(m) - 1}
            found |= {tuple(sorted({*two, int(k)})) for k in order[first[row, m] : last[row, m]]}
        added = ((some, np.abs(columns[list(some)].sum(axis=0)).max(initial=0.0)) for some in sorted(found))
        had = [some for some, left in added if left < _EPS]
        rows = np.zeros((len(had), len(named)))
        for row, some in zip(rows, had, strict=True):
            row[[atoms[n] for n in some]] = 1.0
        return [some for some, tells in zip(had, self.of_atoms.tell(rows, self.rule), strict=True) if tells]

    def _stacked(self, rows: Sequence[_Matrix]) -> _Matrix:
        return np.array(rows).reshape(len(rows), len(self.atoms))

    def _targets(self) -> list[_Matrix]:
        """What may not be a combination of published cells, as rows over the atoms."""
        rows = [self.rows[k] for k in sorted(self.hidden)]
        rows += list(np.eye(len(self.atoms))[self.alone_tell])
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
