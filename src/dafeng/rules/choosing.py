"""Which rule holds where none is named 未指定规则族时取哪一个: the one that was in force for reports of the year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from dafeng.rules.methods import Method, Methods
from dafeng.rules.records import Family, Name

_LAST = 1000  # families that say nothing of it come behind all that do


def standing(
    methods: Methods, families: Mapping[str, Family], id: str, first: date, last: date, without: Iterable[str] = ()
) -> Method | None:
    """The method ``id`` under the family that stands first in these days; None where it holds under none.

    A family says its rank, and from when on reports were made by it (``reporting``); before that it comes after the
    others, as do families that say nothing. Of several alike the one whose method is the younger. without: families
    left out.
    """
    left_out = frozenset(without)
    there = [m for (held, f), m in methods.held.items() if held == id and f not in left_out and m.covers(first, last)]
    ranked = sorted(there, key=lambda m: (_rank(families[m.family], first), -m.since.toordinal(), m.family))
    return ranked[0] if ranked else None


def why(family: Family, method: Method, year: int) -> Name:
    """Why this family was taken, in words."""
    reason = family.reporting.why if family.reporting is not None else Name("该时期有效的规则", "the rule in force")
    return Name(
        f"未指定规则族：{year}年{method.name.zh}取“{family.name.zh}”（{family.id}）：{reason.zh}",
        f"no rule family was named: {method.name.en} of {year} is taken by {family.name.en} ({family.id}): {reason.en}",
    )


def _rank(family: Family, day: date) -> int:
    held = family.reporting
    if held is None:
        return _LAST
    return held.rank if held.since is None or held.since <= day else _LAST - 1
