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

    晋中市碳达峰实施方案 → (晋中市, prefecture); 山西省工业和信息化厅 → (山西省, province); 关于征集徐州市… →
    徐州市, for where none stands in front the first known place counts; None where it names none.
    """
    found: tuple[str, AdminLevel] | None = None
    at = len("中共") if words.startswith("中共") else 0
    while True:
        known = _leading_place().match(words, at)
        if known and known.group("full"):
            found, at = (known.group(), _places()[known.group()]), known.end()
            continue
        if known and not _local(words, at):
            return found or (_full_name(known.group("short")), "province")
        break
    local = _local(words, at)
    if local:
        return local, "county"
    return found or _named_place(words)


def _full_name(short: str) -> str:
    return next(name for name, level in _places().items() if level == "province" and short_name(name) == short)


def _local(words: str, at: int) -> str | None:
    """A county, district or the like that stands at this place: 萧山区, 江阴市; not 试验区 or 近零碳排放区."""
    local = _LOCAL.match(words, at)
    return local.group() if local and len(local.group()) <= 9 and not _NO_PLACE.search(local.group()) else None


def _named_place(words: str) -> tuple[str, AdminLevel] | None:
    """The first known place that the words name in full anywhere, the narrowest of a chain (安徽省合肥市)."""
    first = next((m for m in _leading_place().finditer(words) if m.group("full")), None)
    if first is None:
        return None
    behind = _leading_place().match(words, first.end())
    name = behind.group() if behind and behind.group("full") else first.group()
    return name, _places()[name]


def places_named(text: str) -> list[tuple[str, AdminLevel]]:
    """Every mention of a province or prefecture by its full name, in reading order."""
    return [(m.group(), _places()[m.group()]) for m in _leading_place().finditer(text) if m.group("full")]


def place_of_number(number: str) -> tuple[str, AdminLevel] | None:
    """The province by the first character of a document number: 津发改… → 天津市; None for any other body's number."""
    return next(
        ((province, "province") for province, signs in _data("regions.yaml")["signs"].items() if number[0] in signs),
        None,
    )


_NO_PLACE = re.compile(
    "^[委人政和与及、]|[局厅部办]|全国|各|地区|本市|我市|全市|全区|关于|推进|加快|领域|行业|工业|低碳|绿色|碳达峰|重点|年|试验|试点|园区|"
    "国家|生态|强[县区]|排放|征集|发布|组织|申报|建立|自治区|开展|城市|超市|社区|乡镇|县城|集聚区|保护区|示范区$|碳"
)
