"""Uncertainty of lines: correlation by the variable, propagation against simulation, what is left out."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from dafeng.account.cases.quality import case_terms, case_uncertainty
from dafeng.account.cases.reading import read_case
from dafeng.account.uncertainty import combined
from dafeng.account.uncertainty.combined import Group, uncertainty
from dafeng.account.uncertainty.distributions import Spread, normal_at, normal_share
from dafeng.account.uncertainty.terms import FIGURE, LINE, Terms, terms
from dafeng.base.errors import BadRequest
from dafeng.rules.methods import packaged_methods
from dafeng.rules.rulebook import packaged_rulebook
from dafeng.rules.uncertainties import read_uncertainties

DAY = {"since": "2006-01-01"}
SOURCE = {"status": "transcribed", "source": "test"}


def table(*entries: dict[str, object]) -> object:
    listed = [{"id": str(i), "shape": "normal", "shared": "none", **SOURCE, **e} for i, e in enumerate(entries)]
    return read_uncertainties({**DAY, "entries": listed})


def built(
    rows: list[tuple[str, float, float, str | None]], amount: float = 5.0, factor: float = 10.0, shared: str = "factor"
) -> Terms:
    """Lines of electricity: (subject, MWh, factor, parameter of the factor)."""
    lines = [
        (i, s, "2022", "electricity", "", "electricity", "CO2", "electricity.net_purchased@2013-01-01", 1.0, a * f, "t")
        for i, (s, a, f, _) in enumerate(rows)
    ]
    figures = []
    for i, (_, a, f, p) in enumerate(rows):
        figures.append((i, "amount", a, "MWh", "activity", "metered", None, None))
        figures.append((i, "factor", f, "tCO2/MWh", "factor", "default", p, p))
    held = table(
        {"inputs": ["amount"], "low": amount, "high": amount},
        {"inputs": ["factor"], "low": factor, "high": factor, "shared": shared},
    )
    return terms(
        pl.DataFrame(lines, schema=LINE, orient="row"), pl.DataFrame(figures, schema=FIGURE, orient="row"), held
    )  # type: ignore[arg-type]


def test_the_normal_quantile_is_exact() -> None:
    shares = np.array([1e-9, 1e-3, 0.025, 0.5, 0.9, 0.999999])
    back = [normal_share(float(z)) for z in normal_at(shares)]
    assert back == pytest.approx(list(shares), rel=1e-12)


def test_a_product_of_two_independent_figures() -> None:
    made = uncertainty(built([("E-1", 1000, 0.5, "p.a")]), draws=100_000)
    assert made.value == 500
    assert made.propagated == pytest.approx(math.hypot(5, 10), rel=1e-4)
    assert made.simulated.half == pytest.approx(math.hypot(5, 10), rel=0.02)


def test_a_parameter_used_in_two_lines_errs_once() -> None:
    """The same factor: 10 % of the sum; two factors of their own: 10 % / √2."""
    one = uncertainty(built([("E-1", 1000, 0.5, "p.a"), ("E-2", 1000, 0.5, "p.a")], amount=0), draws=50_000)
    two = uncertainty(built([("E-1", 1000, 0.5, "p.a"), ("E-2", 1000, 0.5, "p.b")], amount=0), draws=50_000)
    assert one.propagated == pytest.approx(10, rel=1e-4)
    assert two.propagated == pytest.approx(10 / math.sqrt(2), rel=1e-4)
    assert one.simulated.half == pytest.approx(10, rel=0.02)
    assert two.simulated.half == pytest.approx(10 / math.sqrt(2), rel=0.02)


def test_bought_less_sold_with_the_same_factor_does_not_add_its_error() -> None:
    made = uncertainty(built([("E-1", 1000, 0.5, "p.a"), ("E-2", -900, 0.5, "p.a")], amount=0), draws=10_000)
    assert made.value == pytest.approx(50)
    assert made.propagated == pytest.approx(10, rel=1e-4)  # of 50, not of 950


def test_the_same_factor_draws_the_same_sample_in_every_account() -> None:
    """Sums of two accounts made apart equal the account of both: the draws hang on the variable's name alone."""
    rows = [("E-1", 1000.0, 0.5, "p.a"), ("E-2", 400.0, 0.5, "p.a")]
    apart = [uncertainty(built([r], amount=0), draws=1000).simulated for r in rows]
    both = uncertainty(built(rows, amount=0), draws=1000).simulated
    assert both.mean == pytest.approx(sum(a.mean for a in apart), rel=1e-12)
    assert both.sd == pytest.approx(sum(a.sd for a in apart), rel=1e-9)


def test_order_and_seed() -> None:
    rows = [("E-1", 1000.0, 0.5, "p.a"), ("E-2", 400.0, 0.6, "p.b"), ("E-3", 10.0, 0.6, "p.b")]
    one, other = uncertainty(built(rows), draws=500), uncertainty(built(rows[::-1]), draws=500)
    assert one.simulated.sd == pytest.approx(other.simulated.sd, rel=1e-9)
    again = uncertainty(built(rows), draws=500, seed=2)
    assert again.simulated.mean != one.simulated.mean


@pytest.mark.parametrize(
    ("correlation", "expected"), [(0.0, 10 / math.sqrt(2)), (1.0, 10), (0.5, 10 * math.sqrt(0.75))]
)
def test_groups_have_the_correlation_they_are_given(correlation: float, expected: float) -> None:
    made = uncertainty(
        built([("E-1", 1000, 0.5, "p.a"), ("E-2", 1000, 0.5, "p.b")], amount=0),
        draws=60_000, groups=[Group("coals", ("parameter:p.*",), correlation)],
    )  # fmt: skip
    assert made.propagated == pytest.approx(expected, rel=1e-4)
    assert made.simulated.half == pytest.approx(expected, rel=0.02)
    assert made.contributions["share"].sum() == pytest.approx(1)


def test_a_negative_correlation_takes_the_error_away() -> None:
    made = uncertainty(
        built([("E-1", 1000, 0.5, "p.a"), ("E-2", 1000, 0.5, "p.b")], amount=0),
        draws=2000, groups=[Group("shares", ("parameter:p.*",), -1.0)],
    )  # fmt: skip
    assert made.propagated == pytest.approx(0, abs=1e-4)
    assert made.simulated.half == pytest.approx(0, abs=1e-9)


def test_a_correlation_that_cannot_be_is_refused() -> None:
    three = built([(f"E-{i}", 1000, 0.5, f"p.{i}") for i in range(3)], amount=0)
    with pytest.raises(BadRequest, match="cannot all correlate"):
        uncertainty(three, groups=[Group("g", ("parameter:*",), -0.6)])
    with pytest.raises(BadRequest, match="two groups"):
        uncertainty(three, groups=[Group("g", ("parameter:*",), 0.1), Group("h", ("parameter:p.1",), 0.1)])


def test_truncation_keeps_a_share_below_one() -> None:
    spread = Spread(10, 10, "triangular", most=1.02)
    drawn = spread.draw((np.arange(10_000) + 0.5) / 10_000)
    assert drawn.max() <= 1.02
    assert drawn.min() >= 0.9
    assert len(np.unique(drawn)) > 9_990  # cut, not piled up at the cut


@pytest.mark.parametrize(
    "spread", [(5, 6, "normal", None, None), (-1, 1, "uniform", None, None), (100, 5, "lognormal", None, None)]
)
def test_spreads_that_cannot_be_are_refused(spread: tuple[object, ...]) -> None:
    with pytest.raises(BadRequest):
        Spread(*spread)  # type: ignore[arg-type]


def test_a_lognormal_reaches_the_ends_it_was_given() -> None:
    drawn = Spread(40, 150, "lognormal").draw((np.arange(200_000) + 0.5) / 200_000)
    assert np.percentile(drawn, [2.5, 97.5]) == pytest.approx([0.6, 2.5], rel=1e-3)


def test_parts_share_out_the_variance() -> None:
    made = uncertainty(
        built([("E-1", 1000, 0.5, "p.a"), ("E-2", 400, 0.6, "p.b")]), draws=20_000, by=("subject_id",)
    )  # fmt: skip
    assert made.parts["share"].sum() == pytest.approx(1)
    assert made.parts["value"].sum() == pytest.approx(made.value)
    one = made.parts.filter(subject_id="E-1").row(0, named=True)
    assert one["propagated"] == pytest.approx(math.hypot(5, 10), rel=1e-4)
    assert one["low"] < one["value"] < one["high"]


def test_too_many_draws_or_parts_are_refused() -> None:
    held = built([("E-1", 1000, 0.5, "p.a")])
    with pytest.raises(BadRequest, match="draws"):
        uncertainty(held, draws=10)
    many = built([(f"E-{i}", 1.0, 0.5, "p.a") for i in range(401)])
    with pytest.raises(BadRequest, match="kept apart"):
        uncertainty(many, by=("subject_id",))


# -- cases -------------------------------------------------------------------------------------------------------------


def case(*activity: dict[str, object], **more: object) -> object:
    doc = {"case": "c", "method": "other_industry", "family": "ndrc_general", "period": "2020", "activity": activity}
    return read_case(json.dumps({**doc, **more}).encode())


COAL = {"stream": "fuel", "item": "bituminous", "inputs": {"amount": 1200}}


def test_a_measured_value_makes_a_case_surer() -> None:
    measured = {
        **COAL,
        "inputs": {"amount": 1200, "ncv": {"value": 20.9, "evidence": "报告3", "laboratory": "某检测机构 CMA"}},
    }
    methods, rules = packaged_methods(), packaged_rulebook()
    default = case_uncertainty(case(COAL), methods, rules)  # type: ignore[arg-type]
    better = case_uncertainty(case(measured), methods, rules)  # type: ignore[arg-type]
    assert default.propagated
    assert better.propagated
    assert better.propagated < 0.6 * default.propagated
    classes = dict(case_terms(case(measured), methods, rules).figures.select("input", "klass").iter_rows())  # type: ignore[arg-type]
    assert classes == {
        "amount": "unstated",
        "ncv": "accredited",
        "carbon_content": "default",
        "oxidation_rate": "default",
    }


def test_a_line_without_a_value_is_left_out_and_said() -> None:
    missing = {"stream": "fuel", "item": "diesel", "inputs": {"amount": None}}
    made = case_uncertainty(case(COAL, missing), packaged_methods(), packaged_rulebook())  # type: ignore[arg-type]
    assert (made.lines, made.left_out) == (1, 1)
    assert made.value == pytest.approx(case_uncertainty(case(COAL), packaged_methods(), packaged_rulebook()).value)  # type: ignore[arg-type]


def test_the_value_is_the_accounts_own() -> None:
    power = {"stream": "electricity", "inputs": {"bought": 5000, "sold": 100}}
    made = case_uncertainty(case(COAL, power, scope="140700"), packaged_methods(), packaged_rulebook())  # type: ignore[arg-type]
    held = case_terms(case(COAL, power, scope="140700"), packaged_methods(), packaged_rulebook())  # type: ignore[arg-type]
    assert made.value == pytest.approx(held.lines["value"].sum())
    assert made.simulated.low < made.value < made.simulated.high
    assert made.status in ("trial", "recalled", "transcribed")


@pytest.mark.parametrize("draws", [2_000, 20_000])
def test_propagation_and_simulation_agree_within_the_sampling_error(draws: int) -> None:
    """A city of firms that share a factor and have meters of their own: the two ways differ by the draws alone."""
    rows = [(f"E-{n}", 100.0 * (n + 1), 0.5, f"p.{n % 3}") for n in range(12)]
    made = uncertainty(built(rows), draws=draws)
    sampling = made.propagated / math.sqrt(2 * draws)  # of a standard deviation; the ends of 95 % scatter about twice
    assert abs(made.simulated.half - made.propagated) < 4 * 2 * sampling
    assert abs(made.simulated.mean - made.value) < 4 * made.sampling_error


def test_of_an_uneven_interval_propagation_takes_the_wider_side() -> None:
    """IPCC enters the larger difference: propagation then lies above the simulation, and never below it."""
    spread = Spread(22.9, 18.2, "lognormal")
    assert spread.half == pytest.approx(0.229)
    drawn = spread.draw(np.random.default_rng(1).random(200_000))
    low, high = np.percentile(drawn, [2.5, 97.5])
    assert (1 - low, high - 1) == pytest.approx((0.229, 0.182), abs=0.004)
    assert (high - low) / 2 < spread.half


def test_lines_of_the_account_with_one_factor_stay_correlated_in_the_city() -> None:
    """Ten firms with the same factor err as one; with a factor each they even out by √10."""
    one = uncertainty(built([(f"E-{n}", 1000.0, 0.5, "p.a") for n in range(10)], amount=0), draws=20_000)
    own = uncertainty(built([(f"E-{n}", 1000.0, 0.5, f"p.{n}") for n in range(10)], amount=0), draws=20_000)
    assert one.propagated / own.propagated == pytest.approx(math.sqrt(10), rel=1e-6)
    assert one.simulated.half / own.simulated.half == pytest.approx(math.sqrt(10), rel=0.05)


def months(amounts: list[float], parameter: str = "p.a") -> Terms:
    """Twelve months of two meters under one factor, each a line of its own."""
    lines, figures = [], []
    for i, amount in enumerate(amounts * 2):
        of, month = f"E-{i // len(amounts)}", f"2022-{i % len(amounts) + 1:02d}"
        lines.append(
            (i, of, month, "electricity", "", "electricity", "CO2", "electricity.net_purchased@2013-01-01", 1.0,
             amount * 0.5, "t")
        )  # fmt: skip
        figures.append((i, "amount", amount, "MWh", "activity", "metered", None, None))
        figures.append((i, "factor", 0.5, "tCO2/MWh", "factor", "default", parameter, parameter))
    held = table(
        {"inputs": ["amount"], "low": 5, "high": 5, "shared": "meter"},
        {"inputs": ["factor"], "low": 10, "high": 10, "shared": "factor"},
    )
    return terms(
        pl.DataFrame(lines, schema=LINE, orient="row"), pl.DataFrame(figures, schema=FIGURE, orient="row"), held
    )  # type: ignore[arg-type]


def test_months_of_one_meter_drawn_together_give_what_each_drawn_by_itself_gives(monkeypatch) -> None:
    year = months([float(10 + n) for n in range(11)] + [-3.0])
    together = uncertainty(year)
    made = [combined._put_together(b, np.zeros(b.rows.height, dtype=np.int64))[0] for b in combined._blocks(year)]
    assert [b.rows.height for b in made] == [2]
    monkeypatch.setattr(combined, "_put_together", lambda block, at: (block, at))
    apart = uncertainty(year)
    for name in ("mean", "median", "sd", "low", "high"):
        assert getattr(together.simulated, name) == pytest.approx(getattr(apart.simulated, name), rel=1e-12)
    assert together.parts["low"].to_list() == pytest.approx(apart.parts["low"].to_list(), rel=1e-12)


def test_lines_that_are_not_proportional_to_their_amount_are_drawn_one_by_one() -> None:
    [block] = combined._blocks(months([1.0, 2.0]))
    bent = replace(block, formula=lambda frame: frame["amount"] * frame["factor"] + 1.0)  # type: ignore[arg-type]
    kept, _ = combined._put_together(bent, np.zeros(4, dtype=np.int64))
    assert kept.rows.height == 4


def test_periods_in_which_the_entries_differ_are_told_apart() -> None:
    """Entries are asked once for all days on which the same hold: a later edition is not taken for an earlier month."""
    old, new = ({"inputs": ["amount"], "low": v, "high": v} for v in (5, 2))
    held = table(old | {"until": "2022-06-30"}, new | {"since": "2022-07-01"}, {"low": 1, "high": 1})
    base = months([1.0] * 12)
    made = terms(base.lines, base.figures.select(list(FIGURE)), held)  # type: ignore[arg-type]
    told = made.figures.join(base.lines.select("row", "period"), on="row").join(made.variables, on="variable")
    amounts = told.filter(pl.col("input") == "amount").select("period", "low").unique().sort("period")
    assert amounts["low"].to_list() == [5.0] * 6 + [2.0] * 6
