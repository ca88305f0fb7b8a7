"""The demonstration's method data: taken whole, plausible, nothing counted twice, its troubles named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from dafeng.account.inventory import inventory
from dafeng.app.demo import SEED, build_demo, demo_areas
from dafeng.app.demo.city import Firm, firms
from dafeng.app.demo.flows import Flows, simulate
from dafeng.app.demo.method_data import (
    EXPIRED,
    IMPOSSIBLE,
    IN_PERCENT,
    NOT_TAKEN,
    SLIPPED,
    deliveries,
    firms_with_methods,
)
from dafeng.app.demo.story import with_story
from dafeng.app.demo.tuning import tuned
from dafeng.collect.codelists import code_lists
from dafeng.collect.contracts import DELIVERIES
from dafeng.collect.facts import current, empty_facts
from dafeng.collect.importing import Context, Imported, import_table
from dafeng.registry.areas import area_tree
from dafeng.rules.rulebook import packaged_rulebook

GIVEN, RIGHT = "activity/41_核算数据.xlsx", "activity/42_核算数据(更正).xlsx"
NOW = datetime(2026, 2, 1, tzinfo=UTC)
YEAR = "2022"


@pytest.fixture(scope="module")
def people() -> tuple[tuple[Firm, ...], Flows]:
    rng = np.random.default_rng(SEED)
    made, _ = with_story(firms(rng))
    return made, tuned(simulate(made, rng), made)


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return build_demo()


def taken(files: dict[str, bytes], path: str, kind: str, known: pl.DataFrame | None = None) -> Imported:
    lists = code_lists(area_tree(demo_areas()), "990000")
    existing = empty_facts() if known is None else known
    return import_table(files[path], path, DELIVERIES[kind], Context(lists, NOW, "synthetic", existing))


@pytest.fixture(scope="module")
def given(files: dict[str, bytes]) -> Imported:
    return taken(files, GIVEN, "method_data")


@pytest.fixture(scope="module")
def held(files: dict[str, bytes], given: Imported) -> pl.DataFrame:
    """All figures as they stand after the correction, with energy and the delivered process emissions of one year."""
    right = taken(files, RIGHT, "method_data", given.facts).merged.new
    later = right.with_columns(recorded_at=pl.col("recorded_at") + timedelta(days=1))
    energy = taken(files, "activity/03_能源消费_2022.csv", "energy").facts
    other = taken(files, "activity/13_企业其他指标.xlsx", "enterprise_measures").facts
    every = current(pl.concat([given.facts, later, energy, other]))
    return every.filter(pl.col("period").str.starts_with(YEAR))


@pytest.fixture(scope="module")
def lines(held: pl.DataFrame) -> pl.DataFrame:
    return inventory(held, packaged_rulebook(), family="ndrc_one_grid").lines


def value(lines: pl.DataFrame, firm: Firm, measure: str, item: str = "total", period: str = YEAR) -> float | None:
    found = lines.filter(subject_id=firm.id, measure=measure, item=item, period=period)
    assert found.height == 1, (firm.name, measure, item)
    return found["value"][0]


def of(people: tuple[tuple[Firm, ...], Flows], branch: str) -> list[Firm]:
    return [f for f in people[0] if f.branch.key == branch]


def test_every_row_is_taken_and_says_that_it_is_of_a_play(given: Imported) -> None:
    assert given.parsed.rejected.is_empty()
    assert given.parsed.faults.filter(pl.col("severity") == "error").is_empty()
    assert set(given.facts["status"]) == {"synthetic"}
    assert given.parsed.rows["source"].str.contains("演示").all()


def test_figures_that_cannot_be_are_doubted_at_the_door(people, given: Imported) -> None:
    doubted = given.parsed.faults.filter(pl.col("kind") == "method_above_most")
    pure, percent = sorted(float(t) for t in doubted["text"])
    assert (pure, 60 < percent < 70) == (1.02, True)
    assert "最大值 1" in doubted["what_zh"][0]
    assert set(given.parsed.faults["kind"]) == {"method_above_most"}


def test_ten_industries_and_more_deliver_for_their_methods(given: Imported) -> None:
    methods = set(given.facts["item"])
    assert {d.method for d in deliveries()} == methods
    assert len(methods) >= 14


def test_a_coking_works_loses_a_little_of_its_carbon_and_burns_its_gas(people, lines: pl.DataFrame) -> None:
    output = people[1].years.filter(pl.col("year") == int(YEAR)).select("firm", "output")
    made = dict(output.iter_rows())
    for firm in [*of(people, "coke"), *of(people, "coke_power")]:
        burnt, lost = (value(lines, firm, m) for m in ("co2_combustion_t", "co2_process_t"))
        assert burnt is not None
        assert lost is not None
        assert burnt > 0
        assert 0.2 < (burnt + lost) / made[firm.number] < 0.6  # IPCC 2006: 0.56 t per t of coke, all together
        assert value(lines, firm, "co2_combustion_t", "independent_coking/fuel/cleaned_coal") == 0


def test_a_works_with_its_own_plant_is_accounted_by_two_methods(people, held, lines: pl.DataFrame) -> None:
    for firm in of(people, "coke_power"):
        items = lines.filter(subject_id=firm.id, measure="co2_combustion_t", period=YEAR)["item"].to_list()
        assert {i.split("/")[0] for i in items} == {"independent_coking", "power_generation", "total"}
        own = held.filter((pl.col("subject_id") == firm.id) & pl.col("period").str.contains("-"))
        parts = own.filter(pl.col("measure") == "stream:fuel/coke_oven_gas/amount")["value"].sum()
        used = own.filter((pl.col("measure") == "energy_used") & (pl.col("item") == "coke_oven_gas"))["value"].sum()
        assert parts == pytest.approx(used, rel=1e-4)  # each cubic metre in one of the two


def test_what_a_method_computes_replaces_the_delivered_process_emissions(people, held, lines: pl.DataFrame) -> None:
    process = held.filter(pl.col("measure") == "process_emissions_t_co2")
    for branch in ("cement", "aluminium", "magnesium", "glass"):
        for firm in of(people, branch):
            items = lines.filter(subject_id=firm.id, measure="co2_process_t", period=YEAR)
            assert all("/" in i or i == "total" for i in items["item"]), branch
            before = process.filter(pl.col("subject_id") == firm.id)["value"].sum()
            assert value(lines, firm, "co2_process_t") == pytest.approx(before, rel=0.06)


def test_the_month_has_its_process_emissions_as_before(people, lines: pl.DataFrame) -> None:
    firm = of(people, "cement")[0]
    months = [value(lines, firm, "co2_process_t", "cement/clinker/portland", f"{YEAR}-{m:02d}") for m in range(1, 13)]
    assert None not in months
    assert sum(months) == pytest.approx(value(lines, firm, "co2_process_t", "cement/clinker/portland"))


def test_ammonia_gives_off_what_urea_and_slag_do_not_hold(people, lines: pl.DataFrame) -> None:
    firm = of(people, "ammonia")[0]
    fed = value(lines, firm, "co2_process_t", "ammonia/feedstock/anthracite")
    kept = value(lines, firm, "co2_process_t", "ammonia/product/urea")
    assert fed is not None
    assert kept is not None
    assert kept < 0 < fed + kept
    assert value(lines, firm, "co2_process_t") == pytest.approx(
        fed + kept + (value(lines, firm, "co2_process_t", "ammonia/residue/slag") or 0.0)
    )


def at(facts: pl.DataFrame, people, trouble: tuple[str, int, str, int], year: int | None = None) -> dict:
    branch, nth, datum, when = trouble
    firm = of(people, branch)[nth]
    found = facts.filter(subject_id=firm.id, measure=f"stream:{datum}", period=str(year or when))
    assert found.height == 1
    return found.row(0, named=True)


def test_the_slips_are_put_right_by_the_correction(people, given: Imported, held: pl.DataFrame) -> None:
    wrong = at(given.facts, people, SLIPPED)
    assert wrong["value"] == pytest.approx(1000 * at(held, people, SLIPPED)["value"])
    assert at(given.facts, people, IN_PERCENT)["value"] > 60


def test_a_percent_in_place_of_a_share_was_corrected(files: dict[str, bytes], people, given: Imported) -> None:
    right = taken(files, RIGHT, "method_data", given.facts).merged.corrected
    assert right.height == 2
    share = right.filter(pl.col("measure") == f"stream:{IN_PERCENT[2]}")
    assert share["value"][0] < 1 < share["old"][0]


def test_a_purity_that_cannot_be_is_not_taken_and_said(people, given: Imported) -> None:
    firm = of(people, IMPOSSIBLE[0])[IMPOSSIBLE[1]]
    facts = given.facts.filter((pl.col("subject_id") == firm.id) & pl.col("period").str.starts_with("2024"))
    lines = inventory(facts, packaged_rulebook(), family="ndrc_one_grid").lines
    soda = lines.filter(measure="co2_process_t", item="flat_glass/carbonate/na2co3", period="2024-03")
    assert "不采用" in soda["note"][0]
    assert soda["value"][0] > 0


def test_a_stock_that_was_not_taken_leaves_the_gas_open(people, held: pl.DataFrame, lines: pl.DataFrame) -> None:
    assert at(held, people, NOT_TAKEN)["value"] is None
    firm = of(people, NOT_TAKEN[0])[NOT_TAKEN[1]]
    gas = lines.filter(subject_id=firm.id, measure="ghg_other_t", period=YEAR, item="machinery/gas_loss/SF6")
    assert gas["value"].to_list() == [None]
    other = of(people, NOT_TAKEN[0])[0]
    assert (value(lines, other, "ghg_other_t") or 0) > 0


def test_after_the_laboratory_expired_the_default_stands(people, given: Imported) -> None:
    for year in (2024, 2025):
        assert at(given.facts, people, EXPIRED, year)["value"] is None
    assert at(given.facts, people, EXPIRED, 2023)["value"] > 25
    firm = of(people, EXPIRED[0])[EXPIRED[1]]
    told = given.parsed.rows.filter((pl.col("enterprise_id") == firm.id) & pl.col("remark").is_not_null())
    assert told["remark"].str.contains("资质到期").all()
    facts = given.facts.filter((pl.col("subject_id") == firm.id) & (pl.col("period") == "2024"))
    coke = pl.concat([facts, energy_of(facts, "coke")])
    lines = inventory(coke, packaged_rulebook(), family="ndrc_one_grid").lines
    burnt = lines.filter(measure="co2_combustion_t", item="steel/fuel/coke", period="2024")
    assert burnt["value"][0] == pytest.approx(1000 * 28.447 * 0.0294 * 0.93 * 44 / 12, rel=0.06)
    assert "ndrc_metals_2013.coke.ncv" in burnt["factors"][0]


def energy_of(facts: pl.DataFrame, item: str) -> pl.DataFrame:
    """A thousand tonnes used in the year, by the works of these facts."""
    row = facts.head(1)
    return row.with_columns(
        fact_id=pl.lit("F-energy"), measure=pl.lit("energy_used"), item=pl.lit(item), value=1000.0, unit=pl.lit("t"),
        value_delivered=1000.0, unit_delivered=pl.lit("t"),
    )  # fmt: skip


def test_a_penalty_default_is_said(people, lines: pl.DataFrame) -> None:
    """Two dyeing works measured their conversion, two did not."""
    notes = [
        lines.filter(subject_id=f.id, measure="ghg_other_t", period=YEAR, item="textile/waste_water/reactor")["note"][0]
        for f in of(people, "dyeing")[:4]
    ]
    assert [bool(n and "未实测" in n) for n in notes] == [False, False, True, True]


def test_the_methods_of_a_firm_are_told(people) -> None:
    told = firms_with_methods(people[0])
    assert told[of(people, "coke_power")[0].number] == ("independent_coking", "power_generation")
    assert of(people, "vehicle")[0].number not in told
