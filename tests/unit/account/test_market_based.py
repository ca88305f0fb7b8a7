"""Scope 2 twice: market-based from the ledger beside location-based, and never a residual factor that is not there."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from certificate_samples import block, claim, ending
from test_certificate_ledger import RULES, ledger

from dafeng.account.certificates.ledger import standing
from dafeng.account.certificates.market_based import claimed_by_month, market_based, residual_of, scope2, year_of
from dafeng.rules.formulas import formula
from dafeng.rules.rulebook import packaged_rulebook

DAY = date(2025, 3, 1)
BOOK = packaged_rulebook()


def electricity(*rows) -> pl.DataFrame:
    names = ["subject_id", "period", "electricity_mwh", "location_t", "rank"]
    kinds = [pl.String, pl.String, pl.Float64, pl.Float64, pl.Int64]
    return pl.DataFrame(rows, schema=dict(zip(names, kinds, strict=True)), orient="row")


def claimed(
    *, factor=None, source="wind", month=date(2023, 5, 1), purpose="scope2", count=400, retired=True
) -> pl.DataFrame:
    held = ledger(
        block(1, 1000, factor=factor, source=source, generation_month=month),
        claims=[claim("C-1", month=month, purpose=purpose)],
        uses=[("C-1", 1, 0, count - 1)],
        endings=[ending("C-1", "retired", number="H-1")] if retired else [],
    )
    return claimed_by_month(standing(held, RULES, DAY), RULES, DAY)


def test_the_formula_by_hand():
    rows = pl.DataFrame(
        {"electricity_mwh": [1000.0], "claimed_mwh": [400.0], "residual_factor": [0.6096], "contract_t": [4.0]}
    )
    assert market_based(rows).to_list() == pytest.approx([600 * 0.6096 + 4.0])
    assert formula("electricity.market_based", DAY).source.startswith("GHG Protocol")


def test_both_methods_stand_side_by_side():
    row = scope2(electricity(("E-1", "2023-05", 1000.0, 530.6, 0)), claimed(), BOOK, RULES).row(0, named=True)
    assert row["location_t"] == 530.6
    assert row["market_t"] == pytest.approx(600 * 0.6096)
    assert row["contract_t"] == 0.0
    assert row["status"] == "recalled"  # the residual factor is recalled, and the result says so


def test_a_claim_that_is_not_retired_lowers_nothing_and_says_how_much_waits():
    row = scope2(electricity(("E-1", "2023-05", 1000.0, 530.6, 0)), claimed(retired=False), BOOK, RULES)
    assert row.select("claimed_mwh", "open_mwh", "contract_t").row(0) == (0.0, 400.0, 0.0)
    assert row["market_t"].item() == pytest.approx(1000 * 0.6096)
    assert "400.0兆瓦时已声明未核销" in row["note"].item()
    assert "not retired" in row["note_en"].item()


def test_a_stated_contract_factor_outranks_the_rule():
    row = scope2(electricity(("E-1", "2023-05", 1000.0, 1.0, 0)), claimed(factor=0.05), BOOK, RULES)
    assert row["market_t"].item() == pytest.approx(600 * 0.6096 + 400 * 0.05)


def test_a_source_without_a_factor_is_missing_and_not_zero():
    assert claimed(source="coal_gas")["contract_t"].item() is None
    row = scope2(electricity(("E-1", "2023-05", 1000.0, 1.0, 0)), claimed(source="coal_gas"), BOOK, RULES)
    assert row["market_t"].item() is None


def test_claims_for_other_purposes_do_not_lower_scope_2():
    assert claimed(purpose="quota").is_empty()
    row = scope2(electricity(("E-1", "2023-05", 1000.0, 1.0, 0)), claimed(purpose="quota"), BOOK, RULES)
    assert row["market_t"].item() == pytest.approx(1000 * 0.6096)


def test_without_a_residual_factor_there_is_no_result_and_it_says_so():
    row = scope2(electricity(("E-1", "2027-05", 1000.0, 1.0, 0)), claimed(purpose="quota"), BOOK, RULES)
    assert row.select("market_t", "residual_factor", "location_t").row(0) == (None, None, 1.0)
    assert "无剩余混合因子" in row["note"].item()
    assert "no residual factor" in row["note_en"].item()
    assert residual_of(BOOK, RULES, "2027-05").value is None


def test_what_was_not_published_yet_is_not_used():
    before, after = (residual_of(BOOK, RULES, "2022-05", date(2024, m, 1)) for m in (5, 12))
    assert (before.value, before.status) == (0.5942, "trial")  # carried from 2021
    assert residual_of(BOOK, RULES, "2022-05", date(2025, 1, 1)).value == 0.5856
    assert after.value == 0.5942
    assert residual_of(BOOK, RULES, "2022-05", date(2024, 1, 1)).value is None


def test_missing_electricity_stays_missing_and_over_claims_have_no_result():
    rows = scope2(
        electricity(("E-1", "2023-05", 399.0, 1.0, 0), ("E-1", "2023-06", None, None, 0)), claimed(), BOOK, RULES
    )
    assert rows["market_t"].to_list() == [None, None]
    assert "超过" in rows["note"][0]
    assert "缺失" in rows["note"][1]


def test_a_claim_on_a_month_without_electricity_is_seen():
    rows = scope2(electricity(("E-1", "2023-06", 10.0, 1.0, 0)), claimed(), BOOK, RULES)
    assert rows.select("period", "claimed_mwh", "electricity_mwh").row(0) == ("2023-05", 400.0, None)


def test_a_net_exporter_stays_negative():
    rows = scope2(electricity(("E-1", "2023-06", -10.0, -5.0, 0)), claimed(purpose="quota"), BOOK, RULES)
    assert rows["market_t"].item() == pytest.approx(-6.096)


def test_a_firm_that_delivers_years_has_its_months_of_claims_added_up():
    rows = scope2(electricity(("E-1", "2023", 5000.0, 2653.0, 0)), claimed(), BOOK, RULES)
    assert rows.height == 1
    assert rows.select("claimed_mwh", "market_t").row(0) == (400.0, pytest.approx(4600 * 0.6096))


def test_a_year_is_missing_where_a_month_is():
    full = [("E-1", f"2023-{m:02d}", 1000.0, 530.6, 0) for m in range(1, 13)]
    rows = scope2(electricity(*full), claimed(), BOOK, RULES)
    year = year_of(rows, 12)
    assert year.market_t == pytest.approx((12_000 - 400) * 0.6096)
    assert year.location_t == pytest.approx(12 * 530.6)
    assert (year.there, year.due) == (12, 12)
    eleven = year_of(rows.head(11), 12)
    assert (eleven.market_t, eleven.location_t, eleven.there) == (None, None, 11)
