"""English of what a computed case says of itself 算例说明的英文: notes of its lines, and what is missing.

A note is made of parts; one that has an unknown part has no English, and none is made up for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dafeng.account.cases.result import CaseResult, Line
from dafeng.app.pages.english_notes import note_en
from dafeng.rules.methods import Method, Methods

_PARTS = re.compile("[；;]")
_SAID: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile("缺(?P<name>.+)"), "{name} is missing"),
    (re.compile("(?P<name>.+)未实测，按规则取缺省值"), "{name} was not measured: the rule's default is taken"),
    (re.compile("(?P<name>.+)的自有值未采用，规则规定取缺省值"), "own value not used: the rule sets {name}"),
    (
        re.compile("参数 (?P<id>\\S+) 在 (?P<day>\\S+) 无有效值（(?P<file>.+)）"),
        "parameter {id} has no value in force in {day} ({file})",
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
        for stream in method.streams.values():
            held[f"{head}{stream.name.zh}：未填报"] = f"{head}{stream.name.en}: not given"
        for line in result.lines:
            if line.part == part.part:
                held.update(_of_line(line, method, head))
    wanted = {*result.missing, *(x.note for x in result.lines if x.note)}
    return {zh: en for zh, en in held.items() if zh in wanted}


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
    names = {i.name.zh: i.name.en for i in method.stream(line.stream).inputs.values()}
    parts = [_part(p, names) for p in _PARTS.split(line.note) if p]
    return None if any(p is None for p in parts) else "; ".join(p for p in parts if p)


def _part(part: str, names: dict[str, str]) -> str | None:
    for pattern, english in _SAID:
        if found := pattern.fullmatch(part):
            words = found.groupdict()
            if "name" in words and words["name"] not in names:
                continue
            if "dates" in words:
                words["dates"] = words["dates"].replace("自", "from ").replace("至", " until ").strip()
            return english.format(**words | ({"name": names[words["name"]]} if "name" in words else {}))
    return note_en(part)
