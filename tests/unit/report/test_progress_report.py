"""碳达峰实施进展报告: what it says follows from its inputs, marks what is not official, and leaves nothing out."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import get_args

import msgspec
import pytest
from report_inputs import DRIVERS, FACTORS, PROGRESS, SUMS, TASK, TOTALS, empty_inputs, frame, inputs, item

from dafeng.plan.checks import Finding, FindingKind
from dafeng.plan.records import Task
from dafeng.report.inputs import Change, Drivers, ProgressInputs
from dafeng.report.model import BarChart, Figure, Heading, LineChart, Paragraph, Report, Table, numbered, runs_of
from dafeng.report.parts.gaps import gaps
from dafeng.report.progress_report import progress_report


def words(report: Report) -> str:
    """Everything that is read."""
    parts = [report.preface, *(r.text for r in runs_of(report.blocks))]
    for block in report.blocks:
        if isinstance(block, Heading):
            parts.append(block.text)
        elif isinstance(block, Table | Figure):
            parts += [block.caption, block.note, block.source]
    return "\n".join(parts)


def summary(made: ProgressInputs) -> str:
    blocks = progress_report(made).blocks
    end = next(i for i, b in enumerate(blocks) if isinstance(b, Heading) and b.text == "目标进展")
    return "\n".join("".join(r.text for r in b.runs) for b in blocks[:end] if isinstance(b, Paragraph))


def table(report: Report, caption: str) -> Table:
    return next(b for b in report.blocks if isinstance(b, Table) and caption in b.caption)


def cells(found: Table) -> list[list[str]]:
    return [[r.text for r in row] for row in found.rows]


def test_chapters_stand_in_their_order_with_their_numbers():
    labels = [n.label + n.block.text for n in numbered(progress_report(inputs())) if isinstance(n.block, Heading)]
    assert [x for x in labels if "、" in x[:2]] == [
        "一、摘要", "二、目标进展", "三、任务与责任部门", "四、主要排放源", "五、变化原因", "六、数据缺口",
        "七、方法与来源", "八、附录 数字溯源",
    ]  # fmt: skip


def test_every_table_and_figure_has_a_number_of_its_own():
    shown = [n for n in numbered(progress_report(inputs())) if isinstance(n.block, Table | Figure)]
    assert len({n.label for n in shown}) == len(shown)
    assert all(n.block.caption for n in shown)


def test_every_explained_number_stands_in_the_annex_exactly_once():
    made = progress_report(inputs())
    printed = {r.node for r in runs_of(made.blocks) if r.node}
    listed = Counter(row[-1] for row in cells(table(made, "数字与解释编号")))
    assert set(listed) == printed
    assert set(listed.values()) == {1}
    assert {"L-total", "D-2022-2024-change", PROGRESS[0].node, "L-f1"} <= printed


def test_what_is_not_official_is_marked_and_the_preface_says_what_the_marks_mean():
    made = progress_report(inputs())
    marks = {r.node: r.mark for r in runs_of(made.blocks) if r.node}
    assert marks["L-total"] == "转"
    assert marks[PROGRESS[2].node] == "忆"
    assert marks[PROGRESS[1].node] == ""
    assert "“转”" in made.preface
    assert "“忆”" in made.preface
    assert "“演示”" not in made.preface
    assert not made.watermark


def test_a_demonstration_says_so_on_every_page():
    made = progress_report(inputs(demonstration=True))
    assert made.watermark == "演示数据"
    assert made.preface.startswith("本报告全部使用合成的演示数据")


def test_charts_say_how_sure_their_values_are():
    figures = [b for b in progress_report(inputs()).blocks if isinstance(b, Figure)]
    assert len(figures) == 3
    assert all("状态:转录" in f.source for f in figures)


def test_the_summary_counts_the_states_and_names_the_worst_first():
    said = summary(inputs())
    assert "共4项:已达成1项、滞后1项、偏离1项、未评估1项。" in said
    assert "需要关注的是“单位增加值能耗”(偏离)、“短流程炼钢占比”(滞后)。" in said
    assert "有1项目标暂不能评价,有1类数据缺口" in said


def test_the_summary_prints_the_total_in_ten_thousand_tonnes_with_its_change():
    assert "2024年纳入核算企业的二氧化碳排放100万吨,比上年下降5%。其中炼钢占70%" in summary(inputs())


def test_an_incomplete_total_says_what_it_is_the_sum_of():
    totals = frame(TOTALS, (2024, "co2_total_t", 1_000_000.0, "tCO2", "trial", "L-total", 0.9996))
    said = summary(inputs(totals=totals, change=Change(-0.05, same_firms=True)))
    assert "(企业数据完整率99.9%,为已报数据的合计),两年数据均完整的企业比上年下降5%" in said


def test_an_unknown_total_is_neither_zero_nor_compared():
    totals = frame(TOTALS, (2024, "co2_total_t", None, "tCO2", "trial", "L-total", 0.5))
    shares = inputs().industries.with_columns(share=None)
    said = summary(inputs(totals=totals, change=Change(), industries=shares, drivers=None))
    assert "因数据不全未能核算" in said
    assert "占—" not in said
    assert "万吨" not in said


def test_missing_values_are_dashes():
    rows = cells(table(progress_report(inputs()), "分区县能源消费"))
    assert rows[1] == ["西县", "—", "—", "—", "—", "99.9"]
    assert rows[0] == ["东县", "20", "70", "70", "0", "100"]


def test_counts_of_nothing_are_zero_for_nothing_is_missing():
    made = progress_report(inputs())
    assert cells(table(made, "各区县目标状态"))[1] == ["西县", "0", "0", "0", "0", "4", "4"]
    assert cells(table(made, "各领域目标状态"))[-1] == ["合计", "1", "0", "1", "1", "1", "4"]


def test_the_parts_of_a_state_table_add_up():
    rows = cells(table(progress_report(inputs()), "各领域目标状态"))
    for row in rows:
        assert sum(map(int, row[1:6])) == int(row[6])
    assert int(rows[-1][6]) == sum(int(r[6]) for r in rows[:-1])


def test_a_decrease_is_never_called_an_increase():
    said = summary(inputs())
    assert "可比口径排放减少10万吨;推高排放的主要是经济规模,拉动5万吨;压低排放的主要是能源强度,减少15万吨。" in said


def test_with_no_factor_that_pushes_up_only_the_other_is_named():
    only = replace(DRIVERS, parts=DRIVERS.parts[1:])
    said = summary(inputs(drivers=only))
    assert "推高" not in said
    assert said.count("能源强度") == 1


def test_a_decomposition_without_parts_is_no_error():
    none = Drivers(2022, 2024, 5.0, 5.0, (), node="D-2022-2024-change")
    assert "可比口径排放没有变化" in words(progress_report(inputs(drivers=none)))


def test_departments_answer_for_the_targets_in_their_tasks():
    rows = cells(table(progress_report(inputs()), "各部门承担的任务"))
    assert rows == [["市工信局", "1", "0", "1", "0", "0", "1", "0"], ["市统计局", "0", "1", "1", "0", "0", "1", "0"]]


def test_all_departments_are_listed_and_a_task_of_nobody_is_no_department():
    many = tuple(replace_unit(n) for n in range(60))
    made = progress_report(inputs(tasks=(*many, replace_unit(None))))
    assert len(table(made, "各部门承担的任务").rows) == 61
    assert "涉及60个责任单位" in words(made)


def replace_unit(n: int | None) -> Task:
    """The task under the n-th office, or under none."""
    units = () if n is None else (msgspec.structs.replace(TASK.units[0], name=f"第{n}局"),)
    return msgspec.structs.replace(TASK, id=f"plan#k{n}", units=units)


def test_gaps_stay_gaps_in_a_chart_and_a_cut_axis_is_asked_for_only_where_values_are_close():
    path = next(b.chart for b in progress_report(inputs()).blocks if isinstance(b, Figure))
    assert isinstance(path, LineChart)
    assert path.series[0].values == (3.0, None, 2.75, None)
    assert not path.from_zero
    bars = [
        b.chart for b in progress_report(inputs()).blocks if isinstance(b, Figure) and isinstance(b.chart, BarChart)
    ]
    assert bars[0].values == (70.0, 30.0)


def test_industries_without_a_known_sum_are_listed_and_not_drawn():
    rows = frame(SUMS, ("炼钢", None, "L-31", "trial", None, "L-31e", "trial", None, None, 0.5))
    made = progress_report(inputs(industries=rows))
    assert cells(table(made, "分行业能源消费"))[0] == ["炼钢", "—", "—", "—", "—", "50"]
    assert not any(isinstance(b, Figure) and isinstance(b.chart, BarChart) for b in made.blocks)


def test_where_the_whole_is_unknown_no_industry_is_called_the_largest_of_all():
    rows = inputs().industries.with_columns(share=None)
    captions = [b.caption for b in progress_report(inputs(industries=rows)).blocks if isinstance(b, Figure)]
    assert "炼钢已核算行业中最大" in captions


def test_parameters_that_changed_within_the_year_are_all_printed():
    later = replace(FACTORS[0], since="2024-07-01", value=24.0)
    rows = cells(table(progress_report(inputs(factors=(FACTORS[0], later, *FACTORS[1:]))), "燃料参数"))
    assert rows[0][1] == "23.204 GJ/t(2015-01-01起)、24 GJ/t(2024-07-01起)"
    assert rows[0][5] == "待核实"  # as sure as the least sure of the row


def test_targets_of_one_name_are_told_apart_by_their_scope():
    steel = replace(PROGRESS[1], target=msgspec.structs.replace(PROGRESS[1].target, scope="钢铁"))
    assert cells(table(progress_report(inputs(progress=(steel,))), "已达成的目标"))[0][0] == "固废综合利用率(钢铁)"


def test_every_kind_of_finding_reaches_paper():
    found = tuple(Finding(kind, ("plan#t1",), f"发现{kind}", kind, "") for kind in get_args(FindingKind))
    shown = next(b for b in gaps(inputs(findings=found)) if isinstance(b, Table) and "检查" in b.caption)
    assert len(shown.rows) == len(found)


def test_an_empty_programme_gives_an_honest_report():
    said = words(progress_report(empty_inputs()))
    assert "列入进度评价的目标共0项。" in said
    assert "总量因数据不全未能核算" in said
    assert "台账中没有任务。" in said
    assert "没有可汇总的企业核算结果。" in said
    assert "未作因素分解" in said
    assert "附录" not in said
    assert "附录" not in progress_report(empty_inputs()).preface


def test_the_same_inputs_give_the_same_report():
    assert progress_report(inputs()) == progress_report(inputs())


@pytest.mark.parametrize("state", ["reached", "on_track", "behind", "off_track"])
def test_each_state_has_its_table_with_every_target_of_it(state):
    chosen = tuple(item(n, f"指标{n}", state, required=1.0, actual=1.0 + n) for n in range(3))
    made = progress_report(inputs(progress=chosen))
    assert [r[0] for r in cells(table(made, "的目标"))] == ["指标0", "指标1", "指标2"]


def test_purchased_power_stands_by_both_ways_and_the_note_says_which_one_counts():
    both = frame(
        TOTALS,
        (2023, "co2_electricity_t", 300_000.0, "tCO2", "official", "L-l23", 1.0),
        (2023, "co2_electricity_market_t", 310_000.0, "tCO2", "recalled", "L-m23", 1.0),
        (2024, "co2_electricity_t", 280_000.0, "tCO2", "official", "L-l24", 1.0),
        (2024, "co2_electricity_market_t", None, "tCO2", "recalled", "L-m24", 0.5),
        (2025, "co2_electricity_t", 1.0, "tCO2", "official", "L-l25", 1.0),
    )
    found = table(progress_report(inputs(totals=both)), "净购入电力")
    assert cells(found) == [["2023", "30", "31", "100"], ["2024", "28", "—", "50"]]
    assert [r.mark for r in found.rows[0]][2] == "忆"
    assert "不重复计入" in found.note
    assert not [b for b in progress_report(inputs()).blocks if isinstance(b, Table) and "净购入电力" in b.caption]
