"""Tasks and responsible units, on sentences of our own making for every form that plans use."""

from __future__ import annotations

import numpy as np
import pytest

from dafeng.plan.records import Document, Task
from dafeng.plan.source import SourceText
from dafeng.plan.structure import read_outline
from dafeng.plan.tasks import deadlines, measures, read_tasks
from dafeng.plan.tasks.duty import find_duties, without_duties
from dafeng.plan.tasks.units import Duty, read_duty, split_names


def tasks_of(text: str, *, sector: str = "工业", doc_type: str = "实施方案") -> tuple[Task, ...]:
    index = np.arange(len(text), dtype=np.int32)
    source = SourceText("样例.txt", "", "txt", "utf-8", "simplified", text, text, index)
    document = Document(doc="样例", title=None, sector=sector, doc_type=doc_type)
    return read_tasks(source, read_outline(text), document)


def names(duty: Duty) -> list[str]:
    return [unit.name + ("*" if unit.lead else "") for unit in duty.units]


UNITS = [
    ("市经信局、市住建局等按职责分工负责", ["市经信局", "市住建局"], "none", True),
    ("责任单位:市经信局、市住建局", ["市经信局", "市住建局"], "none", False),
    ("责任单位：市经信局，各区、县（市）政府", ["市经信局", "各区、县（市）政府"], "none", False),
    ("省能源局牵头,省水利厅、省林业局等参加", ["省能源局*", "省水利厅", "省林业局"], "explicit", True),
    ("省能源局、省水利厅牵头,各有关部门参加", ["省能源局*", "省水利厅*", "各有关部门"], "explicit", False),
    ("牵头单位:市能源局;配合单位:市水利局、市林业局", ["市能源局*", "市水利局", "市林业局"], "explicit", False),
    ("牵头单位:市能源局 参加单位:市水利局", ["市能源局*", "市水利局"], "explicit", False),
    ("市能源局负责,市水利局配合", ["市能源局*", "市水利局"], "explicit", False),
    ("市能源局为牵头单位,市水利局为责任单位", ["市能源局*", "市水利局"], "explicit", False),
    ("市能源局(牵头)、市水利局", ["市能源局*", "市水利局"], "explicit", False),
    ("由市住房和城乡建设局会同市财政局负责", ["市住房和城乡建设局*", "市财政局"], "explicit", False),
    ("责任单位:市能源局*、市水利局。标*的为牵头单位", ["市能源局*", "市水利局"], "explicit", False),
    ("财政部、税务总局等部门和各地区按职责分工负责", ["财政部", "税务总局", "各地区"], "none", True),
    ("省科技厅和省教育厅负责", ["省科技厅", "省教育厅"], "none", False),
    (
        "省工业和信息化厅、省人力资源和社会保障厅、市规划和自然资源局按职责分工负责",
        ["省工业和信息化厅", "省人力资源和社会保障厅", "市规划和自然资源局"],
        "none",
        False,
    ),
    ("各市、县(区)政府,省水利厅负责", ["各市、县(区)政府", "省水利厅"], "none", False),
    ("各盟行政公署、市人民政府负责落实", ["各盟行政公署、市人民政府"], "none", False),
    ("各设区市人民政府、新港开发区管委会负责", ["各设区市人民政府", "新港开发区管委会"], "none", False),
    (
        "市委宣传部、国网云岭供电公司、人民银行云岭中心支行、公路局云岭分局",
        ["市委宣传部", "国网云岭供电公司", "人民银行云岭中心支行", "公路局云岭分局"],
        "none",
        False,
    ),
    ("市工信局、\n市能源\n局负责", ["市工信局", "市能源局"], "none", False),
    ("省能源局等省有关部门、国家水利银行省分行", ["省能源局", "国家水利银行省分行"], "none", True),
    ("省能源局、省水利厅等省有关部门、单位", ["省能源局", "省水利厅"], "none", True),
    ("各设区市人民政府和平安综合实验区管委会负责", ["各设区市人民政府", "平安综合实验区管委会"], "none", False),
    ("省能源局按职责分工负责,各市人民政府具体落实", ["省能源局", "各市人民政府"], "none", False),
]


@pytest.mark.parametrize(("words", "units", "rule", "open_list"), UNITS)
def test_units_leads_and_open_lists_are_read(words: str, units: list[str], rule: str, open_list: bool) -> None:
    duty = read_duty(words)
    assert (names(duty), duty.lead_rule, duty.open_list) == (units, rule, open_list)


def test_a_list_without_a_rule_has_no_lead() -> None:
    duty = read_duty("责任单位:市经信局、市住建局、市水利局")
    assert duty.lead_rule == "none"
    assert not any(unit.lead for unit in duty.units)


@pytest.mark.parametrize(
    "note",
    [
        "列第一位的为牵头部门,下同",
        "排名第一的为牵头单位,下同",
        "排在首位的单位为牵头单位,下同",
        "首位为牵头单位,以下同",
    ],
)
def test_the_rule_that_the_first_unit_leads_is_read_in_its_wordings(note: str) -> None:
    duty = read_duty(f"责任单位:市经信局、市住建局。{note}")
    assert names(duty) == ["市经信局*", "市住建局"]
    assert (duty.lead_rule, duty.lead_on) == ("first", "first")


def test_lead_before_the_first_comma_holds_for_the_tasks_behind_it() -> None:
    text = (
        "一、任务\n1.改造锅炉。推进改造。(责任单位:市经信局、市水务局,各区政府;逗号前为牵头单位,下同)\n"
        "2.改造电网。推进改造。(责任单位:市能源局,各县(市)政府)\n3.改造港口。推进改造。(责任单位:市港务局)"
    )
    first, second, third = tasks_of(text)
    assert [u.name for u in first.units if u.lead] == ["市经信局", "市水务局"]
    assert [(u.name, u.lead) for u in second.units] == [("市能源局", True), ("各县(市)政府", False)]
    assert [u.lead for u in third.units] == [True]
    assert {t.lead_rule for t in (first, second, third)} == {"explicit"}


def test_every_bracket_of_a_task_is_read_by_itself_and_a_unit_is_named_once() -> None:
    text = (
        "一、任务\n1.更新车辆。更新公交车。(责任单位:市交通局,配合单位:市公安局、市环境局等)淘汰旧车。"
        "(责任单位:市环境局,配合单位:市交通局)推广配送新车。(责任单位:市邮政局)"
    )
    (task,) = tasks_of(text)
    assert [(u.name, u.lead) for u in task.units] == [
        ("市交通局", True),
        ("市公安局", False),
        ("市环境局", True),
        ("市邮政局", False),
    ]
    assert task.open_list


@pytest.mark.parametrize(
    ("words", "units", "implicit"),
    [
        ("责任单位:市经信局。各县(区)政府,以下各条均涉及", ["市经信局"], ("各县(区)政府",)),
        ("市经信局负责,各县政府负责落实。以下均需各县政府落实,不再列出", ["市经信局"], ("各县政府",)),
        ("责任单位:市经信局,各区政府〈含高新区,以下工作任务均需各区政府落实,不再列出〉", ["市经信局"], ("各区政府",)),
    ],
)
def test_a_unit_that_a_note_adds_to_all_tasks_is_no_unit_of_one(
    words: str, units: list[str], implicit: tuple[str, ...]
) -> None:
    duty = read_duty(words)
    assert (names(duty), duty.implicit) == (units, implicit)


def test_a_term_among_the_units_is_a_deadline_and_no_unit() -> None:
    (task,) = tasks_of("一、任务\n1.建库。推进建库。(责任单位:市水利局、市能源局;完成期限:2027年6月底)")
    assert [u.name for u in task.units] == ["市水利局", "市能源局"]
    assert task.deadlines == (2027,)


def test_items_of_a_regulation_are_no_tasks() -> None:
    articles = "\n".join(f"第{n}条 对下列情形予以支持:" for n in "一二三四五六七八")
    assert tasks_of(f"第一章 总则\n{articles}\n(一)建成示范项目的企业。\n(二)开展改造的园区。") == ()


def test_a_note_for_units_not_named_as_lead_is_no_lead_rule() -> None:
    duty = read_duty("负责单位:能源局、水利部。未明确牵头单位的,由所列单位按职责分工负责,下同")
    assert names(duty) == ["能源局", "水利部"]
    assert duty.lead_on is None


def test_units_added_to_every_task_are_kept_apart() -> None:
    duty = read_duty("责任单位:市经信局,以下均需各县(区、市)人民政府、高新区管委会负责,不再一一列出")
    assert names(duty) == ["市经信局"]
    assert duty.implicit == ("各县(区、市)人民政府", "高新区管委会")


@pytest.mark.parametrize(
    "sentence",
    [
        "建立由分管领导牵头的协调机制,各部门要加强配合。",
        "依托科研院所(省农科院、省林科院)开展攻关。",
        "推广多能联供(热电联产、分布式能源)。",
        "支持企业(含中央企业、省属企业)参与。",
        "年底前完成机组改造(2025年底前完成)。",
        "市工信局、市能源局牵头成立专班,统筹推进。",
        "各市要切实负责。",
    ],
)
def test_units_named_in_passing_are_not_taken(sentence: str) -> None:
    assert find_duties(sentence) == []


@pytest.mark.parametrize(
    ("paragraph", "units"),
    [
        ("做好改造。(市工信局、市能源局)", ["市工信局", "市能源局"]),
        ("做好改造。【责任单位：市工信局】", ["市工信局"]),
        ("做好改造。[责任单位:市工信局、市能源局]", ["市工信局", "市能源局"]),
        ("做好改造。责任单位：市工信局、市能源局", ["市工信局", "市能源局"]),
        ("做好改造。(牵头单位:市工信局)(配合单位:市能源局)", ["市工信局*", "市能源局"]),
        ("做好改造。水利部、农业农村部等按职责分工负责。", ["水利部", "农业农村部"]),
        ("做好改造。水利部牵头,农业农村部参加。", ["水利部*", "农业农村部"]),
        ("做好改造。(责任单位:市工信局、各县(市、区)政府", ["市工信局", "各县(市、区)政府"]),
    ],
)
def test_the_statement_is_found_in_every_dress(paragraph: str, units: list[str]) -> None:
    places = find_duties(paragraph)
    assert names(read_duty(";".join(p.words for p in places))) == units
    assert without_duties(paragraph).rstrip("。") == "做好改造"


def test_names_are_cut_outside_brackets_only() -> None:
    assert split_names("各县(市、区)政府、市工信局(市国防科工办),市水利局") == [
        "各县(市、区)政府",
        "市工信局(市国防科工办)",
        "市水利局",
    ]


PLAN = """云岭市工业领域碳达峰实施方案
一、总体要求
(一)指导思想
坚持系统观念。
(二)主要目标
到2025年,能耗下降15%。
二、重点任务
(一)优化结构
以结构调整为主线。
1.推进钢铁行业改造。实施高炉大修;推广富氢冶炼。到2027年完成改造,比2020年提升一倍。(责任单位:市工信局、市发改委。列第一位的为牵头部门,下同。以下均需各县(区)人民政府负责,不再列出)
专栏1 改造工程 |
余热回收项目。 |
2.发展再生资源产业。建设回收网络。(责任单位:市商务局、市工信局)
(二)发展绿电。
扩大光伏装机。(责任单位:市能源局)
三、保障措施
(一)加强组织领导
建立协调机制。(责任单位:市工信局)
"""


def test_the_tasks_of_a_plan() -> None:
    tasks = tasks_of(PLAN)
    assert [(t.number, t.title, t.category) for t in tasks] == [
        ("1", "推进钢铁行业改造", "task"),
        ("2", "发展再生资源产业", "task"),
        ("(二)", "发展绿电", "task"),
        ("(一)", "加强组织领导", "safeguard"),
    ]
    first = tasks[0]
    assert first.id == "样例#k01"
    assert first.path == ("二、重点任务", "(一)优化结构")
    assert first.sector == "钢铁"
    assert first.measures == ("实施高炉大修;", "推广富氢冶炼。", "到2027年完成改造,比2020年提升一倍。")
    assert first.deadlines == (2027,)
    assert PLAN[first.span[0] : first.span[1]].startswith("1.推进")
    assert "专栏" not in PLAN[first.span[0] : first.span[1]]
    assert tasks[2].sector == "工业"


def test_the_lead_rule_and_the_added_units_hold_for_the_rest() -> None:
    tasks = tasks_of(PLAN)
    assert [t.lead_rule for t in tasks] == ["first"] * 4
    assert [[u.name for u in t.units if u.lead] for t in tasks] == [
        ["市工信局"],
        ["市商务局"],
        ["市能源局"],
        ["市工信局"],
    ]
    assert {t.implicit_units for t in tasks} == {("各县(区)人民政府",)}


def test_a_note_on_leads_outside_the_tasks_holds_for_all() -> None:
    text = (
        "一、任务\n(以下任务列第一位的单位为牵头单位)\n(一)改造。推进改造。(市工信局、市能源局)\n"
        "(二)回收。加强回收。(市商务局、市工信局)"
    )
    assert [[u.name for u in t.units if u.lead] for t in tasks_of(text)] == [["市工信局"], ["市商务局"]]


def test_a_paragraph_with_a_title_of_its_own_beside_numbered_sisters_is_an_unnumbered_task() -> None:
    text = (
        "一、任务\n(一)科技行动\n推动成果转化。支持企业研发,建设平台。(责任单位:市科技局)\n(二)产业行动\n"
        "1.改造产业。推进改造。(责任单位:市工信局)"
    )
    task = tasks_of(text)[0]
    assert (task.number, task.title, task.path) == (None, "推动成果转化", ("一、任务", "(一)科技行动"))
    assert task.measures == ("支持企业研发,建设平台。",)


def test_paragraphs_that_each_name_units_are_tasks_each() -> None:
    text = (
        "一、任务\n(一)能源行动\n发展风电产业。有序推进集中式风电建设。(省能源局负责)\n发展光伏产业。"
        "推进屋顶光伏规模化开发。(省住建厅负责)"
    )
    assert [(t.number, t.title) for t in tasks_of(text)] == [(None, "发展风电产业"), (None, "发展光伏产业")]


def test_units_named_once_behind_the_last_item_belong_to_the_heading() -> None:
    text = (
        "一、任务\n(一)能源行动\n1.发展风电。建设风电场。\n2.发展光伏。建设光伏。\n责任单位:省能源局\n"
        "(二)工业行动\n1.改造窑炉。推进改造。\n2.更新电机。推进更新。\n责任单位:省工信厅"
    )
    tasks = tasks_of(text)
    assert [(t.number, t.title, names(Duty(t.units))) for t in tasks] == [
        ("(一)", "能源行动", ["省能源局"]),
        ("(二)", "工业行动", ["省工信厅"]),
    ]
    assert "建设风电场。" in " ".join(tasks[0].measures)


def test_steps_without_units_belong_to_the_task_above_them() -> None:
    text = "一、任务\n(一)能源行动\n1.发展风电。统筹推进。\n(1)陆上。建设基地。\n(2)海上。建设示范。(省能源局负责)"
    tasks = tasks_of(text)
    assert [(t.number, t.title) for t in tasks] == [("1", "发展风电")]
    assert names(Duty(tasks[0].units)) == ["省能源局"]


def test_steps_with_units_each_are_tasks() -> None:
    text = (
        "一、任务\n(一)能源行动\n1.发展风电。统筹推进。\n(1)陆上。建设基地。(省能源局负责)\n(2)海上。"
        "建设示范。(省水利厅负责)"
    )
    assert [(t.number, t.title) for t in tasks_of(text)] == [("(1)", "陆上"), ("(2)", "海上")]


def test_units_on_lines_of_their_own_belong_to_the_task_above() -> None:
    text = (
        "一、任务\n(一)发展风电\n有序建设风电场。\n牵头单位:省能源局\n配合单位:省水利厅、省林业局\n"
        "(二)发展光伏\n建设光伏。\n牵头单位:省住建厅"
    )
    assert [names(Duty(t.units)) for t in tasks_of(text)] == [["省能源局*", "省水利厅", "省林业局"], ["省住建厅*"]]


def test_a_plan_without_any_units_still_has_tasks() -> None:
    text = (
        "一、总体要求\n(一)工作原则。坚持先立后破。\n二、重点任务\n(一)能源转型行动。\n能源是重点。\n"
        "1.发展风电。建设风电场。\n2.发展水电。建设水电站。\n三、组织实施\n(一)统筹协调。加强领导。"
    )
    assert [(t.number, t.title) for t in tasks_of(text)] == [("1", "发展风电"), ("2", "发展水电"), ("(一)", "统筹协调")]


def test_a_plan_of_first_level_headings_only_has_them_as_tasks() -> None:
    text = "一、主要目标\n能耗下降。\n二、改造窑炉\n推进改造。\n三、更新电机\n推进更新。"
    assert [t.title for t in tasks_of(text)] == ["改造窑炉", "更新电机"]


def test_a_progress_report_has_no_tasks() -> None:
    text = "一、推进节能\n一是开展监察。已对300家企业开展监察。二是推广技术。发布目录。\n(一)扩大宣传。已举办活动。"
    assert tasks_of(text, doc_type="progress") == ()


def test_an_attached_task_table_adds_no_tasks() -> None:
    text = PLAN + "附件\n重点任务分工表\n序号 重点任务 责任单位\n1 推进窑炉改造 市工信局\n2 推广绿电 市能源局"
    assert len(tasks_of(text)) == len(tasks_of(PLAN))


def test_deadlines_are_target_years_and_not_baselines_or_years_in_titles() -> None:
    body = "按照《规划(2021—2035年)》,较2020年下降,2022年以来持续推进,到2025年完成,2030年前达峰,2026-2028年实施。"
    assert deadlines(body) == (2025, 2026, 2028, 2030)


def test_measures_are_cut_behind_each_stop() -> None:
    assert measures("推进甲;推进\n乙。开展“丙。”") == ("推进甲;", "推进乙。", "开展“丙。”")


def test_goals_and_tasks_under_one_heading_are_told_apart() -> None:
    text = "一、工作目标和任务\n(一)工作目标\n稳步降碳。\n(二)改造窑炉\n推进窑炉改造。"
    assert [t.title for t in tasks_of(text)] == ["改造窑炉"]


def test_full_width_brackets_and_stops_are_read_like_ascii_ones() -> None:
    text = (
        "一、任务\n（一）优化结构\n1．改造窑炉。推进改造；加强监测。"
        "（市工信局牵头，市能源局、各县（市、区）政府按职责分工负责）"
    )
    (task,) = tasks_of(text)
    assert (task.number, task.path[-1]) == ("1", "(一)优化结构")
    assert names(Duty(task.units)) == ["市工信局*", "市能源局", "各县（市、区）政府"]
    assert task.measures == ("推进改造；", "加强监测。")


def test_units_named_behind_several_sentences_of_one_task_are_joined() -> None:
    text = "一、任务\n(一)改造窑炉。推进改造。(市工信局负责)加强监测。(市能源局、市统计局负责)"
    (task,) = tasks_of(text)
    assert [u.name for u in task.units] == ["市工信局", "市能源局", "市统计局"]
    assert task.measures == ("推进改造。", "加强监测。")


def test_a_first_responsible_unit_is_a_lead() -> None:
    assert names(read_duty("第一责任单位:市工信局;配合单位:市能源局")) == ["市工信局*", "市能源局"]
