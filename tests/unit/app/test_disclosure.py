"""Small cells: what is published, in every combination, gives none of what is withheld."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dafeng.app.disclosure import RULES, Firm, Part, Table, rule_on, sensitive, withheld, withheld_parts

RULE = RULES[-1]
AREAS, INDUSTRIES = ("A1", "A2", "A3"), ("17", "30", "31")


def firms(area: str, industry: str, *sizes: float) -> list[Firm]:
    return [Firm((area, industry), (s, s / 3)) for s in sizes]


def table(found: list[Firm]) -> Table:
    """Two dimensions with all margins: areas × industries, areas, industries (and above them 工业), the city."""
    atoms = {f.atom for f in found}
    cells: dict[str, set[tuple[str, str]]] = {}
    for atom in atoms:
        for key in ("city", atom[0], atom[1], "C", f"{atom[0]}|{atom[1]}", f"city|{atom[1]}"):
            cells.setdefault(key, set()).add(atom)
    sums = [("city", list(AREAS)), ("city", [f"city|{i}" for i in INDUSTRIES]), ("C", list(INDUSTRIES))]
    sums += [(a, [f"{a}|{i}" for i in INDUSTRIES]) for a in AREAS]
    sums += [(f"city|{i}", [f"{a}|{i}" for a in AREAS]) for i in INDUSTRIES]
    return Table({k: frozenset(v) for k, v in cells.items()}, found, sums)


def combinations(rows: list[list[int]]) -> list[list[Fraction]]:
    """The published rows in reduced echelon form, in exact numbers."""
    made: list[list[Fraction]] = []
    for row in rows:
        left = reduced(made, [Fraction(x) for x in row])
        lead = next((i for i, x in enumerate(left) if x), None)
        if lead is not None:
            left = [x / left[lead] for x in left]
            made = [[x - other[lead] * y for x, y in zip(other, left, strict=True)] for other in made]
            made.append(left)
    return made


def reduced(echelon: list[list[Fraction]], row: list[Fraction]) -> list[Fraction]:
    for other in echelon:
        lead = next(i for i, x in enumerate(other) if x)
        row = [x - row[lead] * y for x, y in zip(row, other, strict=True)]
    return row


def told(of: Table, hidden: frozenset[str], wanted: frozenset[tuple[str, str]]) -> bool:
    """Whether a sum over the atoms can be worked out from the published cells by elimination."""
    atoms = sorted({f.atom for f in of.firms})
    rows = [[int(a in cell) for a in atoms] for key, cell in of.cells.items() if key not in hidden]
    return not any(reduced(combinations(rows), [Fraction(int(a in wanted)) for a in atoms]))


crowds = st.lists(
    st.builds(
        Firm,
        st.tuples(st.sampled_from(AREAS), st.sampled_from(INDUSTRIES)),
        st.tuples(st.integers(1, 1000), st.integers(1, 1000)),
    ),
    min_size=1,
    max_size=40,
)


@settings(deadline=None, max_examples=150)
@given(crowds)
def test_no_withheld_cell_and_no_small_group_can_be_worked_out(found):
    made = table(found)
    hidden = withheld(made, RULE)
    for key in hidden:
        assert not told(made, hidden, made.cells[key]), key
    for atom in {f.atom for f in found}:
        if sensitive([f for f in found if f.atom == atom], RULE):
            assert not told(made, hidden, frozenset({atom}))


@settings(deadline=None, max_examples=100)
@given(crowds)
def test_what_is_published_is_never_small_and_a_shown_sum_hides_enough(found):
    made = table(found)
    hidden = withheld(made, RULE)
    for key in made.cells.keys() - hidden:
        assert not sensitive([f for f in found if f.atom in made.cells[key]], RULE)
    for parent, children in made.sums:
        gone = frozenset().union(*(made.cells[c] for c in children if c in hidden and c in made.cells))
        if gone and parent not in hidden:
            assert not sensitive([f for f in found if f.atom in gone], RULE)


def test_without_small_cells_nothing_is_withheld():
    found = [f for a in AREAS for i in INDUSTRIES for f in firms(a, i, 3, 4, 5)]
    assert withheld(table(found), RULE) == frozenset()


def test_the_only_small_area_takes_the_smallest_other_with_it():
    found = [*firms("A1", "31", 5, 5), *firms("A2", "31", 30, 30, 30), *firms("A3", "31", 9, 9, 9)]
    hidden = withheld(table(found), RULE)
    assert {"A1", "A3"} <= hidden
    assert not {"city", "A2"} & hidden


def test_two_small_areas_of_one_firm_each_are_not_enough_to_hide_each_other():
    found = [*firms("A1", "31", 5), *firms("A2", "31", 7), *firms("A3", "31", 9, 9, 9)]
    assert {"A1", "A2", "A3"} <= withheld(table(found), RULE)


def test_a_firm_that_is_nearly_all_is_hidden_though_there_are_many():
    assert sensitive(firms("A1", "31", 90, 5, 5), RULE)
    assert not sensitive(firms("A1", "31", 80, 10, 10), RULE)
    assert sensitive([Firm(("A1", "31"), (1.0, s)) for s in (1.0, 1.0, 98.0)], RULE)  # by one measure of two


def test_no_firm_is_no_secret():
    assert not sensitive([], RULE)
    assert withheld(Table({"A1": frozenset()}, []), RULE) == frozenset()


def test_one_hidden_part_of_a_total_takes_the_smallest_other_with_it():
    parts = {"coke": Part(1, 5, 5), "coal": Part(3, 9, 27), "power": Part(3, 4, 12)}
    assert withheld_parts(parts, RULE) == {"coke", "power"}


@pytest.mark.parametrize("day", [date(1990, 1, 1), date(2010, 1, 1), date(2030, 6, 1)])
def test_a_rule_is_in_force_on_every_day(day):
    assert rule_on(day).fewest >= 3
    assert rule_on(day).reason
