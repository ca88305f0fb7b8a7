"""Small cells: what is published, in every combination, gives none of what is withheld."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import chain
from itertools import combinations as chosen

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dafeng.app.sight.disclosure import RULES, Firm, Table, rule_on, sensitive, withheld
from dafeng.app.sight.disclosure_parts import withheld_parts

RULE = RULES[-1]
AREAS, INDUSTRIES = ("A1", "A2", "A3"), ("17", "30", "31")


def firms(area: str, industry: str, *sizes: float) -> list[Firm]:
    return [Firm((area, industry), (s, s / 3)) for s in sizes]


def table(found: list[Firm], cost: dict[str, int] | None = None) -> Table:
    """Two dimensions with all margins: areas × industries, areas, industries (and above them 工业), the city."""
    atoms = {f.atom for f in found}
    cells: dict[str, set[tuple[str, str]]] = {}
    for atom in atoms:
        for key in ("city", atom[0], atom[1], "C", f"{atom[0]}|{atom[1]}", f"city|{atom[1]}"):
            cells.setdefault(key, set()).add(atom)
    sums = [("city", list(AREAS)), ("city", [f"city|{i}" for i in INDUSTRIES]), ("C", list(INDUSTRIES))]
    sums += [(a, [f"{a}|{i}" for i in INDUSTRIES]) for a in AREAS]
    sums += [(f"city|{i}", [f"{a}|{i}" for a in AREAS]) for i in INDUSTRIES]
    return Table({k: frozenset(v) for k, v in cells.items()}, found, sums, cost or {})


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
        st.tuples(st.integers(1, 1000), st.integers(0, 1000)),
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


def test_a_firm_with_nothing_of_a_measure_hides_nobody_by_it():
    assert sensitive([Firm(("A1", "31"), (5.0, s)) for s in (3.0, 4.0, 0.0)], RULE)
    assert not sensitive([Firm(("A1", "31"), (5.0, 0.0)) for _ in range(3)], RULE)


COSTS = {"A1": 1, "A2": 1, "A3": 1, "city": 2}
TOTALS = frozenset(COSTS)


def test_the_total_of_an_area_stays_where_a_sector_of_it_can_hide_as_much():
    """Without the order of costs A1 and A3 lose their totals for one sector of two firms and one of one."""
    found = [*firms("A1", "17", 1, 1, 5), *firms("A2", "17", 10, 2), *firms("A2", "31", 10, 10, 1, 30, 10),
             *firms("A3", "17", 1), *firms("A3", "30", 5, 30, 5)]  # fmt: skip
    assert withheld(table(found), RULE) & TOTALS == {"A1", "A3"}
    hidden = withheld(table(found, COSTS), RULE)
    assert not hidden & TOTALS
    assert {"A2|17", "A3|17"} <= hidden


def test_a_county_with_a_sector_of_two_firms_keeps_its_total():
    found = [*firms("A1", "15", 9, 9), *firms("A1", "30", 20, 30, 40), *firms("A1", "31", 50, 60, 70)]
    found += [f for a in ("A2", "A3") for i in INDUSTRIES for f in firms(a, i, 30, 40, 50)]
    assert withheld(table(found, COSTS), RULE) & TOTALS == frozenset()


@settings(deadline=None, max_examples=150)
@given(crowds)
def test_with_costs_as_without_nothing_withheld_can_be_worked_out(found):
    made = table(found, COSTS)
    hidden = withheld(made, RULE)
    assert not [key for key in hidden if told(made, hidden, made.cells[key])]
    assert all(
        not sensitive([f for f in found if f.atom in made.cells[key]], RULE) for key in made.cells.keys() - hidden
    )


# -- for who knows some firms ------------------------------------------------------------------------------------------


def named(found: list[Firm]) -> list[Firm]:
    return [Firm(f.atom, f.sizes, f"E-{n}") for n, f in enumerate(found)]


def exposed(of: Table, hidden: frozenset[str], known: frozenset[str]) -> set[str]:
    """The firms whose figure is a combination of published cells and of the figures known, in exact numbers."""
    names = [f.name for f in of.firms]
    rows = [[int(f.atom in cell) for f in of.firms] for key, cell in of.cells.items() if key not in hidden]
    rows += [[int(name == one) for name in names] for one in sorted(known)]
    found = combinations(rows)
    alone = [next(i for i, x in enumerate(row) if x) for row in found if sum(x != 0 for x in row) == 1]
    return {names[i] for i in alone} - known


@settings(deadline=None, max_examples=100)
@given(crowds, st.lists(st.sets(st.integers(0, 39), min_size=2, max_size=12), max_size=3))
def test_no_firm_can_be_worked_out_by_who_knows_others(found, granted):
    """By an area, by whoever was granted some firms, or by a firm that knows itself."""
    made = table(named(found), COSTS)
    blocks = [frozenset(f.name for f in made.firms if f.atom[0] == area) for area in AREAS]
    blocks += [frozenset(f"E-{n}" for n in some if n < len(found)) for some in granted]
    hidden = withheld(made, RULE, blocks)
    for known in (frozenset(), *blocks, *(frozenset({f.name}) for f in made.firms)):
        assert exposed(made, hidden, known) == set()


@settings(deadline=None, max_examples=80)
@given(crowds)
def test_what_is_left_of_a_published_cell_for_an_area_is_never_small(found):
    made = table(named(found))
    blocks = {area: frozenset(f.name for f in made.firms if f.atom[0] == area) for area in AREAS}
    hidden = withheld(made, RULE, blocks.values())
    for key in made.cells.keys() - hidden:
        for known in blocks.values():
            assert not sensitive([f for f in made.firms if f.atom in made.cells[key] and f.name not in known], RULE)


def test_two_firms_alone_do_not_read_each_other_by_the_difference_of_two_sums():
    """A1|30 + S and A2|30 + S, where S is withheld: who is alone in A1|30 would have A2|30."""
    found = named([*firms("A1", "30", 5), *firms("A2", "30", 7), *firms("A3", "17", 30, 40, 50)])
    cells = {"one": frozenset({found[0].atom, found[2].atom}), "two": frozenset({found[1].atom, found[2].atom})}
    made = Table(cells, found)
    assert exposed(made, frozenset(), frozenset({"E-0"})) == {"E-1"}
    assert exposed(made, withheld(made, RULE), frozenset({"E-0"})) == set()
    assert len(withheld(made, RULE)) == 1


def test_of_three_firms_each_knows_the_sum_of_the_others_and_that_is_shown():
    made = table(named(firms("A1", "31", 30, 40, 50)))
    assert withheld(made, RULE, [frozenset({"E-0", "E-1", "E-2"})]) == frozenset()


# -- the parts of one sum ----------------------------------------------------------------------------------------------


def gives_away(firms_of: dict[str, tuple[float, ...]]) -> bool:
    """What an attacker looks for, said in other words than the code: one or two firms, of nothing too or by a measure,
    or one that is more than 85 parts in a hundred."""
    if len(firms_of) in (1, 2):
        return True
    for of_measure in zip(*firms_of.values(), strict=True):
        some = sorted((abs(x) for x in of_measure if x), reverse=True)
        if some and (len(some) <= 2 or some[0] * 100 > 85 * sum(some) + 1e-6):
            return True
    return False


def united(parts: dict[str, dict[str, tuple[float, ...]]], keys) -> dict[str, tuple[float, ...]]:
    found: dict[str, tuple[float, ...]] = {}
    for key in keys:
        for firm, sizes in parts[key].items():
            found[firm] = tuple(a + b for a, b in zip(found.get(firm, (0.0, 0.0)), sizes, strict=True))
    return found


one_part = st.dictionaries(
    st.sampled_from([f"E-{n}" for n in range(9)]), st.tuples(st.integers(0, 1000), st.integers(0, 1000)), max_size=9
)


@settings(deadline=None, max_examples=400)
@given(st.dictionaries(st.sampled_from(["coal", "coke", "diesel", "gas", "heat", "power", "steam"]), one_part))
def test_no_combination_of_a_sum_and_its_shown_parts_tells_of_a_firm(parts):
    """The attacker adds up whatever he is shown, and takes whatever he is shown off the sum."""
    assume(not gives_away(united(parts, parts)))  # else the sum itself is withheld
    hidden = withheld_parts(parts, RULE)
    shown = sorted(parts.keys() - hidden)
    for some in chain.from_iterable(chosen(shown, n) for n in range(len(shown) + 1)):
        assert not gives_away(united(parts, some)), some
        assert not gives_away(united(parts, parts.keys() - set(some))), some


@settings(deadline=None, max_examples=200)
@given(
    st.dictionaries(st.sampled_from(["coal", "coke", "diesel", "gas"]), one_part),
    st.sets(st.sampled_from([f"E-{n}" for n in range(9)]), max_size=5),
)
def test_no_part_tells_of_a_firm_when_what_somebody_knows_is_taken_off(parts, known):
    left = {key: {f: sizes for f, sizes in part.items() if f not in known} for key, part in parts.items()}
    assume(not gives_away(united(parts, parts)) and not gives_away(united(left, left)))
    hidden = withheld_parts(parts, RULE, [frozenset(known)])
    shown = sorted(parts.keys() - hidden)
    for some in chain.from_iterable(chosen(shown, n) for n in range(len(shown) + 1)):
        for seen in (parts, left):
            assert not gives_away(united(seen, some))
            assert not gives_away(united(seen, parts.keys() - set(some)))


def test_a_part_of_which_two_firms_have_nothing_is_withheld():
    """A sum of 0.0 over two firms tells both."""
    parts = {"tar": part("a", "b", size=0.0), "coal": part("a", "b", "c", "d", size=9.0),
             "power": part("a", "b", "c", "d", size=40.0)}  # fmt: skip
    assert "tar" in withheld_parts(parts, RULE)
    assert withheld_parts({**parts, "tar": part("a", "b", "c", size=0.0)}, RULE) == frozenset()


@settings(deadline=None, max_examples=200)
@given(st.dictionaries(st.sampled_from(["coal", "coke", "diesel", "gas", "heat", "power"]), one_part))
def test_no_part_is_withheld_in_vain(parts):
    """One that may be seen is hidden only where without it the others could be worked out."""
    hidden = withheld_parts(parts, RULE)
    for key in hidden:
        assert gives_away(parts[key]) or gives_away(united(parts, hidden - {key})), key


def part(*firms_of: str, size: float = 5.0) -> dict[str, tuple[float, ...]]:
    return dict.fromkeys(firms_of, (size,))


def test_a_hidden_part_takes_the_smallest_that_hides_it():
    parts = {"coke": part("a"), "coal": part("a", "b", "c", size=9.0), "power": part("a", "b", "c", size=4.0)}
    assert withheld_parts(parts, RULE) == {"coke", "power"}


def test_two_small_parts_of_the_same_two_firms_do_not_hide_each_other():
    """Counted by parts they are two and two; by firms still two, and the sum less the others gives both together."""
    parts = {"coke": part("a", "b"), "tar": part("a", "b"), "coal": part("a", "b", "c", "d", size=9.0),
             "power": part("a", "b", "c", "d", size=40.0)}  # fmt: skip
    assert withheld_parts(parts, RULE) == {"coke", "tar", "coal"}


def test_a_firm_that_has_nearly_all_of_several_hidden_parts_is_hidden_by_more():
    parts = {"crude": part("a", size=1000.0), "petrol": part("a", size=800.0), "gas": part("b", "c", "d", size=2.0),
             "coal": part("b", "c", "d", size=200.0), "power": part("a", "b", "c", "d", size=900.0)}  # fmt: skip
    assert withheld_parts(parts, RULE) == {"crude", "petrol", "coal"}  # without gas, which hides too little to matter


def test_a_part_is_judged_by_every_measure():
    parts = {"biomass": {"a": (5.0, 0.0), "b": (5.0, 0.0), "c": (5.0, 7.0)},
             "coal": dict.fromkeys("abc", (9.0, 9.0)), "power": dict.fromkeys("abc", (4.0, 4.0))}  # fmt: skip
    assert withheld_parts(parts, RULE) == {"biomass", "power"}


@pytest.mark.parametrize("day", [date(1990, 1, 1), date(2010, 1, 1), date(2030, 6, 1)])
def test_a_rule_is_in_force_on_every_day(day):
    assert rule_on(day).fewest >= 3
    assert rule_on(day).reason
