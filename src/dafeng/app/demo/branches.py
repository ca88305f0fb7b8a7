"""The industries of the demonstration city 示范市: what each needs, makes and earns per unit of product.

The figures stand in data/branches.yaml; every one is an assumption for synthetic data. Needs and makes are in the
canonical unit of the energy item (t, 10^4 Nm3, MWh, GJ) per unit of product; ``value`` is value added in 10^4 yuan of
2020 per unit of product. Where a branch has no common product its unit is 10^4 yuan of value added.

Assumed unit energy (calorific, kgce per unit unless said) and where it was taken from. SE = the project's reference
table of sector energy (limits of the GB standards as transcribed there, and averages); BM = the benchmark and baseline
levels 标杆/基准水平 (2021, 2023 editions); R = recalled industry average, no document at hand.

==========================  =====================  ===============================================================
branch                      assumed                source
==========================  =====================  ===============================================================
steel, blast furnace        540-580 per t          SE 吨钢综合能耗 551 (2022), 594 (2013); own power from gas
  its iron, its converter   361-435, -30…-10       BM 高炉、转炉工序 (GB 21256)
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

from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec
import yaml

Season = Literal["even", "heating", "building", "harvest"]
Market = Literal["bulk", "building", "stable", "new"]
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A process within the works 工序 whose product has a benchmark of its own.

    per: units of it per unit of the works' product; energy: its unit energy [kgce per unit] at usual skill;
    swing: by how much more [kgce] a works of double needs would use.
    """

    per: float
    energy: float
    swing: float


class Branch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One industry: count firms of ``low``…``high`` units a year each.

    word      what stands in the firm's name; industry: GB/T 4754-2017 class
    product   name of the product as the registry knows it, None: the unit is 10^4 yuan of value added
    needs     energy item → amount used per unit; makes: own conversion output per unit (coke, gas, power, heat)
    recovers  by-product energy per unit that is burnt in the works the same month (converter gas, its steam)
    feed      share of an item that is feedstock 原料用能
    rigid     item → how far its use follows the firm's skill and the years (1 wholly, 0 not at all); "*" is the rest.
              Charge coal of a coke oven or crude oil of a refinery is matter, and hardly can be saved
    growth    yearly growth of output 2020-2025; saving: yearly fall of needs per unit
    process   process CO2 per unit [t]; water: withdrawn per unit [m3], reuse: share of use that is reused;
    waste     bulk solid waste per unit [t], waste_used: share put to use
    steps     products of processes within the works, by the name the registry knows
    """

    key: str
    word: str
    industry: str
    count: int
    low: float
    high: float
    value: float
    needs: dict[str, float]
    recovers: dict[str, float] = {}
    product: str | None = None
    makes: dict[str, float] = {}
    feed: dict[str, float] = {}
    rigid: dict[str, float] = {}
    growth: float = 0.0
    saving: float = 0.01
    season: Season = "even"
    market: Market = "stable"
    utilisation: float = 0.82
    margin: float = 0.25
    process: float = 0.0
    water: float = 0.0
    reuse: float = 0.0
    waste: float = 0.0
    waste_used: float = 0.0
    steps: dict[str, Step] = {}

    @property
    def by_value(self) -> bool:
        return self.product is None


@cache
def branches() -> tuple[Branch, ...]:
    """All branches, in the order of the packaged table."""
    text = (files("dafeng.app.demo") / "data" / "branches.yaml").read_text("utf-8")
    groups = yaml.load(text, Loader=_LOADER)  # noqa: S506 (the safe loader, in C where built)
    return tuple(msgspec.convert(row, Branch) for group in groups.values() for row in group)
