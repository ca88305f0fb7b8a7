"""A made-up town: two counties, four firms, three years, one plan. Every figure in it can be worked out by hand.

East county: a steelworks (E-1) and a foundry (E-2). West county: a cement works (E-3) and a mill (E-4) that delivered
nothing in 2024. Coal and power fall by 5 % of the first year's figure every year.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl
from case_fakes import MemoryCases
from fakes import NOW, MemoryColumns, MemoryFiles, MemoryRecords, StandingClock

from dafeng.app import assessing
from dafeng.app.accounts import accounting
from dafeng.app.ports import Batch
from dafeng.app.services import Services
from dafeng.app.settings import Settings
from dafeng.base.callers import Caller
from dafeng.collect.facts import FACT_SCHEMA, with_ids
from dafeng.plan.ledger import View
from dafeng.plan.records import Document, Responsible, Target, Task
from dafeng.plan.reread import reading_entries
from dafeng.registry.areas import AREA
from dafeng.registry.enterprises import ENTERPRISE, SITE

PROVINCE, CITY, EAST, WEST = "990000", "990100", "990101", "990102"
YEARS = (2022, 2023, 2024)
OWNER = Caller("主人", frozenset({"owner"}), everything=True)
EAST_COUNTY = Caller("东县", frozenset({"county"}), areas=frozenset({EAST}))
FILLER = Caller("填报人", frozenset({"filler"}), enterprises=frozenset({"E-1"}))
PUBLIC = Caller("公众", frozenset({"public"}))
NOBODY = Caller("无角色", frozenset(), everything=True)
FIRMS = (("E-1", "东方钢铁厂", EAST, "3120"), ("E-2", "东铸厂", EAST, "3391"), ("E-3", "西岭水泥厂", WEST, "3011"),
         ("E-4", "西河纺织厂", WEST, "1711"))  # fmt: skip


def target(number: int, indicator: str, **fields: object) -> Target:
    base = {"id": f"plan#t{number}", "doc": "plan", "quote": indicator, "span": (number * 10, number * 10 + 5),
            "indicator": indicator, "comparator": "<=", "region": "试验市", "sector": "工业"}  # fmt: skip
    return Target(**(base | fields))  # type: ignore[arg-type]


TARGETS = (
    target(1, "规模以上工业单位增加值能耗", comparator="reduce_by", value=20, unit="%", baseline_year=2022,
           target_year=2025),
    target(2, "工业领域二氧化碳排放", comparator="reach_peak_before", target_year=2030),
    target(3, "大宗工业固废综合利用率", comparator=">=", value=60, unit="%", target_year=2024),
    target(4, "能效水平", comparator="qualitative", kind="qualitative", target_year=2024),
    target(5, "已建成绿色工厂", comparator="=", value=3, unit="家", kind="fact"),
)  # fmt: skip
TASKS = (
    Task(id="plan#k1", doc="plan", path=("重点任务",), number="1", title="节能降碳", span=(0, 35), lead_rule="first",
         units=(Responsible(name="市工信局", lead=True), Responsible(name="市统计局"))),
    Task(id="plan#k2", doc="plan", path=("重点任务",), number="2", title="资源利用", span=(36, 90)),
)  # fmt: skip
DOCUMENT = Document(doc="plan", title="试验市工业领域碳达峰方案", admin_level="prefecture", region="试验市")


def fact(firm: str, measure: str, item: str, year: int, value: float | None, unit: str) -> dict[str, object]:
    """One delivered figure."""
    area = firm.isdecimal()
    return {"subject_kind": "area" if area else "enterprise", "subject_id": firm, "measure": measure, "item": item,
            "period": str(year), "value": value, "unit": unit, "value_delivered": value, "unit_delivered": unit,
            "quality": "manual", "status": "official", "file": "activity/能源.xlsx", "sha256": "ab" * 32,
            "sheet": "能源消费", "row": 2, "column": "消费量", "batch_id": "B-1", "recorded_at": NOW}  # fmt: skip


def facts(rows: Sequence[dict[str, object]]) -> pl.DataFrame:
    blank = dict.fromkeys(FACT_SCHEMA)
    return with_ids(pl.DataFrame([blank | r for r in rows], schema=FACT_SCHEMA, orient="row"))


def delivered(*, whole: bool = False) -> list[dict[str, object]]:
    """Coal, power and value added of the four firms; the mill is silent in 2024 unless the data are whole."""
    rows = []
    for n, (firm, *_) in enumerate(FIRMS, start=1):
        for year in YEARS:
            if (firm, year) == ("E-4", 2024) and not whole:
                continue
            used = n * (1 - 0.05 * (year - YEARS[0]))
            rows += [
                fact(firm, "energy_used", "bituminous", year, 1000 * used, "t"),
                fact(firm, "energy_bought", "bituminous", year, 1000 * used, "t"),
                fact(firm, "energy_used", "electricity", year, 500 * used, "MWh"),
                fact(firm, "energy_bought", "electricity", year, 500 * used, "MWh"),
                fact(firm, "value_added_constant", "", year, 3000.0 * n, "万元"),
            ]
    return rows


def area_rows() -> pl.DataFrame:
    rows = [(PROVINCE, "试验省", "province", None), (CITY, "试验市", "city", PROVINCE),
            (EAST, "东县", "county", CITY), (WEST, "西县", "county", CITY)]  # fmt: skip
    return pl.DataFrame(rows, schema=AREA.schema, orient="row").with_columns(
        since=pl.lit(date(2000, 1, 1)), until=pl.lit(None, pl.Date)
    )


def firm_rows(*firms: tuple[str, str, str, str]) -> pl.DataFrame:
    full = [(i, None, name, area, industry, True, True, "operating", date(2020, 1, 1), None, False)
            for i, name, area, industry in firms]  # fmt: skip
    return pl.DataFrame(full, schema=ENTERPRISE.schema, orient="row")


def site_rows() -> pl.DataFrame:
    rows = [("S-1", "E-1", "一号炉", EAST, date(2020, 1, 1), None)]
    return pl.DataFrame(rows, schema=SITE.schema, orient="row")


def empty_town(**settings: object) -> Services:
    """A programme with its areas, and nothing else."""
    made = Settings(**({"name": "试验", "area": CITY} | settings))  # type: ignore[arg-type]
    services = Services(
        made, MemoryRecords(), MemoryColumns(), MemoryFiles(), StandingClock(), "test", cases=MemoryCases()
    )
    services.records.put_registry("areas", area_rows(), "B-0", NOW)
    return services


def town(rows: Sequence[dict[str, object]] | None = None, **settings: object) -> Services:
    """The town with its plan and data, not run yet."""
    services = empty_town(**settings)
    services.records.put_registry("enterprises", firm_rows(*FIRMS), "B-0", NOW)
    services.records.put_registry("sites", site_rows(), "B-0", NOW)
    services.records.append_entries(reading_entries(View(), [DOCUMENT, *TARGETS, *TASKS], NOW, "plan.txt"))
    given = delivered() if rows is None else rows
    if given:
        services.columns.put_facts("B-1", facts(given))
    return services


def batch(batch_id: str, file: str, **fields: object) -> Batch:
    base = {"sha256": batch_id * 8, "contract": "energy", "rows": 10, "accepted": 10, "rejected": 0, "facts": 10,
            "problems": [], "imported_at": NOW, "imported_by": "李"}  # fmt: skip
    return Batch(batch_id=batch_id, file=file, **(base | fields))  # type: ignore[arg-type]


def run(services: Services, year: int | None = None) -> Services:
    """Account and evaluate."""
    accounting.compute(services, OWNER)
    assessing.assess(services, OWNER, year)
    return services
