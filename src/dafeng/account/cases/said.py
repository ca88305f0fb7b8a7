"""When and where a case says it is 算例的时期与地点: periods and places as officials write them, led to their codes.

``2023年``, ``2023年5月``, ``202305``, ``2023年第2季度``, ``2023年1—6月``; ``山西省``, ``晋中``, ``14``, ``华北电网``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from dafeng.base.codes import is_area_code
from dafeng.base.errors import BadRequest
from dafeng.base.periods import Period
from dafeng.registry.areas import area_tree
from dafeng.rules.scopes import NATION

_NATION = ("", "cn", "china", "prc", "nation", "national", "全国", "中国", "国家")
_GRIDS: Mapping[str, str] = MappingProxyType({
    "华北": "north", "东北": "northeast", "华东": "east", "华中": "central", "西北": "northwest", "南方": "south",
    "西南": "southwest",
})  # fmt: skip
_HAN = {"一": "1", "二": "2", "三": "3", "四": "4"}
_TO = r"\s*(?:-|—|–|~|至|到|/)\s*"
_DAY = r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
_YEAR = re.compile(r"(\d{4})\s*(?:年度?)?")
_MONTH = re.compile(r"(\d{4})\s*(?:年|[-/.])\s*(\d{1,2})\s*(?:月份?)?")
_PACKED = re.compile(r"(\d{4})(0[1-9]|1[0-2])")
_QUARTER = re.compile(r"(\d{4})\s*(?:年|-)?\s*(?:第|q)?\s*([1-4])\s*(?:季度?)|(\d{4})\s*(?:年|-)?\s*q([1-4])")
_HALF = re.compile(r"(\d{4})\s*年?\s*上半年")
_UNTIL = re.compile(rf"(\d{{4}})\s*年\s*1\s*月?{_TO}(\d{{1,2}})\s*月(?:份|累计)?")
_DAYS = re.compile(rf"{_DAY}{_TO}{_DAY}")


def said_period(said: str | int) -> Period:
    """The period of what was written. Raises BadRequest for what is none, or for days that are no whole months."""
    text = str(said).strip()
    try:
        return Period.parse(text)
    except BadRequest:
        code = _period_code(text)
    if code is None:
        raise BadRequest(
            f"not a period: {text[:40]!r}", where="period",
            mend="Write 2025, 2025-06, 2025Q2, 2025-01/2025-06 or 14FYP; 2025年, 2025年6月, 2025年1—6月 do as well.",
            zh=f"“{text[:40]}”不是时期", mend_zh="请写 2025、2025年6月、2025-06、2025年第2季度、2025年1—6月 或 14FYP。",
        )  # fmt: skip
    return Period.parse(code)


def _period_code(text: str) -> str | None:
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    plain = re.sub(r"[一二三四](?=季)", lambda m: _HAN[m[0]], plain)
    if found := _YEAR.fullmatch(plain):
        return found[1]
    if (found := _PACKED.fullmatch(plain) or _MONTH.fullmatch(plain)) and 1 <= int(found[2]) <= 12:
        return f"{found[1]}-{int(found[2]):02d}"
    if found := _QUARTER.fullmatch(plain):
        return f"{found[1] or found[3]}Q{found[2] or found[4]}"
    if found := _HALF.fullmatch(plain):
        return f"{found[1]}-01/{found[1]}-06"
    if (found := _UNTIL.fullmatch(plain)) and 1 <= int(found[2]) <= 12:
        return f"{found[1]}-01/{found[1]}-{int(found[2]):02d}"
    found = _DAYS.fullmatch(plain)
    return None if found is None else _of_days(*(int(x) for x in found.groups()))


def _of_days(year: int, month: int, day: int, to_year: int, to_month: int, to_day: int) -> str | None:
    """Whole months from day to day: the year, the quarter, one month, or what runs from January."""
    if day != 1 or year != to_year or not 1 <= month <= to_month <= 12:
        return None
    if Period.month(to_year, to_month).last.day != to_day:
        return None
    if (month, to_month) == (1, 12):
        return f"{year}"
    if month == to_month:
        return f"{year}-{month:02d}"
    if month % 3 == 1 and to_month == month + 2:
        return f"{year}Q{to_month // 3}"
    return f"{year}-01/{year}-{to_month:02d}" if month == 1 else None


def place_code(said: str) -> str:
    """The code of a place: CN, an area's six digits, or ``grid:<region>``.

    An area may be called by its name, or by the head of its code (14, 1407). Raises BadRequest for a name that means
    none or several: a place nobody knows would quietly take the nation's factors.
    """
    text = unicodedata.normalize("NFKC", said).strip()
    if text.casefold() in _NATION:
        return NATION
    if is_area_code(text) or text.startswith("grid:"):
        return text
    tree = area_tree()
    if text.isdigit() and len(text) in (2, 4) and (code := text.ljust(6, "0")) in tree:
        return code
    grid = _GRIDS.get(re.sub(r"(?:区域)?电网$|地区$|区域$", "", text))
    if grid is not None:
        return f"grid:{grid}"
    found = tree.find(text)
    if len(found) == 1:
        return found[0]
    several = [f"{c}（{tree.full_name(c)}）" for c in found[:6]]
    raise BadRequest(
        f"{said[:40]!r} names {'several places' if several else 'no place'}", where="scope",
        mend=(f"Write the code of one: {', '.join(found[:6])}." if several
              else "Write CN, six digits of GB/T 2260 (140000) or the Chinese name of the area (山西省)."),
        zh=f"“{said[:40]}”{'可指多个地区' if several else '不是已知地区'}",
        mend_zh=(f"请写其中一个代码：{'、'.join(several)}。" if several
                 else "请写 CN、六位行政区划代码（如140000）或地区全称（如山西省）。"),
    )  # fmt: skip


def known_place(code: str) -> bool:
    """Whether the code's province is one: factors of the place can be looked for."""
    return not is_area_code(code) or f"{code[:2]}0000" in area_tree()
