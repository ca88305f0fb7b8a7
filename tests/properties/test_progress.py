"""Laws of paths, states and decompositions."""

from __future__ import annotations

from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dafeng.base.periods import Period
from dafeng.evaluate.drivers import EFFECTS, decompose
from dafeng.evaluate.linking import Link
from dafeng.evaluate.paths import chained, mean_growth, needed_rate, required_level
from dafeng.evaluate.progress import Scope, target_states
from dafeng.evaluate.states import STATES
from dafeng.evaluate.values import VALUE_SCHEMA
from dafeng.plan.records import Target

levels = st.floats(0.01, 1e6)
methods = st.sampled_from(["linear", "compound"])
no_deadline = settings(deadline=None)


@given(levels, levels, methods)
def test_a_path_meets_both_ends_and_never_turns(base, final, method):
    path = [required_level(base, final, 2020, 2030, y, method) for y in range(2018, 2033)]
    assert path[0] == path[2] == base
    assert path[12] == path[-1] == final
    steps = [b - a for a, b in pairwise(path)]
    assert all(s * (final - base) >= 0 for s in steps)


@given(levels, levels, st.integers(1, 20))
def test_the_needed_rate_leads_to_the_target(actual, final, years):
    assert actual * (1 + needed_rate(actual, final, years) / 100) ** years == pytest.approx(final, rel=1e-6)


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=10))
def test_mean_growth_and_chained_rates_agree(rates):
    by_year = dict(enumerate(rates, 2021))
    last = 2020 + len(rates)
    mean = mean_growth(by_year, 2021, last)
    assert 100 * (1 + mean / 100) ** len(rates) == pytest.approx(chained(by_year, 2020, last), rel=1e-9)


def judged(series, cut=18.0, year=2023):
    target = Target(
        id="t",
        doc="d",
        quote="",
        span=(0, 1),
        indicator="单位工业增加值能耗",
        comparator="reduce_by",
        value=cut,
        unit="%",
        baseline_year=2020,
        target_year=2025,
    )
    rows = [
        (
            "energy_per_industrial_value_added",
            "area",
            "990000",
            str(y),
            v,
            "tce/万元",
            "official",
            1.0,
            [],
            None,
            "reported",
            None,
            True,
            None,
            None,
            [],
        )
        for y, v in series.items()
    ]
    frame = pl.DataFrame(rows, schema=VALUE_SCHEMA, orient="row").sample(fraction=1.0, shuffle=True, seed=1)
    link = Link(target_id="t", indicator_id="energy_per_industrial_value_added", certainty=1.0, why="")
    return target_states([target], [link], frame, Period.year(year), Scope({}, "990000")).states[0]


@no_deadline
@given(st.floats(0.1, 10), st.floats(0.1, 12), st.floats(0, 5))
def test_a_worse_value_never_has_a_better_state(base, actual, worse):
    better, poorer = (STATES.index(judged({2020: base, 2023: v}).state) for v in (actual, actual + worse))
    assert better <= poorer


@no_deadline
@given(st.floats(0.1, 10), st.floats(0.1, 12), st.floats(0.001, 1000))
def test_the_unit_of_a_relative_target_is_no_matter(base, actual, scale):
    one, other = judged({2020: base, 2023: actual}), judged({2020: base * scale, 2023: actual * scale})
    assert other.completion == pytest.approx(one.completion, rel=1e-6, abs=1e-9)
    assert other.gap == pytest.approx(one.gap * scale, rel=1e-6, abs=1e-9 * scale)


@no_deadline
@given(st.floats(0.1, 10), st.floats(0.5, 12), st.floats(1, 40), st.floats(0, 40))
def test_a_harder_target_never_has_a_better_state(base, actual, cut, harder):
    easy, hard = judged({2020: base, 2023: actual}, cut), judged({2020: base, 2023: actual}, cut + harder)
    assert STATES.index(easy.state) <= STATES.index(hard.state)


amount = st.one_of(st.just(0.0), st.floats(0.01, 1e6))
signed = st.one_of(amount, st.floats(-1e6, -0.01))


@st.composite
def worlds(draw):
    """Value added and use of a few industries and items in two years, with zeros, gaps and net exports."""
    industries = draw(st.lists(st.sampled_from(["25", "30", "31", "44"]), min_size=1, max_size=4, unique=True))
    act, used = [("00", "2020", 1.0), ("00", "2023", 1.0)], []
    for industry in industries:
        for period in ("2020", "2023"):
            if draw(st.booleans()):
                act.append((industry, period, draw(signed)))
            for item in ("coal", "electricity", "process"):
                if draw(st.booleans()):
                    used.append((industry, item, period, 0.0 if item == "process" else draw(signed), draw(signed)))
    act = [a if a[2] >= 0 else (a[0], a[1], a[2] / 1e7) for a in act]
    activity = pl.DataFrame(act, schema=["industry_code", "period", "value_added"], orient="row")
    columns = {
        "industry_code": pl.String,
        "item": pl.String,
        "period": pl.String,
        "energy": pl.Float64,
        "co2": pl.Float64,
    }
    return activity, pl.DataFrame(used, schema=columns, orient="row")


@no_deadline
@given(worlds(), st.sampled_from(["co2", "energy"]))
def test_the_parts_sum_to_the_change(world, of):
    found = decompose(*world, "2020", "2023", of=of)
    size = float(found.cells.select(pl.col("start", "end").abs().sum()).sum_horizontal().sum()) + 1.0
    assert abs(found.residual) <= 1e-9 * size
    for row in found.cells.iter_rows(named=True):
        parts = [row[e] for e in EFFECTS]
        assert sum(parts) == pytest.approx(row["change"], abs=1e-9 * size)
        assert row["reason"] is not None or row["unattributed"] == 0.0


@no_deadline
@given(worlds())
def test_the_other_way_round_every_effect_changes_its_sign(world):
    there, back = decompose(*world, "2020", "2023"), decompose(*world, "2023", "2020")
    for effect in EFFECTS:
        assert back.effects[effect] == pytest.approx(-there.effects[effect], rel=1e-6, abs=1e-3)
