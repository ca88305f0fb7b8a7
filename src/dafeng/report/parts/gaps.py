"""数据缺口: what is missing, what a person should look at."""

from __future__ import annotations

from dafeng.report.inputs import ProgressInputs
from dafeng.report.model import Block, Column, Heading, Paragraph, Run, Table


def gaps(inputs: ProgressInputs) -> list[Block]:
    blocks: list[Block] = [Heading(1, "数据缺口")]
    if inputs.gaps:
        columns = (Column("缺口", width=2.4), Column("范围", width=2.6), Column("补齐办法", width=3))
        blocks.append(
            Table("数据缺口与补齐办法", columns, tuple((Run(g.what), Run(g.extent), Run(g.mend)) for g in inputs.gaps))
        )
    else:
        blocks.append(Paragraph.of("本期没有发现数据缺口。"))
    if inputs.findings:
        heads = (Column("发现", width=4), Column("涉及记录", width=2))
        rows = tuple((Run(f.zh), Run("、".join(f.records))) for f in inputs.findings[:30])
        blocks.append(
            Table(
                "方案台账检查发现",
                heads,
                rows,
                note=f"共{len(inputs.findings)}条" + (",列出前30条。" if len(inputs.findings) > 30 else "。"),
            )
        )
    return blocks
