"""English of what results say of themselves 说明的英文: notes of accounts and indicators, and explanation nodes.

A note is made of parts; one that has an unknown part has no English, and none is made up for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

import msgspec

from dafeng.app.pages.english import area_en, source_en, source_zh, unit_en, units_said
from dafeng.base.provenance import Node
from dafeng.rules.listing import listed
from dafeng.rules.rulebook import packaged_rulebook

_CHINESE = re.compile("[\u3400-\u9fff]")
_PARTS = re.compile("[；;]")
_COUNTED = {"月": "months", "家": "firms", "项": "items"}
_SAID: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(chinese), english)
    for chinese, english in (
        (r"(?P<name>[^：]+)：(?P<rest>.+)", "{name}: {rest}"),
        (
            r"排放因子未公布或未录入，沿用相邻年份同一范围的因子（取(?P<year>\d+)年值）",
            "no factor published or entered for the year, that of {year} is taken",
        ),
        (
            r"当年供电煤耗未录入，沿用最近一年（取(?P<year>\d+)年值）",
            "the coal used for power of the year is not entered, that of {year} is taken",
        ),
        (
            r"实际供热煤耗未录入，等价值按当量值取",
            "the coal used for heat is not entered, the calorific value is taken",
        ),
        (r"原煤未说明煤种，按烟煤缺省值计", "the kind of raw coal is not stated: defaults of bituminous coal"),
        (r"洗中煤按其他洗煤缺省值计", "middlings are taken with the defaults of other washed coal"),
        (r"煤泥按其他洗煤缺省值计", "slurry is taken with the defaults of other washed coal"),
        (r"原料用能部分未按燃烧计", "what was used as feedstock is not counted as burnt"),
        (r"企业所在地不明，按全国电力因子计", "the firm's place is not known: the national grid factor is taken"),
        (
            r"蒸汽须按焓值折算为热量\(GJ\)，以“热力”报送后计算排放",
            "steam must be converted by its enthalpy to heat in GJ and delivered as heat",
        ),
        (r"公式 (?P<id>\S+) 在该时期尚未施行", "the formula {id} was not yet in force then"),
        (r"未报送", "not delivered"),
        (r"缺过程排放量", "the process emissions are lacking"),
        (
            r"回收量按该副产能源自产总量计",
            "what is recovered is taken from the firm's whole own output of this by-product",
        ),
        (
            r"未报送副产煤气等回收量，未扣除",
            "by-product gas recovered is not delivered, so nothing is taken off",
        ),
        (r"外购电量缺失", "the purchased electricity is missing"),
        (r"声明电量超过外购电量，须先更正", "claims exceed the purchased electricity: correct one of them first"),
        (r"无剩余混合因子，市场法不能计算", "no residual factor is in force: no market-based result"),
        (r"另有(?P<mwh>[\d.]+)兆瓦时已声明未核销，未计入", "{mwh} MWh more are claimed and not retired: not counted"),
        (r"用能数据缺失", "a figure of its energy is missing"),
        (r"缺产品产量", "its output is not delivered"),
        (r"所报项目不足以计算净消费量", "what was delivered does not suffice for the net consumption"),
        (r"缺数据", "data are lacking"),
        (r"缺(?P<names>[^数少].*)", "lacking: {names}"),
        (r"数据不全:(?P<rest>.+)", "incomplete: {rest}"),
        (r"部分[（(](?P<a>\d+)/(?P<b>\d+)(?P<of>[月家项])[）)]", "{a} of {b} {of} are there"),
        (r"部分", "only part is there"),
        (r"仅汇总", "a sum only: the firms behind it are not shown"),
        (
            r"(?P<a>\d+)家\(共(?P<b>\d+)家\)缺数或数据不全,按数据齐全的企业计算,覆盖率(?P<share>[\d.]+%)",
            "{a} of {b} firms lack data: worked out of the firms whose data are whole, coverage {share}",
        ),
        (r"按已有部分计入合计", "counted with what is there"),
        (r"按已报部分合计,覆盖率(?P<share>[\d.]+%)", "sum of what was delivered, coverage {share}"),
        (r"缺少数据:(?P<names>.+)", "data are lacking: {names}"),
        (r"已报为空\(报送单位说明暂缺\)", "delivered as empty: the sender says it is not there yet"),
        (r"暂不可测:需要.+,或报送该指标的统计数", "cannot be measured yet: a statistic of it must be delivered"),
        (r"核算值与公布值相差(?P<size>[\d.-]+%)", "the account differs from the published value by {size}"),
        (
            r"已有部分合计 (?P<sum>\S+) (?P<unit>\S+)，不作为总量",
            "what is there adds up to {sum} {unit}, which is no total",
        ),
        (r"保密:涉及的企业过少或过于集中", "withheld: too few firms stand behind it, or one has nearly all"),
    )
)


@lru_cache(maxsize=4096)
def note_en(note: str | None) -> str | None:
    """A note in English; None where a part of it has none."""
    if not note:
        return note
    told = [_part_en(part.strip()) for part in _PARTS.split(note) if part.strip()]
    return None if None in told else "; ".join(t for t in told if t)


def _part_en(part: str) -> str | None:
    if not _CHINESE.search(part):
        return part
    if part in _names():
        return _names()[part]
    for chinese, english in _SAID:
        if (found := chinese.fullmatch(part)) is not None:
            said = {name: _named_en(name, text) for name, text in found.groupdict().items()}
            if None not in said.values():
                return english.format(**said)
    return None


def _named_en(name: str, text: str) -> str | None:
    """What stands in a place of a note: a name, a unit, several names, or a note of its own."""
    if name == "of":
        return _COUNTED[text]
    if name == "unit":
        return unit_en(text)
    if name == "names":
        each = [_part_en(t) for t in re.split("[、,，]", text)]
        return "some of the data" if None in each else ", ".join(t for t in each if t)
    return _part_en(text) if _CHINESE.search(text) else text


@cache
def _names() -> dict[str, str]:
    """Names that notes use: of parameters, and of what firms deliver."""
    return {v["zh"]: v["en"] for v in listed(packaged_rulebook()) if v["zh"] and v["en"]}


_FACTOR_SOURCE = re.compile(r"(?P<source>.+)（自(?P<since>[\d-]+)起(?:，(?P<published>[\d-]+)发布)?）")


def _sourced(node: Node) -> dict[str, str]:
    """The publication behind a formula or a factor in both languages; what was delivered keeps the name of its file."""
    if not node.source or node.kind not in ("factor", "line"):
        return {}
    if (found := _FACTOR_SOURCE.fullmatch(node.source)) is None:
        return {"source": source_zh(node.source), "source_en": source_en(node.source)}
    days = node.source[found.end("source") :]
    published = f", published {found['published']}" if found["published"] else ""
    said = f"{source_en(found['source'])} (in force from {found['since']}{published})"
    return {"source": source_zh(found["source"]) + days, "source_en": said}


def node_en(node: Node, places: Mapping[str, str], industries: Mapping[str, str] | None = None) -> Node:
    """A node and what lies below it with the English that can be given.

    places: code of an area → its name; industries: Chinese name of an industry → its English one.
    """
    label, label_en = node.label, node.label_en
    for code in re.findall(r"· (\d{6})\b", label):
        if code in places:
            label = label.replace(f"· {code}", f"· {places[code]}")
            label_en = label_en and label_en.replace(f"· {code}", f"· {area_en(places[code])}")
    if label_en is not None:
        place, colon, rest = label_en.partition(": ")
        whose = place.split(" · ")
        if colon and whose[0] in places.values():
            parts = [area_en(whose[0]), *((industries or {}).get(part, part) for part in whose[1:])]
            label_en = f"{' · '.join(parts)}: {rest}"
        label_en = re.sub(r"\b[a-z]+(?:_[a-z0-9]+)+\b", lambda m: m[0].replace("_", " "), label_en)
    return msgspec.structs.replace(
        node,
        label=label,
        label_en=label_en,
        **_sourced(node),
        operation_en=units_said(node.operation_en),
        note_en=units_said(node.note_en) if node.note_en else note_en(node.note),
        inputs=tuple(node_en(child, places, industries) for child in node.inputs),
    )
