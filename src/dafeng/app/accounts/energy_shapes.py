"""What energy accounts, quality and uncertainty answer 能源与数据质量的应答结构."""

from __future__ import annotations

from typing import Literal

import msgspec

from dafeng.app.pages.shapes import Words


class AccountSubject(msgspec.Struct, frozen=True, kw_only=True):
    """Of whom and when: an enterprise, or all enterprises of an area; years with an account, oldest first."""

    kind: Literal["enterprise", "area"]
    id: str
    name: str
    year: int
    years: tuple[int, ...]
    enterprises: int


class FlowNode(msgspec.Struct, frozen=True, kw_only=True):
    """A node of the energy flow. stage: 0 source, 1 energy as bought, 2 conversion, 3 energy as made, 4 use, 5 loss."""

    id: str
    name: Words
    stage: int
    tce_calorific: float
    tce_equivalent: float
    status: str
    node: str | None = None  # opens the account's line of this energy


class FlowLink(msgspec.Struct, frozen=True, kw_only=True):
    """A link [tce]; a negative equivalent value means that a plant is better than the year's national average.

    derived: a remainder and no delivered figure. amount in ``unit``, None where several items run together.
    """

    source: str
    target: str
    item: str
    name: Words | None
    amount: float | None
    unit: str | None
    tce_calorific: float
    tce_equivalent: float
    derived: bool
    status: str
    node: str | None = None  # opens the account's line of the energy that flows


class FlowBalance(msgspec.Struct, frozen=True, kw_only=True):
    """What came into a node and went out of it [tce, calorific]; gap None: a figure is missing, nothing is said."""

    node: str
    name: Words
    into: float
    out: float
    gap: float | None
    share: float | None
    balanced: bool | None
    note: str | None


class FlowMissing(msgspec.Struct, frozen=True, kw_only=True):
    """A figure that was due and is missing, so that the balance of its energy is not stated."""

    enterprise_id: str
    item: str
    what: str
    name: Words
    note: str | None
    enterprise: str = ""  # its name


class AccountFinding(msgspec.Struct, frozen=True, kw_only=True):
    """What a person should look at."""

    kind: str
    enterprise_id: str
    item: str
    value: float | None
    other: float | None
    note: str


class EnergyFlowOut(msgspec.Struct, frozen=True, kw_only=True):
    """The energy flow of a year: nodes and links for a drawing or a table, balances, what is missing, findings.

    balanced: every node balances within one per cent; None where something is missing. unexplained: tce drawn as of
    unknown origin and destination. silent: enterprises of the area that owe data and have none at all.
    """

    subject: AccountSubject
    nodes: tuple[FlowNode, ...]
    links: tuple[FlowLink, ...]
    balances: tuple[FlowBalance, ...]
    missing: tuple[FlowMissing, ...]
    findings: tuple[AccountFinding, ...]
    balanced: bool | None
    unexplained_in: float
    unexplained_out: float
    silent: tuple[str, ...]
    status: str
    notes: tuple[Words, ...] = ()


class EnergyTotal(msgspec.Struct, frozen=True, kw_only=True):
    """One measure of energy in both values [tce]; None = cannot be known, with the reason in note. base: the same in
    the
    base year. partial: of an area where an enterprise lacks it, what there is of ``present`` of ``expected``
    enterprises;
    never the total."""

    measure: str
    name: Words
    calorific: float | None
    equivalent: float | None
    base_calorific: float | None
    base_equivalent: float | None
    status: str
    note: str | None
    partial_calorific: float | None = None
    partial_equivalent: float | None = None
    present: int | None = None
    expected: int | None = None
    node: str | None = None  # opens the account's line, of the statistical total


class ProcessRow(msgspec.Struct, frozen=True, kw_only=True):
    """The energy of a process 工序能耗 [tce], its output, and kgce per unit of output; delivered: as the works said."""

    enterprise_id: str
    process: str
    name: Words
    used_calorific: float | None
    given_calorific: float | None
    calorific: float | None
    equivalent: float | None
    output: float | None
    unit: str | None
    unit_calorific: float | None
    unit_equivalent: float | None
    delivered: float | None
    status: str
    note: str | None
    enterprise: str = ""  # its name


class EnergyTotalsOut(msgspec.Struct, frozen=True, kw_only=True):
    """Statistical, control and fossil energy side by side, with the base year; process energy; rules that held."""

    subject: AccountSubject
    base_year: int
    totals: tuple[EnergyTotal, ...]
    processes: tuple[ProcessRow, ...]
    findings: tuple[AccountFinding, ...]
    rules: tuple[str, ...]
    notes: tuple[Words, ...]
    rule_words: tuple[Words, ...] = ()


class QualityPart(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the score 0..100; None where it cannot be judged (its weight goes to the others)."""

    part: str
    name: Words
    weight: float
    score: float | None
    note: str


class QualityClass(msgspec.Struct, frozen=True, kw_only=True):
    """How many data stand on a class of evidence, and their share of the emissions of their role."""

    klass: str
    name: Words
    role: Literal["activity", "factor"]
    data: int
    share: float | None


class QualityStream(msgspec.Struct, frozen=True, kw_only=True):
    """One source and item: completeness, points of evidence, share of the emissions, its weakest class."""

    enterprise_id: str
    stream: str
    item: str
    name: Words
    expected: int
    present: int
    completeness: float
    evidence: float
    share: float
    weakest: str
    doubted: bool
    node: str | None = None  # opens the account's line of this source
    enterprise: str = ""  # its name


class QualityGain(msgspec.Struct, frozen=True, kw_only=True):
    """A datum that holds its line down, and how many points of evidence better proof could bring at most."""

    enterprise_id: str
    stream: str
    item: str
    input: str
    klass: str
    name: Words
    gain: float


class QualityOut(msgspec.Struct, frozen=True, kw_only=True):
    """Data quality of an account. completeness is weighted by emissions, unweighted by count."""

    subject: AccountSubject
    score: float | None
    grade: Words | None
    grade_id: str | None
    completeness: float | None
    unweighted: float | None
    parts: tuple[QualityPart, ...]
    classes: tuple[QualityClass, ...]
    streams: tuple[QualityStream, ...]
    improve: tuple[QualityGain, ...]
    status: str
    source: str
    source_words: Words


class Contribution(msgspec.Struct, frozen=True, kw_only=True):
    """What a variable gives the uncertainty of the sum: amount [t, half of the 95 % interval], share of the
    variance."""

    variable: str
    input: str
    item: str
    name: Words
    klass: str
    low: float
    high: float
    shape: str
    amount: float
    share: float
    status: str
    source: str
    source_words: Words


class UncertainPart(msgspec.Struct, frozen=True, kw_only=True):
    """One group and item [t]: value, 95 % interval of the draws, half-width by propagation [%], share of the
    variance."""

    group: str
    item: str
    name: Words
    value: float
    low: float
    high: float
    propagated: float | None
    share: float
    node: str | None = None  # opens the account's line of this group and item


class UncertaintyOut(msgspec.Struct, frozen=True, kw_only=True):
    """Uncertainty of a total [t CO2e]: by propagation (half-width in %) and by Monte Carlo (mean, interval, half in %).

    complete: no line of the total is without a value and no enterprise that owes data is silent; else the figures
    speak of
    the rest only. status: the least sure of
    the input uncertainties that carry any of the variance.
    """

    subject: AccountSubject
    value: float
    propagated: float | None
    mean: float
    median: float
    sd: float
    low: float
    high: float
    half: float | None
    draws: int
    seed: int
    sampling_error: float
    lines: int
    left_out: int
    silent: tuple[str, ...]
    complete: bool
    contributions: tuple[Contribution, ...]
    parts: tuple[UncertainPart, ...]
    status: str
    notes: tuple[Words, ...]
