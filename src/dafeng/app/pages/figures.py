"""Figures of pages 页面数字: one line, state or value as a number that is never naked, and its words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml

from dafeng.app.pages.english import goal_en, unit_en, units_said, units_zh
from dafeng.app.pages.english_notes import note_en
from dafeng.app.pages.shapes import SEEN_STATES, Figure, Light, State, Words
from dafeng.app.sight.disclosure import CONFIDENTIAL, CONFIDENTIAL_STATE
from dafeng.app.sight.results import AGGREGATE_ONLY, FEW_SILENT
from dafeng.evaluate.indicators import indicator_library
from dafeng.plan.records import Target
from dafeng.report.wording import number

NO_DATA = Words(zh="没有数据", en="no data")
SOME_SILENT = Words(
    zh="数据不全:个别企业未报,或已报而无法换算",
    en="incomplete: of a few firms the data are missing or cannot be converted",
)
NOT_GIVEN = Words(
    zh="保密:看不到单个企业时,只给出二氧化碳和等价值能耗的合计",
    en="withheld: where single firms are out of sight only totals of CO2 and of primary equivalent energy are given",
)
WITHHELD = Words(zh="保密:涉及的企业过少或过于集中", en="withheld: too few firms stand behind it, or one is most of it")
_EN_LARGE = ((1e6, "million t"), (1e3, "thousand t"))
_PARTIAL = re.compile(r"部分[(（](\d+)/(\d+)(.)")
_PARTS_EN = {"月": "months", "家": "firms", "项": "items"}
_EN_UNITS = {  # a unit as plans write it → factor and unit in English
    "家": (1.0, "firms"), "万吨": (1e4, "t"), "万吨二氧化碳": (1e4, "t CO2"), "万吨标准煤": (1e4, "tce"),
    "吨标准煤": (1.0, "tce"), "tce/万元": (1.0, "tce/10⁴ CNY"), "tCO2/万元": (1.0, "tCO2/10⁴ CNY"),
    "个百分点": (1.0, "percentage points"), "千克标准煤/吨": (1.0, "kgce/t"), "克标准煤/千瓦时": (1.0, "gce/kWh"),
    "万千瓦": (10.0, "MW"), "亿千瓦时": (100.0, "GWh"), "个": (1.0, ""), "项": (1.0, ""), "亿元": (0.1, "billion CNY"),
}  # fmt: skip


def line_figure(row: Mapping[str, Any]) -> Figure:
    """A result line as a figure: a sum that is partly there stands as 估, a withheld one says so."""
    hidden = row.get("note") == CONFIDENTIAL
    coverage, value = row.get("coverage"), row.get("value")
    return Figure(
        value=value,
        unit=row["unit"],
        period=row["period"],
        status=row["status"],
        coverage=coverage,
        node=row.get("line_id"),
        missing=None if value is not None else why_missing(row),
        confidential=hidden,
        estimated=value is not None and coverage is not None and coverage < 1,
    )


def no_figure(unit: str, period: str, why: Words = NO_DATA) -> Figure:
    return Figure(value=None, unit=unit, period=period, missing=why)


def why_missing(row: Mapping[str, Any]) -> Words:
    """Why a line has no value, in both languages."""
    note = row.get("note")
    if note == CONFIDENTIAL:
        return WITHHELD
    note = ";".join(p for p in (note or "").split(";") if p != AGGREGATE_ONLY)
    if not note:
        return NO_DATA
    if note == FEW_SILENT:
        return SOME_SILENT
    part = _PARTIAL.search(note)
    if part is None:
        told = note_en(note) or "it cannot be computed"
        return Words(zh=note, en=told)
    said = f"incomplete: {part[1]} of {part[2]} {_PARTS_EN.get(part[3], 'parts')} are there"
    return Words(zh=f"数据不全:{note}", en=said)


def difference(unit: str) -> str:
    """The unit of a difference of two values: of shares percentage points."""
    return "个百分点" if unit == "%" else unit


def state_light(row: Mapping[str, Any], name: Words) -> Light:
    """A row of STATE_SCHEMA as a light with its figures; the id opens its explanation."""
    node, unit = f"S-{row['target_id']}-{row['subject_id']}-{row['period']}", row["gap_unit"] or ""
    why = Words(zh=units_zh(row["reason_zh"]), en=unit_said(row["reason_en"], unit))
    hidden = row["state"] == CONFIDENTIAL_STATE

    def figure(value: float | None, unit: str = unit) -> Figure:
        return Figure(
            value=value,
            unit=unit,
            period=row["period"],
            status=row["status"],
            node=node,
            missing=why if value is None else None,
            confidential=hidden,
        )

    return Light(
        target_id=row["target_id"],
        name=name,
        state=row["state"],
        required=figure(row["required"]),
        actual=figure(row["actual"]),
        gap=None if row["gap"] is None else figure(row["gap"], difference(unit)),
        reason=why,
        node=node,
    )


def state_counts(found: Mapping[State, int]) -> dict[str, int]:
    """How many stand in each state; 保密 is named only where there is one: who sees everything need not read of it."""
    return {s: found.get(s, 0) for s in SEEN_STATES if s != CONFIDENTIAL_STATE or found.get(s, 0)}


def unit_said(reason: str, unit: str) -> str:
    """An English reason with the plan's unit in English: 47家 → 47 firms."""
    size, en = _EN_UNITS.get(unit, (0.0, ""))
    tens = {1.0: "", 1e4: "10⁴ "}.get(size)
    if tens is None or unit.isascii():
        return units_said(reason) or reason
    told = re.sub(rf" ?{re.escape(unit)}", f" {tens}{en}".rstrip(), reason)
    return units_said(told) or told


def indicator_words(indicator_id: str | None) -> Words | None:
    """The names of an indicator; None where a target is tied to none."""
    if indicator_id is None:
        return None
    indicator = indicator_library().indicator(indicator_id)
    return Words(zh=indicator.zh, en=indicator.en)


def target_words(target: Target, indicator_id: str | None) -> Words:
    """The name of a target: in Chinese as the plan says, in English the name of the indicator it is tied to."""
    linked = indicator_words(indicator_id)
    return Words(zh=target.indicator, en=linked.en if linked else goal_en(target.indicator))


def tonnes(value: float, of: str = "") -> Words:
    """A mass in words: 3,597万吨 / 35.97 million t; below ten thousand tonnes in 吨."""
    zh = f"{number(value / 1e4)}万吨{of}" if abs(value) >= 1e4 else f"{number(value)}吨{of}"
    for size, unit in _EN_LARGE:
        if abs(value) >= size:
            return Words(zh=zh, en=f"{number(value / size)} {unit}{of and ' ' + of}")
    return Words(zh=zh, en=f"{number(value)} t{of and ' ' + of}")


def quantity(value: float, unit: str) -> Words:
    """A value with its unit; in English 万吨 are written out in tonnes."""
    space = "" if unit == "%" or not unit.isascii() else " "
    size, en = _EN_UNITS.get(unit) or (1.0, unit_en(unit) or "")
    return Words(zh=f"{number(value)}{space}{unit}", en=f"{number(value * size)}{'' if en == '%' else ' '}{en}".strip())


def percent_words(rate: float) -> str:
    """The size of a share of one as a percentage, without its sign."""
    return f"{number(abs(rate) * 100, 3)}%"


def change_words(rate: float | None, than: Words) -> Words:
    """比上年下降1.1% / down 1.1 % on the year before; what cannot be compared says so."""
    if rate is None:
        return Words(zh=f"与{than.zh}无法比较", en=f"which cannot be compared with {than.en}")
    if abs(rate) < 5e-4:
        return Words(zh=f"与{than.zh}基本持平", en=f"flat on {than.en}")
    word = ("增长", "up") if rate > 0 else ("下降", "down")
    return Words(zh=f"比{than.zh}{word[0]}{percent_words(rate)}", en=f"{word[1]} {percent_words(rate)} on {than.en}")


def sentence(*parts: Words | None, comma: tuple[str, str] = (",", ", ")) -> Words:
    """Parts of one sentence put together in each language, with a full stop."""
    told = [p for p in parts if p is not None]
    return Words(zh=comma[0].join(p.zh for p in told) + "。", en=_capital(comma[1].join(p.en for p in told)) + ".")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


_COMPARED = {
    ">=": ("≥", "≥ "), ">": (">", "> "), "<=": ("≤", "≤ "), "<": ("<", "< "), "about": ("约", "about "),
    "reduce_by": ("下降", "down "), "increase_by": ("提高", "up "),
}  # fmt: skip


def compared(target: Target) -> Words | None:
    """The word that stands before what a plan sets: 下降, 提高, ≥; None where the value stands alone."""
    found = _COMPARED.get(target.comparator)
    return None if found is None or target.value is None else Words(zh=found[0], en=found[1].strip())


def goal_words(target: Target, indicator_id: str | None) -> Words:
    """A target in a line: what, how much, by when: 规模以上工业单位增加值能耗 下降13.5%(2025年)."""
    name = indicator_words(indicator_id) or Words(zh=target.indicator, en=goal_en(target.indicator))
    due = target.target_year
    zh_due, en_due = (f"({due}年)", f" by {due}") if due else ("", "")
    if target.comparator == "reach_peak_before":
        return Words(zh=f"{target.indicator} 达峰{zh_due}", en=f"{name.en}: peak{en_due}")
    if target.value is None:
        return Words(zh=f"{target.indicator}{zh_due}", en=f"{name.en}{en_due}")
    sign = _COMPARED.get(target.comparator, ("", ""))
    size = quantity(float(target.value), target.unit or "")
    return Words(zh=f"{target.indicator} {sign[0]}{size.zh}{zh_due}", en=f"{name.en}: {sign[1]}{size.en}{en_due}")


@cache
def _names_en() -> dict[str, dict[str, str]]:
    text = resources.files("dafeng.app.pages").joinpath("data/names_en.yaml").read_text("utf-8")
    return dict(yaml.safe_load(text))


def division_words(code: str, zh: str) -> Words:
    """An industry of two digits in both languages; in Chinese where no English name is held."""
    return Words(zh=zh, en=_names_en()["divisions"].get(code, zh))


def sectors() -> dict[str, Words]:
    """The sectors that plans name, in both languages."""
    return {zh: Words(zh=zh, en=en) for zh, en in _names_en()["sectors"].items()}


def sector_words(zh: str) -> Words:
    """A sector as plans name it, in both languages."""
    return Words(zh=zh, en=_names_en()["sectors"].get(zh, zh))
