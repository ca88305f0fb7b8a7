"""Chemistry of works that turn carbon into products 化工与石化过程: balances, flares, catalyst burn-off, selectivity.

A balance is counted term by term (what goes in positive, what goes out negative): its sum is what has left as CO2.
Gas volumes are at 0 °C and 101.325 kPa (22.4 Nm3/kmol) wherever a volume is turned into moles.
"""

from __future__ import annotations

import polars as pl

from dafeng.account.physics import T_CO2_PER_T_C
from dafeng.rules.formulas import rule

MOLAR_VOLUME = 22.4  # Nm3 per kmol at 0 °C, as the NDRC guides print it
T_C_PER_VOLUME = 12 / MOLAR_VOLUME * 10  # tC in 10^4 Nm3 of a gas with one carbon atom a molecule
T_CO2_PER_VOLUME = 44 / MOLAR_VOLUME * 10  # tCO2 from it
# carbon atoms in a molecule, by the component's name in an analysis
CARBON_ATOMS = {"ch4": 1, "c2": 2, "c3": 3, "c4": 4, "c5": 5, "c6": 6, "co": 1}

_CHEM = "NDRC chemicals guide 2013 (own words)"
_PETRO = "NDRC petrochemicals guide 2014, restated in public code (own words)"
_GAS = "NDRC oil and gas guide 2014, restated in public code (own words)"


@rule("stream.carbon_composition", since="2013-01-01", source=_CHEM + ": carbon of a gas from its analysis",
      zh="气体体积 × Σ(组分体积分数 × 碳原子数) × 12 × 10/22.4 × 44/12",
      en="volume × Σ(volume share × carbon atoms) × 12 × 10/22.4 × 44/12",
      inputs=("amount", "ch4"))  # fmt: skip
def carbon_composition(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] one term of a balance stands for, a gas whose analysis is given: amount [10^4 Nm3], volume shares ch4 (0
    where there is none: the analysis is then known to be one), c2 … c6 (hydrocarbons by carbon atoms), co, co2; what
    the analysis does not name is not in the gas."""
    return rows["amount"] * _atoms(rows, with_co2=True) * T_CO2_PER_VOLUME


@rule("stream.oxidised_balance", since="2014-01-01", source=_PETRO + ": coke calcining",
      zh="数量 × 含碳量 × 碳氧化率 × 44/12(输入为正,输出为负)",
      en="amount × carbon content × share oxidised × 44/12 (in positive, out negative)",
      inputs=("amount", "carbon", "oxidation_rate"))  # fmt: skip
def oxidised_balance(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of one term of a balance of which a share is oxidised: amount [t], carbon [tC/t], oxidation_rate."""
    return rows["amount"] * rows["carbon"] * rows["oxidation_rate"] * T_CO2_PER_T_C


@rule("stream.fixed_and_volatile", since="2024-08-23", source="GB/T 32151.34-2024 eq. 6-8, through public code",
      zh="数量 × (固定碳 × 44/12 + 挥发分 × 系数 × 44/16)", en="amount × (fixed carbon × 44/12 + volatile × K × 44/16)",
      inputs=("amount", "fixed", "k"))  # fmt: skip
def fixed_and_volatile(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of one term of a carbon-products balance 炭素材料: amount [t], fixed carbon and volatile as shares, k
    = the part of the volatile matter counted as methane (44/16). A term without volatile matter has none counted."""
    return rows["amount"] * (rows["fixed"] * T_CO2_PER_T_C + _given(rows, "volatile") * rows["k"] * 44 / 16)


@rule("stream.fume", since="2024-08-23", source="GB/T 32151.34-2024 eq. 9, through a public implementation",
      zh="烟气量 × 沥青烟浓度 × 天数 × 24 × 热值 × 单位热值含碳量 × 氧化率 × 44/12 / 10^9",
      en="flow × concentration × days × 24 × heat × carbon per heat × share oxidised × 44/12 / 10^9",
      inputs=("flow", "concentration", "days", "ncv", "carbon_content", "oxidation_rate"))  # fmt: skip
def fume(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of pitch fume burnt 沥青烟焚烧: flow [m3/h], concentration [mg/m3], days, ncv [GJ/t], carbon_content
    [tC/GJ], oxidation_rate."""
    mass = rows["flow"] * rows["concentration"] * rows["days"] * 24 / 1e9
    return mass * rows["ncv"] * rows["carbon_content"] * rows["oxidation_rate"] * T_CO2_PER_T_C


# -- flares, flue gas, vents


@rule("stream.flare_composition", since="2014-01-01", source=_PETRO + ": flare gas by analysis",
      zh="火炬气量 × [Σ(组分体积分数 × 碳原子数) × 氧化率 + CO2体积分数] × 44 × 10/22.4",
      en="gas × [Σ(share × carbon atoms) × share oxidised + CO2 share] × 44 × 10/22.4",
      inputs=("volume", "ch4", "oxidation_rate"))  # fmt: skip
def flare_composition(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of a flare 火炬 whose gas was analysed: volume [10^4 Nm3], oxidation_rate, shares ch4 (0 where there is
    none), c2 … c6, co, co2. CO2 already in the gas leaves whole."""
    burnt = _atoms(rows, with_co2=False) * rows["oxidation_rate"]
    return rows["volume"] * (burnt + _given(rows, "co2")) * T_CO2_PER_VOLUME


@rule("stream.flare", since="2014-01-01", source=_PETRO + ": flare in normal operation",
      zh="火炬气量 × (除CO2外含碳量 × 氧化率 × 44/12 + CO2体积浓度 × CO2密度)",
      en="gas × (carbon besides CO2 × share oxidised × 44/12 + CO2 share × CO2 density)",
      inputs=("volume", "carbon", "oxidation_rate", "density"))  # fmt: skip
def flare(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of a flare in normal operation 正常工况火炬: volume [10^4 Nm3], carbon besides CO2 [tC/10^4 Nm3],
    oxidation_rate, CO2 share co2 (none where not given), density of CO2 [t/10^4 Nm3]."""
    burnt = rows["carbon"] * rows["oxidation_rate"] * T_CO2_PER_T_C
    return rows["volume"] * (burnt + _given(rows, "co2") * rows["density"])


@rule("stream.flare_accident", since="2014-01-01", source=_PETRO + ": flare in an accident",
      zh="火炬气流速 × 持续时间 × 平均碳原子数 × 氧化率 × 44 × 10/22.4",
      en="flow × duration × mean carbon atoms × share oxidised × 44 × 10/22.4",
      inputs=("flow", "hours", "carbon_number", "oxidation_rate"))  # fmt: skip
def flare_accident(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of a flare in an accident 事故火炬: flow [10^4 Nm3/h], hours, carbon_number (mean carbon atoms in a
    molecule), oxidation_rate."""
    return rows["flow"] * rows["hours"] * rows["carbon_number"] * rows["oxidation_rate"] * T_CO2_PER_VOLUME


@rule("stream.flare_methane", since="2014-01-01", source=_GAS + ": methane that a flare lets through",
      zh="火炬气量 × 甲烷体积浓度 × (1 − 氧化率) × 甲烷密度", en="gas × CH4 share × (1 − share oxidised) × CH4 density",
      inputs=("volume", "ch4", "oxidation_rate", "density"))  # fmt: skip
def flare_methane(rows: pl.DataFrame) -> pl.Series:
    """CH4 [t] not burnt in a flare: volume [10^4 Nm3], ch4 share, oxidation_rate, density [t/10^4 Nm3]."""
    return rows["volume"] * rows["ch4"] * (1 - rows["oxidation_rate"]) * rows["density"]


@rule("stream.flue_gas", since="2014-01-01", source=_PETRO + ": CO2 and CO measured in flue gas",
      zh="烟气流量 × 时间 × (CO2 + CO 体积浓度) × CO2密度", en="flow × hours × (CO2 + CO share) × CO2 density",
      inputs=("flow", "hours", "co2", "density"))  # fmt: skip
def flue_gas(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of a flue gas that is measured 烟气实测 (furnace decoking, regeneration, tail gas): flow [10^4 Nm3/h],
    hours, co2 and co shares (CO becomes CO2), density [tCO2/10^4 Nm3]."""
    return rows["flow"] * rows["hours"] * (rows["co2"] + _given(rows, "co")) * rows["density"]


@rule("stream.catalyst_batch", since="2014-01-01", source=_PETRO + ": catalyst regenerated in batches",
      zh="待再生催化剂量 × (1 − 前) × [前/(1 − 前) − 后/(1 − 后)] × 碳氧化率 × 44/12(前、后:再生前后含碳量)",
      en="catalyst × (1 − before) × [before/(1 − before) − after/(1 − after)] × share oxidised × 44/12",
      inputs=("catalyst", "before", "after", "oxidation_rate"))  # fmt: skip
def catalyst_batch(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of batch regeneration 间歇烧焦: catalyst before it [t], its carbon before and after as mass shares. The
    catalyst itself (mass × (1 − before)) stays; of the carbon it loses oxidation_rate is burnt."""
    bare = rows["catalyst"] * (1 - rows["before"])
    lost = rows["before"] / (1 - rows["before"]) - rows["after"] / (1 - rows["after"])
    return bare * lost * rows["oxidation_rate"] * T_CO2_PER_T_C


@rule("stream.acid_gas", since="2014-01-01", source=_GAS + ": removal of acid gas",
      zh="(进口气量 × 进口CO2浓度 − 出口气量 × 出口CO2浓度) × CO2密度",
      en="(gas in × CO2 in − gas out × CO2 out) × CO2 density",
      inputs=("volume", "co2_in", "volume_out", "co2_out", "density"))  # fmt: skip
def acid_gas(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] let out where acid gas is removed 酸气脱除: volume in and out [10^4 Nm3], co2_in, co2_out, density."""
    gone = rows["volume"] * rows["co2_in"] - rows["volume_out"] * rows["co2_out"]
    return gone * rows["density"]


@rule("stream.acid_gas_shrinkage", since="2014-01-01", source="API Compendium 2021 eq. 6-18 (own words)",
      zh="进口气量 × (进口CO2浓度 − 出口CO2浓度)/(1 − 出口CO2浓度) × CO2密度",
      en="gas in × (CO2 in − CO2 out)/(1 − CO2 out) × CO2 density",
      inputs=("volume", "co2_in", "co2_out", "density"))  # fmt: skip
def acid_gas_shrinkage(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] removed where only the gas coming in is metered: what leaves is less by what was taken out."""
    gone = (rows["co2_in"] - rows["co2_out"]) / (1 - rows["co2_out"])
    return rows["volume"] * gone * rows["density"]


# -- by-products of synthesis


@rule("stream.oxide_selectivity", since="2006-01-01", source="IPCC 2006 V3 ch3 table 3.20 (stoichiometry)",
      zh="环氧乙烷产量 × (1 − 选择性)/选择性 × 2 × 44.01/44.05",
      en="ethylene oxide × (1 − selectivity)/selectivity × 2 × 44.01/44.05",
      inputs=("amount", "selectivity"))  # fmt: skip
def oxide_selectivity(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of ethylene burnt beside ethylene oxide 环氧乙烷: amount of oxide [t], selectivity [0..1]."""
    other = (1 - rows["selectivity"]) / rows["selectivity"]
    return rows["amount"] * other * 2 * 44.0095 / 44.0526


@rule("stream.byproduct_gas", since="2015-01-01", source="NDRC fluorochemicals guide 2015, restated in public code",
      zh="产量 × 生成因子 − 回收量 − 销毁量", en="output × generation factor − recovered − destroyed",
      inputs=("amount", "factor"))  # fmt: skip
def byproduct_gas(rows: pl.DataFrame) -> pl.Series:
    """Gas [t] made aside and let out (HFC-23 of HCFC-22): amount of the product [t], factor [t/t], recovered [t], sent
    into the destruction unit (fed) and leaving it (slipped) [t]: destroyed is the difference."""
    made = rows["amount"] * rows["factor"]
    return made - _given(rows, "recovered") - (_given(rows, "fed") - _given(rows, "slipped"))


@rule("stream.destroyed_gas", since="2015-01-01", source="NDRC fluorochemicals guide 2015: 44/70 of HFC-23 destroyed",
      zh="(进入销毁装置量 − 出口量) × 44/摩尔质量 × 碳原子数", en="(fed − slipped) × 44/molar mass × carbon atoms",
      inputs=("fed", "slipped", "ratio"))  # fmt: skip
def destroyed_gas(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] that a destroyed gas becomes 销毁转化的CO2: fed, slipped [t], ratio [tCO2/t]. Never times its GWP."""
    return (rows["fed"] - rows["slipped"]) * rows["ratio"]


@rule("stream.hcfc22_efficiency", since="2006-01-01", source="IPCC 2006 V3 ch3 eq. 3.31-3.33 (own words)",
      zh="产量 × ½[(1 − 碳平衡效率) × 0.81 + (1 − 氟平衡效率) × 0.54] × 损失成HFC-23的份额 × 未处理时间份额",
      en="output × ½[(1 − carbon eff.) × 0.81 + (1 − fluorine eff.) × 0.54] × share lost as HFC-23 × time untreated",
      inputs=("amount", "carbon_efficiency", "fluorine_efficiency", "lost"))  # fmt: skip
def hcfc22_efficiency(rows: pl.DataFrame) -> pl.Series:
    """HFC-23 [t] of HCFC-22 by the two balances of the process: amount of HCFC-22 [t], carbon_efficiency,
    fluorine_efficiency, lost (share of the loss that is HFC-23), released (share of time untreated; else all)."""
    by_carbon = (1 - rows["carbon_efficiency"]) * (70.014 / 86.468)
    by_fluorine = (1 - rows["fluorine_efficiency"]) * (70.014 / 86.468 * 2 / 3)
    return rows["amount"] * (by_carbon + by_fluorine) / 2 * rows["lost"] * _given(rows, "released", 1.0)


@rule("stream.product_feed", since="2006-01-01", source="IPCC 2006 V3 eq. 3.1-3.3, tables 3.1, 3.30 (own words)",
      zh="产量 × 单位产品原料热量 × 单位热值含碳量 × 44/12", en="output × feed per tonne × carbon per heat × 44/12",
      inputs=("amount", "feed", "carbon_content"))  # fmt: skip
def product_feed(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of all carbon fed for a product (ammonia, hydrogen): amount [t], feed [GJ/t product], carbon_content
    [tC/GJ], oxidation_rate (all where not given). What stays in a product is a term of its own."""
    oxidised = _given(rows, "oxidation_rate", 1.0)
    return rows["amount"] * rows["feed"] * rows["carbon_content"] * oxidised * T_CO2_PER_T_C


@rule("stream.product_feed_factor", since="2006-01-01", source="IPCC 2006 V3 tables 3.12, 3.13 (own words)",
      zh="产量 × 单位产品原料热量 × 原料CO2因子", en="output × feed per tonne × CO2 factor of the feed",
      inputs=("amount", "feed", "energy_factor"))  # fmt: skip
def product_feed_factor(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of all carbon fed for a product (methanol): amount [t], feed [GJ/t product], energy_factor [tCO2/GJ]."""
    return rows["amount"] * rows["feed"] * rows["energy_factor"]


# -- combustion said otherwise (published cases)


@rule("stream.fuel_heat", since="2006-01-01", source="IPCC 2006 V2 ch2, tier 1 by heat (own words)",
      zh="热量 × 单位热值含碳量 × 碳氧化率 × 44/12", en="heat × carbon per heat × share oxidised × 44/12",
      inputs=("heat", "carbon_content", "oxidation_rate"))  # fmt: skip
def fuel_heat(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of fuel known by its heat: heat [GJ], carbon_content [tC/GJ], oxidation_rate."""
    return rows["heat"] * rows["carbon_content"] * rows["oxidation_rate"] * T_CO2_PER_T_C


@rule("stream.heat_stored", since="2006-01-01", source="IPCC 2006 V3 ch1: non-energy use, carbon stored (own words)",
      zh="热量 × 排放因子 × (1 − 固碳率)", en="heat × factor × (1 − share of carbon stored)",
      inputs=("heat", "energy_factor", "stored"))  # fmt: skip
def heat_stored(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of fuel used as feedstock 非能源利用: heat [GJ], energy_factor [t/GJ], stored = share of carbon
    kept in products."""
    return rows["heat"] * rows["energy_factor"] * (1 - rows["stored"])


def _atoms(rows: pl.DataFrame, *, with_co2: bool) -> pl.Series:
    """Carbon atoms in a mean molecule of the gas."""
    names = {**CARBON_ATOMS, **({"co2": 1} if with_co2 else {})}
    return sum((_given(rows, n) * atoms for n, atoms in names.items()), start=pl.zeros(rows.height, eager=True))


def _given(rows: pl.DataFrame, name: str, otherwise: float = 0.0) -> pl.Series:
    """An input that the rule lets a works leave out; then this value stands, as the rule says."""
    return rows[name].fill_null(otherwise) if name in rows.columns else pl.repeat(otherwise, rows.height, eager=True)
