"""方法与来源: methods, parameters with their status, sources."""

from __future__ import annotations

from dafeng.report.inputs import ProgressInputs
from dafeng.report.model import Block, Column, Heading, Paragraph, Run, Table
from dafeng.report.wording import number, status_words


def methods(inputs: ProgressInputs) -> list[Block]:
    blocks: list[Block] = [
        Heading(1, "方法与来源"),
        Heading(2, "方法"),
        Paragraph.of(
            "能源消费按《综合能耗计算通则》(GB/T 2589-2020)分当量值与等价值核算;二氧化碳排放包括化石燃料燃烧排放与"
            "净购入电力、热力的间接排放,燃料燃烧按碳平衡法,净外供可为负值,不作截断。缺数不作零处理。"
        ),
        Paragraph.of(
            "目标进度按要求路径与实际值之差判定;强度下降类目标的要求路径按年均等比下降,水平类目标按线性内插;"
            "完成上级下达任务、定性表述等不能量化的目标列为未评估。因素分解采用 LMDI 加法形式。"
        ),
        *(Paragraph.of(note) for note in inputs.notes),
    ]
    if inputs.factors:
        columns = (
            Column("参数", width=2.6),
            Column("数值", align="right", width=1.1),
            Column("单位", width=1.3),
            Column("起用", width=1.1),
            Column("状态", width=0.9),
            Column("来源", width=3.4),
        )
        rows = tuple(
            (
                Run(f.name),
                Run(number(f.value, 5)),
                Run(f.unit),
                Run(f.since),
                Run(status_words(f.status)),
                Run(f.source),
            )
            for f in inputs.factors
        )
        blocks += [
            Heading(2, "采用的参数"),
            Table("本报告采用的主要参数", columns, rows, note=f"规则库版本 {inputs.rules}。"),
        ]
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
