"""Figures whose name follows 数在名前: 培育20家企业, 90%的矿山达到…; and counts that promise nothing."""

from __future__ import annotations

import re

from dafeng.plan.grammar.chains import Chain
from dafeng.plan.grammar.clauses import Clause, Paragraph
from dafeng.plan.grammar.comparators import Reading, any_make, last_make, makes, read_before
from dafeng.plan.grammar.drafts import goal_of, level_of, scopes_at
from dafeng.plan.grammar.goals import Context, Goal
from dafeng.plan.grammar.quantities import Quantity
from dafeng.plan.grammar.subjects import Memory, clean_name, ends_relational
from dafeng.plan.grammar.things import is_enumeration, is_field, thing_after

BACKGROUND = re.compile(r"总投资|年产$|设计产能")
_EQUIPMENT = re.compile(r"生产线|项目|装置|机组|锅炉|浮法|级|工程$")
_ACTION = re.compile(r"(?:行动|工程|计划)$")  # 百万亩绿化行动: the figure is part of a name
LONGEST_NAME = 60
_TAKES_A_THING = ("拥有", "现有", "已有", "共有", "共计", "完成", "实现", "形成", "达成")


def thing_follows(chain: Chain, reading: Reading, context: Context) -> bool:
    """Does the name follow the figure (培育20家企业, 90%的矿山) rather than stand before it?"""
    kind = chain.figures[0].kind
    after = thing_after(chain.after)
    if kind == "time":
        return chain.figures[0].value_high is not None and len(after) >= 2 and "未来" in chain.before
    if kind in ("none", "money") or chain.figures[-1].unit in ("百分点", "倍") or len(after) < 2:
        return False
    subject = clean_name(reading.subject)
    if not subject:
        return True
    if reading.verb in ("reduce", "increase", "ceiling"):
        return False
    tail = reading.subject.rstrip("§¤ ")
    if reading.verb == "level" and len(reading.word) >= 2 and reading.word not in _TAKES_A_THING:
        return False
    if tail.endswith(("的", "对", "了", "在产", "推出", "每", "约")) or makes(tail) is not None:
        return not (ends_relational(subject) and kind != "count" and not tail.endswith("的"))
    if kind == "physical" and reading.word in _TAKES_A_THING:
        return not ends_relational(subject)
    if kind == "count":
        return not _names_a_thing(tail, chain.after) and (not reading.prefix or reading.word in _TAKES_A_THING)
    return kind == "share" and not ends_relational(subject) and not reading.prefix and reading.verb == "none"


def _names_a_thing(tail: str, after: str) -> bool:
    """绿色园区223家: the words before the figure already name what is counted, nothing worth a name follows."""
    return len(after) < 2 or re.match(r"^[,。、;)]", after) is not None


def counted_goals(
    paragraph: Paragraph, clause: Clause, chain: Chain, reading: Reading, memory: Memory, context: Context
) -> list[Goal]:
    first = chain.figures[0]
    whole = paragraph.words(clause)
    head = whole[: chain.start - clause.start]
    if first.kind == "count" and (is_enumeration(head, first, chain.after) or is_field(head, chain.after)):
        return []
    if first.kind == "count" and not context.progress and not _counts_here(paragraph, clause, chain, head, memory):
        return []
    if first.kind == "share" and re.search(r"(?:目标|任务|指标)(?:要求)?$", chain.after):
        return []
    if first.kind == "physical" and _ACTION.search(thing_after(chain.after, whole=True)):
        return []
    if BACKGROUND.search(reading.subject) or _describes_a_plant(chain, reading):
        return []
    names = [_thing_name(paragraph, chain, clause, reading, quantity) for quantity in chain.figures]
    goals = [
        goal_of(paragraph, clause, chain, quantity, name, level_of(reading, quantity), scope)
        for quantity, name in zip(chain.figures, names, strict=True)
        for scope in scopes_at(paragraph, _due_place(paragraph, clause, chain), whole)
    ]
    memory.name, memory.names, memory.sentence = names[-1], tuple(names), clause.sentence
    memory.counted = first.kind == "count"
    return goals


def _describes_a_plant(chain: Chain, reading: Reading) -> bool:
    """600t/d浮法玻璃生产线, 30万千瓦机组: a size in a name, unless something is done to that much of it."""
    first = chain.figures[0]
    made = makes(reading.subject.rstrip("§¤ ")) or reading.word
    return first.kind == "physical" and not made and _EQUIPMENT.search(thing_after(chain.after)) is not None


_RESULT = re.compile(r"(?:建成|完成|实现|达到|投产|建立|形成|开展)")
_DUE_AFTER = re.compile(r"¤(?:全部|全面|基本|均|陆续)*(?:建成|完成|投产|投用|投运|开工|竣工)")  # 5条专线|2024年建成
_NAMED = re.compile(r"[^¤§,]{2,}等$")  # 甲县、乙县等7座电厂建成: examples of the things that are counted


def _own_year(paragraph: Paragraph, clause: Clause, chain: Chain) -> bool:
    """Does the clause itself name the year in which the counted things come about?"""
    return any(time.kind == "scope" for time in paragraph.times_in(clause.start, chain.start))


def _due_place(paragraph: Paragraph, clause: Clause, chain: Chain) -> int:
    """Where to look back for the year: before the figure, or past the year that stands between it and its deed."""
    return clause.end if _DUE_AFTER.search(chain.after) else chain.start


def _counts_here(paragraph: Paragraph, clause: Clause, chain: Chain, head: str, memory: Memory) -> bool:
    """A verb of making stands before the figure, or the clause before had one, or the counted things do something."""
    if any_make(head):
        return True
    done = _RESULT.search(chain.after) is not None
    if head.strip(" ¤§、和及").endswith("对") and done:
        return True
    if done and _DUE_AFTER.search(chain.after):
        return True
    if done and _NAMED.search(head) and _own_year(paragraph, clause, chain):
        return True
    if read_before(head).subject.strip(" ¤§、和及"):
        return False
    if memory.sentence == clause.sentence and memory.counted:
        return True
    return done and scopes_at(paragraph, chain.start, "")[0].year is not None


_DOES = re.compile(r"(?:执行|采用|使用|达到|完成|实施|纳入|实现)")


def _thing_name(paragraph: Paragraph, chain: Chain, clause: Clause, reading: Reading, quantity: Quantity) -> str:
    thing = thing_after(chain.after)
    thing += _shared_noun(paragraph, chain, clause) if quantity.kind == "share" and thing.endswith("级") else ""
    modifier = _modifier(reading.subject)
    if quantity.kind == "share":
        tail = _shared_predicate(paragraph, chain, clause)
        if _DOES.match(chain.after) and not modifier:
            return (clean_name(reading.subject)[:20] + chain.after.strip(" ¤§、"))[:LONGEST_NAME] + "比例"
        return (modifier + thing + tail)[:LONGEST_NAME] + ("" if ends_relational(thing) and not tail else "比例")
    if reading.word in _TAKES_A_THING and not modifier:
        modifier = clean_name(reading.subject) if len(clean_name(reading.subject)) <= 10 else ""
    name = modifier + thing
    if len(name) < 4:
        name = _short_name(paragraph, chain, clause, name)
    return name[:LONGEST_NAME]


def _short_name(paragraph: Paragraph, chain: Chain, clause: Clause, name: str) -> str:
    """企业 alone says too little: put the verb before it (督导检查企业) or what it does after it (产品参与下乡活动)."""
    verb = last_make(paragraph.bare[clause.start : chain.start])
    further = thing_after(chain.after, whole=True).removeprefix(name)
    listed = chain.before.rstrip(" ¤§").endswith("等")  # A、B等11个园区实施改造: the things listed do it themselves
    if verb and not listed and (len(further) < 2 or chain.before.strip(" ¤§")):
        return verb + name
    return name + further


def _modifier(subject: str) -> str:
    """持证在产的 before a figure belongs to the name; a verb of making does not."""
    text = subject.rstrip("§¤ ")
    if not text.endswith("的"):
        return ""
    cleaned = clean_name(text)
    return cleaned if len(cleaned) <= 16 else ""


_OF_A_LEVEL = re.compile(
    r"[国省市县区乡镇]级([^,、和及]{2,10}?)(?=达到|完成|实施|建成|实现|纳入|采用|使用|执行|开展|符合|成为)"
)


def _shared_noun(paragraph: Paragraph, chain: Chain, clause: Clause) -> str:
    """95%的省级、70%的县级机关: the noun stands with the last member only."""
    found = _OF_A_LEVEL.search(paragraph.bare, chain.end, clause.end)
    return found[1] if found else ""


def _shared_predicate(paragraph: Paragraph, chain: Chain, clause: Clause) -> str:
    """90%大型矿山、80%中型矿山达到绿色矿山标准: the last member's verb phrase belongs to all."""
    rest = paragraph.bare[chain.end : clause.end]
    thing = thing_after(chain.after)
    last = re.search(r"(达到|完成|实施|建成|实现|纳入|采用|使用|执行|开展|符合|超过)[^,]*$", rest)
    return last[0] if last and not thing.endswith(last[0]) and len(last[0]) < 24 else ""
