"""What holds for every accounting method, whatever the figures: sums, order, units, missing figures, more fuel."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dafeng.account.cases.reading import ActivityForm, CaseForm, GivenForm
from dafeng.account.cases.result import CaseResult, run_case
from dafeng.account.streams.engine import Streams
from dafeng.rules.method_data import input_unit, stream_items
from dafeng.rules.methods import IN_TOTAL, InputForm, packaged_methods
from dafeng.rules.rulebook import packaged_rulebook

M, R = packaged_methods(), packaged_rulebook()
FEW = settings(max_examples=12, deadline=None)
IDS = st.sampled_from(sorted(M.held))
_SAME = {"t": ("kg", 1000.0), "MWh": ("kWh", 1000.0), "GJ": ("MJ", 1000.0), "10^4 Nm3": ("Nm3", 10000.0)}


@cache
def asked(id: tuple[str, str]) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """(stream, item, inputs of its last formula) of all that can be computed from given figures alone."""
    found = []
    for stream, form in M.held[id].streams.items():
        if not form.formulas:
            continue
        wanted = tuple(_inputs(form.formulas[-1]))
        found += [(stream, item, wanted) for item in stream_items(form, R.items)]
    return tuple(found)


@cache
def _inputs(formula: str) -> tuple[str, ...]:
    from dafeng.rules.formulas import enrolled

    return next(f.inputs for f in enrolled() if f.id == formula)


def figure(inp: InputForm) -> st.SearchStrategy[float]:
    low = max(inp.least if inp.least is not None else 0.0, 0.0)
    high = inp.most if inp.most is not None else 1000.0
    return st.floats(low + (high - low) * 0.01, high * 0.99 if high > low else high, allow_nan=False)


@st.composite
def cases(draw: st.DrawFn) -> CaseForm:
    """A case of any method with one to four of its sources, every figure of their plainest formula given."""
    id, family = draw(IDS)
    method = M.held[id, family]
    chosen = draw(st.lists(st.sampled_from(asked((id, family))), min_size=1, max_size=4, unique=True))
    rows = []
    for stream, item, wanted in chosen:
        inputs = method.streams[stream].inputs
        rows.append(ActivityForm(stream, {n: draw(figure(inputs[n])) for n in wanted}, item=item))
    year = max(method.since.year + 1, 2013)
    year = min(year, method.until.year if method.until else year)
    return CaseForm("p", str(year), id, family, tuple(rows), trial=True)


def run(case: CaseForm) -> CaseResult:
    return run_case(case, M, R)


@FEW
@given(cases())
def test_parts_add_up(case):
    made = run(case)
    counted = [x for x in made.lines if x.value is not None]
    assert made.total.partial == pytest.approx(sum(g.partial for g in made.groups), rel=1e-9, abs=1e-9)
    assert made.total.partial == pytest.approx(sum(g.partial for g in made.gases), rel=1e-9, abs=1e-9)
    assert sum(g.partial for g in made.by_period) == pytest.approx(made.total.partial, rel=1e-9, abs=1e-9)
    for line in counted:
        assert abs(line.value) == pytest.approx(abs(line.mass_t * line.gwp), rel=1e-9, abs=1e-9)


@FEW
@given(cases(), st.randoms(use_true_random=False))
def test_order_does_not_matter(case, random):
    rows = list(case.activity)
    random.shuffle(rows)
    turned = CaseForm(case.case, case.period, case.method, case.family, tuple(rows), trial=True)
    one = {(x.stream, x.item): x.value for x in run(case).lines}
    assert {(x.stream, x.item): x.value for x in run(turned).lines} == one


@FEW
@given(cases())
def test_units_do_not_matter(case):
    method = M.held[case.method, case.family]
    rows, changed = [], False
    for row in case.activity:
        inputs = {}
        for name, value in row.inputs.items():
            unit = input_unit(method.streams[row.stream].inputs[name].unit, row.item, R.items)
            other, factor = _SAME.get(unit, (None, 1.0))
            changed |= other is not None
            inputs[name] = GivenForm(value * factor, other)
        rows.append(ActivityForm(row.stream, inputs, item=row.item))
    other_case = CaseForm(case.case, case.period, case.method, case.family, tuple(rows), trial=True)
    theirs, ours = run(case).total.partial, run(other_case).total.partial
    assert ours == (theirs if theirs is None else pytest.approx(theirs, rel=1e-9, abs=1e-6))  # missing stays missing


@FEW
@given(cases())
def test_missing_stays_missing(case):
    """A figure that is taken away either has a default, or leaves its line and the total open; never zero."""
    first = case.activity[0]
    for name in first.inputs:
        rest = {n: v for n, v in first.inputs.items() if n != name}
        rows = (ActivityForm(first.stream, {**rest, name: None}, item=first.item), *case.activity[1:])
        made = run(CaseForm(case.case, case.period, case.method, case.family, rows, trial=True))
        line = next((x for x in made.lines if (x.stream, x.item) == (first.stream, first.item)), None)
        if line is None:
            continue
        if line.value is None:
            assert line.note
            method = M.held[case.method, case.family]
            total = method.totals["total"]
            counts = line.stream in total.only if total.only else line.group in total.groups
            if counts and line.stream not in total.without:
                assert made.total.value is None
        else:
            assert any(f.input == name and f.of == "rule" for f in line.figures) or name not in {
                f.input for f in line.figures
            }


FUEL = [(m, f) for (m, f), x in sorted(M.held.items()) if "fuel" in x.streams and x.streams["fuel"].group in IN_TOTAL]


@FEW
@given(st.sampled_from(FUEL), st.floats(0, 1e6), st.floats(0, 1e6))
def test_more_fuel_never_emits_less(id, amount, more):
    method = M.held[id]
    year = str(min(max(method.since.year + 1, 2013), method.until.year if method.until else 2030))

    def burnt(tonnes: float) -> float | None:
        held = stream_items(method.streams["fuel"], R.items)
        row = ActivityForm("fuel", {"amount": tonnes}, item="diesel" if "diesel" in held else next(iter(held)))
        return run(CaseForm("p", year, *id, (row,), trial=True)).total.partial

    less, whole = burnt(amount), burnt(amount + more)
    assert whole >= less - 1e-9


@pytest.mark.parametrize("id", sorted(M.held))
def test_every_stream_can_be_computed_or_says_what_it_lacks(id):
    method = M.held[id]
    engine = Streams(method, R.family(id[1]), R)
    for stream, form in method.streams.items():
        assert engine.items(form), stream
        for formula in form.formulas:
            assert set(_inputs(formula)) <= set(form.inputs), f"{stream}: {formula}"
