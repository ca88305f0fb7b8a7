"""The shapes a figure stands in 句式: subject–verb–figure, figure–thing, and the lists that 分别 deals out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from dafeng.plan.grammar.clauses import LONGEST_CLAUSE, TIME, Clause, Paragraph
from dafeng.plan.grammar.comparators import (
    Reading,
    any_make,
    is_yearly,
    last_make,
    makes,
    modality_in,
    read_before,
    weak_modality,
)
from dafeng.plan.grammar.goals import Context, Goal
from dafeng.plan.grammar.quantities import Quantity
from dafeng.plan.grammar.subjects import (
    Memory,
    clean_name,
    dealt,
    ends_relational,
    is_relational,
    restored,
    several,
    without_make,
)
from dafeng.plan.grammar.things import is_enumeration, is_field, is_threshold_noun, thing_after
from dafeng.plan.grammar.years import Scope
from dafeng.plan.records import Bound, Comparator

_LINK = re.compile(r"^(?:、|和|及|以及|与|或|、和|/)?(?:约|近|超过|超|不低于)?$")
_FROM = re.compile(r"(?:由|从)[^,由从]{0,8}$")
_GRANT = re.compile(r"奖励|补助|补贴|奖补|资助|贴息|罚款|一次性给予|给予.{0,12}支持|注册资本|最高不超过.{0,6}万元")
_BACKGROUND = re.compile(r"总投资|年产$|设计产能")
_UNIT_PRICE = re.compile(r"每(?!年|月|季|周)[^,]{0,5}$|就有$")
_SET_ELSEWHERE = re.compile(r"(?:确定|规定|下达|提出|明确)(?:的|了)[^,]{0,12}$")
_EQUIPMENT = re.compile(r"生产线|项目|装置|机组|锅炉|浮法|级|工程$")
_MAX_NAME = 60
_TAKES_A_THING = ("拥有", "现有", "已有", "共有", "共计", "完成", "实现", "形成", "达成")


@dataclass(frozen=True, slots=True)
class Chain:
    """Figures side by side (25%和20%以上) with the words before and after them in their clause."""

    figures: tuple[Quantity, ...]
    before: str
    after: str
    left: int
    right: int

    @property
    def start(self) -> int:
        return self.figures[0].start

    @property
    def end(self) -> int:
        return self.figures[-1].end


def read_figures(paragraph: Paragraph, clause: Clause, memory: Memory, context: Context) -> list[Goal]:
    """All numeric goals of one clause, in order; memory is brought up to date."""
    goals: list[Goal] = []
    if clause.end - clause.start > LONGEST_CLAUSE:
        return goals
    for chain in _chains(paragraph, clause):
        goals += _read_chain(paragraph, clause, chain, memory, context)
    names = tuple(dict.fromkeys(goal.name for goal in goals if goal.kind == "target"))
    if len(names) > 1:
        memory.names = names
    return goals


def _chains(paragraph: Paragraph, clause: Clause) -> list[Chain]:
    inside = [q for q in paragraph.figures_in(clause.start, clause.end) if q.end <= clause.end]
    groups: list[list[Quantity]] = []
    for quantity in inside:
        gap = paragraph.bare[groups[-1][-1].end : quantity.start] if groups else "x"
        if groups and _LINK.match(gap) and gap and _same_family(groups[-1][-1], quantity):
            groups[-1].append(quantity)
        else:
            groups.append([quantity])
    return _with_words(paragraph, clause, groups)


def _same_family(left: Quantity, right: Quantity) -> bool:
    return left.kind == right.kind


def _with_words(paragraph: Paragraph, clause: Clause, groups: list[list[Quantity]]) -> list[Chain]:
    """Share out the words between two chains; a from-figure (由15.9%) gives its words to the figure it leads to."""
    chains: list[Chain] = []
    left, carried = clause.start, ""
    for number, group in enumerate(groups):
        before = carried + paragraph.bare[left : group[0].start]
        carried = ""
        following = groups[number + 1][0].start if number + 1 < len(groups) else clause.end
        gap = paragraph.bare[group[-1].end : following]
        cut = _divide(gap) if number + 1 < len(groups) else len(gap)
        if number + 1 < len(groups) and len(group) == 1 and _FROM.search(before) and _leads_on(gap):
            carried = re.sub(r"(?:由|从)[^,由从]{0,8}$", "", before)
            left = group[-1].end
            continue
        chains.append(Chain(tuple(group), before, gap[:cut], left, group[-1].end + cut))
        left = group[-1].end + cut
    return chains


def _leads_on(gap: str) -> bool:
    return read_before(gap).verb in ("level", "reduce", "increase") or gap.strip(TIME) in ("到", "至")


def _divide(gap: str) -> int:
    """How many characters of the gap belong to the figure on its left."""
    if re.match(r"[、和及与并]", gap):
        return 0
    bare = gap.rstrip("、和及与并")
    if bare != gap:
        return len(gap)
    place = gap.rfind("、")
    if place > 0:
        return place
    reading = read_before(gap)
    return 0 if reading.verb != "none" or reading.bound else len(gap)


def _read_chain(paragraph: Paragraph, clause: Clause, chain: Chain, memory: Memory, context: Context) -> list[Goal]:
    first = chain.figures[0]
    whole = paragraph.words(clause)
    if first.kind in ("money", "share") and _GRANT.search(whole):
        return []
    reading = read_before(chain.before)
    if _UNIT_PRICE.search(chain.before) or _SET_ELSEWHERE.search(chain.before):
        return []
    if first.kind == "grade" or first.unit == "级":
        return _grades(chain, clause, reading)
    if is_threshold_noun(chain.before, reading, first, chain.after):
        return _threshold(paragraph, chain, clause, reading)
    if _thing_follows(chain, reading, context):
        return _things(paragraph, clause, chain, reading, memory, context)
    return _subjects(paragraph, clause, chain, reading, memory, context)


def _thing_follows(chain: Chain, reading: Reading, context: Context) -> bool:
    """Does the name follow the figure (培育20家企业, 90%的矿山) rather than stand before it?"""
    kind = chain.figures[0].kind
    after = thing_after(chain.after)
    if kind in ("time", "none", "money") or chain.figures[-1].unit in ("百分点", "倍") or len(after) < 2:
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
        return not _names_a_thing(tail, chain.after) and not reading.prefix
    return kind == "share" and not ends_relational(subject) and not reading.prefix and reading.verb == "none"


def _names_a_thing(tail: str, after: str) -> bool:
    """绿色园区223家: the words before the figure already name what is counted, nothing worth a name follows."""
    return len(after) < 2 or re.match(r"^[,。、;)]", after) is not None


# --- the name follows the figure ---------------------------------------------------------------------------------


def _things(
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
    if _BACKGROUND.search(reading.subject) or _describes_a_plant(chain, reading):
        return []
    names = [_thing_name(paragraph, chain, clause, reading, quantity) for quantity in chain.figures]
    goals = [
        _goal(paragraph, clause, chain, quantity, name, _level(reading, quantity), scope)
        for quantity, name in zip(chain.figures, names, strict=True)
        for scope in _scopes(paragraph, chain.start, whole)
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


def _counts_here(paragraph: Paragraph, clause: Clause, chain: Chain, head: str, memory: Memory) -> bool:
    """A verb of making stands before the figure, or the clause before had one, or the counted things do something."""
    if any_make(head):
        return True
    done = _RESULT.search(chain.after) is not None
    if head.strip(" ¤§、和及") == "对" and done:
        return True
    if head.strip(" ¤§、和及"):
        return False
    if memory.sentence == clause.sentence and memory.counted:
        return True
    return done and _scopes(paragraph, chain.start, "")[0].year is not None


def _thing_name(paragraph: Paragraph, chain: Chain, clause: Clause, reading: Reading, quantity: Quantity) -> str:
    thing = thing_after(chain.after)
    modifier = _modifier(reading.subject)
    if quantity.kind == "share":
        tail = _shared_predicate(paragraph, chain, clause)
        return (modifier + thing + tail)[:_MAX_NAME] + ("" if ends_relational(thing) and not tail else "比例")
    if reading.word in _TAKES_A_THING and not modifier:
        modifier = clean_name(reading.subject) if len(clean_name(reading.subject)) <= 10 else ""
    name = modifier + thing
    if len(name) < 4:
        name = _short_name(paragraph, chain, clause, name)
    return name[:_MAX_NAME]


def _short_name(paragraph: Paragraph, chain: Chain, clause: Clause, name: str) -> str:
    """企业 alone says too little: put the verb before it (督导检查企业) or what it does after it (产品参与下乡活动)."""
    verb = last_make(paragraph.bare[clause.start : chain.start])
    further = thing_after(chain.after, whole=True).removeprefix(name)
    if verb and (len(further) < 2 or chain.before.strip(" ¤§")):
        return verb + name
    return name + further


def _modifier(subject: str) -> str:
    """持证在产的 before a figure belongs to the name; a verb of making does not."""
    text = subject.rstrip("§¤ ")
    if not text.endswith("的"):
        return ""
    cleaned = clean_name(text)
    return cleaned if len(cleaned) <= 16 else ""


def _shared_predicate(paragraph: Paragraph, chain: Chain, clause: Clause) -> str:
    """90%大型矿山、80%中型矿山达到绿色矿山标准: the last member's verb phrase belongs to all."""
    rest = paragraph.bare[chain.end : clause.end]
    thing = thing_after(chain.after)
    last = re.search(r"(达到|完成|实施|建成|实现|纳入|采用|使用|执行|开展|符合|超过)[^,]*$", rest)
    return last[0] if last and not thing.endswith(last[0]) and len(last[0]) < 24 else ""


# --- the name stands before the figure ---------------------------------------------------------------------------


def _subjects(
    paragraph: Paragraph, clause: Clause, chain: Chain, reading: Reading, memory: Memory, context: Context
) -> list[Goal]:
    reading = _inner_comparison(reading)
    change, name = _subject_and_change(paragraph, clause, chain, reading, memory)
    first = chain.figures[0]
    if not name or len(name) > 90 or _no_goal(paragraph, clause, chain, reading, name, context):
        return []
    scopes = _scopes(paragraph, chain.start, paragraph.words(clause))
    goals = []
    for quantity, one, scope in _pairs(chain, name, scopes, memory, paragraph.words(clause)):
        goals.append(
            _goal(paragraph, clause, chain, quantity, one, change or _level(reading, quantity), scope, reading)
        )
    if first.kind != "none" or goals:
        names = tuple(dict.fromkeys(goal.name for goal in goals))
        memory.name, memory.names = (names[-1] if len(names) == 1 else name), names
        memory.sentence, memory.counted = clause.sentence, first.kind == "count"
    return goals


_OF_WHOLE = re.compile(
    r"^(?P<part>.{2,}?)(?:原则上|约|要|须|应)*(?P<how>不应大于|不得超过|不应超过|不大于|不超过|不低于|不少于|不高于|超过|达到|约占|占到|占|为|相当于)(?P<whole>[^,]{2,30})的$"
)


def _inner_comparison(reading: Reading) -> Reading:
    """销售量达到销售总量的20%, 拆除面积不应大于总面积的20%: a share of a whole, with the comparison inside."""
    match = _OF_WHOLE.match(reading.subject.rstrip("§¤ "))
    if match is None:
        return reading
    inner = read_before(match["how"])
    subject = match["part"] + "占" + match["whole"]
    return replace(reading, subject=subject, bound=reading.bound or inner.bound, verb="level", word="占")


def _subject_and_change(
    paragraph: Paragraph, clause: Clause, chain: Chain, reading: Reading, memory: Memory
) -> tuple[Comparator | None, str]:
    """The full name and, for a change, which way it goes."""
    change: Comparator | None = _change(reading.verb)
    if (word := chain.figures[0].derived) and word.startswith(("翻", "减半")):
        change = "reduce_by" if word == "减半" else "increase_by"
    name = clean_name(reading.subject)
    if change is None and reading.verb == "none":
        change, name = _verb_first(reading.subject, name)
    name = without_make(name)
    if not name or (len(name) < 2 and not name.isascii()):
        name = _name_of_clause_before(paragraph, clause)
    if name and memory.name and not ends_relational(name) and paragraph.words(clause).lstrip("、").startswith("其中"):
        return change, name + memory.name
    full = restored(name, memory, clause.sentence)
    if full == name and is_relational(name):
        full = _topic_before(paragraph, clause) + name
    return change, full


_TOPIC = re.compile(
    r"^(?P<topic>[^,]{2,16}?(?:产业|行业|企业|建筑|汽车|车辆|园区|电站|机组|产品|项目|设备|电机|锅炉|技术|装备|固废|垃圾|污水|公路|铁路))(?!.*的$)"
)


def _topic_before(paragraph: Paragraph, clause: Clause) -> str:
    """大力推动新建公共建筑全面实现电气化,电气化比例…: the clause before names what the share is of."""
    for before in paragraph.before(clause, 2):
        match = _TOPIC.match(clean_name(paragraph.words(before)))
        if match:
            return match["topic"]
    return ""


def _change(verb: str) -> Comparator | None:
    return "reduce_by" if verb == "reduce" else "increase_by" if verb == "increase" else None


_VERB_FIRST = re.compile(
    r"^(?:累计|力争|确保|可|实现|年均?|每年|再|推动|共|已|预计|将|以上|全[省市国区县]|我[省市国]|计划|拟|净|提出|要|内|[¤§ ])*"
    r"(?P<verb>压减|减少|降低|削减|压缩|提高|提升|增加)(?P<rest>.{2,})$"
)


def _verb_first(subject: str, name: str) -> tuple[Comparator | None, str]:
    """压减产能超过1000万吨, 提高效率5%: the verb of change leads and its object stands before the figure."""
    match = _VERB_FIRST.match(subject.strip("§¤ 、和及与并"))
    if match is None:
        return None, name
    change: Comparator = "increase_by" if match["verb"] in ("提高", "提升", "增加") else "reduce_by"
    rest = clean_name(match["rest"])
    return change, rest if len(rest) >= 4 else match["verb"] + rest


def _name_of_clause_before(paragraph: Paragraph, clause: Clause) -> str:
    """规模以上工业用水重复利用率,到2025年达到94%: the clause before is the bare subject."""
    for before in paragraph.before(clause, 8):
        if paragraph.figures_in(before.start, before.end):
            return ""
        words = paragraph.words(before)
        name = clean_name(words)
        if name:
            return name if ends_relational(name) and len(name) <= 30 and not words.endswith("水平") else ""
    return ""


def _no_goal(paragraph: Paragraph, clause: Clause, chain: Chain, reading: Reading, name: str, context: Context) -> bool:
    """Figures that describe rather than promise: plant sizes, counts without a verb, durations."""
    first = chain.figures[0]
    spoken = reading.verb != "none" or bool(reading.prefix)
    if first.kind == "count" and not spoken:
        head = paragraph.words(clause)[: chain.start - clause.start]
        if not clean_name(reading.subject) or is_enumeration(head, first, chain.after or "xx"):
            return True
    if _BACKGROUND.search(reading.subject[-8:]) and not spoken and not context.progress:
        return True
    after = chain.after.strip()
    if first.kind in ("physical", "money") and not spoken and not ends_relational(name) and not _done_before(chain):
        return len(after) >= 2
    head = paragraph.words(clause)[: chain.start - clause.start]
    if first.kind == "count" and not spoken and (is_enumeration(head, first, chain.after) or not _done_before(chain)):
        return not context.progress and not _listed(paragraph, chain)
    return first.kind == "time" and not spoken and "连续" not in chain.before


def _done_before(chain: Chain) -> bool:
    return any_make(chain.before) or re.search(r"现有|已有|共有|拥有|累计", chain.before) is not None


def _listed(paragraph: Paragraph, chain: Chain) -> bool:
    """建成绿色工厂400家、绿色园区10个: the second count leans on the verb of the first."""
    return paragraph.bare[chain.left : chain.left + 1] in "、和及与并" and chain.left > 0


def _pairs(
    chain: Chain, name: str, scopes: tuple[Scope, ...], memory: Memory, words: str
) -> list[tuple[Quantity, str, Scope]]:
    """Deal figures to subjects or years in order 分别; one figure goes to every year or subject named."""
    figures = _with_shared_bound(chain.figures)
    count = len(figures)
    apart = "分别" in words or "各" in words[-12:]
    if count == 1:
        names = (_apart(name, words) if len(scopes) == 1 else None) or (name,)
        return [
            (figures[0], one, scope) for one in names for scope in (scopes if apart or len(scopes) > 1 else scopes[:1])
        ]
    if len(scopes) == count:
        return [(q, name, scope) for q, scope in zip(figures, scopes, strict=True)]
    names = dealt(name, count)
    if names is None and len(memory.names) == count:
        tail = name[name.index("占") :] if "占" in name else ""
        names = tuple(one + tail for one in memory.names)
    if names is None and len(scopes) > 1 and count % len(scopes) == 0:
        return _grid(figures, name, scopes)
    return [(q, names[i] if names else name, scopes[0]) for i, q in enumerate(figures)]


def _grid(figures: tuple[Quantity, ...], name: str, scopes: tuple[Scope, ...]) -> list[tuple[Quantity, str, Scope]]:
    """Two subjects by two years: 2025年、2030年A、B分别达到a、b、c、d goes subject by subject."""
    names = dealt(name, len(figures) // len(scopes)) or (name,) * (len(figures) // len(scopes))
    cells = [(one, scope) for one in names for scope in scopes]
    return [(q, one, scope) for q, (one, scope) in zip(figures, cells, strict=True)]


def _apart(name: str, words: str) -> tuple[str, ...] | None:
    """A和B均达到90%: two indicators that share one figure; without 均/都/各/分别 it is one name."""
    if "分别" in words:
        return several(name) or next((found for n in (4, 3, 2) if (found := dealt(name, n))), None)
    return several(name) if re.search(r"均(?!衡|匀|值|价)|都(?!市)|各\d", words) else None


def _with_shared_bound(figures: tuple[Quantity, ...]) -> tuple[Quantity, ...]:
    """25%和20%以上: a suffix that only the last figure has is read for all."""
    last = figures[-1]
    if last.bound is None or any(quantity.bound for quantity in figures[:-1]):
        return figures
    return tuple(replace(quantity, bound=last.bound, hedge=last.hedge) for quantity in figures)


# --- thresholds and grades ---------------------------------------------------------------------------------------


def _threshold(paragraph: Paragraph, chain: Chain, clause: Clause, reading: Reading) -> list[Goal]:
    """Who is covered: 年综合能耗超过5000吨标准煤的数据中心; no year of its own."""
    first = chain.figures[0]
    thing = re.split(r"(?<=企业|单位|项目|园区)(?:建设|应|要|须|率先|按)", thing_after(chain.after))[0]
    said = reading.subject.rstrip("§¤ ")
    measure = "" if said.endswith("的") or makes(said) else clean_name(said)
    measure = measure if len(measure) <= 16 else measure[-12:]
    name = (thing + measure)[:_MAX_NAME] if thing else measure
    if len(name) < 2:
        return []
    bound = first.bound or reading.bound
    end = min(clause.end, chain.end + len(chain.after.rstrip()))
    start = max(clause.start, chain.start - len(measure + reading.word + reading.prefix))
    level: Comparator = bound or "="
    return [Goal(start, end, name, level, first.value, first.value_high, first.unit, kind="threshold")]


_GRADE = re.compile(
    r"^(?P<who>.*?)(?:优先|原则上|应当?|须|需|全面)*(?P<how>按照?|执行|落实|达到|符合|满足|不宜低于|不低于|不得低于|不应低于)(?P<what>[^,]{0,12})$"
)


def _grades(chain: Chain, clause: Clause, reading: Reading) -> list[Goal]:
    """一星级以上标准, Ⅱ级: a grade is a threshold of quality."""
    first = chain.figures[0]
    match = _GRADE.match(reading.subject + reading.word + reading.prefix)
    name = clean_name(match["who"] if match else reading.subject) + (match["what"] if match else "")
    if len(name) < 2 or not re.match(r"(?:的?标准|水平|要求|$|[,。、)])", chain.after):
        return []
    label = "绿色建筑星级" if first.unit == "星级" and "建筑" in name else "等级"
    bound = first.bound or (">=" if match and "低于" in match["how"] else reading.bound)
    return [Goal(clause.start, clause.end, name + label, bound or "=", first.value, None, first.unit, kind="threshold")]


# --- putting a goal together -------------------------------------------------------------------------------------


def _level(reading: Reading, quantity: Quantity) -> Comparator:
    if quantity.bound is not None and reading.bound is None:
        return quantity.bound
    if quantity.more:
        return ">"
    bound: Bound | None = quantity.bound or reading.bound
    if bound is not None:
        return bound
    return "<=" if reading.verb == "ceiling" else "="


def _bound(reading: Reading | None, quantity: Quantity) -> Bound:
    if quantity.more and quantity.bound is None:
        return ">"
    return quantity.bound or (reading.bound if reading else None) or "="


def _scopes(paragraph: Paragraph, place: int, words: str) -> tuple[Scope, ...]:
    expression = paragraph.scope_expression(place)
    if expression is None or not expression.scopes:
        return (Scope(),)
    return expression.scopes


def _goal(
    paragraph: Paragraph,
    clause: Clause,
    chain: Chain,
    quantity: Quantity,
    name: str,
    comparator: Comparator,
    scope: Scope,
    reading: Reading | None = None,
) -> Goal:
    change = comparator in ("reduce_by", "increase_by")
    start = _quote_start(paragraph, chain.left)
    end = max(chain.end, _quote_end(chain))
    words = paragraph.bare[clause.start : chain.end]
    prefix = reading.prefix if reading else read_before(chain.before).prefix
    hedge = (
        quantity.hedge
        or (prefix if prefix in ("约", "大约", "近", "接近", "将近") else None)
        or ("余" if quantity.more else None)
    )
    return Goal(
        start, end, name, comparator, quantity.value, quantity.value_high, quantity.unit,
        bound=_bound(reading, quantity) if change else None,
        scope=scope,
        yearly=is_yearly(words),
        modality=modality_in(words) or weak_modality(words) or hedge,
        derived=quantity.derived,
    )  # fmt: skip


def _quote_start(paragraph: Paragraph, left: int) -> int:
    while left < len(paragraph.bare) - 1 and paragraph.bare[left] in "、和及与 ,":
        left += 1
    return left


def _quote_end(chain: Chain) -> int:
    """The name after a figure belongs to the quote; otherwise the figure and its suffix end it."""
    suffix = re.match(r"^(?:的?(?:目标要求|目标|要求))", chain.after)
    if suffix:
        return chain.end + suffix.end()
    return chain.end + len(chain.after.rstrip(" 、")) if len(thing_after(chain.after)) >= 2 else chain.end
