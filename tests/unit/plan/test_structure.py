"""The outline of plans, on documents of our own making in the styles that plans come in."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from dafeng.plan.outline import Outline
from dafeng.plan.structure import read_outline
from dafeng.plan.structure.headings import number_value, read_mark, title_end
from dafeng.plan.structure.tree import best_sequence


def kinds(text: str, outline: Outline) -> list[tuple[str, str]]:
    return [(b.kind, text[b.span[0] : b.span[1]][:12]) for b in outline.blocks]


def headings(outline: Outline) -> list[tuple[object, str | None, str]]:
    return [(s.level, s.number, s.title) for s in outline.sections]


PAGE = """首页 > 政务公开 > 规划计划
清江市工业领域碳达峰实施方案
发布时间:2024-03-08 浏览次数:312
关于印发清江市工业领域碳达峰实施方案的通知
清工信〔2024〕12号
各县(市、区)人民政府,市直有关单位:
现将方案印发给你们,请认真组织实施。
附件:清江市工业领域碳达峰实施方案.docx
清江市工业和信息化局
清江市生态环境局
2024年3月1日
清江市工业领域碳达峰实施方案
为做好本市工业碳达峰工作,制定本方案。
一、总体要求
(一)主要目标
到2025年,单位工业增加值能耗下降15%。
二、重点任务
(一)优化产业结构
以结构调整为主线,推动产业升级。
1.改造传统产业。支持陶瓷窑炉更新。(责任单位:市工信局)
2.培育新兴产业。发展储能电池。(责任单位:市发改委)
三、保障措施
(一)加强统筹。各部门协同推进。(责任单位:市工信局)
扫一扫在手机打开当前页
Copyright © 2024 清江市 版权所有"""


def test_a_saved_page_is_sorted_into_navigation_notice_signature_plan_and_footer() -> None:
    outline = read_outline(PAGE)
    found = kinds(PAGE, outline)
    assert [k for k, _ in found[:3]] == ["furniture"] * 3
    assert [k for k, _ in found[3:8]] == ["notice"] * 5
    assert [k for k, _ in found[8:11]] == ["signature"] * 3
    assert found[11] == ("title", "清江市工业领域碳达峰实施")
    assert found[12][0] == "body"
    assert [k for k, _ in found[-2:]] == ["furniture"] * 2


def test_headings_make_a_tree_and_know_where_they_end() -> None:
    outline = read_outline(PAGE)
    assert headings(outline) == [
        (1, "一", "总体要求"),
        (2, "一", "主要目标"),
        (1, "二", "重点任务"),
        (2, "一", "优化产业结构"),
        (3, "1", "改造传统产业"),
        (3, "2", "培育新兴产业"),
        (1, "三", "保障措施"),
        (2, "一", "加强统筹"),
    ]
    item = outline.sections[5]
    assert PAGE[item.start : item.end] == "2.培育新兴产业。发展储能电池。(责任单位:市发改委)"
    assert [outline.sections[i].title for i in outline.path(5)] == ["重点任务", "优化产业结构", "培育新兴产业"]


def test_a_heading_alone_and_a_heading_with_its_body_are_told_apart() -> None:
    outline = read_outline(PAGE)
    alone = next(b for b in outline.blocks if PAGE[b.span[0] :].startswith("(一)优化产业结构"))
    assert (alone.kind, alone.body_start) == ("heading", alone.span[1])
    both = next(b for b in outline.blocks if PAGE[b.span[0] :].startswith("1.改造"))
    assert both.kind == "body"
    assert PAGE[both.body_start :].startswith("支持陶瓷窑炉")


def test_numbers_that_run_on_across_chapters_do_not_move_the_parent() -> None:
    text = "一、重点任务\n(四)调整结构\n1.甲行动。做甲。\n二、重大行动\n(五)行业达峰\n1.乙行动。做乙。"
    outline = read_outline(text)
    assert [outline.sections[s.parent].title if s.parent is not None else None for s in outline.sections] == [
        None,
        "重点任务",
        "调整结构",
        None,
        "重大行动",
        "行业达峰",
    ]


def test_full_width_marks_and_their_variants_are_read() -> None:
    text = (
        "一、任务\n（一）提升能效。\n做好节能诊断工作。\n1．更新电机。淘汰低效电机。\n2、改造锅炉。"
        "改造燃煤锅炉。\n（1）摸底。先行摸底。\n①登记。逐台登记。"
    )
    assert headings(read_outline(text)) == [
        (1, "一", "任务"),
        (2, "一", "提升能效"),
        (3, "1", "更新电机"),
        (3, "2", "改造锅炉"),
        (4, "1", "摸底"),
        (4, "①", "登记"),
    ]


def test_chapters_push_the_other_levels_down() -> None:
    text = "第一章 总则\n一、依据\n根据有关规定编制。\n第二章 任务\n一、能源\n（一）发展风电\n加快风电建设。"
    assert [(s.level, s.title) for s in read_outline(text).sections] == [
        (1, "总则"),
        (2, "依据"),
        (1, "任务"),
        (2, "能源"),
        (3, "发展风电"),
    ]


def test_a_figure_at_the_head_of_a_line_is_no_heading() -> None:
    text = "一、目标\n2.5亿吨标准煤为控制上限,\n2025年前完成。\n1.1:1的比例置换。\n50%以上达标。"
    assert headings(read_outline(text)) == [(1, "一", "目标")]


def test_a_numbered_sentence_with_a_figure_is_read_as_body() -> None:
    text = "一、目标\n1.到2025年,绿色工厂达到40家。\n2.单位产值能耗下降12%以上。"
    outline = read_outline(text)
    bodies = [text[b.body_start : b.span[1]] for b in outline.blocks if b.kind == "body"]
    assert bodies == ["到2025年,绿色工厂达到40家。", "单位产值能耗下降12%以上。"]


def test_a_table_of_contents_is_furniture() -> None:
    leaders = (
        "云岭市节能规划\n目 录\n一、总体要求......1\n二、主要任务......4\n一、总体要求\n坚持节能优先。\n"
        "二、主要任务\n推进改造。"
    )
    assert headings(read_outline(leaders)) == [(1, "一", "总体要求"), (1, "二", "主要任务")]
    plain = leaders.replace("......1", "").replace("......4", "")
    assert headings(read_outline(plain)) == [(1, "一", "总体要求"), (1, "二", "主要任务")]


def test_a_notice_with_numbered_points_of_its_own_gives_no_sections() -> None:
    text = (
        "关于印发松原片区降碳工作方案的通知\n各有关单位:\n现印发给你们,并提出如下要求,请认真贯彻执行。\n"
        "一、提高认识。各单位要重视。\n"
        "二、按时报送。每季度报送。\n片区管理委员会\n2024年5月6日\n松原片区降碳工作方案\n一、工作目标\n"
        "稳步降碳。\n二、工作任务\n(一)改造。推进改造。"
    )
    assert headings(read_outline(text)) == [(1, "一", "工作目标"), (1, "二", "工作任务"), (2, "一", "改造")]


def test_number_and_date_under_a_title_are_no_body() -> None:
    text = (
        "中共云岭市委\n云岭市人民政府\n关于做好碳达峰工作的实施意见\n云委发〔2022〕7 号\n(2022 年 3 月 17 日)\n"
        "为推进降碳,提出如下意见。\n一、总体要求\n先立后破。"
    )
    assert [k for k, _ in kinds(text, read_outline(text))] == ["signature"] * 2 + ["title"] + ["signature"] * 2 + [
        "body",
        "heading",
        "body",
    ]


def test_a_notice_between_the_page_title_and_the_plan_is_a_notice() -> None:
    text = (
        "海角省碳达峰实施方案\n海角省人民政府关于印发海角省碳达峰实施方案的通知\n海府〔2022〕27号\n"
        "各市、县人民政府:\n现将方案印发给你们,请认真贯彻执行。\n海角省人民政府\n2022年8月9日\n"
        "为推进降碳,制定本方案。\n一、总体要求\n先立后破。"
    )
    assert [k for k, _ in kinds(text, read_outline(text))] == ["title"] + ["notice"] * 4 + ["signature"] * 2 + [
        "body",
        "heading",
        "body",
    ]


def test_a_lead_and_an_excerpt_before_the_plan_are_named() -> None:
    sentence = "加快淘汰低效电机和老旧变压器,推广永磁同步电机。"
    text = (
        f"近日,云岭市工信局印发方案,提出多项举措。\n{sentence}\n云岭市工业节能行动方案\n一、任务\n"
        f"1.更新设备。{sentence}"
    )
    assert [k for k, _ in kinds(text, read_outline(text))[:3]] == ["lead", "excerpt", "title"]


def test_lines_broken_in_mid_sentence_are_joined() -> None:
    body = (
        "围绕钢铁、建材、化工等重点行业持续推进节能降碳改造,推动能效标杆水平以上产能占比稳步提升,"
        "到2025年规模以上工业单位增加值能耗较2020年下降百分之十四左右,绿色制造体系更加完善,"
        "数字化管理水平显著提高,资源综合利用效率持续改善,形成可复制可推广的经验做法,"
        "为全市碳达峰奠定坚实基础。"
    )
    lines = [body[i : i + 22] for i in range(0, len(body), 22)]
    text = "一、总体要求\n" + "\n".join(lines) + "\n二、任务\n" + "\n".join(lines)
    outline = read_outline(text)
    bodies = [text[b.span[0] : b.span[1]].replace("\n", "") for b in outline.blocks if b.kind == "body"]
    assert bodies == [body, body]


def test_a_bracket_broken_behind_its_label_is_one_paragraph() -> None:
    text = "一、任务\n1.改造窑炉。推进改造。(责任单位:\n市工信局、市能源局)\n2.更新电机。推进更新。(责任单位:市工信局)"
    assert [text[b.span[0] : b.span[1]][:6] for b in read_outline(text).blocks] == [
        "一、任务",
        "1.改造窑炉",
        "2.更新电机",
    ]


def test_words_of_a_page_inside_a_broken_sentence_are_no_page_line() -> None:
    text = "一、任务\n1.优化结构。扩大清洁能源\n来源渠道,推进多能互补。\n来源:云岭市工信局"
    assert [b.kind for b in read_outline(text).blocks][-1] == "furniture"
    assert "来源渠道" in "".join(text[b.span[0] : b.span[1]] for b in read_outline(text).blocks if b.kind == "body")


def test_a_plan_flattened_into_one_line_is_cut_at_its_headings() -> None:
    text = (
        "云岭市建材行业碳达峰工作方案 为推进降碳,制定本方案。"
        "一、总体要求(一)指导思想 坚持绿色发展,统筹推进。(二)主要目标 到2025年取得进展。"
        "二、主要任务(一)优化布局。控制新增产能。(市工信局负责)"
        "(二)推广技术。推广富氧燃烧。(市科技局负责)"
    )
    assert [(s.level, s.title) for s in read_outline(text).sections] == [
        (1, "总体要求"),
        (2, "指导思想"),
        (2, "主要目标"),
        (1, "主要任务"),
        (2, "优化布局"),
        (2, "推广技术"),
    ]


def test_headings_that_ran_on_behind_a_paragraph_are_found_by_their_number() -> None:
    text = (
        "一、总体要求\n坚持系统观念。 二、重点任务\n(一)改造电网。推进改造。（二）改造热网。推进改造。\n"
        "要做好三项工作。四、项不算标题，编号不接。\n三、保障措施\n加强统筹。"
    )
    found = [(level, number) for level, number, _ in headings(read_outline(text))]
    assert found == [(1, "一"), (1, "二"), (2, "一"), (2, "二"), (1, "三")]


def test_chapters_behind_a_table_of_contents_are_found_in_mid_line() -> None:
    text = (
        "目录\n第一章 发展环境……1\n第二章 总体要求……3\n本规划是行动纲领。 第一章 发展环境\n成效显著。第二章 总体要求\n"
        "坚持系统观念。\n第三章 保障措施\n加强统筹。"
    )
    assert [(level, number) for level, number, _ in headings(read_outline(text))] == [(1, "一"), (1, "二"), (1, "三")]


def test_numbered_rows_of_a_table_do_not_push_headings_out() -> None:
    text = (
        "一、发展基础\n指标如下。\n一、水电装机 137 311 18%\n二、风电装机 37 194 39%\n三、总装机 815 900 2%\n"
        "二、总体要求\n坚持系统观念。\n三、重点任务\n推进改造。\n四、保障措施\n加强统筹。"
    )
    tops = [title for level, _, title in headings(read_outline(text)) if level == 1]
    assert tops == ["发展基础", "总体要求", "重点任务", "保障措施"]


def test_a_numbering_may_begin_again_and_lack_a_number() -> None:
    again = [(n, value, 1.0) for n, value in enumerate([1, 2, 3, 1, 2, 3, 5])]
    assert best_sequence(again) == {0, 1, 2, 3, 4, 5, 6}
    assert best_sequence([(0, 1, 1.0), (1, 7, 1.0), (2, 2, 1.0)]) == {0, 2}
    assert best_sequence([]) == set()


def test_a_box_with_bars_ends_at_its_closing_bar() -> None:
    text = (
        "一、任务\n1.推广技术。推广节能技术。\n专栏1 重点技术 |\n铜:推广短流程。\n铝:推广惰性阳极。 |\n"
        "2.回收利用。加强回收。"
    )
    outline = read_outline(text)
    assert headings(outline)[2] == ("box", "1", "重点技术")
    assert [b.kind for b in outline.blocks] == ["heading", "body", "heading", "box", "box", "body"]
    assert text[outline.sections[2].start : outline.sections[2].end].endswith("惰性阳极。 |")
    assert outline.sections[3].parent == 0


def test_a_numbered_list_in_a_box_without_bars_stays_in_the_box() -> None:
    text = (
        "一、任务\n1.推广技术。推广。(市科技局负责)\n专栏1 重点工程\n1.余热工程。回收余热。\n2.电机工程。"
        "更新电机。\n3.照明工程。更换灯具。\n2.回收利用。加强回收。(市商务局负责)"
    )
    assert headings(read_outline(text)) == [
        (1, "一", "任务"),
        (3, "1", "推广技术"),
        ("box", "1", "重点工程"),
        (3, "2", "回收利用"),
    ]


def test_a_task_table_attached_behind_the_plan_makes_no_headings() -> None:
    text = (
        "一、任务\n(一)改造。推进改造。(市工信局负责)\n二、保障\n(一)统筹。加强统筹。(市发改委负责)\n"
        "附件\n重点任务分工表\n序号 重点任务 责任单位\n1 推进窑炉改造 市工信局\n2 推广绿电 市能源局"
    )
    outline = read_outline(text)
    assert headings(outline)[-1] == ("box", None, "重点任务分工表")
    assert [s.level for s in outline.sections].count(3) == 0


def test_headings_inside_an_attached_table_of_duties_are_no_headings_of_the_plan() -> None:
    text = (
        "一、总体目标\n坚持系统观念，推进绿色转型，健全长效机制。\n二、重点任务\n(一)改造电网。推进配电网改造，提升保供能力。\n"
        "三、组织保障\n加强统筹协调。\n附件：重点任务分工表\n重点任务 牵头单位\n一、改造\n电网\n推进改造。"
    )
    assert [title for level, _, title in headings(read_outline(text)) if level == 1] == [
        "总体目标",
        "重点任务",
        "组织保障",
    ]


def test_principles_without_numbers_stay_paragraphs_of_their_heading() -> None:
    text = "一、总体要求\n(二)工作原则。\n——系统推进、重点突破。统筹各领域。\n——稳妥有序、安全降碳。先立后破。"
    outline = read_outline(text)
    assert [b.section for b in outline.blocks] == [0, 1, 1, 1]


def test_an_empty_text_has_an_empty_outline() -> None:
    assert read_outline("") == Outline((), ())
    assert read_outline(" \n\n\t") == Outline((), ())


@settings(deadline=None, max_examples=150)
@given(st.text(alphabet="一二、(一)1.。，\n附件专栏1|各市人民政府:方案2025年3月1日 \t甲乙丙", max_size=200))
def test_any_text_gives_ordered_blocks_that_cover_its_words_once(text: str) -> None:
    outline = read_outline(text)
    ends = [0]
    for block in outline.blocks:
        assert ends[-1] <= block.span[0] <= block.body_start <= block.span[1]
        ends.append(block.span[1])
    left = text
    for block in reversed(outline.blocks):
        left = left[: block.span[0]] + left[block.span[1] :]
    assert not left.strip()
    for section in outline.sections:
        assert section.start <= section.end <= len(text)


def test_numbers_of_headings_are_read() -> None:
    assert [number_value(n) for n in ("二十", "十二", "九", "3", "⑫", "二十一", None)] == [20, 12, 9, 3, 12, 21, None]


def test_a_title_ends_at_the_stop_the_colon_or_the_bracket() -> None:
    for rest, title in (
        ("更新电机。淘汰低效电机。", "更新电机"),
        ("更新电机(责任单位:市工信局)", "更新电机"),
        ("培育“小巨人”(专精特新)企业。支持企业成长。", "培育“小巨人”(专精特新)企业"),
        ("优化能源结构", "优化能源结构"),
    ):
        assert rest[: title_end(rest)[0]] == title


def test_a_mark_needs_words_behind_it() -> None:
    assert read_mark("一、") is None
    assert read_mark("十四五期间") is None
    mark = read_mark("（十二） 完善标准")
    assert mark is not None
    assert (mark.kind, mark.number) == ("cn_paren", "十二")
