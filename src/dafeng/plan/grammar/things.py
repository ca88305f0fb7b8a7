"""Things counted after a figure 后置名词, and when a count is only an ordering of the text."""

from __future__ import annotations

import re

from dafeng.plan.grammar.comparators import Reading, any_make, makes
from dafeng.plan.grammar.quantities import Quantity
from dafeng.plan.grammar.subjects import balanced
from dafeng.plan.grammar.vocabulary import any_of, words

_NOUNS = words("nouns")
_SUFFIX = re.compile(r"^(?:的?(?:目标要求|总体目标|目标|要求|左右|以上|幅度|的规模|规模$))")
_CUT = re.compile(rf"(?<=..)(?:{any_of(_NOUNS['count_cut'])}|(?<!平)均(?!衡|匀|值|价)|建成(?!区)|同步(?!电|发电))")
_STRUCTURAL = re.compile(rf"(?:{any_of(_NOUNS['structural'])})$")
_CLASS = re.compile(r"^[万千百十]+亿元?级[^,]{0,10}(?:产业|集群|产业链|板块|支柱)$")  # 4个千亿级产业 orders the text
_FIELD = re.compile(rf"(?:^|[,、])(?:{any_of(_NOUNS['field'])})[^,]*$")
_AMONG = re.compile(r"([^,]*)等$")
_NOT_NOUN = re.compile(
    r"^(?:水平(?!衡|井)|\((?![市区县州旗])|的?目标|以?[,。;、)\]|和及与并]|[¤§]|时|后|前|起|计|来|之间)"
)


_LEADING = re.compile(r"^(?:\([市区县州旗、]{1,6}\))?(?:成为|入选|获评|被列为)?")


def thing_after(after: str, whole: bool = False) -> str:
    """The noun phrase that follows a figure, cut before the verb that goes on with it; "" where none follows."""
    text = after.replace("¤", "").replace("§", "").strip(" ")
    if _NOT_NOUN.match(text) or _SUFFIX.fullmatch(text):
        return ""
    text = _SUFFIX.sub("", text).lstrip("的")
    text = _LEADING.sub("", text)
    if not whole and (cut := _CUT.search(text)):
        text = text[: cut.start()]
    text = text.rstrip("、,和及与并 ")
    head = text.rsplit("的", 1)[-1]
    return balanced(head if len(head) >= 3 and "的" in text else text)


def is_enumeration(head: str, figure: Quantity, after: str) -> bool:
    """A、B、C等3个园区 only lists what it counts, unless they are built or begun; 三个方面 orders the text."""
    thing = thing_after(after)
    if _CLASS.search(thing):
        return True
    plain = not _MULTIPLIED.match(figure.unit or "")  # 6万户改造任务 counts households, 6项任务 orders the text
    if (
        plain
        and _STRUCTURAL.search(thing)
        and (figure.value < 20 or figure.unit in ("个", "项"))
        and figure.value < 100
    ):
        return True
    match = _AMONG.search(head.rstrip(" "))
    if match is None:
        return False
    listed = len(re.split(r"、|和(?=[^、和]*$)|以及|及(?=[^、及]*$)", match[1]))
    return listed >= figure.value and not any_make(match[1][:6])


def is_field(head: str, after: str) -> bool:
    """在钢铁等14个行业遴选…: the count names where, not how many were brought about."""
    return _FIELD.search(head) is not None and not any_make(re.sub(r"^.*[,]", "", head)[-6:])


_ATTRIBUTIVE = re.compile(r"^的(?!目标|要求|水平|标准|规模$|幅度|比例|速度|增速|能力|任务)[^,]{2,}")
_DIRECT = re.compile(r"^(?!的|目标|要求|水平|左右|、|和|及|以|,|。|;|时|后|前|并|标准要求)[^,]{2,}")


_DEED = re.compile(r"(?:改造|建设|修复|治理|替代|整治|造林|绿化|退出|压减|淘汰|开发|回收|利用|更新|推广|应用)$")
_MULTIPLIED = re.compile(r"^(?:万亿|千|百|十|亿|万)+[^/]+$")


def _amount_of_a_deed(before: str, figure: Quantity, after: str) -> bool:
    """推动200万平方米以上的住宅改造: so much is to be done, unlike 淘汰20蒸吨/小时以下的锅炉, which says which."""
    thing = thing_after(after)
    if figure.kind != "physical" or not _MULTIPLIED.match(figure.unit or "") or _EQUIPMENT.match(after):
        return False
    return _DEED.search(thing) is not None and makes(before.rstrip("§¤ ")) is not None


_EQUIPMENT = re.compile(r"^的?[^,、的]{0,8}(?:机组|锅炉|高炉|转炉|电炉|电弧炉|焦炉|回转窑|窑炉|生产线|装置)")
_WHO = re.compile(r"^的(?:项目|企业|单位|机组|设备|地区|产品|园区|数据中心|技术改造项目|用能单位)")


def is_threshold_noun(before: str, reading: Reading, figure: Quantity, after: str) -> bool:
    """Does the figure only say which things are meant (35蒸吨/小时以下燃煤锅炉, 年能耗1000吨标煤以上的单位)?"""
    if _amount_of_a_deed(before, figure, after):
        return False
    if figure.kind == "none":
        return reading.bound is not None and _WHO.match(after) is not None
    bounded = figure.bound in (">=", "<=") or reading.bound is not None
    if not bounded or figure.bound == "about" or reading.bound == "about" or figure.kind in ("count", "time", "none"):
        return False
    if _EQUIPMENT.match(after) and figure.kind == "physical" and figure.bound and not reading.subject.endswith("新增"):
        return True
    if figure.kind == "share" and figure.bound and _WHO.match(after):
        return reading.verb in ("reduce", "increase") or re.search(r"超过|高于|低于", reading.subject) is not None
    if figure.kind == "share":
        return bool(reading.prefix) and len(reading.subject) >= 2 and _ATTRIBUTIVE.match(after) is not None and (
            reading.prefix in ("低于", "高于", "超过", "大于", "小于", "不足") and not any_make(after[:6])
        )  # fmt: skip
    if reading.verb != "none" and reading.word not in ("在", "为", "是", "达"):
        return False
    if reading.subject.rstrip("§¤ ").endswith("的") and figure.bound is not None and _DIRECT.match(after):
        return True
    if _ATTRIBUTIVE.match(after):
        return True
    return figure.bound is not None and _DIRECT.match(after) is not None and makes(reading.subject) is None
