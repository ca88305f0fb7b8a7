"""Evidence is kept for ever: so one account may send so much in a day 凭证日限额, and no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from filing_town import APPROVER, CITY, FILLER, SECOND_FILLER, filing_town

from dafeng.app.evidences import QuotaSpent, keep
from dafeng.app.services import Services

MB = 1 << 20


def allowed(megabytes: int) -> Services:
    town = filing_town()
    return replace(town, settings=msgspec.structs.replace(town.settings, upload_mb_a_day=megabytes))


@pytest.fixture
def small() -> Services:
    """A town where an account may send 2 MB in a day."""
    return allowed(2)


def later(services: Services, time: timedelta) -> Services:
    now = services.clock.now() + time
    return replace(services, clock=type("Later", (), {"now": lambda _: now, "today": lambda _: now.date()})())


def test_what_one_account_sends_in_a_day_is_bounded(small):
    keep(small, FILLER, b"1" * MB, "a.pdf", "case")
    keep(small, FILLER, b"2" * MB, "b.pdf", "case")
    with pytest.raises(QuotaSpent, match="2 MB") as caught:
        keep(small, FILLER, b"3", "c.pdf", "case")
    assert (caught.value.status, caught.value.where) == (429, "c.pdf")
    assert "2 MB" in caught.value.zh
    assert caught.value.mend_zh
    assert small.records.evidence("4e07408562bedb8b60ce05c1decfe3ad16b72230967de01f640b7e4729b49fce") is None


def test_the_same_file_again_takes_no_room(small):
    for _ in range(5):
        keep(small, FILLER, b"1" * MB, "a.pdf", "case")
    keep(small, FILLER, b"2" * MB, "b.pdf", "case")
    keep(small, FILLER, b"1" * MB, "again.pdf", "case")


def test_others_and_the_next_day_are_not_touched(small):
    keep(small, FILLER, b"1" * 2 * MB, "a.pdf", "case")
    for caller in (SECOND_FILLER, APPROVER):
        keep(small, caller, caller.name.encode(), "b.pdf", "case")
    with pytest.raises(QuotaSpent):
        keep(later(small, timedelta(hours=23)), FILLER, b"2", "c.pdf", "case")
    keep(later(small, timedelta(hours=25)), FILLER, b"2", "c.pdf", "case")


def test_the_bureau_s_officers_and_what_we_make_ourselves_are_not_counted(small):
    keep(small, CITY, b"1" * 3 * MB, "a.pdf", "case")
    keep(small, FILLER, b"2" * 2 * MB, "b.pdf", "case")
    keep(small, FILLER, b"{}", "grid.json", "filing", uploaded=False)


def test_the_setting_changes_no_figure_and_none_means_no_bound():
    assert repr(allowed(2).settings) == repr(filing_town().settings)
    assert filing_town().settings.upload_mb_a_day == 500
    keep(allowed(0), FILLER, b"1" * 3 * MB, "a.pdf", "case")
