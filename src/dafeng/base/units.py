"""Units 计量单位: the only place where a quantity changes its unit.

Chinese and English spellings lead to one canonical name (``万吨标准煤`` → ``10^4 tce``); pint does the arithmetic,
with our own tce = 29.3076 GJ (GB/T 2589-2020, 1 kgce = 29307.6 kJ). Energy of fuels and of electricity in tce is not a
unit conversion but an accounting rule (当量值, 等价值): it lives in the rulebook, not here.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from dafeng.base.errors import BadRequest
from dafeng.base.unit_words import of_what, respelled

if TYPE_CHECKING:
    from pint import UnitRegistry

GJ_PER_TCE = 29.3076  # GB/T 2589-2020 §3.8: one kg of standard coal is 29307.6 kJ

# what people write → an expression pint understands
SPELLINGS: dict[str, str] = {
    "": "dimensionless",
    "%": "percent",
    "百分点": "percent_point",
    "个百分点": "percent_point",
    "吨": "tonne",
    "t": "tonne",
    "千克": "kg",
    "公斤": "kg",
    "kg": "kg",
    "克": "g",
    "万吨": "1e4 tonne",
    "10^4 t": "1e4 tonne",
    "亿吨": "1e8 tonne",
    "Mt": "1e6 tonne",
    "kt": "1e3 tonne",
    "吨标准煤": "tce",
    "吨标煤": "tce",
    "tce": "tce",
    "千克标准煤": "kgce",
    "公斤标准煤": "kgce",
    "千克标煤": "kgce",
    "kgce": "kgce",
    "克标准煤": "gce",
    "克标煤": "gce",
    "gce": "gce",
    "万吨标准煤": "1e4 tce",
    "万吨标煤": "1e4 tce",
    "亿吨标准煤": "1e8 tce",
    "万tce": "1e4 tce",
    "Mtce": "1e6 tce",
    "吨二氧化碳": "t_co2",
    "吨CO2": "t_co2",
    "tCO2": "t_co2",
    "t CO2": "t_co2",
    "tCO2e": "t_co2",
    "吨二氧化碳当量": "t_co2",
    "万吨二氧化碳": "1e4 t_co2",
    "万tCO2": "1e4 t_co2",
    "10^4 tCO2": "1e4 t_co2",
    "亿吨二氧化碳": "1e8 t_co2",
    "Mt CO2": "1e6 t_co2",
    "千瓦时": "kWh",
    "度": "kWh",
    "kWh": "kWh",
    "kwh": "kWh",
    "兆瓦时": "MWh",
    "MWh": "MWh",
    "万千瓦时": "1e4 kWh",
    "万kWh": "1e4 kWh",
    "10^4 kWh": "1e4 kWh",
    "万度": "1e4 kWh",
    "亿千瓦时": "1e8 kWh",
    "亿度": "1e8 kWh",
    "亿kWh": "1e8 kWh",
    "GWh": "GWh",
    "TWh": "TWh",
    "千瓦": "kW",
    "kW": "kW",
    "万千瓦": "1e4 kW",
    "亿千瓦": "1e8 kW",
    "兆瓦": "MW",
    "MW": "MW",
    "吉瓦": "GW",
    "GW": "GW",
    "吉焦": "GJ",
    "GJ": "GJ",
    "百万千焦": "GJ",
    "兆焦": "MJ",
    "MJ": "MJ",
    "太焦": "TJ",
    "TJ": "TJ",
    "千焦": "kJ",
    "kJ": "kJ",
    "立方米": "m^3",
    "m3": "m^3",
    "m³": "m^3",
    "标准立方米": "nm3",
    "Nm3": "nm3",
    "万立方米": "1e4 nm3",
    "万标准立方米": "1e4 nm3",
    "万Nm3": "1e4 nm3",
    "1e4Nm3": "1e4 nm3",
    "10^4 Nm3": "1e4 nm3",
    "亿立方米": "1e8 nm3",
    "元": "cny",
    "万元": "1e4 cny",
    "亿元": "1e8 cny",
    "万亿元": "1e12 cny",
    "cny": "cny",
    "平方米": "m^2",
    "万平方米": "1e4 m^2",
    "亩": "mu",
    "万亩": "1e4 mu",
    "公顷": "hectare",
    "台": "piece",
    "套": "piece",
    "台(套)": "piece",
    "台套": "piece",
    "辆": "piece",
    "家": "piece",
    "个": "piece",
    "项": "piece",
    "座": "piece",
    "条": "piece",
    "件": "piece",
    "种": "piece",
    "人": "piece",
    "万台": "1e4 piece",
    "万个": "1e4 piece",
    "万种": "1e4 piece",
    "万家": "1e4 piece",
    "10^4 cny": "1e4 cny",
    "10^8 cny": "1e8 cny",
    "10^4 tce": "1e4 tce",
    "万辆": "1e4 piece",
    "倍": "dimensionless",
    "1": "dimensionless",
    "-": "dimensionless",
    "tC": "t_c",
    "kgC": "1e-3 t_c",
    "kgCO2": "1e-3 t_co2",
    "kgCO2e": "1e-3 t_co2",
    "gCO2": "1e-6 t_co2",
    "gCO2e": "1e-6 t_co2",
    "degC": "delta_degC",
    "℃": "delta_degC",
    "min": "minute",
    "分钟": "minute",
    "mV": "millivolt",
    "毫伏": "millivolt",
    "°C": "delta_degC",  # what NFKC makes of ℃
    "g": "g",
    "毫克": "mg",
    "mg": "mg",
    "升": "liter",
    "L": "liter",
    "MPa": "MPa",
    "兆帕": "MPa",
    "kPa": "kPa",
    "kgCOD": "kg",
    "kgBOD": "kg",
    "kgCH4": "kg",
    "tCOD": "tonne",
    "tCH4": "tonne",
    "米": "m",
    "m": "m",
    "公里": "km",
    "千米": "km",
    "km": "km",
    "小时": "hour",
    "h": "hour",
    "d": "day",
    "天": "day",
    "W": "W",
    "瓦": "W",
    "kcal": "kcal",
    "Btu": "Btu",
    "MMBtu": "1e6 Btu",
    "lb": "lb",
    "gal": "gallon",
    "m2": "m^2",
    "short ton": "short_ton",
    "mol": "mol",
    "万公里": "1e4 km",
    "10^4 km": "1e4 km",
    "10^6 m3": "1e6 m^3",
    "t km": "tonne * km",
}


@cache
def registry() -> UnitRegistry[float]:
    """The one pint registry, with tce, CO2 mass, money, normal cubic metres and counts added."""
    import pint

    ureg: UnitRegistry[float] = pint.UnitRegistry()
    for line in (
        f"kgce = {GJ_PER_TCE / 1000} GJ",
        "tce = 1000 kgce",
        "gce = 0.001 kgce",
        "t_co2 = [co2_mass]",
        "t_c = [c_mass]",
        "cny = [money]",
        "nm3 = [normal_volume]",
        "piece = [count]",
        "percent_point = [percent_point]",
        "mu = 666.6666666666666 m**2",
    ):
        ureg.define(line)
    return ureg


_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_TEN = re.compile(r"10([⁰¹²³⁴⁵⁶⁷⁸⁹]+)")  # NFKC alone would turn 10⁴ into 104
_POWER = re.compile(r"(?:(?:10\^|1e)(-?\d{1,2})|(万|亿|百万|千))\s*(\S.*)")
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s+(\S.*)")
_DEEPEST = 6  # respellings of one unit
_HAN_POWERS = {"千": 3, "万": 4, "百万": 6, "亿": 8}


def _plain(unit: str) -> str:
    powers = _TEN.sub(lambda m: "10^" + m.group(1).translate(_SUPERSCRIPTS), unit)
    return unicodedata.normalize("NFKC", powers).strip()


def _power(text: str) -> tuple[int, str]:
    """A power of ten before a unit and the unit: 10^4 m3, 1e4 t, 万GJ; (0, text) where there is none."""
    found = _POWER.fullmatch(text)
    if found is None:
        return 0, text
    return int(found[1]) if found[1] else _HAN_POWERS[found[2]], found[3].strip()


def _expression(unit: str) -> str:
    made = _read(unit, 0)
    if made is None:
        raise BadRequest(
            f"unknown unit {unit!r}", mend="Use one of the units on the template's code-list sheet.",
            zh=f"没有计量单位“{unit}”", mend_zh="请用模板代码表中的单位，如t、万吨、MWh、万kWh、GJ、tCO2、kgCO2e/kWh。",
        )  # fmt: skip
    return made


def _read(unit: str, depth: int) -> str | None:
    """What pint understands of a spelling, after at most ``_DEEPEST`` respellings; None where it is no unit."""
    text = _plain(unit).replace(" / ", "/")
    if text in SPELLINGS:
        return f"({SPELLINGS[text]})"
    power, rest = _power(text)
    if power and rest in SPELLINGS:
        return f"(1e{power} * {SPELLINGS[rest]})"
    if depth == _DEEPEST:
        return None
    if (made := respelled(text)) is not None:
        return _read(made, depth + 1)
    top, slash, bottom = (part.strip() for part in text.partition("/"))
    if slash:
        over, under = _read(top, depth + 1) if top else None, _below(bottom, depth + 1) if bottom else None
        return None if over is None or under is None else f"{over} / {under}"
    number = _NUMBER.fullmatch(text) if depth else None
    head, tail = (f"1e{power}", rest) if power else (number[1], number[2]) if number else ("", "")
    held = _read(tail, depth + 1) if head else None
    return None if held is None else f"({head} * {held})"


def _below(unit: str, depth: int) -> str | None:
    """What stands below the stroke: it may name the thing (``t clinker``), which is no part of the unit."""
    made, bare = _read(unit, depth), of_what(_plain(unit))
    return _read(bare, depth) if made is None and bare is not None else made


@cache
def factor(unit: str, to: str) -> float:
    """How many ``to`` make one ``unit``. Raises BadRequest where a unit is unknown or the two do not convert."""
    import pint

    ureg = registry()
    try:
        return float(
            ureg.parse_expression(_expression(unit)).to(ureg.parse_expression(_expression(to)).units).magnitude
            / ureg.parse_expression(_expression(to)).magnitude
        )
    except pint.DimensionalityError as error:
        raise BadRequest(
            f"{unit} cannot be converted to {to}", mend="Give the figure in a unit of the same kind."
        ) from error


def known(unit: str) -> bool:
    """Whether this spelling leads to a unit."""
    try:
        _expression(unit)
    except BadRequest:
        return False
    return True


@cache
def latin(unit: str) -> str:
    """A unit as a reader of English sees it: 万千瓦时 → 10^4 kWh; one that is unknown stays as it is."""
    text = _plain(unit)
    if text.isascii() or not known(unit):
        return unit
    if text not in SPELLINGS:
        power_of_ten, rest = _power(text)
        if power_of_ten and rest in SPELLINGS:
            return f"10^{power_of_ten} {latin(rest)}"
        if "/" not in text:
            return respelled(text) or unit
        return "/".join(latin(part.strip()) for part in text.split("/"))
    power, space, plain = SPELLINGS[text].rpartition(" ")
    same = [s for s, expression in SPELLINGS.items() if s and s.isascii() and expression == plain]
    return power.replace("1e", "10^", 1) + space + next(iter(same), plain)
