"""Units as people write them 计量单位的各种写法: brought to a spelling that ``base/units.py`` knows.

Published tables say ``kg CO2e/kWh``, ``MtCO2eq``, ``万吨CO2e``, ``t/a``, ``GPU-hours``, ``MW·h``. Each is one
of our units in other words; what cannot be read as one stays unknown. No arithmetic is done here.
"""

from __future__ import annotations

import re

_WORDS: dict[str, str] = {
    "tonnes": "t", "tonne": "t", "metric ton": "t", "metric tons": "t", "metric tonnes": "t", "mt (metric)": "t",
    "kilogram": "kg", "kilograms": "kg", "gram": "g", "grams": "g", "kilotonne": "kt", "kilotonnes": "kt",
    "千吨": "kt", "gg": "kt", "tg": "Mt", "百万吨": "Mt", "gt": "10^9 t", "pounds": "lb", "lbs": "lb",
    "short tons": "short ton", "wh": "10^-3 kWh", "kwh": "kWh", "mwh": "MWh", "gwh": "GWh", "twh": "TWh",
    "pj": "10^3 TJ", "ej": "10^6 TJ", "gj": "GJ", "tj": "TJ", "toe": "41.868 GJ", "ktoe": "41868 GJ",
    "mtoe": "41868 TJ", "therm": "10^5 Btu", "therms": "10^5 Btu", "mmbtu": "MMBtu", "cal": "10^-3 kcal",
    "gcal": "10^6 kcal", "大卡": "kcal", "千卡": "kcal", "hour": "h", "hours": "h", "hr": "h", "hrs": "h",
    "gpu-hours": "h", "gpu hours": "h", "gpu-hour": "h", "gpu-h": "h", "gpu·h": "h", "gpu h": "h", "gpuh": "h",
    "tpu-hours": "h", "device-hours": "h", "机时": "h", "卡时": "h", "台时": "h", "day": "d", "days": "d", "日": "d",
    "watt": "W", "watts": "W", "litre": "L", "litres": "L", "liter": "L", "liters": "L", "l": "L", "公升": "L",
    "毫升": "10^-3 L", "ml": "10^-3 L", "kl": "m3", "方": "m3", "cubic metre": "m3", "cubic metres": "m3",
    "cubic meters": "m3", "bbl": "158.987294928 L", "barrel": "158.987294928 L", "barrels": "158.987294928 L",
    "gallon": "gal", "gallons": "gal", "us gal": "gal", "sm3": "Nm3", "nm3": "Nm3", "knm3": "10^3 Nm3", "标方": "Nm3",
    "标立方米": "Nm3", "万标方": "10^4 Nm3", "ha": "公顷", "hectare": "公顷", "hectares": "公顷", "km2": "10^6 m2",
    "平方公里": "10^6 m2", "平方千米": "10^6 m2", "bar": "0.1 MPa", "percent": "%", "per cent": "%", "‰": "10^-3 1",
    "ppm": "10^-6 1", "ppmv": "10^-6 1", "fraction": "1", "share": "1", "ratio": "1", "none": "1", "无量纲": "1",
    "tc": "tC", "person": "人", "persons": "人", "people": "人", "capita": "人", "cap": "人", "inhabitants": "人",
    "万人": "10^4 人", "亿人": "10^8 人", "pieces": "个", "piece": "个", "pcs": "个", "pc": "个", "unit": "个",
    "units": "个", "item": "个", "items": "个", "只": "个", "块": "个", "片": "个", "支": "个", "瓶": "个",
    "罐": "个", "部": "个", "双": "个", "rmb": "元", "cny": "元", "yuan": "元", "¥": "元", "吨标准煤当量": "tce",
    "kilometre": "km", "kilometer": "km", "vkm": "km", "车公里": "km", "tonne-km": "t km", "tkm": "t km",
    "吨公里": "t km", "吨千米": "t km", "degrees c": "℃",
}  # fmt: skip

_MASS = {
    "t": "t", "吨": "t", "tonne": "t", "tonnes": "t", "metric ton": "t", "metric tons": "t", "kg": "kg", "千克": "kg",
    "公斤": "kg", "g": "g", "克": "g", "mg": "mg", "kt": "kt", "千吨": "kt", "Gg": "kt", "Mt": "Mt", "Tg": "Mt",
    "百万吨": "Mt", "Gt": "Gt", "万吨": "10^4 t", "亿吨": "10^8 t", "lb": "lb", "lbs": "lb",
}  # fmt: skip
_CO2_IN = {"t": "tCO2", "kg": "kgCO2", "g": "gCO2", "mg": "10^-3 gCO2", "kt": "10^3 tCO2", "Mt": "10^6 tCO2",
           "Gt": "10^9 tCO2", "10^4 t": "10^4 tCO2", "10^8 t": "10^8 tCO2", "lb": "0.45359237 kgCO2"}  # fmt: skip
_C_IN = {k: v.replace("CO2", "C") for k, v in _CO2_IN.items()}
_HEAD = "|".join(sorted(map(re.escape, _MASS), key=len, reverse=True))
_CO2 = re.compile(rf"({_HEAD})[\s\-·]*(?:of )?(?:CO2|二氧化碳|co2)[\s\-]*(?:\(?(?:e|eq|eqv|equiv|当量)\.?\)?)?")
_CARBON = re.compile(rf"({_HEAD})[\s\-·]*(?:of )?(?:C|碳|carbon)")
_GAS = re.compile(
    rf"({_HEAD})[\s\-·]*(?:of )?"
    r"(?:CH4|N2O|N2O-N|SF6|NF3|CF4|C2F6|C3F8|HFCs?|PFCs?|HFC-?\w+|R-?\d+\w*|COD|BOD5?|CaO|MgO|N|P|甲烷|氧化亚氮)"
)
_WATT_HOURS = re.compile(r"([kMGT]?W)\s*[·•⋅∙*.\-x× ]\s*(?:h|hr|hour|hours)")
_TONNE_KM = re.compile(r"(?:t|吨|tonne|tonnes)\s*[·•⋅∙*.\-x× ]\s*(?:km|公里|千米)")
_A_YEAR = re.compile(r"(.+?)\s*(?:/|\bper\s+)\s*(?:a|yr|year|年|annum)")
_TIMES = re.compile(r"[×xX*]\s*(?=10)")
_ROUND = re.compile(r"1(0{1,9})\s*([^\d^.].*)")
_SPOKEN_POWERS = {"thousand": 3, "million": 6, "billion": 9}
_SPOKEN_POWER = re.compile(r"(thousand|million|billion)(?:\s+(\S.*))?", re.IGNORECASE)
_SPOKEN = re.compile(r"\s+per\s+")
_NAMED = re.compile(r"(\S+?)\s+[^\W\d_][\w \-]*")
_NAMED_HAN = re.compile(r"(吨|千克|公斤|万吨|立方米|kg|t)[\s]*[\u4e00-\u9fff]{1,12}")


def respelled(text: str) -> str | None:
    """The same unit in other words, nearer to what ``units`` knows; None where nothing more can be made of it."""
    bare = text
    while bare.startswith("(") and bare.endswith(")"):
        bare = bare[1:-1].strip()
    for change in (_watt_hours, _a_year, _powers, _gas, _word):
        if (made := change(bare)) is not None and made != text:
            return made
    return bare if bare != text else None


def _watt_hours(text: str) -> str | None:
    made = _TONNE_KM.sub("t km", _WATT_HOURS.sub(r"\1h", _SPOKEN.sub("/", text)))
    return made if made != text else None


def _a_year(text: str) -> str | None:
    """t/a is t: the period of the account says the year."""
    found = _A_YEAR.fullmatch(text)
    return found[1] if found else None


def _powers(text: str) -> str | None:
    if (said := _SPOKEN_POWER.fullmatch(text)) is not None:  # 120 million litres
        return f"10^{_SPOKEN_POWERS[said[1].lower()]} {said[2] or '1'}"
    made = _TIMES.sub("", text, count=1) if _TIMES.match(text) else text
    if (found := _ROUND.fullmatch(made)) is not None:
        return f"10^{len(found[1])} {found[2]}"
    return made if made != text else None


def _gas(text: str) -> str | None:
    if (found := _CO2.fullmatch(text)) is not None:
        return _CO2_IN[_MASS[found[1]]]
    if (found := _CARBON.fullmatch(text)) is not None:
        return _C_IN[_MASS[found[1]]]
    found = _GAS.fullmatch(text)
    return _MASS[found[1]] if found else None


def _word(text: str) -> str | None:
    return _WORDS.get(text.casefold())


def of_what(text: str) -> str | None:
    """The unit before the name of what it measures below a stroke, ``t clinker`` → ``t``; None where there is none."""
    found = _NAMED_HAN.fullmatch(text) or _NAMED.fullmatch(text)
    return found[1] if found else None
