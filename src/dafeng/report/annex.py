"""The annex of explained figures 数字溯源: the small number beside a figure, its value, and the id to ask for."""

from __future__ import annotations

from dataclasses import replace

from dafeng.report.model import Column, Heading, Paragraph, Report, Run, Table, references, runs_of


def annex(report: Report) -> Report:
    """The report with its annex; unchanged where no figure is explained."""
    numbers = references(report)
    if not numbers:
        return report
    shown = {run.node: run for run in reversed(list(runs_of(report.blocks))) if run.node is not None}
    rows = tuple(
        (
            Run(str(n), anchor=f"n{n}"),
            Run(shown[node].text),
            Run(shown[node].unit),
            Run(shown[node].mark or "官方"),
            Run(node),
        )
        for node, n in numbers.items()
    )
    columns = (
        Column("序号", align="right", width=0.7),
        Column("数值", align="right", width=1.2),
        Column("单位", width=1),
        Column("状态", align="center", width=0.8),
        Column("解释编号", width=4),
    )
    words = (
        "正文数值右上角的序号与下表对应。在本方案工作区运行 dafeng explain 加解释编号,可看到该数的公式、参数、"
        "活动数据直至原始文件的表、行。"
    )
    blocks = (*report.blocks, Heading(1, "附录 数字溯源"), Paragraph.of(words), Table("数字与解释编号", columns, rows))
    return replace(report, blocks=blocks)
