"""Evidence 证据等级 as a rule: classes of a datum, how words and delivered qualities lead to them, the score."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, Literal

import msgspec

from dafeng.base.errors import RuleError
from dafeng.base.provenance import Status
from dafeng.rules.packaged import read_file

FILE = "rules/data/evidence.yaml"
Role = Literal["activity", "factor"]


class ClassForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A class of evidence; points from 0 (missing) to 100."""

    id: str
    zh: str
    en: str
    points: float
    note: str | None = None


class Roles(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The class that a delivered quality means, for an activity datum and for a factor."""

    activity: str
    factor: str


class WordForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"klass": "class"}):
    klass: str
    pattern: str


class PartForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the score with its weight."""

    id: Literal["evidence", "completeness", "consistency"]
    zh: str
    en: str
    weight: float
    note: str


class GradeForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from"}):
    id: str
    zh: str
    en: str
    start: float


class Evidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rule: classes from the surest to the least sure, and what the score is made of."""

    status: Status
    source: str
    since: date
    classes: tuple[ClassForm, ...]
    qualities: Mapping[str, Roles]
    words: tuple[WordForm, ...]
    parts: tuple[PartForm, ...]
    grades: tuple[GradeForm, ...]

    @property
    def points(self) -> dict[str, float]:
        """Class → points."""
        return {c.id: c.points for c in self.classes}

    @property
    def rank(self) -> dict[str, int]:
        """Class → place in the order, 0 the surest."""
        return {c.id: i for i, c in enumerate(self.classes)}

    def of_quality(self, quality: str | None, role: Role) -> str:
        """The class a delivered quality means; ``unstated`` for none."""
        found = self.qualities.get(quality or "")
        return "unstated" if found is None else getattr(found, role)

    def of_words(self, words: str | None) -> str:
        """The class that the words of an evidence lead to; ``unstated`` where they say nothing known."""
        if not words:
            return "unstated"
        return next((w.klass for w in self.words if re.search(w.pattern, words, re.IGNORECASE)), "unstated")

    def grade(self, score: float) -> GradeForm:
        """The grade of a score 0..100."""
        return next(g for g in self.grades if score >= g.start)


def read_evidence(doc: Any) -> Evidence:
    """The rule from its document. Raises RuleError for a class that is not there, weights that do not add up to 1,
    points
    out of order, or grades that leave a gap."""
    try:
        rule = msgspec.convert(doc, Evidence)
    except msgspec.ValidationError as error:
        raise _wrong(f"the file does not fit its form: {error}") from error
    known = rule.points
    named = [w.klass for w in rule.words] + [c for r in rule.qualities.values() for c in (r.activity, r.factor)]
    if strange := sorted({*named, "unstated", "default", "penalty", "prescribed", "missing"} - set(known)):
        raise _wrong(f"the class {strange[0]} is named and not defined")
    if abs(sum(p.weight for p in rule.parts) - 1) > 1e-9:
        raise _wrong("the weights of the parts do not add up to 1")
    points = [c.points for c in rule.classes]
    if points != sorted(points, reverse=True) or not all(0 <= p <= 100 for p in points):
        raise _wrong("the points do not fall from class to class, or leave 0 to 100")
    starts = [g.start for g in rule.grades]
    if starts != sorted(starts, reverse=True) or not starts or starts[-1] > 0:
        raise _wrong("the grades do not fall to 0")
    return rule


def _wrong(what: str) -> RuleError:
    return RuleError(
        what, where=FILE, mend="Correct the entry named.", zh=f"证据等级规则有误：{what}", mend_zh="请更正该条。"
    )


@cache
def packaged_evidence() -> Evidence:
    """The rule that comes with the package; read once."""
    return read_evidence(read_file("evidence.yaml"))
