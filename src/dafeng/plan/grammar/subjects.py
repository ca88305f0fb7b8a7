"""Names of indicators 指标名: the words left of a verb, cleaned; elided owners put back; lists dealt out for 分别."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dafeng.plan.grammar.clauses import BASELINE, TIME
from dafeng.plan.grammar.vocabulary import any_of, ends_with, longest_first, words

_NOUNS = words("nouns")
_REL = any_of(_NOUNS["relational"])
_REL_ONLY = re.compile(rf"(?:{_REL}|的|年|总|和|及|、|新增|在建|累计|平均|全部|单位|综合)+")
_HAS_REL = re.compile(_REL)
_TAIL = re.compile(rf"(?:单位[^、,]{{0,6}}?|使用|利用|回收|综合利用|消费|应用|供应|新增|冶炼|生产|重点工程)?(?:{_REL})")
_ENDS_REL = re.compile(rf"(?:{_REL}|率|量|数|额|值|比|度|幅度)$")
_INTENSIVE = re.compile(_NOUNS["intensive_prefix"])
_OPENERS = longest_first(words("verbs")["opener"])
_ADVERBS = longest_first(words("verbs")["adverb"])
_KEEP_HEAD = re.compile(
    r"^(?:重点|共享|共用|共性|共建|并网|约束|对口|及格|以竹|以电|以氢|拟建|国内生产|全国碳|基本农田|基本公共|有效灌溉|有效投资|科学研究|规划面积|"
    r"新增|新建|新车|新型|新能源|新材料|新产品|新兴|对外|以上|以旧|在建|在用|在役|在线|在岗|在校|应用|应急|由煤|持证|持续运|控制性|和谐|把控|支持性|组织化|保持性|新生|新改|新开|新扩|新、|即时|如期|到户|到岸|与会|要素|已建|"
    r"已投|使用|提升改造|提高标准|将军|应收|应税|新药|新城|新区|新农|新市|新经济|新质|新业|新技|新装|新一代|新培|新认|对标|从业)"
)
_PREAMBLE = re.compile(
    r"^(?:在|通过|经过|以|按照?|依托|围绕|随着)[^,。]{0,40}?(?:前提下|基础上|条件下|情况下|的同时|过程中|背景下|方面|期间|中)(?!的|期|心|国|型|小|央)"
)
_AT_TIME = re.compile(rf"[在于](?={TIME})")
_RUN = re.compile(
    r"^(?:[一二三四五六七八九十]{1,2}是|\([一二三四五六七八九十\d]{1,3}\)|连续[一二两三四五六七八九十\d]+个?(?:月|年|季度)|国家层面|省级层面)"
)
_MID_VERB = re.compile(r"(?:力争|确保|努力实现|实现|争取|使得|使(?!用)|推动|促进|带动|保障)(?=[^,]{2,})")
_LIST_MARK = re.compile(r"、|以及|和|及(?!以)|与|或")
_PUNCTUATION = " ,、。;:·-\"'“”()[]|¤§■□"
_NAMED_LIST = re.compile(r"等[^,、。]{0,2}$")


@dataclass(slots=True)
class Memory:
    """What a later clause may leave out: the last name, the last list of names, the last baseline.

    tail and unit are the measure of the last total (新增装机, 千瓦), which the members of a breakdown leave out;
    since_last_year: the last change was against the year before 同比.
    """

    name: str | None = None
    sentence: int = -1
    counted: bool = False
    names: tuple[str, ...] = ()
    baseline: int | None = None
    baseline_sentence: int = -1
    idle: int = 0
    tail: str = ""
    unit: str = ""
    since_last_year: bool = False
    modality: str | None = None
    modality_sentence: int = -1


_EXPLAINED = re.compile(r"\(([A-Za-z]{2,8})[,、;:](?:指|即|为)[^()]*\)")  # (PUE,指…的比值) is (PUE)


def clean_name(raw: str) -> str:
    """An indicator's name from the words left of its verb: no year, no verb, no opener, no mark at either end."""
    raw = raw.lstrip("了")
    text = (
        _EXPLAINED.sub(r"(\1)", _AT_TIME.sub("", _beside_baseline(raw)))
        .replace(TIME, "")
        .replace("■", "")
        .replace(" ", "")
    )
    text = balanced(text)
    previous = ""
    while text != previous:
        previous = text
        text = _without_opener(balanced(_RUN.sub("", _PREAMBLE.sub("", text))))
    text = _after_mid_verb(text)
    return balanced(_without_tail(_YARDSTICK.sub("", _without_tail(text))))


_YARDSTICK = re.compile(
    r"(?:(?:回升|上升|提升|下降|增长)?并|(?:分别|均|力争|总体|在)*(?:较|比|在)(?:历史)?(?:峰值|最高值|现有|现状|目前|基准|常规|传统|国家标准|规划)(?:水平|情景|目标)?(?:上|相比)?)$"
)


def balanced(text: str) -> str:
    """Without marks at either end and without half a pair of quotes or brackets."""
    text = text.lstrip(_PUNCTUATION.replace("(", "").replace("“", "")).rstrip(
        _PUNCTUATION.replace(")", "").replace("”", "")
    )
    for opening, closing in (("“", "”"), ("(", ")")):
        if text.count(opening) != text.count(closing):
            text = text.replace(opening, "").replace(closing, "")
        elif text.startswith(opening) and text.endswith(closing) and text.count(opening) == 1:
            text = text[1:-1]
    return text


def _beside_baseline(raw: str) -> str:
    """Left of 比2020年, unless nothing stands there (比2020年煤炭消费量下降…)."""
    if BASELINE not in raw:
        return raw
    left, _, right = raw.partition(BASELINE)
    return left if len(balanced(left.replace(TIME, ""))) >= 2 else right.replace(BASELINE, "")


def _without_opener(text: str) -> str:
    if _KEEP_HEAD.match(text):
        return text
    for word in _OPENERS:
        if text.startswith(word) and len(text) > len(word):
            return text[len(word) :]
    return "" if text in _OPENERS else text


def _after_mid_verb(text: str) -> str:
    last = None
    for match in _MID_VERB.finditer(text):
        last = match
    if last is None or last.start() == 0 or not _ENDS_REL.search(text):
        return text
    tail = text[last.end() :]
    return tail if len(tail) >= 3 else text


def _without_tail(text: str) -> str:
    while True:
        shorter = text.rstrip("的、,要了")
        if word := ends_with(shorter, ("等", *_ADVERBS)):
            shorter = shorter[: -len(word)]
        if shorter == text or not shorter:
            return text
        text = shorter


_MADE = re.compile(r"^(?:累计|推动|新)*(?:建成|建设|培育|打造|创建|完成|形成|推广应用)(?:了)?(?=.{4,})")


def without_make(name: str) -> str:
    """建成绿色工厂(400家) is named 绿色工厂; 新增… stays, it is part of the measure, and leads it."""
    name = _MADE.sub("", name)
    if name.endswith(("新增", "净增")) and ends_relational(name[:-2]) and not name.startswith(("新增", "净增")):
        return name[-2:] + name[:-2]
    return name


def is_relational(name: str) -> bool:
    """发电量占比, 比重: measures something unnamed and wants an owner."""
    return _REL_ONLY.fullmatch(name) is not None and _INTENSIVE.match(name) is None


def ends_relational(name: str) -> bool:
    return _ENDS_REL.search(name) is not None


def tail_of(name: str) -> str:
    """新能源新增装机 → 新增装机: the measure without its owner; "" where the name measures nothing."""
    owner = owner_of(name)
    return name[len(owner) :].removeprefix("的") if owner else ""


def with_measure(member: str, tail: str) -> str:
    """A member of a breakdown with the measure of its total, said once: 风电 + 发电装机 → 风电装机."""
    for length in range(min(len(member), len(tail)), 1, -1):
        if member.endswith(tail[:length]):
            return member + tail[length:]
    return member + (tail.removeprefix("发电") if member.endswith("电") else tail)


def owner_of(name: str) -> str | None:
    """新能源装机占比 → 新能源; None where nothing relational stands at the end."""
    for place in range(1, len(name)):
        if _REL_ONLY.fullmatch(name, place):
            return name[:place].rstrip("的")
    return None


_DEEDS = re.compile(r"^(?:新建|改造|提升|升级|更新|修复|治理|整治|提质|扩建|改建)+")
_BARE_SHARE = re.compile(r"(?:占比|比重|比例|总量|规模|增速|数量|产量|年产量|其占比)")


_GROWTH_TAIL = re.compile(
    r"(?<=..)(?:年均)?(?:增速|增幅|增长率|增长速度)$"
)  # a share is of the thing, not of its growth


def restored(name: str, memory: Memory, sentence: int) -> str:
    """The full name of a subject that leaves out its owner (in the same sentence) or all of itself."""
    if not name:
        return memory.name or ""
    if name in ("前者", "后者") and len(memory.names) > 1:
        return memory.names[0 if name == "前者" else -1]
    if name in ("新增", "净增", "新建", "在建") and memory.name and (owner := owner_of(memory.name)):
        return owner + name + tail_of(memory.name).removeprefix("累计").removeprefix(name)
    if _DEEDS.fullmatch(name) and memory.name and memory.sentence == sentence:
        return _DEEDS.sub("", memory.name, count=1) + name
    if name.startswith("占") and memory.name and memory.sentence == sentence:
        return _GROWTH_TAIL.sub("", memory.name) + name
    near = memory.sentence == sentence or _BARE_SHARE.fullmatch(name) is not None
    if near and is_relational(name) and memory.name:
        owner = owner_of(memory.name)
        if owner:
            return owner + name
    return name


def dealt(subject: str, count: int) -> tuple[str, ...] | None:
    """The subject list of 分别 as full names, or None if it has not ``count`` members.

    乘用车和商用车新车碳排放强度 → both with the shared tail; 单位GDP能耗、用水量 → both with the shared head.
    """
    parts = _parts(subject, count)
    if parts is None:
        return None
    tail = _shared_tail(parts)
    full = [part if index == count - 1 or _complete(part) else part + tail for index, part in enumerate(parts)]
    head = _HEAD.match(full[0])
    if head:
        full = [part if index == 0 or not _wants_head(part) else head[0] + part for index, part in enumerate(full)]
    return tuple(full)


def _wants_head(part: str) -> bool:
    return not _INTENSIVE.match(part) and (
        is_relational(part) or part.startswith(("二氧化碳", "能源", "碳排放", "用水", "能耗"))
    )


_HEAD = re.compile(r"^.{0,8}?" + _NOUNS["intensive_prefix"].removeprefix("^"))
_WHOLE = re.compile(rf"(?:{_REL}|率)$")


def _complete(part: str) -> bool:
    return _WHOLE.search(part) is not None and len(part) >= 3


def _parts(subject: str, count: int) -> list[str] | None:
    for pattern in (
        r"、|以及|和|及(?!以)|与",
        r"、|以及|(?:和|及(?!以)|与)(?=[^、和及与]*$)",
        r"、",
        r"以及|和|及(?!以)|与",
        r"以及|及(?!以)",
    ):
        parts = [part for part in re.split(pattern, subject) if part]
        if len(parts) == count:
            return parts
    return None


def _shared_tail(parts: list[str]) -> str:
    """What the last member has beyond its own head: 商用车|新车二氧化碳排放强度 by the 车 that all heads end in."""
    last = parts[-1]
    if all(_complete(part) for part in parts[:-1]):
        return ""
    mark = parts[0][-1]
    place = last.find(mark)
    if 0 < place < len(last) - 2 and all(part.endswith(mark) for part in parts[:-1]):
        return last[place + 1 :]
    match = _TAIL.search(last, 1)
    if match and match.start() == len(last) - 1 and len(parts[0]) < len(last) - 1:
        return last[len(parts[0]) :]
    return last[match.start() :] if match else ""


def several(subject: str) -> tuple[str, ...] | None:
    """Two or more indicators, each whole or with a shared head, under one verb; None where it is one name."""
    for count in range(min(6, len(_LIST_MARK.findall(subject)) + 1), 1, -1):
        parts = _parts(subject, count)
        if parts and all(len(part) >= 3 and (_complete(part) or _complete_after_head(part)) for part in parts):
            return dealt(subject, count)
    return None


def _complete_after_head(part: str) -> bool:
    return re.search(r"(?:下降|降低|排放|消耗|消费|降幅|减排|节能)$", part) is not None
