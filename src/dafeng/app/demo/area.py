"""Area statistics of the demonstration city 区域统计: GDP, value added, published totals and reported indicators.

Made so that every state of a target occurs: reached, on track, behind, off track, and not assessable (2025 figures that
are published late, assigned targets that are not known). All synthetic.
"""

from __future__ import annotations

import polars as pl

from dafeng.app.demo.city import CITY, COUNTIES, FIRST_YEAR, PROVINCE, Firm, county_code
from dafeng.app.demo.flows import YEARS, Flows
from dafeng.evaluate.indicators import indicator_library
from dafeng.registry.areas import AREA

SOURCE = "示范市统计资料汇编(演示数据)"
PRICES = (1.0, 1.075, 1.098, 1.088, 1.082, 1.078)  # GDP deflator, 2020 = 1
_KEY_SHARE = 0.62  # share of the listed firms in all industrial value added
_INDUSTRY_OF_GDP = 0.38
_GDP_GROWTH = (1.0, 1.078, 1.041, 1.052, 1.046, 1.044)
_PEOPLE_SHARES = (14.8, 12.1, 6.9, 7.4, 8.2, 7.7, 6.8, 6.1, 4.9, 7.3, 8.6, 9.2)  # of the counties, per cent
_PEOPLE = (3_386_000, 3_380_000, 3_371_000, 3_362_000, 3_351_000, 3_343_000)

# reported indicators, by id: one figure a year from 2020 on; None: not published (yet)
REPORTED: dict[str, tuple[float | None, ...]] = {
    "non_fossil_share": (8.1, 9.0, 10.2, 11.3, 12.4, 13.3),
    "new_clean_capacity_share": (28.6, 31.5, 34.8, 38.4, 41.2, 43.6),
    "new_clean_generation_share": (15.2, 16.9, 19.3, 21.8, 24.0, 25.7),
    "wind_solar_capacity": (118.0, 142.0, 171.0, 205.0, 238.0, 266.0),
    "strategic_emerging_growth": (None, 13.8, 9.4, 11.6, 12.1, 10.9),
    "high_tech_share": (9.6, 10.1, 10.9, 11.8, 12.7, 13.5),
    "green_factories": (4.0, 6.0, 8.0, 10.0, 13.0, 15.0),
    "green_factories_city": (11.0, 17.0, 26.0, 34.0, 41.0, 47.0),
    "green_parks": (0.0, 0.0, 1.0, 1.0, 1.0, 2.0),
    "green_supply_chain_firms": (1.0, 1.0, 2.0, 3.0, 4.0, 4.0),
    "energy_leaders": (1.0, 2.0, 4.0, 6.0, 7.0, 9.0),
    "energy_diagnoses": (None, 21.0, 28.0, 33.0, 36.0, 38.0),
    "monitored_key_users_share": (41.0, 55.0, 68.0, 80.0, 89.0, 96.4),
    "data_centre_pue": (1.46, 1.41, 1.36, 1.31, 1.27, 1.24),
    "peak_load_response": (None, None, 1.8, 2.6, 3.5, None),
    "new_bulk_solid_waste_use_rate": (58.0, 59.5, 61.0, 62.4, 63.8, None),
}


def demo_areas() -> pl.DataFrame:
    """AREA rows of the fictitious province, the city and its counties, to be added to the programme's area tree."""
    rows = [
        (PROVINCE, "示范省", "province", None),
        (CITY, "示范市", "city", PROVINCE),
        *((county_code(n), name, "county", CITY) for n, (name, _) in enumerate(COUNTIES, start=1)),
    ]
    return AREA.frame({"area_code": c, "name": n, "level": lv, "parent_code": p} for c, n, lv, p in rows)


def area_table(flows: Flows, firms: tuple[Firm, ...], energy_tce: dict[int, float]) -> pl.DataFrame:
    """区域统计 in long form: area_code, period, measure (Chinese name), value, unit, source.

    energy_tce  energy of the listed firms by year, primary equivalent; the published total is made a fifth larger
    """
    rows = [*_economy(flows), *_published(energy_tce), *_counties(flows, firms), *_reported()]
    table = pl.DataFrame(rows, schema=["area_code", "period", "measure", "value", "unit"], orient="row")
    return table.with_columns(source=pl.lit(SOURCE))


def _worth(flows: Flows, column: str) -> dict[int, float]:
    """Value added of all listed firms by year [10^8 yuan]."""
    summed = flows.years.group_by("year").agg(pl.col(column).sum() / 10_000)
    return dict(summed.iter_rows())


def _economy(flows: Flows) -> list[tuple[str, str, str, float, str]]:
    constant, current = _worth(flows, "value_constant"), _worth(flows, "value_current")
    gdp = constant[FIRST_YEAR] / _KEY_SHARE / _INDUSTRY_OF_GDP
    rows: list[tuple[str, str, str, float, str]] = []
    for n, year in enumerate(YEARS):
        gdp *= _GDP_GROWTH[n]
        figures = (
            ("地区生产总值(2020年价)", gdp, "亿元"),
            ("地区生产总值(现价)", gdp * PRICES[n], "亿元"),
            ("全部工业增加值(2020年价)", constant[year] / _KEY_SHARE, "亿元"),
            ("全部工业增加值(现价)", current[year] / _KEY_SHARE, "亿元"),
            ("常住人口", float(_PEOPLE[n]), "人"),
        )
        rows += [(CITY, str(year), name, round(value, 1), unit) for name, value, unit in figures]
    return rows


def _published(energy_tce: dict[int, float]) -> list[tuple[str, str, str, float, str]]:
    """Published totals: out a year late, so the last year is not there yet."""
    rows = []
    for year in YEARS[:-1]:
        total = energy_tce[year] / 10_000 * 1.21
        rows.append((CITY, str(year), "公布的能源消费总量", round(total, 1), "万吨标准煤"))
        rows.append((CITY, str(year), "公布的二氧化碳排放总量", round(total * 2.47, 1), "万吨二氧化碳"))
    return rows


def _counties(flows: Flows, firms: tuple[Firm, ...]) -> list[tuple[str, str, str, float, str]]:
    """By county: industrial value added, the listed firms' own and a share of the rest; and how many live there."""
    homes = pl.DataFrame([(f.number, f.area) for f in firms], schema=["firm", "area"], orient="row")
    worth = [(pl.col(f"value_{p}").sum() / 10_000 / _KEY_SHARE).round(2) for p in ("constant", "current")]
    summed = flows.years.join(homes, on="firm").group_by("area", "year").agg(worth).sort("area", "year")
    names = ("全部工业增加值(2020年价)", "全部工业增加值(现价)")
    rows = [(a, str(y), n, v, "亿元") for a, y, *both in summed.iter_rows() for n, v in zip(names, both, strict=True)]
    homes_of = dict(zip((county_code(n) for n in range(1, len(COUNTIES) + 1)), _PEOPLE_SHARES, strict=True))
    people = zip(YEARS, _PEOPLE, strict=True)
    return rows + [
        (area, str(year), "常住人口", round(whole * share / 100, -2), "人")
        for year, whole in people
        for area, share in homes_of.items()
    ]


def _reported() -> list[tuple[str, str, str, float, str]]:
    library = indicator_library().indicators
    return [
        (CITY, str(year), library[name].zh, value, library[name].unit or "倍")
        for name, series in REPORTED.items()
        for year, value in zip(YEARS, series, strict=True)
        if value is not None
    ]
