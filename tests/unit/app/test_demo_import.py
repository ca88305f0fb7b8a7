"""The demonstration through our own border: every row is taken, the unit slip is noticed, the correction corrects."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest

from dafeng.account.lines import LINE_SCHEMA
from dafeng.app.demo import build_demo, demo_areas
from dafeng.base.columns import CodeList
from dafeng.base.contracts import check
from dafeng.collect.codelists import code_lists
from dafeng.collect.contracts import DELIVERIES, ENTERPRISES, SITES
from dafeng.collect.facts import current, empty_facts
from dafeng.collect.headers import table_in
from dafeng.collect.importing import Context, Imported, import_table
from dafeng.collect.roster import enterprise_rows
from dafeng.collect.workbooks import read_workbook
from dafeng.evaluate.indicators import indicator_library
from dafeng.evaluate.linking import link_targets
from dafeng.evaluate.observations import Subject
from dafeng.evaluate.values import indicator_values
from dafeng.plan.read import PlanReading, read_plan
from dafeng.registry.areas import area_tree

LIBRARY = indicator_library()
NO_LINES = pl.DataFrame(schema=LINE_SCHEMA)
NOW = datetime(2026, 2, 1, tzinfo=UTC)
TABLES = {
    "activity/11_产品产量.xlsx": "output",
    "activity/12_工业增加值.xlsx": "value_added",
    "activity/13_企业其他指标.xlsx": "enterprise_measures",
    "activity/14_能源去向.xlsx": "energy_use",
    "activity/21_区域统计.xlsx": "area_statistics",
}


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return build_demo()


@pytest.fixture(scope="module")
def lists() -> dict[str, CodeList]:
    indicators = [(i.id, i.zh, i.unit) for i in indicator_library().indicators.values()]
    return code_lists(area_tree(demo_areas()), "990000", indicators)


def taken(data: bytes, kind: str, lists: dict[str, CodeList], known: pl.DataFrame | None = None) -> Imported:
    existing = empty_facts() if known is None else known
    return import_table(data, "demo", DELIVERIES[kind], Context(lists, NOW, "synthetic", existing))


@pytest.mark.parametrize("path", TABLES)
def test_every_row_is_taken_without_a_fault(files: dict[str, bytes], lists: dict[str, CodeList], path: str) -> None:
    result = taken(files[path], TABLES[path], lists)
    assert result.parsed.rejected.is_empty()
    assert result.parsed.faults.filter(pl.col("severity") == "error").is_empty()
    assert result.facts.height > 100
    assert set(result.facts["status"]) == {"synthetic"}


def test_the_registers_are_taken_whole(files: dict[str, bytes], lists: dict[str, CodeList]) -> None:
    for path, contract in (("registry/01_企业名录.xlsx", ENTERPRISES), ("registry/02_场所名录.xlsx", SITES)):
        raw = table_in(read_workbook(files[path], path), contract)
        parsed = check(raw.frame, contract, lists)
        assert parsed.rejected.is_empty()
        assert parsed.rows.height > 20


def test_the_unit_slip_is_noticed_and_the_correction_workbook_puts_it_right(
    files: dict[str, bytes], lists: dict[str, CodeList]
) -> None:
    year = taken(files["activity/04_能源消费_2023.csv"], "energy", lists)
    assert year.parsed.rejected.is_empty()
    slips = year.parsed.faults.filter(pl.col("kind") == "unit_scale")
    assert slips["row"].n_unique() == 1
    month = taken(files["activity/90_更正_能源消费.xlsx"], "energy", lists, year.facts)
    corrected = month.merged.corrected.filter(pl.col("period") == "2023-08")
    assert set(corrected["measure"]) == {"energy_bought", "energy_used"}
    assert (corrected["old"] / corrected["value"]).is_between(999, 1001).all()
    after = current(
        pl.concat([year.facts, month.merged.new.with_columns(recorded_at=pl.col("recorded_at") + pl.duration(days=1))])
    )
    power = after.filter((pl.col("subject_id") == corrected["subject_id"][0]) & (pl.col("measure") == "energy_used"))
    assert power["value"].max() < 10 * power["value"].median()


def test_a_file_delivered_twice_adds_nothing(files: dict[str, bytes], lists: dict[str, CodeList]) -> None:
    first = taken(files["activity/02_能源消费_2021.csv"], "energy", lists)
    again = taken(files["activity/02_能源消费_2021(重复报送).csv"], "energy", lists, first.facts)
    assert again.merged.new.is_empty()
    assert again.merged.unchanged == first.facts.height


def test_a_gap_comes_in_as_stated_missing_and_never_as_zero(
    files: dict[str, bytes], lists: dict[str, CodeList]
) -> None:
    facts = taken(files["activity/01_能源消费_2020.csv"], "energy", lists).facts
    missing = facts.filter(pl.col("value").is_null())
    assert missing.height > 0
    assert missing["reason"].null_count() == 0
    assert missing["subject_id"].n_unique() == 1


# -- the plan ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plan(files: dict[str, bytes]) -> PlanReading:
    name = "shifan-industry-2022.txt"
    return read_plan(files[f"plans/{name}"], name)


def test_the_plan_reads_with_all_the_shapes_it_was_written_for(plan: PlanReading) -> None:
    targets = plan.targets
    assert len(targets) >= 40
    assert {t.comparator for t in targets} >= {
        "=", ">=", "<=", ">", "about", "reduce_by", "increase_by", "reach_peak_before", "meet_assigned", "no_increase",
    }  # fmt: skip
    non_fossil = {t.target_year: t.value for t in targets if t.indicator == "非化石能源消费比重"}
    assert non_fossil == {2025: 13, 2030: 20}  # 分别
    assert any(t.kind == "ratio" and t.value == 1.2 for t in targets)
    assert plan.document.issue_date == "2022-11-18"


def test_every_task_of_the_plan_has_its_lead(plan: PlanReading) -> None:
    tasks = [t for t in plan.tasks if t.category == "task"]
    assert len(tasks) == 14
    for task in tasks:
        assert [u.lead for u in task.units].count(True) == 1
        assert task.units[0].lead


def test_most_targets_of_the_plan_find_their_indicator(plan: PlanReading) -> None:
    wanted = [t for t in plan.targets if t.kind == "target"]
    links = {link.target_id: link for link in link_targets(wanted)}
    sure = [t for t in wanted if links[t.id].certainty >= 0.9]
    assert len(sure) >= 0.8 * len(wanted)


def test_the_province_asks_for_more_than_the_city_promises(files: dict[str, bytes], plan: PlanReading) -> None:
    name = "shifan-province-2022.txt"
    upper = read_plan(files[f"plans/{name}"], name).targets
    words = "单位工业增加值二氧化碳排放"
    asked = next(t for t in upper if t.indicator == words)
    promised = next(t for t in plan.targets if t.indicator == words)
    assert (asked.comparator, promised.comparator) == ("reduce_by", "reduce_by")
    assert asked.value is not None
    assert promised.value is not None
    assert promised.value < asked.value


def test_the_plan_says_on_its_face_that_it_is_a_demonstration(files: dict[str, bytes]) -> None:
    for path, data in files.items():
        if path.startswith("plans/"):
            assert "演示数据" in data.decode("utf-8")


def test_what_the_demonstration_delivers_lets_its_benchmarks_lists_and_shares_be_computed(
    files: dict[str, bytes], lists: dict[str, CodeList]
) -> None:
    paths = ("activity/11_产品产量.xlsx", "activity/13_企业其他指标.xlsx")
    given = pl.concat([taken(files[path], TABLES[path], lists).facts for path in paths])
    name = "registry/01_企业名录.xlsx"
    roster = check(table_in(read_workbook(files[name], name), ENTERPRISES).frame, ENTERPRISES, lists).rows
    firms = enterprise_rows(roster, date(2018, 1, 1), synthetic=True)
    wanted = [
        *(i for i in LIBRARY.indicators if i.startswith("capacity_above_benchmark")),
        "capacity_below_baseline", "clinker_unit_energy", "steel_unit_energy", "aluminium_unit_power",
        "aluminium_renewable_share", "recycled_metal_supply", "recycled_metal_share", "short_process_steel_share",
        "green_factories", "green_factories_city", "green_supply_chain_firms", "zero_carbon_factories",
        "energy_leaders", "bulk_solid_waste_use_rate", "dyeing_water_reuse_rate", "supply_coal_intensity",
    ]  # fmt: skip
    found = indicator_values(
        [LIBRARY.indicator(i) for i in wanted], NO_LINES, given, firms, [2024], [Subject("990000")],
        tree=dict.fromkeys(firms["area_code"].unique(), "990000") | {"990000": "980000"},
    ).filter(pl.col("preferred"))  # fmt: skip
    open_ones = found.filter(pl.col("value").is_null()).select("indicator_id", "reason").rows()
    assert open_ones == []
    assert set(found["source"]) == {"computed"}
    assert set(found["status"]) == {"synthetic"}
