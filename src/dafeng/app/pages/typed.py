"""A grid typed in the portal 在线填报的表格 as a table that can be opened: it is kept as JSON and has no head row."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import polars as pl

from dafeng.act.machine import machine
from dafeng.app.case_ports import Moved
from dafeng.app.cases import case_of, iso, person, store
from dafeng.app.importing import CONTRACTS
from dafeng.app.pages.shapes import Words
from dafeng.app.permission import may, within
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.columns import Contract
from dafeng.base.errors import NotFound
from dafeng.collect.workbooks import Sheet, Workbook

FILING = "filing"  # the kind of evidence that a filing brings: a workbook as uploaded, or the grid as typed


class _Grid(msgspec.Struct, frozen=True):
    table: str
    rows: list[dict[str, str | None]]


def is_typed(name: str) -> bool:
    """Whether a filing's file is the grid as typed, not a workbook."""
    return name.endswith(".json")


def typed_book(data: bytes, name: str, sha256: str) -> tuple[Workbook, tuple[tuple[str, str], ...]]:
    """The grid as a workbook of one sheet named after its contract, row 1 the first typed; (name, head) by column.

    Columns in which nothing was typed are left out.
    """
    grid = msgspec.json.decode(data, type=_Grid)
    contract: Contract = CONTRACTS[grid.table]
    names = [column for column in contract.columns if any(row.get(column) for row in grid.rows)]
    cells = {f"c{n}": pl.Series([row.get(at) for row in grid.rows], dtype=pl.String) for n, at in enumerate(names)}
    sheet = Sheet(contract.zh, pl.DataFrame(cells))
    return Workbook(name, sha256, (sheet,)), tuple((at, contract.columns[at].zh) for at in names)


def all_typed(book: Workbook, rows: frozenset[tuple[str | None, int]]) -> bool:
    """Whether every typed row is among the rows (sheet, row)."""
    return all((sheet.name, at) in rows for sheet in book.sheets for at in range(1, sheet.cells.height + 1))


_ANSWER = ("submit", "approve", "pass", "confirm")  # the moves of those who answer for a figure


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """Who made a move of the filing, and when: name（login）."""

    move: str
    name: Words
    who: str
    at: str | None


class Filed(msgspec.Struct, frozen=True, kw_only=True):
    """The filing that a file was handed in with, and who answers for it, from the firm to the city."""

    filing_id: str
    title: str
    href: str
    by: tuple[Signed, ...]


@within
def filed_with(services: Services, caller: Caller, sha256: str) -> Filed | None:
    """The filing of a file for a caller who may see that filing; None for a file that came by another way."""
    if services.cases is None or not may(caller, "filing.see"):
        return None
    case_id = _handed_in(services).get(sha256)
    if case_id is None:
        return None
    try:
        case = case_of(services, caller, case_id, "filing")
    except NotFound:
        return None
    steps = store(services).moves(case_id)
    first = max((n for n, s in enumerate(steps) if s.move == "submit" and sha256 in s.evidence), default=0)
    by = tuple(_signed(step) for step in steps[first : _until(steps, first)] if step.move in _ANSWER)
    return Filed(filing_id=case_id, title=case.title, href=f"/filing/{case_id}", by=by)


def _handed_in(services: Services) -> Mapping[str, str]:
    """Case by file, of all that was handed in; kept until a case moves."""

    def made() -> dict[str, str]:
        handed = [step for step in store(services).moves_of("filing") if step.move == "submit"]
        return {sha: step.case_id for step in handed for sha in step.evidence}

    return services.memory.get("filing.files", store(services).revision(), made)


def _until(steps: list[Moved], first: int) -> int:
    """Where the next submission begins: what comes after it answers for another content."""
    return next((n for n in range(first + 1, len(steps)) if steps[n].move == "submit"), len(steps))


def _signed(step: Moved) -> Signed:
    named = machine("filing").named(step.move)
    return Signed(move=step.move, name=Words(named.zh, named.en), who=person(step), at=iso(step.at))
