"""Physics shared by all methods 通用公式: combustion by carbon balance, bought electricity and heat, standard coal.

Each formula takes a frame with the columns it names and gives a series of the same rows and order. A missing input
gives a missing result; nothing is clipped: a net exporter's result is negative.
"""

from __future__ import annotations

import polars as pl

from dafeng.rules.formulas import rule

T_CO2_PER_T_C = 44 / 12  # kept exact; rule texts that print 3.67 mean this


@rule(
    "combustion.fossil",
    since="2013-01-01",
    source="NDRC enterprise guides 2013-2015, fossil combustion; GB/T 32150-2015; provincial inventory guide",
    zh="净消费量 × 低位发热量 × 单位热值含碳量 × 碳氧化率 × 44/12",
    en="net use × net calorific value × carbon per unit of heat × share oxidised × 44/12",
)
def fossil_combustion(fuel: pl.DataFrame) -> pl.Series:
    """CO2 from burning fossil fuel 化石燃料燃烧排放, by the carbon balance.

    Parameters
    ----------
    fuel : Frame, one row per subject, fuel and period, with columns
        amount            net fuel burnt 净消费量 [t or 10^4 Nm3]
        ncv               net calorific value 低位发热量 [GJ per unit of amount]
        carbon_content    carbon per unit heat 单位热值含碳量 [tC/GJ]
        oxidation_rate    share of carbon oxidised 碳氧化率 [0..1]
        carbon_decimals   (optional) decimals to which ncv × carbon_content is rounded first, as the rule family says;
                          null = not rounded. One value per frame.

    Returns
    -------
    Series [t CO2], same rows and order. A missing input gives a missing result.

    Source: NDRC guides 2013-2015. Range: solid, liquid and gaseous fossil fuel; not biomass.
    """
    carbon = fuel["ncv"] * fuel["carbon_content"]
    if (decimals := _decimals(fuel)) is not None:
        carbon = carbon.round(decimals, mode="half_away_from_zero")
    return (fuel["amount"] * carbon * fuel["oxidation_rate"] * T_CO2_PER_T_C).rename("co2_t")


def _decimals(fuel: pl.DataFrame) -> int | None:
    if "carbon_decimals" not in fuel.columns:
        return None
    stated = fuel["carbon_decimals"].drop_nulls()
    return int(stated[0]) if len(stated) else None


@rule(
    "electricity.net_purchased",
    since="2013-01-01",
    source="NDRC enterprise guides 2013-2015, net purchased electricity",
    zh="净购入电量 × 电力排放因子",
    en="net purchased electricity × grid emission factor",
)
def net_electricity(power: pl.DataFrame) -> pl.Series:
    """CO2 of net purchased electricity 净购入电力排放: (bought − sold) × factor; negative for a net exporter.

    Columns: amount, net purchased 净购入电量 [MWh]; factor [tCO2/MWh]. Returns Series [t CO2].
    """
    return (power["amount"] * power["factor"]).rename("co2_t")


@rule(
    "heat.net_purchased",
    since="2013-01-01",
    source="NDRC enterprise guides 2013-2015, net purchased heat",
    zh="净购入热量 × 热力排放因子",
    en="net purchased heat × heat emission factor",
)
def net_heat(heat: pl.DataFrame) -> pl.Series:
    """CO2 of net purchased heat 净购入热力排放; columns amount [GJ], factor [tCO2/GJ]. Returns Series [t CO2]."""
    return (heat["amount"] * heat["factor"]).rename("co2_t")


@rule(
    "energy.calorific",
    since="2008-06-01",
    source="GB/T 2589 comprehensive energy consumption, calorific value",
    zh="净消费量 × 当量折标系数",
    en="net use × conversion factor to standard coal, calorific value",
)
def calorific_energy(energy: pl.DataFrame) -> pl.Series:
    """Energy in standard coal, calorific value 当量值; columns amount [item's unit], factor [tce per unit]; [tce]."""
    return (energy["amount"] * energy["factor"]).rename("tce")


@rule(
    "energy.equivalent",
    since="2008-06-01",
    source="GB/T 2589 comprehensive energy consumption, primary equivalent",
    zh="净消费量 × 等价折标系数",
    en="net use × conversion factor to standard coal, primary equivalent",
)
def equivalent_energy(energy: pl.DataFrame) -> pl.Series:
    """Energy in standard coal, primary equivalent 等价值: electricity at the year's coal use of supply; else calorific.

    Columns amount [item's unit], factor [tce per unit]. Returns Series [tce].
    """
    return (energy["amount"] * energy["factor"]).rename("tce")


@rule(
    "process.delivered",
    since="2013-01-01",
    source="delivered by the works under its own industry guide",
    zh="企业报送的工业过程排放量",
    en="process emissions as the works delivered them",
)
def delivered_process(process: pl.DataFrame) -> pl.Series:
    """Process emissions as the works delivered them 工业过程排放(报送); column amount [t CO2]."""
    return process["amount"].rename("co2_t")


def heat_of_water(mass_t: float, temperature_c: float) -> float:
    """Heat of hot water 热水热量 [GJ] from mass [t] and temperature [°C], above 20 °C (NDRC guides)."""
    return mass_t * (temperature_c - 20) * 4.1868 / 1000


def heat_of_steam(mass_t: float, enthalpy_kj_per_kg: float) -> float:
    """Heat of steam 蒸汽热量 [GJ] from mass [t] and enthalpy [kJ/kg], above water of 20 °C (NDRC guides)."""
    return mass_t * (enthalpy_kj_per_kg - 83.74) / 1000
