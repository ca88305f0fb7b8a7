"""More of the language of goals: annual plans, statistics, totals with members, deeds and sizes, yardsticks, tables.

The cases are written as in test_sentences.py; what a year means depends on the document, so some name its home year.
"""

# ruff: noqa: E501 — tables of words stay on their lines

from __future__ import annotations

import pytest
from goal_lines import cases, read

from dafeng.plan.grammar.goals import Context
from dafeng.plan.grammar.tables import Header, header_of, is_torn, rows_of
from dafeng.plan.grammar.voice import home_year, is_progress, speaking_year, voice_of
from dafeng.plan.records import Document

PLAN = Context(this_year=2022)
ANNUAL = Context(this_year=2022, home_year=2022)
BULLETIN = Context(this_year=2023, home_year=2023, progress=True)
REPORT = Context(this_year=2024, progress=True)

ANNUAL_CASES = """
全年压减水泥产能80万吨。
    水泥产能 | reduce_by 80 万吨 | 2022 | b=
年内新增公共充电桩3000个。
    新增公共充电桩 | = 3000 个 | 2022
年底前60%以上的市级机关建成节水型单位。
    市级机关建成节水型单位比例 | >= 60 % | 2022 | dl=2022-12-31
9月底前，建成换电站12座。
    建成换电站 | = 12 座 | 2022 | dl=2022-09-30
绿电交易电量达到45亿千瓦时。
    绿电交易电量 | = 45 亿千瓦时 | 2022
到2025年，余热利用率达到60%。
    余热利用率 | = 60 % | 2025
对年用电量500万千瓦时以上的用户开展监测。
    用户年用电量 | >= 500 万千瓦时 | - | k=threshold
结合2021年度目标完成情况，电煤消费量控制在260万吨以内。
    电煤消费量 | <= 260 万吨 | 2022
推进城区黑臭水体动态清零。
    (none)
"""

PLAN_CASES = """
# A RELATIVE YEAR WITHOUT A HOME
全年完成既有住宅改造40万平方米。
    既有住宅改造 | = 40 万平方米 | -
到2025年，地热供暖占比达到8%，全年供热量达到900万吉焦。
    地热供暖占比 | = 8 % | 2025
    供热量 | = 900 万吉焦 | 2025
每年11月底前报送总结。
    报送总结期限 | deadline - - | - | dl=--11-30 per k=procedure

# UNITS
到2025年，碳化硅晶圆产能达到6万片/月。
    碳化硅晶圆产能 | = 6 万片/月 | 2025
到2025年，开发区亩均产出强度提升至70亿元/平方公里。
    开发区亩均产出强度 | = 70 亿元/平方公里 | 2025
到2025年，支路网密度大于9公里/平方公里。
    支路网密度 | > 9 公里/平方公里 | 2025
到2025年，建筑垃圾排放量不高于280吨/万平方米。
    建筑垃圾排放量 | <= 280 吨/万平方米 | 2025
到2025年，供电煤耗降至298克标准煤/千瓦时。
    供电煤耗 | = 298 克标准煤/千瓦时 | 2025
到2025年，储能规模达到300万千瓦/600万千瓦时。
    储能规模 | = 300 万千瓦 | 2025
    储能规模 | = 600 万千瓦时 | 2025
到2025年，绿氢产能达到5万吨/年至8万吨/年。
    绿氢产能 | = 5~8 万吨/年 | 2025
到2025年，涂料、胶粘剂使用比例分别降低15个、8个百分点。
    涂料使用比例 | reduce_by 15 百分点 | 2025 | b=
    胶粘剂使用比例 | reduce_by 8 百分点 | 2025 | b=
到2025年，石漠化面积、沙化土地面积分别减少2.4万、1.1万公顷。
    石漠化面积 | reduce_by 2.4 万公顷 | 2025 | b=
    沙化土地面积 | reduce_by 1.1 万公顷 | 2025 | b=
打造百万千瓦级储能基地。
    (none)

# RATIOS WITHOUT A UNIT
到2025年，铁钢比下降至0.8以下。
    铁钢比 | <= 0.8 - | 2025
到2025年，大型数据中心PUE降到1.3以下，算力枢纽不高于1.25。
    大型数据中心PUE | <= 1.3 - | 2025
    算力枢纽PUE | <= 1.25 - | 2025
到2025年，新建数据中心电能利用效率（PUE，指总耗电与设备耗电之比）优于1.3。
    新建数据中心电能利用效率(PUE) | < 1.3 - | 2025
对PUE超过1.6的数据中心进行改造。
    数据中心PUE | > 1.6 - | - | k=threshold

# CHANGES AND WHERE THEY SET OUT
到2027年，公路、航空货运量年均增长分别不低于6%和2%。
    公路货运量 | increase_by 6 % | 2027 | b>= per
    航空货运量 | increase_by 2 % | 2027 | b>= per
秸秆综合利用率由2020年的84%提高到2025年的88%、2030年的92%。
    秸秆综合利用率 | = 88 % | 2025 | base2020
    秸秆综合利用率 | = 92 % | 2030 | base2020
煤炭消费占比由2020年的41%降为2025年的35%。
    煤炭消费占比 | = 35 % | 2025 | base2020
到2025年，风电、光伏装机比2020年底分别新增300万千瓦和500万千瓦。
    风电装机 | increase_by 300 万千瓦 | 2025 | b= base2020
    光伏装机 | increase_by 500 万千瓦 | 2025 | b= base2020
到2030年，公共建筑能效在2010年水平上提升30%。
    公共建筑能效 | increase_by 30 % | 2030 | b= base2010
到2030年，农机补贴额较“十三五”期间翻两番。
    农机补贴额 | increase_by 3 倍 | 2030 | b= base2020 d=翻两番
到2025年，单位产值能耗下降14%，力争下降15%。
    单位产值能耗 | reduce_by 14 % | 2025 | b=
    单位产值能耗 | reduce_by 15 % | 2025 | b= m=力争
到2025年，成品油消费量较峰值下降12%。
    成品油消费量 | reduce_by 12 % | 2025 | b=
提升新建厂房节能标准至70%。
    新建厂房节能标准 | = 70 % | -
新建住宅执行75%节能标准。
    新建住宅节能标准 | = 75 % | - | k=threshold
到2030年，新建住宅达到80%节能要求。
    新建住宅节能要求 | = 80 % | 2030
推行套餐比例由20%扩展到全部窗口。
    (none)

# DEEDS, SIZES AND WHO IS MEANT
到2025年，每年推动50万平方米以上的老旧厂房节能改造。
    老旧厂房节能改造 | >= 50 万平方米 | 2025 | per
到2025年，新建高标准农田60万亩，累计改造提升80万亩。
    新建高标准农田 | = 60 万亩 | 2025
    高标准农田改造提升 | = 80 万亩 | 2025
到2025年，投资300万元以上技改项目超过900个。
    技改项目投资 | >= 300 万元 | - | k=threshold
    投资300万元以上技改项目 | > 900 个 | 2025
到2025年，节能率不低于20%的公共建筑达到90万平方米。
    公共建筑节能率 | >= 20 % | - | k=threshold
    节能率不低于20%的公共建筑 | = 90 万平方米 | 2025
热电厂供热半径20公里范围内的锅炉予以关停。
    供热半径 | <= 20 公里 | - | k=threshold
周边10公里范围内不再布点。
    (none)
年货运量80万吨以上的企业同步建设专用线。
    企业年货运量 | >= 80 万吨 | - | k=threshold
不再受理新建20蒸吨以下燃煤锅炉。
    燃煤锅炉 | <= 20 蒸吨 | - | k=threshold
为全省新增装机500万千瓦做好接入服务。
    (none)
增速按12%考虑，管理费按3%计取。
    (none)
“十四五”和“十五五”期间累计完成厂房改造900万平方米。
    厂房改造 | = 900 万平方米 | 2030 | p=十五五
打造1个千亿级产业、3个百亿级产业集群。
    (none)
深入实施百万亩国土绿化行动。
    (none)
到2025年，超过80个合同能源管理项目建成投运。
    合同能源管理项目 | > 80 个 | 2025
到2025年，绿色矿山面积新增30平方公里。
    新增绿色矿山面积 | = 30 平方公里 | 2025

# MANY WITH SHARES OF THEIR OWN
到2025年，95%的省级、90%的市级和70%的县级机关建成节约型机关。
    省级机关建成节约型机关比例 | = 95 % | 2025
    市级机关建成节约型机关比例 | = 90 % | 2025
    县级机关建成节约型机关比例 | = 70 % | 2025
到2025年，城区、乡村供电可靠率分别达到99.99%和99.95%，电压合格率分别达到99.98%和99.9%。
    城区供电可靠率 | = 99.99 % | 2025
    乡村供电可靠率 | = 99.95 % | 2025
    城区电压合格率 | = 99.98 % | 2025
    乡村电压合格率 | = 99.9 % | 2025
既有楼宇按不低于总车位15%配建充电桩。
    既有楼宇占总车位 | >= 15 % | -

# HANDED DOWN FROM ABOVE
顺利完成省下达的散煤压减任务。
    散煤压减 | meet_assigned - - | - | ref=省下达任务
到2025年，完成省政府下达的能耗控制目标任务。
    能耗控制 | meet_assigned - - | 2025 | ref=省政府下达目标任务
到2025年，完成省下达的阶段性目标。
    (none)
坚决控制电解铝产量不再新增。
    电解铝产量 | no_increase - - | -
到2035年，碳排放达峰后稳中有降。
    (none)
力争2060年前实现碳中和，推动建筑碳排放达峰。
    (none)

# MEMBERS OF A TOTAL
到2025年，清洁电力总装机达到900万千瓦，其中风电350万千瓦、光伏发电500万千瓦。
    清洁电力总装机 | = 900 万千瓦 | 2025
    风电总装机 | = 350 万千瓦 | 2025
    光伏发电总装机 | = 500 万千瓦 | 2025
力争到2025年，固废综合利用率达到60%，其中尾矿达到45%。
    固废综合利用率 | = 60 % | 2025 | m=力争
    尾矿综合利用率 | = 45 % | 2025 | m=力争
"""

BULLETIN_CASES = """
年末全省发电装机约1.2亿千瓦，比上年末增长9.5%。分类型看，太阳能发电约3400万千瓦，增长31%；风电2100万千瓦。
    发电装机 | about 1.2 亿千瓦 | 2023 | dl=2023-12-31 m=约 k=fact
    发电装机 | increase_by 9.5 % | 2023 | b= base2022 dl=2023-12-31 k=fact
    太阳能发电装机 | about 3400 万千瓦 | 2023 | dl=2023-12-31 m=约 k=fact
    太阳能发电装机 | increase_by 31 % | 2023 | b= base2022 dl=2023-12-31 k=fact
    风电装机 | = 2100 万千瓦 | 2023 | dl=2023-12-31 k=fact
全年电厂发电设备平均利用3650小时，同比减少40小时。
    电厂发电设备平均利用小时 | = 3650 小时 | 2023 | k=fact
    电厂发电设备平均利用小时 | reduce_by 40 小时 | 2023 | b= base2022 k=fact
水电装机3100万千瓦，约占总装机的26%。
    水电装机 | = 3100 万千瓦 | 2023 | k=fact
    水电装机占总装机 | about 26 % | 2023 | m=约 k=fact
预计2024年用电量增长5%左右。
    用电量 | increase_by 5 % | 2024 | babout m=左右
"""

REPORT_CASES = """
截至2024年6月底，抽水蓄能、新型储能装机分别达到260万千瓦、190万千瓦，后者是2020年底的12倍。
    抽水蓄能装机 | = 260 万千瓦 | 2024 | dl=2024-06-30 k=fact
    新型储能装机 | = 190 万千瓦 | 2024 | dl=2024-06-30 k=fact
    新型储能装机 | = 12 倍 | 2024 | base2020 dl=2024-06-30 k=fact
2023年，储能装机达到900万千瓦，接近“十三五”末的8倍。
    储能装机 | = 900 万千瓦 | 2023 | k=fact
    储能装机 | about 8 倍 | 2023 | base2020 m=接近 k=fact
2020年至2023年，清洁能源占比由22%升至27%。
    清洁能源占比 | = 27 % | 2023 | base2020 k=fact
"""


def told(block: str, context: Context) -> list[tuple[str, list[str], Context]]:
    return [(sentence, records, context) for sentence, records in cases(block)]


ALL_CASES = [
    *told(ANNUAL_CASES, ANNUAL), *told(PLAN_CASES, PLAN), *told(BULLETIN_CASES, BULLETIN), *told(REPORT_CASES, REPORT)
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "records", "context"), ALL_CASES, ids=lambda value: str(value)[:40])
def test_a_sentence_gives_its_records(sentence: str, records: list[str], context: Context) -> None:
    assert read(sentence, context) == records


@pytest.mark.parametrize(
    ("title", "year"),
    [("示范省绿色转型2022年行动计划", 2022), ("2021 年节能工作要点", 2021), ("2023年全省电力运行简况", 2023), ("工业方案（2021—2025年）", None),
     ("2030年前碳达峰行动方案", None), ("改造指南(2022年版)", None), ("2022年3月1日示范市2022年工作要点", 2022), ("碳达峰方案", None), (None, None)],
)  # fmt: skip
def test_the_one_year_a_title_is_for(title: str | None, year: int | None) -> None:
    assert home_year(title) == year


def test_a_text_without_a_title_is_a_report_when_it_tells_results_only() -> None:
    bare = Document(doc="d", title=None)
    results = "五年来，绿化面积从3万亩增加到5万亩。占比由20%提高到30%。产值同比增长9%。"
    assert is_progress(results, bare)
    assert not is_progress(results + "到2025年，力争占比达到40%，确保产值翻番。", bare)
    assert not is_progress(results, Document(doc="d", title="示范市碳达峰实施方案"))


def test_the_opening_line_stands_for_a_missing_title() -> None:
    voice = voice_of("2023年示范省能源运行简况\n全年用电量900亿千瓦时。", Document(doc="d", title=None))
    assert (voice.this_year, voice.home_year, voice.progress) == (2023, 2023, True)


def test_a_plan_of_the_fourteenth_period_speaks_in_2021_at_the_earliest() -> None:
    assert speaking_year("截至2019年，……“十四五”期间", Document(doc="d", title=None)) == 2021


@pytest.mark.parametrize(
    ("line", "header"),
    [("指标 | 单位 | 2020年 | 2025年 | 属性", Header((2020, 2025))), ("主要指标2025年", Header((2025,))),
     ("类别 指标2020年2025年 年均增速 属性", Header((2020, 2025), more=True)), ("到2025年，主要指标全面完成。", None),
     ("专栏1 2025年主要指标", None), ("序号 名称 备注", None)],
)  # fmt: skip
def test_the_header_of_a_table_names_its_years(line: str, header: Header | None) -> None:
    assert header_of(line) == header


def row(text: str, header: Header) -> list[tuple[object, ...]]:
    return [
        (r.goal.name, r.goal.comparator, r.goal.value, r.goal.unit, r.goal.scope.year, r.goal.kind)
        for r in rows_of(text, header, 2021)
    ]


def test_a_row_gives_one_record_a_year() -> None:
    assert row("1 绿电消费量 | 亿千瓦时 | 120 | 260以上 | 预期性", Header((2020, 2025))) == [
        ("绿电消费量", "=", 120, "亿千瓦时", 2020, "fact"),
        ("绿电消费量", ">=", 260, "亿千瓦时", 2025, "target"),
    ]


def test_a_unit_in_brackets_and_a_column_that_is_no_year() -> None:
    assert row("供热面积（万平方米） 800 1,050 5.6% 预期性", Header((2020, 2025), more=True)) == [
        ("供热面积", "=", 800, "万平方米", 2020, "fact"),
        ("供热面积", "=", 1050, "万平方米", 2025, "target"),
    ]


def test_a_missing_cell_gives_nothing_and_a_change_is_no_level() -> None:
    assert row("单位产值能耗降低（%） —— 14约束性", Header((2020, 2025))) == [
        ("单位产值能耗", "reduce_by", 14, "%", 2025, "target")
    ]


@pytest.mark.parametrize(
    "text",
    ["变电站数量 4 8", "873.70 1610 13%预期性", "绿电占比（%） 12", "达到本市要求 约束性", "说明：指标为累计值 5%"],
)
def test_a_row_that_lost_a_part_is_not_guessed_at(text: str) -> None:
    assert row(text, Header((2020, 2025))) == []


def test_torn_rows_are_told_from_sentences() -> None:
    assert is_torn("873.70 1610 1742 13%预期性")
    assert not is_torn("到2025 年, 占比达到30%。")
