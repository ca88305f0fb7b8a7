"""What stands in front of a figure 比较词: level, ceiling or change; over, under, about; and where the subject ends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from dafeng.plan.grammar.vocabulary import ends_with, longest_first, words
from dafeng.plan.records import Bound

Verb = Literal["level", "ceiling", "reduce", "increase", "none"]
_VERBS = words("verbs")
_PREFIX_OF: dict[str, Bound] = {w: b for b, ws in _VERBS["prefix"].items() for w in ws}
_PREFIXES = longest_first(_PREFIX_OF)
_VERB_OF: dict[str, Verb] = {}
for _kind in ("level", "ceiling", "reduce", "increase"):
    for _word in _VERBS[_kind]:
        _VERB_OF.setdefault(_word, _kind)
_VERB_WORDS = longest_first(_VERB_OF)
_ADVERBS = longest_first(_VERBS["adverb"])
_MAKE = longest_first(_VERBS["make"])
_MODALITY = longest_first(_VERBS["modality"])
_NOT_VERB = re.compile(
    r"(?:新增|净增|倍增|存在|所在|内在|潜在|现在|作为|成为|认为|行为|称为|因为|以为|持有|国有|占有|特有|私有|公有|含有|所有|应有|还有|没有|只有|更为|较为|凡是|但是|不是|于是|就是|都是|尤其是|特别是|不稳定|四稳)$"
)
_BETWEEN = re.compile(r"(?:分别|均|都|应当?|须|总体|平均)+$")  # 年均增长|分别|不低于
_DEED = re.compile(r"(?:改造|整治|更新|修复|优化|治理)提[升高]$")  # one deed, no change of a level
_YEARLY = re.compile(r"年均|每年|平均每年|逐年平均|按年均")


@dataclass(frozen=True, slots=True)
class Reading:
    """The words before a figure, read from the right: what is left of them is the subject."""

    subject: str
    verb: Verb
    bound: Bound | None
    word: str = ""
    prefix: str = ""


def read_before(text: str) -> Reading:
    """Take prefix (约, 不低于), 了, verb and adverbs off the right end of the words before a figure."""
    rest = re.sub(r"[¤§]的$", "", text).rstrip("§¤了:")
    prefix = ends_with(rest, _PREFIXES) or ""
    rest = rest[: len(rest) - len(prefix)].rstrip("§¤了")
    bound = _PREFIX_OF.get(prefix)
    if prefix and (second := ends_with(rest, _PREFIXES)):
        rest, bound = rest[: -len(second)].rstrip("§¤了"), bound or _PREFIX_OF[second]
    if prefix:
        rest = _BETWEEN.sub("", rest)
    word = (
        ""
        if _NOT_VERB.search(rest) or (rest.endswith(("提升", "提高")) and _DEED.search(rest))
        else ends_with(rest, _VERB_WORDS) or ""
    )
    verb = _VERB_OF.get(word, "none")
    rest = rest[: len(rest) - len(word)] if word else rest
    if bound is None and word and rest.endswith(("至少", "最低", "最少")):
        bound = ">="
    rest = _without_adverbs(rest, bool(word or prefix))
    return Reading(rest, verb, bound, word, prefix)


def _without_adverbs(rest: str, predicate: bool) -> str:
    while True:
        shorter = rest.rstrip("§¤ ,")
        if shorter != rest and shorter.endswith(("在", "于")):
            shorter = shorter[:-1]
        if predicate and (word := ends_with(shorter, _ADVERBS)):
            shorter = shorter[: -len(word)]
        if shorter == rest:
            return rest
        rest = shorter


def makes(text: str) -> str | None:
    """The verb of making or doing that the text ends with (建成, 培育, 遴选), if any."""
    return ends_with(text, _MAKE)


def modality_in(text: str) -> str | None:
    """The strongest modal word of a clause 情态; 争取 and 努力争取 count as written."""
    for word in _MODALITY:
        if word in text:
            return word
    return None


def weak_modality(text: str) -> str | None:
    """基本 before a verb of attaining; 探索 is left to qualitative goals."""
    return "基本" if re.search(r"基本(?:达到|实现|完成|清零|消除|建成|淘汰|全部)", text) else None


def is_yearly(text: str) -> bool:
    return _YEARLY.search(text) is not None


_ANY_MAKE = re.compile("(?:" + "|".join(re.escape(word) for word in _MAKE if len(word) >= 2) + ")(?!区(?!域))")


def any_make(text: str) -> bool:
    """A verb of making or doing stands somewhere in the text."""
    return _ANY_MAKE.search(text) is not None


def last_make(text: str) -> str | None:
    """The last verb of making in the text."""
    found = _ANY_MAKE.findall(text)
    return found[-1] if found else None
