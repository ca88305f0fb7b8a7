"""The shapes a figure stands in 句式: which reading a chain gets, and figures whose subject stands before them."""

from __future__ import annotations

import re
from dataclasses import replace

from dafeng.plan.grammar.breakdowns import belongs_to_total, remember_total
from dafeng.plan.grammar.chains import Chain, chains_of
from dafeng.plan.grammar.clauses import LONGEST_CLAUSE, Clause, Paragraph
from dafeng.plan.grammar.comparators import Reading, any_make, read_before
from dafeng.plan.grammar.counted import BACKGROUND, counted_goals, thing_follows
from dafeng.plan.grammar.dealing import dealt_out
from dafeng.plan.grammar.drafts import goal_of, level_of, scopes_at
from dafeng.plan.grammar.goals import Context, Goal
from dafeng.plan.grammar.subjects import (
    Memory,
    clean_name,
    ends_relational,
    is_relational,
    restored,
    with_measure,
    without_make,
)
from dafeng.plan.grammar.things import is_enumeration, is_threshold_noun, thing_after
from dafeng.plan.grammar.thresholds import grade_goals, radius_goals, threshold_goals
from dafeng.plan.records import Comparator

_GRANT = re.compile(r"奖励|补助|补贴|奖补|资助|贴息|罚款|一次性给予|给予.{0,12}支持|注册资本|最高不超过.{0,6}万元")
_UNIT_PRICE = re.compile(r"每(?!年|月|季|周)[^,]{0,5}$|就有$")
_STANDARD = re.compile(r"^的?(节能(?:设计)?(?:标准|要求|水平|率要求)|标准(?!煤))(?!的)")
_RECKONED = re.compile(r"^的?[^,]{0,4}(?:考虑|计取|计算|测算|估算|计列)")  # 增速按13%考虑: how it was reckoned
_PAST_PLAN = re.compile(r"^(?:超过|超出|高于|低于|好于|优于|快于)")  # 超过规划8%的目标: a yardstick, no indicator
_BACKING = re.compile(r"^[¤ ]*为.{4,}(?:做好|提供)")  # 为新增装机300万千瓦做好服务: another's goal
_FORBIDS = re.compile(r"不再(?:受理|审批|核准|新建|新上|建设)|严禁|禁止|不得(?:新建|新上|建设|使用)")
_AROUND = re.compile(r"^(?:的?供热)?(?:半径)?(?:范围)?(?:之?内|以内|半径|范围)")
_FROM_HERE = re.compile(r"[由从]约?$")
_SET_ELSEWHERE = re.compile(r"(?:确定|规定|下达|提出|明确)(?:的|了)[^,]{0,12}$")


def read_figures(paragraph: Paragraph, clause: Clause, memory: Memory, context: Context) -> list[Goal]:
    """All numeric goals of one clause, in order; memory is brought up to date."""
    goals: list[Goal] = []
    if clause.end - clause.start > LONGEST_CLAUSE:
        return goals
    for chain in chains_of(paragraph, clause):
        goals += _read_chain(paragraph, clause, chain, memory, context)
    names = tuple(dict.fromkeys(goal.name for goal in goals if goal.kind == "target"))
    if len(names) > 1:
        memory.names = names
    return goals


def _read_chain(paragraph: Paragraph, clause: Clause, chain: Chain, memory: Memory, context: Context) -> list[Goal]:
    first = chain.figures[0]
    whole = paragraph.words(clause)
    if first.kind in ("money", "share") and first.unit != "倍" and _GRANT.search(whole):
        return []
    reading = read_before(chain.before)
    if _BACKING.search(whole) or (first.kind == "share" and _RECKONED.match(chain.after) and "按" in chain.before):
        return []
    if _FORBIDS.search(chain.before) and first.kind == "physical" and first.bound:
        return threshold_goals(paragraph, chain, clause, reading) if thing_after(chain.after) else []
    if (
        first.kind == "share"
        and (standard := _STANDARD.match(chain.after))
        and ("节能" in standard[1] or chain.before.endswith("节能"))
    ):
        return standard_goals(paragraph, clause, chain, reading, standard[1])
    if first.unit in ("公里", "千米", "米") and _AROUND.match(chain.after):
        return radius_goals(paragraph, chain)
    if _FROM_HERE.search(chain.before) and chain.after.startswith(("扩展", "扩大", "拓展", "提高", "提升", "到", "至")):
        return []
    if _UNIT_PRICE.search(chain.before) or _SET_ELSEWHERE.search(chain.before):
        return []
    if first.kind == "grade" or first.unit == "级":
        return grade_goals(chain, clause, reading)
    if chain.attribute or is_threshold_noun(chain.before, reading, first, chain.after):
        return threshold_goals(paragraph, chain, clause, reading)
    if thing_follows(chain, reading, context) and not _OF_TOTAL.match(reading.subject):
        return counted_goals(paragraph, clause, chain, reading, memory, context)
    return _subjects(paragraph, clause, chain, reading, memory, context)


def standard_goals(paragraph: Paragraph, clause: Clause, chain: Chain, reading: Reading, standard: str) -> list[Goal]:
    """新建住宅达到75%节能要求 sets the level of a standard; 执行75%节能标准 says which standard holds 门槛."""
    name = re.sub(r"(?:平均|全面)*(?:执行(?:更高要求的)?|符合|满足|按照?)$", "", reading.subject)
    holds = name != reading.subject
    name = clean_name(re.sub(r"(?:执行(?:更高要求的)?|达到)?节能$", "", name))
    if len(name) < 2:
        return []
    first = chain.figures[0]
    standard = standard if "节能" in standard else "节能" + standard
    scope = scopes_at(paragraph, chain.start, "")[0]
    goal = goal_of(paragraph, clause, chain, first, name + standard, level_of(reading, first), scope, reading)
    return [replace(goal, kind="threshold", modality=None) if holds else goal]


def _subjects(
    paragraph: Paragraph, clause: Clause, chain: Chain, reading: Reading, memory: Memory, context: Context
) -> list[Goal]:
    reading = _inner_comparison(reading)
    change, name = _subject_and_change(paragraph, clause, chain, reading, memory)
    first = chain.figures[0]
    if (
        not name
        or len(name) > 90
        or _PAST_PLAN.match(name)
        or _no_goal(paragraph, clause, chain, reading, name, context)
    ):
        return []
    scopes = scopes_at(paragraph, chain.start, paragraph.words(clause))
    goals = []
    for quantity, one, scope in dealt_out(chain, name, scopes, memory, paragraph.words(clause)):
        comparator = change or _better(reading, one) or level_of(reading, quantity)
        goals.append(goal_of(paragraph, clause, chain, quantity, one, comparator, scope, reading))
    if first.kind != "none" or goals:
        names = tuple(dict.fromkeys(goal.name for goal in goals))
        memory.name, memory.names = (names[-1] if len(names) == 1 else name), names
        memory.sentence, memory.counted = clause.sentence, first.kind == "count"
        remember_total(memory, goals, chain)
    return goals


_LESS_IS_BETTER = re.compile(
    r"PUE|电能利用效率|能源利用效率|电源使用效率|能耗|电耗|水耗|煤耗|排放|浓度|消耗", re.IGNORECASE
)


def _better(reading: Reading, name: str) -> Comparator | None:
    """优于1.3: under, where less is better (PUE, 能耗, 浓度); over for the rest."""
    return "<" if reading.prefix == "优于" and _LESS_IS_BETTER.search(name) else None


_OF_WHOLE = re.compile(
    r"^(?P<part>.{0,}?)(?P<near>约?)(?:原则上|要|须|应)*(?P<how>不应大于|不得超过|不应超过|不大于|不超过|不低于|不少于|不高于|超过|达到|约占|占到|占|为|相当于)(?P<whole>[^,]{2,30})的$"
)


_OF_TOTAL = re.compile(
    r"^(?P<part>.*?)按照?(?P<near>约?)(?P<how>不低于|不少于|不高于|不超过)(?P<whole>(?:总|全部|年度?总|当年)[^,的]{1,10})的?$"
)


def _inner_comparison(reading: Reading) -> Reading:
    """销售量达到销售总量的20%, 拆除面积不应大于总面积的20%: a share of a whole, with the comparison inside."""
    match = _OF_WHOLE.match(reading.subject.rstrip("§¤ ")) or _OF_TOTAL.match(reading.subject)
    if match is None:
        return reading
    inner = read_before(match["how"])
    near = "约" if match["near"] or match["how"] == "约占" else ""
    subject = match["part"] + "占" + match["whole"]
    bound = reading.bound or inner.bound or ("about" if near else None)
    return replace(reading, subject=subject, bound=bound, verb="level", word="占", prefix=reading.prefix or near)


def _subject_and_change(
    paragraph: Paragraph, clause: Clause, chain: Chain, reading: Reading, memory: Memory
) -> tuple[Comparator | None, str]:
    """The full name and, for a change, which way it goes."""
    change: Comparator | None = _change(reading.verb)
    if (word := chain.figures[0].derived) and word.startswith(("翻", "减半")):
        change = "reduce_by" if word == "减半" else "increase_by"
    name = clean_name(reading.subject)
    if chain.figures[0].unit == "小时" and name.endswith(("利用", "运行", "发电")):
        name += "小时"
    if change is None and reading.verb == "none":
        change, name = _verb_first(reading.subject, name)
    name = without_make(name)
    if not name or (len(name) < 2 and not name.isascii()):
        name = _name_of_clause_before(paragraph, clause)
    if belongs_to_total(paragraph, clause, chain, reading, name, memory):
        return change, with_measure(name, memory.tail)
    if chain.figures[0].kind == "none" and memory.name and (of := _COEFFICIENT.search(memory.name)):
        return change, (name if _COEFFICIENT.search(name) else name + of[0]) if name else memory.name
    if name and memory.name and not ends_relational(name) and paragraph.words(clause).lstrip("、").startswith("其中"):
        return change, name + memory.name
    if change is None and (grown := _NEWLY.match(chain.before.rstrip(" 约近超过"))):
        change, name = "increase_by", clean_name(grown[1])
    if _GROWTH.fullmatch(name) and (grower := _grower_before(paragraph, clause)):
        return change, grower + name
    full = restored(name, memory, clause.sentence)
    if full == name and is_relational(name):
        full = _topic_before(paragraph, clause) + name
    return change, full


_NEWLY = re.compile(r"^(.{2,}§+.*?)(?:分别|共|累计|又|再)*(?:新增|净增|多增)了?$")  # 水电装机|比2020年底|新增
_COEFFICIENT = re.compile(
    r"(?:PUE|(?:电能|能源)利用效率|电源使用效率|系数|指数|容积率|比)(?:\(PUE\))?值?$", re.IGNORECASE
)
_TOPIC = re.compile(
    r"^(?P<topic>[^,]{2,16}?(?:产业|行业|企业|建筑|汽车|车辆|园区|电站|机组|产品|项目|设备|电机(?!组)|锅炉|技术|装备|固废|垃圾|污水|公路|铁路))(?!.*的$)"
)


def _topic_before(paragraph: Paragraph, clause: Clause) -> str:
    """大力推动新建公共建筑全面实现电气化,电气化比例…: the clause before names what the share is of."""
    for before in paragraph.before(clause, 2):
        match = _TOPIC.match(clean_name(paragraph.words(before)))
        if match:
            return match["topic"].removeprefix("建成")
    return ""


_GROWTH = re.compile(r"(?:年均|平均|年平均)?(?:增速|增幅|增长率|增长速度)")
_GROWS = re.compile(
    r"^(?P<what>[^,]{2,20}?)(?:实现|保持|呈现?)?(?:稳步|快速|持续|不断|大幅|迅速|较快|高速|平稳|跨越式|显著|明显)+"
    r"(?:扩大|增长|发展|提升|提高|增加|壮大|上升)"
)


def _grower_before(paragraph: Paragraph, clause: Clause) -> str:
    """风电装机稳步扩大,年均增速9%: what grows is the subject of the clause before, if that states no figure."""
    for before in paragraph.before(clause, 1):
        if paragraph.figures_in(before.start, before.end):
            return ""
        match = _GROWS.match(clean_name(paragraph.words(before)))
        return clean_name(match["what"]) if match else ""
    return ""


def _change(verb: str) -> Comparator | None:
    return "reduce_by" if verb == "reduce" else "increase_by" if verb == "increase" else None


_VERB_FIRST = re.compile(
    r"^(?:累计|力争|确保|可|实现|年均?|每年|再|推动|共|已|预计|将|以上|全[省市国区县]|我[省市国]|计划|拟|净"
    r"|提出|要|内|[¤§ ])*"
    r"(?P<verb>压减|减少|降低|削减|压缩|提高|提升|增加)(?P<rest>.{2,})$"
)


def _verb_first(subject: str, name: str) -> tuple[Comparator | None, str]:
    """压减产能超过1000万吨, 提高效率5%: the verb of change leads and its object stands before the figure."""
    match = _VERB_FIRST.match(subject.strip("§¤ 、和及与并"))
    if match is None:
        return None, name
    change: Comparator = "increase_by" if match["verb"] in ("提高", "提升", "增加") else "reduce_by"
    if match["rest"].endswith(("至", "到", "为")):
        return None, clean_name(match["rest"][:-1])
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
        among = head.rstrip(" ").endswith("等")
        if among or not clean_name(reading.subject) or is_enumeration(head, first, chain.after or "xx"):
            return True
    if BACKGROUND.search(reading.subject[-8:]) and not spoken and not (context.progress or context.past):
        return True
    after = chain.after.strip()
    if first.kind in ("physical", "money") and not spoken and not ends_relational(name) and not _done_before(chain):
        return len(after) >= 2
    head = paragraph.words(clause)[: chain.start - clause.start]
    if first.kind == "count" and not spoken and (is_enumeration(head, first, chain.after) or not _done_before(chain)):
        return not context.progress and not _listed(paragraph, chain)
    if first.unit == "小时" and name.endswith("小时"):
        return False
    return first.kind == "time" and not spoken and "连续" not in chain.before


def _done_before(chain: Chain) -> bool:
    return any_make(chain.before) or re.search(r"现有|已有|共有|拥有|累计", chain.before) is not None


def _listed(paragraph: Paragraph, chain: Chain) -> bool:
    """建成绿色工厂400家、绿色园区10个: the second count leans on the verb of the first."""
    leans = paragraph.bare[chain.left : chain.left + 1] in "、和及与并" and chain.left > 0
    return leans or chain.before.lstrip(" ").startswith("其中")
