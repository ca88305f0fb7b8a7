"""What holds of every account, whatever the figures: parts add up, units and row order are no matter, missing stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dafeng.account.inventory import inventory
from dafeng.account.lines import CO2_PARTS
from dafeng.base.provenance import content_id
from dafeng.rules.rulebook import packaged_rulebook

BOOK = packaged_rulebook()
ITEMS = {"bituminous": "t", "coke": "t", "natural_gas": "10^4 Nm3", "diesel": "t", "electricity": "MWh", "heat": "GJ"}
PERIODS = ["2022", *[f"2023-{m:02d}" for m in range(1, 13)]]
AREAS = pl.DataFrame(
    {"area_code": ["140700", "140781", "140728"], "name": ["市", "甲", "乙"], "parent_code": [None, "140700", "140700"]}
)
INDUSTRIES = pl.DataFrame(
    {
        "industry_code": ["C", "31", "3120", "25", "2521"],
        "name": list("abcde"),
        "parent_code": [None, "C", "31", "C", "25"],
    }
)
amounts = st.one_of(st.none(), st.floats(0, 1e7, allow_nan=False))
keys = st.tuples(
    st.sampled_from(["E1", "E2", "E3"]),
    st.sampled_from(["used", "bought", "sold"]),
    st.sampled_from(list(ITEMS)),
    st.sampled_from(PERIODS),
)
activities = st.dictionaries(keys, amounts, min_size=1, max_size=25)
common = settings(deadline=None, max_examples=15)


@dataclass(frozen=True)
class Registry:
    areas: pl.DataFrame
    industries: pl.DataFrame
    enterprises: pl.DataFrame


PLACE = Registry(
    AREAS,
    INDUSTRIES,
    pl.DataFrame(
        {
            "enterprise_id": ["E1", "E2", "E3"],
            "area_code": ["140781", "140728", "140728"],
            "industry_code": ["3120", "3120", "2521"],
            "above_scale": [None] * 3,
            "key_user": [True] * 3,
            "status": ["operating"] * 3,
            "since": [date(2010, 1, 1)] * 3,
            "until": [None] * 3,
        },
        schema_overrides={"above_scale": pl.Boolean, "until": pl.Date},
    ),
)
Activities = dict[tuple[str, str, str, str], float | None]


def facts(rows: Activities) -> pl.DataFrame:
    full = [
        (
            content_id("F", *key, repr(value)),
            "enterprise",
            key[0],
            f"energy_{key[1]}",
            key[2],
            key[3],
            value,
            ITEMS[key[2]],
            "official",
        )
        for key, value in rows.items()
    ]
    texts = ["fact_id", "subject_kind", "subject_id", "measure", "item", "period"]
    schema = {**dict.fromkeys(texts, pl.String), "value": pl.Float64, "unit": pl.String, "status": pl.String}
    return pl.DataFrame(full, schema=schema, orient="row")


def lines_of(delivered: pl.DataFrame) -> pl.DataFrame:
    return inventory(delivered, BOOK, registry=PLACE).lines


def own(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.filter(subject_kind="enterprise")


@common
@given(activities)
def test_totals_are_the_sums_of_their_parts_or_nothing(rows: Activities) -> None:
    lines = own(lines_of(facts(rows)))
    values = dict(zip(lines["line_id"], lines["value"], strict=True))
    for row in lines.filter(pl.col("rule").str.starts_with("sum.")).iter_rows(named=True):
        parts = [values[i] for i in row["inputs"]]
        if row["value"] is not None:
            assert row["value"] == pytest.approx(sum(parts), rel=1e-9, abs=1e-9)
        elif row["rule"] != "sum.months":
            assert None in parts
        else:
            assert len(parts) < 12 or None in parts


@common
@given(activities)
def test_a_tree_sums_each_enterprise_once(rows: Activities) -> None:
    """The part that is there in the city is the part that is there in its works, by measure, item and period."""
    lines = lines_of(facts(rows)).with_columns(pl.coalesce("value", "partial").fill_null(0.0).alias("there"))
    what = ["measure", "item", "period"]
    works = own(lines).group_by(what).agg(pl.col("there").sum(), pl.col("value").null_count().alias("open"))
    for node in ("140700", "C"):
        above = lines.filter(subject_id=node)
        joined = works.join(above, on=what, how="full", suffix="_above", coalesce=True)
        assert joined.height == works.height == above.height
        for there, node_there in joined.select("there", "there_above").iter_rows():
            assert node_there == pytest.approx(there, rel=1e-9, abs=1e-6)
        assert joined.filter((pl.col("open") > 0) & pl.col("value").is_not_null()).is_empty()
    counties = lines.filter(pl.col("subject_id").is_in(["140781", "140728"])).group_by(what).agg(pl.col("there").sum())
    city = lines.filter(subject_id="140700").join(counties, on=what, suffix="_below")
    for there, below in city.select("there", "there_below").iter_rows():
        assert there == pytest.approx(below, rel=1e-9, abs=1e-6)


@common
@given(activities, st.randoms(use_true_random=False))
def test_row_order_is_no_matter(rows: Activities, random: object) -> None:
    delivered = facts(rows)
    order = list(range(delivered.height))
    random.shuffle(order)  # type: ignore[attr-defined]
    first, second = lines_of(delivered), lines_of(delivered[order])
    key = ["subject_kind", "subject_id", "measure", "item", "period"]
    assert first.drop("inputs").sort(key).equals(second.drop("inputs").sort(key))


@common
@given(activities)
def test_units_are_no_matter(rows: Activities) -> None:
    """Tonnes or kilograms, MWh or kWh in: the same account, to rounding."""
    smaller = {"t": ("kg", 1000.0), "MWh": ("kWh", 1000.0), "GJ": ("MJ", 1000.0), "10^4 Nm3": ("Nm3", 10_000.0)}
    delivered = facts(rows)
    scale = pl.col("unit").replace_strict({u: s for u, (_, s) in smaller.items()}, return_dtype=pl.Float64)
    other = delivered.with_columns(
        pl.col("value") * scale, pl.col("unit").replace_strict({u: n for u, (n, _) in smaller.items()})
    )
    one, two = (own(lines_of(d)) for d in (delivered, other))
    assert one["value"].is_null().equals(two["value"].is_null())
    for a, b in zip(one["value"].drop_nulls(), two["value"].drop_nulls(), strict=True):
        assert a == pytest.approx(b, rel=1e-9, abs=1e-9)


@common
@given(activities, st.sampled_from(["bituminous", "coke", "natural_gas", "diesel"]), st.floats(0, 1e6))
def test_more_fuel_never_emits_less(rows: Activities, item: str, more: float) -> None:
    key = ("E1", "used", item, "2022")
    less = {**rows, key: 100.0}
    values = [
        lines_of(facts(r)).filter(subject_id="E1", measure="co2_combustion_t", item=item, period="2022")["value"][0]
        for r in (less, {**less, key: 100.0 + more})
    ]
    assert values[1] >= values[0]


@common
@given(activities)
def test_a_missing_input_stays_missing(rows: Activities) -> None:
    """A stated missing value leaves its item, its total and every sum above it open."""
    gone: Activities = {k: v for k, v in rows.items() if k[0] != "E1" or k[2:] != ("coke", "2022")}
    gone[("E1", "used", "coke", "2022")] = None
    lines = lines_of(facts(gone))
    for subject in ("E1", "140781", "140700", "C", "140700|31"):
        for item in ("coke", "total"):
            found = lines.filter(subject_id=subject, measure="co2_combustion_t", item=item, period="2022")
            assert found["value"].to_list() == [None], (subject, item)


@common
@given(activities)
def test_total_co2_is_its_parts(rows: Activities) -> None:
    lines = own(lines_of(facts(rows))).filter(item="total")
    parts = (
        lines.filter(pl.col("measure").is_in(CO2_PARTS))
        .group_by("subject_id", "period")
        .agg(pl.col("value").sum().alias("sum"), pl.col("value").null_count().alias("open"))
    )
    joined = lines.filter(measure="co2_total_t").join(parts, on=["subject_id", "period"], how="full", coalesce=True)
    for value, total, open_parts in joined.select("value", "sum", "open").iter_rows():
        assert (value is None) == (open_parts > 0)
        assert value is None or value == pytest.approx(total, rel=1e-9, abs=1e-9)
