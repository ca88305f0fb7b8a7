"""Figures of a clause with their words 数量串: 25%和20%以上 is one chain; words between chains are shared out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dafeng.plan.grammar.clauses import TIME, Clause, Paragraph
from dafeng.plan.grammar.comparators import read_before
from dafeng.plan.grammar.quantities import Quantity
from dafeng.plan.grammar.subjects import clean_name, ends_relational

_LINK = re.compile(r"^(?:、|和|及|以及|与|或|、和|/)?(?:约|近|超过|超|不低于)?$")
_FROM = re.compile(r"(?:由|从)[^,由从]{0,8}$")


@dataclass(frozen=True, slots=True)
class Chain:
    """Figures side by side (25%和20%以上) with the words before and after them in their clause.

    attribute: the figure only describes what the next one counts (500万元以上|技改项目|1万个).
    """

    figures: tuple[Quantity, ...]
    before: str
    after: str
    left: int
    right: int
    attribute: bool = False

    @property
    def start(self) -> int:
        return self.figures[0].start

    @property
    def end(self) -> int:
        return self.figures[-1].end


def chains_of(paragraph: Paragraph, clause: Clause) -> list[Chain]:
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
    begin = left = clause.start
    carried = ""
    for number, group in enumerate(groups):
        before = carried + paragraph.bare[left : group[0].start]
        last = number + 1 == len(groups)
        gap = paragraph.bare[group[-1].end : clause.end if last else groups[number + 1][0].start]
        kept = None if last or len(group) > 1 else _passed_on(before, paragraph.bare[left : group[0].end], carried, gap)
        if kept is not None:
            carried, left = kept, group[-1].end
            continue
        if not last and (noun := _attribute_of(group, before, gap)):
            chains.append(Chain(tuple(group), before, noun, begin, group[-1].end + len(noun), attribute=True))
            carried, left = carried + paragraph.bare[left : group[-1].end], group[-1].end
            continue
        cut = len(gap) if last else _divide(gap)
        chains.append(Chain(tuple(group), before, gap[:cut], begin, group[-1].end + cut))
        begin = left = group[-1].end + cut
        carried = ""
    return chains


def _passed_on(before: str, through: str, carried: str, gap: str) -> str | None:
    """The words a figure leaves to the next one: the start of 由15.9%提升至…, the limit in …低于350的产能占比超过…."""
    if _describes(gap):
        return carried + through
    if _FROM.search(before) and _leads_on(gap):
        return _FROM.sub("", before)
    return None


def _attribute_of(group: list[Quantity], before: str, gap: str) -> str:
    """The noun that a bounded size stands before (6000千瓦及以上|电厂…), where another figure measures that noun."""
    figure = group[-1]
    noun = read_before(gap).subject.strip(TIME + " ")
    if len(group) > 1 or len(clean_name(noun)) < 2 or re.search(r"[、和及与或]", noun):
        return ""
    if figure.kind == "share":
        reading = read_before(before)
        bounded = reading.bound in (">=", "<=") or figure.bound in (">=", "<=")
        return noun if bounded and noun.startswith("的") and ends_relational(reading.subject) else ""
    if figure.kind == "grade":
        return noun if "的" in noun and ends_relational(noun) else ""
    sized = figure.kind in ("physical", "money") and figure.bound in (">=", "<=")
    return noun if sized and not noun.startswith("的") else ""


def _leads_on(gap: str) -> bool:
    return read_before(gap).verb in ("level", "reduce", "increase") or gap.strip(TIME) in ("到", "至")


def _describes(gap: str) -> bool:
    """能耗低于350千克标准煤/吨的|产能占比超过: the first figure belongs to the name of the second."""
    if not gap.startswith("的"):
        return False
    reading = read_before(gap)
    noun = reading.subject[1:]
    return (reading.verb != "none" or reading.bound is not None) and 2 <= len(noun) <= 8 and ends_relational(noun)


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
