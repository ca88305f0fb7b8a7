"""Progress by department, sector and county."""

from __future__ import annotations

import polars as pl
from evaluate_frames import SCOPE, state_of, target, values

from dafeng.base.periods import Period
from dafeng.evaluate.groups import NO_DEPARTMENT, by_county, by_department, by_sector, county_states, task_of
from dafeng.evaluate.linking import Link
from dafeng.plan.records import Responsible, Task

SHARE, CO2 = "short_process_steel_share", "industrial_co2_total"


def task(task_id, span, *units, **fields):
    named = tuple(Responsible(name=n, lead=lead) for n, lead in units)
    return Task(id=task_id, doc="demo", path=(), number=None, title="", span=span, units=named, **fields)


OUTER = task("demo#k01", (0, 100), ("市发改委", True), ("市能源局", False))
INNER = task("demo#k02", (10, 40), ("市工信局", True), ("市生态环境局", False), implicit_units=("各县人民政府",))
STEEL = target("短流程炼钢占比", span=(20, 30), comparator=">=", value=10, unit="%", target_year=2025, sector="钢铁")
OVERALL = target("工业碳达峰", id="demo#t02", span=(200, 210), comparator="reach_peak_before", target_year=2030)


def states():
    return [
        state_of(STEEL, values(SHARE, {2020: 0.0, 2023: 6.0}), 2023),
        state_of(OVERALL, values(CO2, {2021: 5.0, 2022: 6.0, 2023: 7.0}), 2023),
    ]


def test_a_target_belongs_to_the_innermost_task_of_its_document():
    assert task_of(STEEL, [OUTER, INNER]) == INNER
    assert task_of(OVERALL, [OUTER, INNER]) is None
    assert task_of(STEEL, [task("x", (0, 100), span_of="repaired-simplified")]) is None


def test_departments_count_each_of_their_targets_once():
    frame = by_department(states(), [STEEL, OVERALL], [OUTER, INNER])
    rows = {(r["department"], r["role"]): r for r in frame.iter_rows(named=True)}
    assert set(rows) == {
        ("市工信局", "lead"),
        ("市生态环境局", "joint"),
        ("各县人民政府", "joint"),
        (NO_DEPARTMENT, "joint"),
    }
    assert rows["市工信局", "lead"]["on_track"] == 1
    assert rows[NO_DEPARTMENT, "joint"]["target_ids"] == ["demo#t02"]


def test_the_sectors_together_hold_every_target():
    frame = by_sector(states())
    assert frame["targets"].sum() == 2
    assert dict(frame.select("sector", "targets").iter_rows())["钢铁"] == 1


class TestCounties:
    LINKS = (
        Link(target_id="demo#t01", indicator_id=SHARE, certainty=1.0, why=""),
        Link(target_id="demo#t02", indicator_id="co2_total", certainty=1.0, why=""),
    )
    VALUES = pl.concat(
        [
            values(SHARE, {2020: 0.0, 2023: 9.0}, subject="990001"),
            values(SHARE, {2020: 0.0, 2023: 1.0}, subject="990002"),
        ]
    )
    TOTAL = target("二氧化碳排放总量", id="demo#t02", comparator="<=", value=100, unit="万吨", target_year=2025)

    def run(self, **more):
        return county_states(
            [STEEL, self.TOTAL], self.LINKS, self.VALUES, Period.year(2023), SCOPE, ["990001", "990002"], **more
        )

    def test_a_share_is_judged_on_the_countys_own_values_by_the_citys_figure(self):
        found = {(s.target_id, s.subject_id): s for s in self.run().states}
        assert found["demo#t01", "990001"].state == "on_track"
        assert found["demo#t01", "990002"].state == "off_track"
        assert found["demo#t01", "990001"].reason_zh.startswith("按全市目标评价(未分解到县)")

    def test_a_total_that_was_not_split_is_nobodys_share(self):
        found = {(s.target_id, s.subject_id): s for s in self.run().states}
        assert found["demo#t02", "990001"].reason_zh == "未评估:总量目标尚未分解到县"

    def test_a_split_target_takes_the_place_of_the_citys(self):
        split = target("短流程炼钢占比", comparator=">=", value=1, unit="%", target_year=2025)
        found = {(s.target_id, s.subject_id): s for s in self.run(splits={("demo#t01", "990002"): split}).states}
        assert found["demo#t01", "990002"].state == "reached"
        assert "未分解" not in found["demo#t01", "990002"].reason_zh

    def test_the_board_of_counties(self):
        frame = by_county(self.run().states)
        assert frame["area_code"].to_list() == ["990001", "990002"]
        assert frame["not_assessed"].to_list() == [1, 1]
