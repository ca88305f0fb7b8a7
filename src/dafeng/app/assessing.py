"""Use cases of evaluation 评价: indicator values, target states and drivers of a run, and reading them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
import polars as pl

from dafeng.account.inventory import with_partial
from dafeng.app.accounts.accounting import accounts, current_run, every_line
from dafeng.app.accounts.closing import held_facts
from dafeng.app.permission import require_everything, use_case
from dafeng.app.plans import NATION, Tied, ledger_view, ties
from dafeng.app.ports import assessed_of
from dafeng.app.registries import Registry, registry_of
from dafeng.app.services import Services
from dafeng.app.sight.disclosure import CONFIDENTIAL_STATE
from dafeng.app.sight.values import seen_states, seen_values
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest, NotFound
from dafeng.base.periods import Period
from dafeng.base.provenance import content_id
from dafeng.collect.facts import current
from dafeng.evaluate.groups import by_county, by_department, by_sector, county_states
from dafeng.evaluate.indicators import indicator_library
from dafeng.evaluate.linking import Link
from dafeng.evaluate.observations import Subject
from dafeng.evaluate.progress import Scope, subjects_needed, target_states
from dafeng.evaluate.states import STATES, TargetState, states_frame
from dafeng.evaluate.values import indicator_values
from dafeng.plan.checks import RANK
from dafeng.plan.ledger import View
from dafeng.plan.records import Target, Task

Grouping = Literal["department", "sector", "county"]
_RANKS = {
    "province": RANK["province"],
    "city": RANK["prefecture"],
    "county": RANK["county"],
    "park": RANK["county"] + 1,
}


@dataclass(frozen=True, slots=True)
class Assessment:
    """What was assessed for a year: states by target, the values behind them, and what was left out."""

    run_id: str
    year: int
    states: tuple[TargetState, ...]
    excluded: dict[str, int]
    values: pl.DataFrame


def years_with_data(services: Services) -> tuple[int, ...]:
    """The years that delivered facts speak of, cut to the settings' years and to whole years that have passed."""
    facts = held_facts(services).filter(pl.col("value").is_not_null())
    years = facts["period"].str.slice(0, 4).cast(pl.Int32, strict=False).drop_nulls().unique().sort().to_list()
    first, last = services.settings.years or (0, 9999)
    return tuple(y for y in years if first <= y <= min(last, last_whole_year(services)))


def last_whole_year(services: Services) -> int:
    """The year before today's, in the programme's zone."""
    return services.clock.today().year - 1


@use_case("programme.run")
def assess(services: Services, caller: Caller, year: int | None = None) -> Assessment:
    """Judge every live target of the ledger for a year (the last whole one with data) and keep the result.

    Without any data the last whole year is judged: every target says what it wants. Raises BadRequest for a year
    before the data or not over yet.
    """
    require_everything(caller, "programme.run", services.settings.area)
    view, registry = ledger_view(services, caller), registry_of(services)
    years = years_with_data(services) or (last_whole_year(services),)
    year = _year_to_judge(years, last_whole_year(services), year)
    run_id = current_run(services)
    lines = with_partial(accounts(services, caller).lines, services.settings.partial_from)
    own, upper = _by_level(view, registry, services.settings.area)
    links = [link_of(t) for t in ties(view).values()]
    where = _scope(view, registry, services.settings.area)
    subjects = _subjects(own, links, where, registry, services.settings.area)
    values = indicator_values(
        list(indicator_library().indicators.values()),
        lines,
        current(held_facts(services)),
        registry.enterprises,
        range(min(years), max(years) + 1),
        subjects,
        tree=where.above,
    )
    progress = target_states(own, links, values, Period.year(year), where, upper=upper, upper_links=links)
    counties = registry.tree.children(services.settings.area) if services.settings.area in registry.tree else ()
    below = county_states(own, links, values, Period.year(year), where, counties)
    made = assessment_id(services, run_id, year)
    services.columns.put_result(made, "values", values)
    services.columns.put_result(made, "states", states_frame(progress.states))
    services.columns.put_result(made, "county_states", states_frame(below.states))
    services.columns.put_result(made, "assessed", pl.DataFrame({"year": [year]}))
    services.records.point(assessed_of(run_id), made)
    return Assessment(run_id, year, progress.states, progress.excluded, values)


def _year_to_judge(years: Sequence[int], last_whole: int, wanted: int | None) -> int:
    """The year asked where it can be judged, else the last one with data."""
    if wanted is not None and not years[0] <= wanted <= last_whole:
        raise BadRequest(f"{wanted} cannot be assessed", mend=f"Choose a year from {years[0]} to {last_whole}.")
    return years[-1] if wanted is None else wanted


def assessed_year(services: Services) -> int:
    """The year that the states of the current run speak of. Raises NotFound before the first evaluation."""
    return int(_result(services, "assessed")["year"][0])


def link_of(tied: Tied) -> Link:
    """A tie of the ledger as evaluation takes it."""
    return Link(
        target_id=tied.target_id,
        indicator_id=tied.indicator_id,
        certainty=tied.certainty,
        why=tied.why,
        confirmed=tied.confirmed,
    )


def _by_level(view: View, registry: Registry, area: str) -> tuple[Sequence[Target], Sequence[Target]]:
    """The programme's own targets, and those of the levels above: by region, else by the level of their document."""
    tree, higher = registry.tree, higher_documents(view, registry, area)
    above = {NATION, *(tree.name(c) for c in tree.ancestors(area))} if area in tree else {NATION}
    upper = [
        t for t in view.targets() if t.region in above or (t.doc in higher and tree.code_of(t.region or "") is None)
    ]
    ids = {t.id for t in upper}
    return [t for t in view.targets() if t.id not in ids], upper


def higher_documents(view: View, registry: Registry, area: str) -> frozenset[str]:
    """The documents of a level above the programme's area (of the nation or province, for a city)."""
    tree = registry.tree
    own = _RANKS.get(tree.level(area), len(_RANKS)) if area in tree else len(_RANKS)
    return frozenset(d.doc for d in view.documents() if RANK.get(d.admin_level or "", len(RANK)) < own)


def own_tasks(view: View, registry: Registry, area: str) -> tuple[Task, ...]:
    """The tasks of the programme's own documents."""
    higher = higher_documents(view, registry, area)
    return tuple(t for t in view.tasks() if t.doc not in higher)


def _scope(view: View, registry: Registry, area: str) -> Scope:
    regions = {t.region for t in view.targets() if t.region}
    codes = {r: code for r in regions if (code := registry.tree.code_of(r)) is not None}
    above = {code: registry.tree.parent(code) for code in registry.areas["area_code"].to_list()}
    return Scope(area_of=codes, default_area=area, above=above)


def _subjects(
    targets: Sequence[Target], links: Sequence[Link], where: Scope, registry: Registry, area: str
) -> tuple[Subject, ...]:
    """What the targets ask for, the area itself, and its counties."""
    counties = registry.tree.children(area) if area in registry.tree else ()
    asked = subjects_needed(targets, links, where)
    return tuple(dict.fromkeys((*asked, Subject(area), *(Subject(c) for c in counties))))


@use_case("progress.see")
def states_of(services: Services, caller: Caller) -> pl.DataFrame:
    """The states of the current run (STATE_SCHEMA) that the caller may see."""
    return _seen_states(services, caller, "states")


@use_case("progress.see")
def county_states_of(services: Services, caller: Caller) -> pl.DataFrame:
    """The area's targets held against each county (STATE_SCHEMA), for the counties that the caller may see."""
    return _seen_states(services, caller, "county_states")


def _seen_states(services: Services, caller: Caller, name: str) -> pl.DataFrame:
    values, lines = _result(services, "values"), every_line(services, current_run(services))
    return seen_states(services, caller, _result(services, name), values, lines)


@use_case("progress.see")
def states_by(services: Services, caller: Caller, by: Grouping) -> pl.DataFrame:
    """Counts of states by department (through the tasks that hold the targets), sector, or county.

    Returns the group's columns, one column per state, targets, target_ids, and where the caller may not see some of
    them ``confidential``: how many. A county is held to the area's own target
    where none was split to it, and only for what can be compared (intensities, shares, rates). A target that was
    rejected or withdrawn since the evaluation counts nowhere.
    """
    rows = county_states_of(services, caller) if by == "county" else states_of(services, caller)
    view = ledger_view(services, caller)
    live = rows.filter(pl.col("target_id").is_in([t.id for t in view.targets()]))
    states = [state_of(row) for row in live.iter_rows(named=True)]
    if by == "county":
        return _counted(states, by_county)
    if by == "sector":
        return _counted(states, by_sector)
    tasks = own_tasks(view, registry_of(services), services.settings.area)
    return _counted(states, lambda some: by_department(some, view.targets(), tasks))


def _counted(states: Sequence[TargetState], group: Callable[[Sequence[TargetState]], pl.DataFrame]) -> pl.DataFrame:
    """The counts of evaluation; states that are withheld from the caller, which it does not know, taken out of the
    not assessed ones into a column of their own."""
    bare = [msgspec.structs.replace(s, state="not_assessed") if _withheld(s) else s for s in states]
    counts = group(bare)
    held = [plain for plain, s in zip(bare, states, strict=True) if _withheld(s)]
    if not held:
        return counts
    last = counts.columns.index("not_assessed")
    key = [c for c in counts.columns[:last] if c not in STATES]
    withheld = group(held).select(*key, pl.col("not_assessed").alias(CONFIDENTIAL_STATE))
    joined = counts.join(withheld, on=key, how="left", maintain_order="left").with_columns(
        pl.col(CONFIDENTIAL_STATE).fill_null(0)  # a group in which none is withheld
    )
    told = joined.with_columns(pl.col("not_assessed") - pl.col(CONFIDENTIAL_STATE))
    return told.select(*counts.columns[: last + 1], CONFIDENTIAL_STATE, *counts.columns[last + 1 :])


def _withheld(state: TargetState) -> bool:
    return str(state.state) == CONFIDENTIAL_STATE


def state_of(row: Mapping[str, Any]) -> TargetState:
    """One row of STATE_SCHEMA as a record."""
    return TargetState(**(dict(row) | {"inputs": tuple(row["inputs"] or ())}))


@use_case("progress.see")
def values_of(services: Services, caller: Caller) -> pl.DataFrame:
    """The indicator values of the current run that the caller may see."""
    return seen_values(services, caller, _result(services, "values"), every_line(services, current_run(services)))


def assessment_id(services: Services, run_id: str, year: int) -> str:
    """The name of an assessment: the run, the year, the ledger as it stood, the indicators and the settings."""
    library = content_id("", repr(indicator_library()))
    return content_id("EV", run_id, str(year), str(len(services.records.entries())), library, repr(services.settings))


def current_assessment(services: Services) -> str:
    """The assessment that is believed now of the current run. Raises NotFound where there is none."""
    made = services.records.pointed(assessed_of(current_run(services)))
    if made is None:
        raise NotFound("the current run has not been evaluated", mend="Run again: dafeng run")
    return made


def _result(services: Services, name: str) -> pl.DataFrame:
    found = services.columns.result(current_assessment(services), name)
    if found is None:
        raise NotFound("the current run has not been evaluated", mend="Run again: dafeng run")
    return found
