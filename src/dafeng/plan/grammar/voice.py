"""Who speaks, and when 文件口吻: the year a document speaks in, the one year its title is for, plan or report."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dafeng.plan.records import Document

FIRST_YEAR_OF_PLANS = 2021
_PLAN_TITLE = re.compile(r"方案|计划|规划|要点|意见|工作安排|纲要|措施|办法|条例|标准|通知|细则|部署|指南")
_PROGRESS_TITLE = re.compile(
    r"成效|进展|综述|成就|新闻发布会|总结|年报|情况通报|取得|运行简况|运行情况|统计公报|完成情况|发展情况|快报|公报$"
)
_YEAR_SPOKEN = (
    re.compile(r"[〔\[(](20\d\d)[〕\])]第?\d+号"),
    re.compile(r"(20\d\d)年\d{1,2}月\d{1,2}日"),
    re.compile(r"截至(20\d\d)年"),
    re.compile(r"(20\d\d)年(?:\d{1,2}[-—–~]\d{1,2}月|上半年|前三季度|[一二三]季度)"),
)
_TITLE_YEAR = re.compile(r"(?<![-—–~至到/\d])(20[12]\d)(?!\d)年?(?![-—–~至到/])(?!年?(?:底|末)?[-—–~至到前起、版本修])")
_ANY_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_PROMISE = re.compile(
    r"到(?:20\d\d年|“?十[四五六]五)(?![^,。;]{0,12}已)|力争|确保|争取|目标任务|责任单位|牵头|分工负责|下一步|应当|不得"
)
_RESULT = re.compile(
    r"同比|[比较](?:上年|去年|20\d\d年)|以来|已(?!有条件)|截至|[一二三四五两近]\d?年来|近\d年|取得|累计|首次|创下|实现了"
    r"|[从由]\d+(?:\.\d+)?[^,。;]{0,8}(?:提高|提升|增加|上升|增至|升至|降至|下降|扩大)"
)
MOST_RESULTS_PER_PROMISE = 8  # results for each promise above which a text without a plan's title is a report
FEWEST_RESULTS = 3


@dataclass(frozen=True, slots=True)
class Voice:
    """this_year: the year the document speaks in; home_year: the one year its title is for 年度计划、年度公报;

    progress: it reports what was done 进展, rather than plans what to do.
    """

    this_year: int | None
    home_year: int | None
    progress: bool


def voice_of(text: str, document: Document) -> Voice:
    """How a document speaks, by its own record and, where that is silent, by its opening line and its words."""
    title = document.title or opening_line(text)
    year = home_year(title)
    return Voice(speaking_year(text, document) or year, year, is_progress(text, document))


def opening_line(text: str) -> str:
    """The first line, where it is short and no sentence: the title of a text that came without its page."""
    first = next((line.strip() for line in text.split("\n") if line.strip()), "")
    return first if len(first) <= 40 and not re.search(r"[。;；:：]", first) else ""


def home_year(title: str | None) -> int | None:
    """The year of 2022年行动计划, 2023年度公报; None for spans (2021—2025年), for 2030年前 and for two years."""
    folded = re.sub(r"\s|20\d\d年\d{1,2}月(?:\d{1,2}日)?", "", title or "")
    if len(_ANY_YEAR.findall(folded)) != 1:
        return None
    found = _TITLE_YEAR.search(folded)
    return int(found[1]) if found else None


def is_progress(text: str, document: Document) -> bool:
    """Does the document report what was done rather than plan what to do?"""
    if document.doc_type is not None:
        return document.doc_type == "progress"
    title = document.title or opening_line(text)
    if title and (_PROGRESS_TITLE.search(title) or _PLAN_TITLE.search(title)):
        return _PROGRESS_TITLE.search(title) is not None
    results, promises = len(_RESULT.findall(text)), len(_PROMISE.findall(text))
    return results >= FEWEST_RESULTS and results >= MOST_RESULTS_PER_PROMISE * promises


def speaking_year(text: str, document: Document) -> int | None:
    """The year the document speaks in: its date, else the latest year it must have seen; None where nothing tells."""
    for day in (document.issue_date, document.publish_date):
        if day and day[:4].isdigit():
            return int(day[:4])
    folded = re.sub(r"[ \u3000]", "", text)
    seen = [int(year) for pattern in _YEAR_SPOKEN for year in pattern.findall(folded)]
    year = home_year(document.title)
    floor = [FIRST_YEAR_OF_PLANS] if "十四五" in text else []
    return max([*seen, *([year] if year else []), *floor], default=None)
