"""Which lines are the plan, and what stands before and behind it: lead, notice, signature, title, footer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from dafeng.plan.outline import BlockKind
from dafeng.plan.structure import furniture as page
from dafeng.plan.structure.headings import Mark, number_value

_DUTY_LINE = re.compile("(?:责任|牵头|配合|参加|参与|负责|协办|主办)(?:单位|部门|主体)")
_SENTENCE = re.compile("[。;；]|[,，].*[,，]")
_NOTICE_NUMBERED = re.compile("现印发|印发给|请认真|请结合|贯彻执行|贯彻落实|遵照执行|通知如下|如下通知")

MAIN_SHARE = 0.6  # share of a text in front of an attachment from which on it is the plan, and no covering notice


@dataclass(frozen=True, slots=True)
class Zones:
    """The kind of every line (headings not yet told from bodies), the last line of the plan, attached tables.

    title        line of the plan's title, None where the text has none
    attachments  line → (number, title) of a table or list attached behind the plan
    """

    kinds: tuple[BlockKind, ...]
    last: int
    title: int | None = None
    attachments: dict[int, tuple[str | None, str]] = field(default_factory=dict)

    def attached(self, line: int) -> bool:
        """Whether the line stands in what is attached behind the plan."""
        return bool(self.attachments) and line >= min(self.attachments)


def read_zones(lines: Sequence[str], marks: Sequence[Mark | None]) -> Zones:
    """Sort the lines of a text into what is the plan and what stands round it."""
    kinds: list[BlockKind] = ["body"] * len(lines)
    _mark_page_lines(lines, kinds)
    _mark_contents(lines, marks, kinds)
    first = _first_heading(lines, marks, kinds)
    title = _title_line(lines, marks, kinds, first)
    if title is not None:
        first = next((i for i in _tops(marks, kinds) if i > title), first)
        _mark_title(lines, kinds, title)
        _mark_behind_title(lines, kinds, title, first)
    start = title if title is not None else first
    if start is not None:
        _mark_front(lines, kinds, start, bool(title is not None))
    last = _mark_tail(lines, marks, kinds, first)
    return Zones(tuple(kinds), last, title, _attachments(lines, marks, kinds, first))


def _mark_page_lines(lines: Sequence[str], kinds: list[BlockKind]) -> None:
    for i, line in enumerate(lines):
        if page.is_page_line(line):
            kinds[i] = "furniture"


def _mark_contents(lines: Sequence[str], marks: Sequence[Mark | None], kinds: list[BlockKind]) -> None:
    """A table of contents 目录 without dotted leaders: from its head until its first entry comes again."""
    for i, line in enumerate(lines):
        if not page.TOC_HEAD.match(line):
            continue
        kinds[i] = "furniture"
        entries = [re.sub(r"\W|\d+$", "", text) for text in lines[i + 1 : i + 200]]
        again = next((k for k in range(1, len(entries)) if entries[k] and entries[k] == entries[0]), 0)
        for k in range(again):
            if len(lines[i + 1 + k]) <= 60:
                kinds[i + 1 + k] = "furniture"


def _tops(marks: Sequence[Mark | None], kinds: Sequence[BlockKind]) -> list[int]:
    return [
        i for i, m in enumerate(marks)
        if m and m.kind in ("cn", "chapter") and number_value(m.number) == 1 and kinds[i] == "body"
    ]  # fmt: skip


def _first_heading(lines: Sequence[str], marks: Sequence[Mark | None], kinds: Sequence[BlockKind]) -> int | None:
    """The first heading 一、 of the plan; a text with other marks only begins at the first of those."""
    tops = _tops(marks, kinds)
    if tops:
        return tops[0]
    wanted = ("cn_paren", "arabic", "part")
    return next((i for i, m in enumerate(marks) if m and m.kind in wanted and kinds[i] == "body"), None)


def _title_line(
    lines: Sequence[str], marks: Sequence[Mark | None], kinds: Sequence[BlockKind], first: int | None
) -> int | None:
    """The title: the last line that could be one before the first heading, or before the next 一、 behind a notice."""

    def candidates(a: int, b: int) -> list[int]:
        return [i for i in range(a, b) if kinds[i] == "body" and marks[i] is None and _ends_title(lines, i)]

    if first is None:
        found = candidates(0, min(len(lines), 8))
        return found[-1] if found else None
    before = candidates(0, first)
    for later in _tops(marks, kinds)[1:]:
        between = candidates(first, later)
        if between and _is_notice(lines[: between[-1]], first):
            return between[-1]
    return before[-1] if before else None


def _ends_title(lines: Sequence[str], i: int) -> bool:
    """Whether line i is the title of a plan, or the few words that are left of one on its last line (的若干意见)."""
    if page.is_plan_title(lines[i]):
        return True
    rest = i > 0 and len(lines[i]) <= 8 and _is_title_part(lines[i - 1]) and len(lines[i - 1]) >= 8
    return rest and page.is_plan_title(lines[i - 1] + lines[i])


def _is_notice(front: Sequence[str], first: int) -> bool:
    """Whether what stands in front of a later title is a covering notice with numbered points of its own."""
    numbered = front[first:]
    dated = any(page.is_date_line(line) for line in numbered)
    return dated and sum(map(len, numbered)) < 2500 and bool(_NOTICE_NUMBERED.search("".join(front)))


def _mark_title(lines: Sequence[str], kinds: list[BlockKind], title: int) -> None:
    """The title with the lines it was broken into: what goes before without punctuation, (试行) behind."""
    kinds[title] = "title"
    above = title - 1
    while above >= 0 and kinds[above] == "body" and title - above <= 3 and _is_title_part(lines[above]):
        kinds[above] = "title"
        above -= 1
    below = title + 1
    if (
        below < len(lines)
        and re.match(r"^[(（〔][^()（）]{2,30}[)）〕]$", lines[below])
        and not page.is_date_line(lines[below])
    ):
        kinds[below] = "title"


def _mark_behind_title(lines: Sequence[str], kinds: list[BlockKind], title: int, first: int | None) -> None:
    """Between title and first heading: the number and date that stand under a title, or a whole notice."""
    end = first if first is not None else min(len(lines), title + 20)
    notice = _notice_start(lines, kinds, end, title + 1)
    if notice is not None and any(
        page.is_addressee(line) or page.HANDED_OUT.search(line) for line in lines[notice:end]
    ):
        stop = _notice_end(lines, notice, end)
        for i in range(notice, stop):
            kinds[i] = "notice" if kinds[i] == "body" else kinds[i]
        _mark_signature(lines, kinds, notice, stop)
        return
    for i in range(title + 1, min(end, title + 5)):
        if kinds[i] == "body" and (page.is_date_line(lines[i]) or page.is_number_line(lines[i])):
            kinds[i] = "signature"


def _is_title_part(line: str) -> bool:
    """Whether a line could be the upper half of a title: no sentence, no body that signs, no date, no number."""
    if page.is_agency_line(line) or page.is_date_line(line) or page.is_number_line(line) or page.is_addressee(line):
        return False
    return (
        2 <= len(line) <= 45
        and not re.search(r"[。;；:：>|]|[,，]$|^附|\.\w{3,4}$|^[(（][^()（）]*[)）]$|印发$|文件$", line)
        and not page.PLAN_TITLE.search(line)
        and not page.NOTICE_TITLE.search(line)
    )


def _mark_front(lines: Sequence[str], kinds: list[BlockKind], start: int, titled: bool) -> None:
    """What stands before the plan: news lead or excerpt, notice, signature, and navigation."""
    while titled and start > 0 and kinds[start - 1] == "title":
        start -= 1
    notice = _notice_start(lines, kinds, start)
    rest = "".join(lines[start:])
    for i in range(start):
        if kinds[i] != "body":
            continue
        if notice is not None and i >= notice:
            kinds[i] = "notice"
        elif _SENTENCE.search(lines[i]):
            kinds[i] = "excerpt" if _repeats(lines[i], rest) else "lead"
        else:
            kinds[i] = "furniture"
    if notice is not None:
        end = start if titled else _notice_end(lines, notice, start)
        _mark_signature(lines, kinds, notice, end)
        for i in range(end, start):
            if kinds[i] == "notice":
                kinds[i] = "body"
    elif not titled:
        for i in range(start):
            if kinds[i] == "lead":
                kinds[i] = "body"
    else:
        _mark_bodies_above_title(lines, kinds, start)


def _mark_bodies_above_title(lines: Sequence[str], kinds: list[BlockKind], start: int) -> None:
    """中共…委 and …人民政府 on lines above a title without notice: who issues the plan."""
    above = start - 1
    while above >= 0 and page.is_agency_line(lines[above]) and len(lines[above]) <= 40:
        kinds[above] = "signature"
        above -= 1


def _notice_start(lines: Sequence[str], kinds: Sequence[BlockKind], start: int, at: int = 0) -> int | None:
    """The first line of the covering notice from line ``at`` on: its title, number or addressee."""
    for i in range(at, start):
        if kinds[i] != "body":
            continue
        bare = re.sub(r"\s", "", lines[i])
        if page.is_addressee(lines[i]) or page.is_number_line(lines[i]):
            return _with_title_above(lines, kinds, i, at)
        if page.NOTICE_TITLE.search(bare) and len(bare) <= 80 and "。" not in bare:
            return _with_title_above(lines, kinds, i, at)
    return None


def _with_title_above(lines: Sequence[str], kinds: Sequence[BlockKind], i: int, at: int) -> int:
    """The line where the title of a notice begins whose last line is i."""
    above = i
    while above > at and i - above < 4 and kinds[above - 1] == "body" and _is_title_part(lines[above - 1]):
        above -= 1
    return above


def _notice_end(lines: Sequence[str], notice: int, start: int) -> int:
    """Behind a notice whose plan has no title line: the line after the handing out, its attachments and signature."""
    handed = next(
        (i for i in range(notice, start) if page.HANDED_OUT.search(lines[i]) and lines[i].endswith("。")), None
    )
    end = notice if handed is None else handed + 1
    while end < start and not lines[end].endswith("。") and len(lines[end]) < 80:  # addressee, number, attachments
        end += 1
    return end


def _mark_signature(lines: Sequence[str], kinds: list[BlockKind], notice: int, end: int) -> None:
    """The signing bodies and the date: the date line and the agency lines right above it."""
    dates = [i for i in range(notice, end) if kinds[i] == "notice" and page.is_date_line(lines[i])]
    for date in dates:
        kinds[date] = "signature"
        above = date - 1
        while above > notice and kinds[above] == "notice" and page.is_agency_line(lines[above]):
            kinds[above] = "signature"
            above -= 1


def _repeats(line: str, rest: str) -> bool:
    """Whether most of a paragraph stands again in the plan."""
    pieces = [p for p in re.split("[。;；]", line) if len(p) >= 12]
    return bool(pieces) and sum(p in rest for p in pieces) >= 0.5 * len(pieces)


def _mark_tail(lines: Sequence[str], marks: Sequence[Mark | None], kinds: list[BlockKind], first: int | None) -> int:
    """Footer, signature and date behind the plan; the last line that still belongs to it comes back."""
    i = len(lines) - 1
    while i > (first if first is not None else -1):
        line = lines[i]
        if kinds[i] == "body":
            if page.is_date_line(line) or (
                page.is_agency_line(line) and i + 1 < len(lines) and kinds[i + 1] == "signature" and marks[i] is None
            ):
                kinds[i] = "signature"
            elif page.is_imprint(line):
                kinds[i] = "furniture"
            elif _ends_text(line) or marks[i] is not None or i - 1 in _bare_attachment(lines, i):
                break
            elif len(line) <= 40 and not _is_table_row(line):
                kinds[i] = "furniture"
            else:
                break
        i -= 1
    return max((k for k in range(len(lines)) if kinds[k] == "body"), default=-1)


def _bare_attachment(lines: Sequence[str], i: int) -> list[int]:
    return [k for k in (i - 1,) if k >= 0 and page.ATTACHMENT_LINE.match(lines[k])]


def _ends_text(line: str) -> bool:
    return line.rstrip().endswith(tuple("。;；)）]】|!！”")) or bool(_DUTY_LINE.match(line))


def _is_table_row(line: str) -> bool:
    return bool(re.search(r"\t|\||\d", line))


def _attachments(
    lines: Sequence[str], marks: Sequence[Mark | None], kinds: Sequence[BlockKind], first: int | None
) -> dict[int, tuple[str | None, str]]:
    """Tables and lists attached behind the plan: 附件1 on a line of its own, or with the title on the same line."""
    found: dict[int, tuple[str | None, str]] = {}
    if first is None:
        return found
    last_top = _last_top(lines, marks, kinds, first)
    for i in range(last_top + 1, len(lines) - 1):
        mark = marks[i]
        if kinds[i] != "body" or len(lines[i]) > 60 or _ends_text(lines[i]):
            continue
        if mark is None and page.TABLE_TITLE.search(lines[i]) and i - 1 not in found:
            found[i] = (None, lines[i].strip())
        if not _is_attachment(mark) or mark is None:
            continue
        title = lines[i][mark.length :].strip()
        if not title and page.ATTACHMENT_LINE.match(lines[i]) and kinds[i + 1] == "body" and len(lines[i + 1]) <= 60:
            title = lines[i + 1]
        behind = [
            k for k in range(i + 1, min(i + 4, len(lines))) if kinds[k] == "body" and not _is_attachment(marks[k])
        ]
        if title and behind:
            found[i] = (mark.number, title)
    return found


def _last_top(lines: Sequence[str], marks: Sequence[Mark | None], kinds: Sequence[BlockKind], first: int) -> int:
    """The last heading 一、 of the plan itself: one that begins anew behind 附件 belongs to what is attached."""
    tops = [i for i, m in enumerate(marks) if m and m.kind in ("cn", "chapter") and kinds[i] == "body"]
    whole = sum(map(len, lines))
    for before, top in pairwise(tops):
        anew = number_value(getattr(marks[top], "number", None)) == 1
        attached = any(_is_attachment(marks[k]) and len(lines[k]) <= 60 for k in range(before + 1, top))
        if anew and attached and sum(map(len, lines[:top])) >= MAIN_SHARE * whole:
            return before
    return max(tops, default=first)


def _is_attachment(mark: Mark | None) -> bool:
    return mark is not None and mark.kind == "attachment"
