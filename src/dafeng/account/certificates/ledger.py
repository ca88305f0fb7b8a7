"""The ledger of green certificates 绿证台账: where every certificate stands on a day, in double entry.

Certificates are kept as blocks of consecutive codes (10,000 of them in one row). What happens to a part of a block is
a range of offsets within it: a transfer, or a use that belongs to a claim. Everything else is derived: cut at all these
borders a block falls into parts, and each part has one holder and one state on the asked day.

States: free 可用, claimed 已声明, retired 已核销, expired 已过期. Expiry is nobody's act: it follows from the day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import polars as pl

from dafeng.base.provenance import STATUSES
from dafeng.rules.certificates import CertificateRules

FREE, CLAIMED, RETIRED, EXPIRED = STATES = ("free", "claimed", "retired", "expired")
OUTSIDE = ""  # the holder of certificates that were given to somebody outside the programme
_AT = pl.Datetime("us", "UTC")
BLOCK_SCHEMA = pl.Schema(
    {
        "block_no": pl.Int64(),
        "kind": pl.String(),
        "register": pl.String(),
        "prefix": pl.String(),  # the code before its running number
        "width": pl.Int64(),  # digits of the running number
        "first_no": pl.Int64(),
        "last_no": pl.Int64(),
        "source": pl.String(),
        "region": pl.String(),
        "project": pl.String(),
        "generation_month": pl.Date(),
        "issued_on": pl.Date(),
        "stated_until": pl.Date(),  # the last day as the registry prints it; else by rule
        "commissioned_on": pl.Date(),
        "acquired": pl.String(),
        "credited": pl.Boolean(),
        "factor": pl.Float64(),  # tCO2/MWh as the contract says it; else by rule
        "holder": pl.String(),
        "status": pl.String(),
        "file": pl.String(),
        "sheet": pl.String(),
        "row": pl.Int64(),
        "batch_id": pl.String(),
        "recorded_at": _AT,
        "recorded_by": pl.String(),
    }
)
TRANSFER_SCHEMA = pl.Schema(
    {
        "transfer_no": pl.Int64(),
        "transfer_id": pl.String(),
        "block_no": pl.Int64(),
        "first_off": pl.Int64(),
        "last_off": pl.Int64(),
        "giver": pl.String(),
        "taker": pl.String(),
        "on": pl.Date(),
        "reason": pl.String(),
        "recorded_at": _AT,
        "recorded_by": pl.String(),
    }
)
CLAIM_SCHEMA = pl.Schema(
    {
        "claim_id": pl.String(),
        "claimant": pl.String(),
        "purpose": pl.String(),
        "month": pl.Date(),
        "subject": pl.String(),  # what the purpose speaks of: a product, a budget; "" where it needs none
        "note": pl.String(),
        "claimed_on": pl.Date(),
        "recorded_at": _AT,
        "recorded_by": pl.String(),
    }
)
USE_SCHEMA = pl.Schema(
    {"claim_id": pl.String(), "block_no": pl.Int64(), "first_off": pl.Int64(), "last_off": pl.Int64()}
)
ENDING_SCHEMA = pl.Schema(
    {
        "claim_id": pl.String(),
        "act": pl.String(),  # retired | withdrawn
        "on": pl.Date(),
        "number": pl.String(),  # of the registry's retirement statement 核销声明编号
        "reason": pl.String(),
        "recorded_at": _AT,
        "recorded_by": pl.String(),
    }
)
_RANKS = {s: i for i, s in enumerate(STATUSES)}


def _none(schema: pl.Schema) -> pl.DataFrame:
    return pl.DataFrame(schema=schema)


@dataclass(frozen=True)
class Ledger:
    """All that was ever entered, nothing taken out: blocks, transfers, claims with their uses, and how claims ended."""

    blocks: pl.DataFrame = field(default_factory=lambda: _none(BLOCK_SCHEMA))
    transfers: pl.DataFrame = field(default_factory=lambda: _none(TRANSFER_SCHEMA))
    claims: pl.DataFrame = field(default_factory=lambda: _none(CLAIM_SCHEMA))
    uses: pl.DataFrame = field(default_factory=lambda: _none(USE_SCHEMA))
    endings: pl.DataFrame = field(default_factory=lambda: _none(ENDING_SCHEMA))

    def known(self, as_of: datetime) -> Ledger:
        """The ledger as it was known at a moment."""
        told = pl.col("recorded_at") <= as_of
        claims = self.claims.filter(told)
        mine = pl.col("claim_id").is_in(claims["claim_id"].implode())
        return Ledger(
            self.blocks.filter(told),
            self.transfers.filter(told),
            claims,
            self.uses.filter(mine),
            self.endings.filter(told & mine),
        )


def standing(ledger: Ledger, rules: CertificateRules, day: date, *, as_of: datetime | None = None) -> pl.DataFrame:
    """Every certificate that exists on the day, in parts that share holder and state.

    Parameters
    ----------
    ledger : the entries; rules : validity, kinds, contract factors; day : the asked day (its end);
    as_of : only what was known at this moment, entries and rules.

    Returns
    -------
    One row a part, in order of block and code: the block's columns (validity by rule in ``valid_until``, null = open),
    first_off, last_off, count [certificates], mwh [MWh], first_code, last_code, holder, given (how often it changed
    hands), state, and of what is claimed claim_id, purpose, month, claimed_on, retired_on. ``status`` is the worse of
    the entry's and the rule's.
    """
    if as_of is not None:
        ledger = ledger.known(as_of)
    blocks = with_validity(ledger.blocks.filter(pl.col("issued_on") <= day), rules, day, as_of)
    moved = ledger.transfers.filter(pl.col("on") <= day)
    live = live_uses(ledger, day)
    parts = _parts(blocks.with_columns(size=pl.col("last_no") - pl.col("first_no") + 1), moved, live)
    parts = _used(_held(parts, moved), live)
    past = pl.col("valid_until").is_not_null() & (pl.col("valid_until") < day)
    state = (
        pl.when(pl.col("retired_on").is_not_null()).then(pl.lit(RETIRED))
        .when(pl.col("claim_id").is_not_null()).then(pl.lit(CLAIMED))
        .when(past).then(pl.lit(EXPIRED))
        .otherwise(pl.lit(FREE))
    )  # fmt: skip
    return _told(parts.with_columns(state=state), rules).sort("block_no", "first_off")


def live_uses(ledger: Ledger, day: date) -> pl.DataFrame:
    """The uses that stand on the day, with their claim: made by then, and not withdrawn by then."""
    ended = ledger.endings.filter(pl.col("on") <= day)
    gone = ended.filter(pl.col("act") == "withdrawn").select("claim_id")
    done = ended.filter(pl.col("act") == "retired").select("claim_id", retired_on="on", retirement="number")
    claims = ledger.claims.filter(pl.col("claimed_on") <= day).join(gone, on="claim_id", how="anti")
    claims = claims.join(done, on="claim_id", how="left")
    return ledger.uses.join(claims, on="claim_id", how="inner").sort("block_no", "first_off")


def with_validity(
    blocks: pl.DataFrame, rules: CertificateRules, day: date, as_of: datetime | None = None
) -> pl.DataFrame:
    """Add ``valid_until`` (the last day; null = open, or no rule yet) and take the rule's status into ``status``.

    What the registry prints on the certificate outranks the rule.
    """
    until, rank = pl.lit(None, pl.Date), pl.lit(0, pl.UInt8)
    known = None if as_of is None else as_of.date()
    for life in reversed(rules.lives(day, known)):
        fits = pl.col("kind").is_in(list(life.kinds))
        if life.generated_since is not None:
            fits &= pl.col("generation_month") >= life.generated_since
        if life.generated_until is not None:
            fits &= pl.col("generation_month") <= life.generated_until
        end = pl.lit(life.ends_on, pl.Date)
        if life.months is not None:
            end = pl.col("generation_month").dt.offset_by(f"{life.months}mo").dt.offset_by("-1d")
        until = pl.when(fits).then(end).otherwise(until)
        rank = pl.when(fits).then(pl.lit(_RANKS[life.status], pl.UInt8)).otherwise(rank)
    stated = pl.col("stated_until")
    own = pl.col("status").replace_strict(_RANKS, return_dtype=pl.UInt8)
    worse = pl.max_horizontal(own, pl.when(stated.is_null()).then(rank).otherwise(own))
    back = {i: s for s, i in _RANKS.items()}
    return blocks.with_columns(
        valid_until=pl.coalesce(stated, until), status=worse.replace_strict(back, return_dtype=pl.String)
    )


def _parts(blocks: pl.DataFrame, moved: pl.DataFrame, live: pl.DataFrame) -> pl.DataFrame:
    """Cut every block at each border of a transfer or a use: block columns, first_off, last_off."""
    borders = [blocks.select("block_no", off=pl.lit(0, pl.Int64))]
    for ranges in (moved, live):
        borders += [
            ranges.select("block_no", off="first_off"),
            ranges.select("block_no", off=pl.col("last_off") + 1),
        ]
    cuts = pl.concat(borders).unique().sort("block_no", "off")
    cuts = cuts.join(blocks.select("block_no", "size"), on="block_no", how="inner", maintain_order="left")
    cuts = cuts.filter(pl.col("off") < pl.col("size"))
    ends = (pl.col("off").shift(-1).over("block_no") - 1).fill_null(pl.col("size") - 1)
    parts = cuts.select("block_no", first_off="off", last_off=ends)
    return parts.join(blocks, on="block_no", how="left", maintain_order="left")


def _held(parts: pl.DataFrame, moved: pl.DataFrame) -> pl.DataFrame:
    """The holder of each part: the taker of the last transfer over it, else who entered the block; and ``given``."""
    over = parts.select("block_no", "first_off").join(
        moved.select("block_no", "transfer_no", "taker", begins="first_off", ends="last_off"), on="block_no"
    )
    over = over.filter(pl.col("first_off").is_between(pl.col("begins"), pl.col("ends"))).sort("transfer_no")
    last = over.group_by("block_no", "first_off").agg(pl.col("taker").last(), given=pl.len().cast(pl.Int64))
    joined = parts.join(last, on=["block_no", "first_off"], how="left", maintain_order="left")
    return joined.with_columns(
        holder=pl.coalesce("taker", "holder"), given=pl.col("given").fill_null(0)
    ).drop("taker")  # fmt: skip


def _used(parts: pl.DataFrame, live: pl.DataFrame) -> pl.DataFrame:
    """The claim of each part. Uses never overlap, so the last one that begins at or before a part decides."""
    said = ["claim_id", "claimant", "purpose", "month", "subject", "claimed_on", "retired_on", "retirement"]
    uses = live.select("block_no", pl.col("first_off").alias("begins"), "last_off", *said).rename({"last_off": "ends"})
    joined = parts.sort("first_off").join_asof(
        uses.sort("begins"),
        left_on="first_off",
        right_on="begins",
        by="block_no",
        strategy="backward",
        check_sortedness=False,
    )
    inside = (pl.col("ends") >= pl.col("first_off")).fill_null(value=False)
    return joined.with_columns(pl.when(inside).then(pl.col(n)).alias(n) for n in said).drop("begins", "ends")


def _told(parts: pl.DataFrame, rules: CertificateRules) -> pl.DataFrame:
    """Add count, mwh and the codes."""
    mwh = {k.id: k.mwh for k in rules.kinds}
    count = pl.col("last_off") - pl.col("first_off") + 1
    return parts.with_columns(
        count=count,
        mwh=count * pl.col("kind").replace_strict(mwh, return_dtype=pl.Float64),
        first_code=code_at("first_off"),
        last_code=code_at("last_off"),
    ).drop("size")


def code_at(offset: str) -> pl.Expr:
    """The code of the certificate at an offset of its block."""
    number = (pl.col("first_no") + pl.col(offset)).cast(pl.String)
    return pl.col("prefix") + number.str.zfill(pl.col("width"))


def postings(ledger: Ledger, rules: CertificateRules, day: date) -> pl.DataFrame:
    """The ledger in double entry 复式记账: entry, on, account, holder, count; each entry's counts add to nothing.

    Accounts: issued (source, negative), free, claimed, retired, expired, outside. A claim takes from free and gives to
    claimed; expiry takes from free on the day after the last.
    """
    blocks = with_validity(ledger.blocks.filter(pl.col("issued_on") <= day), rules, day)
    size = (pl.col("last_no") - pl.col("first_no") + 1).alias("count")
    issue = blocks.select(pl.format("B-{}", "block_no").alias("entry"), "holder", size, on="issued_on")
    moved = ledger.transfers.filter(pl.col("on") <= day).with_columns(count=_length())
    claims = ledger.uses.with_columns(count=_length()).join(
        ledger.claims.filter(pl.col("claimed_on") <= day), on="claim_id"
    )
    ended = claims.join(ledger.endings.filter(pl.col("on") <= day), on="claim_id", suffix="_ended")
    back, done = (ended.filter(pl.col("act") == act) for act in ("withdrawn", "retired"))
    late = standing(ledger, rules, day).filter(pl.col("state") == EXPIRED, pl.col("holder") != OUTSIDE)
    expired = late.select(entry=pl.format("X-{}", "block_no"), holder="holder", count="count", on=pl.lit(day))
    made = claims.select(entry="claim_id", holder="claimant", count="count", on="claimed_on")
    undone, finished = (
        rows.select(entry=pl.col("claim_id") + f"-{act}", holder="claimant", count="count", on="on")
        for rows, act in ((back, "W"), (done, "R"))
    )
    pairs = [
        _pair(issue.select("entry", "holder", "count", "on"), "issued", FREE),
        _pair(made, FREE, CLAIMED),
        _pair(undone, CLAIMED, FREE),
        _pair(finished, CLAIMED, RETIRED),
        _pair(expired, FREE, EXPIRED),
        _side(moved.select(entry="transfer_id", holder="giver", count=-pl.col("count"), on="on"), FREE),
        _side(moved.select(entry="transfer_id", holder="taker", count="count", on="on"), FREE),
    ]
    rows = pl.concat(pairs)
    return rows.with_columns(
        account=pl.when((pl.col("holder") == OUTSIDE) & (pl.col("account") == FREE))
        .then(pl.lit("outside"))
        .otherwise("account")
    ).sort("on", "entry", "account", "holder")


def _length() -> pl.Expr:
    return pl.col("last_off") - pl.col("first_off") + 1


def _side(rows: pl.DataFrame, account: str) -> pl.DataFrame:
    return rows.select("entry", "on", pl.lit(account).alias("account"), "holder", pl.col("count").cast(pl.Int64))


def _pair(rows: pl.DataFrame, source: str, target: str) -> pl.DataFrame:
    """Out of one account into another, of the same holder."""
    return pl.concat([_side(rows.with_columns(-pl.col("count")), source), _side(rows, target)])


def balance(parts: pl.DataFrame, by: Sequence[str] = ("holder",)) -> pl.DataFrame:
    """Certificates by state and group: held, free, claimed, retired, expired [certificates] and their sum's MWh.

    held = free + claimed + retired + expired: what was issued to or taken over by the holder, less what he gave away.
    """
    counts = [pl.col("count").filter(pl.col("state") == s).sum().cast(pl.Int64).alias(s) for s in STATES]
    grouped = parts.filter(pl.col("holder") != OUTSIDE).group_by(list(by), maintain_order=True)
    return grouped.agg(pl.col("count").sum().cast(pl.Int64).alias("held"), *counts, pl.col("mwh").sum()).sort(list(by))
