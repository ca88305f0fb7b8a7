"""Sources of the real demonstration 数据来源: who published what, under which licence, and what it was used for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """One data set. note is a trap that a reader of the figures must know."""

    id: str
    title: str
    citation: str
    licence: str
    used_for: str
    note: str = ""

    @property
    def line(self) -> str:
        """One line for the 来源 column of a delivered table."""
        return f"{self.citation}(许可:{self.licence})"


PLAN_JINZHONG = Source(
    "plan-jinzhong",
    "晋中市碳达峰实施方案",
    "晋中市碳达峰实施方案,网页转载本,未载发文日期",
    "政府公开文件",
    "目标与任务台账",
    "网页夹带拼音注音并有字节错位,读取前已修复,修复清单随台账保存",
)
PLAN_SHANXI = Source(
    "plan-shanxi",
    "山西省工业领域碳达峰实施方案",
    "山西省工业和信息化厅、发展和改革委员会、生态环境厅,2023-05-30",
    "政府公开文件",
    "上级目标,用于衔接检查",
)
CEADS_CITY = Source(
    "ceads-city",
    "CEADs 城市二氧化碳排放清单 1997-2019",
    "CEADs 城市清单; Shan et al. 2022, doi:10.1016/j.scib.2022.08.024",
    "CEADs 免费公开、要求引用,未命名许可证;不随发行包分发",
    "晋中市二氧化碳排放总量",
    "仅总量,无分行业;晋中缺2006年及以前,止于2019年;各市之和不等于全省",
)
CEADS_PROVINCE = Source(
    "ceads-province",
    "CEADs 省级分部门二氧化碳排放清单 1997-2019",
    "CEADs 省级清单; Shan et al. 2018, doi:10.1038/sdata.2017.201; Shan et al. 2020, doi:10.1038/s41597-020-0393-y",
    "CEADs 免费公开、要求引用,未命名许可证;不随发行包分发",
    "山西省二氧化碳排放总量与工业部门合计",
    "范围一口径,电力排放计在发电端;过程排放仅含水泥;工业合计由本软件按06-46大类加总",
)
NBS_GDP = Source(
    "nbs-gdp",
    "分省地区生产总值 2005-2024(现价)",
    "国家统计局 E0103,经 pik-piam/PyPSA-China-PIK 整理",
    "官方统计;整理文件 CC BY 4.0",
    "山西省地区生产总值(现价)",
    "现价,不能直接用于可比价强度;无晋中市数",
)
GEM_STEEL = Source(
    "gem-steel",
    "全球钢铁工厂追踪(GIST)2025年9月第1版",
    "Global Energy Monitor, Global Iron and Steel Tracker, September 2025 (V1) release",
    "CC BY 4.0",
    "晋中市境内钢铁企业、产能、产量",
    "名义产能;企业无统一社会信用代码,以追踪库编号为标识;仅收录年产50万吨以上工厂",
)
WRI_POWER = Source(
    "wri-power",
    "全球电厂数据库中国原始文件",
    "Global Energy Observatory, Google, KTH, Enipedia, World Resources Institute, Global Power Plant Database",
    "CC BY 4.0",
    "晋中市境内电厂、装机容量",
    "多为2018年数据;仅有英文名称;无运行状态;无发电量",
)
MAP_CITIES = Source(
    "map-cities",
    "山西省分市边界(简化)",
    "ECharts 4.9.0, map/json/province/shanxi.json",
    "Apache-2.0",
    "判定工厂是否位于晋中市",
    "简化边界,不用于量算;公开展示地图须有审图号,本软件不绘制",
)
ADMIN_CODES = Source(
    "admin-codes",
    "统计用区划代码(2023)",
    "国家统计局统计用区划代码,经 modood/Administrative-divisions-of-China 整理",
    "WTFPL v2",
    "晋中市及11个县(市、区)代码",
)
JINZHONG_SOURCES: tuple[Source, ...] = (
    PLAN_JINZHONG, PLAN_SHANXI, CEADS_CITY, CEADS_PROVINCE, NBS_GDP, GEM_STEEL, WRI_POWER, MAP_CITIES, ADMIN_CODES,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lack:
    """What could not be had 未能取得: what, why, and which assessments stay open without it."""

    what: str
    why: str
    open: str


JINZHONG_LACKS: tuple[Lack, ...] = (
    Lack("晋中市地区生产总值(现价、可比价)", "公开数据集中只有省级数", "单位地区生产总值能耗、二氧化碳排放下降目标"),
    Lack("省下达晋中市的能耗强度、碳强度下降目标", "方案未载数值,未见公开文件", "“确保完成省下达目标”两项"),
    Lack("晋中市能源消费总量与结构", "能源平衡表不对外公布市级数", "非化石能源消费比重 2025、2030"),
    Lack("2020年以后的晋中市二氧化碳排放总量", "CEADs 城市清单止于2019年", "2030年前达峰的近期走势"),
    Lack("晋中市分电源装机与发电量", "仅有部分火电厂装机,无新能源", "新能源和清洁能源装机、发电量占比"),
    Lack("煤电机组供电煤耗", "电厂数据集不含煤耗与发电量", "平均供电煤耗300克标准煤/千瓦时以下"),
    Lack("规模以上工业企业能源、产值、增加值", "非公开统计资料", "工业能耗强度、碳强度、重点行业能效标杆比例"),
    Lack("水泥、焦化企业名录与单位产品能耗", "公开追踪库未收录", "水泥熟料标杆水平产能比例、焦炉能耗先进值"),
    Lack("企业统一社会信用代码", "追踪库不含;不得虚构", "与登记、税务等数据的对接"),
    Lack("城乡建设、交通、农业、碳汇各项指标", "本数据包不含", "绿色建筑、秸秆、农膜、森林覆盖率等目标"),
)
