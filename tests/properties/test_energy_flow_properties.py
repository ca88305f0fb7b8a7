"""Energy flows: what is put in is found again, units and order do not matter, sums are sums."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dafeng.account.energy.flow import EnergyFlow, energy_flow, of_area
from dafeng.base.provenance import content_id
from dafeng.rules.energy_uses import packaged_uses
from dafeng.rules.rulebook import packaged_rulebook

RULES = packaged_rulebook()
FAMILY = RULES.family("ndrc_general")
ITEMS = ("cleaned_coal", "coke", "electricity", "diesel", "coke_oven_gas")
WHATS = (
    "energy_bought", "energy_used", "energy_sold", "energy_produced", "energy_feedstock", "energy_opening_stock",
    "energy_closing_stock", *(u.measure for u in packaged_uses().uses.values()),
)  # fmt: skip
STEADY = settings(deadline=None, max_examples=40)
ROWS = st.dictionaries(
    st.tuples(st.sampled_from(["E-1", "E-2"]), st.sampled_from(WHATS), st.sampled_from(ITEMS)),
    st.floats(0, 1e6), min_size=1, max_size=25,
)  # fmt: skip
SCHEMA = {
    **dict.fromkeys(
        ("fact_id", "subject_kind", "subject_id", "measure", "item", "period", "unit", "status"), pl.String
    ),
    "value": pl.Float64,
}


def frame(rows: dict[tuple[str, str, str], float], kilo: bool = False) -> pl.DataFrame:
    made = []
    for (firm, measure, item), value in rows.items():
        own = RULES.items[item].unit
        unit, shown = ("kg", value * 1000) if kilo and own == "t" else (own, value)
        made.append(
            (content_id("F", firm, measure, item), "enterprise", firm, measure, item, "2022", unit, "official", shown)
        )
    return pl.DataFrame(made, schema=SCHEMA, orient="row")


def flow(facts: pl.DataFrame) -> EnergyFlow:
    return energy_flow(facts, RULES, FAMILY)


@STEADY
@given(ROWS)
def test_every_node_balances_once_its_remainder_is_drawn(rows: dict[tuple[str, str, str], float]) -> None:
    made = flow(frame(rows))
    for head in ("item:", "convert:"):
        into = made.links.filter(pl.col("target").str.starts_with(head)).group_by("subject_id", node="target")
        out = made.links.filter(pl.col("source").str.starts_with(head)).group_by("subject_id", node="source")
        both = into.agg(pl.col("tce_calorific", "tce_equivalent").sum()).join(
            out.agg(o_c=pl.col("tce_calorific").sum(), o_e=pl.col("tce_equivalent").sum()),
            on=["subject_id", "node"], how="full", coalesce=True,
        ).fill_null(0.0)  # fmt: skip
        for a, b in (("tce_calorific", "o_c"), ("tce_equivalent", "o_e")):
            size = max(float(both[a].abs().max() or 0), 1.0)
            assert ((both[a] - both[b]).abs().max() or 0.0) <= 2e-6 * size


@STEADY
@given(ROWS)
def test_a_flow_that_is_called_balanced_has_next_to_nothing_unexplained(
    rows: dict[tuple[str, str, str], float],
) -> None:
    made = flow(frame(rows))
    drawn = made.links.filter((pl.col("source") == "gap_in") | (pl.col("target") == "gap_out"))
    passing = float(made.balances["into"].sum() + made.balances["out"].sum())
    if made.balances["balanced"].all():
        assert drawn["tce_calorific"].sum() <= 0.011 * passing + 1e-9
    assert made.findings.height == made.balances.filter(~pl.col("balanced")).height


@STEADY
@given(ROWS, st.randoms())
def test_order_and_units_do_not_matter(rows: dict[tuple[str, str, str], float], random: object) -> None:
    one, other = frame(rows), frame(rows, kilo=True)
    order = list(range(one.height))
    random.shuffle(order)  # type: ignore[attr-defined]
    a, b = flow(one).links, flow(other[order]).links
    key = ["subject_id", "source", "target", "item"]
    both = a.join(b, on=key, how="full", suffix="_b", coalesce=True).fill_null(0.0)
    size = max(float(a["tce_calorific"].abs().sum()), 1.0)
    assert ((both["tce_calorific"] - both["tce_calorific_b"]).abs().max() or 0.0) <= 1e-9 * size


@STEADY
@given(ROWS)
def test_an_area_is_the_sum_of_its_firms(rows: dict[tuple[str, str, str], float]) -> None:
    made = flow(frame(rows))
    area = of_area(made, ["E-1", "E-2"], 2022)
    assert area.links["tce_equivalent"].sum() == pytest.approx(made.links["tce_equivalent"].sum(), rel=1e-9, abs=1e-6)
    assert area.findings.height == made.findings.height


@STEADY
@given(ROWS)
def test_what_is_delivered_stands_in_the_flow_as_it_was(rows: dict[tuple[str, str, str], float]) -> None:
    made = flow(frame(rows))
    for (firm, measure, item), value in rows.items():
        if measure in ("energy_bought", "energy_sold") and value > 0:
            side = "source" if measure == "energy_bought" else "target"
            node = "bought" if measure == "energy_bought" else "sold"
            found = made.links.filter(
                (pl.col(side) == node) & (pl.col("item") == item) & (pl.col("subject_id") == firm)
            )
            assert found["amount"].sum() == pytest.approx(value)
