"""A region as a case (JSON, without a programme) gives what the programme makes of the same balance."""

from __future__ import annotations

import msgspec
import polars as pl
import pytest

from dafeng.account.cases.reading import read_case
from dafeng.account.cases.result import run_case
from dafeng.account.regional.downscale import PROXY_SCHEMA
from dafeng.account.regional.totals import by_row
from dafeng.account.regional.whole import FAMILY, whole_account
from dafeng.collect.regional_tables import read_regional
from dafeng.rules.methods import packaged_methods
from dafeng.rules.regional import regional_rules
from dafeng.rules.rulebook import packaged_rulebook

AREA = "140700"
FUELS = {  # row, words, carrier, case item, amount in the unit of the yearbook, unit
    ("final.industry", "工业", "焦炭", "coke", 120.0, "万吨"),
    ("final.industry", "工业", "柴油", "diesel", 8.0, "万吨"),
    ("final.transport", "交通运输、仓储和邮政业", "汽油", "gasoline", 21.0, "万吨"),
    ("final.residential", "居民生活", "天然气", "natural_gas", 3.5, "亿立方米"),
}
POWER, CLINKER = 12.0, 300.0  # 亿千瓦时 moved in, 万吨


def account(method: str, year: str):
    rows = ["区域,年份,项目,品种,数值,单位"]
    rows += [f"{AREA},{year},{words},{fuel},{amount},{unit}" for _, words, fuel, _, amount, unit in sorted(FUELS)]
    rows.append(f"{AREA},{year},外省(区、市)调入量,电力,{POWER},亿千瓦时")
    amounts = f"区域,年份,项目,数值,单位\n{AREA},{year},水泥熟料,{CLINKER},万吨\n"
    cells = pl.concat(read_regional(t.encode(), "表.csv").cells for t in ("\n".join(rows), amounts))
    empty = pl.DataFrame(schema=PROXY_SCHEMA), pl.DataFrame(schema=FAMILY)
    return whole_account(cells, *empty, packaged_rulebook(), regional_rules(), method)


def case(family: str, year: str):
    activity = [
        {"stream": "fuel", "item": item, "unit_of_works": row, "inputs": {"amount": [amount, unit]}}
        for row, _, _, item, amount, unit in sorted(FUELS)
    ]
    activity.append({"stream": "process", "item": "clinker", "inputs": {"amount": [CLINKER, "万吨"]}})
    activity.append({"stream": "electricity", "unit_of_works": "import", "inputs": {"net": [POWER, "亿kWh"]}})
    form = {"case": "city", "method": "region", "family": family, "period": year, "scope": AREA, "activity": activity}
    return run_case(read_case(msgspec.json.encode(form)), packaged_methods(), packaged_rulebook())


@pytest.mark.parametrize(("family", "year"), [("provincial_2011", "2014"), ("provincial_2025", "2023")])
def test_sector_by_sector_processes_and_imported_power_agree(family, year):
    made, told = account(family, year), case(family, year)
    ours = {u.id: u.value for u in told.by_unit}
    sectors = by_row(made.lines).filter(
        pl.col("part") == "combustion", pl.col("approach") == "sectoral", pl.col("in_total")
    )
    theirs = dict(sectors.select("row", "value").iter_rows())
    assert theirs.keys() == {row for row, *_ in FUELS}
    for row, value in theirs.items():
        assert ours[row] == pytest.approx(value, rel=1e-12), row
    lines = made.lines
    imported = lines.filter(part="import")["value"].item()
    process = lines.filter(part="process")["value"].sum()
    assert ours["import"] == pytest.approx(imported, rel=1e-12)
    direct = next(t.value for t in told.parts[0].totals if t.id == "direct")
    assert direct == pytest.approx(sum(theirs.values()) + process, rel=1e-12)
    assert told.total.value == pytest.approx(direct + imported, rel=1e-12)
