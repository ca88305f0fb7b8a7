"""What the pages read of the current run 页面所读: cut to the caller's sight, made once per version and kept."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import polars as pl

from dafeng.account.certificates.market_lines import MEASURE as MARKET
from dafeng.account.lines import LINE_SCHEMA, TOTAL
from dafeng.account.subjects import placed
from dafeng.app.accounts.accounting import accounts, scope, seen_rows, shown
from dafeng.app.assessing import assessed_year, county_states_of, states_of, values_of
from dafeng.app.pages.shapes import Source
from dafeng.app.permission import sees_firms, whole, within
from dafeng.app.plans import Tied, ledger_view, ties
from dafeng.app.ports import CURRENT, RunRecord, assessed_of
from dafeng.app.registries import Registry, registry_of
from dafeng.app.services import Services
from dafeng.app.sight.disclosure import CONFIDENTIAL
from dafeng.app.sight.results import sees_all, summed
from dafeng.app.versions import delivered, stated
from dafeng.base.callers import Caller
from dafeng.base.errors import NotFound
from dafeng.base.provenance import worst
from dafeng.collect.facts import current
from dafeng.evaluate.states import STATE_SCHEMA
from dafeng.plan.ledger import View
from dafeng.rules.rulebook import packaged_rulebook

T = TypeVar("T")
CO2, ENERGY, CALORIFIC = "co2_total_t", "energy_tce_equivalent", "energy_tce_calorific"
_DROPPED = ("factors", "inputs", "run_id", "rule")
_YEAR = r"^\d{4}$"


@dataclass(frozen=True)
class Lines:
    """The lines that pages print, incomplete sums standing as the settings let them.

    yearly: totals of years, of every subject; items: single fuels by year, of areas and firms; monthly: CO2 and energy
    of areas and firms by month; failing: single fuels of firms, by month or year, that were delivered and cannot be
    worked out, with the reason in ``note``.
    """

    yearly: pl.DataFrame
    items: pl.DataFrame
    monthly: pl.DataFrame
    failing: pl.DataFrame


@dataclass(frozen=True)
class Known:
    """Everything a page asks of one version of the programme (``stated``), for callers of one sight.

    Nothing here is written.
    """

    services: Services
    caller: Caller
    revision: Hashable

    def _shared(self, name: str, make: Callable[[], T]) -> T:
        """What is the same for everybody who may ask for it."""
        return self.services.memory.get(("pages.shared", name), self.revision, make)

    def _delivered(self, name: str, make: Callable[[], T]) -> T:
        """The same, of what does not read the plans."""
        return self.services.memory.get(("pages.shared", name), delivered(self.services), make)

    @cached_property
    def registry(self) -> Registry:
        return self._delivered("registry", lambda: registry_of(self.services))

    @cached_property
    def run_id(self) -> str | None:
        return self.services.records.pointed(CURRENT)

    @cached_property
    def run(self) -> RunRecord | None:
        return next((r for r in self.services.records.runs() if r.run_id == self.run_id), None)

    @cached_property
    def assessment_id(self) -> str | None:
        return None if self.run_id is None else self.services.records.pointed(assessed_of(self.run_id))

    @cached_property
    def lines(self) -> Lines:
        if sees_all(self.services, self.caller):
            return self._delivered("lines", lambda: _lines(self.services, self.caller))
        return _lines(self.services, self.caller)

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years that have a total of an area or firm in sight, oldest first."""
        return tuple(self.lines.yearly["period"].cast(pl.Int32).unique().sort().to_list())

    @cached_property
    def assessed(self) -> int | None:
        """The year that the states speak of; None where nothing has been evaluated."""
        try:
            return assessed_year(self.services)
        except NotFound:
            return None

    @cached_property
    def states(self) -> pl.DataFrame:
        """States of live targets (STATE_SCHEMA) in sight."""
        return self._live(states_of) if self.assessed else pl.DataFrame(schema=STATE_SCHEMA)

    @cached_property
    def county_states(self) -> pl.DataFrame:
        return self._live(county_states_of) if self.assessed else pl.DataFrame(schema=STATE_SCHEMA)

    def _live(self, of: Any) -> pl.DataFrame:
        rows: pl.DataFrame = of(self.services, self.caller)
        return rows.filter(pl.col("target_id").is_in([t.id for t in self.view.targets()]))

    @cached_property
    def values(self) -> pl.DataFrame | None:
        """INDICATOR VALUE rows in sight; None before the first evaluation."""
        return values_of(self.services, self.caller) if self.assessed else None

    @cached_property
    def view(self) -> View:
        return ledger_view(self.services, self.caller)

    @cached_property
    def tied(self) -> dict[str, Tied]:
        return self._shared("ties", lambda: ties(self.view))

    @cached_property
    def codes(self) -> frozenset[str]:
        """Areas, enterprises and sites of the scope; with ``everything`` all of the programme."""
        if self.caller.everything:
            firms = self.registry.enterprises["enterprise_id"].to_list() if sees_firms(self.caller) else []
            return frozenset(self.registry.areas["area_code"].to_list()).union(firms)
        own = scope(self.caller, self.registry)
        return own | summed(self.caller, self.registry, self.services.settings.area)

    @cached_property
    def whole(self) -> bool:
        """Whether the caller's scope holds the whole programme."""
        return whole(self.caller, self.services.settings.area)

    @cached_property
    def industry_names(self) -> dict[str, str]:
        return dict(self.registry.industries.select("industry_code", "name").iter_rows())

    @cached_property
    def firm_names(self) -> dict[str, str]:
        """The latest name of each enterprise."""
        last = self.registry.enterprises.sort("since").unique("enterprise_id", keep="last", maintain_order=True)
        return dict(last.select("enterprise_id", "name").iter_rows())

    @cached_property
    def firm_facts(self) -> pl.DataFrame:
        """Current facts of the enterprises in sight: subject_id, measure, period, value, batch_id."""
        own = self.services.columns.facts().filter(pl.col("subject_kind") == "enterprise")
        facts = current(seen_rows(self.services, self.caller, own))
        return facts.select("subject_id", "measure", "period", "value", "batch_id").sort("subject_id")

    def placed_months(self, year: int) -> pl.DataFrame:
        """Where each enterprise stood in the months of a year, and whether data were due (``placed``)."""
        months = pl.Series([f"{year}-{m:02d}" for m in range(1, 13)])
        return self.services.memory.get(
            ("pages.placed", year), delivered(self.services), lambda: placed(self.registry.enterprises, months)
        )

    @cached_property
    def notes(self) -> dict[tuple[str, str, str], dict[str, Any]]:
        """(subject, measure, period) → the row of every yearly total without a value: why it has none."""
        rows = self.lines.yearly.filter(pl.col("value").is_null())
        return {(r["subject_id"], r["measure"], r["period"]): r for r in rows.iter_rows(named=True)}

    def area(self, wanted: str | None) -> str:
        """The area asked for, else the widest in sight. Raises NotFound for one that is unknown or out of sight."""
        own, tree = self.services.settings.area, self.registry.tree
        if wanted is None:
            held = sorted(c for c in self.caller.areas if tree.is_within(c, own))
            return own if self.whole or not held else held[0]
        inside = tree.is_within(wanted, own) or wanted == own
        if not inside or not (self.whole or wanted in self.codes or wanted in self._summed):
            raise NotFound(
                f"there is no area {wanted}",
                where="area",
                mend="Choose one of the list of areas.",
                zh=f"没有地区{wanted}",
                mend_zh="请从地区列表中选择。",
            )
        return wanted

    def in_scope(self, area: str) -> bool:
        """Whether the caller sees into an area, not only its sums."""
        return self.whole or area in self.codes

    @cached_property
    def _summed(self) -> frozenset[str]:
        rows = self.lines.yearly.filter(pl.col("subject_kind") == "area")
        return frozenset(rows["subject_id"].unique().to_list())

    def year(self, wanted: int | None) -> int:
        """The year asked for, else the one assessed last, else the last with data, else the last whole one."""
        if wanted is not None:
            return wanted
        if self.assessed is not None:
            return self.assessed
        return self.years[-1] if self.years else self.services.clock.today().year - 1

    def source(self, *statuses: str, partial: bool = False) -> Source:
        """What stands under a page that shows figures of these statuses."""
        settings = self.services.settings
        shown = worst([*statuses, *(["synthetic"] if settings.demonstration else [])])
        return Source(
            run_id=self.run_id,
            assessment_id=self.assessment_id,
            rulebook_version=self.run.rulebook_version[:12] if self.run else packaged_rulebook().version[:12],
            data_time=self.data_time,
            status=shown,
            demonstration=settings.demonstration,
            partial=partial,
        )

    @cached_property
    def data_time(self) -> str | None:
        """The instant at which the latest delivery came in; None where nothing has."""
        batches = self.services.records.batches()
        return max(b.imported_at for b in batches).isoformat() if batches else None


@within
def known(services: Services, caller: Caller) -> Known:
    """What the pages know for this caller at this moment; callers of equal sight share it."""
    revision = stated(services)
    return services.memory.get(("pages.known", sight_of(caller)), revision, lambda: Known(services, caller, revision))


def case_revision(services: Services) -> Hashable:
    """Changes with every case; the same where the programme keeps none."""
    return None if services.cases is None else services.cases.revision()


@within
def sight_of(caller: Caller) -> tuple[object, ...]:
    """What decides which rows and fields a caller sees: equal for callers that may share a value."""
    return (caller.roles, caller.areas, caller.enterprises, caller.everything)


def _lines(services: Services, caller: Caller) -> Lines:
    try:
        every = accounts(services, caller).lines
    except NotFound:  # nothing has been accounted yet
        every = pl.DataFrame(schema=LINE_SCHEMA)
    lines = shown(services, every).drop(_DROPPED)
    of_year, total = pl.col("period").str.contains(_YEAR), pl.col("item") == TOTAL
    single = pl.col("subject_kind").is_in(["area", "enterprise"])
    both = pl.col("measure").is_in([CO2, ENERGY])
    return Lines(
        yearly=lines.filter(total & of_year),
        items=lines.filter(~total & of_year & single),
        monthly=lines.filter(total & ~of_year & single & both),
        failing=lines.filter(
            ~total
            & (pl.col("subject_kind") == "enterprise")
            & (pl.col("measure") != MARKET)  # it stands beside, and leaves no total open
            & pl.col("value").is_null()
            & (pl.col("note") != CONFIDENTIAL)
            & ~pl.col("note").str.starts_with("部分")
        ),
    )
