"""What a case does not give 算例缺什么: sources its industry cannot be without, and months left out of a year.

Both are named in ``missing`` and asked about; the total is of what was given, and counts them. Nothing is taken to be
zero in silence: who has none of a source writes so (``{"stream": "pfc", "inputs": {"emissions": 0}}``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from dafeng.account.cases.reading import ActivityForm
from dafeng.account.cases.words import row_stream, stream_id
from dafeng.account.streams.engine import Streams
from dafeng.base.errors import RuleUnknown
from dafeng.base.periods import Period
from dafeng.rules.methods import GIVEN, Method, StreamForm
from dafeng.rules.records import Name

_MOST_MONTHS = 12
_OF_MONTHS = re.compile(r"(?P<what>.+) (?P<months>\d{4}-\d\d[\d、至-]*)：未填报")


@dataclass(frozen=True)
class Gap:
    """streams: the source that lacks, and those that would do in its place; words: as it stands in ``missing``;
    finding: the question."""

    streams: tuple[str, ...]
    words: Name
    finding: Name


def gaps(streams: Streams, given: pl.DataFrame, activity: Iterable[ActivityForm], span: Period) -> tuple[Gap, ...]:
    """All gaps of a part. given : GIVEN rows; activity : the rows as they were written; span : the case's period."""
    named = _named(streams.method, activity) | set(given["stream"])
    return (*_absent(streams.method, named), *_months(streams, given, span))


def _named(method: Method, activity: Iterable[ActivityForm]) -> set[str]:
    """The streams that the rows name, also where all they say is what was emitted."""
    named = set()
    for row in activity:
        if not row.inputs:
            continue
        try:
            named.add(stream_id(method, row.stream))
        except RuleUnknown:
            named.add(row_stream(method, row))
    return named


def in_english(method: Method, words: str) -> str | None:
    """The English of a gap's line in ``missing`` (without the name of its part); None where it is none of a gap."""
    for ways in method.needed:
        said = absent_words(method.streams[id] for id in ways)
        if said.zh == words:
            return said.en
    found = _OF_MONTHS.fullmatch(words)
    for form in method.streams.values() if found else ():
        unit, named, rest = found["what"].rpartition(form.name.zh)  # type: ignore[index]
        if named and not rest and (not unit or unit.endswith(" ")):
            return f"{unit}{form.name.en} {_in_en(found['months'])}: not given"  # type: ignore[index]
    return None


# -- sources -----------------------------------------------------------------------------------------------------------


def _absent(method: Method, named: set[str]) -> Iterator[Gap]:
    """Needed streams of which nothing was given, nor another way to the same, nor the group's emissions as such."""
    others = {rival for id in named & method.streams.keys() for rival in method.streams[id].instead_of}
    for ways in method.needed:
        forms = [method.streams[id] for id in ways]
        as_such = {f"{GIVEN}{form.group}" for form in forms}
        if not (named | others).isdisjoint({*ways, *as_such}):
            continue
        yield Gap(ways, absent_words(forms), _absent_finding(ways, forms))


def absent_words(forms: Iterable[StreamForm]) -> Name:
    """``阳极效应：未填报``; several that do for each other are joined by 或."""
    names = [form.name for form in forms]
    return Name(f"{'或'.join(n.zh for n in names)}：未填报", f"{' or '.join(n.en for n in names)}: not given")


def _absent_finding(ways: tuple[str, ...], forms: list[StreamForm]) -> Name:
    zh, en = "”或“".join(f.name.zh for f in forms), " or ".join(f.name.en for f in forms)
    none = f'{{"stream": "{ways[0]}", "inputs": {{"emissions": 0}}}}'
    return Name(
        f"没有填报“{zh}”：本行业的核算缺它不完整，总量中不含这一部分；请补报，确实没有请写明为0：{none}",
        f"nothing was given of {en}: an account of this industry is not whole without it, and the total does not hold "
        f"it; add it, or say that there is none: {none}",
    )


# -- months ------------------------------------------------------------------------------------------------------------


def _months(streams: Streams, given: pl.DataFrame, span: Period) -> Iterator[Gap]:
    """Streams of a unit of works given for some months of the period and not for others; an item so is asked only."""
    due = {m.code for m in span.months()}
    if not 1 < len(due) <= _MOST_MONTHS or given.is_empty():
        return
    unit = pl.col("subject_id").str.split("|").list.get(1, null_on_oob=True).fill_null("")
    rows = given.select("stream", "item", "period", unit=unit).unique(maintain_order=True)
    months = {p: [m.code for m in Period.parse(p).months()] for p in rows["period"].unique()}
    each = pl.col("period").replace_strict(months, return_dtype=pl.List(pl.String))
    said = set()
    for by in (["unit", "stream"], ["unit", "stream", "item"]):
        held = rows.group_by(by, maintain_order=True).agg(there=each.explode().unique())
        for *key, there in held.iter_rows():
            lack = sorted(due - set(there))
            if not lack or (*key[:2],) in said:
                continue
            yield _month_gap(streams, key, lack, due)
            said |= {(*key,)} if len(by) == 2 else set()


def _runs(months: list[str]) -> str:
    """2023-02、2023-05至2023-12."""
    runs: list[list[str]] = []
    for one in months:
        after = Period.parse(runs[-1][-1]).last + timedelta(days=1) if runs else None
        if after is not None and after == Period.parse(one).first:
            runs[-1].append(one)
        else:
            runs.append([one])
    return "、".join(run[0] if len(run) == 1 else f"{run[0]}至{run[-1]}" for run in runs)


def _in_en(months: str) -> str:
    return months.replace("、", ", ").replace("至", " to ")


def _month_gap(streams: Streams, key: list[str], lack: list[str], due: set[str]) -> Gap:
    form = streams.method.stream(key[1])
    kind = streams.items(form)[key[2]].name if len(key) > 2 and key[2] else Name("", "")
    zh = " ".join(w for w in (key[0], form.name.zh, kind.zh) if w)
    en = " ".join(w for w in (key[0], form.name.en, kind.en) if w)
    which = _runs(lack)
    whole = len(key) == 2 and bool(form.formulas) and form.group != "memo"
    finding = Name(
        f"{zh}：全期{len(due)}个月中{which}未填报，总量中不含这{len(lack)}个月；"
        "请补报，确实没有请填0；只核算部分月份的，请改写 period",
        f"{en}: of {len(due)} months {_in_en(which)} were not given, and the total is without them; add them, write 0 "
        "if there was none, or name the shorter period",
    )
    words = Name(f"{zh} {which}：未填报", f"{en} {_in_en(which)}: not given")
    return Gap((key[1],) if whole else (), words, finding)
