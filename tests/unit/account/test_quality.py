"""Data quality: classes of evidence, completeness by stream and emissions, a score that is the sum of its parts."""

from __future__ import annotations

import json

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dafeng.account.cases.quality import case_quality
from dafeng.account.cases.reading import read_case
from dafeng.account.quality import DATUM, DUE, Quality, quality
from dafeng.base.errors import BadRequest
from dafeng.rules.evidence import packaged_evidence
from dafeng.rules.methods import packaged_methods
from dafeng.rules.rulebook import packaged_rulebook

RULE = packaged_evidence()
POINTS = RULE.points


def judged(
    *data: tuple[str, str, str, str, float], due: list[tuple[str, int, int, float, bool]] | None = None
) -> Quality:
    """data: stream, input, role, class, emissions; due: stream, expected, present, emissions, doubted."""
    rows = [("E-1", stream, "x", "2022", name, role, klass, weight) for stream, name, role, klass, weight in data]
    owed = due if due is not None else [(s, 1, 1, w, False) for s, w in {(d[0], d[4]) for d in data}]
    of = [("E-1", stream, "x", e, p, w, d) for stream, e, p, w, d in owed]
    return quality(pl.DataFrame(rows, schema=DATUM, orient="row"), pl.DataFrame(of, schema=DUE, orient="row"))


def test_a_line_stands_as_its_weakest_activity_and_factor() -> None:
    made = judged(
        ("fuel", "amount", "activity", "metered", 100.0),
        ("fuel", "ncv", "factor", "accredited", 100.0),
        ("fuel", "oxidation", "factor", "default", 100.0),
    )
    part = made.parts.filter(part="evidence").row(0, named=True)
    assert part["score"] == pytest.approx((POINTS["metered"] + POINTS["default"]) / 2)
    assert made.streams["weakest"].to_list() == ["default"]


def test_a_large_source_weighs_more() -> None:
    rows = [("big", "amount", "activity", "estimated", 900.0), ("small", "amount", "activity", "accredited", 100.0)]
    made = judged(*rows)
    assert made.parts.filter(part="evidence")["score"].item() == pytest.approx(0.9 * POINTS["estimated"] + 10)
    assert made.improve["stream"].to_list()[0] == "big"


def test_the_score_is_the_weighted_sum_of_its_parts() -> None:
    made = judged(
        ("a", "amount", "activity", "metered", 50.0), ("b", "amount", "activity", "default", 50.0),
        due=[("a", 12, 12, 50.0, False), ("b", 12, 6, 50.0, True)],
    )  # fmt: skip
    parts = {r["part"]: r for r in made.parts.iter_rows(named=True)}
    assert made.score == pytest.approx(sum(p["weight"] * p["score"] for p in parts.values()))
    # b would weigh twice what is there: a 50, b 100
    assert parts["completeness"]["score"] == pytest.approx((50 * 1 + 100 * 0.5) / 150 * 100)
    assert made.unweighted == pytest.approx(18 / 24)
    assert parts["consistency"]["score"] == pytest.approx(50)


def test_a_stream_without_any_figure_is_told_and_counts() -> None:
    made = judged(
        ("a", "amount", "activity", "metered", 50.0), due=[("a", 12, 12, 50.0, False), ("lost", 12, 0, 0.0, False)]
    )
    row = made.streams.filter(stream="lost").row(0, named=True)
    assert (row["weakest"], row["completeness"], row["evidence"]) == ("missing", 0.0, 0.0)
    assert made.completeness == pytest.approx(0.5)


def test_nothing_to_judge_has_no_score() -> None:
    made = judged(due=[])
    assert made.score is None
    assert made.grade is None
    assert made.completeness is None


def test_a_class_that_is_not_known_is_refused() -> None:
    with pytest.raises(BadRequest, match="no class of evidence"):
        judged(("a", "amount", "activity", "guessed", 1.0))


def test_what_the_rule_prescribes_is_nothing_to_improve() -> None:
    made = judged(("e", "bought", "activity", "settled", 10.0), ("e", "factor", "factor", "prescribed", 10.0))
    assert made.improve["input"].to_list() == ["bought"]


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from(sorted(POINTS)), st.floats(0, 1e6)), min_size=1, max_size=9
    ),
    st.integers(0, 8),
)
def test_better_evidence_never_lowers_the_score(rows: list[tuple[str, str, float]], which: int) -> None:
    data = [(s, f"i{i}", "activity", k, w) for i, (s, k, w) in enumerate(rows)]
    due = [(s, 1, 1, 1.0, False) for s in sorted({s for s, _, _ in rows})]
    before = judged(*data, due=due).score
    i = which % len(data)
    data[i] = (data[i][0], data[i][1], "activity", "accredited", data[i][4])
    after = judged(*data, due=due).score
    assert before is not None
    assert after is not None
    assert 0 <= before <= 100
    assert after >= before - 1e-9


# -- cases -------------------------------------------------------------------------------------------------------------


def _case(*activity: dict[str, object], method: str = "other_industry", family: str = "ndrc_general") -> Quality:
    doc = {"case": "c", "method": method, "family": family, "period": "2020", "activity": activity}
    return case_quality(read_case(json.dumps(doc).encode()), packaged_methods(), packaged_rulebook())


def test_the_words_of_an_evidence_make_its_class() -> None:
    told = {"value": 20.9, "evidence": "报告3", "laboratory": "某检测机构 CMA"}
    made = _case(
        {"stream": "fuel", "item": "bituminous", "inputs": {"amount": {"value": 10, "evidence": "地磅单"}, "ncv": told}}
    )
    classes = {(r["role"], r["klass"]) for r in made.classes.iter_rows(named=True)}
    assert ("activity", "metered") in classes
    assert ("factor", "accredited") in classes
    assert ("factor", "default") in classes


def test_a_prescribed_factor_and_a_missing_stream() -> None:
    made = _case(
        {"stream": "electricity", "inputs": {"bought": {"value": 100, "evidence": "电费结算单"}}},
        {"stream": "fuel", "item": "diesel", "inputs": {"amount": None}},
    )
    classes = dict(made.classes.filter(role="factor").select("klass", "data").iter_rows())
    assert classes.get("prescribed") == 1
    assert made.unweighted == pytest.approx(0.5)
