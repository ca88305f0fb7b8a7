"""变化原因: the decomposition of the change."""

from __future__ import annotations

from dafeng.report.inputs import ProgressInputs
from dafeng.report.model import Block, Column, Figure, Heading, Paragraph, Run, Table, Waterfall
from dafeng.report.wording import figure, large


def drivers(inputs: ProgressInputs) -> list[Block]:
    blocks: list[Block] = [Heading(1, "变化原因")]
    drivers = inputs.drivers
    if drivers is None:
        return [*blocks, Paragraph.of("缺少两个年份的可比数据,未作因素分解。")]
    first, unit = large(drivers.first_t, "t")
    last, _ = large(drivers.last_t, "t")
    steps = tuple((d.name, (large(d.value_t, "t")[0] or 0.0)) for d in drivers.parts)
    up = max(drivers.parts, key=lambda d: abs(d.value_t))
    blocks.append(
        Figure(
            f"{up.name}是{drivers.first_year}—{drivers.last_year}年排放变化的首要因素",
            f"二氧化碳排放变化的因素分解(LMDI 加法),{unit}",
            Waterfall((str(drivers.first_year), first or 0.0), steps, (str(drivers.last_year), last or 0.0), unit),
            note=drivers.note,
        )
    )
    for caption, parts in (("分行业贡献", drivers.by_industry), ("分区县贡献", drivers.by_county)):
        if parts:
            rows = tuple((Run(d.name), figure(large(d.value_t, "t")[0], d.node, drivers.status)) for d in parts[:12])
            columns = (Column(caption[1:-2], width=3), Column("对排放变化的贡献", unit, "right", 2))
            blocks.append(Table(caption, columns, rows))
    return blocks
