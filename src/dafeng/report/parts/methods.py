"""方法与来源: methods, parameters with their status, sources."""

from __future__ import annotations

from dafeng.base.provenance import worst
from dafeng.report.inputs import FactorUsed, ProgressInputs
from dafeng.report.model import Block, Column, Heading, Paragraph, Run, Table
from dafeng.report.wording import DASH, number, status_words


def methods(inputs: ProgressInputs) -> list[Block]:
    blocks: list[Block] = [
        Heading(1, "方法与来源"),
        Heading(2, "方法"),
        Paragraph.of(
            "能源消费按《综合能耗计算通则》(GB/T 2589-2020)分当量值与等价值核算;二氧化碳排放包括化石燃料燃烧排放与"
            "净购入电力、热力的间接排放,企业报送的工业过程排放按报送值计入总量;燃料燃烧按碳平衡法,净外供可为负值,"
            "不作截断。缺数不作零处理。"
        ),
        Paragraph.of(
            "目标进度按要求路径与实际值之差判定;强度下降类目标的要求路径按年均等比下降,水平类目标按线性内插;"
            "完成上级下达任务、定性表述等不能量化的目标列为未评估。因素分解采用 LMDI 加法形式。"
        ),
        *(Paragraph.of(note) for note in inputs.notes),
    ]
    if inputs.factors:
        blocks.append(Heading(2, "采用的参数"))
        blocks += [t for t in (_fuel_table(inputs), _other_table(inputs), _notices(inputs)) if t.rows]
    blocks.append(Heading(2, "资料来源"))
    heads = (Column("资料", width=3), Column("说明", width=5))
    documents = [
        (d.title or d.doc, "方案原文" + (f",{d.issue_date}印发" if d.issue_date else "")) for d in inputs.documents
    ]
    listed = tuple(
        (Run(name), Run(words)) for name, words in [*documents, *((s.name, s.words) for s in inputs.sources)]
    )
    blocks.append(Table("资料来源", heads, listed))
    return blocks


_FUEL_KINDS = {
    "ncv": "低位发热量",
    "carbon_content": "单位热值含碳量",
    "oxidation_rate": "碳氧化率",
    "tce": "折标准煤系数",
}


def _fuel_table(inputs: ProgressInputs) -> Table:
    """A fuel a row: calorific value, carbon, oxidation, standard coal."""
    fuels: dict[str, dict[str, list[FactorUsed]]] = {}
    for f in inputs.factors:
        if f.item is not None:
            fuels.setdefault(f.item, {}).setdefault(f.kind, []).append(f)
    columns = (
        Column("能源品种", width=1.6),
        *(Column(zh, align="right", width=1.3) for zh in _FUEL_KINDS.values()),
        Column("状态", align="center", width=0.9),
        Column("来源序号", align="center", width=0.9),
    )
    order = _sources(inputs)
    rows = []
    for item, held in fuels.items():
        cells = [_cell(held.get(kind, [])) for kind in _FUEL_KINDS]
        used = [f for kind in held.values() for f in kind]
        numbers = sorted({order[f.source] for f in used})
        status = status_words(worst(f.status for f in used))
        rows.append((Run(item), *cells, Run(status), Run("、".join(map(str, numbers)))))
    return Table("燃料参数", columns, tuple(rows), note="数值后为计量单位;来源序号见下表。")


def _cell(factors: list[FactorUsed]) -> Run:
    """The value with its unit; several where it changed within the year, each with the day from which it holds."""
    said = [f"{number(f.value, 5)} {_short(f.unit)}".strip() for f in factors]
    if len(said) > 1:
        said = [f"{words}({f.since}起)" for words, f in zip(said, factors, strict=True)]
    return Run("、".join(said) or DASH)


def _short(unit: str) -> str:
    return "" if unit in ("fraction", "1") else unit.replace("10^4 Nm3", "万Nm³")


def _other_table(inputs: ProgressInputs) -> Table:
    columns = (
        Column("参数", width=3),
        Column("数值", align="right", width=1),
        Column("单位", width=1.2),
        Column("起用", align="center", width=1.2),
        Column("状态", align="center", width=0.9),
        Column("来源序号", align="center", width=0.9),
    )
    order = _sources(inputs)
    rows = tuple(
        (
            Run(f.name),
            Run(number(f.value, 5)),
            Run(f.unit),
            Run(f.since),
            Run(status_words(f.status)),
            Run(str(order[f.source])),
        )
        for f in inputs.factors
        if f.item is None
    )
    return Table("电力、热力及其他参数", columns, rows)


def _sources(inputs: ProgressInputs) -> dict[str, int]:
    """Each different source with its number."""
    numbers: dict[str, int] = {}
    for f in inputs.factors:
        numbers.setdefault(f.source, len(numbers) + 1)
    return numbers


def _notices(inputs: ProgressInputs) -> Table:
    columns = (Column("序号", align="center", width=0.6), Column("来源", width=7))
    rows = tuple((Run(str(n)), Run(source)) for source, n in _sources(inputs).items())
    return Table("参数来源", columns, rows, note=f"规则库版本 {inputs.rules};各参数的起止日期见 dafeng rules。")
