"""Routes of the certificate ledger 绿证台账. Lists are the tables ``certificates``, ``certificate_claims`` and
``certificate_balances``."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import msgspec
from anyio.to_thread import run_sync
from litestar import Response, get, post
from litestar.params import JSONBody, Parameter

from dafeng.api.files import WORKBOOK, Upload, file_answer
from dafeng.api.given import Caller, Services
from dafeng.app.certificates import acts as certificate_acts
from dafeng.app.certificates import files as certificate_files
from dafeng.app.certificates import holdings as certificates
from dafeng.app.certificates.files import CertificateImport
from dafeng.app.certificates.shapes import (
    CertificateBook,
    CertificateTransfer,
    ClaimDraft,
    ClaimRetirement,
    ClaimView,
    ClaimWithdrawal,
)
from dafeng.app.evidences import MOST_BYTES
from dafeng.rules.certificates import CertificateRules

Firm = Annotated[str | None, Parameter(description="Enterprise id; all in scope where left out.", max_length=60)]
Year = Annotated[int | None, Parameter(description="Year of the months.", ge=1990, le=2100)]
Day = Annotated[date | None, Parameter(description="The ledger as of this day; today where left out.")]
ClaimId = Annotated[str, Parameter(description="Id of the claim.", max_length=80)]


class GivenOn(msgspec.Struct, frozen=True, kw_only=True):
    """How many certificates were given on."""

    count: int


class Scope2Row(msgspec.Struct, frozen=True, kw_only=True):
    """Scope 2 of a month (or year) by both methods; null is missing, with the reason in note."""

    period: str
    electricity_mwh: float | None
    claimed_mwh: float  # retired
    open_mwh: float  # claimed and not retired yet: not counted
    contract_t: float | None
    residual_factor: float | None
    location_t: float | None
    market_t: float | None
    status: str
    note: str | None
    note_en: str | None


@get("/certificates", operation_id="certificate_book", tags=["certificates"], summary="绿证台账", sync_to_thread=True)
def certificate_book(
    services: Services, caller: Caller, enterprise: Firm = None, year: Year = None, day: Day = None
) -> CertificateBook:
    """The ledger of a firm, or of all in scope: balance, months, scope 2 by both methods, what ends soon."""
    return certificates.certificate_book(services, caller, enterprise, year, day)


@get(
    "/certificates/scope2",
    operation_id="certificate_scope2",
    tags=["certificates"],
    summary="范围二双重报告",
    sync_to_thread=True,
)
def certificate_scope2(
    services: Services,
    caller: Caller,
    enterprise: Annotated[str, Parameter(description="Enterprise id.", max_length=60)],
    year: Annotated[int, Parameter(description="Year.", ge=1990, le=2100)],
) -> list[Scope2Row]:
    """Scope 2 of a firm by the location-based and the market-based method, month by month."""
    rows = certificates.scope2_months(services, caller, enterprise, year).drop("subject_id")
    return [Scope2Row(**row) for row in rows.to_dicts()]


@get(
    "/certificates/rules",
    operation_id="certificate_rules",
    tags=["certificates"],
    summary="绿证规则",
    sync_to_thread=True,
)
def certificate_rules(services: Services, caller: Caller) -> CertificateRules:
    """Kinds, validity, months, bars and factors, each with its dates, source and status."""
    return certificates.certificate_rules(services, caller)


@get(
    "/certificates/template",
    operation_id="certificate_template",
    tags=["certificates"],
    summary="绿证登记表模板",
    sync_to_thread=True,
    responses={200: WORKBOOK},
)
def certificate_template(services: Services, caller: Caller) -> Response[bytes]:
    """The empty table."""
    return file_answer(certificate_files.certificate_template(services, caller))


@post(
    "/certificates/workbook",
    operation_id="certificate_import",
    tags=["certificates"],
    summary="导入绿证登记表",
    status_code=200,
    request_max_body_size=MOST_BYTES + 64 * 1024,
)
async def certificate_import(services: Services, caller: Caller, data: Upload) -> CertificateImport:
    """Take a table in; what is wrong comes back row by row."""
    given = await data.file.read(MOST_BYTES + 1)
    return await run_sync(certificate_files.import_certificates, services, caller, given, data.file.filename)


@post(
    "/certificates/proposals",
    operation_id="certificate_propose",
    tags=["certificates"],
    summary="试算绿证声明",
    status_code=200,
    sync_to_thread=True,
)
def certificate_propose(services: Services, caller: Caller, data: JSONBody[ClaimDraft]) -> ClaimView:
    """What a claim would take; nothing is written."""
    return certificate_acts.propose_claim(services, caller, data)


@post(
    "/certificates/claims",
    operation_id="certificate_claim",
    tags=["certificates"],
    summary="声明绿证",
    sync_to_thread=True,
)
def certificate_claim(services: Services, caller: Caller, data: JSONBody[ClaimDraft]) -> ClaimView:
    """Claim certificates; 409 names the first claim where one is used already."""
    return certificate_acts.make_claim(services, caller, data)


@get(
    "/certificates/claims/{id:str}",
    operation_id="certificate_claim_view",
    tags=["certificates"],
    summary="绿证声明",
    sync_to_thread=True,
)
def certificate_claim_view(services: Services, caller: Caller, id: ClaimId) -> ClaimView:
    """A claim as it stands."""
    return certificate_acts.claim_view(services, caller, id)


@post(
    "/certificates/claims/{id:str}/retirement",
    operation_id="certificate_retire",
    tags=["certificates"],
    summary="核销绿证",
    status_code=200,
    sync_to_thread=True,
)
def certificate_retire(services: Services, caller: Caller, id: ClaimId, data: JSONBody[ClaimRetirement]) -> ClaimView:
    """Enter the retirement of a claim's certificates; that cannot be undone."""
    return certificate_acts.retire_claim(services, caller, id, data)


@post(
    "/certificates/claims/{id:str}/withdrawal",
    operation_id="certificate_withdraw",
    tags=["certificates"],
    summary="撤回绿证声明",
    status_code=200,
    sync_to_thread=True,
)
def certificate_withdraw(services: Services, caller: Caller, id: ClaimId, data: JSONBody[ClaimWithdrawal]) -> ClaimView:
    """Take back a claim that has not been retired."""
    return certificate_acts.withdraw_claim(services, caller, id, data)


@post(
    "/certificates/transfers",
    operation_id="certificate_transfer",
    tags=["certificates"],
    summary="划转绿证",
    status_code=200,
    sync_to_thread=True,
)
def certificate_transfer(services: Services, caller: Caller, data: JSONBody[CertificateTransfer]) -> GivenOn:
    """Give free certificates on to another firm, or out of the programme."""
    return GivenOn(count=certificate_acts.give_certificates(services, caller, data))


handlers: list[Any] = [
    certificate_book,
    certificate_scope2,
    certificate_rules,
    certificate_template,
    certificate_import,
    certificate_propose,
    certificate_claim,
    certificate_claim_view,
    certificate_retire,
    certificate_withdraw,
    certificate_transfer,
]
