"""How sure a case is 算例的把握程度: uncertainty and data quality told with its result, not only when asked for."""

from __future__ import annotations

from math import isfinite

import msgspec

from dafeng.account.cases.quality import case_terms, quality_of
from dafeng.account.cases.reading import CaseForm
from dafeng.account.uncertainty.combined import uncertainty
from dafeng.app.accounts.quality import datum_words
from dafeng.app.pages.shapes import Words
from dafeng.base.errors import RuleUnknown
from dafeng.base.provenance import Status
from dafeng.rules.evidence import packaged_evidence
from dafeng.rules.methods import Methods
from dafeng.rules.rulebook import Rulebook

MOST = 5  # figures named: those that give the most of the variance


class Doubtful(msgspec.Struct, frozen=True):
    """A figure by which the total is unsure: its class of evidence, 95 % bounds [%], and its share of the variance."""

    name: Words
    klass: Words
    low: float
    high: float
    share: float
    status: Status


class Surety(msgspec.Struct, frozen=True, kw_only=True):
    """How sure the total of a case is.

    propagated, simulated  half of the 95 % interval [%] by error propagation and by Monte Carlo; null where value is 0
    low, high              the interval of the draws [t CO2e], around ``value``, the sum of the lines that have one
    left_out               lines without a value: the interval is not of them
    score, grade           data quality 0..100; completeness: share of the periods given that have a result
    """

    value: float
    propagated: float | None
    simulated: float | None
    low: float
    high: float
    draws: int
    seed: int
    lines: int
    left_out: int
    status: Status
    most: tuple[Doubtful, ...]
    score: float | None
    grade: Words | None
    completeness: float | None


def surety(case: CaseForm, methods: Methods, rulebook: Rulebook) -> Surety | Words:
    """Uncertainty and quality of a case that was computed; why not, in words, where nothing of it has a value or no
    uncertainty is known for its time (a year before the table of input uncertainties): the account itself stands."""
    try:
        terms = case_terms(case, methods, rulebook)
    except RuleUnknown as fault:
        return Words(f"未给出不确定度：{fault.zh or fault.what}", f"no uncertainty is given: {fault.what}")
    if terms.lines.is_empty():
        return Words("没有可计算的排放源，未给出不确定度", "nothing has a value, so there is no uncertainty")
    made, held = uncertainty(terms), quality_of(terms)
    if not all(map(isfinite, (made.propagated or 0.0, made.simulated.low, made.simulated.high))):
        return Words("数据处在公式适用范围的边缘，未给出不确定度",
                     "a figure lies at the edge of its formula's range, so no uncertainty is given")  # fmt: skip
    classes = {c.id: Words(c.zh, c.en) for c in packaged_evidence().classes}
    most = made.contributions.filter(made.contributions["share"] > 0).head(MOST)
    return Surety(
        value=made.value, propagated=made.propagated, simulated=made.simulated.half, low=made.simulated.low,
        high=made.simulated.high, draws=made.draws, seed=made.seed, lines=made.lines, left_out=made.left_out,
        status=made.status,
        most=tuple(
            Doubtful(datum_words(r["input"], r["item"], r["stream"]), classes[r["klass"]],
                     r["low"], r["high"], r["share"], r["status"])
            for r in most.iter_rows(named=True)
        ),
        score=held.score, grade=Words(held.grade.zh, held.grade.en) if held.grade else None,
        completeness=held.completeness,
    )  # fmt: skip
