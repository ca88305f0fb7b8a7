"""What the certificate ledger is asked and answers 绿证台账数据: claims as asked, and what pages are told."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec

from dafeng.app.pages.shapes import Words

_Text = Annotated[str, msgspec.Meta(max_length=1000)]
_Code = Annotated[str, msgspec.Meta(max_length=120)]
_Count = Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)]
_Month = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


class ClaimDraft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A claim as asked: so many certificates (what ends first goes first), or those of a range of codes.

    subject: what the purpose speaks of, a product or a budget, where it needs one.
    """

    enterprise_id: Annotated[str, msgspec.Meta(max_length=60)]
    purpose: Literal["scope2", "quota", "budget", "footprint"]
    month: _Month
    count: _Count | None = None
    first_code: _Code = ""
    last_code: _Code = ""
    subject: Annotated[str, msgspec.Meta(max_length=200)] = ""
    note: _Text = ""


class ClaimRetirement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Retiring what is claimed: the number under which the registry has retired the certificates."""

    number: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    on: date | None = None  # today where it is left out


class ClaimWithdrawal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Taking back a claim that has not been retired."""

    reason: Annotated[str, msgspec.Meta(min_length=2, max_length=1000)]


class CertificateTransfer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Giving certificates on; taker "" is somebody outside the programme."""

    enterprise_id: Annotated[str, msgspec.Meta(max_length=60)]
    taker: Annotated[str, msgspec.Meta(max_length=60)] = ""
    first_code: _Code
    last_code: _Code = ""
    reason: Annotated[str, msgspec.Meta(min_length=2, max_length=1000)]


class ClaimRange(msgspec.Struct, frozen=True, kw_only=True):
    """Consecutive certificates of a claim."""

    first_code: str
    last_code: str
    count: int
    mwh: float
    kind: str
    source: str
    generation_month: str
    valid_until: str | None


class ClaimView(msgspec.Struct, frozen=True, kw_only=True):
    """A claim: what it takes, of which electricity, and where it stands (proposed: nothing is written yet)."""

    claim_id: str | None
    state: Literal["proposed", "claimed", "retired", "withdrawn"]
    enterprise_id: str
    name: str
    purpose: str
    month: str
    count: int
    mwh: float
    electricity_mwh: float | None
    claimed_before_mwh: float
    ranges: tuple[ClaimRange, ...]
    subject: str = ""
    note: str = ""
    claimed_on: str | None = None
    claimed_by: str = ""
    ended_on: str | None = None
    retirement: str = ""
    reason: str = ""
    may_end: bool = False


class KindName(msgspec.Struct, frozen=True, kw_only=True):
    """A code with its name."""

    id: str
    name: Words


class PurposeView(msgspec.Struct, frozen=True, kw_only=True):
    """What claims may be for; electricity: they cannot exceed the electricity of their month."""

    id: str
    name: Words
    electricity: bool


class CertificateCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Certificates: held = free + claimed + retired + expired."""

    held: int
    free: int
    claimed: int
    retired: int
    expired: int
    mwh: float


class PurposeUse(msgspec.Struct, frozen=True, kw_only=True):
    """Of one purpose in one month: claimed, and what could still be claimed (None: the electricity is missing)."""

    purpose: str
    claimed_mwh: float
    left_mwh: float | None


class MonthBalance(msgspec.Struct, frozen=True, kw_only=True):
    """One month: certificates generated in it, claims on its electricity, scope 2 by both methods.

    electricity_mwh: net purchased; None where it is missing. residual_factor: None where none is in force.
    """

    month: str
    generated: CertificateCounts
    electricity_mwh: float | None
    uses: tuple[PurposeUse, ...]
    location_t: float | None
    market_t: float | None
    residual_factor: float | None
    status: str
    note: Words | None


class EndingSoon(msgspec.Struct, frozen=True, kw_only=True):
    """Free certificates that end soon: how many, of which firm and month, and in how many days."""

    enterprise_id: str
    name: str
    kind: str
    count: int
    generation_month: str
    valid_until: str
    days_left: int


class YearBalance(msgspec.Struct, frozen=True, kw_only=True):
    """The year of one firm; a result is None where a month is missing (``there`` of ``due`` have one)."""

    electricity_mwh: float | None
    claimed_mwh: float  # retired
    open_mwh: float  # claimed and not retired yet: the market-based result does not count it
    location_t: float | None
    market_t: float | None
    status: str
    there: int
    due: int
    reported_mwh: float | None  # renewable electricity that the firm reports beside the ledger
    residual_source: str
    residual_words: Words
    residual_status: str


class CertificateBook(msgspec.Struct, frozen=True, kw_only=True):
    """The ledger of one firm, or of all the caller sees, on a day."""

    day: str
    year: int
    enterprise_id: str | None
    name: str
    totals: CertificateCounts
    months: tuple[MonthBalance, ...]
    whole_year: YearBalance | None  # of one firm
    ending: tuple[EndingSoon, ...]
    ending_more: int
    purposes: tuple[PurposeView, ...]
    kinds: tuple[KindName, ...]
    firms: tuple[tuple[str, str], ...]  # id and name of those with certificates, or that the caller claims for
    warnings: tuple[Words, ...]
    may_claim: bool
    may_settle: bool
    may_enter: bool
    synthetic: bool
