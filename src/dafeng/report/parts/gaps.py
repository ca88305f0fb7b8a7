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
        blocks.append(_findings(inputs))
    return blocks


_KINDS = {
    "weaker_than_above": "下级目标弱于上级",
    "contradiction": "目标相互矛盾",
    "no_indicator": "目标没有对应指标",
    "no_lead": "任务没有牵头单位",
    "deadline_past": "期限已过待结论",
    "needs_review": "原文变化待复核",
}
_EXAMPLES = 6


def _findings(inputs: ProgressInputs) -> Table:
    """Findings by kind, with the first few of each; all of them by ``dafeng plan check``."""
    columns = (Column("类别", width=1.6), Column("条数", align="right", width=0.6), Column("发现(举例)", width=5.8))
    rows = []
    for kind, zh in _KINDS.items():
        found = [f for f in inputs.findings if f.kind == kind]
        if found:
            words = ";".join(f"{f.zh}[{'、'.join(f.records)}]" for f in found[:_EXAMPLES])
            more = f";等{len(found)}条" if len(found) > _EXAMPLES else ""
            rows.append((Run(zh), Run(str(len(found))), Run(words + more)))
    return Table("方案台账检查发现", columns, tuple(rows), note="全部发现:dafeng plan check。")
