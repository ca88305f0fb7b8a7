"""Rules of green certificates 绿证规则: kinds, validity, which month serves which, and what bars a claim; dated data.

One packaged document (``data/certificates.yaml``). Which rule holds is asked by the day of the act and, where a report
is recomputed, by the day of knowledge: a rule published later is not known then.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any, Literal, TypeVar

import msgspec

from dafeng.base.errors import RuleError, RuleNotInForce, RuleUnknown
from dafeng.base.provenance import Status
from dafeng.rules.packaged import read_file
from dafeng.rules.records import Name

FILE = "certificates.yaml"
_WHERE = f"rules/data/{FILE}"


class CodeName(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A code with its names."""

    id: str
    name: Name


class CertificateKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of certificate 绿证种类. register: whose codes it bears; two kinds of one register share their codes.

    mwh: electricity behind one.
    """

    id: str
    register: str
    name: Name
    mwh: float


class ClaimPurpose(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a claim is for 用途. electricity: its claims on a month cannot exceed the electricity of that month."""

    id: str
    name: Name
    electricity: bool


class Dated(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every dated rule says of itself: in force from since to until, known from published."""

    since: date
    status: Status
    source: str
    until: date | None = None
    published: date | None = None
    note: Name | None = None

    def holds(self, day: date, as_of: date | None) -> bool:
        """Whether the rule is in force on the day, and known on ``as_of`` (None: now)."""
        known = as_of is None or self.published is None or self.published <= as_of
        return known and self.since <= day and (self.until is None or day <= self.until)


class CertificateValidity(Dated, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long certificates live 有效期: months from the month of generation (itself counted), a day, or open."""

    kinds: tuple[str, ...]
    generated_since: date | None = None
    generated_until: date | None = None
    months: int | None = None
    ends_on: date | None = None
    open: bool = False


class CertificateTrades(Dated, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often certificates of these kinds may change hands 交易次数."""

    kinds: tuple[str, ...]
    most: int


class CertificateVintage(Dated, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which months of generation serve a claim on month M 电量生产月份: M − before … M + after."""

    purposes: tuple[str, ...]
    kinds: tuple[str, ...]
    before: int
    after: int
    same_year: bool


class CertificateBar(Dated, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What keeps certificates out of the ledger (entry) or from a claim; a condition left out fits all."""

    id: str
    at: Literal["entry", "claim"]
    words: Name
    kinds: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    acquired: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    commissioned_until: date | None = None
    credited: bool | None = None


class CertificateFactor(Dated, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """CO2 of the power behind a certificate [unit], by its source."""

    sources: tuple[str, ...]
    value: float
    unit: str


_D = TypeVar("_D", bound=Dated)
_N = TypeVar("_N", CertificateKind, ClaimPurpose)


class CertificateRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole document."""

    registers: tuple[CodeName, ...]
    kinds: tuple[CertificateKind, ...]
    sources: tuple[CodeName, ...]
    acquired: tuple[CodeName, ...]
    purposes: tuple[ClaimPurpose, ...]
    validity: tuple[CertificateValidity, ...]
    trades: tuple[CertificateTrades, ...]
    vintages: tuple[CertificateVintage, ...]
    bars: tuple[CertificateBar, ...]
    contract_factors: tuple[CertificateFactor, ...]
    residual: str
    warn_days: int

    @property
    def version(self) -> str:
        """A hash of the document: the same rules, the same version."""
        text = json.dumps(msgspec.to_builtins(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def kind(self, id: str) -> CertificateKind:
        """A kind of certificate. Raises RuleUnknown."""
        return _named(self.kinds, id, "kind of certificate")

    def purpose(self, id: str) -> ClaimPurpose:
        """A purpose of claims. Raises RuleUnknown."""
        return _named(self.purposes, id, "purpose of claims")

    def vintage(self, purpose: str, kind: str, day: date, as_of: date | None = None) -> CertificateVintage:
        """Which months of generation may serve, for claims made on the day. Raises RuleNotInForce."""
        fits = (v for v in self.vintages if purpose in v.purposes and kind in v.kinds)
        return _last(fits, day, as_of, f"which months of {kind} serve {purpose}")

    def most_trades(self, day: date, as_of: date | None = None) -> dict[str, int]:
        """How often each kind may change hands; kinds without a rule are not there."""
        held = sorted((t for t in self.trades if t.holds(day, as_of)), key=lambda t: t.since)
        return {kind: rule.most for rule in held for kind in rule.kinds}

    def lives(self, day: date, as_of: date | None = None) -> tuple[CertificateValidity, ...]:
        """The rules of validity in force on the day, later ones first."""
        held = [v for v in self.validity if v.holds(day, as_of)]
        return tuple(sorted(held, key=lambda v: v.since, reverse=True))

    def barring(self, at: str, day: date, as_of: date | None = None) -> tuple[CertificateBar, ...]:
        """The bars at the entry, or at a claim, in force on the day."""
        return tuple(b for b in self.bars if b.at == at and b.holds(day, as_of))

    def factors(self, day: date, as_of: date | None = None) -> dict[str, CertificateFactor]:
        """The contract factor of each source, on the day."""
        held = sorted((f for f in self.contract_factors if f.holds(day, as_of)), key=lambda f: f.since)
        return {source: factor for factor in held for source in factor.sources}


def _named(listed: Iterable[_N], id: str, what: str) -> _N:
    known = {one.id: one for one in listed}
    if id not in known:
        raise RuleUnknown(
            f"no {what} is called {id[:60]!r}",
            where=_WHERE,
            mend=f"Choose one of: {', '.join(known)}.",
            zh=f"没有“{id[:60]}”这种绿证种类或用途",
            mend_zh=f"请从以下选择：{'、'.join(one.name.zh for one in known.values())}。",
        )
    return known[id]


def _last(rules: Iterable[_D], day: date, as_of: date | None, what: str) -> _D:
    held = [r for r in rules if r.holds(day, as_of)]
    if not held:
        raise RuleNotInForce(
            f"no rule says {what} on {day}",
            where=_WHERE,
            mend="Add the dated rule with its source.",
            zh=f"{day}没有可用的绿证规则",
            mend_zh="请在规则文件中补充带日期和来源的规则。",
        )
    return max(held, key=lambda r: r.since)


def read_rules(document: Any) -> CertificateRules:
    """Rules from a document (as YAML gives it). Raises RuleError where it does not fit, or contradicts itself."""
    try:
        rules = msgspec.convert(document, CertificateRules)
    except msgspec.ValidationError as error:
        raise RuleError(
            f"the rule file does not fit its form: {error}", where=_WHERE, mend="Correct the entry named."
        ) from error
    for fault in _faults(rules):
        raise RuleError(fault, where=_WHERE, mend="Correct the entry named.")
    return rules


def _faults(rules: CertificateRules) -> Iterable[str]:
    """What contradicts itself: names that lead nowhere, lives that are not one of three, dates the wrong way round."""
    kinds, sources = {k.id for k in rules.kinds}, {s.id for s in rules.sources}
    acquired, purposes = {a.id for a in rules.acquired}, {p.id for p in rules.purposes}
    used: list[tuple[Iterable[str], set[str]]] = [([k.register for k in rules.kinds], {r.id for r in rules.registers})]
    used += [(v.kinds, kinds) for v in rules.validity] + [(t.kinds, kinds) for t in rules.trades]
    used += [(names, known) for v in rules.vintages for names, known in ((v.kinds, kinds), (v.purposes, purposes))]
    for b in rules.bars:
        used += [(b.kinds, kinds), (b.sources, sources), (b.acquired, acquired), (b.purposes, purposes)]
    used += [(f.sources, sources) for f in rules.contract_factors]
    for names, known in used:
        for name in sorted(set(names) - known):
            yield f"names {name!r}, which is not there"
    for v in rules.validity:
        if (v.months is not None) + (v.ends_on is not None) + v.open != 1:
            yield f"the validity since {v.since} is not one of months, ends_on and open"
    every = (*rules.validity, *rules.trades, *rules.vintages, *rules.bars, *rules.contract_factors)
    for r in every:
        if (r.until is not None and r.until < r.since) or not r.source.strip():
            yield f"the rule since {r.since} ends before it begins, or has no source"


@cache
def packaged_certificate_rules() -> CertificateRules:
    """The rules that come with the package; read once."""
    return read_rules(read_file(FILE))
