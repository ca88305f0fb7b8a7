"""The tiny town with the people of a filing, and workbooks as a works would deliver them."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import tiny_town
from case_fakes import MemoryCases

from dafeng.app.filing import acts as filing
from dafeng.app.filing import moves as filing_moves
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.collect.contracts import ENERGY

MONTH = "2025-01"  # the clock of the fakes stands on 2025-03-01: late since 2025-02-20
FILLER = Caller("填报人", frozenset({"filler"}), enterprises=frozenset({"E-1"}))
SECOND_FILLER = Caller("填报人二", frozenset({"filler"}), enterprises=frozenset({"E-1"}))
APPROVER = Caller("审核人", frozenset({"approver"}), enterprises=frozenset({"E-1"}))
BOTH = Caller("一人", frozenset({"filler", "approver"}), enterprises=frozenset({"E-1"}))
COUNTY = Caller("东县人", frozenset({"county"}), areas=frozenset({tiny_town.EAST}))
OTHER_COUNTY = Caller("西县人", frozenset({"county"}), areas=frozenset({tiny_town.WEST}))
CITY = Caller("市局", frozenset({"officer"}), areas=frozenset({tiny_town.CITY}))
VERIFIER = Caller("核查人", frozenset({"verifier"}), enterprises=frozenset({"E-1"}))
FOREIGN = Caller("邻厂", frozenset({"filler", "approver"}), enterprises=frozenset({"E-3"}))
ANALYST = Caller("分析员", frozenset({"analyst"}), areas=frozenset({tiny_town.CITY}))
AUDITOR = Caller("审计员", frozenset({"auditor"}))
EVERYBODY = (FILLER, APPROVER, COUNTY, OTHER_COUNTY, CITY, VERIFIER, FOREIGN, ANALYST, AUDITOR, tiny_town.PUBLIC)


def months() -> list[dict[str, object]]:
    """Two years of coal and power of the steelworks: about 1000 t and 500 MWh a month."""
    return [
        tiny_town.fact("E-1", measure, item, 2024, amount + m, unit) | {"period": f"{year}-{m:02d}"}
        for year in (2023, 2024)
        for m in range(1, 13)
        for measure in ("energy_bought", "energy_used")
        for item, amount, unit in (("bituminous", 1000.0, "t"), ("electricity", 500.0, "MWh"))
    ]


def filing_town() -> Services:
    return replace(tiny_town.town(months()), cases=MemoryCases())


def workbook(*rows: dict[str, str]) -> bytes:
    """A delivered CSV in the template's columns."""
    named = [{ENERGY.columns[k].header: v for k, v in row.items()} for row in rows]
    return pl.DataFrame(named, infer_schema_length=None).write_csv().encode("utf-8-sig")


def row(item: str = "烟煤", used: str = "1010", **more: str) -> dict[str, str]:
    fixed = {"enterprise_id": "E-1", "name": "东方钢铁厂", "period": MONTH, "item": item}
    unit = {"烟煤": "吨", "电力": "兆瓦时"}.get(item, "吨")
    return fixed | {"unit": unit, "bought": used, "used": used} | more


GOOD = (row(), row("电力", "505"))


def draft(services: Services, caller: Caller = FILLER) -> filing.FilingPage:
    return filing.open_filing(
        services, caller, filing.FilingDraft(enterprise_id="E-1", period=MONTH, contract="energy")
    )


def step(services: Services, caller: Caller, page: filing.FilingPage, move: str, **more: object) -> filing.FilingPage:
    """A move on the version that is now."""
    version = filing.filing(services, CITY, page.id).version
    return filing_moves.move_filing(services, caller, page.id, filing_moves.FilingMove(move=move, **more), version)  # type: ignore[arg-type]


def filled(services: Services, *rows: dict[str, str], caller: Caller = FILLER) -> filing.FilingPage:
    page = draft(services, caller)
    return filing.take_workbook(services, caller, page.id, workbook(*(rows or GOOD)), "一月.csv", page.version)
