"""Numbers with units 数量: where they stand in a paragraph, their value, unit, range and hedge.

A quantity is a number with a unit the vocabulary knows; figures without one (5G, N型, 4754, 42.5以上强度等级) are none,
except a coefficient (系数, PUE) which has none by nature. The value is as written: 1500 with 万吨.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from dafeng.plan.grammar.numerals import CHINESE_NUMBER, chinese_value, plain_number, tidy
from dafeng.plan.grammar.vocabulary import any_of, words
from dafeng.plan.records import Bound

UnitKind = Literal["share", "count", "physical", "money", "time", "grade", "none"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """start..end in the view, suffix words (以上) included; figure_end where the unit ends.

    value_high only for ranges; more for 余/多 after the number; bound from the suffix (以上 → ">="), hedge its word.
    """

    start: int
    end: int
    figure_end: int
    value: float | int
    value_high: float | int | None
    unit: str | None
    kind: UnitKind
    bound: Bound | None = None
    hedge: str | None = None
    more: bool = False
    derived: str | None = None


_UNITS = words("units")
_KIND_OF: dict[str, UnitKind] = {}
for _kind in ("share", "count", "physical", "money", "time", "grade"):
    for _unit in _UNITS[_kind]:
        _KIND_OF.setdefault(_unit, _kind)
_SUFFIX_OF: dict[str, Bound] = {w: b for b, ws in words("verbs")["suffix"].items() for w in ws}
_MULT = any_of(_UNITS["multipliers"])
_BASE = any_of(_KIND_OF)
_SUFFIX = any_of(_SUFFIX_OF)
_NUM = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_DIVISOR = any_of(_UNITS["divisors"])
_PER = rf"/(?:{_DIVISOR}|(?:{_MULT})(?:{_DIVISOR}))"
_UNIT = rf"(?P<mult>{_MULT})?(?P<more2>余|多)?(?P<base>{_BASE})(?P<per>{_PER})?"
_NO_CODE = r"(?<![A-Za-z\d.×*+])(?:(?<!/)|(?<=[时瓦安吨米时煤]/))"  # 3万千瓦/6万千瓦时 are two figures, A1/2 is none
_ARABIC = re.compile(
    rf"{_NO_CODE}(?P<a>{_NUM})(?:(?P<amult>{_MULT})?(?:{_BASE})?(?:{_PER})?(?P<sep>[-~至到])(?P<b>{_NUM}))?"
    rf"(?P<more>余|多)?{_UNIT}(?P<more3>多|余)?(?P<suffix>{_SUFFIX})?(?![×*])"
)
_CHINESE_UNITS = "省份|省|星级|家|座|成|倍|万种|万个|万家|千家|百家|余家|余个|余项|年|个(?=百分点)"
_GREAT_UNITS = "人次|人|辆|台|亩|吨标准煤|吨|千瓦时|千瓦|元|平方米|立方米|家|个|户|种"
_CHINESE = re.compile(
    rf"(?<![第{CHINESE_NUMBER}万亿])(?P<n>[{CHINESE_NUMBER}]{{1,9}})(?P<gm>万|亿)?(?P<more>余|多)?"
    rf"(?P<unit>(?:(?<=[万亿余多])(?:{_GREAT_UNITS}))|{_CHINESE_UNITS}|[个项种座台套户处](?=[^,。;]))(?P<suffix>{_SUFFIX})?"
)
_MYRIAD = re.compile(
    r"(?:(?<=推广|应用|形成|培育|超过|认证|发布)(?P<gm>万|千|百)(?P<more>余)?(?P<unit>[种家户台辆]))"
    r"|(?:(?<=突破|达到|超过|跨越|形成)(?P<gm2>万亿|千亿|百亿)(?P<unit2>元))"
)
_FRACTION = re.compile(
    rf"(?P<den>[二三四五六七八九十]{{1,3}})分之(?P<num>[{CHINESE_NUMBER}]{{1,3}})(?P<suffix>{_SUFFIX})?"
    rf"|百分之(?P<pct>[{CHINESE_NUMBER}]{{1,6}})(?P<suffix2>{_SUFFIX})?"
    rf"|(?P<half>一半|半数)(?P<suffix3>{_SUFFIX})?"
)
_TIMES = re.compile(r"翻(?P<n>[一两三四])?番|(?P<double>翻倍)|(?P<halve>减半)")
_ROMAN = re.compile(r"(?P<n>[ⅠⅡⅢⅣⅤ])级(?P<suffix>及?以上|及?以下)?")
_BARE = re.compile(rf"(?<![A-Za-z\d.×*/+-])(?P<n>{_NUM})(?P<suffix>{_SUFFIX})?(?=$|[,。;、)]|的)")
_COEFFICIENT = re.compile(
    r"(?:系数|PUE|电能利用效率|能源利用效率|电源使用效率|容积率|比值|指数)[^,。;]{0,60}$"
    r"|(?:系数|PUE|利用效率)[^。;]{0,60}(?:不高于|不低于|低于|高于|降至|降到|提高到|提升至|达到|控制在|优于)$"
    r"|[^占同环之对相,。;]比(?:值)?[^,。;\d]{0,10}(?:至|到|在|达|于|过)$",
    re.IGNORECASE,
)
_LEFT_OF_UNIT = re.compile(
    rf"(?<![A-Za-z\d.×*/+-])(?P<n>{_NUM})(?P<mult>{_MULT})?(?P<ge>个)?(?P<suffix>{_SUFFIX})?(?:、|和|及|与|以及)$"
)
_AGE = re.compile(r"(?:连续|达到|超过|不少于|不低于|延长|寿命|未来|提前)(?:近|约|超|了|至|到)?$")
_TEN = {"百": 10**2, "千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8}
_ROMAN_VALUE = {"Ⅰ": 1, "Ⅱ": 2, "Ⅲ": 3, "Ⅳ": 4, "Ⅴ": 5}


def find_quantities(masked: str, taken: list[tuple[int, int]]) -> list[Quantity]:
    """All quantities of a masked paragraph in order; ``taken`` are stretches already read as times."""
    found: list[Quantity] = []
    blocked = list(taken)
    if any(character.isdigit() for character in masked):
        found += _keep(masked, blocked, (_arabic(masked, m) for m in _ARABIC.finditer(masked)))
    for pattern, read in (
        (_FRACTION, _fraction),
        (_MYRIAD, _myriad),
        (_TIMES, _times),
        (_ROMAN, _roman),
        (_CHINESE, _chinese),
    ):
        found += _keep(masked, blocked, (read(masked, m) for m in pattern.finditer(masked)))
    if "." in masked:
        found += _keep(masked, blocked, (_coefficient(masked, m) for m in _BARE.finditer(masked)))
    found.sort(key=lambda quantity: quantity.start)
    return _with_unitless(masked, found, taken)


def _keep(masked: str, blocked: list[tuple[int, int]], candidates: Iterable[Quantity | None]) -> list[Quantity]:
    kept = []
    ordered = sorted(blocked)
    for quantity in candidates:
        if quantity is None or _overlaps(ordered, quantity.start, quantity.end):
            continue
        kept.append(quantity)
        blocked.append((quantity.start, quantity.end))
    return kept


def _overlaps(ordered: list[tuple[int, int]], start: int, end: int) -> bool:
    place = bisect_left(ordered, (end, -1))
    return place > 0 and any(span[1] > start for span in ordered[max(0, place - 2) : place])


def _arabic(masked: str, match: re.Match[str]) -> Quantity | None:
    base = match["base"]
    before = masked[max(0, match.start() - 8) : match.start()]
    after = masked[match.end() : match.end() + 24]
    if before.endswith(("第", "×", "No.", "表", "图", "附件")) or _no_unit_after_all(base, match, before, after):
        return None
    low, high = plain_number(match["a"]), plain_number(match["b"]) if match["b"] else None
    if high is not None and low > high and match["amult"] in _TEN and match["mult"] in _TEN:
        low = tidy(low * _TEN[match["amult"]] / _TEN[match["mult"]])
    unit = (match["mult"] or "") + base + (match["per"] or "")
    more = bool(match["more"] or match["more2"] or match["more3"])
    return _quantity(match, low, high, _spelt(unit), base, match["suffix"], more)


_OF_POINTS = re.compile(rf"^(?:[、和及与](?:{_NUM})个)*[、和及与](?:{_NUM})个百分点")


def _no_unit_after_all(base: str, match: re.Match[str], before: str, rest: str) -> bool:
    """Durations that are no goals, 6个月, 12个工作日, 1类; a Latin unit that runs on; the 个 of 20个、10个百分点."""
    after = rest[:3]
    if base == "年" and not match["per"]:
        return not (_AGE.search(before) and (match["b"] or not before.endswith(("未来", "提前"))))
    if base == "个" and (after.startswith(("月", "工作日", "自然日", "季度", "小时")) or _OF_POINTS.match(rest)):
        return True
    if after.startswith("级") and base != "星":
        return True
    if base == "升" and after.startswith(("级", "至", "到", "高", "为")):
        return True
    if base in ("天", "分钟", "秒", "场", "次", "对", "门", "类", "人", "级"):
        return base in ("类",) or (not match["mult"] and plain_number(match["a"]) < 10)
    return base[-1].isascii() and base[-1].isalpha() and after[:1].isascii() and after[:1].isalpha()


def _quantity(
    match: re.Match[str],
    value: float | int,
    high: float | int | None,
    unit: str | None,
    base: str,
    suffix: str | None,
    more: bool = False,
    derived: str | None = None,
) -> Quantity:
    bound = _SUFFIX_OF.get(suffix or "")
    hedge = suffix if bound == "about" else None
    end = match.end()
    kind = _KIND_OF.get(base, "none")
    return Quantity(match.start(), end, end - len(suffix or ""), value, high, unit, kind, bound, hedge, more, derived)


def bare_unit(unit: str | None) -> str:
    """The unit without its multiplier: 亿千瓦 and 万千瓦 measure the same thing."""
    return re.sub(rf"^(?:{_MULT})+(?=.)", "", unit or "")


def _spelt(unit: str) -> str:
    return "百分点" if unit == "个百分点" else unit


def _chinese(masked: str, match: re.Match[str]) -> Quantity | None:
    """Chinese numerals count with strong units (七省, 九成, 三星级, 二十家); 一个, 两个, 三项 only order the text."""
    value = chinese_value(match["n"])
    unit = match["unit"]
    before = masked[max(0, match.start() - 6) : match.start()]
    if value is None or masked.startswith("级", match.end()):
        return None
    if unit == "成":
        after = masked[match.end() : match.end() + 2]
        if (
            not 1 <= value <= 9
            or not (match["suffix"] or re.match(r"[,。;、的]|左右", after))
            or after.startswith(("立", "为", "本"))
        ):
            return None
        return _quantity(match, value * 10, None, "%", "%", match["suffix"], False, match["n"] + "成")
    if not _counts(unit, value, match, before):
        return None
    base = unit if unit in _KIND_OF else re.sub(r"^[万千百余]", "", unit)  # 千瓦 keeps its 千
    return _quantity(
        match, value, None, (match["gm"] or "") + unit.replace("余", ""), base, match["suffix"],
        bool(match["more"]) or "余" in unit,
    )  # fmt: skip


def _counts(unit: str, value: int, match: re.Match[str], before: str) -> bool:
    if match["gm"]:
        return not before.endswith(("第", "数", "上", "几", "成"))
    if unit == "年":
        return before.endswith(("连续", "连续近"))
    if unit in ("省", "省份"):
        return value > 1 and not match["n"].startswith("一")
    if unit == "星级":
        return 1 <= value <= 5
    if unit == "倍":
        return re.search(r"(?:增长|提高|提升|增加|扩大|达到|近|约|超过?)$", before) is not None
    if unit in "个项种座台套户处家":
        return (
            value >= 10
            and match["n"] not in ("百", "千", "百千", "十百")
            and not before.endswith(("第", "数", "上", "几"))
        )
    return not before.endswith(("数", "上", "几"))


def _myriad(masked: str, match: re.Match[str]) -> Quantity:
    """推广万种绿色产品: a bare power counts one of it."""
    unit = match["unit"] or match["unit2"]
    return _quantity(match, 1, None, (match["gm"] or match["gm2"]) + unit, unit, None, bool(match["more"]))


def _fraction(masked: str, match: re.Match[str]) -> Quantity | None:
    if match["half"]:
        return _quantity(match, 50, None, "%", "%", match["suffix3"], False, match["half"])
    if match["pct"]:
        value = chinese_value(match["pct"])
        return None if value is None else _quantity(match, value, None, "%", "%", match["suffix2"])
    low, high = chinese_value(match["num"]), chinese_value(match["den"])
    if not low or not high or low >= high:
        return None
    return _quantity(match, round(100 * low / high, 2), None, "%", "%", match["suffix"], False, match[0])


def _times(masked: str, match: re.Match[str]) -> Quantity | None:
    word = match[0]
    if match["halve"]:
        return replace(_quantity(match, 50, None, "%", "%", None, False, word), end=match.end())
    fold = 2 ** (chinese_value(match["n"] or "一") or 1) - 1
    return _quantity(match, fold, None, "倍", "倍", None, False, word)


def _roman(masked: str, match: re.Match[str]) -> Quantity | None:
    suffix = (match["suffix"] or "").replace("及", "") or None
    quantity = _quantity(match, _ROMAN_VALUE[match["n"]], None, "级", "星级", suffix)
    return replace(quantity, end=match.end(), figure_end=match.start() + 2)


def _coefficient(masked: str, match: re.Match[str]) -> Quantity | None:
    """A number without a unit counts only after a coefficient's name and a verb (系数提高到0.58以上)."""
    before = masked[max(0, match.start() - 64) : match.start()]
    if "." not in match["n"] or not _COEFFICIENT.search(before):
        return None
    return _quantity(match, plain_number(match["n"]), None, None, "", match["suffix"])


def _with_unitless(masked: str, found: list[Quantity], taken: list[tuple[int, int]]) -> list[Quantity]:
    """Put in the figures that borrow the unit of their right neighbour: 3.3和1.9个百分点."""
    out: list[Quantity] = []
    ordered = sorted(taken)
    for quantity in found:
        borrowed: list[Quantity] = []
        right = quantity.start
        floor = out[-1].end if out else 0
        while match := _LEFT_OF_UNIT.search(masked, max(floor, right - 20), right):
            if _overlaps(ordered, match.start(), match.end()):
                break
            end = max(match.end(part) for part in ("n", "mult", "ge", "suffix"))
            if not _borrows(match, quantity):
                break
            bound = _SUFFIX_OF.get(match["suffix"] or "")
            number = plain_number(match["n"])
            borrowed.append(
                replace(quantity, start=match.start(), end=end, figure_end=match.end("n"), value=number,
                        value_high=None, bound=bound, hedge=match["suffix"] if bound == "about" else None, more=False)
            )  # fmt: skip
            right = match.start()
        out += [*reversed(borrowed), quantity]
    return out


def _borrows(match: re.Match[str], quantity: Quantity) -> bool:
    """10.6万、3.3万平方公里 and 20个、10个百分点 borrow the unit; 5个、3% does not, nor 3亿、5万千瓦."""
    if match["ge"]:
        return quantity.unit == "百分点"
    return not match["mult"] or (quantity.unit or "").startswith(match["mult"])
