"""Time in plans 时间: which words open a year's scope, which name a baseline, which only a start.

A scope lasts to the next scope expression or the end of the paragraph; the later, finer one wins. Two or three years
(or five-year periods) side by side open one scope with several years, which 分别 deals out. 比2020年 is a baseline and
never a scope. 2022年起 gives start_year. Written forms: 到X年 X年底 X年末 截至X年 X年前 “十四五”末/期间/以来
2022年上半年 2022年1-7月 前三季度 今年 目前 近年来.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from typing import Literal

from dafeng.plan.grammar.numerals import chinese_value

TimeKind = Literal["scope", "baseline", "start", "now", "aside", "none"]  # aside: read as a time, but opens no scope
MONTHS_OF_QUARTER = {1: "03", 2: "06", 3: "09", 4: "12"}


@dataclass(frozen=True, slots=True)
class Scope:
    """When a figure falls due or was reached. year None with past=True is 目前 or “十四五”以来."""

    year: int | None = None
    period: str | None = None
    deadline: str | None = None
    start_year: int | None = None
    baseline: int | None = None
    past: bool = False
    future: bool = False


@dataclass(frozen=True, slots=True)
class TimeExpression:
    """start..end in the view; scopes has one entry, or several for 2025年、2030年; year for a baseline."""

    start: int
    end: int
    kind: TimeKind
    scopes: tuple[Scope, ...] = ()
    year: int | None = None


_Y = r"(?:(?:19|20)\d{2}|二[〇○零O][一二三四五六七八九〇○零O]{2})"
_FIVE = r"“?十[二三四五六七八]五”?"
_BASE = re.compile(
    rf"(?:以|在)(?P<y0>{_Y})年(?:代)?(?:底|末|初)?(?:的?水平)?(?:的?基础上|上(?=翻|增|提|降|减|下)|为基[准数期年])"
    rf"|(?:相较于?|相比于?|相对于?|对比|(?<![占同环之对])比|较|与|同)(?P<y1>{_Y})年?(?:年?底|年?末)?(?:同期|水平)?(?:相比)?"
    rf"|(?:相较于?|相比于?|(?<![占同环之对])比|较|与)(?P<f>{_FIVE})(?:末|期末|末期|时期|期间)?(?:相比)?"
    rf"|(?:(?:是|为|相当于|达到?)|(?<=接近)|(?<=超过))(?:(?P<y2>{_Y})年(?:底|末)?|(?P<f2>{_FIVE})(?:末|期末|末期))的(?=[约近]?\d+(?:\.\d+)?倍)"
    rf"|(?<=[由从])(?P<y3>{_Y})年(?:底|末)?的(?=约?\d)"
    rf"|(?P<last>同比|(?:比|较)(?:上年|去年|上一年)(?:同期|末|底)?)"
)
_SPAN = re.compile(
    rf"(?:从|自|由)?(?P<a>{_Y})年?(?:年底|底|末)?(?P<how>[-~]|到|至)(?P<b>{_Y})年(?:年底|底|末)?(?:期间|间|以来)?"
)
_START = re.compile(rf"(?:从|自)?(?P<y>{_Y})年(?:\d{{1,2}}月)?(?:\d{{1,2}}日)?(?:起|开始|以来)")
_MONTHS = re.compile(
    rf"(?:截至|截止|到|至)?(?:(?P<y>{_Y})年|(?P<rel>今年|去年))?"
    r"(?:(?P<m1>\d{1,2})月?[-~至到](?P<m2>\d{1,2})月份?|前(?P<first>\d{1,2}|[两三四五六七八九十]{1,2})个?月|(?P<half>[上下])半年"
    r"|前(?P<firstq>[两二三])个?季度|第?(?P<q>[一二三四1-4])季度)(?:末|底|以来)?"
)
_MONTH = re.compile(
    rf"(?:到|至|截至|截止到?|于|在)?(?:(?P<y>{_Y})年|(?P<rel>今年|去年))(?P<m>\d{{1,2}})月(?P<d>\d{{1,2}}日)?"
    r"(?P<part>份?底|份?末|初|上旬|中旬|下旬|份)?(?P<before>前|以前|之前)?"
)
_YEARS = re.compile(
    rf"(?P<lead>力争到|争取到|(?<![降高升长低少增减大加])[到至]|截至|截止到?|力争|于|在)?(?P<ys>{_Y}年?(?:底|末)?(?:(?:、|和|及|与|以及|,到|、到){_Y}年?(?:底|末)?){{0,3}})"
    r"(?<=[年底末])(?P<tail>年底|年末|底|末)?(?P<before>之前|以前|前)?(?P<near>左右|中期|初|度|内)?(?P<since>以来)?"
)
_FIVES = re.compile(
    rf"(?P<lead>到|至|截至)?(?P<ps>{_FIVE}(?:(?:时期|期间)?(?:、|和|及|与)?{_FIVE}){{0,2}})"
    r"(?P<tail>规划期末|规划期间|规划期|期间|时期末|时期|末期|期末|末|以来|前(?P<n>[一二两三四\d])年|后[一二两三四]年|开局之年|收官之年|中期"
    r"|(?=[,]|新增|累计|规划新增|规划建设|实施|全[省市区国]|我[省市区国]|年均|每年|争取|力争|共(?![性同享建有])"
    r"|(?:建成|新建|改造|淘汰|关停|投产)(?!任务|目标|计划|项目|工程)))?"
)
_HEADS_CHANGE = re.compile(  # “十三五”碳强度累计下降20%: the period heads a subject, and what it changed by
    r"^(?!规划|计划|方案|目标|任务|要求|确定|下达|提出|控制|国家)[^,。;“”《》\d]{2,24}?(?:下降|降低|增长|提高|提升|增加|减少)约?\d"
)
_NOW = re.compile(
    r"截至目前|目前|当前|现阶段|截至今年|近年来|近[一二两三四五六七八九十\d]{1,2}年来?|过去[一二两三四五六七八九十\d]{1,2}年|今年以来|今年|去年|迄今|至今"
)
_DATE = re.compile(r"(?<!\d)\d{1,2}月\d{1,2}日(?:至\d{1,2}日)?|(?<!\d)\d{1,2}日(?![均])")
_WITHIN = re.compile(
    r"(?<![每当同次上去今前本期月年十\d一二两三四五六七八九])(?:全年|年内|(?P<end>年[底末](?:之?前)?))(?!龄|均|度|轮)"
    r"|(?<![年\d月])(?P<m>\d{1,2})月(?:(?P<part>底|末|上旬|中旬|下旬|初)|(?P<d>\d{1,2})日)?之?前"
)
_ONE_YEAR = re.compile(_Y)
_ONE_FIVE = re.compile(r"十[二三四五六七八]五")
_ENDS = {"二": 2015, "三": 2020, "四": 2025, "五": 2030, "六": 2035, "七": 2040, "八": 2045}
_NAME_AFTER = re.compile(r"^(?:本|版|修订|第|号|行动计划|规划|工作要点|实施方案|\(|〕|工作计划|评价|考核)")

_REVIEWED = re.compile(r"^(?:目标|任务|工作|计划)*(?:完成情况|执行情况|工作情况|评价结果|考核结果|考核|总结)")


def year_of(figures: str) -> int:
    """2025 or 二〇二五 as a number."""
    if figures.isdigit():
        return int(figures)
    return chinese_value(figures.replace("○", "〇").replace("O", "〇")) or 0


def find_times(masked: str, this_year: int | None, home_year: int | None = None) -> list[TimeExpression]:
    """All time expressions of a masked paragraph, in order, without overlaps; earlier patterns win.

    home_year is the one year the document is for (2022年行动计划): what 全年 and 年底前 mean where no year is near.
    """
    found: list[TimeExpression] = []
    if not _MAY_HOLD_TIME.search(masked):
        return found
    taken = [False] * (len(masked) + 1)
    for pattern, read in _READERS:
        for match in pattern.finditer(masked):
            if match.end() == match.start() or any(taken[match.start() : match.end()]):
                continue
            expression = read(match, masked, this_year)
            if expression is None:
                continue
            taken[expression.start : expression.end] = [True] * (expression.end - expression.start)
            found.append(expression)
    found.sort(key=lambda expression: expression.start)
    return _with_remembered_year(found, this_year, home_year)


_MAY_HOLD_TIME = re.compile(r"年|[比较](?:19|20)\d\d|十[二三四五六七八]五|季度|月|目前|当前|同比|现阶段|日|今")


def _base(match: re.Match[str], masked: str, this_year: int | None) -> TimeExpression | None:
    figures = match["y0"] or match["y1"] or match["y2"] or match["y3"]
    if (
        match["y1"]
        and masked[match.end() - 1] not in "年底末期平比"
        and masked[match.end() : match.end() + 1] not in "年提下增降减上"
    ):
        return None
    year = year_of(figures) if figures else None
    if five := match["f"] or match["f2"]:
        year = _ENDS[_ONE_FIVE.search(five)[0][1]]  # type: ignore[index]
    return TimeExpression(match.start(), match.end(), "baseline", (), year if not match["last"] else -1)


def _span_of_years(match: re.Match[str], masked: str, this_year: int | None) -> TimeExpression | None:
    first, last = year_of(match["a"]), year_of(match["b"])
    if last <= first or _NAME_AFTER.match(masked[match.end() :][:5]):
        return TimeExpression(match.start(), match.end(), "none")
    if match["how"] in "到至":
        scope = Scope(last, baseline=first)
    else:
        scope = Scope(last, period=f"{first}/{last}", start_year=first)
    return TimeExpression(match.start(), match.end(), "scope", (scope,))


def _start(match: re.Match[str], masked: str, this_year: int | None) -> TimeExpression:
    since = match[0].endswith("以来")
    scope = Scope(None, start_year=year_of(match["y"]), past=since)
    return TimeExpression(match.start(), match.end(), "start", (scope,))


def _year_or_relative(match: re.Match[str], this_year: int | None) -> int | None:
    if match["y"]:
        return year_of(match["y"])
    if match["rel"] and this_year is not None:
        return this_year - (match["rel"] == "去年")
    return None


def _months(match: re.Match[str], masked: str, this_year: int | None) -> TimeExpression | None:
    year = _year_or_relative(match, this_year)
    last = _last_month(match)
    if last is None:
        return None
    stamp = "{year}" if year is None else str(year)
    if match["half"]:
        period = f"{stamp}H{1 if match['half'] == '上' else 2}"
    elif match["q"]:
        period = f"{stamp}Q{_small(match['q'])}"
    else:
        period = f"{stamp}-{int(match['m1'] or 1):02d}/{stamp}-{last:02d}"
    return TimeExpression(match.start(), match.end(), "scope", (Scope(year, period=period, past=True),))


def _last_month(match: re.Match[str]) -> int | None:
    if match["m2"]:
        last = int(match["m2"])
    elif match["first"]:
        last = _small(match["first"])
    elif match["firstq"]:
        last = 3 * _small(match["firstq"])
    else:
        last = 12
    return last if 1 <= last <= 12 else None


def _small(word: str) -> int:
    return int(word) if word.isdigit() else chinese_value(word) or 0


def _month(match: re.Match[str], masked: str, this_year: int | None) -> TimeExpression | None:
    year, month = _year_or_relative(match, this_year), int(match["m"])
    if not 1 <= month <= 12:
        return None
    past = match[0].startswith("截")
    if match["d"]:
        if not past or year is None:
            return TimeExpression(match.start(), match.end(), "none")
        return TimeExpression(match.start(), match.end(), "scope", (Scope(year, past=True),))
    if year is None:
        return TimeExpression(match.start(), match.end(), "now", (Scope(past=True),))
    day = {"初": 10, "上": 10, "中": 20}.get((match["part"] or "x")[0], monthrange(year, month)[1])
    due = match[0].startswith(("到", "至", "截")) or bool(match["before"]) or (match["part"] or "份") != "份"
    stamp = f"{year}-{month:02d}"
    scope = Scope(year, deadline=f"{stamp}-{day:02d}", past=past) if due else Scope(year, period=stamp)
    return TimeExpression(match.start(), match.end(), "scope", (scope,))


def _years(match: re.Match[str], masked: str, this_year: int | None) -> TimeExpression | None:
    after = masked[match.end() :][:8]
    if _REVIEWED.match(after):
        return TimeExpression(match.start(), match.end(), "none")
    if match["near"] is None and _NAME_AFTER.match(after):
        return TimeExpression(match.start(), match.end(), "none")
    at_end = "底" in match[0][4:] or "末" in match[0][4:]
    future = match["lead"] in ("到", "力争到", "争取到", "力争") or bool(match["before"]) or at_end
    past = match["lead"] in ("截至", "截止", "截止到")
    future = future and not past
    scopes = tuple(
        Scope(year, deadline=f"{year}-12-31" if at_end else None, future=future, past=past)
        for year in (year_of(figures) for figures in _ONE_YEAR.findall(match["ys"]))
    )
    if match["since"]:
        return TimeExpression(match.start(), match.end(), "start", (Scope(start_year=scopes[0].year, past=True),))
    return TimeExpression(match.start(), match.end(), "scope", scopes)


def _fives(match: re.Match[str], masked: str, this_year: int | None) -> TimeExpression | None:
    tail = match["tail"]
    opens = match["lead"] or "末" in match["ps"] or _HEADS_CHANGE.match(masked[match.end() :][:40])
    if tail is None and not opens:
        return TimeExpression(match.start(), match.end(), "none")
    scopes = tuple(_five_scope(name, tail, match["n"], this_year) for name in _ONE_FIVE.findall(match["ps"]))
    return TimeExpression(match.start(), match.end(), "scope", scopes)


def _five_scope(name: str, tail: str | None, first_years: str | None, this_year: int | None) -> Scope:
    """A period that is over ends in its last year even as “十三五”以来; one that still runs has no year yet."""
    end = _ENDS[name[1]]
    if tail == "以来":
        over = this_year is not None and end < this_year
        return Scope(end if over else None, period=name, past=True)
    if first_years:
        return Scope(end - 5 + _small(first_years), period=name, past=True)
    if tail == "开局之年":
        return Scope(end - 4, period=name)
    return Scope(end, period=name, future=True)


def _now(match: re.Match[str], masked: str, this_year: int | None) -> TimeExpression:
    year = None
    if match[0] in ("今年", "今年以来") and this_year is not None:
        year = this_year
    elif match[0] == "去年" and this_year is not None:
        year = this_year - 1
    return TimeExpression(match.start(), match.end(), "now", (Scope(year, past=match[0] != "今年"),))


def _date(match: re.Match[str], masked: str, this_year: int | None) -> TimeExpression:
    return TimeExpression(match.start(), match.end(), "none")


def _within(match: re.Match[str], masked: str, this_year: int | None) -> TimeExpression | None:
    """全年, 年底前, 6月底前: in the year named last, else in the year the document is for."""
    scope = Scope(period=_SOME_YEAR, deadline="{year}-12-31" if match["end"] else None)
    if match["m"]:
        month = int(match["m"])
        if not 1 <= month <= 12:
            return None
        days = monthrange(2023, month)[1]
        day = int(match["d"]) if match["d"] else {"初": 10, "上": 10, "中": 20}.get((match["part"] or "x")[0], days)
        scope = replace(scope, deadline=f"{{year}}-{month:02d}-{min(day, days):02d}")
    return TimeExpression(match.start(), match.end(), "scope", (scope,))


_SOME_YEAR = "{year}"  # a scope in a year that is named elsewhere
_READERS = (
    (_BASE, _base),
    (_SPAN, _span_of_years),
    (_START, _start),
    (_MONTH, _month),
    (_MONTHS, _months),
    (_YEARS, _years),
    (_FIVES, _fives),
    (_WITHIN, _within),
    (_DATE, _date),
    (_NOW, _now),
)


def _with_remembered_year(
    found: list[TimeExpression], this_year: int | None, home_year: int | None
) -> list[TimeExpression]:
    """上半年, 年底前 without a year belong to the last year named before them, else to the document's year."""
    out: list[TimeExpression] = []
    named: int | None = None
    for expression in found:
        scopes = tuple(_filled(scope, named, this_year, home_year) for scope in expression.scopes)
        if expression.kind in ("scope", "now") and scopes and scopes[0].year is not None:
            named = scopes[-1].year
        homeless = expression.kind == "scope" and scopes == (Scope(),)
        out.append(replace(expression, kind="aside" if homeless else expression.kind, scopes=scopes))
    return out


def _filled(scope: Scope, named: int | None, this_year: int | None, home_year: int | None) -> Scope:
    if scope.period is None or _SOME_YEAR not in scope.period:
        return scope
    within = scope.period == _SOME_YEAR
    year = named or (home_year if within else this_year)
    if year is None:
        return replace(scope, period=None, deadline=None)
    deadline = scope.deadline.replace(_SOME_YEAR, str(year)) if scope.deadline else None
    period = None if within else scope.period.replace(_SOME_YEAR, str(year))
    return replace(scope, year=year, period=period, deadline=deadline)
