"""English of words that are data: what is ours or official has it, a proper name stays, and nothing is made up."""

from __future__ import annotations

import re

import pytest

from dafeng.app.pages.english import (
    area_en,
    department_en,
    departments_en,
    indicator_en,
    industry_en,
    sector_en,
    source_en,
    unit_en,
    units_said,
    units_zh,
    wanted_en,
)
from dafeng.app.pages.english_notes import node_en, note_en
from dafeng.app.pages.figures import sectors
from dafeng.app.sight.results import AGGREGATE_ONLY
from dafeng.base.provenance import Node
from dafeng.evaluate.indicators import indicator_library
from dafeng.registry.industries import industry_tree

CJK = re.compile("[\u3400-\u9fff]")


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("晋中市", "Jinzhong City"), ("榆次区", "Yuci District"), ("左权县", "Zuoquan County"),
        ("陕西省", "Shaanxi Province"),
        ("山西省", "Shanxi Province"), ("西安市", "Xi'an City"), ("吕梁市", "Lüliang City"),
        ("化工新区", "Huagong New Area"),
        ("内蒙古自治区", "Inner Mongolia Autonomous Region"), ("高新区", "High-tech Zone"), ("全国", "China"), ("", ""),
    ],
)  # fmt: skip
def test_an_area_is_spelt_by_pinyin_with_its_kind_in_english(zh, en):
    assert area_en(zh) == en


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("万吨标准煤", "10⁴ tce"), ("tCO2/万元", "tCO2/10⁴ CNY"), ("克标准煤/千瓦时", "gce/kWh"),
        ("亿立方米", "10⁸ m³"),
        ("万吨二氧化碳", "10⁴ tCO2"), ("m3/万元", "m3/10⁴ CNY"), ("蒸吨/小时", "t/h steam"), ("%", "%"), ("tce", "tce"),
        (None, None), ("没有的单位", "没有的单位"),
    ],
)  # fmt: skip
def test_a_unit_of_plans_has_its_english(zh, en):
    assert unit_en(zh) == en


def test_every_unit_of_an_indicator_has_its_english():
    assert [i.unit for i in indicator_library().indicators.values() if CJK.search(unit_en(i.unit) or "")] == []


def test_a_quantity_in_a_sentence_carries_the_unit_of_its_language():
    assert units_said("2025: 2.615tce/万元, target 2.58tce/万元 missed") == (
        "2025: 2.615 tce/10⁴ CNY, target 2.58 tce/10⁴ CNY missed"
    )
    assert units_said("2025: 15家, target 12家 is met") == "2025: 15 firms, target 12 firms is met"
    assert units_zh("2025年实际2.615tce/万元,到期未达到目标106.2 kgce/t") == (
        "2025年实际2.615吨标准煤/万元,到期未达到目标106.2千克标准煤/吨"
    )
    assert units_zh("方案t01的数为3个") == "方案t01的数为3个", "a code that is no unit stays"


def test_every_division_of_industry_has_its_english():
    tree = industry_tree()
    codes = [str(n) for n in tree.table.filter(tree.table["level"] == "division")["code"]]
    made = {c.lstrip("ABCDEFGHIJKLMNOPQRST"): industry_en(c) for c in codes}
    assert [c for c, en in made.items() if en is None and "06" <= c <= "46"] == []
    assert industry_en("3216", "铝冶炼") == "Aluminium smelting"
    assert industry_en("2699", "其他") == "Chemicals", "a class without a name has its division's"


def test_departments_by_level_place_and_name():
    assert department_en("市发展改革委") == "City Development and Reform Commission"
    assert department_en("晋中市能源局") == "Jinzhong City Energy Bureau"
    assert department_en("国网示范供电公司") == "State Grid Shifan Power Supply Company"
    assert department_en("某个没有听说过的办公室") == "某个没有听说过的办公室", "unknown ones stay as they are"
    assert departments_en("市能源局、市财政局") == "City Energy Bureau, City Finance Bureau"


def test_sectors_and_indicators():
    assert [zh for zh in sectors() if CJK.search(sector_en(zh) or "")] == []
    some = next(iter(indicator_library().indicators.values()))
    assert indicator_en(None, some.zh) == some.en == indicator_en(some.id)
    assert indicator_en(None, "没有这个指标") == "没有这个指标"


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("未报送", "not delivered"),
        ("部分（8/12月）", "8 of 12 months are there"),
        ("原料用能部分未按燃烧计", "what was used as feedstock is not counted as burnt"),
        (
            "电力等价折标系数：当年供电煤耗未录入，沿用最近一年（取2022年值）",
            "coal used for power of the year is not entered, that of 2022 is taken",
        ),
        ("部分（8/12月）；没有见过的说明", None),
        (None, None),
    ],
)
def test_a_note_is_told_part_by_part_or_not_at_all(zh, en):
    told = note_en(zh)
    assert told == en or (en and told and told.endswith(en))


def test_a_node_names_its_place_in_english_and_by_name():
    line = Node(
        id="L-1", kind="line", label="晋中市 · 炼钢：二氧化碳", label_en="晋中市 · 炼钢: total CO2", note="未报送"
    )
    state = Node(id="S-1", kind="state", label="能耗 · 140700", label_en="energy · 140700", inputs=(line,))
    told = node_en(state, {"140700": "晋中市"}, {"炼钢": "Steel making"})
    assert (told.label, told.label_en) == ("能耗 · 晋中市", "energy · Jinzhong City")
    assert (told.inputs[0].label_en, told.inputs[0].note_en) == (
        "Jinzhong City · Steel making: total CO2",
        "not delivered",
    )


def test_the_publication_behind_a_factor_is_told_in_both_languages_and_a_delivered_file_is_not():
    said = "IPCC 2006 Guidelines vol 3 ch 2 table 2.4（自2006-01-01起，2007-04-01发布）"
    factor = Node(id="F-1", kind="factor", label="因子", source=said)
    fact = Node(id="D-1", kind="fact", label="用电量", source="electricity meters.xlsx", inputs=(factor,))
    told = node_en(fact, {})
    assert (told.source, told.source_en) == ("electricity meters.xlsx", None)
    assert told.inputs[0].source == "IPCC 2006年国家清单指南 第3卷第2章 表2.4（自2006-01-01起，2007-04-01发布）"
    assert told.inputs[0].source_en == (
        "IPCC 2006 Guidelines vol 3 ch 2 table 2.4 (in force from 2006-01-01, published 2007-04-01)"
    )


def test_all_data_that_an_indicator_wants_have_english_words():
    wanted = {name for i in indicator_library().indicators.values() for name in i.wants}
    assert [name for name in sorted(wanted) if CJK.search(wanted_en([name])[0])] == []
    assert wanted_en(["森林面积", "没有这一项"]) == ["forest area", "没有这一项"]


def test_a_publication_is_told_in_english_where_its_title_is_held():
    assert source_en("GB/T 2589-2020 附录A") == "GB/T 2589-2020, annex A"
    assert source_en("某地某公告") == "某地某公告 [in Chinese]"


def test_a_sum_over_firms_that_are_not_shown_says_so_in_one_language():
    assert CJK.search(AGGREGATE_ONLY)
    assert not re.search("[a-z]", AGGREGATE_ONLY)
    assert note_en(f"部分;{AGGREGATE_ONLY}") == "only part is there; a sum only: the firms behind it are not shown"
