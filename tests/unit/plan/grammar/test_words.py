"""Numbers, quantities, times and the view: the small parts the sentences are made of."""
# ruff: noqa: E501 — tables of words stay on their lines

from __future__ import annotations

import time

import pytest

from dafeng.plan.grammar.goals import Context
from dafeng.plan.grammar.numerals import chinese_value, plain_number
from dafeng.plan.grammar.quantities import Quantity, find_quantities
from dafeng.plan.grammar.reader import read_paragraph
from dafeng.plan.grammar.sectors import sector_of
from dafeng.plan.grammar.view import top_brackets, view_of
from dafeng.plan.grammar.years import find_times


@pytest.mark.parametrize(
    ("words", "value"),
    [("十", 10), ("十五", 15), ("二十", 20), ("两千三百", 2300), ("一万二", 12000), ("一万零二", 10002), ("百", 100),
     ("三十二万", 320000), ("二〇二五", 2025), ("七", 7), ("两", 2), ("", None), ("若干", None)],
)  # fmt: skip
def test_chinese_numbers(words: str, value: int | None) -> None:
    assert chinese_value(words) == value


def test_arabic_numbers_keep_whole_numbers_whole() -> None:
    assert plain_number("1,500") == 1500
    assert isinstance(plain_number("1,500"), int)
    assert plain_number("2.25") == 2.25


def quantities(text: str) -> list[Quantity]:
    view = view_of(text)
    return find_quantities(view.masked, [(t.start, t.end) for t in find_times(view.masked, 2022)])


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [("达到3.5万千瓦", 3.5, "万千瓦"), ("达到１２％", 12, "%"), ("提高2个百分点", 2, "百分点"), ("1200台（套）", 1200, "台(套)"),
     ("300克标准煤/千瓦时", 300, "克标准煤/千瓦时"), ("七省入选", 7, "省"), ("九成以上", 90, "%"), ("百分之六十", 60, "%"),
     ("三分之一以上", 33.33, "%"), ("1万余个站点", 1, "万个"), ("一半以上", 50, "%"), ("清洁生产Ⅱ级", 2, "级")],
)  # fmt: skip
def test_values_stay_as_written(text: str, value: float, unit: str) -> None:
    (quantity,) = quantities(text)
    assert (quantity.value, quantity.unit) == (value, unit)


@pytest.mark.parametrize(
    "text",
    ["推广5G基站", "N型电池", "CO2排放", "GB 29436-2021", "第12家", "6个月内", "3年计划", "2025年版", "42.5强度等级", "《3年100项》",
     "“3+3+2”", "两个方面", "一批企业", "五大产业", "国发〔2021〕23号", "四个领域"],
)  # fmt: skip
def test_figures_that_measure_nothing(text: str) -> None:
    assert quantities(text) == []


def test_a_figure_borrows_the_unit_of_its_right_neighbour() -> None:
    assert [(q.value, q.unit) for q in quantities("提高3.3和1.9个百分点")] == [(3.3, "百分点"), (1.9, "百分点")]


def test_a_range_has_two_ends() -> None:
    (quantity,) = quantities("培育3~5家企业")
    assert (quantity.value, quantity.value_high, quantity.unit) == (3, 5, "家")


@pytest.mark.parametrize(
    ("text", "kind", "years"),
    [("到2025年,", "scope", [2025]), ("2025年、2030年,", "scope", [2025, 2030]), ("比2020年", "baseline", []), ("“十四五”期间", "scope", [2025]),
     ("占比2025年", "scope", [2025]), ("自2023年起", "start", [None]), ("2023年前三季度", "scope", [2023]), ("去年", "now", [2021]),
     ("6月5日", "none", []), ("2021年版", "none", [])],
)  # fmt: skip
def test_what_a_time_opens(text: str, kind: str, years: list[int | None]) -> None:
    (found,) = find_times(text, 2022)
    assert (found.kind, [scope.year for scope in found.scopes]) == (kind, years)


def test_the_view_finds_its_way_back() -> None:
    source = "到 ２０２５年，\n占比 达到３０％。"
    view = view_of(source, 100)
    start = view.text.index("占比")
    assert view.text == "到2025年,占比达到30%。"
    first, last = view.span(start, len(view.text) - 1)
    assert source[first - 100 : last - 100] == "占比 达到３０％"


def test_brackets_pair_and_unpaired_ones_do_not_hide_the_rest() -> None:
    assert top_brackets("a(b(c)d)e") == [(1, 8)]
    assert top_brackets("a(b") == []
    assert "30%" in view_of("(未完。占比达到30%").masked


def test_responsible_units_are_never_read() -> None:
    assert "5" not in view_of("推进工作。（责任单位：市发展改革委等5个部门）").masked


@pytest.mark.parametrize(
    ("titles", "name", "sector"),
    [(("实施煤电行业行动", "能源行动"), "煤耗", "煤电"), (("强化工业节能降碳",), "能耗", "全领域"), (("总体目标",), "风电装机占比", "能源"),
     (("推动工具装备转型", "交通运输绿色低碳行动"), "比例", "交通运输"), ((), "森林覆盖率", "全领域")],
)  # fmt: skip
def test_the_innermost_heading_names_the_sector(titles: tuple[str, ...], name: str, sector: str) -> None:
    assert sector_of(titles, name, "全领域") == sector


HOSTILE = {
    "digits": "1" * 300_000,
    "numerals": "一" * 300_000,
    "brackets": "(" * 150_000 + ")" * 150_000,
    "titles": "《" * 300_000,
    "one clause": "绿色工厂达到100家、" * 30_000,
    "clauses": "到2025年,能耗下降5%," * 25_000,
    "years": "2025年、" * 60_000,
    "sentences": "2025年下降5%。" * 30_000,
    "commas": "1," * 150_000,
    "from": "由从" * 150_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_lines_cost_no_more_than_their_length(name: str) -> None:
    def cost(text: str) -> float:
        begin = time.process_time()
        read_paragraph(view_of(text), Context(2022))
        return time.process_time() - begin

    whole = HOSTILE[name]
    quarter, full = cost(whole[: len(whole) // 4]), cost(whole)
    assert full < 8 * quarter + 1.0
