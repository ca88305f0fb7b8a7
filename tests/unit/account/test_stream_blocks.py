"""Many rows are worked through in parts: the parts give what the whole gives, whatever the order of the rows."""

from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dafeng.account.streams import engine as streams
from dafeng.rules.methods import packaged_methods
from dafeng.rules.rulebook import packaged_rulebook

FIGURES = (("fuel", "bituminous", "amount", "t"), ("fuel", "bituminous", "ncv", "GJ/t"),
           ("fuel", "natural_gas", "amount", "Nm3"), ("electricity", "", "bought", "kWh"))  # fmt: skip


def value(works: int) -> float | None:
    return None if works == 3 else 20.0 + works


def given(works: int) -> pl.DataFrame:
    rows = [
        (f"E{w:03d}", "CN", f"2023-{month:02d}", stream, item, name, value(w), unit, status, f"f{w}")
        for w in range(works)
        for month in (1, 2)
        for stream, item, name, unit in (FIGURES if w % 5 else FIGURES[:1] + FIGURES[2:])
        for status in ("official" if w % 2 else "recalled",)
    ]  # fmt: skip
    frame = pl.DataFrame(rows, schema=streams.GIVEN, orient="row")
    return frame.with_columns(pl.col(pl.String).exclude("evidence").cast(pl.Categorical))


def lines(frame: pl.DataFrame) -> pl.DataFrame:
    method, rulebook = packaged_methods().method("other_industry", "ndrc_general"), packaged_rulebook()
    made = streams.Streams(method, rulebook.family("ndrc_general"), rulebook).lines(frame, figures=True)
    return made.with_columns(pl.col(pl.Categorical).cast(pl.String)).sort("subject_id", "period", "stream", "item")


@pytest.mark.parametrize("block", [1, 7, 40])
def test_parts_give_what_the_whole_gives(block, monkeypatch):
    frame = given(30)
    whole = lines(frame)
    assert whole["value"].null_count() == 6  # what one works left open stays open
    assert whole["note"].drop_nulls().len() > 0
    monkeypatch.setattr(streams, "_BLOCK", block)
    assert len(streams._blocks(frame)) > 2
    assert_frame_equal(lines(frame), whole)


def test_a_works_is_never_cut(monkeypatch):
    monkeypatch.setattr(streams, "_BLOCK", 10)
    frame = given(30)
    blocks = streams._blocks(frame)
    assert sum(b.height for b in blocks) == frame.height
    seen = [set(b["subject_id"].cast(pl.String)) for b in blocks]
    assert sum(len(s) for s in seen) == len(set.union(*seen)) == 30


def test_rows_in_no_order_are_one_part(monkeypatch):
    monkeypatch.setattr(streams, "_BLOCK", 10)
    frame = given(30)
    mixed = frame[::-1]
    assert len(streams._blocks(mixed)) == 1
    assert_frame_equal(lines(mixed), lines(frame))
