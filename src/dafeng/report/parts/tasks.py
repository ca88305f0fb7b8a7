"""任务与责任部门: who holds which tasks, and how their targets stand."""

from __future__ import annotations

from collections import Counter

from dafeng.evaluate.groups import NO_DEPARTMENT, units_of
from dafeng.report.inputs import ProgressInputs
from dafeng.report.model import Block, Column, Heading, Paragraph, Run, Table
from dafeng.report.wording import STATE_ZH, states_in


def tasks(inputs: ProgressInputs) -> list[Block]:
    blocks: list[Block] = [Heading(1, "任务与责任部门")]
    if not inputs.tasks:
        return [*blocks, Paragraph.of("台账中没有任务。")]
    states = {p.target.id: p.state for p in inputs.progress}
    counted = states_in(states.values())
    lead, joint = Counter[str](), Counter[str]()
    held: dict[str, Counter[str]] = {}
    for task in inputs.tasks:
        for unit in units_of(task):
            (lead if unit.lead else joint)[unit.name] += 1
            for target in inputs.task_targets.get(task.id, ()):
                if target in states:
                    held.setdefault(unit.name, Counter())[states[target]] += 1
    names = sorted(set(lead) | set(joint), key=lambda n: (-lead[n], -joint[n], n))
    columns = (
        Column("部门", width=2.4),
        Column("牵头", align="right"),
        Column("参与", align="right"),
        *(Column(STATE_ZH[s], align="right") for s in counted),
    )
    rows = tuple(
        (
            Run(n),
            Run(str(lead[n])),
            Run(str(joint[n])),
            *(Run(str(held[n][s] if n in held else 0)) for s in counted),
        )
        for n in names
    )
    no_lead = sum(1 for t in inputs.tasks if t.units and not any(u.lead for u in t.units))
    blocks.append(
        Paragraph.of(
            f"方案共列任务{len(inputs.tasks)}项,涉及{len(set(names) - {NO_DEPARTMENT})}个责任单位。"
            + (f"其中{no_lead}项按职责分工负责,原文没有明确牵头单位。" if no_lead else "")
        )
    )
    blocks.append(
        Table(
            "各部门承担的任务与所涉目标的状态",
            columns,
            rows,
            unit="项",
            note="右侧各列为该部门任务条文中所含目标的状态;一项目标由几个部门共担时各计一次。",
        )
    )
    return blocks
