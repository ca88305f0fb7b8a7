"""Certificates about to expire and claims that were refused wait in the inbox, with their day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from certificate_town import APPROVER, COUNTY, FILLER, STRANGER, VERIFIER, certificate_town
from fakes import NOW
from identity.identity_fakes import MemoryIdentities
from tiny_town import PUBLIC

from dafeng.account.certificates.claims import AlreadyClaimed
from dafeng.app.certificates.acts import make_claim
from dafeng.app.certificates.shapes import ClaimDraft
from dafeng.app.inbox import InboxItem, inbox_items
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import NotAllowed


class Standing:
    def __init__(self, day: date) -> None:
        self.day = day

    def today(self) -> date:
        return self.day

    def now(self):
        return NOW.replace(year=self.day.year, month=self.day.month, day=self.day.day)


def on(day: date) -> Services:
    return replace(certificate_town(), clock=Standing(day), identities=MemoryIdentities())


def waits(services: Services, caller: Caller, state: str) -> list[InboxItem]:
    return [i for i in inbox_items(services, caller) if i.kind == "certificate" and i.state == state]


def draft(first: str, last: str, **more: str) -> ClaimDraft:
    said = {"enterprise_id": "E-1", "purpose": "scope2", "month": "2024-06"} | more
    return ClaimDraft(first_code=first, last_code=last, **said)


def test_what_expires_within_ninety_days_waits_with_its_first_day():
    services = on(date(2026, 4, 20))  # certificates of June 2024 end on the last of May 2026, those of March before
    for who in (FILLER, APPROVER):
        (item,) = waits(services, who, "ending")
        assert item.term == "2026-05-31"
        assert "10,000张" in item.title
        assert "10,000 green certificates expire soon" in item.title_en
        assert item.moves == ("claim",)
        assert item.href == "/certificates?firm=E-1"


def test_the_last_days_are_urgent():
    (item,) = waits(on(date(2026, 5, 28)), FILLER, "ending")
    assert item.urgency is not None


def test_a_county_is_told_once_of_all_its_firms():
    (item,) = waits(on(date(2026, 4, 20)), COUNTY, "ending")
    assert item.title.startswith("1家企业绿证10,000张")
    assert item.title_en.startswith("10,000 green certificates expire soon")
    assert item.title_en.endswith("at 1 firm")
    assert item.moves == ()
    assert waits(on(date(2026, 4, 20)), STRANGER, "ending") == []  # those of E-3 ended in February
    assert waits(on(date(2026, 4, 20)), VERIFIER, "ending") == []


def test_nothing_waits_before_and_nothing_after_the_end():
    assert waits(on(date(2025, 12, 1)), FILLER, "ending")[0].term == "2025-12-31"  # the hundred of December 2023
    assert waits(on(date(2026, 1, 15)), FILLER, "ending") == []
    assert waits(on(date(2026, 6, 1)), FILLER, "ending") == []


def test_a_double_claim_is_refused_and_waits_with_its_day_for_who_must_mend_it():
    services = on(date(2025, 3, 1))
    codes = ("GEC-24-00000001", "GEC-24-00000200")
    make_claim(services, FILLER, draft(*codes))
    with pytest.raises(AlreadyClaimed):
        make_claim(services, APPROVER, draft(*codes, purpose="footprint", subject="粗钢"))
    for who, moves in ((FILLER, ("claim",)), (COUNTY, ())):
        (item,) = waits(services, who, "refused")
        assert "绿证声明被拒" in item.title
        assert "2025-03-01" in item.state_name.zh
        assert item.moves == moves
    assert waits(services, STRANGER, "refused") == []
    later = replace(services, clock=Standing(date(2025, 4, 15)))
    assert waits(later, FILLER, "refused") == []


def test_the_public_has_no_inbox():
    with pytest.raises(NotAllowed):
        inbox_items(on(date(2026, 4, 20)), PUBLIC)
