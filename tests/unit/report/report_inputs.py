"""A small hand-made set of inputs of the progress report, every figure of which a test can look for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl

from dafeng.plan.checks import Finding
from dafeng.plan.records import Document, Responsible, Target, Task
from dafeng.report.inputs import (
    Change,
    Driver,
    Drivers,
    FactorUsed,
    Gap,
    PathChart,
    ProgressInputs,
    Source,
    TargetProgress,
)

TOTALS = {"year": pl.Int32, "measure": pl.String, "value": pl.Float64, "unit": pl.String, "status": pl.String,
          "line_id": pl.String, "coverage": pl.Float64}  # fmt: skip
SUMS = {"name": pl.String, "co2_t": pl.Float64, "line_id": pl.String, "status": pl.String, "energy_tce": pl.Float64,
        "energy_line_id": pl.String, "energy_status": pl.String, "share": pl.Float64, "change": pl.Float64,
        "coverage": pl.Float64}  # fmt: skip
FIRMS = {"name": pl.String, "county": pl.String, "co2_t": pl.Float64, "line_id": pl.String, "status": pl.String,
         "share": pl.Float64, "coverage": pl.Float64}  # fmt: skip
COUNTS = {"name": pl.String, "reached": pl.Int64, "on_track": pl.Int64, "behind": pl.Int64, "off_track": pl.Int64,
          "not_assessed": pl.Int64, "targets": pl.Int64}  # fmt: skip


def frame(schema: dict, *rows: tuple) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=schema, orient="row")


def target(number: int, indicator: str, **fields: object) -> Target:
    base = {"id": f"plan#t{number}", "doc": "plan", "quote": indicator, "span": (number * 10, number * 10 + 5),
            "indicator": indicator, "comparator": ">=", "sector": "工业", "target_year": 2025}  # fmt: skip
    return Target(**(base | fields))  # type: ignore[arg-type]


def item(number: int, indicator: str, state: str, **fields: object) -> TargetProgress:
    base = {"indicator_id": f"i{number}", "indicator_zh": indicator, "baseline": None, "required": None,
            "actual": None, "gap": None, "unit": "%", "reason": f"理由{number}", "status": "official",
            "node": f"S-plan#t{number}-990100-2024"}  # fmt: skip
    return TargetProgress(target=target(number, indicator), state=state, **(base | fields))  # type: ignore[arg-type]


PROGRESS = (
    item(1, "单位增加值能耗", "off_track", required=2.5, actual=2.75, gap=0.25, unit="tce/万元", status="transcribed"),
    item(2, "固废综合利用率", "reached", required=60.0, actual=61.5, gap=1.5),
    item(3, "短流程炼钢占比", "behind", required=15.0, actual=14.0, gap=-1.0, status="recalled"),
    item(4, "能效水平", "not_assessed"),
)
TASK = Task(id="plan#k1", doc="plan", path=("重点任务",), number="1", title="节能降碳", span=(0, 35), lead_rule="first",
            units=(Responsible(name="市工信局", lead=True), Responsible(name="市统计局")))  # fmt: skip
PATH = PathChart("单位增加值能耗:偏离要求路径", "单位增加值能耗,tce/万元", "tce/万元", (2022, 2023, 2024, 2025),
                 (3.0, None, 2.75, None), (3.0, 2.8, 2.5, 2.4), (None, None, None, 2.4), "transcribed")  # fmt: skip
DRIVERS = Drivers(2022, 2024, 1_100_000.0, 1_000_000.0,
                  (Driver("经济规模", 50_000.0, "D-2022-2024-activity"),
                   Driver("能源强度", -150_000.0, "D-2022-2024-intensity")),
                  (Driver("炼钢", -100_000.0, "D-2022-2024-31"),), (Driver("东县", -100_000.0, "D-2022-2024-990101"),),
                  "transcribed", "残差可忽略。", "D-2022-2024-change")  # fmt: skip
FACTORS = (
    FactorUsed("a.bituminous.ncv", "烟煤热值", 23.204, "GJ/t", "2015-01-01", "指南甲", "transcribed", "烟煤", "ncv"),
    FactorUsed("a.bituminous.tce", "烟煤折标", 0.7917, "tce/t", "2015-01-01", "指南乙", "recalled", "烟煤", "tce"),
    FactorUsed("grid", "电力因子", 0.5306, "tCO2/MWh", "2023-01-01", "公告", "official"),
)  # fmt: skip


def inputs(**changed: object) -> ProgressInputs:
    """A city of two counties and two industries in 2024, with one plan."""
    made = ProgressInputs(
        programme="试验", area="试验市", year=2024, day=date(2025, 3, 1), data_time="2025-02-28", rules="abc",
        run_id="RUN-1", demonstration=False, documents=(Document(doc="plan", title="试验方案"),), progress=PROGRESS,
        not_targets={"适用门槛": 2}, tasks=(TASK,), task_targets={"plan#k1": ("plan#t1", "plan#t2")},
        totals=frame(TOTALS, (2024, "co2_total_t", 1_000_000.0, "tCO2", "transcribed", "L-total", 1.0)),
        change=Change(-0.05),
        industries=frame(SUMS,
                         ("炼钢", 700_000.0, "L-31", "transcribed", 200_000.0, "L-31e", "official", 0.7, -0.1, 1.0),
                         ("水泥", 300_000.0, "L-30", "transcribed", 90_000.0, "L-30e", "official", 0.3, None, 1.0)),
        counties=frame(SUMS, ("东县", 700_000.0, "L-e", "transcribed", 200_000.0, "L-ee", "official", 0.7, 0.0, 1.0),
                       ("西县", None, "L-w", "official", None, "L-we", "official", None, None, 0.9996)),
        emitters=frame(FIRMS, ("东方钢铁厂", "东县", 700_000.0, "L-f1", "transcribed", 0.7, 1.0)),
        county_states=frame(COUNTS, ("东县", 1, 0, 1, 1, 1, 4), ("西县", 0, 0, 0, 0, 4, 4)),
        paths=(PATH,), drivers=DRIVERS, gaps=(Gap("能源月报不全", "1家", "补报"),),
        findings=(Finding("no_lead", ("plan#k2",), "任务没有牵头单位", "no lead", "mend"),), factors=FACTORS,
        sources=(Source("能源.xlsx", "10行"),),
    )  # fmt: skip
    return replace(made, **changed)  # type: ignore[arg-type]


def empty_inputs() -> ProgressInputs:
    """A programme in which nothing was ever entered."""
    return inputs(
        documents=(), progress=(), not_targets={}, tasks=(), task_targets={}, totals=frame(TOTALS), change=Change(),
        industries=frame(SUMS), counties=frame(SUMS), emitters=frame(FIRMS), county_states=frame(COUNTS), paths=(),
        drivers=None, gaps=(), findings=(), factors=(), sources=(),
    )  # fmt: skip
