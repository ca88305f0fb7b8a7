"""目标进展: states by sector, paths, the targets of each state."""

from __future__ import annotations

from collections import Counter

from dafeng.report.inputs import PathChart, ProgressInputs, TargetProgress
from dafeng.report.model import Block, Column, Figure, Heading, LineChart, Paragraph, Run, Series, Table
from dafeng.report.wording import DASH, STATE_ZH, WITHHELD, figure, number, states_in, status_words


def targets(inputs: ProgressInputs) -> list[Block]:
    blocks: list[Block] = [Heading(1, "目标进展"), Heading(2, "总体情况"), _state_table(inputs)]
    blocks += [_path_figure(path) for path in inputs.paths]
    if inputs.county_states.height:
        blocks += [Heading(2, "分区县"), _county_table(inputs)]
    blocks.append(Heading(2, "分项进展"))
    for state in ("off_track", "behind", "on_track", "reached"):
        chosen = [p for p in inputs.progress if p.state == state]
        if chosen:
            blocks.append(_progress_table(f"{STATE_ZH[state]}的目标", chosen))
    for state, caption, why in _WITHOUT_FIGURES:
        chosen = [p for p in inputs.progress if p.state == state]
        if chosen:
            blocks.append(_missing_table(caption, why, chosen))
    if inputs.not_targets:
        listed = "、".join(f"{name}{count}条" for name, count in inputs.not_targets.items() if count)
        blocks.append(Paragraph.of(f"台账中另有{listed},不作进度评价,只作记录。"))
    return blocks


_WITHOUT_FIGURES = (
    ("not_assessed", "未评估的目标", "未评估的原因与所需数据"),
    (WITHHELD, "保密的目标", "不予显示的原因"),
)


def _path_figure(path: PathChart) -> Figure:
    series = [Series("实际", path.actual, "actual")]
    if any(v is not None for v in path.required):
        series += [Series("要求路径", path.required, "required"), Series("目标值", path.target, "target")]
    shown = [v for s in series for v in s.values if v is not None]
    # a long axis would hide the difference that matters
    close = bool(shown) and min(shown) > 0 and min(shown) > 0.5 * max(shown)
    chart = LineChart(tuple(str(y) for y in path.years), tuple(series), path.unit, from_zero=not close)
    return Figure(path.title, path.measure, chart, source=f"{path.source},状态:{status_words(path.status)}")


def _state_table(inputs: ProgressInputs) -> Table:
    states = states_in(p.state for p in inputs.progress)
    levels: dict[str, Counter[str]] = {}
    for item in inputs.progress:
        levels.setdefault(item.target.sector or "其他", Counter())[item.state] += 1
    rows = [
        (
            Run(sector),
            *(Run(str(counts[s])) for s in states),
            Run(str(counts.total()), bold=True),
        )
        for sector, counts in sorted(levels.items(), key=lambda x: -x[1].total())
    ]
    whole = Counter(p.state for p in inputs.progress)
    rows.append(
        (
            Run("合计", bold=True),
            *(Run(str(whole[s]), bold=True) for s in states),
            Run(str(len(inputs.progress)), bold=True),
        )
    )
    columns = (
        Column("领域", width=2),
        *(Column(STATE_ZH[s], align="right") for s in states),
        Column("合计", align="right"),
    )
    return Table(
        "各领域目标状态", columns, tuple(rows), unit="项", note="状态按“要求路径”与实际值比较得出,规则见“方法与来源”。"
    )


def _county_table(inputs: ProgressInputs) -> Table:
    states = states_in(inputs.county_states.columns)
    columns = (
        Column("区县", width=2),
        *(Column(STATE_ZH[s], align="right") for s in states),
        Column("合计", align="right"),
    )
    rows = tuple(
        (Run(r["name"]), *(Run(str(r[s])) for s in states), Run(str(r["targets"]), bold=True))
        for r in inputs.county_states.iter_rows(named=True)
    )
    note = "未分解到区县的目标,只对强度、比例类按全市目标值与区县自身数据比较;总量类未分解前列为未评估。"
    return Table("各区县目标状态", columns, rows, unit="项", note=note)


def _named(item: TargetProgress) -> Run:
    """The target by its name, with the scope the plan gives it where the name alone would not tell."""
    scope = item.target.scope
    return Run(item.target.indicator + (f"({scope})" if scope and scope not in item.target.indicator else ""))


def _progress_table(caption: str, items: list[TargetProgress]) -> Table:
    columns = (
        Column("目标", width=2.6),
        Column("目标年", align="center", width=1.0),
        Column("要求", align="right", width=1.1),
        Column("实际", align="right", width=1.2),
        Column("单位", width=1.1),
        Column("说明", width=3.4),
    )
    rows = []
    for p in items:
        rows.append(
            (
                _named(p),
                Run(str(p.target.target_year or DASH)),
                Run(number(p.required)),
                figure(p.actual, p.node, p.status, p.unit),
                Run(p.unit),
                Run(p.reason),
            )
        )
    return Table(caption, columns, tuple(rows), note="“要求”为本年度在要求路径上应达到的值。")


def _missing_table(caption: str, why: str, items: list[TargetProgress]) -> Table:
    columns = (
        Column("目标", width=2.6),
        Column("目标年", align="center", width=1.0),
        Column("对应指标", width=1.8),
        Column(why, width=4.6),
    )
    rows = tuple(
        (
            _named(p),
            Run(str(p.target.target_year or DASH)),
            Run(p.indicator_zh or "尚未对应"),
            Run(p.reason),
        )
        for p in items
    )
    return Table(caption, columns, rows)
