"""Cells of sums: what frames say of small groups is what the rule says, and totals of areas are the last to go."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dafeng.app.demo import demo_areas
from dafeng.app.demo.city import firms as demo_firms
from dafeng.app.demo.flows import simulate
from dafeng.app.demo.story import with_story
from dafeng.app.demo.tuning import tce
from dafeng.app.driving import node_id, public_drivers
from dafeng.app.pages.figures import NO_DATA, SOME_SILENT, why_missing
from dafeng.app.sight.cells import cells_over, parts_withheld, thin_groups
from dafeng.app.sight.disclosure import RULES, Firm, Rule, sensitive, withheld
from dafeng.app.sight.disclosure_parts import withheld_parts
from dafeng.app.sight.results import AGGREGATE_ONLY, FEW_SILENT, Veil
from dafeng.app.sight.values import _hidden
from dafeng.registry.industries import industries
from dafeng.report.inputs import Driver, Drivers

RULE = RULES[-1]
MEASURES = ("co2", "energy")
ROW = {"year": pl.String, "item": pl.String, "subject_id": pl.String, "measure": pl.String, "size": pl.Float64}

rows = st.lists(
    st.tuples(
        st.sampled_from(["2023", "2024"]),
        st.sampled_from(["coal", "coke", "power"]),
        st.sampled_from([f"E-{n}" for n in range(7)]),
        st.sampled_from(MEASURES),
        st.integers(1, 1000).map(float),
    ),
    max_size=60,
    unique_by=lambda row: row[:4],
)


def by_firm(found: list[tuple[str, str, str, str, float]], year: str, item: str) -> dict[str, tuple[float, ...]]:
    sizes = {(f, m): s for y, i, f, m, s in found if (y, i) == (year, item)}
    return {f: tuple(sizes.get((f, m), 0.0) for m in MEASURES) for f in {f for f, _ in sizes}}


@settings(deadline=None, max_examples=80)
@given(rows)
def test_of_a_whole_frame_the_same_groups_tell_of_a_firm_as_one_by_one(found):
    frame = pl.DataFrame(found, schema=ROW, orient="row").rename({"subject_id": "firm"})
    thin = set(thin_groups(frame, ["year", "item"], RULE).iter_rows())
    for year, item in {(y, i) for y, i, *_ in found}:
        one_by_one = any(
            sensitive([Firm(("", ""), (s,)) for y, i, _, m, s in found if (y, i, m) == (year, item, measure)], RULE)
            for measure in MEASURES
        )
        assert ((year, item) in thin) is one_by_one


@settings(deadline=None, max_examples=80)
@given(rows, st.lists(st.sets(st.sampled_from([f"E-{n}" for n in range(7)]), min_size=1), max_size=3))
def test_with_onlookers_the_groups_are_those_that_tell_when_what_one_knows_is_left_out(found, known):
    frame = pl.DataFrame(found, schema=ROW, orient="row").rename({"subject_id": "firm"})
    frame = frame.with_columns(period=pl.col("year"))
    pairs = [(n, f, y) for n, firms in enumerate(known) for f in sorted(firms) for y in ("2023", "2024")]
    seen = pl.DataFrame(pairs, schema={"onlooker": pl.Int64, "firm": pl.String, "period": pl.String}, orient="row")
    left = [frame.filter(~pl.col("firm").is_in(list(firms))) for firms in ([], *known)]
    one_by_one = {row for rest in left for row in thin_groups(rest, ["year", "item"], RULE).iter_rows()}
    assert set(thin_groups(frame, ["year", "item"], RULE, seen).iter_rows()) == one_by_one
    of_years = frame.rename({"firm": "subject_id"})
    hidden = parts_withheld(of_years, "item", ["2023", "2024"], RULE, seen)
    for year in ("2023", "2024"):
        parts = {item: by_firm(found, year, item) for item in ("coal", "coke", "power")}
        assert hidden[year] == withheld_parts(parts, RULE, [frozenset(firms) for firms in known])


@settings(deadline=None, max_examples=80)
@given(rows)
def test_the_parts_of_each_year_are_withheld_as_one_by_one(found):
    hidden = parts_withheld(pl.DataFrame(found, schema=ROW, orient="row"), "item", ["2023", "2024"], RULE)
    for year in ("2023", "2024"):
        parts = {item: by_firm(found, year, item) for item in ("coal", "coke", "power")}
        assert hidden[year] == withheld_parts(parts, RULE)


def test_a_year_that_is_not_asked_for_has_no_parts():
    frame = pl.DataFrame([("2023", "coal", "E-1", "co2", 5.0)], schema=ROW, orient="row")
    assert parts_withheld(frame, "item", ["2024"], RULE) == {"2024": frozenset()}


# -- the order of costs, and the demonstration -------------------------------------------------------------------------


@cache
def demo_rows() -> pl.DataFrame:
    """What the demonstration's firms used in 2024: subject_id, measure, area_code, industry_code, size [tce]."""
    rng = np.random.default_rng(7)
    people, _ = with_story(demo_firms(rng))
    used = (
        simulate(people, rng)
        .energy.filter(pl.col("period").str.starts_with("2024"))
        .group_by("firm", "item")
        .agg(pl.col("used").sum())
    )
    sizes: dict[int, float] = {}
    for firm, item, amount in used.iter_rows():
        sizes[firm] = sizes.get(firm, 0.0) + amount * tce(item, 2024)
    stood = [(f.id, "energy", f.area, f.industry, sizes[f.number]) for f in people if f.number in sizes]
    return pl.DataFrame(stood, schema=["subject_id", "measure", "area_code", "industry_code", "size"], orient="row")


def test_of_the_demonstration_every_countys_total_stays_in_an_analysts_sight():
    """Many sectors of a county have one or two firms (two breweries in one): sectors go, never a county's total."""
    table = cells_over(demo_areas(), industries())(demo_rows())
    hidden = withheld(table, RULE)
    counties = demo_areas().filter(level="county")["area_code"].to_list()
    assert len(counties) == 12
    assert not hidden.intersection(counties)
    assert len([key for key in hidden if "|" in key]) > 12
    assert {f"{c}|15" for c in counties if _count(c, "15") in (1, 2)} <= hidden


def _count(county: str, division: str) -> int:
    return demo_rows().filter(pl.col("industry_code").str.starts_with(division), area_code=county).height


def test_areas_are_dearer_than_anything_else_and_the_whole_dearest():
    areas = demo_areas()
    cost = cells_over(areas, industries())(demo_rows()).cost
    above = dict(areas.select("area_code", "parent_code").iter_rows())
    totals = {key: c for key, c in cost.items() if key in above}
    assert min(totals.values()) > max(c for key, c in cost.items() if key not in above)
    assert all(totals[parent] > totals[key] for key in totals if (parent := above[key]) in totals)


# -- indicator values --------------------------------------------------------------------------------------------------

KEY = {"indicator_id": pl.String, "subject_id": pl.String, "period": pl.String}
PARENT = {"C": "P", "A1": "C", "A2": "C", "A3": "C", "A4": "C"}


def hidden_values(made_of: dict[str, list[str]], by_veil: set[str], rule: Rule = RULE) -> set[str]:
    """The subjects whose value of one indicator is withheld, given the firms behind each and the sums withheld."""
    values = pl.DataFrame(
        [("i", s, "2024", 1.0, "computed", [f"F-{s}-{f}" for f in firms]) for s, firms in made_of.items()],
        schema=KEY | {"value": pl.Float64, "source": pl.String, "inputs": pl.List(pl.String)},
        orient="row",
    )
    makers = pl.DataFrame(
        [(f"F-{s}-{f}", f, "m", 1.0) for s, firms in made_of.items() for f in firms],
        schema=["id", "firm", "measure", "size"],
        orient="row",
    )
    resting = values.select("subject_id", "period")
    gone = _hidden(values, makers, Veil(resting, {"2024": frozenset(by_veil)}), rule, "C", PARENT)
    return set(gone["subject_id"])


EVERY = [f"{a}{n}" for a in "abcd" for n in range(4)]


def test_values_of_withheld_sums_go_and_the_others_stay_where_enough_are_hidden():
    made_of = {"C": EVERY, "A1": EVERY[:4], "A2": EVERY[4:8], "A3": EVERY[8:12], "A4": EVERY[12:]}
    assert hidden_values(made_of, set()) == set()
    assert hidden_values(made_of, {"A1", "A2"}) == {"A1", "A2"}


def test_where_the_withheld_counties_together_are_too_few_all_counties_go():
    """The sums of A1 and A2 hide each other; but only two firms of theirs have anything of this indicator, and the
    city's value less those of A3 and A4 would be of these two."""
    made_of = {"C": ["a0", "b0", *EVERY[8:]], "A1": ["a0"], "A2": ["b0"], "A3": EVERY[8:12], "A4": EVERY[12:]}
    assert hidden_values(made_of, {"A1", "A2"}) == {"A1", "A2", "A3", "A4"}


def test_a_thin_value_beyond_the_withheld_sums_takes_its_neighbours_with_it():
    made_of = {"C": EVERY[2:], "A1": EVERY[2:4], "A2": EVERY[4:8], "A3": EVERY[8:12], "A4": EVERY[12:]}
    assert hidden_values(made_of, set()) == {"A1", "A2", "A3", "A4"}


# -- words, and what the public report says of changes -----------------------------------------------------------------


def test_a_sum_that_lacks_one_or_two_firms_says_so_without_counting_them():
    assert why_missing({"note": f"{FEW_SILENT};{AGGREGATE_ONLY}"}) == SOME_SILENT
    assert why_missing({"note": AGGREGATE_ONLY}) == NO_DATA
    assert "10 of 12 months" in why_missing({"note": f"部分（10/12月）;{AGGREGATE_ONLY}"}).en


@pytest.mark.parametrize(("published", "shown"), [(-40.0, ["31"]), (-41.5, []), (None, [])])
def test_a_change_of_other_firms_than_the_published_sums_is_not_published(published, shown):
    """Sums that fell by 41.5 beside a change of -40 for the firms compared tell of the one that was left out."""
    parts = (Driver("炼钢", -40.0, node_id(2020, 2024, "31")),)
    made = Drivers(2020, 2024, 1000.0, 960.0, (), parts, (), "official", "。", "D-2020-2024-change")
    kept = public_drivers(made, {} if published is None else {"31": published})
    assert [d.node.rsplit("-", 1)[-1] for d in kept.by_industry if d.node] == shown
