"""Port of the certificate ledger 绿证台账端口: what was entered, claimed, given on; each certificate once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

import polars as pl

from dafeng.account.certificates.ledger import Ledger
from dafeng.base.errors import StaleRecord


class TakenMeanwhile(StaleRecord):
    """The store refused: certificates of this write stand in another one already, or the book was written to."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The head of a claim; see ``certificates.CLAIM_SCHEMA``."""

    claim_id: str
    claimant: str
    purpose: str
    month: date
    subject: str
    note: str
    claimed_on: date
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class Ending:
    """How a claim ended: retired 核销 (with the registry's number) or withdrawn 撤回 (with the reason)."""

    claim_id: str
    act: str
    on: date
    number: str
    reason: str
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class Given:
    """A transfer 划转 of ranges; the rows (block_no, first_off, last_off) come beside it."""

    transfer_id: str
    giver: str
    taker: str
    on: date
    reason: str
    recorded_at: datetime
    recorded_by: str


Books = Mapping[str, int]  # holder → the version of his book that a write was made on


class CertificateStore(Protocol):
    """Only grows. Every write names the versions of the books it was made on, and is whole or not at all.

    A write raises TakenMeanwhile where a book has another version by now, or where a certificate of it is taken.
    """

    def ledger(self, holder: str | None = None) -> Ledger:
        """All entries; of one holder those of every block that he entered or took over."""
        ...

    def version(self, holder: str) -> int:
        """The version of a holder's book; 0 where there is none yet."""
        ...

    def enter(self, blocks: pl.DataFrame, on: Books) -> None:
        """Add blocks (BLOCK_SCHEMA without block_no)."""
        ...

    def claim(self, claim: Claim, uses: pl.DataFrame, on: Books) -> None:
        """Add a claim with its uses (block_no, first_off, last_off)."""
        ...

    def end(self, ending: Ending, on: Books) -> None:
        """Retire or withdraw a claim; once."""
        ...

    def give(self, given: Given, ranges: pl.DataFrame, on: Books) -> None:
        """Move ranges to another holder."""
        ...

    def revision(self) -> tuple[int, ...]:
        """Changes whenever the ledger does."""
        ...
