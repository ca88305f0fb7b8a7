"""Market-based scope 2 is a result of the run: it explains itself, goes into an export, and enters no total."""

from __future__ import annotations

import io
import zipfile

import polars as pl
import pytest
from certificate_town import APPROVER, FILLER, certificate_town
from tiny_town import CITY, OWNER

from dafeng.account.certificates.market_lines import CLAIMED, CONTRACT, MEASURE
from dafeng.app.accounts.accounting import account_key, compute, every_line
from dafeng.app.accounts.recomputing import account_export, recompute_export
from dafeng.app.certificates.acts import make_claim, retire_claim
from dafeng.app.certificates.holdings import scope2_months
from dafeng.app.certificates.shapes import ClaimDraft, ClaimRetirement
from dafeng.app.explaining import explain
from dafeng.base.provenance import Node


def claim(count: int) -> ClaimDraft:
    return ClaimDraft(enterprise_id="E-1", purpose="scope2", month="2024-11", count=count)


def value(services, period: str, measure: str = MEASURE, subject: str = "E-1", item: str = "total") -> dict:
    lines = every_line(services, services.records.pointed("current"))
    return lines.filter(measure=measure, subject_id=subject, item=item, period=period).row(0, named=True)


def facts_of(node: Node) -> list[Node]:
    below = [f for child in node.inputs for f in facts_of(child)]
    return [node, *below] if node.kind == "fact" else below


@pytest.fixture(scope="module")
def before():
    services = certificate_town()
    compute(services, OWNER)
    return services, account_key(services), value(services, "2024")["value"], value(services, "2024", "co2_total_t")


@pytest.fixture(scope="module")
def services(before):
    """500 MWh of November 2024 claimed and retired, 40 more claimed only; accounted."""
    services = before[0]
    made = make_claim(services, FILLER, claim(500))
    retire_claim(services, APPROVER, made.claim_id, ClaimRetirement(number="H-1"))
    make_claim(services, FILLER, claim(40))
    compute(services, OWNER)
    return services


def test_a_claim_makes_another_run_and_lowers_the_market_based_line_alone(before, services):
    _, key, market, total = before
    assert account_key(services) != key
    assert value(services, "2024-11")["value"] == pytest.approx((1000.5 - 500) * 0.6096)
    assert value(services, "2024")["value"] == pytest.approx(market - 500 * 0.6096)
    now = value(services, "2024", "co2_total_t")
    assert (now["value"], now["line_id"]) == (total["value"], total["line_id"])  # it enters no total, and moves none


def test_the_run_says_what_the_certificate_page_says(services):
    page = scope2_months(services, OWNER, "E-1", 2024)
    for row in page.iter_rows(named=True):
        assert value(services, row["period"])["value"] == pytest.approx(row["market_t"])
        assert value(services, row["period"], "co2_electricity_t")["value"] == pytest.approx(row["location_t"])


def test_what_is_claimed_and_not_retired_is_told_on_the_line(services):
    assert "40.0兆瓦时已声明未核销" in value(services, "2024-11", item="electricity")["note"]


def test_the_line_opens_to_electricity_factor_and_claim(services):
    node = explain(services, OWNER, value(services, "2024-11", item="electricity")["line_id"])
    told = facts_of(node)
    claims = [f for f in told if "核销" in f.label]
    assert {f.unit for f in told} >= {"MWh", "tCO2"}
    assert claims
    assert any("GEC-" in (f.place.column or "") for f in claims)
    assert any(f.kind == "factor" and f.rule == "mee.grid_co2_residual" for f in node.inputs)
    assert "claimed" in (node.operation_en or "")
    assert "单列" in node.label


def test_an_area_adds_its_firms_up(services):
    firms = [f"E-{n}" for n in (1, 2, 3, 4)]
    lines = every_line(services, services.records.pointed("current"))
    own = lines.filter(
        pl.col("subject_id").is_in(firms), measure=MEASURE, item="total", period="2024", subject_kind="enterprise"
    )
    whole = value(services, "2024", subject=CITY)
    there = whole["value"] if whole["value"] is not None else whole["partial"]
    assert there == pytest.approx(own.select(pl.coalesce("value", "partial").sum()).item())


@pytest.mark.parametrize("subject", ["E-1", ""])
def test_an_export_carries_the_claims_and_is_proved_without_the_ledger(services, subject):
    taken = account_export(services, OWNER, subject)
    made = recompute_export(taken.data)
    assert made.proved
    held = pl.read_parquet(io.BytesIO(zipfile.ZipFile(io.BytesIO(taken.data)).read("facts.parquet")))
    assert set(held["measure"]) >= {CLAIMED, CONTRACT}
