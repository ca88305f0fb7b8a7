"""Totals and their members 分品种: …新增装机1亿千瓦,其中风电2000万千瓦,光伏… — the members leave the measure out."""

from __future__ import annotations

import re

from dafeng.plan.grammar.chains import Chain
from dafeng.plan.grammar.clauses import Clause, Paragraph
from dafeng.plan.grammar.comparators import Reading, any_make
from dafeng.plan.grammar.goals import Goal
from dafeng.plan.grammar.quantities import bare_unit
from dafeng.plan.grammar.subjects import Memory, ends_relational, tail_of

_BREAKS_DOWN = re.compile(r"其中|分[^,。;]{1,5}看|从[^,。;]{1,8}看|包括|分别为")
_SHARE = ("占比", "比重", "比例", "份额")
LONGEST_MEMBER = 12


def belongs_to_total(
    paragraph: Paragraph, clause: Clause, chain: Chain, reading: Reading, name: str, memory: Memory
) -> bool:
    """Is the name a bare member (风电) of the total named before it, measured in the same unit?"""
    unit = chain.figures[0].unit
    if not memory.tail or not unit or bare_unit(unit) != memory.unit or ends_relational(name):
        return False
    if not 2 <= len(name) <= LONGEST_MEMBER or reading.verb not in ("none", "level") or any_make(reading.subject):
        return False
    said = paragraph.sentence_to(clause)[: -max(1, clause.end - chain.start)]
    return _BREAKS_DOWN.search(said) is not None or memory.sentence == clause.sentence


def remember_total(memory: Memory, goals: list[Goal], chain: Chain) -> None:
    """Keep the measure of a level that was named in full; shares of a whole are no totals."""
    if len(goals) != 1 or goals[0].comparator in ("reduce_by", "increase_by"):
        return
    tail = tail_of(goals[0].name)
    name, kind = goals[0].name, chain.figures[0].kind
    whole = kind in ("physical", "time") or (kind == "share" and name.endswith("率"))
    if not tail and kind == "physical":
        memory.tail = ""  # a total that names no measure ends the one before it
    if tail and whole and "占" not in name and not name.endswith(_SHARE):
        memory.tail, memory.unit = tail, bare_unit(chain.figures[0].unit)
