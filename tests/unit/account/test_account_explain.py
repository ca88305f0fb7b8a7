"""Every line opens down to dated factors and to file, sheet and row."""

from __future__ import annotations

import re

import pytest
from account_frames import OLD, facts, line, months, registry

from dafeng.account.explain import explain_fact, explain_line
from dafeng.account.explain_text import as_text
from dafeng.account.inventory import inventory
from dafeng.base.errors import NotFound
from dafeng.base.provenance import Node
from dafeng.rules.rulebook import packaged_rulebook

BOOK = packaged_rulebook()
MANY = [(f"E{i:02d}", "140781", "3120", OLD, None) for i in range(14)]


def every(node: Node) -> list[Node]:
    return [node, *(n for child in node.inputs for n in every(child))]


def explained(rows: list[tuple], subject: str, measure: str, item: str, period: str, **options: object) -> Node:
    delivered, place = facts(*rows), registry(*MANY)
    lines = inventory(delivered, BOOK, registry=place).lines
    id = line(lines, subject, measure, item, period)["line_id"]
    return explain_line(id, lines, delivered, BOOK, place, **options)


def test_a_single_line_shows_factors_with_source_date_and_status_and_records_with_their_place() -> None:
    rows = [("E00", "bought", "electricity", "2022", 20.0), ("E00", "sold", "electricity", "2022", 5.0)]
    node = explained(rows, "E00", "co2_electricity_t", "electricity", "2022")
    assert node.value == pytest.approx(15 * 0.7096)
    net, factor = node.inputs
    assert (net.value, net.unit) == (15.0, "MWh")
    assert {(f.value, f.place.sheet, f.place.row) for f in net.inputs if f.place} == {
        (20.0, "能源", 2),
        (5.0, "能源", 3),
    }
    assert (factor.kind, factor.value, factor.status) == ("factor", 0.7096, "transcribed")
    assert "2024-12-26" in (factor.source or "")


def test_the_arithmetic_shown_gives_the_value_shown() -> None:
    node = explained([("E00", "used", "coke", "2023", 70.0)], "E00", "co2_combustion_t", "coke", "2023")
    product = 44 / 12
    for part in node.inputs:
        assert isinstance(part.value, float)
        product *= part.value
    assert node.value == pytest.approx(product)


def test_sums_open_down_to_the_months() -> None:
    node = explained(months("E00", "used", "coke", 2023, [10.0] * 12), "E00", "co2_total_t", "total", "2023")
    assert sum(n.kind == "fact" for n in every(node)) == 12
    for parent in every(node):
        if parent.rule and parent.rule.startswith("sum."):
            assert parent.value == pytest.approx(sum(c.value for c in parent.inputs if isinstance(c.value, float)))


def test_a_roll_up_names_the_largest_and_balances_with_the_rest() -> None:
    rows = [(f"E{i:02d}", "bought", "heat", "2023", 10.0 + i) for i in range(14)]
    node = explained(rows, "140700", "co2_total_t", "total", "2023")
    assert len(node.inputs) == 11
    assert node.more == 4
    assert node.inputs[0].label.startswith("E13")
    assert node.inputs[-1].id.endswith("/rest")
    assert node.value == pytest.approx(sum(n.value for n in node.inputs if isinstance(n.value, float)))


def test_a_roll_up_names_who_is_silent() -> None:
    rows = [(f"E{i:02d}", "bought", "heat", "2023", 1.0) for i in range(13)]
    node = explained(rows, "140781|31", "co2_total_t", "total", "2023")
    assert node.value is None
    assert "13/14家" in (node.note or "")
    assert "未报送：E13" in (node.note or "")


def test_a_closed_depth_counts_what_it_leaves_out() -> None:
    rows = months("E00", "used", "coke", 2023, [10.0] * 12)
    node = explained(rows, "E00", "co2_combustion_t", "coke", "2023", depth=0)
    assert (node.inputs, node.more) == ((), 12)


def test_a_missing_year_says_what_is_there() -> None:
    node = explained(months("E00", "used", "coke", 2023, [10.0] * 10), "E00", "co2_total_t", "total", "2023")
    assert node.value is None
    assert "不作为总量" in (node.note or "")
    assert "10 of 12 months" in (node.note_en or "")


def test_numbers_in_words_have_no_exponent() -> None:
    node = explained(months("E00", "used", "coke", 2023, [3.5e6] * 10), "E00", "co2_total_t", "total", "2023")
    for text in (node.note, node.note_en, as_text(node)):
        assert not re.search(r"\de[+-]\d", text or "")
    assert re.search(r"已有部分合计 \d{2},\d{3},\d{3} tCO2", node.note or "")


def test_what_is_ours_is_said_in_english_too() -> None:
    node = explained([("E00", "used", "coke", "2023", 70.0)], "E00", "co2_combustion_t", "coke", "2023")
    assert node.label_en == "E00: CO2 of fossil combustion (coke)"
    assert (node.operation_en or "").startswith("net use × net calorific value")
    for part in every(node):
        assert part.label_en
        assert part.label_en.isascii()


def test_text_in_both_languages() -> None:
    node = explained([("E00", "used", "coke", "2023", 70.0)], "E00", "co2_combustion_t", "coke", "2023")
    zh, en = as_text(node), as_text(node, "en")
    assert "算法: 净消费量 × 低位发热量" in zh
    assert "[转]" in zh
    assert "energy.xlsx › 能源 › row 2" in zh
    assert "formula: " in en
    assert "[transcribed]" in en
    assert len(zh.splitlines()) == len(en.splitlines())


def test_a_fact_by_itself_says_whose_it_is_and_how_it_was_given() -> None:
    fact = facts(("E00", "used", "coke", "2023", 70.0)).row(0, named=True)
    node = explain_fact({**fact, "value_delivered": 0.007, "unit_delivered": "万吨"}, BOOK, registry(*MANY))
    assert node.label == "E00 能源消费量 焦炭"
    assert (node.value, node.unit, node.operation) == (70.0, "t", "报送 0.007 万吨")
    assert node.place is not None
    assert node.place.row == 2


def test_an_unknown_id_is_an_error() -> None:
    with pytest.raises(NotFound):
        explain_line("L-none", inventory(facts(), BOOK).lines, facts(), BOOK)


def test_a_fact_of_an_area_names_its_measure_and_the_source_its_row_states() -> None:
    fact = facts(("140700", "used", "", "2023", 2100.5)).row(0, named=True)
    stated = {"subject_kind": "area", "measure": "gdp_current", "item": "", "unit": "亿元", "note": "统计公报 第1页"}
    node = explain_fact({**fact, **stated}, BOOK, registry(*MANY))
    assert node.label == "晋中市 地区生产总值(现价)"
    assert node.source == "统计公报 第1页"
    assert "来源: 统计公报 第1页" in as_text(node)
    assert explain_fact(fact, BOOK).source is None
