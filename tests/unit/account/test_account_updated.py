"""One changed figure recomputes its works and the sums above it, and comes to what a whole account comes to."""

from __future__ import annotations

import polars as pl
import pytest
from account_frames import OLD, facts, months, registry

from dafeng.account import inventory as room
from dafeng.account.inventory import inventory, updated
from dafeng.rules.rulebook import packaged_rulebook

R = packaged_rulebook()
WORKS = registry(
    ("A", "140781", "3120", OLD, None), ("B", "140728", "2521", OLD, None), ("C", "140781", "3120", OLD, None)
)


def town(a: float = 100.0, *, without: str = "") -> pl.DataFrame:
    rows = [
        *months("A", "used", "bituminous", 2023, [a] * 12),
        *months("B", "used", "bituminous", 2023, [33.3] * 12),
        *months("B", "used", "diesel", 2022, [0.7] * 12),
        *months("C", "bought", "electricity", 2023, [7.7] * 11),
    ]
    return facts(*(r for r in rows if r[0] != without))


def whole(given):
    return inventory(given, R, registry=WORKS)


def ordered(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.drop("inputs").sort("subject_kind", "subject_id", "measure", "item", "period")


MORE = pl.concat([town(), facts(*months("A", "used", "diesel", 2021, [1.1] * 12))])


@pytest.mark.parametrize("after", [town(120.0), town(100.0), town(without="A"), MORE])
def test_the_update_is_the_whole_account(after):
    made = updated(whole(town()), after, {"A"}, R, family="ndrc_general", registry=WORKS)
    again = whole(after)
    assert made.run_id == again.run_id
    assert ordered(made.lines).equals(ordered(again.lines))
    key = ["kind", "subject_id", "measure", "item", "period"]
    assert made.findings.sort(key).equals(again.findings.sort(key))


def test_only_the_changed_works_is_computed(monkeypatch):
    seen = []
    plain = room.activity
    monkeypatch.setattr(room, "activity", lambda f, r: seen.append(set(f["subject_id"])) or plain(f, r))
    before = whole(town())
    updated(before, town(120.0), {"A"}, R, family="ndrc_general", registry=WORKS)
    assert seen == [{"A", "B", "C"}, {"A"}]


def test_lines_of_others_and_of_other_years_keep_their_ids():
    before = whole(town())
    made = updated(before, town(120.0), {"A"}, R, family="ndrc_general", registry=WORKS)
    moved = set(made.lines["line_id"]) - set(before.lines["line_id"])
    others = made.lines.filter(pl.col("line_id").is_in(list(moved)))
    assert set(others.filter(pl.col("subject_kind") == "enterprise")["subject_id"]) == {"A"}
    assert set(others["period"].str.head(4)) == {"2023"}
