"""Certificates to test with: a block of a holder, as the ledger takes it in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from dafeng.account.certificates.ledger import BLOCK_SCHEMA
from dafeng.app.certificates.ports import Claim, Ending, Given

AT = datetime(2025, 3, 1, 2, tzinfo=UTC)
DAY = date(2025, 3, 1)
JANUARY = date(2025, 1, 1)
PREFIX, WIDTH = "GEC-2025-", 8


def block(first: int, last: int, **more: Any) -> dict[str, Any]:
    """A block of GECs bought by E-1, of wind of January 2025."""
    row: dict[str, Any] = dict.fromkeys(BLOCK_SCHEMA) | {
        "kind": "gec", "register": "gec", "prefix": PREFIX, "width": WIDTH, "first_no": first, "last_no": last,
        "source": "wind", "region": "150000", "project": "风电场一期", "generation_month": JANUARY,
        "issued_on": date(2025, 2, 10), "acquired": "bought", "holder": "E-1", "status": "official",
        "file": "绿证.xlsx", "sheet": "绿证", "row": 2, "batch_id": "B-1", "recorded_at": AT, "recorded_by": "填报人",
    }  # fmt: skip
    return row | more


def blocks(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=BLOCK_SCHEMA, orient="row")


def claim(claim_id: str, holder: str = "E-1", **more: Any) -> Claim:
    row: dict[str, Any] = {
        "claim_id": claim_id, "claimant": holder, "purpose": "scope2", "month": JANUARY, "subject": "", "note": "",
        "claimed_on": DAY, "recorded_at": AT, "recorded_by": "填报人",
    }  # fmt: skip
    return Claim(**(row | more))


def uses(*ranges: tuple[int, int, int]) -> pl.DataFrame:
    return pl.DataFrame(
        ranges, schema={"block_no": pl.Int64, "first_off": pl.Int64, "last_off": pl.Int64}, orient="row"
    )


def ending(claim_id: str, act: str, **more: Any) -> Ending:
    row: dict[str, Any] = {"on": DAY, "number": "", "reason": "误填", "recorded_at": AT, "recorded_by": "审核人"}
    return Ending(claim_id=claim_id, act=act, **(row | more))


def given(transfer_id: str, giver: str, taker: str, **more: Any) -> Given:
    row: dict[str, Any] = {"on": DAY, "reason": "集团内划转", "recorded_at": AT, "recorded_by": "审核人"}
    return Given(transfer_id=transfer_id, giver=giver, taker=taker, **(row | more))
