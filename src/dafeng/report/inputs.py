"""What a progress report is made of: values handed over by the use case, nothing looked up here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from dafeng.plan.checks import Finding
from dafeng.plan.records import Document, Target, Task


@dataclass(frozen=True, slots=True)
class Driver:
    """One contribution to the change of emissions 因素贡献, with the id that explains it."""

    name: str
    value_t: float
    node: str | None = None


@dataclass(frozen=True, slots=True)
class Drivers:
    """A decomposition of total CO2 between two years [t CO2]; note says what it could not cover.

    node is the id that explains the whole change. parts may be empty: nothing changed.
    """

    first_year: int
    last_year: int
    first_t: float
    last_t: float
    parts: tuple[Driver, ...]
    by_industry: tuple[Driver, ...] = ()
    by_county: tuple[Driver, ...] = ()
    status: str = "official"
    note: str = ""
    node: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """CO2 against the year before, as a share of one; None where it cannot be told.

    same_firms: not both years are complete, so only the firms that are complete in both were compared 同口径.
    """

    rate: float | None = None
    same_firms: bool = False


@dataclass(frozen=True, slots=True)
class FactorUsed:
    """A parameter the accounts used: name, value, unit, since when, source, status.

    item and kind are set for a fuel's own parameters (kind: ncv, carbon_content, oxidation_rate, tce).
    """

    id: str
    name: str
    value: float
    unit: str
    since: str
    source: str
    status: str
    item: str | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is missing or doubtful 数据缺口: what, how much, what would mend it."""

    what: str
    extent: str
    mend: str


@dataclass(frozen=True, slots=True)
class Source:
    """A data source named in the report, with licence or ground."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class TargetProgress:
    """One target with its assessment, ready to print."""

    target: Target
    indicator_id: str | None
    indicator_zh: str | None
    state: str
    baseline: float | None
    required: float | None
    actual: float | None
    gap: float | None
    unit: str
    reason: str
    status: str
    node: str
    subject_id: str = ""
    baseline_year: int | None = None
    target_value: float | None = None
    target_year: int | None = None
    method: str = ""


@dataclass(frozen=True, slots=True)
class PathChart:
    """Indicator values over years beside the required path, for one target."""

    title: str
    measure: str
    unit: str
    years: tuple[int, ...]
    actual: tuple[float | None, ...]
    required: tuple[float | None, ...]
    target: tuple[float | None, ...]
    status: str
    source: str = "本系统核算"


@dataclass(frozen=True, slots=True)
class ProgressInputs:
    """All that 碳达峰实施进展报告 prints.

    totals      year, measure, value, unit, status, line_id, coverage of the area as a whole
    change      total CO2 of ``year`` against the year before
    industries, counties    name, co2_t, line_id, status, energy_tce, energy_line_id, energy_status, share (of the
                area's total), change (on the year before), coverage; of ``year``, largest first
    emitters    name, county, co2_t, line_id, status, share, coverage; largest first
    county_states   name, a count per state (reached … not_assessed, and confidential where some are withheld), targets;
                empty where there are no counties
    """

    programme: str
    area: str
    year: int
    day: date
    data_time: str
    rules: str
    run_id: str
    demonstration: bool
    documents: tuple[Document, ...]
    progress: tuple[TargetProgress, ...]
    not_targets: Mapping[str, int]
    tasks: tuple[Task, ...]
    task_targets: Mapping[str, tuple[str, ...]]
    totals: pl.DataFrame
    change: Change
    industries: pl.DataFrame
    emitters: pl.DataFrame
    counties: pl.DataFrame
    county_states: pl.DataFrame
    paths: tuple[PathChart, ...]
    drivers: Drivers | None
    gaps: tuple[Gap, ...]
    findings: tuple[Finding, ...]
    factors: tuple[FactorUsed, ...]
    sources: tuple[Source, ...]
    notes: tuple[str, ...] = field(default=())
