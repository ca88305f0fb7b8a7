"""Entering, claiming, retiring, withdrawing and giving on certificates, through the use cases people go through."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from busy_town import people
from certificate_town import (
    APPROVER,
    COUNTY,
    FILLER,
    FIRST,
    STRANGER,
    VERIFIER,
    certificate_town,
    row,
    table,
)
from tiny_town import NOBODY, OWNER, PUBLIC, fact, facts

from dafeng.account.certificates.claims import AlreadyClaimed, ClaimRefused
from dafeng.app.certificates.acts import (
    ClaimOver,
    claim_view,
    draft_of,
    give_certificates,
    make_claim,
    propose_claim,
    retire_claim,
    withdraw_claim,
)
from dafeng.app.certificates.files import certificate_template, import_certificates
from dafeng.app.certificates.holdings import certificate_book, certificate_rules, scope2_months
from dafeng.app.certificates.ports import TakenMeanwhile
from dafeng.app.certificates.shapes import CertificateTransfer, ClaimDraft, ClaimRetirement, ClaimWithdrawal
from dafeng.app.importing import take_in_table
from dafeng.app.tables.listing import table_page
from dafeng.app.tables.tabling import TableQuery
from dafeng.base.errors import BadRequest, NotAllowed, NotFound


@pytest.fixture
def services():
    return certificate_town()


def draft(**more) -> ClaimDraft:
    return ClaimDraft(**({"enterprise_id": "E-1", "purpose": "scope2", "month": "2024-11", "count": 300} | more))


def states(services, caller=FILLER) -> dict[str, int]:
    totals = certificate_book(services, caller, "E-1", 2024).totals
    return {n: getattr(totals, n) for n in ("free", "claimed", "retired", "expired")}


# -- entering ----------------------------------------------------------------------------------------------------------


def test_a_table_is_entered_and_the_same_file_again_changes_nothing(services):
    assert states(services) == {"free": 10_600, "claimed": 0, "retired": 0, "expired": 0}
    before = services.certificates.revision()
    again = take_in_table(services, OWNER, FIRST, "绿证.csv")
    assert again[0].repeated or again[0].new == 0
    assert services.certificates.revision() == before


def test_a_filler_enters_own_certificates_and_nobody_elses(services):
    own = import_certificates(services, FILLER, table(row(60_001, 60_010, month="2024-05")), "补.csv")
    assert (own.entered, own.rejected, own.batch_id[:2]) == (1, 0, "B-")
    with pytest.raises(NotAllowed) as refused:
        import_certificates(services, FILLER, table(row(70_001, 70_010, firm="E-3", month="2024-05")), "外.csv")
    assert "E-3" not in str(refused.value)
    assert services.certificates.ledger("E-3").blocks.height == 1


def test_codes_of_another_firm_are_refused_without_telling_whose(services):
    mine = import_certificates(services, STRANGER, table(row(1, 5, firm="E-3", month="2024-06")), "重.csv")
    assert (mine.entered, mine.rejected) == (0, 1)
    words = str(mine.problems)
    assert "登记号" in words
    assert not any(secret in words for secret in ("E-1", "东方钢铁厂", "绿证.csv"))
    seen = import_certificates(services, OWNER, table(row(2, 5, month="2024-07")), "再.csv")
    assert "绿证.csv › 第2行" in seen.problems[0].what.zh


def test_another_table_is_not_taken_here(services):
    with pytest.raises(BadRequest):
        import_certificates(services, FILLER, "统一社会信用代码,时期,能源品种,计量单位,消费量\n".encode(), "能源.csv")
    assert certificate_template(services, FILLER).data[:2] == b"PK"


# -- claims ------------------------------------------------------------------------------------------------------------


def test_a_proposal_writes_nothing_and_a_claim_does(services):
    before = services.certificates.revision()
    seen = propose_claim(services, FILLER, draft())
    assert (seen.claim_id, seen.state, seen.count) == (None, "proposed", 300)
    assert services.certificates.revision() == before
    made = make_claim(services, FILLER, draft())
    assert made.ranges == seen.ranges
    assert (made.state, made.claimed_by, made.electricity_mwh) == ("claimed", "填报人", 1000.5)
    assert states(services) == {"free": 10_300, "claimed": 300, "retired": 0, "expired": 0}


def test_the_second_claim_names_the_first(services):
    first = make_claim(services, FILLER, draft())
    codes = {"first_code": first.ranges[0].first_code, "last_code": first.ranges[0].last_code, "count": None}
    with pytest.raises(AlreadyClaimed) as refused:
        make_claim(services, APPROVER, draft(purpose="footprint", subject="粗钢", **codes))
    assert first.claim_id in refused.value.zh
    assert refused.value.claim_id == first.claim_id
    assert states(services)["claimed"] == 300


def test_a_month_carries_what_was_bought_purpose_by_purpose(services):
    make_claim(services, FILLER, draft(count=1000))
    with pytest.raises(ClaimRefused) as refused:
        make_claim(services, FILLER, draft(count=1))
    assert "最多可再声明0" in refused.value.mend_zh
    make_claim(services, FILLER, draft(purpose="quota", count=1000))
    months = {m.month: m for m in certificate_book(services, FILLER, "E-1", 2024).months}
    uses = {u.purpose: (u.claimed_mwh, u.left_mwh) for u in months["2024-11"].uses}
    assert uses["scope2"] == uses["quota"] == (1000.0, 0.5)
    assert uses["budget"] == (0.0, 1000.5)


def test_a_month_without_electricity_or_still_to_come_carries_nothing(services):
    for month in ("2023-11", "2025-03", "2026-01"):
        with pytest.raises(BadRequest):
            make_claim(services, FILLER, draft(month=month, count=1))
    yearly = certificate_town(monthly=False)
    with pytest.raises(ClaimRefused) as refused:
        make_claim(yearly, FILLER, draft(count=1))
    assert "尚未报送" in refused.value.zh


def test_electricity_corrected_below_the_claims_is_told_and_has_no_market_based_result(services):
    make_claim(services, FILLER, draft(count=900))
    less = fact("E-1", "energy_bought", "electricity", 2024, 800.0, "MWh") | {
        "period": "2024-11", "batch_id": "B-9", "recorded_at": services.clock.now() + timedelta(days=1),
    }  # fmt: skip
    services.columns.put_facts("B-9", facts([less]))
    services.memory.get("certificates.electricity", "other", lambda: None)  # what was kept is stale
    book = certificate_book(services, FILLER, "E-1", 2024)
    month = next(m for m in book.months if m.month == "2024-11")
    assert (month.electricity_mwh, month.market_t) == (800.0, None)
    assert "超过" in month.note.zh
    assert any("2024-11" in w.zh for w in book.warnings)
    assert book.whole_year.market_t is None


def test_a_claim_is_retired_once_and_by_whom_may(services):
    made = make_claim(services, FILLER, draft())
    with pytest.raises(NotAllowed):
        retire_claim(services, FILLER, made.claim_id, ClaimRetirement(number="N-1"))
    for on in (services.clock.today() + timedelta(days=1), date(2025, 2, 1)):
        with pytest.raises(BadRequest):
            retire_claim(services, APPROVER, made.claim_id, ClaimRetirement(number="N-1", on=on))
    done = retire_claim(services, APPROVER, made.claim_id, ClaimRetirement(number=" N-1 "))
    assert (done.state, done.retirement, done.may_end) == ("retired", "N-1", False)
    with pytest.raises(ClaimOver):
        withdraw_claim(services, APPROVER, made.claim_id, ClaimWithdrawal(reason="误填"))
    assert states(services) == {"free": 10_300, "claimed": 0, "retired": 300, "expired": 0}


def test_a_withdrawn_claim_frees_its_certificates_and_stays_on_record(services):
    made = make_claim(services, FILLER, draft())
    gone = withdraw_claim(services, APPROVER, made.claim_id, ClaimWithdrawal(reason="月份填错"))
    assert (gone.state, gone.reason, gone.count) == ("withdrawn", "月份填错", 300)
    again = make_claim(services, FILLER, draft(month="2024-10"))
    assert again.ranges == made.ranges
    seen = claim_view(services, VERIFIER, made.claim_id)
    assert (seen.state, seen.count, seen.ranges) == ("withdrawn", 300, made.ranges)
    rows = table_page(services, COUNTY, "certificate_claims", TableQuery()).rows
    assert {r["claim_id"]: r["state"] for r in rows} == {made.claim_id: "withdrawn", again.claim_id: "claimed"}


class Racing:
    """A store in which somebody else claims just before the first write."""

    def __init__(self, store, before) -> None:
        self.store, self.before, self.writes = store, before, 0

    def __getattr__(self, name):
        return getattr(self.store, name)

    def claim(self, *given):
        self.writes += 1
        if self.writes == 1:
            self.before()
            raise TakenMeanwhile("taken", where="race")
        return self.store.claim(*given)


def test_who_comes_second_gets_others_or_the_name_of_the_first(services):
    racing = replace(
        services, certificates=Racing(services.certificates, lambda: make_claim(services, FILLER, draft()))
    )
    second = make_claim(racing, FILLER, draft(purpose="quota"))
    assert second.ranges[0].first_code == "GEC-24-00000301"
    fresh = certificate_town()
    racing = replace(fresh, certificates=Racing(fresh.certificates, lambda: make_claim(fresh, FILLER, draft())))
    with pytest.raises(AlreadyClaimed):
        make_claim(racing, FILLER, draft(purpose="quota", count=None, first_code="GEC-24-00000001"))


def test_what_changed_hands_once_stays_and_what_was_issued_may_be_given_once(services):
    with pytest.raises(BadRequest) as refused:
        give_certificates(services, APPROVER, _give("GEC-24-00000001"))
    assert "只能交易一次" in refused.value.mend_zh
    import_certificates(services, FILLER, table(row(60_001, 60_100, month="2024-05", how="核发")), "自.csv")
    assert give_certificates(services, APPROVER, _give("GEC-24-00060001", "GEC-24-00060010")) == 10
    book = certificate_book(services, STRANGER, "E-3", 2024)
    assert book.totals.held == 310
    approver3 = replace(APPROVER, enterprises=frozenset({"E-3"}), id="U-9")
    with pytest.raises(BadRequest):
        give_certificates(services, approver3, _give("GEC-24-00060001", firm="E-3", taker=""))
    with pytest.raises(BadRequest):
        give_certificates(services, APPROVER, _give("GEC-24-00060009", "GEC-24-00060012"))  # ten of them are gone
    assert give_certificates(services, APPROVER, _give("GEC-24-00060011", taker="")) == 1
    assert certificate_book(services, OWNER, None, 2024).totals.held == 11_000 - 1 - 1 + 1 - 1 + 1
    with pytest.raises(BadRequest):
        give_certificates(services, APPROVER, _give("GEC-24-00060012", taker="E-77"))


def _give(first: str, last: str = "", *, firm: str = "E-1", taker: str = "E-3") -> CertificateTransfer:
    return CertificateTransfer(enterprise_id=firm, taker=taker, first_code=first, last_code=last, reason="集团内划转")


# -- what is seen ------------------------------------------------------------------------------------------------------


def test_scope_2_is_reported_twice(services):
    made = make_claim(services, FILLER, draft(count=500))
    waits = scope2_months(services, VERIFIER, "E-1", 2024).filter(period="2024-11").row(0, named=True)
    assert waits["market_t"] == pytest.approx(1000.5 * 0.6096)  # claimed, and not retired: it lowers nothing yet
    assert waits["open_mwh"] == 500
    retire_claim(services, APPROVER, made.claim_id, ClaimRetirement(number="H-1"))
    rows = scope2_months(services, VERIFIER, "E-1", 2024)
    month = rows.filter(period="2024-11").row(0, named=True)
    assert month["location_t"] == pytest.approx(1000.5 * 0.5306)
    assert month["market_t"] == pytest.approx(500.5 * 0.6096)
    year = certificate_book(services, COUNTY, "E-1", 2024).whole_year
    assert year.location_t == pytest.approx(12 * 1000.5 * 0.5306)
    assert year.market_t == pytest.approx((12 * 1000.5 - 500) * 0.6096)
    assert year.status == "trial"  # 2024 has no factor of its own: that of 2023 is carried, and said so


def test_reported_green_power_without_certificates_is_told(services):
    said = fact("E-1", "renewable_electricity_used_mwh", "", 2024, 700.0, "MWh") | {"batch_id": "B-8"}
    services.columns.put_facts("B-8", facts([said]))
    make_claim(services, FILLER, draft(count=500))
    words = [w.zh for w in certificate_book(services, FILLER, "E-1", 2024).warnings]
    assert any("200兆瓦时没有证书支持" in w for w in words)


def test_certificates_that_end_soon_are_told_before_they_do(services):
    import_certificates(services, FILLER, table(row(60_001, 60_010, month="2024-02")), "早.csv")
    later = replace(services, clock=_Standing(date(2025, 12, 20)))
    book = certificate_book(later, FILLER, "E-1", 2024)
    told = {(e.generation_month, e.days_left): e.count for e in book.ending}
    assert told == {("2023-05", 11): 100, ("2024-02", 42): 10}
    gone = certificate_book(replace(services, clock=_Standing(date(2026, 1, 1))), FILLER, "E-1", 2024)
    assert gone.totals.expired == 100
    assert "已过期100张" in gone.warnings[0].zh
    assert certificate_book(later, FILLER, "E-1", 2024, date(2025, 3, 1)).totals.expired == 0
    with pytest.raises(BadRequest):
        certificate_book(services, FILLER, "E-1", 2024, date(2027, 1, 1))


class _Standing:
    def __init__(self, day: date) -> None:
        self.day = day

    def today(self) -> date:
        return self.day

    def now(self):
        from fakes import NOW

        return NOW.replace(year=self.day.year, month=self.day.month, day=self.day.day)


def test_each_sees_the_firms_of_the_scope_and_the_public_nothing(services):
    make_claim(services, FILLER, draft())
    assert {r["enterprise_id"] for r in _rows(services, OWNER)} == {"E-1", "E-3"}
    assert {r["enterprise_id"] for r in _rows(services, COUNTY)} == {"E-1"}
    assert {r["enterprise_id"] for r in _rows(services, STRANGER)} == {"E-3"}
    for caller in (PUBLIC, NOBODY):
        with pytest.raises(NotAllowed):
            certificate_book(services, caller, "E-1")
    for caller in (VERIFIER, COUNTY):
        with pytest.raises(NotAllowed):
            make_claim(services, caller, draft())


def test_a_foreign_firm_and_claim_are_answered_like_ones_that_never_were(services):
    made = make_claim(services, FILLER, draft())
    told = []
    for claim_id in (made.claim_id, "GC-0"):
        with pytest.raises(NotFound) as refused:
            claim_view(services, STRANGER, claim_id)
        told.append(str(refused.value).replace(claim_id, "…"))
    assert told[0] == told[1]
    with pytest.raises(NotFound):
        make_claim(services, STRANGER, draft())
    with pytest.raises(NotFound):
        scope2_months(services, STRANGER, "E-1", 2024)


def test_every_writing_leaves_a_line_in_the_audit_trail():
    services = replace(certificate_town(), identities=people())
    made = make_claim(services, FILLER, draft())
    with pytest.raises(AlreadyClaimed):
        make_claim(services, FILLER, draft(purpose="quota", count=None, first_code=made.ranges[0].first_code))
    withdraw_claim(services, APPROVER, made.claim_id, ClaimWithdrawal(reason="误填"))
    lines = [(e.act, e.subject, e.outcome) for e in services.identities.lines if e.act.startswith("certificate")]
    assert lines == [
        ("certificate.claim", "E-1", "ok"),
        ("certificate.claim", "E-1", "failed"),
        ("certificate.withdraw", made.claim_id, "ok"),
    ]


def test_a_loose_draft_is_checked_as_a_request_is():
    made = draft_of({"enterprise_id": "E-1", "purpose": "quota", "month": "2024-11", "count": 3})
    assert made == draft(purpose="quota", count=3)
    for wrong in ({"purpose": "fun"}, {"month": "2024"}, {"count": 0}, {"colour": "green"}):
        with pytest.raises(BadRequest):
            draft_of({"enterprise_id": "E-1", "purpose": "quota", "month": "2024-11"} | wrong)


def test_the_rules_are_anybodys_to_read(services):
    assert certificate_rules(services, PUBLIC).purpose("scope2").electricity


def _rows(services, caller) -> list[dict]:
    return table_page(services, caller, "certificates", TableQuery()).rows


def test_tables_filter_and_count(services):
    make_claim(services, FILLER, draft())
    page = table_page(services, OWNER, "certificates", TableQuery(any_of={"state": ("claimed",)}))
    assert [(r["count"], r["purpose"], r["month"]) for r in page.rows] == [(300.0, "scope2", "2024-11")]
    balances = {r["enterprise_id"]: r for r in table_page(services, OWNER, "certificate_balances", TableQuery()).rows}
    assert (balances["E-1"]["held"], balances["E-1"]["claimed"], balances["E-3"]["held"]) == (10_600, 300, 300)
    frame = pl.DataFrame(page.rows)
    assert frame["evidence"].to_list() == ["绿证.csv › 第2行"]
