"""Words that name sectors, regions and levels of administration: facts in packaged data, looked up by pattern."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Any, Literal

import yaml

AdminLevel = Literal["national", "province", "prefecture", "county"]


@cache
def _data(name: str) -> Any:
    return yaml.safe_load(resources.files("dafeng.plan").joinpath("data", name).read_text(encoding="utf-8"))


@cache
def one_of(name: str) -> str:
    """A vocabulary as a regular expression: any of its words."""
    return "(?:" + "|".join(_data("vocabulary.yaml")[name]) + ")"


@cache
def _sectors() -> tuple[tuple[str, re.Pattern[str], bool], ...]:
    return tuple((e["name"], re.compile(e["words"]), bool(e.get("wide"))) for e in _data("sectors.yaml")["sectors"])


def sector_of(words: str, *, wide: bool = False) -> str | None:
    """The sector 行业、领域 that a heading names, None where it names none; ``wide`` asks only for inherited ones."""
    for name, pattern, is_wide in _sectors():
        if (is_wide or not wide) and pattern.search(words):
            return name
    return None


@cache
def _places() -> dict[str, AdminLevel]:
    """Names of provinces and prefectures, full and short (山西省, 山西), with their level."""
    found: dict[str, AdminLevel] = {}
    for province, cities in _data("regions.yaml")["provinces"].items():
        for city in cities:
            found[city] = "prefecture"
        found[province] = "province"
    return found


def short_name(place: str) -> str:
    """A place without its class word: 山西省 → 山西, 内蒙古自治区 → 内蒙古."""
    return re.sub("(?:特别行政区|(?:壮族|回族|维吾尔)?自治区|省|市)$", "", place)


@cache
def _leading_place() -> re.Pattern[str]:
    names = sorted(_places(), key=len, reverse=True)
    shorts = sorted({short_name(n) for n, level in _places().items() if level == "province"}, key=len, reverse=True)
    return re.compile(f"(?P<full>{'|'.join(names)})|(?P<short>{'|'.join(shorts)})")


_LOCAL = re.compile(
    "[\u4e00-\u9fff]{2,10}?(?:自治州|自治县|自治旗|新区|开发区|示范区|[市县区旗盟])(?!域|级|场|政|委|属|直|划|分|间)"
)


def place_of(words: str) -> tuple[str, AdminLevel] | None:
    """The place a title or the name of a body begins with, the narrowest that stands there, and its level.

    晋中市碳达峰实施方案 → (晋中市, prefecture); 山西省工业和信息化厅 → (山西省, province); None where it names none.
    """
    found: tuple[str, AdminLevel] | None = None
    at = len("中共") if words.startswith("中共") else 0
    while True:
        known = _leading_place().match(words, at)
        if known and known.group("full"):
            found, at = (known.group(), _places()[known.group()]), known.end()
            continue
        if known and not _LOCAL.match(words, at):
            full = next(n for n, lv in _places().items() if lv == "province" and short_name(n) == known.group("short"))
            return found or (full, "province")
        break
    local = _LOCAL.match(words, at)
    if local and len(local.group()) <= 9 and not _NO_PLACE.search(local.group()):
        return local.group(), "county"
    return found


_NO_PLACE = re.compile("全国|各|地区|本市|我市|全市|关于|推进|加快|领域|行业|工业|低碳|绿色|碳达峰|重点|年")
