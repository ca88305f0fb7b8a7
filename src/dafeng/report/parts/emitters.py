"""主要排放源: by industry, county and firm."""

from __future__ import annotations

from typing import Any

import polars as pl

from dafeng.base.provenance import worst
from dafeng.report.inputs import ProgressInputs
from dafeng.report.model import BarChart, Block, Column, Figure, Heading, Paragraph, Run, Table
from dafeng.report.wording import DASH, coverage_percent, figure, large, number, percent, status_words

_TOP = 15  # rows that a reader takes in at a glance
_LABEL = 13  # characters of a name that stand beside a bar
_CO2, _ENERGY = "t", "tce"
_LOCATION, _MARKET = "co2_electricity_t", "co2_electricity_market_t"
_YEARS = 6  # years of both ways side by side


def emitters(inputs: ProgressInputs) -> list[Block]:
    blocks: list[Block] = [Heading(1, "主要排放源")]
    if inputs.industries.is_empty() and inputs.emitters.is_empty():
        return [*blocks, Paragraph.of("没有可汇总的企业核算结果。")]
    if inputs.industries.height:
        blocks += _industries(inputs)
    if inputs.counties.height:
        blocks += [Heading(2, "分区县"), _breakdown("分区县能源消费与二氧化碳排放", "区县", inputs.counties, inputs)]
    if inputs.emitters.height:
        blocks += [Heading(2, "重点排放企业"), _firms(inputs)]
    return [*blocks, *_scope2(inputs)]


def _scope2(inputs: ProgressInputs) -> list[Block]:
    """Purchased power by location and by market, side by side; nothing where the run has no market-based line."""
    rows = inputs.totals.filter(pl.col("measure").is_in([_LOCATION, _MARKET]) & (pl.col("year") <= inputs.year))
    if rows.filter(measure=_MARKET).is_empty():
        return []
    held = {(r["year"], r["measure"]): r for r in rows.iter_rows(named=True)}
    years = sorted({year for year, _ in held})[-_YEARS:]
    columns = (
        Column("年份", width=1),
        Column("位置法(计入总量)", _large(_CO2), "right", 1.5),
        Column("市场法(单列)", _large(_CO2), "right", 1.5),
        Column("完整率", "%", "right", 1),
    )
    lines = tuple(
        (
            Run(str(year)), _power(held.get((year, _LOCATION))), _power(held.get((year, _MARKET))),
            Run(coverage_percent((held.get((year, _MARKET)) or {}).get("coverage"))),
        )
        for year in years
    )  # fmt: skip
    note = (
        "市场法为净购入电量扣除已核销绿证、绿电电量后,按不含市场化交易非化石电量的全国平均因子计算;"
        f"现行核算规则以位置法计入总量,市场法单列,不重复计入;{DASH}为缺数。"
    )
    return [Heading(2, "净购入电力排放的两种口径"), Table("净购入电力二氧化碳排放", columns, lines, note=note)]


def _power(row: dict[str, Any] | None) -> Run:
    if row is None:
        return Run(DASH)
    return figure(large(row["value"], _CO2)[0], row["line_id"], row["status"], _large(_CO2))


def _industries(inputs: ProgressInputs) -> list[Block]:
    blocks: list[Block] = [Heading(2, "分行业")]
    known = inputs.industries.drop_nulls("co2_t").head(_TOP)
    if known.height:
        blocks.append(_bars(known, inputs.year))
    caption = "分行业能源消费与二氧化碳排放"
    return [*blocks, _breakdown(caption, "行业", inputs.industries.head(_TOP), inputs)]


def _bars(top: pl.DataFrame, year: int) -> Figure:
    lead = top.row(0, named=True)
    found = "已核算行业中最大" if lead["share"] is None else f"排放最多,占{percent(lead['share'])}"
    values = tuple(v for v in (large(v, "t")[0] for v in top["co2_t"]) if v is not None)
    return Figure(
        f"{lead['name']}{found}",
        f"{year}年纳入核算企业二氧化碳排放,{_large(_CO2)},按行业大类",
        BarChart(tuple(_short(n) for n in top["name"]), values, _large(_CO2)),
        source=f"本系统核算,状态:{status_words(worst(top['status']))}",
    )


def _short(name: str) -> str:
    return name if len(name) <= _LABEL else name[: _LABEL - 1] + "…"


def _breakdown(caption: str, head: str, rows: pl.DataFrame, inputs: ProgressInputs) -> Table:
    columns = (
        Column(head, width=3),
        Column("能源消费(等价值)", _large(_ENERGY), "right", 1.5),
        Column("CO₂排放", _large(_CO2), "right", 1.3),
        Column("占比", "%", "right", 0.9),
        Column("比上年", "%", "right", 0.9),
        Column("数据完整率", "%", "right", 1),
    )
    lines = tuple(
        (
            Run(r["name"]),
            figure(large(r["energy_tce"], _ENERGY)[0], r["energy_line_id"], r["energy_status"], _large(_ENERGY)),
            _co2(r),
            _percent(r["share"]),
            _percent(r["change"]),
            Run(coverage_percent(r["coverage"])),
        )
        for r in rows.iter_rows(named=True)
    )
    before = inputs.year - 1
    note = (
        f"比上年为与{before}年比较,两年数据都完整的按合计,否则按两年都报齐的企业;占比为占全域核算合计的比重;"
        f"{DASH}为缺数或数据完整率不足,不作合计。"
    )
    return Table(f"{inputs.year}年{caption}", columns, lines, note=note)


def _co2(row: dict[str, Any]) -> Run:
    return figure(large(row["co2_t"], _CO2)[0], row["line_id"], row["status"], _large(_CO2))


def _percent(share: float | None) -> Run:
    """A share as it stands under a % head."""
    return Run(number(None if share is None else share * 100, 3))


def _firms(inputs: ProgressInputs) -> Table:
    columns = (
        Column("企业", width=3),
        Column("区县", width=1),
        Column("CO₂排放", _large(_CO2), "right", 1.2),
        Column("占比", "%", "right", 0.8),
        Column("数据完整率", "%", "right", 1),
    )
    rows = tuple(
        (Run(r["name"]), Run(r["county"]), _co2(r), _percent(r["share"]), Run(coverage_percent(r["coverage"])))
        for r in inputs.emitters.head(_TOP).iter_rows(named=True)
    )
    note = f"占比为占全域核算合计的比重;{DASH}为缺数。"
    return Table(f"{inputs.year}年排放最多的{len(rows)}家企业", columns, rows, note=note)


def _large(unit: str) -> str:
    """The unit in which large amounts are printed."""
    return large(0.0, unit)[1]
