"""Whatever comes in, no row is lost and no good figure changes."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from dafeng.base.cells import number, period, plain_text
from dafeng.base.columns import Col, Contract, code_list
from dafeng.base.contracts import check
from dafeng.base.periods import Period
from dafeng.base.provenance import content_id
from dafeng.collect.facts import content_ids

LISTS = {"fuels": code_list("fuels", "品种", {"coal": "煤", "gas": "气"})}
TABLE = Contract(
    "t",
    key=("who", "month"),
    columns={
        "who": Col(str, "谁"),
        "month": Col(str, "时期", form="period"),
        "fuel": Col(str, "品种", codes="fuels", missing=True),
        "amount": Col(float, "数量", ge=0, missing=True),
    },
)
cell = st.one_of(
    st.none(),
    st.text(max_size=8),
    st.sampled_from(["2023", "2023-05", "煤", "gas", "12", "-1", "—", "1,000", "2023.1", "a", "b"]),
)
rows = st.lists(st.fixed_dictionaries(dict.fromkeys(TABLE.columns, cell)), max_size=12)
frames = settings(deadline=None, max_examples=60)


def frame(given_rows: list[dict[str, str | None]]) -> pl.DataFrame:
    return pl.DataFrame(given_rows, schema=dict.fromkeys(TABLE.columns, pl.String))


@frames
@given(rows)
def test_rows_and_rejected_are_the_rows_read(given_rows: list[dict[str, str | None]]) -> None:
    raw = frame(given_rows)
    parsed = check(raw, TABLE, LISTS)
    assert len(parsed.rows) + len(parsed.rejected) == len(raw)
    places = sorted([*parsed.rows["_row"], *parsed.rejected["_row"]])
    assert places == list(range(1, len(raw) + 1))
    assert set(parsed.rejected["_row"]) == set(parsed.errors["row"])


@frames
@given(rows)
def test_good_rows_keep_the_contract(given_rows: list[dict[str, str | None]]) -> None:
    good = check(frame(given_rows), TABLE, LISTS).rows
    assert TABLE.require(good).schema == TABLE.schema
    assert good["who"].null_count() == 0
    assert (good["amount"].drop_nulls() >= 0).all()
    assert not good.select("who", "month").is_duplicated().any()
    assert all(Period.parse(code).code == code for code in good["month"])


@frames
@given(rows, st.randoms(use_true_random=False))
def test_row_order_changes_only_which_of_two_repetitions_stays(given_rows: list[dict[str, str | None]], dice) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(given_rows)
    dice.shuffle(shuffled)
    one = check(frame(given_rows), TABLE, LISTS).rows.drop("_row", "_sheet")
    other = check(frame(shuffled), TABLE, LISTS).rows.drop("_row", "_sheet")
    assert sorted(map(repr, one.rows())) == sorted(map(repr, other.rows()))


@frames
@given(rows)
def test_checking_what_was_checked_changes_nothing(given_rows: list[dict[str, str | None]]) -> None:
    once = check(frame(given_rows), TABLE, LISTS).rows
    again = check(once, TABLE, LISTS)
    assert again.errors.is_empty()
    assert again.rows.select(once.columns).equals(once)


@frames
@given(st.floats(-1e15, 1e15, allow_nan=False))
def test_a_number_survives_being_written_and_read(value: float) -> None:
    texts = pl.DataFrame({"t": [repr(value), f"{value:,.3f}"]})
    plain, grouped = texts.select(number(plain_text(pl.col("t")))).to_series()
    assert plain == value
    assert abs(grouped - value) <= 0.0005 + abs(value) * 1e-12


@frames
@given(st.integers(1950, 2099), st.integers(1, 12))
def test_a_month_is_the_same_however_it_is_written(year: int, month: int) -> None:
    code = f"{year}-{month:02d}"
    for text in (
        code,
        f"{year}年{month}月",
        f"{year}/{month}",
        f"{year}{month:02d}",
        f"{year}.{month:02d}",
        f"{code}-01",
    ):
        assert period(text) == code


@frames
@given(
    st.lists(st.tuples(st.text(max_size=5), st.floats(allow_nan=False, allow_infinity=False)), min_size=1, max_size=5)
)
def test_ids_by_column_are_the_ids_by_row(pairs: list[tuple[str, float]]) -> None:
    table = pl.DataFrame(pairs, schema={"a": pl.String, "v": pl.Float64}, orient="row")
    assert content_ids("F", table, ["a", "v"]).to_list() == [content_id("F", a, repr(v)) for a, v in pairs]
