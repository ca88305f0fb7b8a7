"""The industries of the demonstration city 示范市: what each needs, makes and earns per unit of product.

Every figure is an assumption for synthetic data. Needs and makes are in the canonical unit of the energy item
(t, 10^4 Nm3, MWh, GJ) per unit of product; ``value`` is value added in 10^4 yuan of 2020 per unit of product.
Where a branch has no common product its unit is 10^4 yuan of value added.

Assumed unit energy (calorific, kgce per unit unless said) and where it was taken from. SE = the project's reference
table of sector energy (limits of the GB standards as transcribed there, and averages); BM = the benchmark and baseline
levels 标杆/基准水平 (2021, 2023 editions); R = recalled industry average, no document at hand.

==========================  =====================  ===============================================================
branch                      assumed                source
==========================  =====================  ===============================================================
steel, blast furnace        540-580 per t          SE 吨钢综合能耗 551 (2022), 594 (2013); own power from gas
steel, electric furnace     60-75 per t            SE 电弧炉 61-72 (GB 21256-2025)
rolled steel                60-70 per t            R
ferrosilicon                1,750-1,850 per t      SE 硅铁 1,700-1,850, 8,050-8,400 kWh (GB 21341-2022)
silicomanganese             860-950 per t          SE 锰硅 850-950, 3,800-4,250 kWh (GB 21341-2022)
coke                        110-140 per t          SE, BM 焦炭 110-140 (GB 21342); net of coke, gas, tar made
cement clinker              100-117 per t          SE, BM 熟料 100-117, 48-61 kWh (GB 16780-2021); process 0.525 t/t
lime                        130-145 per t          R; process 0.75 t/t, R
flat glass                  180-210 per t          BM 8-13.5 per 重量箱 of 50 kg (GB 21340)
building ceramics           3-5 per m2             BM 3.5-4.6 (GB 21252), as value: no product code
glass fibre, refractories   400-500, 150-200       R
electrolytic aluminium      13,300-13,750 kWh/t    SE 铝液综合交流电耗 13,250-13,700 (GB 21346-2022); anode 1.5 t/t
recycled aluminium          130-150 per t          SE 再生铝 140 (R)
zinc                        1,000-1,200 per t      SE 电锌锭含渣 1,010-1,260 (GB 25323-2023)
copper                      210-300 per t          SE, BM 阴极铜 210-340
magnesium                   4,300-4,700 per t      SE 镁锭 4,500 (R)
silicon metal               2,500-3,500 per t      SE 工业硅 3,500 (R, with reductant)
ammonia from coal           1,200-1,500 per t      SE, BM 1,100-1,520 (GB 21344-2023); feedstock apart
methanol from coke gas      1,280-1,500 per t      SE 焦炉煤气 1,280-1,500 (GB 29436-2023); feedstock apart
caustic soda                310-350 per t          SE, BM 液碱30% 308-350 (GB 21257-2024)
calcium carbide             805-940 per t          SE, BM (GB 21343-2023)
crude oil processed         60-75 per t            R; products about as a Chinese fuel refinery
paper                       400-450 per t          SE 纸和纸板 420 (R)
polyester fibre             90-140 per t           SE 涤纶 40-145 (GB 36889-2025)
pharmaceuticals             5-7 t/t                R
yarn                        380-430 per t          R; 3,200 kWh/t
polysilicon                 7-8 t/t                R; 60 MWh/t
lithium cathode             as value               R
raw coal                    5-9 per t              SE 井工 2.5-10.8 (GB 29445-2025)
thermal power               295-315 g/kWh supplied SE 供电煤耗 全国 301.5 (2022), limits 268-321 (GB 21258-2024)
heat supply                 40-44 kgce/GJ          SE 供热煤耗 40-42 (GB 21258-2024)
machinery, electronics …    0.1-0.5 t/10^4 yuan    R
==========================  =====================  ===============================================================

Value added per unit and growth are set so that the city's industry comes to about three tce per 10^4 yuan, as in a
northern city of coal, steel and building materials; they stand for no real city.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Season = Literal["even", "heating", "building", "harvest"]
Market = Literal["bulk", "building", "stable", "new"]


@dataclass(frozen=True, slots=True)
class Branch:
    """One industry: count firms of ``low``…``high`` units a year each.

    word      what stands in the firm's name; industry: GB/T 4754-2017 class
    product   name of the product as the registry knows it, None: the unit is 10^4 yuan of value added
    needs     energy item → amount used per unit; makes: own conversion output per unit (coke, gas, power, heat)
    feed      share of an item that is feedstock 原料用能
    rigid     item → how far its use follows the firm's skill and the years (1 wholly, 0 not at all); "*" is the rest.
              Charge coal of a coke oven or crude oil of a refinery is matter, and hardly can be saved
    growth    yearly growth of output 2020-2025; saving: yearly fall of needs per unit
    process   process CO2 per unit [t]; water: withdrawn per unit [m3], reuse: share of use that is reused;
    waste     bulk solid waste per unit [t], waste_used: share put to use
    """

    key: str
    word: str
    industry: str
    count: int
    low: float
    high: float
    value: float
    needs: dict[str, float]
    product: str | None = None
    makes: dict[str, float] = field(default_factory=dict)
    feed: dict[str, float] = field(default_factory=dict)
    rigid: dict[str, float] = field(default_factory=dict)
    growth: float = 0.0
    saving: float = 0.012
    season: Season = "even"
    market: Market = "stable"
    utilisation: float = 0.82
    margin: float = 0.25
    process: float = 0.0
    water: float = 0.0
    reuse: float = 0.0
    waste: float = 0.0
    waste_used: float = 0.0

    @property
    def by_value(self) -> bool:
        return self.product is None


def _b(key: str, word: str, industry: str, count: int, size: tuple[float, float], value: float,
       needs: dict[str, float], **more: object) -> Branch:  # fmt: skip
    return Branch(key, word, industry, count, size[0], size[1], value, needs, **more)  # type: ignore[arg-type]


METALS = (
    _b("steel", "钢铁", "3120", 2, (2.4e6, 4.6e6), 0.085,
       {"coke": 0.375, "anthracite": 0.150, "electricity": 0.470, "blast_furnace_gas": 0.150, "diesel": 0.0006},
       product="粗钢", makes={"electricity": 0.260, "blast_furnace_gas": 0.150}, growth=-0.015, market="bulk",
       utilisation=0.88, margin=0.17, water=3.2, reuse=0.977, waste=0.46, waste_used=0.58, rigid={"*": 0.45}),
    _b("eaf", "特钢", "3120", 3, (2.5e5, 6.0e5), 0.060, {"electricity": 0.440, "natural_gas": 0.0010, "coke": 0.004},
       product="粗钢", growth=0.055, market="bulk", utilisation=0.70, margin=0.15, water=1.6, reuse=0.96, waste=0.15,
       waste_used=0.55, rigid={"*": 0.7}),
    _b("rolling", "钢材", "3130", 8, (1.5e5, 6.0e5), 0.030, {"natural_gas": 0.0040, "electricity": 0.105},
       product="钢材", growth=0.005, market="bulk", margin=0.10, water=0.6, reuse=0.95),
    _b("ferrosilicon", "硅铁合金", "3140", 3, (2.0e4, 6.0e4), 0.16, {"electricity": 8.35, "coke": 0.80},
       product="硅铁", growth=-0.03, market="bulk", utilisation=0.72, margin=0.18, waste=0.3, waste_used=0.7, rigid={"*": 0.35}),
    _b("silicomanganese", "锰合金", "3140", 3, (3.0e4, 8.0e4), 0.12, {"electricity": 4.05, "coke": 0.42},
       product="锰硅合金", growth=-0.01, market="bulk", utilisation=0.75, margin=0.16, waste=1.1, waste_used=0.6, rigid={"*": 0.4}),
    _b("aluminium", "铝业", "3216", 2, (1.6e5, 2.6e5), 0.36, {"electricity": 13.55, "natural_gas": 0.0020},
       product="电解铝", growth=0.004, saving=0.004, market="bulk", utilisation=0.97, margin=0.22, process=1.5,
       water=2.2, reuse=0.95, waste=0.05, waste_used=0.4, rigid={"*": 0.25}),
    _b("recycled_aluminium", "再生铝", "3216", 4, (4.0e4, 1.2e5), 0.075, {"natural_gas": 0.0092, "electricity": 0.125},
       product="再生铝", growth=0.11, market="bulk", utilisation=0.72, margin=0.09, water=0.9, reuse=0.9, rigid={"*": 0.7}),
    _b("zinc", "锌业", "3212", 2, (6.0e4, 1.1e5), 0.33, {"electricity": 3.95, "coke": 0.36, "bituminous": 0.28},
       product="锌", growth=0.01, market="bulk", utilisation=0.88, margin=0.18, water=6.0, reuse=0.94, waste=0.9,
       waste_used=0.48, rigid={"*": 0.5}),
    _b("copper", "铜业", "3211", 2, (8.0e4, 1.6e5), 0.30, {"electricity": 0.93, "natural_gas": 0.0048, "bituminous": 0.11},
       product="精炼铜", growth=0.035, market="bulk", utilisation=0.9, margin=0.07, water=7.0, reuse=0.96, waste=2.4,
       waste_used=0.55, rigid={"*": 0.7}),
    _b("magnesium", "镁业", "3217", 4, (1.2e4, 3.2e4), 0.42, {"bituminous": 3.10, "coke_oven_gas": 0.30, "electricity": 1.1},
       product="原镁", growth=0.03, saving=0.02, market="bulk", utilisation=0.76, margin=0.24, process=5.1, waste=5.2,
       waste_used=0.35, rigid={"*": 0.5}),
    _b("silicon", "硅业", "3218", 3, (1.5e4, 4.5e4), 0.34, {"electricity": 12.3, "cleaned_coal": 0.95, "petroleum_coke": 0.35},
       product="工业硅", growth=0.06, market="bulk", utilisation=0.70, margin=0.22, waste=0.4, waste_used=0.8, rigid={"*": 0.4}),
)  # fmt: skip

ENERGY = (
    _b("coal", "煤业", "0610", 14, (9.0e5, 3.6e6), 0.026, {"electricity": 0.026, "bituminous": 0.0028, "diesel": 0.0003},
       product="原煤", growth=0.02, market="bulk", utilisation=0.93, margin=0.55, water=0.25, reuse=0.8, waste=0.14,
       waste_used=0.54),
    _b("coke", "焦化", "2521", 6, (7.0e5, 1.6e6), 0.036,
       {"cleaned_coal": 1.425, "coke_oven_gas": 0.0205, "electricity": 0.052},
       product="焦炭", makes={"coke": 1.0, "coke_oven_gas": 0.0415, "tar": 0.038, "crude_benzol": 0.010}, growth=0.0,
       market="bulk", utilisation=0.84, margin=0.14, water=1.1, reuse=0.95, rigid={"cleaned_coal": 0.08}),
    _b("coke_power", "焦电", "2521", 2, (9.0e5, 1.5e6), 0.041,
       {"cleaned_coal": 1.425, "coke_oven_gas": 0.0285, "electricity": 0.066},
       product="焦炭", makes={"coke": 1.0, "coke_oven_gas": 0.0415, "tar": 0.038, "crude_benzol": 0.010,
       "electricity": 0.142}, growth=0.01, market="bulk", utilisation=0.86, margin=0.15, water=1.0, reuse=0.96, rigid={"cleaned_coal": 0.08}),
    _b("refinery", "石化", "2511", 1, (4.2e6, 4.4e6), 0.055,
       {"crude_oil": 1.0, "refinery_gas": 0.034, "petroleum_coke": 0.012, "electricity": 0.062, "natural_gas": 0.0011},
       product="原油加工量", makes={"gasoline": 0.262, "diesel": 0.368, "jet_kerosene": 0.052, "naphtha": 0.108,
       "lpg": 0.050, "petroleum_coke": 0.062, "fuel_oil": 0.046, "refinery_gas": 0.036, "other_petroleum": 0.010},
       feed={"crude_oil": 0.108}, growth=0.01, saving=0.004, market="bulk", utilisation=0.86, margin=0.11, water=0.5,
       reuse=0.975, rigid={"crude_oil": 0.03, "refinery_gas": 0.0}),
    _b("power", "发电", "4411", 3, (3.6e6, 6.6e6), 0.0102, {"bituminous": 0.3700, "electricity": 0.056, "diesel": 0.0001},
       product="发电量", makes={"electricity": 1.0}, growth=0.025, saving=0.006, season="heating", market="stable",
       utilisation=0.86, margin=0.27, water=0.35, reuse=0.965, waste=0.085, waste_used=0.66, rigid={"bituminous": 0.45}),
    _b("chp", "热电", "4412", 6, (9.0e5, 1.9e6), 0.0125, {"bituminous": 0.440, "electricity": 0.062},
       product="发电量", makes={"electricity": 1.0, "heat": 1.45}, growth=0.02, saving=0.007, season="heating",
       market="stable", utilisation=0.80, margin=0.25, water=0.9, reuse=0.95, waste=0.10, waste_used=0.66, rigid={"bituminous": 0.45}),
    _b("heating", "供热", "4430", 8, (1.2e6, 3.4e6), 0.00125, {"bituminous": 0.0545, "electricity": 0.0052},
       product="供热量", makes={"heat": 1.0}, growth=0.025, saving=0.01, season="heating", market="stable",
       utilisation=0.72, margin=0.2, water=0.02, waste=0.006, waste_used=0.8, rigid={"bituminous": 0.6}),
)  # fmt: skip

MATERIALS = (
    _b("cement", "水泥", "3011", 9, (7.0e5, 1.9e6), 0.0150, {"bituminous": 0.1285, "electricity": 0.084, "diesel": 0.0004},
       product="水泥熟料", makes={"electricity": 0.031}, growth=-0.04, saving=0.006, season="building", market="building",
       utilisation=0.66, margin=0.32, process=0.525, water=0.3, reuse=0.92, rigid={"*": 0.75}),
    _b("lime", "石灰", "3012", 8, (1.0e5, 3.0e5), 0.0120, {"bituminous": 0.170, "electricity": 0.036}, product="石灰",
       growth=-0.01, season="building", market="building", utilisation=0.7, margin=0.28, process=0.75),
    _b("glass", "玻璃", "3041", 4, (1.7e5, 3.2e5), 0.062, {"natural_gas": 0.0136, "electricity": 0.088}, product="平板玻璃",
       growth=-0.01, market="building", utilisation=0.9, margin=0.26, process=0.18, water=0.4, reuse=0.93),
    _b("glass_fibre", "玻纤", "3061", 4, (2.0e4, 6.0e4), 0.34, {"natural_gas": 0.021, "electricity": 1.25},
       product="玻璃纤维", growth=0.07, market="new", margin=0.32),
    _b("ceramics", "建陶", "3071", 9, (2500, 9000), 1.0, {"natural_gas": 0.085, "electricity": 1.55},
       growth=-0.035, season="building", market="building", utilisation=0.72, margin=0.27, waste=0.25, waste_used=0.7),
    _b("refractory", "耐材", "3089", 9, (2.5e4, 9.0e4), 0.10, {"natural_gas": 0.0108, "electricity": 0.125},
       product="耐火材料", growth=-0.005, market="building", utilisation=0.7, margin=0.25),
    _b("carbon", "炭素", "3091", 4, (3.0e4, 9.0e4), 0.19, {"petroleum_coke": 0.10, "natural_gas": 0.009, "electricity": 1.5},
       product="炭素制品", growth=0.04, market="bulk", margin=0.22),
)  # fmt: skip

CHEMICALS = (
    _b("ammonia", "化肥", "2621", 3, (2.6e5, 5.2e5), 0.085, {"anthracite": 1.36, "electricity": 1.02, "bituminous": 0.12},
       product="合成氨", feed={"anthracite": 0.62}, growth=0.01, market="bulk", utilisation=0.9, margin=0.24, water=9.0,
       reuse=0.965, waste=0.42, waste_used=0.66, rigid={"*": 0.5}),
    _b("methanol", "甲醇", "2614", 2, (1.5e5, 3.0e5), 0.060, {"coke_oven_gas": 0.212, "electricity": 0.70}, product="甲醇",
       feed={"coke_oven_gas": 0.78}, growth=0.03, market="bulk", utilisation=0.88, margin=0.2, water=7.0, reuse=0.96, rigid={"*": 0.5}),
    _b("alkali", "氯碱", "2612", 2, (1.5e5, 3.0e5), 0.125, {"electricity": 2.34, "steam": 0.45}, product="烧碱",
       growth=0.015, market="bulk", utilisation=0.86, margin=0.3, water=5.0, reuse=0.95, rigid={"*": 0.5}),
    _b("carbide", "电石", "2613", 2, (1.0e5, 2.4e5), 0.065, {"electricity": 3.28, "coke": 0.485}, product="电石",
       growth=-0.02, market="bulk", utilisation=0.74, margin=0.15, process=0.7, waste=0.05, waste_used=0.6, rigid={"*": 0.5}),
    _b("pharma", "药业", "2710", 10, (700, 2600), 6.4, {"heat": 78.0, "electricity": 14.5, "natural_gas": 0.09},
       product="化学药品原药", growth=0.06, saving=0.018, margin=0.38, water=260.0, reuse=0.86),
    _b("fine_chemical", "精细化工", "2614", 8, (6000, 22000), 1.0, {"heat": 5.2, "electricity": 0.62, "natural_gas": 0.006},
       growth=0.05, saving=0.018, margin=0.26, water=9.0, reuse=0.88),
    _b("fibre", "化纤", "2822", 4, (5.0e4, 1.6e5), 0.095, {"electricity": 0.48, "natural_gas": 0.0038},
       product="化学纤维", growth=0.03, margin=0.12, water=2.2, reuse=0.9),
    _b("tyre", "轮胎", "2911", 2, (2.2e6, 4.0e6), 0.0095, {"electricity": 0.0125, "steam": 0.062}, product="橡胶轮胎外胎",
       growth=0.05, margin=0.24, water=0.03, reuse=0.9),
    _b("plastics", "塑料", "2927", 8, (3500, 12000), 1.0, {"electricity": 0.95, "natural_gas": 0.003}, growth=0.035,
       margin=0.22),
)  # fmt: skip

LIGHT = (
    _b("paper", "纸业", "2221", 9, (4.0e4, 1.6e5), 0.16, {"heat": 6.4, "electricity": 0.62, "bituminous": 0.16},
       product="机制纸及纸板", growth=0.01, saving=0.015, margin=0.22, water=11.0, reuse=0.90, waste=0.08, waste_used=0.85),
    _b("dyeing", "印染", "1713", 11, (2500, 8000), 1.0, {"heat": 14.0, "electricity": 1.15, "natural_gas": 0.045},
       growth=-0.015, saving=0.016, season="harvest", margin=0.22, water=62.0, reuse=0.452),
    _b("yarn", "棉纺", "1711", 8, (6000, 18000), 0.52, {"electricity": 3.15, "heat": 0.9}, product="纱", growth=-0.01,
       margin=0.2),
    _b("oil", "粮油", "1331", 8, (2.0e4, 9.0e4), 0.075, {"heat": 1.5, "electricity": 0.062, "natural_gas": 0.0010},
       product="食用植物油", growth=0.02, season="harvest", margin=0.11, water=1.4, reuse=0.75),
    _b("liquor", "酒业", "1512", 6, (4000, 16000), 3.4, {"natural_gas": 0.038, "electricity": 0.28}, product="白酒",
       growth=0.035, season="harvest", margin=0.52, water=14.0, reuse=0.6),
    _b("beer", "啤酒", "1513", 2, (4.0e4, 9.0e4), 0.19, {"steam": 0.36, "electricity": 0.062}, product="啤酒",
       growth=-0.01, margin=0.34, water=3.4, reuse=0.6),
)  # fmt: skip

MACHINES = (
    _b("casting", "铸造", "3391", 16, (1.0e4, 4.5e4), 0.24, {"electricity": 0.92, "natural_gas": 0.0022, "coke": 0.03},
       product="铸件", growth=0.012, market="stable", utilisation=0.74, margin=0.24, waste=0.35, waste_used=0.72),
    _b("machinery", "机械", "3484", 18, (5000, 26000), 1.0, {"electricity": 0.36, "natural_gas": 0.0042}, growth=0.05,
       margin=0.25, water=2.2, reuse=0.8),
    _b("tools", "数控装备", "3421", 8, (6000, 26000), 1.0, {"electricity": 0.27, "natural_gas": 0.0015}, growth=0.075,
       margin=0.29),
    _b("auto_parts", "汽车部件", "3670", 14, (6000, 30000), 1.0, {"electricity": 0.48, "natural_gas": 0.0068}, growth=0.07,
       margin=0.23, water=2.4, reuse=0.82),
    _b("vehicle", "汽车", "3611", 1, (9.0e4, 1.0e5), 2.6, {"electricity": 1.05, "natural_gas": 0.018}, product="汽车",
       growth=0.09, saving=0.02, margin=0.19, water=4.5, reuse=0.85),
    _b("electrical", "电气", "3821", 9, (6000, 26000), 1.0, {"electricity": 0.22, "natural_gas": 0.0012}, growth=0.08,
       margin=0.24),
    _b("battery", "锂电", "3841", 6, (12000, 42000), 1.0, {"electricity": 1.25, "steam": 0.65, "natural_gas": 0.008},
       growth=0.24, saving=0.035, market="new", margin=0.22, water=2.6, reuse=0.85),
    _b("pv", "光伏", "3825", 6, (12000, 45000), 1.0, {"electricity": 1.30, "natural_gas": 0.002}, growth=0.20, saving=0.03,
       market="new", margin=0.18, water=6.5, reuse=0.7),
    _b("cathode", "锂材", "3985", 4, (9000, 30000), 1.0, {"electricity": 2.35, "natural_gas": 0.030}, growth=0.18,
       saving=0.03, market="new", margin=0.2),
    _b("polysilicon", "硅材料", "3985", 2, (1.2e4, 2.4e4), 3.1, {"electricity": 58.0, "heat": 20.0}, product="多晶硅",
       growth=0.12, saving=0.03, market="new", margin=0.34, water=45.0, reuse=0.95, rigid={"*": 0.8}),
    _b("electronics", "电子", "3982", 14, (5000, 28000), 1.0, {"electricity": 0.62, "natural_gas": 0.0022}, growth=0.10,
       saving=0.02, market="new", margin=0.23, water=6.0, reuse=0.6),
    _b("data", "数据", "6450", 3, (14000, 42000), 1.0, {"electricity": 3.6, "diesel": 0.0006}, growth=0.14, saving=0.02,
       market="new", margin=0.45),
)  # fmt: skip

BRANCHES: tuple[Branch, ...] = METALS + ENERGY + MATERIALS + CHEMICALS + LIGHT + MACHINES
