"""Linking by name: the two annotated plans by hand, names of other plans, and what must not be linked."""

from __future__ import annotations

import json
import time

import msgspec
import pytest
from evaluate_frames import target

from dafeng.evaluate.linking import certainty_words, link_targets, name_form
from dafeng.plan.records import Target

# indicator as annotated → indicator id, by hand; None: nothing in the library is meant
GOLD = {
    "shanxi-industry-2023": {
        "规模以上工业单位增加值能耗下降率": "energy_per_industrial_value_added",
        "单位工业增加值二氧化碳排放下降幅度": "co2_per_industrial_value_added",
        "重点行业二氧化碳排放强度": "co2_intensity_high_energy",
        "单位工业增加值二氧化碳排放量": "co2_per_industrial_value_added",
        "工业领域二氧化碳排放": "industrial_co2_total",
        "大宗工业固废综合利用率": "bulk_solid_waste_use_rate",
        "废钢铁加工准入企业年加工能力": "scrap_processing_capacity",
        "短流程炼钢占比": "short_process_steel_share",
        "富氢碳循环高炉冶炼、氢基竖炉直接还原铁、碳捕集利用等技术应用": None,
        "水泥熟料能效标杆水平以上的比例": "capacity_above_benchmark_clinker",
        "原燃料替代水平": "fuel_substitution_rate",
        "窑炉碳捕集利用技术产业化示范": None,
        "再生金属供应量": "recycled_metal_supply",
        "电解铝使用可再生能源比例": "aluminium_renewable_share",
        "装备制造生产能耗": "energy_per_output_value",
        "锂电材料非电能源占比": "lithium_material_non_electric_share",
        "电子材料产品制造能耗": "energy_per_output_value",
        "当年新增新能源、清洁能源动力的交通工具比例": "new_clean_vehicle_share",
        "乘用车新车二氧化碳排放强度": "new_passenger_car_co2",
        "商用车新车二氧化碳排放强度": "new_commercial_vehicle_co2",
    },
    "jinzhong-2025": {
        "非化石能源消费比重": "non_fossil_share",
        "新能源和清洁能源装机占比": "new_clean_capacity_share",
        "新能源和清洁能源发电量占比": "new_clean_generation_share",
        "单位地区生产总值能源消耗下降": "energy_per_gdp",
        "单位地区生产总值二氧化碳排放下降": "co2_per_gdp",
        "森林覆盖率和森林蓄积量": "forest_coverage",
        "单位地区生产总值能源消耗和二氧化碳排放": "energy_per_gdp",
        "二氧化碳排放量": "co2_total",
        "煤电机组平均供电煤耗": "supply_coal_intensity",
        "持证在产大型矿山绿色矿山达标比例": "green_mines_large",
        "持证在产中型矿山绿色矿山达标比例": "green_mines_medium",
        "商用车醇氢电动重卡扩建项目投产": None,
        "甲醇汽车及甲醇装备累计推广量": "methanol_vehicles",
        "瓦斯利用率": "gas_drainage_use_rate",
        "数据中心年综合能耗": "data_centre_energy",
        "数据中心纳入能耗在线监测比例": "data_centre_online_share",
        "水泥熟料能效达到标杆水平的产能比例": "capacity_above_benchmark_clinker",
        "原燃料替代水平": "fuel_substitution_rate",
        "大型焦炉达到单位产品能耗先进值比例": "coke_oven_advanced_share",
        "城市建成区绿地率": "urban_green_rate",
        "城市建成区公园绿化活动场地服务半径覆盖率": "park_radius_coverage",
        "供热管网热损失": "heat_network_loss",
        "城市公共供水管网漏损率": "water_network_leak",
        "公共建筑绿色建筑星级": "green_building_stars",
        "超限高层建筑绿色建筑星级": "green_building_stars",
        "城镇绿色建筑在新建建筑中的占比": "green_building_share",
        "新建公共建筑电气化比例": "public_building_electrification",
        "公共建筑改造后整体能效提升": "public_building_retrofit_gain",
        "新建建筑能效提升": "new_building_efficiency_gain",
        "城镇建筑可再生能源替代率": "building_renewable_substitution",
        "新建公共机构建筑、新建厂房屋顶光伏覆盖率": "rooftop_pv_coverage",
        "当年新增新能源、清洁能源动力的交通工具占比": "new_clean_vehicle_share",
        "陆路交通运输领域石油消费": "land_transport_oil",
        "秸秆综合利用率": "straw_use_rate",
        "农膜回收率": "film_recovery_rate",
        "禽畜粪污综合利用率": "manure_use_rate",
        "规模化养殖粪污处理设施配套率": "manure_facilities_rate",
        "农作物耕种收综合机械化水平": "farm_mechanisation",
        "新兴产业集群数量": "emerging_clusters",
        "省级以上重点产业园区循环化改造比例": "circular_parks_share",
        "新增大宗工业固废综合利用率": "new_bulk_solid_waste_use_rate",
        "新增大宗固废综合利用率": "new_bulk_solid_waste_use_rate",
        "城市生活垃圾资源化利用率": "household_waste_use_rate",
        "建筑垃圾资源化利用率": "construction_waste_use_rate",
        "森林覆盖率": "forest_coverage",
        "碳达峰工作进展汇报期限": None,
    },
}

# names as other plans write them: (indicator, comparator, value, unit, sector, id)
OTHERS = [
    ("单位国内生产总值能源消耗", "reduce_by", 13.5, "%", None, "energy_per_gdp"),
    ("规上工业单位增加值能耗降低率", "reduce_by", 15, "%", "工业", "energy_per_industrial_value_added"),
    ("全市万元GDP能耗", "reduce_by", 14, "%", None, "energy_per_gdp"),
    ("非化石能源占一次能源消费比重", "=", 25, "%", None, "non_fossil_share"),
    ("全省煤炭消费比重", "<=", 50, "%", None, "coal_share"),
    ("钢铁行业能效标杆水平以上产能比例", ">=", 30, "%", "钢铁", "capacity_above_benchmark_steel"),
    ("铅、锌、铜冶炼能效标杆水平以上产能比例", "=", 50, "%", "有色金属", "capacity_above_benchmark_cu_pb_zn"),
    ("重点领域达到标杆水平的产能比例", ">=", 30, "%", "工业", "capacity_above_benchmark"),
    ("水泥熟料单位产品综合能耗水平", "reduce_by", 3.7, "%", "建材", "clinker_unit_energy"),
    ("一般工业固体废弃物综合利用率", "=", 95, "%", "工业", "general_solid_waste_use_rate"),
    ("大宗固体废弃物综合利用率", "=", 57, "%", "工业", "bulk_solid_waste_use_rate"),
    ("能效基准水平以下产能", "=", 0, "%", "工业", "capacity_below_baseline"),
    ("新增国家级绿色工厂数量", ">=", 10, "家", "工业", "green_factories_new"),
    ("市级及以上绿色低碳工厂", "=", 400, "家", "工业", "green_factories_city"),
    ("绿色工业园区", "=", 20, "家", "工业", "green_parks"),
    ("战略性新兴产业增加值占规上工业增加值比重", ">=", 30, "%", "工业", "strategic_emerging_share"),
    ("战略性新兴产业增加值年均增速", "increase_by", 10, "%", "工业", "strategic_emerging_growth"),
    ("新型储能装机规模", ">=", 3000, "万千瓦", None, "new_storage_capacity"),
    ("火电平均供电标准煤耗", "<=", 300, "克标准煤/千瓦时", "煤电", "supply_coal_intensity"),
    ("二氧化碳排放", "reach_peak_before", None, None, "工业", "industrial_co2_total"),
    ("全市碳排放总量", "reach_peak_before", None, None, None, "co2_total"),
    ("新能源汽车新车销售量占比", ">=", 20, "%", "交通运输", "new_clean_vehicle_share"),
    ("高耗能行业增加值占规模以上工业比重", "<=", 30, "%", "工业", "high_energy_share"),
    ("PM2.5平均浓度", "<=", 35, "微克/立方米", None, None),
    ("新增造林面积", "=", 30, "万亩", None, None),
    ("研发经费投入强度", ">=", 2.5, "%", None, None),
    ("铁路货运量占比", ">=", 20, "%", "交通运输", None),
    ("再制造产值", "=", 100, "亿元", None, None),
    ("专精特新企业数量", "=", 500, "家", "工业", None),
]


def link(indicator, **fields):
    return link_targets([target(indicator, **fields)])[0]


def gold_targets(shared, doc):
    names = set(Target.__struct_fields__)
    for text in (shared / f"seeds/gold/{doc}.targets.jsonl").read_text("utf-8").splitlines():
        yield msgspec.convert({k: v for k, v in json.loads(text).items() if k in names and v is not None}, Target)


@pytest.mark.parametrize("doc", GOLD)
def test_the_annotated_plans_are_linked_as_by_hand(shared, doc):
    targets = list(gold_targets(shared, doc))
    assert {t.indicator for t in targets} == set(GOLD[doc])
    wrong = {
        t.indicator: k.indicator_id
        for t, k in zip(targets, link_targets(targets), strict=True)
        if k.indicator_id != GOLD[doc][t.indicator]
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("name", "comparator", "value", "unit", "sector", "expected"), OTHERS, ids=lambda v: str(v)[:20]
)
def test_names_of_other_plans(name, comparator, value, unit, sector, expected):
    assert link(name, comparator=comparator, value=value, unit=unit, sector=sector).indicator_id == expected


def test_a_reduction_and_a_level_of_the_same_thing_have_one_indicator():
    names = ("规模以上工业单位增加值能耗", "规模以上工业单位增加值能耗下降率", "单位工业增加值能耗下降幅度")
    assert {link(n).indicator_id for n in names} == {"energy_per_industrial_value_added"}


def test_region_sector_and_width_do_not_matter():
    assert name_form("示范市工业固废综合利用率", region="示范市") == name_form("工业固废综合利用率")
    assert (
        link("有色金属行业规模以上工业单位增加值能耗", sector="有色金属").indicator_id
        == "energy_per_industrial_value_added"
    )
    assert link("短流程炼钢占比 ").certainty == link("短流程炼钢占比").certainty


def test_a_unit_that_does_not_fit_lowers_the_certainty():
    right = link("再生金属供应量", comparator=">=", value=50, unit="万吨")
    wrong = link("再生金属供应量", comparator=">=", value=50, unit="%")
    assert right.words == "确定"
    assert wrong.certainty < right.certainty
    assert dict([(wrong.indicator_id, wrong.certainty), *wrong.alternatives])["recycled_metal_share"] > 0


def test_a_direction_that_does_not_fit_lowers_the_certainty():
    up = link("非化石能源消费比重", comparator="increase_by", value=5, unit="百分点")
    down = link("非化石能源消费比重", comparator="reduce_by", value=5, unit="百分点")
    assert down.certainty < up.certainty
    assert "方向" in down.why


def test_a_name_of_two_indicators_is_never_certain_and_shows_the_other():
    found = link("森林覆盖率和森林蓄积量", comparator="qualitative", kind="qualitative")
    assert found.words == "待确认"
    assert found.alternatives[0][0] == "forest_stock"


def test_an_alias_of_the_target_helps():
    assert link("本厂叫法", aliases=("短流程炼钢占比",)).indicator_id == "short_process_steel_share"


def test_links_do_not_depend_on_their_neighbours():
    one, two = target("短流程炼钢占比"), target("森林覆盖率", id="demo#t02")
    assert link_targets([one, two])[0] == link_targets([one])[0]
    assert link_targets([one, two]) == tuple(reversed(link_targets([two, one])))


@pytest.mark.parametrize(("certainty", "words"), [(0.9, "确定"), (0.7, "较确定"), (0.5, "待确认"), (0.49, "未关联")])
def test_certainty_in_words(certainty, words):
    assert certainty_words(certainty) == words


def test_a_hundred_targets_take_seconds_at_most():
    targets = [target(f"第{n}类产品单位能耗", id=f"demo#{n}") for n in range(100)]
    start = time.perf_counter()
    assert len(link_targets(targets)) == 100
    assert time.perf_counter() - start < 5
