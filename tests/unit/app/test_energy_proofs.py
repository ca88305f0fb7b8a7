"""Which certificates prove renewable power for energy control: retired, and claimed for quota or budget."""

from __future__ import annotations

import pytest
from certificate_town import APPROVER, FILLER, certificate_town
from tiny_town import OWNER

from dafeng.app.accounts.energy import PROVES, totals
from dafeng.app.certificates.acts import make_claim, retire_claim
from dafeng.app.certificates.shapes import ClaimDraft, ClaimRetirement


def deducted(purpose: str, *, retired: bool = True) -> tuple[float | None, str | None]:
    services = certificate_town()
    made = make_claim(
        services, FILLER, ClaimDraft(
            enterprise_id="E-1", purpose=purpose, month="2024-06", count=100,
            subject="粗钢" if purpose == "footprint" else "",
        )
    )  # fmt: skip
    if retired:
        retire_claim(services, APPROVER, made.claim_id, ClaimRetirement(number="H-1"))
    row = {t.measure: t for t in totals(services, OWNER, enterprise_id="E-1", year=2024).totals}["renewables_deducted"]
    return row.equivalent, row.note


@pytest.mark.parametrize("purpose", PROVES)
def test_quota_and_budget_prove_and_then_the_base_year_is_asked(purpose):
    value, note = deducted(purpose)
    assert value is None
    assert "2020" in note


@pytest.mark.parametrize("purpose", ["scope2", "footprint"])
def test_one_certificate_one_use_what_serves_another_claim_proves_nothing(purpose):
    assert deducted(purpose)[0] == 0


def test_a_claim_that_is_not_retired_proves_nothing():
    assert deducted("quota", retired=False)[0] == 0
