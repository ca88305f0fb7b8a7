"""主要排放源: by industry, county and firm."""

from __future__ import annotations

import polars as pl

from dafeng.report.inputs import ProgressInputs
from dafeng.report.model import BarChart, Block, Column, Figure, Heading, Paragraph, Run, Table
from dafeng.report.wording import DASH, figure, large, number, percent

_TOP = 15  # rows that a reader takes in at a glance


def emitters(inputs: ProgressInputs) -> list[Block]:
    blocks: list[Block] = [Heading(1, "主要排放源")]
    if inputs.industries.is_empty():
        return [*blocks, Paragraph.of("没有可汇总的企业核算结果。")]
    top = inputs.industries.drop_nulls("co2_t").head(_TOP)
    lead = top.row(0, named=True)
    blocks += [
        Heading(2, "分行业"),
        Figure(
            f"{lead['name']}排放最多,占{percent(lead['share'])}",
            f"{inputs.year}年纳入核算企业二氧化碳排放,万吨,按行业大类",
            BarChart(tuple(str(n)[:13] for n in top["name"]), tuple(v / 1e4 for v in top["co2_t"]), "万吨"),
        ),
        _breakdown("分行业能源消费与二氧化碳排放", "行业", top, inputs),
    ]
    if inputs.counties.height:
        blocks += [Heading(2, "分区县"), _breakdown("分区县能源消费与二氧化碳排放", "区县", inputs.counties, inputs)]
    blocks += [Heading(2, "重点排放企业"), _firms(inputs)]
    return blocks


def _breakdown(caption: str, head: str, rows: pl.DataFrame, inputs: ProgressInputs) -> Table:
    columns = (
        Column(head, width=3),
        Column("能源消费(等价值)", "万tce", "right", 1.5),
        Column("CO₂排放", "万吨", "right", 1.3),
        Column("占比", "%", "right", 0.9),
        Column("比上年", "%", "right", 0.9),
        Column("数据完整率", "%", "right", 1),
    )
    lines = tuple(
        (
            Run(str(r["name"])),
            figure(large(r["energy_tce"], "tce")[0], r["energy_line_id"], r["energy_status"]),
            figure(large(r["co2_t"], "t")[0], r["line_id"], r["status"]),
            Run(number(None if r["share"] is None else r["share"] * 100, 3)),
            Run(number(None if r["change"] is None else r["change"] * 100, 3)),
            Run(number(None if r["coverage"] is None else r["coverage"] * 100, 3)),
        )
        for r in rows.iter_rows(named=True)
    )
    return Table(
        f"{inputs.year}年{caption}",
        columns,
        lines,
        note=f"比上年为与{inputs.year - 1}年同口径比较;{DASH}为缺数或数据完整率不足,不作合计。",
    )


def _firms(inputs: ProgressInputs) -> Table:
    columns = (
        Column("企业", width=3),
        Column("区县", width=1),
        Column("CO₂排放", "万吨", "right", 1.2),
        Column("占比", "%", "right", 0.8),
        Column("数据完整率", "%", "right", 1),
    )
    rows = tuple(
        (
            Run(str(r["name"])),
            Run(str(r["county"])),
            figure(large(r["co2_t"], "t")[0], r["line_id"], r["status"]),
            Run(number(None if r["share"] is None else r["share"] * 100, 3)),
            Run(number(None if r["coverage"] is None else r["coverage"] * 100, 3)),
        )
        for r in inputs.emitters.head(_TOP).iter_rows(named=True)
    )
    return Table(f"{inputs.year}年排放最多的{len(rows)}家企业", columns, rows)
