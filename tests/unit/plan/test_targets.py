"""From paragraphs to records: mentions, ids, scopes carried under a heading of goals, kinds by the document's year."""

from __future__ import annotations

import numpy as np
import pytest

from dafeng.plan.grammar.voice import speaking_year
from dafeng.plan.outline import Block, Outline, Section
from dafeng.plan.records import Document, Target
from dafeng.plan.source import SourceText
from dafeng.plan.targets import read_targets


def source(text: str) -> SourceText:
    index = np.arange(len(text), dtype=np.int32)
    return SourceText("demo.txt", "0", "txt", "utf-8", "simplified", text, text, index)


def outline(text: str, titles: dict[int, str], kinds: dict[int, str] | None = None) -> Outline:
    """One block a line; ``titles`` names the heading that starts at a line."""
    sections: list[Section] = []
    blocks: list[Block] = []
    start = 0
    for number, line in enumerate(text.split("\n")):
        end = start + len(line)
        if number in titles:
            sections.append(Section(1, None, titles[number], start, end))
            blocks.append(Block((start, end), "heading", len(sections) - 1, end))
        else:
            kind = (kinds or {}).get(number, "body")
            blocks.append(Block((start, end), kind, len(sections) - 1 if sections else None, start))  # type: ignore[arg-type]
        start = end + 1
    return Outline(tuple(blocks), tuple(sections))


def targets(
    text: str, titles: dict[int, str], document: Document, kinds: dict[int, str] | None = None
) -> tuple[Target, ...]:
    return read_targets(source(text), outline(text, titles, kinds), document)


DEMO = Document(doc="demo", title="示范市碳达峰实施方案", region="示范市", sector="全领域", issue_date="2022-08-01")


def test_ids_run_in_reading_order_and_spans_hold_the_quote() -> None:
    text = "到2025年,余热利用率达到60%。\n到2030年,余热利用率达到75%。"
    found = targets(text, {}, DEMO)
    assert [t.id for t in found] == ["demo#t01", "demo#t02"]
    assert [text[slice(*t.span)] for t in found] == [t.quote for t in found]
    assert [t.raw_span for t in found] == [t.span for t in found]


def test_a_lead_in_front_is_a_mention_and_the_plan_gives_the_sector() -> None:
    text = "到2025年,装配率达到30%。\n一、城乡建设行动\n到2025年,装配率达到30%。"
    (found,) = targets(text, {1: "城乡建设行动"}, DEMO, {0: "lead"})
    assert (found.mentions, found.sector, found.span[0]) == (2, "城乡建设", 7)


def test_a_year_opened_under_goals_holds_for_the_paragraphs_that_follow() -> None:
    text = "二、主要目标\n到2025年,转型取得成效。\n——能效提升。单位产值能耗降低15%。\n三、任务\n单位产品电耗降低3%。"
    found = targets(text, {0: "主要目标", 3: "任务"}, DEMO)
    assert [(t.indicator, t.target_year) for t in found] == [("单位产值能耗", 2025), ("单位产品电耗", None)]


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [("2020年,绿电占比达到12%。", "fact"), ("2024年,绿电占比达到20%。", "target"), ("目前绿电占比达到14%。", "fact")],
)
def test_what_lies_behind_the_documents_year_is_a_fact(sentence: str, kind: str) -> None:
    (found,) = targets(sentence, {}, DEMO)
    assert found.kind == kind


def test_the_year_a_document_speaks_in() -> None:
    bare = Document(doc="d", title=None)
    assert speaking_year("", DEMO) == 2022
    assert speaking_year("某发〔2023〕7号", bare) == 2023
    assert speaking_year("截至2022年9月,", bare) == 2022
    assert speaking_year("“十四五”期间", bare) == 2021
    assert speaking_year("碳达峰", bare) is None


def test_furniture_and_signatures_are_not_read() -> None:
    assert targets("电话85%,绿电占比达到30%。", {}, DEMO, {0: "furniture"}) == ()


def test_the_same_text_gives_the_same_records() -> None:
    text = "到2025年,铜、铝产量分别达到5万吨、9万吨,回收率提高2个百分点以上。"
    assert targets(text, {}, DEMO) == targets(text, {}, DEMO)


def test_a_goal_told_again_in_fewer_words_is_a_mention() -> None:
    text = (
        "到2025年,石化、化工等行业重点领域达到标杆水平产能比例达到45%。\n到2025年底,重点领域标杆水平产能比例达到45%。"
    )
    (found,) = targets(text, {}, DEMO)
    assert (found.mentions, found.span[0]) == (2, text.index("石化"))


def test_two_goals_of_one_figure_in_one_paragraph_stay_two() -> None:
    text = "到2025年,重点行业绿色工厂覆盖率达到60%,其中市级重点行业绿色工厂覆盖率达到60%。"
    assert len(targets(text, {}, DEMO)) == 2


def test_a_bullet_goes_on_with_the_year_of_the_paragraph_above() -> None:
    text = "到2025年,主要指标如下:绿电占比达到30%。\n——能效。锅炉热效率达到88%。\n推进改造。管网漏损率降到8%。"
    found = targets(text, {}, DEMO)
    assert [(t.indicator, t.target_year) for t in found] == [
        ("绿电占比", 2025), ("锅炉热效率", 2025), ("管网漏损率", None)
    ]  # fmt: skip


def test_the_year_of_an_annual_plan_is_the_year_of_its_goals() -> None:
    annual = Document(doc="d", title="示范市2022年节能工作要点", doc_type="工作要点")
    (found,) = targets("年底前,建成充电桩800个。", {}, annual)
    assert (found.target_year, found.deadline, found.kind) == (2022, "2022-12-31", "target")


def test_the_rows_of_a_table_are_records_with_their_own_spans() -> None:
    rows = [
        "主要指标 2020年 2025年 属性",
        "绿电消费量（亿千瓦时） 90 210以上预期性",
        "热电厂热效率提升 达标",
        "绿色矿山比例 40% 75%约束性",
    ]
    text = "\n".join(rows)
    found = targets(text, {}, DEMO)
    assert [(t.indicator, t.value, t.unit, t.target_year, t.kind) for t in found] == [
        ("绿电消费量", 90, "亿千瓦时", 2020, "fact"),
        ("绿电消费量", 210, "亿千瓦时", 2025, "target"),
        ("绿色矿山比例", 40, "%", 2020, "fact"),
        ("绿色矿山比例", 75, "%", 2025, "target"),
    ]
    assert all(text[slice(*t.span)] == t.quote for t in found)


def test_a_row_that_is_a_sentence_takes_the_year_of_the_table() -> None:
    text = "主要指标 2025年\n新建厂房能效提升25%"
    (found,) = targets(text, {}, DEMO)
    assert (found.comparator, found.value, found.target_year) == ("increase_by", 25, 2025)
