"""From a delivered table to facts: units, missing values, corrections, and doing nothing twice."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from collect_tables import (
    ENERGY_HEADER,
    FIRM,
    FIRST,
    LAST,
    LATER,
    LISTS,
    OTHER,
    csv_bytes,
    energy_row,
    fact_values,
    imported,
    xlsx,
)

from dafeng.base.columns import CodeList
from dafeng.collect.contracts import DELIVERIES
from dafeng.collect.facts import FACT, coverage, current, gaps, merge
from dafeng.collect.importing import Context, import_table
from dafeng.registry.enterprises import ENTERPRISE


def test_each_figure_becomes_a_fact_with_its_place() -> None:
    done = imported(energy_row(opening=10, bought=100, used=95, sold=0, closing=15))
    assert fact_values(done.facts) == [
        ("energy_opening_stock", "bituminous", "2023-05", 10.0, "t"),
        ("energy_bought", "bituminous", "2023-05", 100.0, "t"),
        ("energy_used", "bituminous", "2023-05", 95.0, "t"),
        ("energy_sold", "bituminous", "2023-05", 0.0, "t"),
        ("energy_closing_stock", "bituminous", "2023-05", 15.0, "t"),
    ]
    used = done.facts.filter(measure="energy_used").row(0, named=True)
    assert (used["subject_kind"], used["subject_id"]) == ("enterprise", f"E-{FIRM}")
    assert (used["file"], used["sheet"], used["row"], used["column"]) == ("energy.xlsx", "能源消费", 2, "消费量")
    assert (used["quality"], used["status"], used["recorded_at"]) == ("manual", "official", FIRST)
    assert FACT.require(done.facts).equals(done.facts)


@pytest.mark.parametrize(
    ("item", "unit", "delivered", "value", "canonical"),
    [
        ("烟煤", "万吨", 1.5, 15000.0, "t"),
        ("烟煤", "千克", 2500, 2.5, "t"),
        ("电力", "千瓦时", 5000, 5.0, "MWh"),
        ("电力", "万千瓦时", 3, 30.0, "MWh"),
        ("electricity", "亿千瓦时", 1, 100000.0, "MWh"),
        ("天然气", "万立方米", 7, 7.0, "10^4 Nm3"),
        ("天然气", "立方米", 70000, 7.0, "10^4 Nm3"),
        ("热力", "百万千焦", 12, 12.0, "GJ"),
        ("热力", "太焦", 2, 2000.0, "GJ"),
    ],
)
def test_a_figure_is_kept_in_the_canonical_unit_and_as_delivered(
    item: str, unit: str, delivered: float, value: float, canonical: str
) -> None:
    fact = imported(energy_row(item=item, unit=unit, used=delivered)).facts.row(0, named=True)
    assert fact["value"] == pytest.approx(value)
    assert (fact["unit"], fact["value_delivered"], fact["unit_delivered"]) == (canonical, delivered, unit)


@pytest.mark.parametrize(("item", "unit"), [("烟煤", "吨标准煤"), ("电力", "吨"), ("蒸汽", "吉焦"), ("烟煤", "立方米")])
def test_a_unit_of_another_kind_rejects_the_row(item: str, unit: str) -> None:
    done = imported(energy_row(item=item, unit=unit), energy_row("2023-06"))
    assert len(done.facts) == 1
    assert done.parsed.errors.select("kind", "column", "row", "text").rows() == [("wrong_unit", "unit", 2, unit)]
    assert (len(done.parsed.rows), len(done.parsed.rejected)) == (1, 1)
    assert done.parsed.rejected["item"].to_list() == [item]


def test_an_empty_cell_is_no_fact_and_a_stated_gap_is_a_fact_without_value() -> None:
    done = imported(energy_row(used="未报", bought=""), energy_row("2023-06", used=0, bought="—"))
    held = done.facts.select("period", "measure", "value", "reason").rows()
    assert held == [
        ("2023-06", "energy_bought", None, "未说明原因"),
        ("2023-05", "energy_used", None, "未报"),
        ("2023-06", "energy_used", 0.0, None),
    ]


def test_a_row_without_any_figure_is_told_but_not_rejected() -> None:
    done = imported(energy_row(used=None), energy_row("2023-06"))
    assert done.parsed.faults.select("kind", "severity", "row").rows() == [("no_figures", "warning", 2)]
    assert len(done.parsed.rows) == 2


def test_negative_stock_is_rejected() -> None:
    done = imported(energy_row(opening=-5), energy_row("2023-06"))
    assert done.parsed.errors.select("kind", "column").rows() == [("below", "opening_stock")]
    assert set(done.facts["period"]) == {"2023-06"}


def test_rows_read_are_rows_kept_and_rejected() -> None:
    bad = [
        energy_row(used="x"),
        energy_row("2023-06", unit="吨标准煤"),
        energy_row("2023-07", item="仙气"),
        energy_row("2023-08"),
    ]
    done = imported(*bad, energy_row("2023-08", used=7))
    assert (len(done.parsed.rows), len(done.parsed.rejected), done.parsed.read) == (0, 5, 5)
    assert done.facts.is_empty()


def test_xlsx_and_csv_give_the_same_facts() -> None:
    rows = [ENERGY_HEADER, energy_row(used=1234.5), energy_row("2023-06", used="—")]
    context = Context(LISTS, FIRST)
    a, b = (
        import_table(data, "e", DELIVERIES["energy"], context).facts.drop("fact_id", "sha256", "batch_id", "sheet")
        for data in (xlsx(*rows), csv_bytes(*rows, encoding="gb18030"))
    )
    assert a.equals(b)


def test_the_same_file_twice_changes_nothing() -> None:
    first = imported(energy_row(), energy_row("2023-06", used="—"))
    again = imported(energy_row(), energy_row("2023-06", used="—"), existing=first.merged.new, at=LATER)
    assert again.batch_id == first.batch_id
    assert again.facts["fact_id"].to_list() == first.facts["fact_id"].to_list()
    assert again.merged.new.is_empty()
    assert again.merged.unchanged == 2


def test_the_same_values_in_another_file_add_nothing() -> None:
    first = imported(energy_row())
    other = imported(energy_row(), energy_row("2023-06"), existing=first.merged.new, at=LATER)
    assert other.batch_id != first.batch_id
    assert other.merged.new["period"].to_list() == ["2023-06"]
    assert (other.merged.added, other.merged.unchanged) == (1, 1)


def test_the_same_value_in_another_unit_adds_nothing() -> None:
    first = imported(energy_row(used=1500))
    again = imported(energy_row(used=0.15, unit="万吨"), existing=first.merged.new, at=LATER)
    assert again.merged.new.is_empty()


def test_a_corrected_value_supersedes_with_a_reason_and_the_old_one_stays_known() -> None:
    first = imported(energy_row(used=100))
    second = imported(energy_row(used=110), existing=first.merged.new, at=LATER)
    held = pl.concat([first.merged.new, second.merged.new])
    assert second.merged.corrected.select("old", "value").rows() == [(100.0, 110.0)]
    assert current(held)["value"].to_list() == [110.0]
    assert "100" in current(held)["reason"].item()
    assert current(held, as_of=FIRST)["value"].to_list() == [100.0]
    said = imported(energy_row(used=110), existing=first.merged.new, at=LATER, reason="抄表错误")
    assert said.merged.new["reason"].to_list() == ["抄表错误"]


def test_an_old_file_delivered_again_undoes_a_correction_only_with_a_reason() -> None:
    first = imported(energy_row(used=100), energy_row("2023-06"))
    second = imported(energy_row(used=110), existing=first.merged.new, at=LATER)
    held = pl.concat([first.merged.new, second.merged.new])
    third = imported(energy_row(used=100), energy_row("2023-06"), existing=held, at=LAST)
    assert third.merged.new.is_empty()
    assert third.merged.overruled.select("period", "value", "now").rows() == [("2023-05", 100.0, 110.0)]
    meant = imported(energy_row(used=100), energy_row("2023-06"), existing=held, at=LAST, reason="原数无误")
    restored = pl.concat([held, meant.merged.new])
    assert current(restored).sort("period")["value"].to_list() == [100.0, 100.0]
    assert meant.merged.new["reason"].to_list() == ["原数无误"]
    assert restored["fact_id"].is_unique().all()
    assert meant.batch_id not in set(held["batch_id"])


def test_rows_that_the_same_file_brings_only_later_get_a_batch_of_their_own() -> None:
    file = (energy_row(), energy_row("2023-06", item="仙气"))
    first = imported(*file)
    lists = LISTS | {"energy_items": CodeList("energy_items", "能源品种", _more_items())}
    data = xlsx(ENERGY_HEADER, *file)
    later = import_table(data, "energy.xlsx", DELIVERIES["energy"], Context(lists, LATER, existing=first.merged.new))
    assert later.merged.new["item"].to_list() == ["ether"]
    assert later.batch_id == f"{first.batch_id}-2"
    assert later.merged.new["batch_id"].to_list() == [later.batch_id]


def _more_items() -> pl.DataFrame:
    table = LISTS["energy_items"].table.select("code", "zh", "unit")
    return pl.concat([table, pl.DataFrame({"code": ["ether"], "zh": ["仙气"], "unit": ["t"]})])


def test_a_value_that_becomes_known_or_is_withdrawn_is_a_correction() -> None:
    gap = imported(energy_row(used="未报"))
    known = imported(energy_row(used=5), existing=gap.merged.new, at=LATER)
    assert known.merged.corrected.select("old", "value").rows() == [(None, 5.0)]
    withdrawn = imported(energy_row(used="缺"), existing=known.facts, at=LATER)
    assert withdrawn.merged.new.select("value", "reason").rows() == [(None, "更正：5.0 → 缺；未说明原因")]


def test_units_in_headers_scale_the_figures_of_the_column() -> None:
    done = imported(
        (FIRM, "2023", 1.5, 4000),
        kind="value_added",
        header=("统一社会信用代码", "时期", "增加值(亿元)", "总产值(万元)"),
    )
    assert sorted(fact_values(done.facts)) == [
        ("output_value_current", "", "2023", 4000.0, "万元"),
        ("value_added_current", "", "2023", 15000.0, "万元"),
    ]
    assert done.facts.filter(measure="value_added_current")["unit_delivered"].item() == "亿元"


def test_a_header_in_a_unit_of_another_kind_gives_no_figures() -> None:
    done = imported(
        (FIRM, "2023", 1.5, 4000), kind="value_added", header=("统一社会信用代码", "时期", "增加值(吨)", "总产值(万元)")
    )
    assert [m for m, *_ in fact_values(done.facts)] == ["output_value_current"]
    assert done.parsed.errors["kind"].to_list() == ["wrong_header_unit"]


def test_value_added_may_be_negative() -> None:
    done = imported((FIRM, "2023", -20), kind="value_added", header=("统一社会信用代码", "时期", "增加值"))
    assert done.facts["value"].to_list() == [-20.0]


def test_output_and_capacity_become_product_facts() -> None:
    header = ("统一社会信用代码", "时期", "产品名称", "计量单位", "产量", "年产能")
    done = imported((FIRM, "2023", "粗钢", "万吨", 80, 120), kind="output", header=header)
    assert fact_values(done.facts) == [
        ("product_output", "crude_steel", "2023", 800000.0, "t"),
        ("product_capacity", "crude_steel", "2023", 1200000.0, "t"),
    ]


def test_area_statistics_name_their_measure_row_by_row() -> None:
    header = ("区域", "时期", "指标名称", "数值", "计量单位", "数据来源")
    done = imported(
        ("晋中市", "2023", "地区生产总值", 2100.5, "亿元", "公报"),
        ("介休", "2023", "常住人口", 42, "人", "公报"),
        ("140700", "2023", "供电煤耗", 0.31, "千克标准煤/千瓦时", "公报"),
        ("140700", "2023", "GDP", 1, "吨", "公报"),
        kind="area_statistics",
        header=header,
    )
    assert sorted(done.facts.select("subject_id", "measure", "value").rows()) == [
        ("140700", "indicator:coal_per_kwh", pytest.approx(310.0)),
        ("140781", "population", 42.0),
    ]
    assert set(done.facts["subject_kind"]) == {"area"}
    assert set(done.parsed.errors["kind"]) == {"duplicate_key"}


def test_enterprises_are_found_in_the_registry_and_strangers_marked() -> None:
    known = ENTERPRISE.frame(
        [
            {
                "enterprise_id": "E-own-1",
                "uscc": FIRM,
                "name": "示范（钢铁）有限公司",
                "since": date(2020, 1, 1),
                "synthetic": True,
            }
        ]
    )
    header = (*ENERGY_HEADER, "企业名称")
    done = imported(
        (*energy_row(), "示范(钢铁) 有限公司"),
        (*energy_row("2023-06"), "别的公司"),
        (*energy_row(firm=OTHER), "x"),
        header=header,
        enterprises=known,
    )
    assert done.facts["subject_id"].to_list() == ["E-own-1", "E-own-1", f"E-{OTHER}"]
    warnings = done.parsed.faults.select("kind", "severity", "row").rows()
    assert warnings == [("other_name", "warning", 3), ("not_registered", "warning", 4)]


def test_a_firm_may_be_named_by_an_id_of_the_programme() -> None:
    assert imported(energy_row(firm="E-steel-7")).facts["subject_id"].to_list() == ["E-steel-7"]


def test_a_table_of_another_kind_gives_no_facts_and_says_so() -> None:
    done = imported(("x", 1), header=("a", "b"))
    assert done.facts.is_empty()
    assert set(done.parsed.faults["kind"]) >= {"no_table"}


def test_missing_months_are_listed_by_subject_and_year() -> None:
    months = [energy_row(f"2023-{m:02d}", used="未报" if m == 11 else 1) for m in range(1, 12)]
    facts = imported(*months, energy_row("2022", used=9)).facts
    listed = gaps(facts, [2022, 2023, 2024]).select("year", "months", "reasons").rows()
    assert listed[0] == (2023, ["2023-11", "2023-12"], ["未报"])
    assert listed[1][0] == 2024
    assert len(listed[1][1]) == 12
    assert coverage(facts, [2022, 2023, 2024]).select("year", "months_present", "coverage").rows() == [
        (2022, 12, 1.0),
        (2023, 10, pytest.approx(10 / 12)),
        (2024, 0, 0.0),
    ]


def test_current_does_not_depend_on_the_order_of_rows() -> None:
    first = imported(energy_row(used=1)).facts
    second = imported(energy_row(used=2)).facts
    assert current(pl.concat([first, second])).equals(current(pl.concat([second, first])))


def test_merging_into_nothing_takes_everything() -> None:
    facts = imported(energy_row(bought=1)).facts
    merged = merge(facts.clear(), facts)
    assert merged.new.equals(facts)
    assert (merged.added, merged.unchanged, len(merged.corrected)) == (2, 0, 0)


OUTPUT_HEADER = ("统一社会信用代码", "时期", "产品名称", "计量单位", "产量", "单位产品综合能耗")


def unit_energies(*rows: tuple, header: tuple = (*OUTPUT_HEADER, "能耗单位")) -> tuple[list, list]:
    done = imported(*[(FIRM, "2023", *row) for row in rows], kind="output", header=header)
    found = done.facts.filter(measure="unit_energy_consumption").select("item", "value", "unit", "unit_delivered")
    return found.rows(), done.parsed.faults.select("kind", "column", "row").rows()


def test_unit_energy_has_a_unit_of_its_own_by_product() -> None:
    found, faults = unit_energies(
        ("水泥熟料", "吨", 100, 104.5, None),
        ("电解铝", "吨", 100, 13400, None),
        ("焦炭", "吨", 100, 0.12, "吨标准煤/吨"),
        ("转炉钢", "万吨", 100, -21, "千克标准煤/吨"),
        ("橡胶轮胎外胎", "条", 100, 1.9, None),
    )
    assert found == [
        ("clinker", 104.5, "kgce/t", "kgce/t"),
        ("electrolytic_aluminium", 13400.0, "千瓦时/t", "千瓦时/t"),
        ("coke_output", pytest.approx(120.0), "kgce/t", "吨标准煤/吨"),
        ("crude_steel_bof", -21.0, "kgce/t", "千克标准煤/吨"),
        ("tyre", 1.9, "kgce/条", "kgce/条"),
    ]
    assert faults == []


def test_unit_energy_in_a_unit_of_another_kind_costs_the_figure_and_not_the_row() -> None:
    """Power in standard coal is no conversion but a rule of accounts; tonnes are no energy at all."""
    header = (*OUTPUT_HEADER, "能耗单位")
    rows = [(FIRM, "2023", "电解铝", "吨", 100, 1650, "千克标准煤/吨"), (FIRM, "2023", "焦炭", "吨", 100, 120, "吨")]
    done = imported(*rows, kind="output", header=header)
    assert done.facts["measure"].to_list() == ["product_output", "product_output"]
    assert done.parsed.faults.select("kind", "column", "row").rows() == [
        ("wrong_unit", "unit_energy_consumption_unit", 2),
        ("wrong_unit", "unit_energy_consumption_unit", 3),
    ]
    assert done.parsed.rejected.is_empty()


def test_a_unit_in_the_header_is_that_of_its_own_column() -> None:
    header = ("统一社会信用代码", "时期", "产品名称", "产量(万吨)", "单位产品综合能耗(吨标准煤/吨)")
    done = imported((FIRM, "2023", "水泥熟料", 100, 0.1045), kind="output", header=header)
    assert fact_values(done.facts) == [
        ("product_output", "clinker", "2023", 1.0e6, "t"),
        ("unit_energy_consumption", "clinker", "2023", pytest.approx(104.5), "kgce/t"),
    ]


def test_power_in_standard_coal_is_refused() -> None:
    done = imported(energy_row(item="电力", unit="吨标准煤", used=12.29))
    assert done.facts.is_empty()
    assert done.parsed.errors["kind"].to_list() == ["wrong_unit"]


MEASURE_HEADER = ("统一社会信用代码", "时期", "指标名称", "产品或称号", "数值", "计量单位")


def test_other_measures_may_go_by_product_or_title() -> None:
    done = imported(
        (FIRM, "2023", "产品用电量", "电解铝", 90, "万千瓦时"),
        (FIRM, "2023", "可再生能源用电量", "电解铝", 18, "万千瓦时"),
        (FIRM, "2023", "可再生能源用电量", None, 20, "万千瓦时"),
        (FIRM, "2023-03", "名单认定", "国家绿色工厂", 1, "个"),
        (FIRM, "2023", "取水量", None, 5, "立方米"),
        kind="enterprise_measures",
        header=MEASURE_HEADER,
    )
    assert done.parsed.faults.is_empty()
    assert fact_values(done.facts) == [
        ("electricity_used_mwh", "electrolytic_aluminium", "2023", 900.0, "MWh"),
        ("renewable_electricity_used_mwh", "electrolytic_aluminium", "2023", 180.0, "MWh"),
        ("renewable_electricity_used_mwh", "", "2023", 200.0, "MWh"),
        ("recognition", "green_factory_national", "2023-03", 1.0, "个"),
        ("water_used_m3", "", "2023", 5.0, "m3"),
    ]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (("名单认定", None, 1, "个"), "item_lacking"),
        (("产品用电量", None, 1, "兆瓦时"), "item_lacking"),
        (("名单认定", "电解铝", 1, "个"), "item_strange"),
        (("取水量", "电解铝", 1, "立方米"), "item_strange"),
    ],
)
def test_a_measure_without_its_item_or_with_a_strange_one_is_refused(row: tuple, kind: str) -> None:
    done = imported((FIRM, "2023", *row), kind="enterprise_measures", header=MEASURE_HEADER)
    assert done.facts.is_empty()
    assert done.parsed.faults.select("kind", "severity", "row").rows() == [(kind, "error", 2)]
    assert done.parsed.rejected.height == 1


def test_source_and_remark_of_a_row_stay_with_its_facts() -> None:
    header = ("区域", "时期", "指标名称", "数值", "计量单位", "数据来源", "备注")
    done = imported(
        ("晋中市", "2023", "地区生产总值", 2100.5, "亿元", "统计公报 第1页", "初步核算数"),
        ("介休", "2023", "常住人口", 42, "人", "统计公报 第9页", None),
        kind="area_statistics",
        header=header,
    )
    assert done.facts["note"].to_list() == ["统计公报 第1页；初步核算数", "统计公报 第9页"]
    assert imported(energy_row()).facts["note"].to_list() == [None]
