"""English of words that are data 数据用语的英文: areas, units, industries, departments, kinds of tables.

What is ours or official has an English name; a proper name that has none (a firm, a title, a sentence of a plan) stays
as it is. Area names are romanised by pinyin with the kind of area in English: 煤岭县 → Meiling County.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import yaml

from dafeng.app.pages.shapes import Words
from dafeng.evaluate.indicators import indicator_library

Telling = Callable[[Mapping[str, Any]], str | None]
_CHINESE = re.compile("[\u3400-\u9fff]+")
# the ending of a name and what it is called; the longer first
_AREA_KINDS = (
    ("特别行政区", ""), ("高新技术产业开发区", "High-tech Zone"), ("经济技术开发区", "Economic Development Zone"),
    ("自治区", "Autonomous Region"), ("自治州", "Autonomous Prefecture"), ("自治县", "Autonomous County"),
    ("自治旗", "Autonomous Banner"), ("开发区", "Development Zone"), ("高新区", "High-tech Zone"),
    ("经开区", "Economic Development Zone"), ("示范区", "Demonstration Zone"), ("新区", "New Area"),
    ("林区", "Forestry District"), ("矿区", "Mining District"), ("园区", "Park"), ("地区", "Prefecture"),
    ("街道", "Subdistrict"), ("省", "Province"), ("市", "City"), ("县", "County"), ("区", "District"),
    ("旗", "Banner"), ("盟", "League"), ("镇", "Town"), ("乡", "Township"), ("村", "Village"),
)  # fmt: skip
# names that are not spelt as they sound in Mandarin, or that pinyin leaves in doubt
_AREA_NAMES = {
    "全国": "China", "中国": "China", "陕西省": "Shaanxi Province", "内蒙古自治区": "Inner Mongolia Autonomous Region",
    "西藏自治区": "Xizang Autonomous Region", "新疆维吾尔自治区": "Xinjiang Uygur Autonomous Region",
    "广西壮族自治区": "Guangxi Zhuang Autonomous Region", "宁夏回族自治区": "Ningxia Hui Autonomous Region",
    "香港特别行政区": "Hong Kong", "澳门特别行政区": "Macao", "高新区": "High-tech Zone", "经开区": "Economic Zone",
    "市辖区": "City districts", "哈尔滨市": "Harbin City", "拉萨市": "Lhasa City", "呼和浩特市": "Hohhot City",
    "乌鲁木齐市": "Urumqi City", "厦门市": "Xiamen City", "六安市": "Lu'an City",
}  # fmt: skip


@lru_cache(maxsize=8192)
def area_en(name: str | None) -> str:
    """The English name of an area; a name that is no Chinese one as it is."""
    if not name or not _CHINESE.fullmatch(name):
        return name or ""
    if name in _AREA_NAMES:
        return _AREA_NAMES[name]
    for ending, kind in _AREA_KINDS:
        if name.endswith(ending) and len(name) > len(ending):
            own = name.removesuffix(ending)
            return f"{_spelled(own if len(own) > 1 else own + ending[:1])} {kind}".strip()
    return _spelled(name)


def _spelled(name: str) -> str:
    """Pinyin as one word; an apostrophe before a syllable that begins with a vowel (西安 → Xi'an)."""
    from pypinyin import lazy_pinyin  # 0.2 s; only names to be spelled need it

    syllables = lazy_pinyin(name, v_to_u=True)
    parts = [s if i == 0 or s[:1] not in "aoeāē" else f"'{s}" for i, s in enumerate(syllables)]
    return "".join(parts).capitalize()


@cache
def _held() -> dict[str, dict[str, str]]:
    text = resources.files("dafeng.app.pages").joinpath("data/names_en.yaml").read_text("utf-8")
    return dict(yaml.safe_load(text))


@cache
def _wanted() -> dict[str, dict[str, str]]:
    text = resources.files("dafeng.app.pages").joinpath("data/wanted_en.yaml").read_text("utf-8")
    return dict(yaml.safe_load(text))


@cache
def _stream_notes() -> dict[str, str]:
    text = resources.files("dafeng.app.pages").joinpath("data/stream_notes_en.yaml").read_text("utf-8")
    return dict(yaml.safe_load(text))


def stream_note_en(note: str | None) -> str | None:
    """The note of a source stream, of a kind or of an input in English; None where none is held."""
    return None if note is None else _stream_notes().get(note)


class _Sources:
    """What sources say of themselves, in another language: whole ones, then phrases, then citations."""

    def __init__(self, file: str) -> None:
        held = yaml.safe_load(resources.files("dafeng.app.pages").joinpath(f"data/{file}").read_text("utf-8"))
        longest = sorted(held["phrases"], key=lambda pair: -len(pair[0]))
        phrases = [(re.compile(re.escape(said)), other) for said, other in longest]
        self.whole: dict[str, str] = held["whole"]
        self.parts = [*phrases, *((re.compile(said), other) for said, other in held["patterns"])]

    def told(self, source: str) -> str:
        for pattern, other in self.parts:
            source = pattern.sub(other, source)
        return source


@cache
def _sources(file: str) -> _Sources:
    return _Sources(file)


@lru_cache(maxsize=4096)
def source_zh(source: str) -> str:
    """A source of a rule in Chinese where it speaks English of itself; what has no Chinese title stands as it is and
    is marked 英文文献."""
    held = _sources("sources_zh.yaml")
    said = held.whole.get(source) or held.told(source)
    return ";".join(f"{part}〔英文文献〕" if _foreign(part) else part for part in said.split(";"))


def _foreign(part: str) -> bool:
    return _ENGLISH_WORD.search(_NO_TITLE.sub("", part)) is not None


@lru_cache(maxsize=4096)
def source_en(source: str) -> str:
    """A source of a rule in English where it speaks Chinese of itself; what has no English title stands as it is and
    is marked as a document in Chinese."""
    if not _CHINESE.search(source):
        return source
    held = _sources("sources_en.yaml")
    said = _wanted()["sources"].get(source) or held.whole.get(source) or held.told(source)
    return f"{said} [in Chinese]" if _CHINESE.search(said) else said


def source_words(source: str) -> Words:
    """A source of a rule in both languages."""
    return Words(zh=source_zh(source), en=source_en(source))


# a foreign title holds words of four letters or more; ids of rules, units and names of organisations are none
_ENGLISH_WORD = re.compile(r"[A-Za-z][a-z]{3,}")
_NO_TITLE = re.compile(r"(?:ndrc|mee|cets)_\w+|kgce|\w+\.\w+\.\w+")


def wanted_en(names: Iterable[str]) -> list[str]:
    """The data that an indicator wants, in English where their words are known."""
    return [_wanted()["wants"].get(name, name) for name in names]


@cache
def industries_en() -> dict[str, str]:
    """Divisions of GB/T 4754 by code in English; of classes those that the demonstration and the plans often name."""
    return {**_held()["divisions"], **_held().get("classes", {})}


def industry_en(code: str | None, name: str | None = None) -> str | None:
    """The industry in English: its own name where one is held, else its division's; None where neither is."""
    held = industries_en()
    code = (code or "").lstrip("ABCDEFGHIJKLMNOPQRST")
    return next((held[code[:n]] for n in (4, 3, 2) if len(code) >= n and code[:n] in held), None) or name


def sector_en(name: str | None) -> str | None:
    """A sector that plans name, in English."""
    return name and _held()["sectors"].get(name, name)


def task_en(title: str) -> str:
    """The heading of a task in English where its words are known: 钢铁行业 → Iron and steel; else as it is."""
    held = _held()
    if title in held["tasks"]:
        return held["tasks"][title]
    own = title.removeprefix("推进").removesuffix("达峰").removesuffix("行业")
    names = [held["sectors"].get(part) for part in re.split("[和、与]", own)]
    said = " and ".join(name for name in names if name)
    return f"{said[:1].upper()}{said[1:]}" if all(names) else title


def goal_en(name: str) -> str:
    """What a target is about, in English, where no indicator of ours says it: 能效水平 → Energy efficiency."""
    return _held()["goals"].get(name, name)


def department_en(name: str | None) -> str | None:
    """A department in English where its words are known, with its level: 市发展改革委 → City Development and Reform
    Commission; else as it is."""
    if not name:
        return name
    known = _held()["departments"]
    if name in known:
        return known[name]
    for level, said in _held()["levels"].items():
        rest = name.removeprefix(level)
        if name.startswith(level) and rest in known:
            return f"{said} {known[rest]}"
    for rest in sorted(known, key=len, reverse=True):
        if name.endswith(rest) and (place := name.removesuffix(rest)):
            grid = place.startswith("国网")
            return f"{'State Grid ' if grid else ''}{area_en(place.removeprefix('国网'))} {known[rest]}"
    return name


def departments_en(names: Any) -> Any:
    """Several departments: a list, or a text with 、 or ; between."""
    if isinstance(names, str):
        return ", ".join(department_en(n) or n for n in re.split("[、;；]", names))
    return [department_en(n) or n for n in names] if names else names


def unit_en(unit: str | None) -> str | None:
    """A unit as English writes it: 万吨标准煤 → 10⁴ tce, tCO2/万元 → tCO2/10⁴ CNY."""
    if not unit or not _CHINESE.search(unit):
        return unit
    units = _held()["units"]
    if unit in units:
        return str(units[unit])
    return "/".join(_bare(part.strip(), units) for part in unit.split("/"))


def _bare(part: str, units: Mapping[str, str]) -> str:
    if part in units:
        return units[part]
    for tens, said in (("亿", "10⁸ "), ("万", "10⁴ ")):
        if part.startswith(tens) and part[1:] in units:
            return said + units[part[1:]]
    return part


def units_said(text: str | None) -> str | None:
    """An English text of ours in which a quantity carries a unit in Chinese: 2.615tce/万元 → 2.615 tce/10⁴ CNY."""
    if not text or not _CHINESE.search(text):
        return text
    return _QUANTITY.sub(_quantity_said, text)


def _quantity_said(found: re.Match[str]) -> str:
    said = unit_en(found[2]) or ""
    return found[0] if _CHINESE.search(said) else f"{found[1]} {said}".rstrip()


_QUANTITY = re.compile(
    r"(\d[\d.,]*(?<=\d)) ?"
    r"((?:[A-Za-z³][A-Za-z0-9³]*/)?[\u4e00-\u9fff]+[A-Z]*[0-9]*(?:/(?:[A-Za-z0-9]+|[\u4e00-\u9fff]+))?)"
)


_CODES_ZH = {
    "tce": "吨标准煤", "kgce": "千克标准煤", "gce": "克标准煤", "tCO2": "吨二氧化碳", "t": "吨", "m3": "立方米",
    "MWh": "兆瓦时", "kWh": "千瓦时", "GJ": "吉焦", "GW": "吉瓦", "MW": "兆瓦",
}  # fmt: skip
_CODED = re.compile(rf"(\d) ?({'|'.join(sorted(_CODES_ZH, key=len, reverse=True))})(?:/([A-Za-z0-9]+))?(?![A-Za-z0-9])")


def units_zh(text: str) -> str:
    """A Chinese text of ours in which a quantity carries a code as unit: 2.615tce/万元 → 2.615吨标准煤/万元."""
    return _CODED.sub(_quantity_zh, text)


def _quantity_zh(found: re.Match[str]) -> str:
    below = f"/{_CODES_ZH.get(found[3], found[3])}" if found[3] else ""
    return f"{found[1]}{_CODES_ZH[found[2]]}{below}"


def indicator_en(indicator_id: str | None, zh: str | None = None) -> str | None:
    """An indicator in English, by its id, else by its Chinese name or another name of it; else that name."""
    library = indicator_library().indicators
    found = library.get(indicator_id or _indicator_names().get(zh or "", ""))
    return found.en if found else zh


@cache
def _indicator_names() -> dict[str, str]:
    return {name: i.id for i in indicator_library().indicators.values() for name in i.names}


# how a column of a table is told in English
def area_told(column: str) -> Telling:
    return lambda row: area_en(row[column]) or None


def column_told(column: str, tell: Callable[[Any], Any]) -> Telling:
    """As a function tells the value of the column."""
    return lambda row: tell(row[column])


def unit_told(row: Mapping[str, Any]) -> str | None:
    return None if row["unit"] is None else unit_en(row["unit"]) or "number"


def told_as(column: str) -> Telling:
    """As another column of the row says it."""
    return lambda row: row[column]


def said_as(column: str) -> Telling:
    """As another column says it, its units in English."""
    return lambda row: units_said(row[column])
