"""Figures that say who is covered 门槛: 年综合能耗超过5000吨标准煤的单位, 一星级以上, Ⅱ级; no year of their own."""

from __future__ import annotations

import re

from dafeng.plan.grammar.chains import Chain
from dafeng.plan.grammar.clauses import Clause, Paragraph
from dafeng.plan.grammar.comparators import Reading, makes
from dafeng.plan.grammar.counted import LONGEST_NAME
from dafeng.plan.grammar.goals import Goal
from dafeng.plan.grammar.subjects import clean_name, ends_relational
from dafeng.plan.grammar.things import thing_after
from dafeng.plan.records import Comparator


def threshold_goals(paragraph: Paragraph, chain: Chain, clause: Clause, reading: Reading) -> list[Goal]:
    """Who is covered: 年综合能耗超过5000吨标准煤的数据中心; no year of its own."""
    first = chain.figures[0]
    thing = re.split(r"(?<=企业|单位|项目|园区)(?:建设|应|要|须|率先|按)", thing_after(chain.after))[0]
    thing = re.sub(r"(?<=..)(?:全面|全部|基本|一律)$", "", _first_covered(thing, chain.after))
    said = reading.subject.rstrip("§¤ ")
    measure = "投资" if said.endswith("投资") else "" if said.endswith("的") or makes(said) else clean_name(said)
    measure = measure if len(measure) <= 16 else re.split(r"[、和及与或]", measure)[-1][-16:]
    if first.unit in _LENGTHS and not ends_relational(measure):
        return []
    if thing and (fresh := _FRESH.match(measure)):
        thing, measure = fresh[0] + thing.removeprefix(fresh[0]), measure[fresh.end() :]
    name = (thing + measure)[:LONGEST_NAME] if thing else measure
    if len(name) < 2:
        return []
    bound = first.bound or reading.bound
    end = min(clause.end, chain.end + len(chain.after.rstrip()))
    start = max(clause.start, chain.start - len(measure + reading.word + reading.prefix))
    level: Comparator = bound or "="
    return [Goal(start, end, name, level, first.value, first.value_high, first.unit, kind="threshold")]


_LENGTHS = ("米", "厘米", "毫米")  # 120米以上风能 says how high, not who is covered, unless a dimension is named
_FRESH = re.compile(r"^(?:新建|改建|扩建|在建|既有|现有|新改扩建|改扩建)+(?=.)")
_NOTE = re.compile(r"\((?:含|包括|不含|不包括|除)[^()]*\)")


def _first_covered(thing: str, after: str) -> str:
    """The first of the things listed behind a size, without a note in brackets; X的 keeps a plain list whole."""
    thing = _NOTE.sub("", thing)
    listed = _NOTE.sub("", after.removeprefix("的"))
    first = re.match(r"[^的、,。;与和及或]{2,}(?=、)", listed)
    plain = after.startswith("的") and "的" not in thing and listed.startswith(thing)
    return thing if first is None or plain else first[0]


def radius_goals(paragraph: Paragraph, chain: Chain) -> list[Goal]:
    """供热半径15公里范围内: how far a rule reaches; a distance without a radius measures nothing of the plan."""
    first = chain.figures[0]
    around = chain.before + chain.after[:2]
    if "半径" not in around:
        return []
    name = "供热半径" if "供热" in paragraph.sentence_words(chain.start) else "半径"
    end = chain.end + 2 if chain.after.startswith("半径") else chain.end
    return [Goal(chain.start, end, name, "<=", first.value, first.value_high, first.unit, kind="threshold")]


_GRADE = re.compile(
    r"^(?P<who>.*?)(?:优先|原则上|应当?|须|需|全面)*(?P<how>按照?|执行|落实|达到|符合|满足|不宜低于|不低于|不得低于|不应低于)(?P<what>[^,]{0,12})$"
)


def grade_goals(chain: Chain, clause: Clause, reading: Reading) -> list[Goal]:
    """一星级以上标准, Ⅱ级: a grade is a threshold of quality."""
    first = chain.figures[0]
    match = _GRADE.match(reading.subject + reading.word + reading.prefix)
    name = clean_name(match["who"] if match else reading.subject) + (match["what"] if match else "")
    if len(name) < 2 or not re.match(r"(?:的?标准|水平|要求|$|[,。、)])", chain.after):
        return []
    label = "绿色建筑星级" if first.unit == "星级" and "建筑" in name else "等级"
    label = "星级" if name.endswith("绿色建筑") and first.unit == "星级" else label
    bound = first.bound or (">=" if match and "低于" in match["how"] else reading.bound)
    return [Goal(clause.start, clause.end, name + label, bound or "=", first.value, None, first.unit, kind="threshold")]
