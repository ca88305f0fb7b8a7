"""Promise or progress 目标与进展: whether a figure is to be reached or was reached."""

from __future__ import annotations

import re

from dafeng.plan.grammar.goals import Context, Goal
from dafeng.plan.records import TargetKind

_PAST = re.compile(
    r"已(?!有|知|建成的)|累计(?!达到?到?\d{5,})|同比|环比|比上年|较上年|较去年|比去年|连续[\d一二三四五六七八九十]+年|居全国|居全球|居世界|位居|位列|超额完成|突破了|达到了|完成了|"
    r"下降了|增长了|提高了|提升了|以来|首批|取得|获得|荣获|获批|建有|现有|共有|拥有|截至"
)
_FUTURE = re.compile(
    r"力争|确保|努力|争取|到20[2-6]\d年|将(?!.{0,4}纳入)|计划|拟|预计到|要|目标|下一步|《方案》提出|提出到|规划到"
)
_STRONG_PAST = re.compile(r"同比|已经?建成|截至|已完成|以来|连续.年|比上年|较上年|位居|下降了|增长了|提高了")
_PROMISES = ("力争", "确保", "努力", "争取", "努力争取")


def kind_of(goal: Goal, sentence: str, context: Context) -> TargetKind:
    """target or fact; thresholds, ratios, procedures and qualitative goals keep their kind."""
    if goal.kind != "target":
        return goal.kind
    scope = goal.scope
    five = scope.period is not None and scope.period.startswith("十")
    if context.progress and five and not _FUTURE.search(sentence):
        return "fact"
    if scope.year is not None and context.this_year is not None and scope.year > context.this_year:
        return "target"
    if context.progress:
        return "target" if _promised(goal, sentence) else "fact"
    if scope.year is not None and context.this_year is not None and scope.year < context.this_year:
        return "target" if goal.modality in _PROMISES else "fact"
    if scope.past or context.past:
        return "fact" if not _FUTURE.search(sentence) or _STRONG_PAST.search(sentence) else "target"
    if scope.year is None and _STRONG_PAST.search(sentence) and not _FUTURE.search(sentence):
        return "fact"
    return "target"


def _promised(goal: Goal, sentence: str) -> bool:
    """In a report of progress: a future scope or a word of promise, and no word of the past."""
    if goal.scope.future and goal.scope.year is not None and goal.scope.year >= 2025:
        return not _STRONG_PAST.search(sentence)
    return goal.modality in _PROMISES and not _PAST.search(sentence)
