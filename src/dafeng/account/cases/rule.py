"""Which method and rule a case means 算例所用方法与规则族: by id, by name, by what people call it, or by its year.

Where no rule family is named, the one is taken that was in force for the reports of the year, and the result says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType

from dafeng.base.errors import RuleUnknown
from dafeng.base.periods import Period
from dafeng.rules.choosing import standing
from dafeng.rules.methods import Method, Methods
from dafeng.rules.rulebook import Rulebook

# what methods are called besides their own names; endings as in _ENDINGS are taken off before
_CALLED: Mapping[str, str] = MappingProxyType({
    "钢铁": "steel", "钢铁工序": "steel_process", "铁合金": "ferroalloys", "水泥": "cement", "水泥熟料": "cement",
    "石灰": "lime", "玻璃": "flat_glass", "铝冶炼": "electrolytic_aluminium", "电解铝": "electrolytic_aluminium",
    "原铝": "electrolytic_aluminium", "氧化铝": "alumina", "镁": "magnesium", "铜冶炼": "other_nonferrous",
    "其他有色": "other_nonferrous", "有色": "other_nonferrous", "焦化": "independent_coking", "化工": "chemicals",
    "石化": "petrochemicals", "炼油": "petrochemicals", "油气": "oil_gas", "合成氨": "ammonia", "甲醇": "methanol",
    "发电": "power_generation", "火电": "power_generation", "火力发电": "power_generation",
    "发电设施": "power_generation",
    "电网": "grid", "供热": "heat_supply", "热力": "heat_supply", "煤炭": "coal_mining", "煤矿": "coal_mining",
    "造纸": "paper", "食品": "food_drink", "医药": "pharmaceuticals", "制药": "pharmaceuticals", "机械": "machinery",
    "机械设备": "machinery", "电子": "electronics", "光伏": "pv_cells", "锂电池": "lithium_cells",
    "锂离子电池": "lithium_cells",
    "数据中心": "data_centre", "idc": "data_centre", "data_center": "data_centre", "datacenter": "data_centre",
    "算力中心": "data_centre", "公共建筑": "public_buildings", "公共机构": "public_buildings",
    "建筑": "public_buildings",
    "交通": "land_transport", "陆上交通": "land_transport", "道路运输": "land_transport", "航空": "civil_aviation",
    "民航": "civil_aviation", "工业其他": "other_industry", "其他工业": "other_industry", "其他": "other_industry",
    "城市": "region", "区域": "region", "地区": "region", "省级清单": "region", "城市清单": "region", "city": "region",
    "温室气体清单": "region", "county": "region", "province": "region", "产品": "footprint", "碳足迹": "footprint",
    "product": "footprint", "pcf": "footprint", "product_footprint": "footprint", "固定燃烧": "stationary_combustion",
    "固定源燃烧": "stationary_combustion", "垃圾焚烧": "waste_incineration", "废弃物焚烧": "waste_incineration",
})  # fmt: skip
_ENDINGS = ("行业", "企业", "生产", "制造", "冶炼", "工业", "业")


def rule_of(
    methods: Methods, rulebook: Rulebook, word: str | None, family: str | None, span: Period, where: str = ""
) -> Method:
    """The method under its family. Raises RuleUnknown with what comes near, or with the families there are."""
    id = _method_id(methods, (word or "").strip(), where)
    asked = (family or "").strip()
    if (id, asked) in methods.held:
        return methods.held[id, asked]
    if asked:
        named = _named_family(methods, rulebook, id, asked)
        if named is None:
            raise _no_family(methods, rulebook, id, asked, span, where)
        return methods.held[id, named]
    found = standing(methods, rulebook.families, id, span.first, span.last)
    if found is None:
        raise _no_family(methods, rulebook, id, asked, span, where)
    return found


def _method_id(methods: Methods, word: str, where: str) -> str:
    names: dict[str, set[str]] = {}
    for (id, _), method in methods.held.items():
        for text in (id, method.name.zh, method.name.en):
            names.setdefault(_plain(text), set()).add(id)
    text = _plain(word)
    for tried in dict.fromkeys((text, _bare(text))):
        if len(found := names.get(tried, set())) == 1:
            return next(iter(found))
        if tried in _CALLED:
            return _CALLED[tried]
    begun = {id for name, ids in names.items() for id in ids if len(text) > 1 and name.startswith(text)}
    if len(begun) == 1:
        return begun.pop()
    near = sorted(begun) or get_close_matches(text, names, n=3, cutoff=0.5)
    ids = dict.fromkeys(i for n in near for i in sorted(names.get(n, {n})))
    shown = [f"{i}（{_zh(methods, i)}）" for i in ids]
    raise RuleUnknown(
        f"no method is called {word!r}", where=f"{where}method",
        mend=f"Perhaps {', '.join(ids)}." if ids else "`dafeng account methods` lists them.",
        zh=f"没有名为“{word}”的方法",
        mend_zh=f"是否指：{'、'.join(shown)}。" if shown else "全部方法见 dafeng account methods。",
    )  # fmt: skip


def _zh(methods: Methods, id: str) -> str:
    return methods.held[id, methods.families(id)[0]].name.zh


def _named_family(methods: Methods, rulebook: Rulebook, id: str, word: str) -> str | None:
    """The one family of the method that is called so, or whose name begins with or holds the word."""
    text = _plain(word)
    names = {f: [_plain(n) for n in (f, rulebook.family(f).name.zh, rulebook.family(f).name.en)]
             for f in methods.families(id)}  # fmt: skip
    for fits in (str.__eq__, str.startswith, str.__contains__):
        found = [f for f, own in names.items() if any(fits(n, text) for n in own)]
        if len(found) == 1:
            return found[0]
    return None


def _no_family(methods: Methods, rulebook: Rulebook, id: str, word: str, span: Period, where: str) -> RuleUnknown:
    held = [methods.held[id, f] for f in methods.families(id)]
    there = [m for m in held if m.covers(span.first, span.last)]
    dates = [f"{m.family} ({m.since}–{m.until or 'now'})" for m in held]
    names = [f"{m.family}（{rulebook.family(m.family).name.zh}，{m.since}至{m.until or '今'}）" for m in there or held]
    what = f"{id} stands under no family {word!r}" if word else f"{id} stands under no rule in {span.code}"
    zh = f"方法“{id}”没有规则族“{word}”" if word else f"方法“{id}”在{span.code}没有有效规则"
    listed = ", ".join(m.family for m in there)
    return RuleUnknown(
        what, where=f"{where}family", mend=f"In force in {span.code}: {listed}." if there else f"{', '.join(dates)}.",
        zh=zh, mend_zh=f"{span.code + '有效的有：' if there else '各规则族有效期：'}{'、'.join(names)}。",
    )  # fmt: skip


def _plain(word: str) -> str:
    """The word without what is written one way or another."""
    signs = {"-": "_", " ": "_", "（": "(", "）": ")", "、": "_", "，": "_"}
    return "".join(signs.get(c, c) for c in word.strip().casefold())


def _bare(word: str) -> str:
    """钢铁生产企业 → 钢铁."""
    for _ in range(3):
        for ending in _ENDINGS:
            if word.endswith(ending) and len(word) > len(ending) + 1:
                word = word.removesuffix(ending)
                break
    return word
