"""The real programme of Jinzhong 晋中市: public data in, inbox files out. Nothing is estimated, nothing invented.

What a data set does not say stays empty; enterprises carry the tracker's number as their id (E-GEM-…, E-WRI-…), never a
credit code; every figure names its source and licence in the row.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from dafeng.app.demo.files import xlsx_bytes
from dafeng.app.demo.places import Ring, city_rings, county_in, inside
from dafeng.app.demo.sources import CEADS_CITY, CEADS_PROVINCE, GEM_STEEL, NBS_GDP, WRI_POWER
from dafeng.app.settings import Settings
from dafeng.collect.contracts import AREA_STATISTICS, ENTERPRISES, OUTPUT

Row = tuple[str, str, str, str, float | None, float | None]  # enterprise, period, product, unit, output, capacity
CITY, PROVINCE = "140700", "140000"
JINZHONG_SETTINGS = Settings(name="晋中市碳达峰(公开数据)", area=CITY, years=(2007, 2025), data_status="transcribed")
FILES: dict[str, str] = {
    "plan": "seeds/plans/jinzhong-2025.txt",
    "upper": "seeds/plans/shanxi-industry-2023.txt",
    "cities": "data/ceads-co2/city_totals_1997_2019.csv",
    "province": "data/ceads-co2/province_sector_fuel_1997_2019.parquet",
    "sectors": "data/ceads-co2/sector_to_gbt4754.csv",
    "gdp": "data/nbs-gdp-province/gdp_2005_2024.csv",
    "map": "data/map-province-cities/shanxi_cities.geojson",
    "steel": "data/gem-steel-china/plants.csv",
    "steel_capacity": "data/gem-steel-china/capacity_status.csv",
    "steel_output": "data/gem-steel-china/production.csv",
    "power": "data/wri-power-plants-china/plants.csv",
}
_STATES = {"operating": "在产", "operating pre-retirement": "在产", "mothballed": "停产", "construction": "在建",
           "retired": "关闭"}  # fmt: skip
_FUELS = {"Coal": "4411", "Gas": "4411", "Oil": "4411", "Coal Mine Methane": "4411", "Waste": "4417", "Biomass": "4417",
          "Hydro": "4413", "Wind": "4415", "Solar": "4416"}  # fmt: skip
_CAPACITY = (("nominal_crude_steel_capacity_ttpa", "粗钢"), ("nominal_iron_capacity_ttpa", "生铁"))
_OUTPUTS = {"Crude steel production (ttpa)": "粗钢", "Iron production (ttpa)": "生铁"}
_RELEASE = "2025"  # the year for which the steel tracker states its capacities
_CAPACITY_YEAR = "2018"  # the year WRI gives where it gives one


@dataclass(frozen=True, slots=True)
class Doubt:
    """A record that was left out, and why."""

    record: str
    why: str


@dataclass(frozen=True)
class Jinzhong:
    """The files of the programme, and the records that were left out with the reason."""

    files: dict[str, bytes]
    doubts: tuple[Doubt, ...]


def build_jinzhong(shared: Mapping[str, bytes]) -> Jinzhong:
    """The inbox files of the Jinzhong programme.

    shared  path below the folder of reference material (see FILES) → bytes; only those paths are asked for
    Raises KeyError where a file is not there.
    """
    rings = city_rings(shared[FILES["map"]], CITY)
    steel, power = _plants(shared[FILES["steel"]], rings), _plants(shared[FILES["power"]], rings)
    power, doubts = _trusted(power)
    firms = pl.concat([_steel_firms(steel, shared), _power_firms(power)], how="diagonal_relaxed")
    output = pl.concat([_steel_facts(steel, shared), _power_facts(power)], how="diagonal_relaxed")
    statistics = pl.concat([_city(shared), _province(shared), _gdp(shared)], how="diagonal_relaxed")
    title = "晋中市(公开数据,来源见各行)"
    return Jinzhong(
        {
            "plans/jinzhong-2025.txt": shared[FILES["plan"]],
            "plans/shanxi-industry-2023.txt": shared[FILES["upper"]],
            "registry/01_企业名录.xlsx": xlsx_bytes([(ENTERPRISES, firms)], title),
            "activity/01_区域统计.xlsx": xlsx_bytes([(AREA_STATISTICS, statistics)], title),
            "activity/02_产能产量.xlsx": xlsx_bytes([(OUTPUT, output)], title),
        },
        doubts,
    )


def _read(data: bytes) -> pl.DataFrame:
    return pl.read_csv(io.BytesIO(data), infer_schema=False)


# -- plants ------------------------------------------------------------------------------------------------------------


def _plants(data: bytes, rings: list[Ring]) -> pl.DataFrame:
    """The plants whose point lies in the city, once each."""
    rows = _read(data).unique("plant_id", keep="first", maintain_order=True)
    point = (pl.col(c).cast(pl.Float64, strict=False) for c in ("lon", "lat"))
    places = rows.select(point).iter_rows()
    here = [x is not None and y is not None and inside(rings, x, y) for x, y in places]
    return rows.filter(pl.Series(here, dtype=pl.Boolean))


def _trusted(power: pl.DataFrame) -> tuple[pl.DataFrame, tuple[Doubt, ...]]:
    """Power plants whose name does not speak against their point: a plant called after another city is left out."""
    elsewhere = ("Taiyuan", "Yangquan", "Changzhi", "Lvliang", "Luliang", "Linfen", "Xinzhou", "Datong")
    odd = pl.any_horizontal(pl.col("name").str.contains(city, literal=True) for city in elsewhere)
    left = power.filter(odd & (pl.col("location").fill_null("") == ""))
    doubts = [
        Doubt(f"WRI {number} {name}", "名称指向外市而坐标落在晋中,且无地址可证,未列入名录")
        for number, name in left.select("plant_id", "name").iter_rows()
    ]
    return power.join(left, on="plant_id", how="anti", maintain_order="left"), tuple(doubts)


def _steel_firms(plants: pl.DataFrame, shared: Mapping[str, bytes]) -> pl.DataFrame:
    states = _read(shared[FILES["steel_capacity"]])
    rows = []
    for plant in plants.iter_rows(named=True):
        said = states.filter(pl.col("plant_id") == plant["plant_id"])["status"].to_list()
        rows.append(
            {
                "enterprise_id": f"E-GEM-{plant['plant_id']}",
                "name": plant["plant_name_other_language"] or plant["plant_name_english"],
                "area_code": county_in(f"{plant['location_address']} {plant['municipality']}", CITY) or CITY,
                "industry_code": "3120" if "BOF" in plant["main_production_equipment"] else "3110",
                "status": next((_STATES[s] for s in _STATES if s in said), None),
            }
        )
    return pl.DataFrame(rows)


def _power_firms(plants: pl.DataFrame) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "enterprise_id": f"E-WRI-{plant['plant_id']}",
                "name": plant["name"],
                "area_code": county_in(f"{plant['location'] or ''} {plant['name']}", CITY) or CITY,
                "industry_code": _FUELS.get(plant["fuel"], "4419"),
                "status": None,
            }
            for plant in plants.iter_rows(named=True)
        ]
    )


def _steel_facts(plants: pl.DataFrame, shared: Mapping[str, bytes]) -> pl.DataFrame:
    """Operating capacity (of the release's year) and output (of the years known), in 10^4 t."""
    ids = plants["plant_id"].to_list()
    rows = [*_steel_capacity(_read(shared[FILES["steel_capacity"]]), ids)]
    rows += _steel_output(_read(shared[FILES["steel_output"]]), ids)
    return _facts(rows, GEM_STEEL.line)


def _steel_capacity(table: pl.DataFrame, ids: list[str]) -> list[Row]:
    working = table.filter(pl.col("plant_id").is_in(ids) & pl.col("status").str.starts_with("operating"))
    rows: list[Row] = []
    for plant in ids:
        for column, product in _CAPACITY:
            stated = working.filter(pl.col("plant_id") == plant)[column].cast(pl.Float64, strict=False).drop_nulls()
            if len(stated):
                rows.append((f"E-GEM-{plant}", _RELEASE, product, "万吨", None, float(stated.sum()) / 10))
    return rows


def _steel_output(table: pl.DataFrame, ids: list[str]) -> list[Row]:
    rows: list[Row] = []
    years = [name for name in table.columns if name.isdigit()]
    for row in table.filter(pl.col("plant_id").is_in(ids)).iter_rows(named=True):
        product = _OUTPUTS.get(row["type_of_production"])
        for year in years:
            try:
                amount = float(row[year])
            except (TypeError, ValueError):  # "unknown", "N/A", ">0": not known, so not delivered
                continue
            if product:
                rows.append((f"E-GEM-{row['plant_id']}", year, product, "万吨", amount / 10, None))
    return rows


def _power_facts(plants: pl.DataFrame) -> pl.DataFrame:
    """Installed capacity, under the year the data set gives; where it gives none, under its usual year, and said so."""
    dated = plants.filter(pl.col("year_of_data").is_not_null() & (pl.col("year_of_data") != ""))
    undated = plants.join(dated, on="plant_id", how="anti", maintain_order="left")
    parts = [
        _facts(_power_rows(dated), WRI_POWER.line),
        _facts(_power_rows(undated), f"{WRI_POWER.line};数据年份未注明,暂按{_CAPACITY_YEAR}年登记"),
    ]
    return pl.concat(parts)


def _power_rows(plants: pl.DataFrame) -> list[Row]:
    rows: list[Row] = []
    for plant in plants.iter_rows(named=True):
        year = (plant["year_of_data"] or _CAPACITY_YEAR).split(".")[0]
        megawatts = None if plant["capacity_mw"] in (None, "") else float(plant["capacity_mw"])
        rows.append((f"E-WRI-{plant['plant_id']}", year, "发电装机容量", "兆瓦", None, megawatts))
    return rows


def _facts(rows: list[Row], source: str) -> pl.DataFrame:
    names = ("enterprise_id", "period", "item", "unit", "output", "capacity")
    types = (pl.String, pl.String, pl.String, pl.String, pl.Float64, pl.Float64)
    table = pl.DataFrame(rows, schema=dict(zip(names, types, strict=True)), orient="row")
    return table.with_columns(remark=pl.lit(f"来源:{source}"), quality=pl.lit("估算"))


# -- statistics --------------------------------------------------------------------------------------------------------


def _statistics(table: pl.DataFrame, area: str, measure: str, unit: str, source: str) -> pl.DataFrame:
    """Rows of 区域统计 from columns year and value."""
    return table.sort("year").select(
        area_code=pl.lit(area),
        period=pl.col("year").cast(pl.String),
        measure=pl.lit(measure),
        value="value",
        unit=pl.lit(unit),
        source=pl.lit(source),
        quality=pl.lit("计算"),
    )


def _city(shared: Mapping[str, bytes]) -> pl.DataFrame:
    rows = _read(shared[FILES["cities"]]).filter(pl.col("city") == "山西晋中")
    table = rows.select("year", value=pl.col("mt_co2").cast(pl.Float64) * 100)
    return _statistics(table, CITY, "公布的二氧化碳排放总量", "万吨二氧化碳", CEADS_CITY.line)


def _province(shared: Mapping[str, bytes]) -> pl.DataFrame:
    """Shanxi's total, and the sum of its industrial sectors (divisions 06-46)."""
    table = pl.read_parquet(io.BytesIO(shared[FILES["province"]]))
    shanxi = table.filter((pl.col("province") == "Shanxi") & (pl.col("item") == "Scope 1 Total"))
    total = shanxi.filter(pl.col("sector") == "Total").select("year", value=pl.col("mt_co2") * 100)
    sectors = _read(shared[FILES["sectors"]])
    division = pl.col("gbt4754_2017").str.extract(r"^(\d{2})").cast(pl.Int32)
    industry = sectors.filter(division.is_between(6, 46))["sector"].to_list()
    made = shanxi.filter(pl.col("sector").is_in(industry)).group_by("year").agg(value=pl.col("mt_co2").sum() * 100)
    return pl.concat(
        [
            _statistics(total, PROVINCE, "公布的二氧化碳排放总量", "万吨二氧化碳", CEADS_PROVINCE.line),
            _statistics(made, PROVINCE, "公布的工业二氧化碳排放量", "万吨二氧化碳", CEADS_PROVINCE.line),
        ]
    )


def _gdp(shared: Mapping[str, bytes]) -> pl.DataFrame:
    rows = _read(shared[FILES["gdp"]]).filter(pl.col("region") == "Shanxi")
    table = rows.select("year", value=pl.col("gdp_1e8_cny").cast(pl.Float64))
    return _statistics(table, PROVINCE, "地区生产总值(现价)", "亿元", NBS_GDP.line)
