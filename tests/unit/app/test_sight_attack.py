"""The attacker reads every table, the overviews, the target pages and every explanation he can open, and subtracts.

He is an analyst, an officer of a county, a verifier or a filler; he looks for the figures of firms that he may not see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import numpy as np
import polars as pl
import pytest
from larger_town import MORE, larger
from probes import atoms
from tiny_town import CITY, EAST, EAST_COUNTY, FILLER, OWNER, WEST, delivered

from dafeng.app.accounts.accounting import accounts
from dafeng.app.explaining import explain
from dafeng.app.pages.dashboard import overview
from dafeng.app.pages.goal_page import target_page
from dafeng.app.pages.goal_tree import target_tree
from dafeng.app.pages.searching import search
from dafeng.app.permission import may
from dafeng.app.registries import registry_of
from dafeng.app.services import Services
from dafeng.app.sight.results import scope
from dafeng.app.tables.listing import tables
from dafeng.app.tables.tabling import TableQuery, rows_of
from dafeng.base.callers import Caller
from dafeng.base.errors import DafengError

ANALYST = Caller("分析员", frozenset({"analyst"}), areas=frozenset({CITY}))
VERIFIER = Caller("核查员", frozenset({"verifier"}), enterprises=frozenset({"E-1"}))
ATTACKERS = {"analyst": ANALYST, "county analyst": replace(ANALYST, areas=frozenset({WEST})), "county": EAST_COUNTY,
             "verifier": VERIFIER, "filler": FILLER}  # fmt: skip
YEARS, AREAS = (2022, 2024), (None, CITY, EAST, WEST)
NEAR = 1e-9  # relative: what floating point leaves of a difference of sums


@pytest.fixture(scope="module")
def services() -> Services:
    return larger(delivered(whole=True))


def answers(services: Services, caller: Caller) -> Iterator[object]:
    """Everything that leaves the portal for a caller, with the explanation of whatever names its node."""
    for area in AREAS:
        for year in YEARS:
            yield from _asked(services, caller, area, year)
    for target in ("plan#t1", "plan#t2", "plan#t3"):
        yield from _tried(partial(target_page, services, caller, target))
    if may(caller, "registry.see"):
        yield search(services, caller, "E", limit=100)


def _asked(services: Services, caller: Caller, area: str | None, year: int) -> Iterator[object]:
    for table in tables(services, caller):
        query = TableQuery(area=area, year=year)
        yield from _tried(partial(rows_of, services, caller, table, query))
    for ask in (overview, target_tree):
        yield from _tried(partial(ask, services, caller, area, year))


def _tried(ask: Callable[[], object]) -> Iterator[object]:
    try:
        yield ask()
    except DafengError:
        return  # refused or not there: nothing is told


def told(services: Services, caller: Caller) -> set[float]:
    """Every number in the answers, and in the explanations of every node that they name."""
    found = [x for answer in answers(services, caller) for x in atoms(answer)]
    nodes = {x for x in found if isinstance(x, str) and x[:2] in ("L-", "I-", "S-", "F-", "D-")}
    found += [
        x for n in sorted(nodes) for node in _tried(lambda i=n: explain(services, caller, i)) for x in atoms(node)
    ]
    return {float(x) for x in found if isinstance(x, float) and abs(x) > 1}


def secrets(services: Services, caller: Caller) -> np.ndarray:
    """The yearly figures of the firms not his to see; of those of no round size, that cannot be taken for others."""
    known = scope(caller, registry_of(services))
    foreign = [firm for firm, *_ in MORE if firm not in known]
    rows = accounts(services, OWNER).lines.filter(
        pl.col("subject_id").is_in(foreign) & (pl.col("period").str.len_chars() == 4) & (pl.col("value").abs() > 1)
    )
    return rows["value"].unique().to_numpy()


def given_away(numbers: np.ndarray, wanted: np.ndarray) -> list[float]:
    """The wanted figures that are among the numbers."""
    if not len(numbers):
        return []
    ordered = np.sort(numbers)
    at = np.searchsorted(ordered, wanted * (1 - NEAR))
    near = ordered[np.minimum(at, len(ordered) - 1)]
    return [float(w) for w, n in zip(wanted, near, strict=True) if abs(n - w) <= NEAR * abs(w)]


@pytest.mark.parametrize("who", ATTACKERS)
def test_no_figure_of_a_foreign_firm_is_told_or_is_the_difference_of_two_that_are(services, who):
    caller = ATTACKERS[who]
    seen, wanted = np.array(sorted(told(services, caller))), secrets(services, caller)
    assert len(wanted) >= 10
    assert given_away(seen, wanted) == []
    differences = np.abs(seen[:, None] - seen[None, :]).ravel() if len(seen) else seen
    assert given_away(differences, wanted) == []


def test_the_attack_finds_what_is_there(services):
    """The same search in the owner's answers and, by difference, in a sum beside the same sum without one firm."""
    wanted = secrets(services, ANALYST)
    assert len(given_away(np.array(sorted(told(services, OWNER))), wanted)) > len(wanted) / 2
    every = accounts(services, OWNER).lines.filter(measure="co2_total_t", item="total", period="2024")
    east, one = (every.filter(subject_id=s)["value"].item() for s in (EAST, "E-5"))
    assert given_away(np.abs(np.array([east]) - np.array([east - one])), np.array([one])) == [one]
