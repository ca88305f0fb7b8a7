"""Input uncertainties 输入不确定度 as dated data: how far a figure may lie from the truth.

Entries stand from the special to the general: the first that fits a figure and the day holds. What no guide says is
marked trial or recalled; a result that rests on such an entry says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fnmatch import fnmatchcase
from functools import cache
from itertools import combinations
from typing import Any, Literal

import msgspec

from dafeng.base.errors import RuleConflict, RuleError, RuleUnknown
from dafeng.base.provenance import Status
from dafeng.rules.evidence import packaged_evidence
from dafeng.rules.packaged import read_file

FILE = "rules/data/uncertainty.yaml"
Shared = Literal["factor", "meter", "none"]


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a figure when its uncertainty is asked: input name, item, class of evidence, the parameter it
    came
    from (None: the works' own), the group and gas of its line, and its method."""

    input: str
    item: str = ""
    klass: str = "unstated"
    parameter: str | None = None
    group: str = ""
    gas: str = "CO2"
    method: str = ""


class UncertaintyForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry. Selectors that are left out fit everything; items, parameters and methods may be patterns (``*``).

    low, high  half-widths of the 95 % interval [%]; of uniform and triangular, the bounds [%]
    least, most  bounds of the value itself (a share is at most 1), in its unit
    shared  factor: the same parameter errs the same way wherever it is used; meter: the same instrument in all periods;
            none: each figure errs by itself
    """

    id: str
    low: float
    high: float
    shape: Literal["normal", "lognormal", "uniform", "triangular"]
    shared: Shared
    since: date
    status: Status
    source: str
    inputs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    gases: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    until: date | None = None
    published: date | None = None
    least: float | None = None
    most: float | None = None
    note: str | None = None

    def holds(self, day: date, as_of: date | None) -> bool:
        known = as_of is None or self.published is None or self.published <= as_of
        return known and self.since <= day and (self.until is None or day <= self.until)

    def fits(self, figure: Known) -> bool:
        pairs = (
            (self.inputs, figure.input), (self.items, figure.item), (self.classes, figure.klass),
            (self.parameters, figure.parameter or ""), (self.groups, figure.group), (self.gases, figure.gas),
            (self.methods, figure.method),
        )  # fmt: skip
        return all(not wanted or any(fnmatchcase(had, w) for w in wanted) for wanted, had in pairs)

    @property
    def selectors(self) -> tuple[frozenset[str], ...]:
        parts = (self.inputs, self.items, self.classes, self.parameters, self.groups, self.gases, self.methods)
        return tuple(map(frozenset, parts))


class UncertaintyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    since: date
    entries: tuple[dict[str, Any], ...]


class Uncertainties(msgspec.Struct, frozen=True):
    """All entries, in order."""

    entries: tuple[UncertaintyForm, ...]

    def of(self, figure: Known, day: date, as_of: date | None = None) -> UncertaintyForm:
        """The entry that holds for a figure on a day. Raises RuleUnknown where none does."""
        for entry in self.entries:
            if entry.holds(day, as_of) and entry.fits(figure):
                return entry
        raise RuleUnknown(
            f"no uncertainty for {figure.input} of {figure.item or '(no item)'} ({figure.klass}) on {day}",
            where=FILE, mend="Add an entry; the last ones should fit everything.",
            zh=f"没有适用于“{figure.input}”（{figure.item}，{figure.klass}，{day}）的不确定度",
            mend_zh=f"请在 {FILE} 增加条目。",
        )  # fmt: skip


def read_uncertainties(doc: Any) -> Uncertainties:
    """Entries from their document. Raises RuleError for a wrong form, RuleConflict for two that say the same thing of
    the
    same figures on the same day, or an id twice."""
    try:
        file = msgspec.convert(doc, UncertaintyFile)
        entries = tuple(msgspec.convert({"since": file.since, **e}, UncertaintyForm) for e in file.entries)
    except msgspec.ValidationError as error:
        raise RuleError(
            f"the uncertainty file does not fit its form: {error}", where=FILE, mend="Correct the entry named.",
            zh=f"不确定度文件格式有误：{error}", mend_zh="请更正该条。",
        ) from error  # fmt: skip
    _refuse_strange(entries)
    _refuse_twins(entries)
    return Uncertainties(entries)


def _refuse_strange(entries: Iterable[UncertaintyForm]) -> None:
    known = packaged_evidence().points
    for entry in entries:
        wrong = [c for c in entry.classes if c not in known]
        if wrong or (entry.until is not None and entry.until < entry.since):
            what = f"{entry.id}: " + (f"no class {wrong[0]!r}" if wrong else "ends before it begins")
            raise RuleError(
                what, where=FILE, mend="Correct the entry.", zh=f"不确定度条目有误：{what}", mend_zh="请更正。"
            )


def _refuse_twins(entries: tuple[UncertaintyForm, ...]) -> None:
    for one, other in combinations(entries, 2):
        apart = (one.until or date.max) < other.since or (other.until or date.max) < one.since
        if one.id == other.id and apart:
            continue
        if one.id == other.id or (one.selectors == other.selectors and not apart):
            raise RuleConflict(
                f"{one.id} and {other.id} hold for the same figures on the same day", where=FILE,
                mend="End the earlier one, or say what tells them apart.",
                zh=f"不确定度条目 {one.id} 与 {other.id} 在同一日适用于相同数据",
                mend_zh="请给前一条截止日期，或加以区分。",
            )  # fmt: skip


@cache
def packaged_uncertainties() -> Uncertainties:
    """The entries that come with the package; read once."""
    return read_uncertainties(read_file("uncertainty.yaml"))
