"""Uncertainty: propagation and simulation agree where they should, and units, order and scale do not matter."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dafeng.account.uncertainty.combined import _uniform, uncertainty
from dafeng.account.uncertainty.distributions import Spread
from dafeng.account.uncertainty.key_categories import by_level
from dafeng.account.uncertainty.propagation import product_rule, propagated, sum_rule
from dafeng.account.uncertainty.terms import FIGURE, LINE, Terms, terms
from dafeng.rules.uncertainties import read_uncertainties

STEADY = settings(deadline=None, max_examples=25)
percent = st.floats(0.1, 8)
amount = st.floats(1, 1e6)


def _terms(rows: list[tuple[float, float]], u_amount: float, u_factor: float, scale: float = 1.0) -> Terms:
    lines = [
        (i, f"E-{i}", "2022", "electricity", "", "electricity", "CO2", "electricity.net_purchased@2013-01-01", scale,
         a * f * scale, "t")
        for i, (a, f) in enumerate(rows)
    ]  # fmt: skip
    figures = []
    for i, (a, f) in enumerate(rows):
        figures.append((i, "amount", a, "MWh", "activity", "metered", None, None))
        figures.append((i, "factor", f, "tCO2/MWh", "factor", "default", "p.a", "p.a"))
    common = {"shape": "normal", "status": "transcribed", "source": "test", "since": "2006-01-01"}
    table = read_uncertainties(
        {
            "since": "2006-01-01",
            "entries": [
                {"id": "a", "inputs": ["amount"], "low": u_amount, "high": u_amount, "shared": "none", **common},
                {"id": "f", "inputs": ["factor"], "low": u_factor, "high": u_factor, "shared": "factor", **common},
            ],
        }
    )
    return terms(
        pl.DataFrame(lines, schema=LINE, orient="row"), pl.DataFrame(figures, schema=FIGURE, orient="row"), table
    )


@STEADY
@given(st.lists(amount, min_size=1, max_size=6), st.floats(0.05, 2), percent, percent)
def test_propagation_equals_simulation_for_small_normal_errors(
    amounts: list[float], factor: float, u_amount: float, u_factor: float
) -> None:
    made = uncertainty(_terms([(a, factor) for a in amounts], u_amount, u_factor), draws=20_000)
    total = sum(amounts)
    by_hand = math.hypot(u_factor, u_amount * math.sqrt(sum(a * a for a in amounts)) / total)
    assert made.propagated == pytest.approx(by_hand, rel=1e-4)
    assert made.simulated.sd * 1.96 / made.value * 100 == pytest.approx(by_hand, rel=0.05)
    assert made.simulated.mean == pytest.approx(made.value, rel=0.01)


@STEADY
@given(st.lists(st.tuples(amount, st.floats(0.05, 2)), min_size=1, max_size=5), percent, percent, st.floats(1e-3, 1e3))
def test_the_unit_of_the_result_does_not_matter(
    rows: list[tuple[float, float]], u_amount: float, u_factor: float, scale: float
) -> None:
    one = uncertainty(_terms(rows, u_amount, u_factor), draws=500)
    other = uncertainty(_terms(rows, u_amount, u_factor, scale), draws=500)
    assert other.propagated == pytest.approx(one.propagated, rel=1e-6)
    assert other.simulated.sd == pytest.approx(one.simulated.sd * scale, rel=1e-6)
    assert one.contributions["share"].sum() == pytest.approx(1)
    assert one.parts["share"].sum() == pytest.approx(1)


@STEADY
@given(st.lists(percent, min_size=1, max_size=6))
def test_the_product_rule_is_at_least_its_largest_and_at_most_their_sum(parts: list[float]) -> None:
    assert max(parts) - 1e-9 <= product_rule(*parts) <= sum(parts) + 1e-9


@STEADY
@given(st.lists(st.tuples(amount, percent), min_size=1, max_size=8), st.randoms())
def test_the_sum_rule_does_not_mind_the_order(rows: list[tuple[float, float]], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (sum_rule([v for v, _ in r], [u for _, u in r]) for r in (rows, shuffled))
    assert one == pytest.approx(other)
    assert one <= max(u for _, u in rows) + 1e-9


@STEADY
@given(st.lists(st.tuples(amount, amount, percent, percent), min_size=1, max_size=8))
def test_splitting_nothing_the_table_agrees_with_the_rules(rows: list[tuple[float, float, float, float]]) -> None:
    frame = pl.DataFrame(
        [(str(i), b, v, a, f) for i, (b, v, a, f) in enumerate(rows)],
        schema=["category", "base", "value", "activity_uncertainty", "factor_uncertainty"], orient="row",
    )  # fmt: skip
    made = propagated(frame)
    by_hand = sum_rule([v for _, v, _, _ in rows], [product_rule(a, f) for _, _, a, f in rows])
    assert made.uncertainty == pytest.approx(by_hand)
    assert math.sqrt(made.rows["variance_share"].sum()) * 100 == pytest.approx(by_hand)


@STEADY
@given(st.floats(0, 90), st.floats(0, 200), st.sampled_from(["lognormal", "uniform", "triangular"]))
def test_draws_stay_within_what_a_shape_allows(low: float, high: float, shape: str) -> None:
    drawn = Spread(low, high, shape).draw(_uniform("x", 2000, 1))  # type: ignore[arg-type]
    assert (drawn > 0).all() or low == 100
    if shape != "lognormal":
        assert drawn.min() >= 1 - low / 100 - 1e-12
        assert drawn.max() <= 1 + high / 100 + 1e-12


@STEADY
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30))
def test_key_categories_reach_what_was_asked_and_no_more(values: list[float]) -> None:
    frame = pl.DataFrame({"category": [str(i) for i in range(len(values))], "value": values})
    made = by_level(frame)
    keys = made.filter("key")
    if sum(map(abs, values)) > 0:
        assert keys["share"].sum() >= 0.95 - 1e-9
        assert keys["share"].sum() - keys["share"].min() < 0.95 + 1e-9
