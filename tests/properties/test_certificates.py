"""Any history of certificates against a ledger of single ones: nothing is claimed twice, nothing is lost.

The model keeps one line for each certificate; the ledger keeps ranges. Both are led through the same acts on the same
days and must agree on every one.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "app"))

from certificate_fakes import MemoryCertificates
from certificate_samples import block, blocks, claim, ending
from certificate_samples import given as handed

from dafeng.account.certificates.claims import AlreadyClaimed, ClaimRefused, Wanted, proposal
from dafeng.account.certificates.ledger import balance, postings, standing
from dafeng.rules.certificates import packaged_certificate_rules

RULES = packaged_certificate_rules()
FIRST = date(2025, 2, 10)
HOLDERS = ("E-1", "E-2")
PURPOSES = ("scope2", "quota", "budget", "footprint")
# number of the first, how many, holder, month of generation (validity: 24 months, or the end of 2025)
BLOCKS = ((1, 40, "E-1", date(2025, 1, 1)), (101, 30, "E-1", date(2024, 3, 1)), (201, 25, "E-2", date(2023, 6, 1)))
ENDS = {1: date(2026, 12, 31), 101: date(2026, 2, 28), 201: date(2025, 12, 31)}

steps = st.lists(
    st.tuples(
        st.sampled_from(("claim", "claim", "codes", "retire", "withdraw", "give", "wait")),
        st.sampled_from(HOLDERS),
        st.integers(1, 45),
        st.integers(0, 60),
        st.sampled_from(PURPOSES),
    ),
    min_size=1,
    max_size=14,
)


@dataclass
class Model:
    """One line for each certificate: who holds it, which claim it supports, whether that is retired."""

    holder: dict[int, str]
    end: dict[int, date]
    claim: dict[int, str] = field(default_factory=dict)
    retired: set[str] = field(default_factory=set)

    def state(self, number: int, day: date) -> str:
        if number in self.claim:
            return "retired" if self.claim[number] in self.retired else "claimed"
        return "expired" if day > self.end[number] else "free"


class Town:
    """Both ledgers, and the day."""

    def __init__(self) -> None:
        self.store, self.day, self.claims = MemoryCertificates(), FIRST, 0
        rows = [
            block(n, n + size - 1, holder=holder, generation_month=month, acquired="issued", issued_on=FIRST)
            for n, size, holder, month in BLOCKS
        ]
        self.store.enter(blocks(*rows), {"E-1": 0, "E-2": 0})
        numbers = {n + i: (holder, n) for n, size, holder, _ in BLOCKS for i in range(size)}
        self.model = Model({n: h for n, (h, _) in numbers.items()}, {n: ENDS[b] for n, (_, b) in numbers.items()})

    def act(self, kind: str, holder: str, count: int, days: int, purpose: str) -> None:
        getattr(self, f"_{kind}")(holder, count, days, purpose)

    def _wait(self, holder: str, count: int, days: int, purpose: str) -> None:
        self.day += timedelta(days=days)

    def _claim(self, holder: str, count: int, days: int, purpose: str) -> None:
        self._try(Wanted(holder, purpose, self._month(), self.day, count))

    def _codes(self, holder: str, count: int, days: int, purpose: str) -> None:
        first = (1, 101, 201)[count % 3] + days % 20
        codes = (f"GEC-2025-{first:08d}", f"GEC-2025-{first + count % 7:08d}")
        self._try(Wanted(holder, purpose, self._month(), self.day, codes=codes))

    def _month(self) -> date:
        return self.day.replace(day=1)

    def _try(self, wanted: Wanted) -> None:
        parts = standing(self.store.ledger(wanted.claimant), RULES, self.day)
        try:
            taken = proposal(parts, wanted, RULES)
        except AlreadyClaimed as refused:
            self._named_first(wanted, refused)
            return
        except ClaimRefused:
            return
        self.claims += 1
        claim_id = f"C-{self.claims}"
        head = claim(claim_id, wanted.claimant, purpose=wanted.purpose, month=wanted.month, claimed_on=self.day)
        self.store.claim(head, taken, {wanted.claimant: self.store.version(wanted.claimant)})
        for number in self._numbers(taken):
            assert self.model.state(number, self.day) == "free"
            assert self.model.holder[number] == wanted.claimant
            self.model.claim[number] = claim_id

    def _named_first(self, wanted: Wanted, refused: AlreadyClaimed) -> None:
        first, last = (int(code[-8:]) for code in wanted.codes or ("", ""))
        assert refused.claim_id in {self.model.claim.get(n) for n in range(first, last + 1)}

    def _retire(self, holder: str, count: int, days: int, purpose: str) -> None:
        if (claim_id := self._open(holder, count)) is not None:
            self.store.end(ending(claim_id, "retired", on=self.day), {holder: self.store.version(holder)})
            self.model.retired.add(claim_id)

    def _withdraw(self, holder: str, count: int, days: int, purpose: str) -> None:
        if (claim_id := self._open(holder, count)) is not None:
            self.store.end(ending(claim_id, "withdrawn", on=self.day), {holder: self.store.version(holder)})
            self.model.claim = {n: c for n, c in self.model.claim.items() if c != claim_id}

    def _open(self, holder: str, count: int) -> str | None:
        ledger = self.store.ledger()
        done = ledger.endings["claim_id"].to_list()
        mine = ledger.claims.filter(pl.col("claimant") == holder, ~pl.col("claim_id").is_in(done))["claim_id"]
        return mine[count % len(mine)] if len(mine) else None

    def _give(self, holder: str, count: int, days: int, purpose: str) -> None:
        parts = standing(self.store.ledger(holder), RULES, self.day).filter(holder=holder, state="free")
        if parts.is_empty():
            return
        part = parts.row(count % parts.height, named=True)
        taker = HOLDERS[1 - HOLDERS.index(holder)]
        ranges = pl.DataFrame([{k: part[k] for k in ("block_no", "first_off", "last_off")}])
        self.store.give(handed(f"T-{count}", holder, taker, on=self.day), ranges, {})
        for number in self._numbers(ranges):
            self.model.holder[number] = taker

    def _numbers(self, ranges: pl.DataFrame) -> list[int]:
        starts = {n: first for n, (first, *_) in enumerate(BLOCKS, start=1)}
        return [
            starts[r["block_no"]] + off for r in ranges.to_dicts() for off in range(r["first_off"], r["last_off"] + 1)
        ]

    def agree(self) -> None:
        """Both tell the same of every certificate, and the books balance."""
        ledger = self.store.ledger()
        parts = standing(ledger, RULES, self.day)
        told = {}
        for row in parts.iter_rows(named=True):
            for number in self._numbers(parts.filter(block_no=row["block_no"], first_off=row["first_off"])):
                assert number not in told  # in one part only
                told[number] = (row["holder"], row["state"], row["claim_id"])
        model = self.model
        assert told == {n: (model.holder[n], model.state(n, self.day), model.claim.get(n)) for n in model.holder}
        issued = sum(size for _, size, *_ in BLOCKS)
        rows = balance(parts)
        assert rows["held"].sum() == issued
        used = rows["claimed"].sum() + rows["retired"].sum()
        assert rows["free"].sum() == issued - used - rows["expired"].sum()
        entries = postings(ledger, RULES, self.day)
        assert set(entries.group_by("entry").agg(pl.col("count").sum())["count"]) == {0}
        of = dict(entries.group_by("account").agg(pl.col("count").sum()).iter_rows())
        assert -of["issued"] == issued
        assert {k: of.get(k, 0) for k in ("free", "claimed", "retired", "expired")} == {
            k: rows[k].sum() for k in ("free", "claimed", "retired", "expired")
        }


@settings(deadline=None, max_examples=60)
@given(steps)
def test_no_history_claims_a_certificate_twice_and_the_balance_holds(history):
    town = Town()
    for step in history:
        town.act(*step)
    town.agree()


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_entries_does_not_change_what_stands(sizes, shuffled):
    starts = [1 + sum(sizes[:n]) for n in range(len(sizes))]
    rows = [block(s, s + n - 1, project=str(s)) for s, n in zip(starts, sizes, strict=True)]
    mixed = rows.copy()
    shuffled.shuffle(mixed)
    told = []
    for given_rows in (rows, mixed):
        store = MemoryCertificates()
        store.enter(blocks(*given_rows), {"E-1": 0})
        parts = standing(store.ledger(), RULES, FIRST).drop("block_no")
        told.append(parts.sort("first_code").select("first_code", "last_code", "state", "project").rows())
    assert told[0] == told[1]
