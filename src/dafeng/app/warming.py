"""What a server makes before it is asked 预热: the values behind the first pages, so that nobody waits for them.

The first overview after a start reads the store, compiles units and splits changes into causes: seconds; the first
derivation reads lines, facts and every method for its names. They are made as the officer of the programme's area, with
whom most callers share what is the same for all. The uncertainty of the whole area comes last: it is the longest.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial

import polars as pl

from dafeng.account.lines import TOTAL
from dafeng.app.accounts.accounting import accounts
from dafeng.app.accounts.quality import account_quality, account_uncertainty
from dafeng.app.explaining import explain
from dafeng.app.pages.tile import overview_tile_bytes
from dafeng.app.services import Services
from dafeng.app.tables import listing as tables
from dafeng.app.tables.tabling import TableQuery
from dafeng.base.callers import Caller
from dafeng.base.errors import DafengError

log = logging.getLogger("dafeng.serve")
TABLES = ("targets", "enterprises", "tasks", "dues", "sectors", "counties")


def warm(services: Services) -> float:
    """Make what the first pages need; how many seconds it took. What cannot be made yet is left to who asks for it."""
    caller = Caller("warming", frozenset({"officer"}), areas=frozenset({services.settings.area}))
    begun = time.perf_counter()
    steps: list[Callable[[], object]] = [partial(overview_tile_bytes, services, caller)]
    steps.append(partial(_derivation, services, caller))
    steps += [partial(tables.table_page, services, caller, name, TableQuery()) for name in TABLES]
    steps += [partial(account_quality, services, caller), partial(account_uncertainty, services, caller)]
    for step in steps:
        try:
            step()
        except DafengError as error:  # nothing has been run yet: there is nothing to make
            log.debug("not warmed: %s", error.what)
    return time.perf_counter() - begun


def _derivation(services: Services, caller: Caller) -> None:
    """One total of the area with all that lies below it: what every other derivation reads is then there."""
    lines = accounts(services, caller).lines
    mine = lines.filter((pl.col("subject_id") == services.settings.area) & (pl.col("item") == TOTAL))
    for line_id in mine.sort("period", "line_id")["line_id"].tail(1):
        explain(services, caller, line_id)
