"""变化原因: the decomposition of the change."""

from __future__ import annotations

from dafeng.report.inputs import Driver, Drivers, ProgressInputs
from dafeng.report.model import Block, Column, Figure, Heading, Paragraph, Run, Table, Waterfall
from dafeng.report.wording import figure, large, status_words

_MOST = 12  # rows of a table of contributions


def drivers(inputs: ProgressInputs) -> list[Block]:
    blocks: list[Block] = [Heading(1, "变化原因")]
    drivers = inputs.drivers
    if drivers is None:
        return [*blocks, Paragraph.of("缺少两个年份的可比数据,未作因素分解。")]
    if not drivers.parts:
        return [*blocks, Paragraph.of(f"{drivers.first_year}—{drivers.last_year}年可比口径排放没有变化。")]
    blocks.append(_waterfall(drivers))
    for head, parts in (("行业", drivers.by_industry), ("区县", drivers.by_county)):
        if parts:
            blocks.append(_contributions(head, parts, drivers))
    return blocks


def _waterfall(drivers: Drivers) -> Figure:
    first, unit = large(drivers.first_t, "t")
    last, _ = large(drivers.last_t, "t")
    steps = tuple((d.name, (large(d.value_t, "t")[0] or 0.0)) for d in drivers.parts)
    main = max(drivers.parts, key=lambda d: abs(d.value_t))
    return Figure(
        f"{main.name}是{drivers.first_year}—{drivers.last_year}年排放变化的首要因素",
        f"二氧化碳排放变化的因素分解(LMDI 加法),{unit}",
        Waterfall((str(drivers.first_year), first or 0.0), steps, (str(drivers.last_year), last or 0.0), unit),
        source=f"本系统核算,状态:{status_words(drivers.status)}",
        note=drivers.note,
    )


def _contributions(head: str, parts: tuple[Driver, ...], drivers: Drivers) -> Table:
    _, unit = large(0.0, "t")
    rows = tuple((Run(d.name), figure(large(d.value_t, "t")[0], d.node, drivers.status, unit)) for d in parts[:_MOST])
    columns = (Column(head, width=3), Column("对排放变化的贡献", unit, "right", 2))
    note = f"按贡献大小列前{_MOST}项,共{len(parts)}项。" if len(parts) > _MOST else ""
    return Table(f"{drivers.first_year}—{drivers.last_year}年分{head}贡献", columns, rows, note=note)
