"""English of what a computed case says of itself 算例说明的英文: notes of its lines, and what is missing.

A note is made of parts; one that has an unknown part has no English, and none is made up for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

from dafeng.account.cases.beside import POWER
from dafeng.account.cases.gaps import in_english
from dafeng.account.cases.result import CaseResult, Line
from dafeng.account.compared import Comparison, Difference
from dafeng.app.pages.english import source_en
from dafeng.app.pages.english_notes import node_en, note_en
from dafeng.base.provenance import Node
from dafeng.rules.methods import Method, Methods
from dafeng.rules.records import Name

_MARKET_NAMES = {"剩余混合电力因子": "residual grid factor"}
_PARTS = re.compile("[；;]")
_SAID: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile("缺(?P<name>[^、]+)"), "{name} is missing"),
    (re.compile("缺(?P<name>.+)"), "{name} are missing"),
    (re.compile("(?P<name>.+)未实测，按规则取缺省值"), "{name} was not measured: the rule's default is taken"),
    (re.compile("(?P<name>.+)的自有值未采用，规则规定取缺省值"), "own value not used: the rule sets {name}"),
    (
        re.compile("参数 (?P<id>\\S+) 在 (?P<day>\\S+) 无有效值（(?P<file>.+)）"),
        "parameter {id} has no value in force in {day} ({file})",
    ),
    (
        re.compile("参数 (?P<id>\\S+) 在 (?P<day>\\S+) 的值于(?P<later>\\S+)才公布，按(?P<known>\\S+)所知尚无"),
        "parameter {id} has no value for {day} as known on {known}: it was published on {later}",
    ),
    (
        re.compile("绿证、绿电(?P<given>\\S+) MWh超过净购入电量，只计到(?P<most>\\S+) MWh"),
        "certificates and green power of {given} MWh exceed the net power bought: counted up to {most} MWh only",
    ),
    (
        re.compile("没有有效的剩余混合因子，未获绿证的电量按本行因子（平均）计"),
        "no residual factor is in force: the power without certificates goes by the factor of the line (the average)",
    ),
    (
        re.compile("输入超出公式适用范围或一行填了两种形式"),
        "a figure outside the formula's range, or two forms in one row",
    ),
    (re.compile("规则未给出缺省值（(?P<id>\\S+)），须用自有值"), "the rule prints no default ({id})"),
    (
        re.compile(
            "(?P<name>.+)取算例给出的(?P<value>[\\d.]+)，是(?P<what>.+?)(?P<year>\\d{4})年公布值，按规则为(?P<rule>[\\d.]+)"
        ),
        "{name}: the {value} of the case is taken, published for {year}; the rule's own is {rule}",
    ),
    (re.compile("(?P<name>.+)超出可能范围（(?P<band>.*)），不采用"), "{name} is beyond what can be ({band}): not used"),
    (
        re.compile("(?P<name>.+)的凭证有效期(?P<dates>[自至\\d-]+)，不在.+内，不采用"),
        "the evidence of {name} is valid {dates} and is not used",
    ),
    (
        re.compile("(?P<name>.+)的凭证有效期(?P<dates>[自至\\d-]+)，未覆盖.+全期"),
        "the evidence of {name} is valid {dates}, not for the whole period",
    ),
)


def case_english(result: CaseResult, methods: Methods) -> dict[str, str]:
    """Chinese text → English, of all notes and missing figures of a result that have an English."""
    held: dict[str, str] = {}
    for part in result.parts:
        method = methods.method(part.method, part.family)
        head = f"{part.part} › " if part.part else ""
        for words in result.missing:
            if words.startswith(head) and (english := in_english(method, words.removeprefix(head))):
                held[words] = f"{head}{english}"
        for line in result.lines:
            if line.part == part.part:
                held.update(_of_line(line, method, head))
    wanted = {*result.missing, *(x.note for x in result.lines if x.note)}
    return {zh: en for zh, en in held.items() if zh in wanted}


def derivation_english(node: Node, told: Mapping[str, str]) -> Node:
    """The tree with the English of its notes and sources, where they have one.

    told: Chinese → English of what the result says (``case_english``).
    """
    made = node_en(node, {})
    return _noted(made, told)


def _noted(node: Node, told: Mapping[str, str]) -> Node:
    parts = [told.get(part) or note_en(part) for part in (node.note or "").split("；") if part]
    whole = told.get(node.note or "") or ("; ".join(p for p in parts if p) if all(parts) else None)
    below = tuple(_noted(child, told) for child in node.inputs)
    source = node.source_en or (source_en(node.source) if node.source else None)
    return msgspec.structs.replace(node, note_en=whole or node.note_en, source_en=source, inputs=below)


def comparison_english(made: Comparison, methods: Methods) -> Comparison:
    """The comparison with its reasons in English too, where a line says them in Chinese alone."""
    pairs = (side.split("/", 1) for side in (made.one, made.other))
    sides = [methods.method(method, family) for method, family in pairs]
    names = {i.name.zh: i.name.en for m in sides for s in m.streams.values() for i in s.inputs.values()}

    def told(row: Difference) -> Difference:
        return msgspec.structs.replace(row, why=tuple(_told(why, names) for why in row.why))

    return msgspec.structs.replace(made, rows=tuple(told(row) for row in made.rows), total=told(made.total))


def _told(why: Name, names: dict[str, str]) -> Name:
    if why.en != why.zh:
        return why
    parts = [_part(part, names) for part in _PARTS.split(why.zh) if part]
    return why if any(part is None for part in parts) else Name(why.zh, "; ".join(p for p in parts if p))


def _of_line(line: Line, method: Method, head: str) -> Iterator[tuple[str, str]]:
    english = _note(line, method)
    if english is not None and line.note is not None:
        yield line.note, english
    item = (line.item_name.zh, line.item_name.en) if line.item else ("", "")
    zh = f"{head}{line.stream_name.zh} {item[0]} {line.period}：{line.note or '缺'}"
    if english is not None or line.note is None:
        words = " ".join(w for w in (line.stream_name.en, item[1], line.period) if w)
        yield zh, f"{head}{words}: {english or 'missing'}"


def _note(line: Line, method: Method) -> str | None:
    if line.note is None:
        return None
    stream = line.stream if line.stream in method.streams else POWER  # electricity a second time, by the market
    names = {i.name.zh: i.name.en for i in method.stream(stream).inputs.values()} | _MARKET_NAMES
    parts = [_part(p, names) for p in _PARTS.split(line.note) if p]
    return None if any(p is None for p in parts) else "; ".join(p for p in parts if p)


def _part(part: str, names: dict[str, str]) -> str | None:
    for pattern, english in _SAID:
        if found := pattern.fullmatch(part):
            words = found.groupdict()
            each = words.get("name", "").split("、")
            if "name" in words and any(one not in names for one in each):
                continue
            if "dates" in words:
                words["dates"] = words["dates"].replace("自", "from ").replace("至", " until ").strip()
            return english.format(
                **words | ({"name": ", ".join(names[one] for one in each)} if "name" in words else {})
            )
    return note_en(part)
