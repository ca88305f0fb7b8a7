"""Writing into the certificate ledger 绿证台账操作: claim, retire, withdraw, give on. Each certificate once.

A claim is checked against what the ledger holds at this moment and written on the version of the firm's book; if
somebody else wrote meanwhile it is checked again, so that a second claim is always refused with the name of the first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

import msgspec
import polars as pl

from dafeng.account.certificates.claims import Wanted, check_electricity, proposal, split_code
from dafeng.account.certificates.ledger import FREE, OUTSIDE, Ledger, standing
from dafeng.app.cases import firm_row, visible_firms
from dafeng.app.certificates.entry import ledger_store
from dafeng.app.certificates.holdings import bought_mwh, claim_named, claimed_mwh
from dafeng.app.certificates.ports import Claim, Ending, Given, TakenMeanwhile
from dafeng.app.certificates.shapes import (
    CertificateTransfer,
    ClaimDraft,
    ClaimRange,
    ClaimRetirement,
    ClaimView,
    ClaimWithdrawal,
)
from dafeng.app.identity.audit import audited
from dafeng.app.permission import may, use_case
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest, StaleRecord
from dafeng.base.periods import Period
from dafeng.base.provenance import content_id
from dafeng.rules.certificates import CertificateRules, packaged_certificate_rules

_TRIES = 5
T = TypeVar("T")


def draft_of(given: Mapping[str, Any]) -> ClaimDraft:
    """A draft from loose values, checked as a request is. Raises BadRequest."""
    try:
        return msgspec.convert(dict(given), ClaimDraft)
    except msgspec.ValidationError as error:
        raise BadRequest(
            f"this is no claim: {error}",
            mend="Purpose is scope2, quota, budget or footprint; month as 2025-03; count 1 or more.",
            zh="声明的用途、月份或张数不合要求",
            mend_zh="用途为 scope2、quota、budget 或 footprint；月份如 2025-03；张数为正整数。",
        ) from error


@use_case("certificate.claim", writes=False)
def propose_claim(services: Services, caller: Caller, draft: ClaimDraft) -> ClaimView:
    """What a claim would take; nothing is written. Raises as ``make_claim`` does."""
    view, _, _ = _checked(services, caller, draft)
    return view


@use_case("certificate.claim")
def make_claim(services: Services, caller: Caller, draft: ClaimDraft) -> ClaimView:
    """Claim certificates for a purpose and a month.

    Raises AlreadyClaimed (409) with the name of the first claim, ClaimRefused where rules or electricity do not allow
    it, NotFound for a firm outside the scope.
    """

    def once() -> ClaimView:
        view, taken, version = _checked(services, caller, draft)
        now = services.clock.now()
        ranges = "\n".join(f"{r.first_code} {r.last_code}" for r in view.ranges)
        claim_id = content_id("GC", draft.enterprise_id, draft.purpose, draft.month, now.isoformat(), ranges)
        head = Claim(
            claim_id, draft.enterprise_id, draft.purpose, _first(draft.month), draft.subject, draft.note,
            services.clock.today(), now, caller.name,
        )  # fmt: skip
        ledger_store(services).claim(head, taken, {draft.enterprise_id: version})
        return claim_view(services, caller, claim_id)

    return _again(once)


@use_case("certificate.see")
def claim_view(services: Services, caller: Caller, claim_id: str) -> ClaimView:
    """A claim as it stands. Raises NotFound, in the same words for a foreign one."""
    head = claim_named(services, claim_id, list(visible_firms(services, caller)))
    return _view(services, caller, head)


@audited("certificate.retire", "claim_id")
@use_case("certificate.settle")
def retire_claim(services: Services, caller: Caller, claim_id: str, given: ClaimRetirement) -> ClaimView:
    """Enter that the registry has retired the certificates of a claim 核销; that cannot be undone."""
    today = services.clock.today()

    def ending(head: dict[str, Any]) -> Ending:
        on = given.on or today
        if not head["claimed_on"] <= on <= today:
            raise BadRequest(
                f"the day of retirement is {on}, the claim of {head['claimed_on']}",
                where="on",
                mend="Give a day from the claim to today.",
                zh=f"核销日期{on}不在声明日({head['claimed_on']})至今天之间",
                mend_zh="请更正核销日期。",
            )
        return Ending(claim_id, "retired", on, given.number.strip(), "", services.clock.now(), caller.name)

    return _end(services, caller, claim_id, ending)


@audited("certificate.withdraw", "claim_id")
@use_case("certificate.settle")
def withdraw_claim(services: Services, caller: Caller, claim_id: str, given: ClaimWithdrawal) -> ClaimView:
    """Take back a claim that has not been retired; its certificates are free again. It stays on record."""
    today, now = services.clock.today(), services.clock.now()
    return _end(
        services,
        caller,
        claim_id,
        lambda head: Ending(claim_id, "withdrawn", today, "", given.reason.strip(), now, caller.name),
    )


@audited("certificate.transfer", "enterprise_id")
@use_case("certificate.settle")
def give_certificates(services: Services, caller: Caller, given: CertificateTransfer) -> int:
    """Give free certificates on to another firm of the programme, or out of it; how many were given.

    Raises BadRequest where they are used, expired or have changed hands as often as their kind may.
    """
    firm_row(services, caller, given.enterprise_id)
    if given.taker != OUTSIDE:
        _require_taker(services, given)

    def once() -> int:
        store, now = ledger_store(services), services.clock.now()
        books = {holder: store.version(holder) for holder in {given.enterprise_id, given.taker} - {OUTSIDE}}
        taken = _to_give(services, given)
        transfer_id = content_id("GT", given.enterprise_id, given.taker, given.first_code, now.isoformat())
        head = Given(
            transfer_id, given.enterprise_id, given.taker, services.clock.today(), given.reason, now, caller.name
        )
        store.give(head, taken, books)
        return int(taken["count"].sum())

    return _again(once)


# -- how it is done ----------------------------------------------------------------------------------------------------


def _again(once: Callable[[], T]) -> T:
    """Do it; where somebody wrote meanwhile look again and do it on what stands now."""
    for _ in range(_TRIES - 1):
        try:
            return once()
        except TakenMeanwhile:
            continue
    return once()


def _first(month: str) -> date:
    return Period.parse(month).first


def _checked(services: Services, caller: Caller, draft: ClaimDraft) -> tuple[ClaimView, pl.DataFrame, int]:
    """The claim as it would stand, the ranges it takes, and the version of the book this was seen at."""
    firm = firm_row(services, caller, draft.enterprise_id)
    store, rules, today = ledger_store(services), packaged_certificate_rules(), services.clock.today()
    version = store.version(draft.enterprise_id)  # before the ledger is read: what comes between is noticed
    parts = standing(store.ledger(draft.enterprise_id), rules, today)
    month = _first(draft.month)
    if month > today:
        raise BadRequest(
            f"{draft.month} is still to come",
            where="month",
            mend="Claim when the electricity has been used.",
            zh=f"{draft.month}尚未到来，还没有可声明的电量",
            mend_zh="请在用电之后再声明。",
        )
    codes = (draft.first_code, draft.last_code or draft.first_code) if draft.first_code else None
    wanted = Wanted(draft.enterprise_id, draft.purpose, month, today, draft.count, codes)
    taken = proposal(parts, wanted, rules)
    bought = bought_mwh(services, draft.enterprise_id, month)
    before = claimed_mwh(parts, draft.enterprise_id, draft.purpose, month)
    check_electricity(wanted, float(taken["mwh"].sum()), before, bought, rules)
    view = ClaimView(
        claim_id=None,
        state="proposed",
        enterprise_id=draft.enterprise_id,
        name=firm["name"],
        purpose=draft.purpose,
        month=draft.month,
        count=int(taken["count"].sum()),
        mwh=float(taken["mwh"].sum()),
        electricity_mwh=bought,
        claimed_before_mwh=before,
        ranges=_ranges(taken),
        subject=draft.subject,
        note=draft.note,
    )
    return view, taken, version


def _ranges(rows: pl.DataFrame) -> tuple[ClaimRange, ...]:
    return tuple(
        ClaimRange(
            first_code=r["first_code"],
            last_code=r["last_code"],
            count=r["count"],
            mwh=r["mwh"],
            kind=r["kind"],
            source=r["source"],
            generation_month=f"{r['generation_month']:%Y-%m}",
            valid_until=r["valid_until"].isoformat() if r["valid_until"] else None,
        )
        for r in rows.iter_rows(named=True)
    )


def _view(services: Services, caller: Caller, head: dict[str, Any]) -> ClaimView:
    """A written claim; of a withdrawn one the ranges as they were on the day before it was withdrawn."""
    store, rules, today = ledger_store(services), packaged_certificate_rules(), services.clock.today()
    ledger = store.ledger(head["claimant"])
    ends = ledger.endings.filter(claim_id=head["claim_id"])
    end = ends.row(0, named=True) if ends.height else None
    withdrawn = end is not None and end["act"] == "withdrawn"
    if withdrawn:  # as it stood: without its ending, and without whoever took the same certificates afterwards
        mine = pl.col("claim_id") == head["claim_id"]
        ledger = replace(
            ledger, claims=ledger.claims.filter(mine), uses=ledger.uses.filter(mine), endings=ledger.endings.clear()
        )
    parts = standing(ledger, rules, today).filter(claim_id=head["claim_id"])
    month = head["month"]
    return ClaimView(
        claim_id=head["claim_id"],
        state="claimed" if end is None else end["act"],
        enterprise_id=head["claimant"],
        name=firm_row(services, caller, head["claimant"])["name"],
        purpose=head["purpose"],
        month=f"{month:%Y-%m}",
        count=int(parts["count"].sum()),
        mwh=float(parts["mwh"].sum()),
        electricity_mwh=bought_mwh(services, head["claimant"], month),
        claimed_before_mwh=_others(ledger, head, rules, today),
        ranges=_ranges(parts),
        subject=head["subject"],
        note=head["note"],
        claimed_on=head["claimed_on"].isoformat(),
        claimed_by=head["recorded_by"],
        ended_on=end["on"].isoformat() if end else None,
        retirement=end["number"] if end else "",
        reason=end["reason"] if end else "",
        may_end=end is None and may(caller, "certificate.settle"),
    )


def _others(ledger: Ledger, head: dict[str, Any], rules: CertificateRules, today: date) -> float:
    """Electricity of the other claims of the same purpose on the same month [MWh]."""
    parts = standing(ledger, rules, today).filter(pl.col("claim_id") != head["claim_id"])
    return claimed_mwh(parts, head["claimant"], head["purpose"], head["month"])


def _end(services: Services, caller: Caller, claim_id: str, made: Callable[[dict[str, Any]], Ending]) -> ClaimView:
    head = claim_named(services, claim_id, list(visible_firms(services, caller)))

    def once() -> ClaimView:
        store = ledger_store(services)
        version = store.version(head["claimant"])
        ended = store.ledger(head["claimant"]).endings.filter(claim_id=claim_id)
        if ended.height:
            raise _over(ended.row(0, named=True))
        store.end(made(head), {head["claimant"]: version})
        return _view(services, caller, head)

    return _again(once)


class ClaimOver(StaleRecord):
    """A claim that was retired or withdrawn already."""

    status = 409


def _over(end: dict[str, Any]) -> ClaimOver:
    retired = end["act"] == "retired"
    return ClaimOver(
        f"the claim was {end['act']} on {end['on']}",
        where=end["claim_id"],
        mend="Nothing more can be done with it; make another claim where one is needed.",
        zh=f"此项声明已于{end['on']}{'核销' if retired else '撤回'}",
        mend_zh="不能再办理；确有需要请另行声明。",
    )


def _require_taker(services: Services, given: CertificateTransfer) -> None:
    known = services.records.registry("enterprises")["enterprise_id"]
    if given.taker == given.enterprise_id or given.taker not in known:
        raise BadRequest(
            "the taker is another enterprise of the programme, or nobody",
            where="taker",
            mend="Choose one of the registry; leave it empty where they leave the programme.",
            zh="接收方应为名录中的另一家企业",
            mend_zh="请从企业名录中选择；转出本方案的不填接收方。",
        )


def _to_give(services: Services, given: CertificateTransfer) -> pl.DataFrame:
    """The ranges to give, whole: all free, all held, none given on as often as it may be."""
    store, rules, today = ledger_store(services), packaged_certificate_rules(), services.clock.today()
    parts = standing(store.ledger(given.enterprise_id), rules, today)
    (prefix, first, width), (_, last, _) = (
        split_code(c) for c in (given.first_code, given.last_code or given.first_code)
    )
    mine = parts.filter(holder=given.enterprise_id, prefix=prefix, width=width).with_columns(
        lo=pl.col("first_no") + pl.col("first_off"), hi=pl.col("first_no") + pl.col("last_off")
    )
    inside = mine.filter(pl.col("lo") <= last, pl.col("hi") >= first).with_columns(
        first_off=pl.col("first_off") + (first - pl.col("lo")).clip(lower_bound=0),
        last_off=pl.col("last_off") - (pl.col("hi") - last).clip(lower_bound=0),
    )
    inside = inside.with_columns(count=pl.col("last_off") - pl.col("first_off") + 1)
    found, free = int(inside["count"].sum()), int(inside.filter(pl.col("state") == FREE)["count"].sum())
    if found < last - first + 1 or free < found:
        raise BadRequest(
            f"of {last - first + 1} certificates the giver holds {found}, {free} of them free",
            where=given.first_code,
            mend="Give on what is free only.",
            zh=f"拟划转{last - first + 1}张，本单位持有{found}张，其中可用{free}张",
            mend_zh="只能划转未使用、未过期的绿证。",
        )
    trades = rules.most_trades(today)
    traded = pl.col("given") + pl.col("acquired").is_in(["bought", "bundled"]).cast(pl.Int64)
    spent = inside.filter(traded >= pl.col("kind").replace_strict(trades, default=None, return_dtype=pl.Int64))
    if spent.height:
        raise BadRequest(
            f"{int(spent['count'].sum())} of these certificates have changed hands once, as often as they may",
            where=given.first_code,
            mend="National certificates are traded once.",
            zh=f"其中{int(spent['count'].sum())}张已交易过一次，不能再次转让",
            mend_zh="国家绿证只能交易一次。",
        )
    return inside.select("block_no", "first_off", "last_off", "count")
