"""Published cases of uncertainty and key categories 不确定度与关键类别的公开算例; each file names document and
table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from dafeng.account.uncertainty.combined import _uniform
from dafeng.account.uncertainty.distributions import Spread
from dafeng.account.uncertainty.key_categories import by_level, by_trend
from dafeng.account.uncertainty.propagation import (
    correction_factor,
    lognormal_interval,
    product_rule,
    propagated,
    sum_rule,
)

FOLDER = Path(__file__).parent / "uncertainty"


def case(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return found


def frame(doc: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(doc["rows"], schema=doc["columns"], orient="row", infer_schema_length=None)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda p: p.stem)
def test_every_case_names_where_it_was_read(path: Path) -> None:
    doc = json.loads(path.read_text("utf-8"))
    assert doc["source"]["document"]
    assert doc["source"]["place"]
    assert doc["source"]["read"] is True
    assert doc["title"]["zh"]
    assert doc["title"]["en"]


@pytest.mark.parametrize("name", ["finland_approach1", "finland_tool_2019"])
def test_a_whole_inventory_by_error_propagation(name: str) -> None:
    doc = case(name)
    printed = frame(doc)
    flags = [c for c in ("activity_correlated", "factor_correlated") if c in printed.columns]
    asked = ["category", "base", "value", "activity_uncertainty", "factor_uncertainty", *flags]
    made = propagated(printed.select(asked))
    for what, published in doc["expect"].items():
        assert getattr(made, what) == pytest.approx(published, abs=doc["tolerance"][what]), what


@pytest.mark.parametrize("name", ["finland_approach1", "finland_tool_2019"])
def test_every_row_of_an_inventory(name: str) -> None:
    doc = case(name)
    printed = frame(doc)
    rows = propagated(
        printed.select(c for c in printed.columns if not c.startswith(("comb", "var", "sens", "trend")))
    ).rows
    tolerance = doc["tolerance"]
    for column in ("combined", "variance_share", "sensitivity_a", "sensitivity_b"):
        ours, theirs = rows[column].to_numpy(), printed[column].to_numpy().astype(float)
        if "rel" in tolerance:
            assert np.allclose(ours, theirs, rtol=tolerance["rel"], atol=1e-12), column
        else:
            most = tolerance.get(column, 0.0006)
            assert np.abs(ours - theirs).max() <= most, column
    if name == "finland_tool_2019":
        for column in ("trend_by_factor", "trend_by_activity", "trend_share"):
            assert np.allclose(rows[column], printed[column].cast(pl.Float64), rtol=1e-8, atol=1e-12), column


def test_key_categories_by_level() -> None:
    doc = case("finland_key_level")
    printed = frame(doc)
    made = by_level(printed.select("category", pl.col("value").cast(pl.Float64)))
    both = made.join(printed.select("category", printed_share="share"), on="category")
    assert (both["share"] - both["printed_share"]).abs().max() <= doc["tolerance"]["share"]
    ours = np.sort(made["cumulative"].to_numpy())
    assert np.abs(ours - np.sort(printed["cumulative"].to_numpy())).max() <= doc["tolerance"]["cumulative"]
    # those below 95 %, and the one that crosses it
    assert int(made["key"].sum()) in (doc["expect"]["keys"], doc["expect"]["keys"] + 1)


def test_key_categories_by_trend() -> None:
    doc = case("finland_key_trend")
    printed = frame(doc)
    made = by_trend(printed.select("category", pl.col("base", "value").cast(pl.Float64)))
    both = made.join(printed.select("category", printed_trend="trend", printed_share="share"), on="category")
    assert (both["trend"] - both["printed_trend"]).abs().max() <= doc["tolerance"]["trend"]
    assert (both["share"] - both["printed_share"]).abs().max() <= doc["tolerance"]["share"]
    assert made["trend"].sum() == pytest.approx(doc["expect"]["sum_trend"], abs=doc["tolerance"]["sum_trend"])


def _terms(doc: dict[str, Any]) -> dict[str, float]:
    given = doc["inputs"]
    return {
        k: given["heads"] * given["vs"] * given["tam"] / 1000 * 365 * given["share"][k] * given["factor"][k] / 1e9
        for k in given["factor"]
    }


def test_product_and_sum_rules() -> None:
    doc = case("dairy_manure")
    u, expect, tolerance = doc["uncertainty"], doc["expect"], doc["tolerance"]
    terms = _terms(doc)
    for name, published in expect["terms"].items():
        assert terms[name] == pytest.approx(published, abs=tolerance["terms"])
    one = product_rule(*u.values())
    assert one == pytest.approx(expect["of_a_term"], abs=tolerance["of_a_term"])
    whole = sum_rule(list(terms.values()), [one] * 3)
    assert whole == pytest.approx(expect["of_the_sum"], abs=tolerance["of_the_sum"])


@pytest.mark.parametrize("closed", [False, True])
def test_monte_carlo_of_the_published_box(closed: bool) -> None:
    """Heads, VS and TAM are the same draw in all three terms; closed: the shares are made to add up to 1."""
    doc = case("dairy_manure")
    given, u, draws = doc["inputs"], doc["uncertainty"], 200_000

    def drawn(name: str, percent: float) -> Any:
        return Spread(percent, percent).draw(_uniform(name, draws, 7))

    shared = given["heads"] * drawn("heads", u["heads"]) * given["vs"] * drawn("vs", u["vs"])
    shared = shared * given["tam"] * drawn("tam", u["tam"]) / 1000 * 365 / 1e9
    shares = {k: v * drawn(f"share {k}", u["share"]) for k, v in given["share"].items()}
    if closed:
        shares["dry"] = 1 - shares["pasture"] - shares["solid"]
    total = sum(shared * shares[k] * f * drawn(f"factor {k}", u["factor"]) for k, f in given["factor"].items())
    half = 1.96 * total.std() / total.mean() * 100
    published = doc["expect"]["monte_carlo_shares_sum_to_one" if closed else "monte_carlo_independent"]
    assert half == pytest.approx(published, abs=doc["tolerance"]["monte_carlo"])


def test_large_ranges() -> None:
    doc = case("large_ranges")
    for row in doc["lognormal"]:
        low, high = lognormal_interval(row["half"])
        assert (low, high) == pytest.approx((row["low"], row["high"]), abs=row["tolerance"])
    for row in doc["correction"]:
        assert correction_factor(row["half"]) == pytest.approx(row["factor"], abs=row["tolerance"])


def test_monte_carlo_of_the_inventory_comes_near_the_published_range() -> None:
    """Shapes and correlations are not all published: the half-width agrees within the tolerance stated."""
    doc, rows = case("finland_approach2"), frame(case("finland_approach1"))
    draws, total = 20_000, 0.0
    for row in rows.iter_rows(named=True):
        parts = []
        for side in ("activity_uncertainty", "factor_uncertainty"):
            u = float(row[side])
            low, high = lognormal_interval(u) if u > 60 else (-u, u)
            spread = Spread(-low, high, "lognormal") if u > 60 else Spread(u, u)
            draw = spread.draw(_uniform(f"{row['category']} {side}", draws, 3))
            parts.append(draw / draw.mean())
        total = total + float(row["value"]) * parts[0] * parts[1]
    low, high = (np.percentile(total, q) for q in (2.5, 97.5))
    half = (high - low) / 2 / doc["expect"]["total"] * 100
    published = (doc["expect"]["high"] - doc["expect"]["low"]) / 2 / doc["expect"]["total"] * 100
    assert half == pytest.approx(published, abs=doc["tolerance"]["percent"])
