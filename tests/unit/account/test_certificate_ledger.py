"""Where certificates stand: blocks cut into parts, expiry by the day, double entry, and who may use what for what."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "app"))

from certificate_samples import AT, block, claim, ending, given

from dafeng.account.certificates.claims import (
    AlreadyClaimed,
    ClaimRefused,
    Wanted,
    barred_at_entry,
    check_electricity,
    proposal,
    split_code,
)
from dafeng.account.certificates.ledger import (
    BLOCK_SCHEMA,
    CLAIM_SCHEMA,
    ENDING_SCHEMA,
    TRANSFER_SCHEMA,
    USE_SCHEMA,
    Ledger,
    balance,
    postings,
    standing,
)
from dafeng.rules.certificates import packaged_certificate_rules

RULES = packaged_certificate_rules()
DAY = date(2025, 3, 1)
MARCH = date(2025, 3, 1)


def ledger(*blocks, uses=(), claims=(), endings=(), transfers=()) -> Ledger:
    numbered = [b | {"block_no": n} for n, b in enumerate(blocks, start=1)]
    moved = [
        asdict(head) | {"transfer_no": n, "block_no": block_no, "first_off": first, "last_off": last}
        for n, (head, block_no, first, last) in enumerate(transfers, start=1)
    ]
    return Ledger(
        pl.DataFrame(numbered, schema=BLOCK_SCHEMA, orient="row"),
        pl.DataFrame(moved, schema=TRANSFER_SCHEMA, orient="row"),
        pl.DataFrame([asdict(c) for c in claims], schema=CLAIM_SCHEMA, orient="row"),
        pl.DataFrame(uses, schema=USE_SCHEMA, orient="row"),
        pl.DataFrame([asdict(e) for e in endings], schema=ENDING_SCHEMA, orient="row"),
    )


ONE = ledger(block(1, 10_000), claims=[claim("C-1")], uses=[("C-1", 1, 100, 199)])


def _states(found: Ledger, day: date = DAY) -> list[tuple[int, int, str]]:
    parts = standing(found, RULES, day)
    return parts.select("first_off", "last_off", "state").rows()


def test_a_block_of_ten_thousand_is_one_row_until_it_is_cut():
    assert _states(ledger(block(1, 10_000))) == [(0, 9_999, "free")]
    assert _states(ONE) == [(0, 99, "free"), (100, 199, "claimed"), (200, 9_999, "free")]


def test_parts_carry_codes_counts_and_electricity():
    part = standing(ONE, RULES, DAY).row(1, named=True)
    assert (part["first_code"], part["last_code"]) == ("GEC-2025-00000101", "GEC-2025-00000200")
    assert (part["count"], part["mwh"], part["claim_id"], part["purpose"]) == (100, 100.0, "C-1", "scope2")


def test_what_is_not_issued_yet_does_not_exist_yet():
    assert _states(ONE, date(2025, 2, 9)) == []
    assert _states(ONE, date(2025, 2, 28)) == [(0, 9_999, "free")]


@pytest.mark.parametrize(
    ("generated", "last"),
    [
        (date(2024, 1, 1), date(2025, 12, 31)),  # 24 months, the month of generation counted
        (date(2025, 1, 1), date(2026, 12, 31)),
        (date(2024, 2, 1), date(2026, 1, 31)),
        (date(2023, 12, 1), date(2025, 12, 31)),  # before 2024: the end of 2025 for all
        (date(2022, 3, 1), date(2025, 12, 31)),
    ],
)
def test_validity_follows_the_month_of_generation_and_expiry_the_day(generated, last):
    held = ledger(block(1, 10, generation_month=generated, issued_on=date(2024, 3, 1)))
    assert standing(held, RULES, DAY)["valid_until"].item() == last
    assert _states(held, last) == [(0, 9, "free")]
    assert _states(held, last + timedelta(days=1)) == [(0, 9, "expired")]


def test_what_the_registry_prints_outranks_the_rule_and_irec_has_no_end():
    printed = ledger(block(1, 10, stated_until=date(2025, 2, 28)))
    assert _states(printed) == [(0, 9, "expired")]
    abroad = ledger(block(1, 10, kind="irec", register="irec"))
    assert standing(abroad, RULES, date(2040, 1, 1)).select("state", "valid_until").row(0) == ("free", None)


def test_before_the_rule_was_published_no_end_is_known():
    held = ledger(block(1, 10, generation_month=date(2022, 3, 1), issued_on=date(2024, 3, 1), recorded_at=AT))
    assert standing(held, RULES, date(2024, 8, 25))["valid_until"].item() is None


def test_a_part_is_as_sure_as_the_less_sure_of_entry_and_rule():
    assert standing(ONE, RULES, DAY)["status"].unique().to_list() == ["transcribed"]
    made_up = ledger(block(1, 10, status="synthetic"))
    assert standing(made_up, RULES, DAY)["status"].item() == "synthetic"


def test_claimed_and_retired_certificates_do_not_expire():
    late = date(2030, 1, 1)
    assert _states(ONE, late) == [(0, 99, "expired"), (100, 199, "claimed"), (200, 9_999, "expired")]
    done = ledger(
        block(1, 300), claims=[claim("C-1")], uses=[("C-1", 1, 0, 299)], endings=[ending("C-1", "retired", number="N")]
    )
    assert _states(done, late) == [(0, 299, "retired")]


def test_a_withdrawal_frees_from_its_day_and_history_stays():
    made = claim("C-1", claimed_on=date(2025, 2, 20))
    undone = ledger(
        block(1, 100), claims=[made], uses=[("C-1", 1, 0, 9)],
        endings=[ending("C-1", "withdrawn", on=date(2025, 2, 25))],
    )  # fmt: skip
    assert _states(undone, date(2025, 2, 24)) == [(0, 9, "claimed"), (10, 99, "free")]
    assert {s for _, _, s in _states(undone, date(2025, 2, 25))} == {"free"}


def test_a_transfer_moves_the_holder_of_its_part_only():
    moved = ledger(block(1, 100, acquired="issued"), transfers=[(given("T-1", "E-1", "E-2"), 1, 20, 29)])
    parts = standing(moved, RULES, DAY)
    assert parts.select("first_off", "last_off", "holder", "given").rows() == [
        (0, 19, "E-1", 0), (20, 29, "E-2", 1), (30, 99, "E-1", 0),
    ]  # fmt: skip
    assert standing(moved, RULES, date(2025, 2, 28))["holder"].to_list() == ["E-1"]


def test_the_ledger_as_it_was_known():
    late = ledger(block(1, 100), claims=[claim("C-1", recorded_at=AT + timedelta(days=9))], uses=[("C-1", 1, 0, 9)])
    assert standing(late, RULES, DAY, as_of=AT)["state"].to_list() == ["free"]
    assert standing(late, RULES, DAY, as_of=AT - timedelta(days=1)).is_empty()
    assert standing(late, RULES, DAY)["state"].to_list() == ["claimed", "free"]


def test_the_balance_is_what_was_issued_less_what_is_used_and_expired():
    two = ledger(
        block(1, 1_000), block(2_001, 2_010, generation_month=date(2023, 1, 1), holder="E-2"),
        claims=[claim("C-1"), claim("C-2")], uses=[("C-1", 1, 0, 99), ("C-2", 1, 100, 149)],
        endings=[ending("C-2", "retired")],
    )  # fmt: skip
    rows = balance(standing(two, RULES, date(2026, 6, 1))).drop("mwh").rows()
    assert rows == [("E-1", 1000, 850, 100, 50, 0), ("E-2", 10, 0, 0, 0, 10)]


def test_every_entry_adds_to_nothing_in_double_entry():
    moved = ledger(
        block(1, 1_000, acquired="issued"), claims=[claim("C-1"), claim("C-2")],
        uses=[("C-1", 1, 0, 99), ("C-2", 1, 100, 149)],
        endings=[ending("C-1", "withdrawn"), ending("C-2", "retired")],
        transfers=[(given("T-1", "E-1", ""), 1, 900, 999)],
    )  # fmt: skip
    rows = postings(moved, RULES, date(2030, 1, 1))
    assert rows.group_by("entry").agg(pl.col("count").sum())["count"].unique().to_list() == [0]
    sums = dict(rows.group_by("account").agg(pl.col("count").sum()).iter_rows())
    assert sums == {"issued": -1000, "free": 0, "claimed": 0, "retired": 50, "expired": 850, "outside": 100}


# -- claims ------------------------------------------------------------------------------------------------------------


def _ask(found: Ledger, *, day: date = DAY, **more):
    wanted = Wanted(**({"claimant": "E-1", "purpose": "scope2", "month": MARCH, "day": day} | more))
    return proposal(standing(found, RULES, day), wanted, RULES)


def test_bundled_power_of_the_month_goes_first_then_what_ends_first():
    held = ledger(
        block(1, 100, generation_month=date(2025, 2, 1)),
        block(201, 300),
        block(301, 330, kind="bundled", acquired="bundled", generation_month=MARCH, issued_on=MARCH),
    )
    taken = _ask(held, count=140)
    assert taken.select("block_no", "first_off", "last_off").rows() == [(3, 0, 29), (2, 0, 99), (1, 0, 9)]
    assert taken["mwh"].sum() == 140


def test_a_claim_goes_round_what_is_used():
    assert _ask(ONE, count=150).select("first_off", "last_off").rows() == [(0, 99), (200, 249)]


def test_a_second_claim_is_refused_with_the_name_of_the_first():
    with pytest.raises(AlreadyClaimed) as refused:
        _ask(ONE, purpose="quota", codes=("GEC-2025-00000151", "GEC-2025-00000250"))
    error = refused.value
    assert error.claim_id == "C-1"
    assert error.status == 409
    for words in (error.what, error.zh):
        assert "C-1" in words
        assert "GEC-2025-00000151–GEC-2025-00000200" in words
        assert "2025-01" in words
    assert "范围二" in error.zh
    assert "50" in error.what


def test_the_first_of_several_claims_is_named():
    early, late = claim("C-9", claimed_on=date(2025, 2, 11)), claim("C-1", claimed_on=date(2025, 2, 12))
    held = ledger(block(1, 100), claims=[late, early], uses=[("C-1", 1, 0, 9), ("C-9", 1, 10, 19)])
    with pytest.raises(AlreadyClaimed) as refused:
        _ask(held, codes=("GEC-2025-00000001", "GEC-2025-00000030"))
    assert refused.value.claim_id == "C-9"


def test_bundled_power_blocks_its_certificate():
    """The same code entered as bundled power and claimed cannot be claimed as a certificate: there is one code."""
    held = ledger(block(1, 50, kind="bundled", acquired="bundled"), claims=[claim("C-1")], uses=[("C-1", 1, 0, 49)])
    with pytest.raises(AlreadyClaimed):
        _ask(held, purpose="footprint", month=date(2025, 1, 1), codes=("GEC-2025-00000001", "GEC-2025-00000050"))


@pytest.mark.parametrize(
    ("more", "asked", "words"),
    [
        ({"generation_month": date(2024, 12, 1)}, {}, "自然年"),
        ({"kind": "bundled", "acquired": "bundled"}, {}, "结算月份"),
        ({"credited": True}, {}, "减排量"),
        ({"acquired": "self_use"}, {}, "自发自用"),
        ({"kind": "irec", "register": "irec"}, {"purpose": "quota"}, "国家核发"),
        ({"stated_until": date(2025, 2, 1)}, {}, "有效期"),
        ({}, {"codes": ("GEC-2025-00000001", "GEC-2025-00000200")}, "台账中有100张"),
        ({}, {"codes": ("GEC-2025-00000009", "GEC-2025-00000001")}, "连号"),
        ({}, {"codes": ("GEC-2025-00000001", "GEC-2025-00000009"), "count": 8}, "不是8张"),
        ({"holder": "E-2"}, {}, "台账中有0张"),
    ],
)
def test_what_the_rules_do_not_allow_is_refused_and_says_why(more, asked, words):
    codes = {"codes": ("GEC-2025-00000001", "GEC-2025-00000010")}
    with pytest.raises(ClaimRefused) as refused:
        _ask(ledger(block(1, 100, **more)), **(codes | asked))
    assert words in refused.value.zh
    assert refused.value.mend


def test_self_use_serves_other_purposes_and_unknown_credits_bar_nothing():
    held = ledger(block(1, 100, acquired="self_use", credited=None))
    assert _ask(held, purpose="quota", count=100)["count"].sum() == 100
    with pytest.raises(ClaimRefused):
        _ask(held, count=1)


def test_too_few_says_where_the_others_are():
    held = ledger(
        block(1, 100), block(201, 230, generation_month=date(2024, 12, 1)), block(301, 305, credited=True),
        block(401, 402, stated_until=date(2025, 2, 11)),
        claims=[claim("C-1")], uses=[("C-1", 1, 0, 39)],
    )  # fmt: skip
    with pytest.raises(ClaimRefused) as refused:
        _ask(held, count=61)
    assert refused.value.what == (
        "60 certificates serve 2025-03, 61 are asked for: 40 of the holder's are used, 2 expired, 30 are of other "
        "months, 5 are barred"
    )
    assert _ask(held, count=60)["count"].sum() == 60


@pytest.mark.parametrize("count", [None, 0, -3])
def test_a_claim_takes_one_or_more(count):
    with pytest.raises(ClaimRefused):
        _ask(ONE, count=count)


def test_codes_are_read_from_their_end():
    assert split_code("GEC-2025-00000010") == ("GEC-2025-", 10, 8)
    assert split_code(" 123456789012345678 ") == ("123", 456789012345678, 15)
    with pytest.raises(ClaimRefused):
        split_code("GEC-")


@pytest.mark.parametrize(
    ("mwh", "claimed", "bought", "allowed"),
    [
        (100, 0, 100.0, True),
        (101, 0, 100.9, False),
        (60, 50, 100.0, False),
        (50, 50, 100.0, True),
        (1, 0, None, False),  # missing is neither zero nor without end
        (1, 0, -20.0, False),  # a net exporter has bought nothing
    ],
)
def test_a_month_carries_no_more_than_its_electricity(mwh, claimed, bought, allowed):
    wanted = Wanted("E-1", "scope2", MARCH, DAY, count=mwh)
    if allowed:
        check_electricity(wanted, mwh, claimed, bought, RULES)
        return
    with pytest.raises(ClaimRefused):
        check_electricity(wanted, mwh, claimed, bought, RULES)


def test_old_hydro_is_not_bought_and_bundled_is_not_entered_as_a_certificate():
    rows = pl.DataFrame(
        [
            block(1, 1, source="hydro", commissioned_on=date(2010, 1, 1)),
            block(2, 2, source="hydro", commissioned_on=date(2023, 1, 1)),
            block(3, 3, source="hydro", commissioned_on=date(2010, 1, 1), acquired="allocated"),
            block(4, 4, source="hydro"),
            block(5, 5, kind="gec", acquired="bundled"),
            block(6, 6, kind="bundled", acquired="bought"),
        ],
        schema=BLOCK_SCHEMA,
        orient="row",
    )
    found = barred_at_entry(rows, RULES, DAY)
    assert dict(found.select("first_no", "bar").iter_rows()) == {
        1: "hydro_not_traded", 5: "unbundled_not_with_power", 6: "bundled_only_traded",
    }  # fmt: skip
    assert barred_at_entry(rows, RULES, date(2020, 1, 1)).is_empty()
