"""Energy balances of the demonstration city 示范市能源平衡表(演示): what its firms delivered, and what lies beside.

A balance comes out a year late, so the last year has none. It closes fuel by fuel, but for what a reader should find:
one total with two figures exchanged, and one fuel that the statistics do not bring together.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime

import polars as pl
import xlsxwriter

from dafeng.app.demo.city import CITY, COUNTIES, county_code
from dafeng.rules.regional import Carrier, regional_rules

BALANCE_YEARS = (2021, 2022, 2023, 2024)
_MADE = datetime(2026, 1, 1)  # noqa: DTZ001 (a fixed stamp without zone, as the format wants it)
_PRINTED = {"t": ("万吨", 1e4), "10^4 Nm3": ("亿立方米", 1e4), "MWh": ("亿千瓦时", 1e5), "GJ": ("万百万千焦", 1e4)}
_COKING, _REFINING = ("cleaned_coal",), ("crude_oil",)
_COKED = ("coke", "coke_oven_gas", "other_coking")
_REFINED = (
    "gasoline", "kerosene", "diesel", "fuel_oil", "naphtha", "lpg", "refinery_gas", "petroleum_coke", "other_petroleum",
)  # fmt: skip
_BURNT = ("raw_coal", "coke_oven_gas", "blast_furnace_gas", "natural_gas", "diesel")  # by power and heat works
_HEATING = 0.22  # share of the works' fuel that makes heat
_SMALL = 1.08  # industry with the firms below the scale
_MISPRINT = (2022, "final.total", "diesel")
_APART = (2023, "raw_coal", 0.012)  # year, fuel, difference as a share of what is there to use

# final use outside industry in the year 2021, in the printed unit, and growth a year
_FINAL: dict[str, dict[str, float]] = {
    "final.agriculture": {"raw_coal": 3.1, "gasoline": 0.72, "diesel": 4.35, "electricity": 3.28},
    "final.construction": {"raw_coal": 0.6, "gasoline": 1.14, "diesel": 3.92, "electricity": 2.46},
    "final.transport": {
        "gasoline": 21.4, "kerosene": 3.26, "diesel": 38.7, "fuel_oil": 0.42, "natural_gas": 0.86, "electricity": 4.75,
    },
    "final.trade": {"raw_coal": 2.2, "gasoline": 1.83, "diesel": 1.26, "lpg": 1.02, "natural_gas": 0.94,
                    "heat": 186.0, "electricity": 11.36},
    "final.other": {"gasoline": 3.47, "diesel": 2.18, "lpg": 0.55, "natural_gas": 0.71, "heat": 242.0,
                    "electricity": 15.82},
    "final.urban": {"raw_coal": 4.6, "gasoline": 12.9, "diesel": 0.8, "lpg": 2.36, "natural_gas": 3.12,
                    "heat": 1104.0, "electricity": 17.94},
    "final.rural": {"raw_coal": 27.8, "gasoline": 5.62, "diesel": 0.94, "lpg": 1.71, "natural_gas": 0.68,
                    "electricity": 12.57},
}  # fmt: skip
_GROWTH = {"raw_coal": 0.93, "natural_gas": 1.07, "electricity": 1.065, "heat": 1.04}
_LOST = {"electricity": 0.041, "heat": 0.018, "natural_gas": 0.009, "coke_oven_gas": 0.011}

Year = dict[tuple[str, str], float]


def balance_workbook(amounts: pl.DataFrame) -> bytes:
    """The balances of all years as a workbook, one sheet a year, as a yearbook prints them.

    amounts  year, measure (energy_used, energy_produced, energy_feedstock), item, power (of a power or heat works),
             value in the item's unit
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"constant_memory": True, "in_memory": True})
    book.set_properties({"title": "示范市能源平衡表(演示数据)", "created": _MADE})
    for year in BALANCE_YEARS:
        _write(book, year, _year(_by_carrier(amounts.filter(pl.col("year") == year)), year))
    book.close()
    return buffer.getvalue()


def inventory_csv() -> bytes:
    """Published inventories of the counties and the city (演示), in which the counties come to more than the city."""
    shares = (4.1, 3.4, 6.2, 23.8, 15.1, 12.6, 8.4, 9.7, 13.2, 4.3, 2.2, 3.9)
    rows = []
    for year, city in zip(BALANCE_YEARS, (44.6, 45.3, 46.4, 46.9), strict=True):
        rows.append((CITY, year, round(city, 2)))
        rows += [
            (county_code(n), year, round(city * share / 100, 2))
            for n, (_, share) in enumerate(zip(COUNTIES, shares, strict=True), start=1)
        ]
    table = pl.DataFrame(rows, schema=["area", "year", "mt_co2"], orient="row")
    return table.write_csv(line_terminator="\r\n").encode("utf-8-sig")


def process_csv(output: pl.DataFrame) -> bytes:
    """What the city made of products whose making gives off CO2 [t]: year, process (Chinese name), value."""
    rows = output.filter(pl.col("year").is_in(BALANCE_YEARS)).select(
        pl.lit(CITY).alias("area"), "year", "process", pl.col("value").round(0), pl.lit("t").alias("unit")
    )
    return rows.write_csv(line_terminator="\r\n").encode("utf-8-sig")


# -- a year's figures --------------------------------------------------------------------------------------------------


def _by_carrier(amounts: pl.DataFrame) -> dict[tuple[str, str, bool], float]:
    """(measure, carrier, of power works) → amount in the printed unit."""
    rules = regional_rules()
    named = amounts.with_columns(
        carrier=pl.col("item").replace_strict(rules.carrier_of_item, default=None, return_dtype=pl.String)
    ).drop_nulls("carrier")
    summed = named.group_by("measure", "carrier", "power").agg(pl.col("value").sum())
    return {(m, c, p): v / _scale(rules.carriers[c]) for m, c, p, v in summed.iter_rows()}


def _scale(carrier: Carrier) -> float:
    return _PRINTED[carrier.unit][1] if carrier.unit in _PRINTED else 1.0


def _year(given: Mapping[tuple[str, str, bool], float], year: int) -> Year:
    made: Year = {}
    used = {c: sum(v for (m, k, _), v in given.items() if m == "energy_used" and k == c) for c in _carriers(given)}
    output = {c: sum(v for (m, k, _), v in given.items() if m == "energy_produced" and k == c) for c in used}
    burnt = {c: given.get(("energy_used", c, True), 0.0) for c in _BURNT}
    _transform(made, used, output, burnt)
    _final(made, used, burnt, given, year)
    _supply(made, year)
    return {key: round(value, 2) for key, value in made.items()}


def _carriers(given: Mapping[tuple[str, str, bool], float]) -> list[str]:
    return sorted({c for _, c, _ in given} - {"process"})


def _put(made: Year, row: str, carrier: str, value: float) -> None:
    if round(value, 2):
        made[row, carrier] = round(made.get((row, carrier), 0.0) + value, 2)


def _transform(made: Year, used: Mapping[str, float], output: Mapping[str, float], burnt: Mapping[str, float]) -> None:
    for carrier, amount in burnt.items():
        _put(made, "transform.thermal_power", carrier, -amount * (1 - _HEATING))
        _put(made, "transform.heating", carrier, -amount * _HEATING)
    _put(made, "transform.thermal_power", "electricity", output.get("electricity", 0.0))
    _put(made, "transform.heating", "heat", output.get("heat", 0.0) + 1480.0)
    for row, inputs, outputs in (("transform.coking", _COKING, _COKED), ("transform.refining", _REFINING, _REFINED)):
        for carrier in inputs:
            _put(made, row, carrier, -used.get(carrier, 0.0) * 0.985)
        for carrier in outputs:
            _put(made, row, carrier, output.get(carrier, 0.0))
    for carrier in ("blast_furnace_gas", "converter_gas"):
        _put(made, "transform.recovery", carrier, output.get(carrier, 0.0))


def _final(
    made: Year,
    used: Mapping[str, float],
    burnt: Mapping[str, float],
    given: Mapping[tuple[str, str, bool], float],
    year: int,
) -> None:
    for carrier, amount in used.items():
        put_in = amount * 0.985 if carrier in (*_COKING, *_REFINING) else burnt.get(carrier, 0.0)
        _put(made, "final.industry", carrier, (amount - put_in) * _SMALL)
        feedstock = sum(given.get(("energy_feedstock", carrier, p), 0.0) for p in (True, False))
        if 0 < feedstock < made.get(("final.industry", carrier), 0.0):
            _put(made, "final.industry.non_energy", carrier, feedstock)
    for row, amounts in _FINAL.items():
        for carrier, first in amounts.items():
            grown = first * _GROWTH.get(carrier, 1.02) ** (year - BALANCE_YEARS[0])
            _put(made, row, carrier, grown)
            if row in ("final.urban", "final.rural"):
                _put(made, "final.residential", carrier, round(grown, 2))


def _supply(made: Year, year: int) -> None:
    """What is bought in or sent out, so that each fuel closes, and the totals."""
    rows = regional_rules().rows
    for carrier in sorted({c for _, c in made}):
        ends = {r: v for (r, c), v in made.items() if c == carrier and rows[r].of is None}
        final = sum(v for r, v in ends.items() if rows[r].role == "final")
        change = sum(v for r, v in ends.items() if rows[r].role == "transform")
        lost = round((final + max(-change, 0.0)) * _LOST.get(carrier, 0.0), 2)
        need = final + lost - change
        apart = round(need * _APART[2], 2) if (year, carrier) == _APART[:2] else 0.0
        _put(made, "loss", carrier, lost)
        _bring(made, carrier, round(need + apart, 2), year)
        made["supply.total", carrier] = round(need + apart, 2)
        made["transform.total", carrier] = change
        made["final.total", carrier] = final
        _put(made, "difference", carrier, apart)
    at = _MISPRINT[1:]
    if year == _MISPRINT[0] and at in made:
        made[at] = round(made[at] + 5.4, 2)


def _bring(made: Year, carrier: str, need: float, year: int) -> None:
    own = {"raw_coal": 1180.0 - 12 * (year - BALANCE_YEARS[0]), "electricity": 34.0 + 6.5 * (year - BALANCE_YEARS[0])}
    stock = round(abs(need) * 0.006 * (-1) ** year, 2) if carrier in ("raw_coal", "coke", "diesel") else 0.0
    _put(made, "supply.production", carrier, own.get(carrier, 0.0))
    _put(made, "supply.stock_change", carrier, stock)
    rest = round(need - own.get(carrier, 0.0) - stock, 2)
    if rest >= 0:
        _put(made, "supply.import_province", carrier, rest)
    else:
        _put(made, "supply.export_province", carrier, rest)


# -- as a sheet --------------------------------------------------------------------------------------------------------


def _write(book: xlsxwriter.Workbook, year: int, figures: Year) -> None:
    rules = regional_rules()
    carriers = [c for code, c in rules.carriers.items() if any(k == code for _, k in figures)]
    rows = [r for code, r in rules.rows.items() if any(k == code for k, _ in figures)]
    bold, sheet = book.add_format({"bold": True}), book.add_worksheet(str(year))
    sheet.write_string(0, 0, f"地区能源平衡表(实物量) {year}年 (演示数据)", bold)
    sheet.write_row(1, 0, ["项目", *(c.zh for c in carriers)], bold)
    sheet.write_row(2, 0, ["", *(_PRINTED[c.unit][0] for c in carriers)])
    for at, row in enumerate(rows, start=3):
        sheet.write_string(at, 0, row.zh)
        for column, carrier in enumerate(carriers, start=1):
            if (value := figures.get((row.code, carrier.code))) is not None:
                sheet.write_number(at, column, value)
