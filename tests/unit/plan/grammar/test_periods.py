"""Past periods, quoted goals, dated deeds and sizes: facts of a five-year plan that is over, years behind the figure.

Own sentences in the style of plans, written as in test_sentences.py; each block holds one phenomenon and its limits.
"""

from __future__ import annotations

import pytest
from goal_lines import cases, read

from dafeng.plan.grammar.goals import Context

PLAN = Context(this_year=2022)
RESULTS = Context(this_year=2022, past=True)

PERIOD_CASES = """
“十三五”以来，全市单位工业增加值能耗累计下降18%。
    单位工业增加值能耗 | reduce_by 18 % | 2020 | b= p=十三五 k=fact
“十四五”以来，新增充电桩3万个。
    新增充电桩 | = 3 万个 | - | p=十四五 k=fact
“十三五”工业用水量下降15%。
    工业用水量 | reduce_by 15 % | 2020 | b= p=十三五 k=fact
“十三五”建成污水处理厂12座，新增处理能力30万吨/日。供水普及率由96%提高到99%。
    污水处理厂 | = 12 座 | 2020 | p=十三五 k=fact
    污水新增处理能力 | = 30 万吨/日 | 2020 | p=十三五 k=fact
    供水普及率 | = 99 % | 2020 | p=十三五 k=fact
光伏装机快速增长，“十三五”年均增速35%，占全省装机比重达到12%。
    光伏装机增速 | = 35 % | 2020 | p=十三五 per k=fact
    光伏装机占全省装机比重 | = 12 % | 2020 | p=十三五 k=fact
“十三五”规划确定的节能目标提前完成。
    (none)
“十三五”共性技术清单列出后，热电联产比重达到40%。
    热电联产比重 | = 40 % | -
按照“十三五”目标责任，能耗下降10%。
    能耗 | reduce_by 10 % | - | b=
展望2035年，可再生能源发电量超过煤电发电量，全省森林覆盖率达到45%。
    可再生能源发电量 | > - - | 2035 | ref=煤电发电量
    森林覆盖率 | = 45 % | 2035
截至2021年6月30日，碳市场累计成交量320万吨、成交额1.2亿元。
    碳市场累计成交量 | = 320 万吨 | 2021 | k=fact
    碳市场成交额 | = 1.2 亿元 | 2021 | k=fact
"""

DEED_CASES = """
甲镇、乙镇等6座污水处理厂力争2023年底前建成投运，丙县等4座填埋场力争2024年完成封场。
    污水处理厂 | = 6 座 | 2023 | dl=2023-12-31 m=力争
    填埋场完成封场 | = 4 座 | 2024 | m=力争
2022年底前丁区、戊区等5座换热站建成投用。
    换热站建成投用 | = 5 座 | 2022 | dl=2022-12-31
2022年“清洁取暖”工程完成3.5万户改造任务。
    “清洁取暖”工程改造任务 | = 3.5 万户 | 2022
到2023年，完成6项改造任务。
    (none)
2023年底前东部经济开发区、西部工业园等9个园区开展循环化改造。
    园区开展循环化改造 | = 9 个 | 2023 | dl=2023-12-31
到2025年，新增或更新的环卫车辆全面使用新能源汽车。
    新增或更新的环卫车辆使用新能源汽车比例 | = 100 % | 2025 | d=全面
到2024年，全市35蒸吨/小时以上燃煤锅炉（含热电）全面完成超低排放改造。
    燃煤锅炉 | >= 35 蒸吨/小时 | - | k=threshold
    35蒸吨/小时以上燃煤锅炉(含热电)超低排放改造比例 | = 100 % | 2024 | d=全面
到2025年，二氧化硫、氮氧化物重点工程减排量分别达到1.2万吨、2.5万吨。
    二氧化硫重点工程减排量 | = 1.2 万吨 | 2025
    氮氧化物重点工程减排量 | = 2.5 万吨 | 2025
到2025年，全面完成省下达的能耗强度下降、主要污染物减排目标任务。
    能耗强度下降 | meet_assigned - - | 2025 | ref=省下达目标任务
    主要污染物减排 | meet_assigned - - | 2025 | ref=省下达目标任务
到2025年，煤电装机约8000万千瓦。争取新增支撑性煤电600万千瓦。其中，自用煤电400万千瓦。
    煤电装机 | about 8000 万千瓦 | 2025 | m=约
    新增支撑性煤电 | = 600 万千瓦 | 2025 | m=争取
    自用煤电 | = 400 万千瓦 | 2025
"""

SIZE_CASES = """
高空150米以上风资源加快开发。
    (none)
新建高度在54米以下的住宅、宿舍以及有集中供热需要的医院，应当安装太阳能。
    新建住宅高度 | <= 54 米 | - | k=threshold
首座百万千瓦海上风电场并网发电。
    (none)
新增装机百万千瓦。
    新增装机 | = 100 万千瓦 | -
严禁新建50万吨/年以下催化裂化（含芳烃联产）、30万吨/年以下焦化。
    催化裂化 | <= 50 万吨/年 | - | k=threshold
    焦化 | <= 30 万吨/年 | - | k=threshold
推动60万吨/年及以下焦化装置、固定床造气工艺制甲醇淘汰退出。
    焦化装置 | <= 60 万吨/年 | - | k=threshold
"""

QUOTED_CASES = """
我国明确“到2030年风电装机容量达到10亿千瓦以上，森林蓄积量达到190亿立方米”的目标。
    风电装机容量 | >= 10 亿千瓦 | 2030
    森林蓄积量 | = 190 亿立方米 | 2030
落实“到2025年建成一批示范园区”的要求。
    (none)
实施“百万屋顶”行动，推广“1+3”模式。
    (none)
"""


@pytest.mark.parametrize(("sentence", "expected"), cases(PERIOD_CASES))
def test_a_past_period_gives_its_last_year_and_no_part_of_a_name(sentence: str, expected: list[str]) -> None:
    assert read(sentence, PLAN) == expected


@pytest.mark.parametrize(("sentence", "expected"), cases(DEED_CASES))
def test_deeds_and_lists_keep_their_own_year_and_head(sentence: str, expected: list[str]) -> None:
    assert read(sentence, PLAN) == expected


@pytest.mark.parametrize(("sentence", "expected"), cases(SIZE_CASES))
def test_a_size_is_a_threshold_only_where_it_says_who_is_covered(sentence: str, expected: list[str]) -> None:
    assert read(sentence, PLAN) == expected


@pytest.mark.parametrize(("sentence", "expected"), cases(QUOTED_CASES))
def test_a_goal_quoted_in_full_counts_and_a_slogan_does_not(sentence: str, expected: list[str]) -> None:
    assert read(sentence, PLAN) == expected


def test_total_investment_is_a_fact_only_under_a_heading_of_results() -> None:
    sentence = "“十三五”期间，配电网总投资86亿元。"
    assert read(sentence, RESULTS) == ["配电网总投资 | = 86 亿元 | 2020 | p=十三五 k=fact"]
    assert read("新上储能项目，总投资86亿元。", PLAN) == []
